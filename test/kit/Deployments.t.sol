// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ERC7786Gateway } from "../../contracts/gateway/ERC7786Gateway.sol";
import { CreationCode } from "../../contracts/kit/CreationCode.sol";
import {
    Deploy_CreationFailed,
    Deploy_NoDeploymentProxy,
    Deploy_SupplyWithoutOwner,
    Deployments,
    TokenOptions
} from "../../contracts/kit/Deployments.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { GatewayDeployment } from "../../contracts/libraries/GatewayDeployment.sol";
import { RelayBatch } from "../../contracts/libraries/RelayBatch.sol";
import { RelayBatcher } from "../../contracts/relay/RelayBatcher.sol";
import { OwnedSuperchainERC20 } from "../../contracts/token/OwnedSuperchainERC20.sol";

contract Picky {
    uint256 public immutable VALUE;

    constructor(uint256 _value) {
        require(_value != 0);
        VALUE = _value;
    }
}

/// @notice Calls that can be expected to revert.
contract Caller {
    function deploy(bytes32 _salt, bytes memory _initCode)
        external
        returns (address account_, bool created_)
    {
        return Deployments.deploy(_salt, _initCode);
    }

    function tokenInitCode(TokenOptions memory _options) external pure returns (bytes memory) {
        return Deployments.tokenInitCode(_options);
    }
}

abstract contract DeploymentsTest is InteropKit {
    Caller internal caller = new Caller();

    function _picky(uint256 _value) internal pure returns (bytes memory) {
        return bytes.concat(type(Picky).creationCode, abi.encode(_value));
    }

    /// @notice crates/deploy/tests/it/forge.rs has the same, and expects it at the same addresses.
    function _gold(uint8 _decimals, address _owner) internal pure returns (TokenOptions memory) {
        return TokenOptions({
            name: "Gold",
            symbol: "GLD",
            decimals: _decimals,
            owner: _owner,
            supply: _owner == address(0) ? 0 : 1_000_000,
            home: 901
        });
    }
}

contract Deployments_Deploy_Test is DeploymentsTest {
    function testFuzz_deploy_onEachChain_succeeds(
        bytes32 _salt,
        uint256 _value,
        address _one,
        address _other
    )
        external
    {
        vm.assume(_one.code.length == 0 && _other.code.length == 0);
        _value = bound(_value, 1, type(uint256).max);
        onChain(901);
        vm.prank(_one);
        (address first, bool created) = Deployments.deploy(_salt, _picky(_value));
        assertTrue(created);
        assertEq(Picky(first).VALUE(), _value);

        onChain(902);
        assertEq(first.code.length, 0);
        vm.prank(_other);
        (address second, bool createdThere) = Deployments.deploy(_salt, _picky(_value));
        assertTrue(createdThere);
        assertEq(second, first);
    }

    function testFuzz_deploy_again_doesNothing(bytes32 _salt) external {
        (address first,) = Deployments.deploy(_salt, _picky(7));
        (address second, bool created) = Deployments.deploy(_salt, _picky(7));
        assertEq(second, first);
        assertFalse(created);
    }

    function test_deploy_noProxy_reverts() external {
        vm.etch(Deployments.DEPLOYMENT_PROXY, "");
        vm.expectRevert(abi.encodeWithSelector(Deploy_NoDeploymentProxy.selector, block.chainid));
        caller.deploy(0, _picky(7));
    }

    /// @notice An address alone is no deployment proxy.
    function test_deploy_otherProxy_reverts() external {
        vm.etch(Deployments.DEPLOYMENT_PROXY, hex"00");
        vm.expectRevert(abi.encodeWithSelector(Deploy_NoDeploymentProxy.selector, block.chainid));
        caller.deploy(0, _picky(7));
    }

    function test_deploy_constructorReverts_reverts() external {
        address account = Deployments.addressOf(0, _picky(0));
        vm.expectRevert(abi.encodeWithSelector(Deploy_CreationFailed.selector, block.chainid, account));
        caller.deploy(0, _picky(0));
    }

    /// @notice The proxy is content with a contract without code; a deployment is not.
    function test_deploy_nothing_reverts() external {
        bytes memory initCode = hex"00";
        address account = Deployments.addressOf(0, initCode);
        vm.expectRevert(abi.encodeWithSelector(Deploy_CreationFailed.selector, block.chainid, account));
        caller.deploy(0, initCode);
    }
}

