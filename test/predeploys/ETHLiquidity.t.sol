// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IETHLiquidity } from "../../contracts/interfaces/IETHLiquidity.sol";
import { InvalidAmount, Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { ForcedSend } from "../../contracts/libraries/ForcedSend.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { RelayTest } from "../InteropTest.sol";

/// @notice The ETH bridge that a chain may have had before ours: it takes ETH from nobody, so that the store has to
///         force it on the bridge.
contract BridgeWithoutReceive {
    function relayETH(address, address payable _to, uint256 _amount) external {
        IETHLiquidity(Predeploys.ETH_LIQUIDITY).mint(_amount);
        _to.transfer(_amount);
    }
}

/// @notice The store that a chain may have had before ours: it forces ETH on the bridge.
contract ForcefulLiquidity {
    function mint(uint256 _amount) external {
        ForcedSend.forceSend(msg.sender, _amount);
    }
}

abstract contract LiquidityTest is RelayTest {
    uint256 internal constant PRELOAD = type(uint128).max;

    function _assumeNotBridge(address _caller) internal pure {
        vm.assume(_caller != Predeploys.SUPERCHAIN_ETH_BRIDGE);
    }
}

contract ETHLiquidity_Burn_Test is LiquidityTest {
    function testFuzz_burn_succeeds(uint128 _amount) external {
        vm.deal(address(ETH_BRIDGE), _amount);
        vm.expectEmit(address(LIQUIDITY));
        emit IETHLiquidity.LiquidityBurned(address(ETH_BRIDGE), _amount);
        vm.prank(address(ETH_BRIDGE));
        LIQUIDITY.burn{ value: _amount }();
        assertEq(address(LIQUIDITY).balance, PRELOAD + _amount);
    }

    function testFuzz_burn_notTheBridge_reverts(address _caller) external {
        _assumeNotBridge(_caller);
        vm.deal(_caller, 1);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        LIQUIDITY.burn{ value: 1 }();
    }
}

contract ETHLiquidity_Mint_Test is LiquidityTest {
    function testFuzz_mint_succeeds(uint128 _amount) external {
        vm.expectEmit(address(LIQUIDITY));
        emit IETHLiquidity.LiquidityMinted(address(ETH_BRIDGE), _amount);
        vm.prank(address(ETH_BRIDGE));
        LIQUIDITY.mint(_amount);
        assertEq(address(ETH_BRIDGE).balance, _amount);
        assertEq(address(LIQUIDITY).balance, PRELOAD - _amount);
    }

    function testFuzz_mint_notTheBridge_reverts(address _caller) external {
        _assumeNotBridge(_caller);
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        LIQUIDITY.mint(1);
    }

    function testFuzz_mint_overBalance_reverts(uint256 _amount) external {
        _amount = bound(_amount, PRELOAD + 1, type(uint256).max);
        vm.prank(address(ETH_BRIDGE));
        vm.expectRevert(bytes(""));
        LIQUIDITY.mint(_amount);
    }
}

/// @notice On a chain that has the reference's contracts, one of the two is upgraded first. In between, bridging goes
///         on, whichever it is.
contract ETHLiquidity_UpgradeOrder_Test is LiquidityTest {
    address internal constant TO = address(0xB0B);

    function testFuzz_relayETH_liquidityUpgradedFirst_succeeds(uint128 _amount) external {
        vm.etch(Predeploys.implementationOf(address(ETH_BRIDGE)), type(BridgeWithoutReceive).runtimeCode);
        _bridge(_amount);
    }

    function testFuzz_relayETH_bridgeUpgradedFirst_succeeds(uint128 _amount) external {
        vm.etch(Predeploys.implementationOf(address(LIQUIDITY)), type(ForcefulLiquidity).runtimeCode);
        _bridge(_amount);
    }

    function _bridge(uint128 _amount) private {
        _relay(
            _sent(
                address(ETH_BRIDGE),
                address(ETH_BRIDGE),
                abi.encodeWithSignature("relayETH(address,address,uint256)", address(this), TO, _amount)
            )
        );
        assertEq(TO.balance, _amount);
        assertEq(address(ETH_BRIDGE).balance, 0);
        assertEq(address(LIQUIDITY).balance, PRELOAD - _amount);
    }
}

contract ETHLiquidity_Fund_Test is LiquidityTest {
    function testFuzz_fund_succeeds(address _caller, uint128 _amount) external {
        vm.assume(_amount != 0 && _caller != address(LIQUIDITY));
        vm.deal(_caller, _amount);
        vm.expectEmit(address(LIQUIDITY));
        emit IETHLiquidity.LiquidityFunded(_caller, _amount);
        vm.prank(_caller);
        LIQUIDITY.fund{ value: _amount }();
        assertEq(address(LIQUIDITY).balance, PRELOAD + _amount);
    }

    /// @notice What the activation of interop on a live chain does.
    function test_fund_preload_succeeds() external {
        vm.deal(address(LIQUIDITY), 0);
        vm.deal(address(this), PRELOAD);
        LIQUIDITY.fund{ value: PRELOAD }();
        assertEq(address(LIQUIDITY).balance, PRELOAD);
    }

    function test_fund_nothing_reverts() external {
        vm.expectRevert(InvalidAmount.selector);
        LIQUIDITY.fund();
    }

    function test_plainTransfer_reverts() external {
        (bool success,) = address(LIQUIDITY).call{ value: 1 }("");
        assertFalse(success);
    }
}

contract ETHLiquidity_Version_Test is LiquidityTest {
    function test_version_succeeds() external view {
        assertEq(LIQUIDITY.version(), "1.1.1");
    }
}
