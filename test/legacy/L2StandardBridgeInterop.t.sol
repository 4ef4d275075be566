// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IL2StandardBridgeInterop } from "../../contracts/interfaces/IL2StandardBridgeInterop.sol";
import {
    InvalidDecimals,
    InvalidLegacyERC20Address,
    InvalidSuperchainERC20Address,
    InvalidTokenPair
} from "../../contracts/legacy/L2StandardBridgeInterop.sol";
import { OptimismMintableERC20 } from "../../contracts/legacy/OptimismMintableERC20.sol";
import { OptimismSuperchainERC20 } from "../../contracts/token/OptimismSuperchainERC20.sol";
import { TokenLayerTest } from "../TokenLayerTest.sol";
import { ERC20 } from "solady/tokens/ERC20.sol";

abstract contract ConvertTest is TokenLayerTest {
    OptimismMintableERC20 internal legacy;
    OptimismSuperchainERC20 internal superchain;

    function setUp() public virtual override {
        super.setUp();
        legacy = _createLegacy(REMOTE, 6);
        superchain = _createSuperchain(REMOTE, 6);
    }

    /// @notice Gives Alice legacy tokens, as a deposit from L1 does.
    function _deposit(uint256 _amount) internal {
        vm.prank(STANDARD_BRIDGE);
        legacy.mint(ALICE, _amount);
    }

    function _convert(address _from, address _to, uint256 _amount) internal {
        vm.prank(ALICE);
        CONVERTER.convert(_from, _to, _amount);
    }

    function _expectRefused(address _from, address _to, bytes4 _error) internal {
        vm.expectRevert(_error);
        _convert(_from, _to, 1);
    }
}

contract L2StandardBridgeInterop_Convert_Test is ConvertTest {
    function testFuzz_convert_toSuperchain_succeeds(uint256 _held, uint256 _amount) external {
        _amount = bound(_amount, 0, _held);
        _deposit(_held);

        vm.expectEmit(address(legacy));
        emit OptimismMintableERC20.Burn(ALICE, _amount);
        vm.expectEmit(address(superchain));
        emit OptimismMintableERC20.Mint(ALICE, _amount);
        vm.expectEmit(STANDARD_BRIDGE);
        emit IL2StandardBridgeInterop.Converted(address(legacy), address(superchain), ALICE, _amount);
        _convert(address(legacy), address(superchain), _amount);

        assertEq(legacy.balanceOf(ALICE), _held - _amount);
        assertEq(superchain.balanceOf(ALICE), _amount);
        assertEq(legacy.totalSupply() + superchain.totalSupply(), _held);
    }

    function testFuzz_convert_toLegacy_succeeds(uint256 _held, uint256 _amount) external {
        _amount = bound(_amount, 0, _held);
        vm.prank(STANDARD_BRIDGE);
        superchain.mint(ALICE, _held);

        vm.expectEmit(STANDARD_BRIDGE);
        emit IL2StandardBridgeInterop.Converted(address(superchain), address(legacy), ALICE, _amount);
        _convert(address(superchain), address(legacy), _amount);

        assertEq(superchain.balanceOf(ALICE), _held - _amount);
        assertEq(legacy.balanceOf(ALICE), _amount);
        assertEq(legacy.totalSupply() + superchain.totalSupply(), _held);
    }

    function testFuzz_convert_decimals_succeeds(uint8 _decimals, address _remote) external {
        vm.assume(_remote != address(0) && (_remote != REMOTE || _decimals != 6));
        legacy = _createLegacy(_remote, _decimals);
        superchain = _createSuperchain(_remote, _decimals);
        _deposit(3);
        _convert(address(legacy), address(superchain), 3);
        assertEq(superchain.balanceOf(ALICE), 3);
    }

    function test_convert_overBalance_reverts() external {
        _deposit(1);
        vm.expectRevert(ERC20.InsufficientBalance.selector);
        _convert(address(legacy), address(superchain), 2);
        vm.expectRevert(ERC20.InsufficientBalance.selector);
        _convert(address(superchain), address(legacy), 1);
    }

    /// @notice The tokens of one account are not another's to convert.
    function test_convert_tokensOfAnother_reverts() external {
        _deposit(1);
        vm.expectRevert(ERC20.InsufficientBalance.selector);
        CONVERTER.convert(address(legacy), address(superchain), 1);
    }

    /// @notice If nothing can be minted, nothing is burned.
    function test_convert_supplyOverflows_reverts() external {
        _deposit(1);
        vm.prank(STANDARD_BRIDGE);
        superchain.mint(address(this), type(uint256).max);
        vm.expectRevert(ERC20.TotalSupplyOverflow.selector);
        _convert(address(legacy), address(superchain), 1);
        assertEq(legacy.balanceOf(ALICE), 1);
    }

    function test_version_succeeds() external view {
        assertEq(CONVERTER.version(), "0.0.0+interop.11");
    }
}

