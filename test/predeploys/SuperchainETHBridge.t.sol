// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IETHLiquidity } from "../../contracts/interfaces/IETHLiquidity.sol";
import {
    IL2ToL2CrossDomainMessenger,
    MessageDestinationSameChain
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISuperchainETHBridge } from "../../contracts/interfaces/ISuperchainETHBridge.sol";
import {
    InvalidCrossDomainSender,
    Unauthorized,
    ZeroAddress
} from "../../contracts/libraries/CommonErrors.sol";
import { NotEntered } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { RelayTest } from "../InteropTest.sol";

/// @notice Wants no ETH.
contract Refuser {
    receive() external payable {
        revert("no, thank you");
    }
}

abstract contract ETHBridgeTest is RelayTest {
    uint256 internal constant THERE = 903;
    uint256 internal constant PRELOAD = type(uint128).max;
    address internal constant FROM = address(0xF0000);
    address internal constant TO = address(0x70000);

    /// @notice A transfer of `_amount` that `_sender` has sent from the source.
    function _transfer(address _sender, address _to, uint256 _amount) internal pure returns (Sent memory) {
        return _sent(_sender, address(ETH_BRIDGE), abi.encodeCall(ETH_BRIDGE.relayETH, (FROM, _to, _amount)));
    }
}

contract SuperchainETHBridge_SendETH_Test is ETHBridgeTest {
    function testFuzz_sendETH_succeeds(address _to, uint128 _held, uint128 _amount) external {
        vm.assume(_to != address(0));
        _amount = uint128(bound(_amount, 0, _held));
        vm.deal(FROM, _held);
        bytes memory message = abi.encodeCall(ETH_BRIDGE.relayETH, (FROM, _to, _amount));

        vm.expectEmit(address(LIQUIDITY));
        emit IETHLiquidity.LiquidityBurned(address(ETH_BRIDGE), _amount);
        vm.expectEmit(address(MESSENGER));
        emit IL2ToL2CrossDomainMessenger.SentMessage(
            THERE,
            address(ETH_BRIDGE),
            0,
            address(ETH_BRIDGE),
            message
        );
        vm.expectEmit(address(ETH_BRIDGE));
        emit ISuperchainETHBridge.SendETH(FROM, _to, _amount, THERE);
        vm.prank(FROM);
        bytes32 hash = ETH_BRIDGE.sendETH{ value: _amount }(_to, THERE);

        assertEq(hash, MESSENGER.sentMessages(0));
        assertEq(FROM.balance, _held - _amount);
        assertEq(address(ETH_BRIDGE).balance, 0);
        assertEq(address(LIQUIDITY).balance, PRELOAD + _amount);
    }

    function test_sendETH_zeroRecipient_reverts() external {
        vm.expectRevert(ZeroAddress.selector);
        ETH_BRIDGE.sendETH{ value: 1 }(address(0), THERE);
    }

    function test_sendETH_sameChain_reverts() external {
        vm.expectRevert(MessageDestinationSameChain.selector);
        ETH_BRIDGE.sendETH{ value: 1 }(TO, HERE);
        assertEq(address(LIQUIDITY).balance, PRELOAD);
    }
}

