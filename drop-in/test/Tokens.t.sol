// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import {
    L2NativeSuperchainERC20,
    ZeroAddress as NoZeroAddress
} from "../../contracts/token/L2NativeSuperchainERC20.sol";
import { GoldToken, SilverToken, ZeroAddress } from "../dapp/GoldToken.sol";
import { ERC20 } from "@solady-v0.0.245/tokens/ERC20.sol";
import { Ownable } from "@solady/auth/Ownable.sol";
import { Test } from "forge-std/Test.sol";
import { IERC165, IERC7802 } from "interfaces/L2/IERC7802.sol";
import { IL2StandardBridgeInterop } from "interfaces/L2/IL2StandardBridgeInterop.sol";
import { IMintableAndBurnableERC20 } from "interfaces/L2/IMintableAndBurnableERC20.sol";
import { IOptimismERC20Factory } from "interfaces/L2/IOptimismERC20Factory.sol";
import { IOptimismSuperchainERC20 } from "interfaces/L2/IOptimismSuperchainERC20.sol";
import { IOptimismSuperchainERC20Beacon } from "interfaces/L2/IOptimismSuperchainERC20Beacon.sol";
import { IOptimismSuperchainERC20Factory } from "interfaces/L2/IOptimismSuperchainERC20Factory.sol";
import { ISuperchainERC20 } from "interfaces/L2/ISuperchainERC20.sol";
import { IOptimismMintableERC20 } from "interfaces/universal/IOptimismMintableERC20.sol";
import { IERC20Solady } from "interfaces/vendor/IERC20Solady.sol";
import {
    InvalidDecimals,
    InvalidLegacyERC20Address,
    InvalidSuperchainERC20Address,
    InvalidTokenPair,
    L2StandardBridgeInterop
} from "src/L2/L2StandardBridgeInterop.sol";
import { OptimismSuperchainERC20 } from "src/L2/OptimismSuperchainERC20.sol";
import { OptimismSuperchainERC20Beacon } from "src/L2/OptimismSuperchainERC20Beacon.sol";
import { OptimismSuperchainERC20Factory } from "src/L2/OptimismSuperchainERC20Factory.sol";
import { SuperchainERC20 } from "src/L2/SuperchainERC20.sol";
import { Predeploys } from "src/libraries/Predeploys.sol";
import { Preinstalls } from "src/libraries/Preinstalls.sol";
import { Unauthorized } from "src/libraries/errors/CommonErrors.sol";

contract GoldToken_Test is Test {
    address internal constant BRIDGE = Predeploys.SUPERCHAIN_TOKEN_BRIDGE;

    GoldToken internal token = new GoldToken(address(this));

    function testFuzz_mint_succeeds(address _to, uint256 _amount) external {
        vm.assume(_to != address(0));
        vm.expectEmit(true, true, true, true, address(token));
        emit ERC20.Transfer(address(0), _to, _amount);
        vm.expectEmit(true, true, true, true, address(token));
        emit GoldToken.Mint(_to, _amount);
        token.mint(_to, _amount);
        assertEq(token.balanceOf(_to), _amount);
    }

    function test_mint_reverts() external {
        vm.expectRevert(ZeroAddress.selector);
        token.mint(address(0), 1);
        vm.prank(address(1));
        vm.expectRevert(Ownable.Unauthorized.selector);
        token.mint(address(1), 1);
    }

    function testFuzz_crosschain_callerNotBridge_reverts(address _caller, uint256 _amount) external {
        vm.assume(_caller != BRIDGE);
        vm.startPrank(_caller);
        vm.expectRevert(ISuperchainERC20.Unauthorized.selector);
        token.crosschainMint(_caller, _amount);
        vm.expectRevert(Unauthorized.selector);
        token.crosschainBurn(_caller, _amount);
    }

    function testFuzz_crosschain_succeeds(address _account, uint256 _amount) external {
        vm.startPrank(BRIDGE);
        vm.expectEmit(address(token));
        emit IERC7802.CrosschainMint(_account, _amount, BRIDGE);
        token.crosschainMint(_account, _amount);
        vm.expectEmit(address(token));
        emit IERC20Solady.Transfer(_account, address(0), _amount);
        vm.expectEmit(address(token));
        emit IERC7802.CrosschainBurn(_account, _amount, BRIDGE);
        ISuperchainERC20(address(token)).crosschainBurn(_account, _amount);
        assertEq(ISuperchainERC20(address(token)).totalSupply(), 0);
        assertEq(SuperchainERC20(address(token)).version(), "2.0.0");
    }

    /// @notice With this solady as with the newest: Permit2 is a spender like any other.
    function testFuzz_permit2_allowance_isTheHolders(uint256 _allowance, uint256 _amount) external {
        token.mint(address(this), _amount);
        assertEq(token.allowance(address(this), Preinstalls.Permit2), 0);
        token.approve(Preinstalls.Permit2, _allowance);
        assertEq(token.allowance(address(this), Preinstalls.Permit2), _allowance);

        vm.prank(Preinstalls.Permit2);
        if (_amount > _allowance) vm.expectRevert(IERC20Solady.InsufficientAllowance.selector);
        token.transferFrom(address(this), address(1), _amount);

        token.approve(Preinstalls.Permit2, 0);
        vm.prank(Preinstalls.Permit2);
        vm.expectRevert(ERC20.InsufficientAllowance.selector);
        token.transferFrom(address(this), address(1), 1);
    }

    function test_permit2_optIn_isInfinite() external {
        token = new SilverToken(address(this));
        token.mint(address(this), 1);
        assertEq(token.allowance(address(this), Preinstalls.Permit2), type(uint256).max);
        vm.expectRevert(IERC20Solady.Permit2AllowanceIsFixedAtInfinity.selector);
        token.approve(Preinstalls.Permit2, 0);
        vm.prank(Preinstalls.Permit2);
        token.transferFrom(address(this), address(1), 1);
    }
}

