// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOptimismSuperchainERC20 } from "../../contracts/interfaces/IOptimismSuperchainERC20.sol";
import {
    IOptimismSuperchainERC20Factory
} from "../../contracts/interfaces/IOptimismSuperchainERC20Factory.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { OptimismSuperchainERC20 } from "../../contracts/token/OptimismSuperchainERC20.sol";
import { TokenLayerTest } from "../TokenLayerTest.sol";
import { CREATE3 } from "solady/utils/CREATE3.sol";

abstract contract SuperchainFactoryTest is TokenLayerTest {
    /// @notice Address that CREATE3 gives, by its definition: of a CREATE2 deployer, the first creation.
    function _predict(
        address _factory,
        address _remote,
        string memory _name,
        string memory _symbol,
        uint8 _decimals
    )
        internal
        pure
        returns (address)
    {
        bytes32 salt = keccak256(abi.encode(_remote, _name, _symbol, _decimals));
        address deployer =
            vm.computeCreate2Address(salt, keccak256(hex"67363d3d37363d34f03d5260086018f3"), _factory);
        return vm.computeCreateAddress(deployer, 1);
    }
}

contract OptimismSuperchainERC20Factory_Deploy_Test is SuperchainFactoryTest {
    function testFuzz_deploy_succeeds(
        uint256 _seed,
        address _remote,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external
    {
        address caller = _anyone(_seed);
        address expected = _predict(address(FACTORY), _remote, _name, _symbol, _decimals);

        vm.expectEmit(expected);
        emit IOptimismSuperchainERC20.Initialized(1);
        vm.expectEmit(address(FACTORY));
        emit IOptimismSuperchainERC20Factory.OptimismSuperchainERC20Created(expected, _remote, caller);
        vm.prank(caller);
        OptimismSuperchainERC20 token =
            OptimismSuperchainERC20(FACTORY.deploy(_remote, _name, _symbol, _decimals));

        assertEq(address(token), expected);
        assertEq(FACTORY.deployments(expected), _remote);
        assertEq(token.remoteToken(), _remote);
        assertEq(token.name(), _name);
        assertEq(token.symbol(), _symbol);
        assertEq(token.decimals(), _decimals);
    }

    /// @notice The address that the reference's factory gives these arguments, worked out apart from this code.
    function test_deploy_addressOfTheReference_succeeds() external {
        assertEq(address(_createSuperchain(REMOTE, 18)), 0xe18737165bd986719aF4BC0d0e8A4942993d3475);
    }

    /// @notice Neither the chain nor the caller, nor the code of proxy and implementation, is part of it.
    function testFuzz_deploy_otherChain_succeeds(uint64 _chainId, uint256 _seed) external {
        uint256 before = vm.snapshotState();
        address here = address(_createSuperchain(REMOTE, 18));
        vm.revertToState(before);

        vm.chainId(bound(_chainId, 1, type(uint64).max - 1));
        vm.etch(Predeploys.OPTIMISM_SUPERCHAIN_ERC20, hex"00");
        vm.prank(_anyone(_seed));
        assertEq(FACTORY.deploy(REMOTE, "Super Token", "STK", 18), here);
    }

    function test_deploy_eachArgumentCounts_succeeds() external {
        address token = FACTORY.deploy(REMOTE, "a", "b", 18);
        assertNotEq(token, FACTORY.deploy(address(0x2222), "a", "b", 18));
        assertNotEq(token, FACTORY.deploy(REMOTE, "c", "b", 18));
        assertNotEq(token, FACTORY.deploy(REMOTE, "a", "c", 18));
        assertNotEq(token, FACTORY.deploy(REMOTE, "a", "b", 6));
        assertNotEq(FACTORY.deploy(REMOTE, "ab", "", 18), FACTORY.deploy(REMOTE, "", "ab", 18));
    }

    function test_deploy_again_reverts() external {
        _createSuperchain(REMOTE, 18);
        vm.prank(ALICE);
        vm.expectRevert(CREATE3.DeploymentFailed.selector);
        FACTORY.deploy(REMOTE, "Super Token", "STK", 18);
    }

    function test_deploy_noImplementation_reverts() external {
        vm.etch(Predeploys.OPTIMISM_SUPERCHAIN_ERC20, "");
        vm.expectRevert(CREATE3.DeploymentFailed.selector);
        FACTORY.deploy(REMOTE, "Super Token", "STK", 18);
    }

    function test_deploy_noBeacon_reverts() external {
        vm.etch(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON, "");
        vm.expectRevert(CREATE3.DeploymentFailed.selector);
        FACTORY.deploy(REMOTE, "Super Token", "STK", 18);
    }
}

contract OptimismSuperchainERC20Factory_Deployments_Test is SuperchainFactoryTest {
    function test_deployments_slot_succeeds() external {
        address token = address(_createSuperchain(REMOTE, 18));
        bytes32 record = vm.load(address(FACTORY), keccak256(abi.encode(token, 0)));
        assertEq(record, bytes32(uint256(uint160(REMOTE))));
    }

    function testFuzz_deployments_others_succeeds(address _token) external {
        vm.assume(_token != address(_createSuperchain(REMOTE, 18)));
        assertEq(FACTORY.deployments(_token), address(0));
    }

    function test_version_succeeds() external view {
        assertEq(FACTORY.version(), "1.0.1");
    }
}