contract SuperchainETHBridge_RelayETH_Test is ETHBridgeTest {
    function testFuzz_relayETH_succeeds(uint128 _amount) external {
        vm.expectEmit(address(LIQUIDITY));
        emit IETHLiquidity.LiquidityMinted(address(ETH_BRIDGE), _amount);
        vm.expectEmit(address(ETH_BRIDGE));
        emit ISuperchainETHBridge.RelayETH(FROM, TO, _amount, SOURCE);
        _relay(_transfer(address(ETH_BRIDGE), TO, _amount));

        assertEq(TO.balance, _amount);
        assertEq(address(ETH_BRIDGE).balance, 0);
        assertEq(address(LIQUIDITY).balance, PRELOAD - _amount);
    }

    /// @notice The recipient is not called, so it cannot refuse.
    function test_relayETH_recipientThatRefuses_succeeds() external {
        address refuser = address(new Refuser());
        _relay(_transfer(address(ETH_BRIDGE), refuser, 1 ether));
        assertEq(refuser.balance, 1 ether);
    }

    /// @notice What is sent to the bridge itself is lost to its sender, and to nobody else.
    function testFuzz_relayETH_toTheBridge_staysThere(uint64 _amount) external {
        _relay(_transfer(address(ETH_BRIDGE), address(ETH_BRIDGE), _amount));
        assertEq(address(ETH_BRIDGE).balance, _amount);
        assertEq(address(LIQUIDITY).balance, PRELOAD - _amount);

        Sent memory transfer = _transfer(address(ETH_BRIDGE), TO, 1 ether);
        transfer.nonce++;
        _relay(transfer);
        assertEq(TO.balance, 1 ether);
        assertEq(address(ETH_BRIDGE).balance, _amount);
    }

    /// @notice One transfer after another, each to who should have it.
    function test_relayETH_repeatedly_succeeds() external {
        for (uint160 i = 1; i <= 3; i++) {
            Sent memory transfer = _transfer(address(ETH_BRIDGE), address(uint160(TO) + i), i);
            transfer.nonce = i;
            _relay(transfer);
            assertEq(address(uint160(TO) + i).balance, i);
        }
    }

    function testFuzz_relayETH_notTheMessenger_reverts(address _caller) external {
        vm.assume(_caller != address(MESSENGER));
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        ETH_BRIDGE.relayETH(FROM, TO, 1);
    }

    function test_relayETH_messengerOutsideOfRelay_reverts() external {
        vm.prank(address(MESSENGER));
        vm.expectRevert(NotEntered.selector);
        ETH_BRIDGE.relayETH(FROM, TO, 1);
    }

    function testFuzz_relayETH_messageOfAnother_reverts(address _sender) external {
        vm.assume(_sender != address(ETH_BRIDGE));
        vm.expectRevert(InvalidCrossDomainSender.selector);
        _relay(_transfer(_sender, TO, 1));
    }

    function test_relayETH_overBalance_reverts() external {
        vm.expectRevert(bytes(""));
        _relay(_transfer(address(ETH_BRIDGE), TO, PRELOAD + 1));
    }

    /// @notice ETH that comes along with a relay is not for the bridge.
    function test_relayETH_withValue_reverts() external {
        Sent memory transfer = _transfer(address(ETH_BRIDGE), TO, 1);
        _declare(_identify(), _payload(transfer));
        vm.expectRevert(bytes(""));
        MESSENGER.relayMessage{ value: 1 }(_identify(), _payload(transfer));
    }
}

contract SuperchainETHBridge_Receive_Test is ETHBridgeTest {
    function testFuzz_receive_anyoneElse_reverts(address _caller) external {
        vm.assume(_caller != address(LIQUIDITY));
        vm.deal(_caller, 1);
        vm.prank(_caller);
        (bool success, bytes memory reason) = address(ETH_BRIDGE).call{ value: 1 }("");
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(Unauthorized.selector));
    }

    function test_receive_liquidity_succeeds() external {
        vm.prank(address(LIQUIDITY));
        (bool success,) = address(ETH_BRIDGE).call{ value: 1 }("");
        assertTrue(success);
    }
}

contract SuperchainETHBridge_RoundTrip_Test is ETHBridgeTest {
    /// @notice What a send takes in, a relay pays out: over both ways, the store is back where it was.
    function testFuzz_roundTrip_succeeds(uint128 _amount) external {
        vm.deal(FROM, _amount);
        vm.prank(FROM);
        ETH_BRIDGE.sendETH{ value: _amount }(TO, THERE);
        _relay(_transfer(address(ETH_BRIDGE), FROM, _amount));
        assertEq(FROM.balance, _amount);
        assertEq(address(LIQUIDITY).balance, PRELOAD);
    }
}

contract SuperchainETHBridge_Version_Test is ETHBridgeTest {
    function test_version_succeeds() external view {
        assertEq(ETH_BRIDGE.version(), "1.0.1");
    }
}
