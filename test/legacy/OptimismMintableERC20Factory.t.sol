// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IOptimismMintableERC20Factory } from "../../contracts/interfaces/IOptimismMintableERC20Factory.sol";
import { OptimismMintableERC20 } from "../../contracts/legacy/OptimismMintableERC20.sol";
import { TokenLayerTest } from "../TokenLayerTest.sol";

abstract contract LegacyFactoryTest is TokenLayerTest {
    /// @notice Address that CREATE2 gives.
    function _predict(
        address _remote,
        string memory _name,
        string memory _symbol,
        uint8 _decimals
    )
        internal
        pure
        returns (address)
    {
        bytes memory arguments = abi.encode(STANDARD_BRIDGE, _remote, _name, _symbol, _decimals);
        return vm.computeCreate2Address(
            keccak256(abi.encode(_remote, _name, _symbol, _decimals)),
            keccak256(bytes.concat(type(OptimismMintableERC20).creationCode, arguments)),
            address(LEGACY_FACTORY)
        );
    }

    function _expectCreated(address _token, address _remote, address _caller) internal {
        vm.expectEmit(address(LEGACY_FACTORY));
        emit IOptimismMintableERC20Factory.StandardL2TokenCreated(_remote, _token);
        vm.expectEmit(address(LEGACY_FACTORY));
        emit IOptimismMintableERC20Factory.OptimismMintableERC20Created(_token, _remote, _caller);
    }

    function _assertToken(
        address _token,
        address _remote,
        string memory _name,
        string memory _symbol,
        uint8 _decimals
    )
        internal
        view
    {
        OptimismMintableERC20 token = OptimismMintableERC20(_token);
        assertEq(LEGACY_FACTORY.deployments(_token), _remote);
        assertEq(token.remoteToken(), _remote);
        assertEq(token.bridge(), STANDARD_BRIDGE);
        assertEq(token.name(), _name);
        assertEq(token.symbol(), _symbol);
        assertEq(token.decimals(), _decimals);
    }
}

contract OptimismMintableERC20Factory_CreateWithDecimals_Test is LegacyFactoryTest {
    function testFuzz_createWithDecimals_succeeds(
        uint256 _seed,
        address _remote,
        string calldata _name,
        string calldata _symbol,
        uint8 _decimals
    )
        external
    {
        vm.assume(_remote != address(0));
        address caller = _anyone(_seed);
        address expected = _predict(_remote, _name, _symbol, _decimals);

        _expectCreated(expected, _remote, caller);
        vm.prank(caller);
        address token =
            LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(_remote, _name, _symbol, _decimals);

        assertEq(token, expected);
        _assertToken(token, _remote, _name, _symbol, _decimals);
    }

    function test_createWithDecimals_noRemoteToken_reverts() external {
        vm.expectRevert("OptimismMintableERC20Factory: must provide remote token address");
        _createLegacy(address(0), 18);
    }

    function test_createWithDecimals_again_reverts() external {
        _createLegacy(REMOTE, 18);
        vm.prank(ALICE);
        vm.expectRevert(bytes(""));
        LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(REMOTE, "Token", "TKN", 18);
    }

    function test_createWithDecimals_eachArgumentCounts_succeeds() external {
        address token = LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(REMOTE, "a", "b", 18);
        assertNotEq(
            token, LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(address(0x22), "a", "b", 18)
        );
        assertNotEq(token, LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(REMOTE, "c", "b", 18));
        assertNotEq(token, LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(REMOTE, "a", "c", 18));
        assertNotEq(token, LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(REMOTE, "a", "b", 6));
    }
}

contract OptimismMintableERC20Factory_Create_Test is LegacyFactoryTest {
    function test_create_succeeds() external {
        address expected = _predict(REMOTE, "Token", "TKN", 18);
        _expectCreated(expected, REMOTE, address(this));
        assertEq(LEGACY_FACTORY.createOptimismMintableERC20(REMOTE, "Token", "TKN"), expected);
        _assertToken(expected, REMOTE, "Token", "TKN", 18);
    }

    function test_create_noRemoteToken_reverts() external {
        vm.expectRevert("OptimismMintableERC20Factory: must provide remote token address");
        LEGACY_FACTORY.createOptimismMintableERC20(address(0), "Token", "TKN");
    }
}

contract OptimismMintableERC20Factory_CreateStandardL2Token_Test is LegacyFactoryTest {
    function test_createStandardL2Token_succeeds() external {
        address expected = _predict(REMOTE, "Token", "TKN", 18);
        _expectCreated(expected, REMOTE, address(this));
        assertEq(LEGACY_FACTORY.createStandardL2Token(REMOTE, "Token", "TKN"), expected);
        _assertToken(expected, REMOTE, "Token", "TKN", 18);
    }
}

contract OptimismMintableERC20Factory_State_Test is LegacyFactoryTest {
    function test_deployments_slot_succeeds() external {
        address token = address(_createLegacy(REMOTE, 18));
        bytes32 record = vm.load(address(LEGACY_FACTORY), keccak256(abi.encode(token, 2)));
        assertEq(record, bytes32(uint256(uint160(REMOTE))));
    }

    function testFuzz_deployments_others_succeeds(address _token) external {
        vm.assume(_token != address(_createLegacy(REMOTE, 18)));
        assertEq(LEGACY_FACTORY.deployments(_token), address(0));
    }

    function test_bridge_succeeds() external view {
        assertEq(LEGACY_FACTORY.bridge(), STANDARD_BRIDGE);
        assertEq(LEGACY_FACTORY.BRIDGE(), STANDARD_BRIDGE);
    }

    /// @notice What the reference's storage says of the bridge does not matter.
    function testFuzz_bridge_storage_succeeds(bytes32 _first, bytes32 _second) external {
        vm.store(address(LEGACY_FACTORY), 0, _first);
        vm.store(address(LEGACY_FACTORY), bytes32(uint256(1)), _second);
        assertEq(LEGACY_FACTORY.bridge(), STANDARD_BRIDGE);
        assertEq(_createLegacy(REMOTE, 18).bridge(), STANDARD_BRIDGE);
    }

    /// @notice Nobody can name another bridge.
    function test_initialize_missing_reverts() external {
        (bool success,) = address(LEGACY_FACTORY).call(abi.encodeWithSignature("initialize(address)", ALICE));
        assertFalse(success);
    }

    function test_version_succeeds() external view {
        assertEq(LEGACY_FACTORY.version(), "1.11.0");
    }
}