contract Deployments_AddressOf_Test is DeploymentsTest {
    function testFuzz_addressOf_succeeds(bytes32 _salt, bytes memory _initCode) external pure {
        assertEq(
            Deployments.addressOf(_salt, _initCode),
            vm.computeCreate2Address(_salt, keccak256(_initCode), Deployments.DEPLOYMENT_PROXY)
        );
    }

    function test_addressOf_helpers_succeeds() external pure {
        assertEq(Deployments.addressOf(RelayBatch.SALT, CreationCode.RelayBatcher()), RelayBatch.BATCHER);
        assertEq(
            Deployments.addressOf(GatewayDeployment.SALT, CreationCode.ERC7786Gateway()),
            GatewayDeployment.GATEWAY
        );
    }
}

contract Deployments_TokenInitCode_Test is DeploymentsTest {
    function test_tokenInitCode_address_isThatOfTheCommand() external pure {
        assertEq(
            _addressOf(0, _gold(6, 0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266)),
            0x434Bce9c89994463395fb41834e4bb28bcba7941
        );
        assertEq(
            _addressOf(bytes32(uint256(1)), _gold(18, address(0))), 0xEC590FCea20046CA83B710aDC3f4ac9DeEa85A1F
        );
    }

    function test_tokenInitCode_deployed_succeeds() external {
        TokenOptions memory options = _gold(6, address(0x0031));
        (address account,) = Deployments.deploy(0, Deployments.tokenInitCode(options));
        OwnedSuperchainERC20 token = OwnedSuperchainERC20(account);
        assertEq(account.codehash, CreationCode.OWNED_SUPERCHAIN_ERC20_CODE_HASH);
        assertEq(token.name(), options.name);
        assertEq(token.symbol(), options.symbol);
        assertEq(token.decimals(), options.decimals);
        assertEq(token.owner(), options.owner);
        assertEq(token.balanceOf(options.owner), options.supply);
    }

    function test_tokenInitCode_supplyWithoutOwner_reverts() external {
        TokenOptions memory options = _gold(6, address(0));
        options.supply = 1;
        vm.expectRevert(Deploy_SupplyWithoutOwner.selector);
        caller.tokenInitCode(options);
    }

    function _addressOf(bytes32 _salt, TokenOptions memory _options) private pure returns (address) {
        return Deployments.addressOf(_salt, Deployments.tokenInitCode(_options));
    }
}

/// @notice What scripts carry is what the contracts compile to here.
contract CreationCode_Deployment_Test is DeploymentsTest {
    function test_code_isThatOfTheContracts() external pure {
        assertEq(CreationCode.RelayBatcher(), type(RelayBatcher).creationCode);
        assertEq(CreationCode.ERC7786Gateway(), type(ERC7786Gateway).creationCode);
        assertEq(CreationCode.OwnedSuperchainERC20(), type(OwnedSuperchainERC20).creationCode);
        assertEq(CreationCode.RELAY_BATCHER_CODE_HASH, keccak256(type(RelayBatcher).runtimeCode));
        assertEq(CreationCode.ERC7786GATEWAY_CODE_HASH, keccak256(type(ERC7786Gateway).runtimeCode));
        assertEq(
            CreationCode.OWNED_SUPERCHAIN_ERC20_CODE_HASH, keccak256(type(OwnedSuperchainERC20).runtimeCode)
        );
    }
}