contract L2StandardBridgeInterop_ConvertPair_Test is ConvertTest {
    function testFuzz_convert_decimalsDiffer_reverts(uint8 _decimals) external {
        vm.assume(_decimals != 6);
        superchain = _createSuperchain(REMOTE, _decimals);
        _expectRefused(address(legacy), address(superchain), InvalidDecimals.selector);
        _expectRefused(address(superchain), address(legacy), InvalidDecimals.selector);
    }

    function testFuzz_convert_remoteTokensDiffer_reverts(address _remote) external {
        vm.assume(_remote != address(0) && _remote != REMOTE);
        superchain = _createSuperchain(_remote, 6);
        _expectRefused(address(legacy), address(superchain), InvalidTokenPair.selector);
        _expectRefused(address(superchain), address(legacy), InvalidTokenPair.selector);
    }

    /// @notice Two remote tokens that cannot be told apart by a record that says zero.
    function test_convert_superchainTokenForNothing_reverts() external {
        superchain = _createSuperchain(address(0), 6);
        _expectRefused(address(legacy), address(superchain), InvalidSuperchainERC20Address.selector);
        _expectRefused(address(superchain), address(legacy), InvalidSuperchainERC20Address.selector);
    }

    function test_convert_twoLegacyTokens_reverts() external {
        address other = LEGACY_FACTORY.createOptimismMintableERC20WithDecimals(REMOTE, "Other", "OTH", 6);
        _expectRefused(address(legacy), other, InvalidSuperchainERC20Address.selector);
    }

    function test_convert_twoSuperchainTokens_reverts() external {
        address other = FACTORY.deploy(REMOTE, "Other", "OTH", 6);
        _expectRefused(address(superchain), other, InvalidLegacyERC20Address.selector);
    }

    function test_convert_toItself_reverts() external {
        _expectRefused(address(legacy), address(legacy), InvalidSuperchainERC20Address.selector);
        _expectRefused(address(superchain), address(superchain), InvalidLegacyERC20Address.selector);
    }

    function test_convert_noToken_reverts() external {
        vm.expectRevert(bytes(""));
        _convert(address(0xBAD), address(superchain), 1);
        vm.expectRevert(bytes(""));
        _convert(address(legacy), address(0xBAD), 1);
        vm.expectRevert(bytes(""));
        _convert(address(legacy), address(CONVERTER), 1);
    }

    /// @notice Either of the two IDs makes a legacy token; so does none, on the other side of the conversion.
    function test_convert_oneInterface_succeeds() external {
        _deposit(3);
        bytes memory question = abi.encodeWithSignature("supportsInterface(bytes4)", bytes4(0x1d1d8b63));
        vm.mockCall(address(legacy), question, abi.encode(false));
        _convert(address(legacy), address(superchain), 2);
        vm.clearMockedCalls();

        question = abi.encodeWithSignature("supportsInterface(bytes4)", bytes4(0xec4fc8e3));
        vm.mockCall(address(legacy), question, abi.encode(false));
        _convert(address(legacy), address(superchain), 1);

        vm.mockCall(address(legacy), abi.encodeWithSignature("supportsInterface(bytes4)"), abi.encode(false));
        _convert(address(superchain), address(legacy), 3);
        assertEq(legacy.balanceOf(ALICE), 3);
        _expectRefused(address(legacy), address(superchain), InvalidLegacyERC20Address.selector);
    }
}