/// @notice The devnet's token, as supersim's own tests have it.
contract L2NativeSuperchainERC20_Test is Test {
    L2NativeSuperchainERC20 internal token = new L2NativeSuperchainERC20();

    function testFuzz_mintAndBurn_succeeds(address _account, uint256 _amount) external {
        vm.assume(_account != address(0));
        vm.expectEmit(true, true, true, true, address(token));
        emit ERC20.Transfer(address(0), _account, _amount);
        vm.expectEmit(true, true, true, true, address(token));
        emit L2NativeSuperchainERC20.Mint(_account, _amount);
        token.mint(_account, _amount);
        assertEq(token.allowance(_account, Preinstalls.Permit2), 0);

        vm.expectEmit(true, true, true, true, address(token));
        emit L2NativeSuperchainERC20.Burn(_account, _amount);
        token.burn(_account, _amount);
    }

    function testFuzz_mintAndBurn_zeroAddress_reverts(uint256 _amount) external {
        vm.expectRevert(NoZeroAddress.selector);
        token.mint(address(0), _amount);
        vm.expectRevert(NoZeroAddress.selector);
        token.burn(address(0), _amount);
    }
}

contract OptimismSuperchainERC20_Test is Test {
    address internal constant L2_BRIDGE = Predeploys.L2_STANDARD_BRIDGE;

    IOptimismSuperchainERC20 internal token;

    function setUp() public {
        vm.etch(
            Predeploys.OPTIMISM_SUPERCHAIN_ERC20_FACTORY, address(new OptimismSuperchainERC20Factory()).code
        );
        vm.etch(
            Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON, address(new OptimismSuperchainERC20Beacon()).code
        );
        vm.etch(L2_BRIDGE, address(new L2StandardBridgeInterop()).code);
        IOptimismSuperchainERC20Beacon beacon =
            IOptimismSuperchainERC20Beacon(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_BEACON);
        vm.etch(beacon.implementation(), address(new OptimismSuperchainERC20()).code);

        IOptimismSuperchainERC20Factory factory =
            IOptimismSuperchainERC20Factory(Predeploys.OPTIMISM_SUPERCHAIN_ERC20_FACTORY);
        vm.expectEmit(false, true, false, true, address(factory));
        emit OptimismSuperchainERC20Factory.OptimismSuperchainERC20Created(
            address(0),
            address(0x123),
            address(this)
        );
        token = IOptimismSuperchainERC20(factory.deploy(address(0x123), "Super", "SUP", 6));
        assertEq(IOptimismERC20Factory(address(factory)).deployments(address(token)), address(0x123));
    }

    function testFuzz_mintAndBurn_succeeds(address _account, uint256 _amount) external {
        vm.assume(_account != address(0));
        vm.startPrank(L2_BRIDGE);
        vm.expectEmit(address(token));
        emit IOptimismSuperchainERC20.Mint(_account, _amount);
        token.mint(_account, _amount);
        assertEq(token.balanceOf(_account), _amount);
        assertEq(token.allowance(_account, Preinstalls.Permit2), type(uint256).max);
        vm.expectEmit(address(token));
        emit OptimismSuperchainERC20.Burn(_account, _amount);
        token.burn(_account, _amount);
    }

    function test_mintAndBurn_reverts() external {
        vm.expectRevert(Unauthorized.selector);
        token.mint(address(1), 1);
        vm.startPrank(L2_BRIDGE);
        vm.expectRevert(IOptimismSuperchainERC20.ZeroAddress.selector);
        token.mint({ _to: address(0), _amount: 1 });
        vm.expectRevert(IOptimismSuperchainERC20.ZeroAddress.selector);
        token.burn({ _from: address(0), _amount: 1 });
        vm.expectRevert(IOptimismSuperchainERC20.InvalidInitialization.selector);
        token.initialize(address(1), "", "", 1);
    }

    function testFuzz_supportsInterface_succeeds(bytes4 _interfaceId) external view {
        assertTrue(token.supportsInterface(type(IERC165).interfaceId));
        assertTrue(token.supportsInterface(type(IERC7802).interfaceId));
        assertTrue(token.supportsInterface(type(IOptimismSuperchainERC20).interfaceId));
        assertTrue(token.supportsInterface(0x36372b07));
        vm.assume(_interfaceId != type(IERC165).interfaceId && _interfaceId != type(IERC7802).interfaceId);
        vm.assume(_interfaceId != type(IOptimismSuperchainERC20).interfaceId && _interfaceId != 0x36372b07);
        assertFalse(token.supportsInterface(_interfaceId));
    }

    function test_convert_reverts() external {
        IL2StandardBridgeInterop bridge = IL2StandardBridgeInterop(payable(L2_BRIDGE));
        address legacy = address(0x1E6ACE);
        vm.mockCall(legacy, abi.encodeWithSignature("decimals()"), abi.encode(18));
        vm.expectRevert(InvalidDecimals.selector);
        bridge.convert(legacy, address(token), 1);

        vm.mockCall(legacy, abi.encodeWithSignature("decimals()"), abi.encode(6));
        vm.mockCall(
            Predeploys.OPTIMISM_MINTABLE_ERC20_FACTORY,
            abi.encodeCall(IOptimismERC20Factory.deployments, (legacy)),
            abi.encode(address(0))
        );
        vm.mockCall(legacy, abi.encodeWithSelector(IERC165.supportsInterface.selector), abi.encode(true));
        vm.expectRevert(IL2StandardBridgeInterop.InvalidLegacyERC20Address.selector);
        bridge.convert(legacy, address(token), 1);

        vm.mockCall(
            Predeploys.OPTIMISM_MINTABLE_ERC20_FACTORY,
            abi.encodeCall(IOptimismERC20Factory.deployments, (legacy)),
            abi.encode(address(0x123))
        );
        vm.mockCall(legacy, abi.encodeCall(IMintableAndBurnableERC20.burn, (address(this), 1)), "");
        vm.expectEmit(L2_BRIDGE);
        emit L2StandardBridgeInterop.Converted(legacy, address(token), address(this), 1);
        bridge.convert(legacy, address(token), 1);

        assertEq(InvalidTokenPair.selector, IL2StandardBridgeInterop.InvalidTokenPair.selector);
        assertEq(
            InvalidSuperchainERC20Address.selector,
            IL2StandardBridgeInterop.InvalidSuperchainERC20Address.selector
        );
        assertEq(
            InvalidLegacyERC20Address.selector, IL2StandardBridgeInterop.InvalidLegacyERC20Address.selector
        );
        assertEq(type(IOptimismMintableERC20).interfaceId, bytes4(0xec4fc8e3));
    }
}
