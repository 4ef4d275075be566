// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { NotInAccessList } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { MessageAlreadyRelayed } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import {
    Kit_EndlessDelivery,
    Kit_MessageExpired,
    Kit_MessageFromTheFuture,
    Kit_NotDelivered,
    Kit_NotInDependencySet
} from "../../contracts/kit/Errors.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { Message } from "../../contracts/kit/Messages.sol";
import { ReentrantCall } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { Box, Echo, Gate, Reentrant } from "./Targets.sol";

/// @notice Base of tests of deliveries: the same contracts on both chains. The test is on chain 901.
abstract contract KitTest is InteropKit {
    Box internal box;
    Gate internal gate;
    Echo internal echo;
    address internal alice;

    function setUp() public virtual override {
        super.setUp();
        alice = makeAddr("alice");
        onEachChain(_deploy);
    }

    function _deploy() internal {
        box = new Box{ salt: 0 }();
        gate = new Gate{ salt: 0 }();
        echo = new Echo{ salt: 0 }();
    }

    /// @notice Sends the box on chain 902 a number.
    function _send(uint256 _number) internal {
        MESSENGER.sendMessage(902, address(box), abi.encodeCall(box.set, (_number)));
    }

    function _numberOn902() internal on(902) returns (uint256 number_) {
        number_ = box.number();
    }

    /// @notice Kit errors outside of deliveries come from internal functions: these make calls of them.
    function callRelayAll() external {
        relayAll();
    }

    function callReplay(uint256 _number) external {
        replay(_number);
    }
}

contract InteropKit_RelayAll_Test is KitTest {
    uint256 internal most = super.mostDeliveries();

    function mostDeliveries() internal view override returns (uint256) {
        return most;
    }

    function test_relayAll_inOrder_succeeds() public {
        _send(1);
        _send(2);
        assertEq(relayAll(), 2);
        assertEq(_numberOn902(), 2);
        assertEq(currentChain(), 901);
        assertEq(relayAll(), 0);
    }

    function test_relayAll_nothing_succeeds() public {
        assertEq(relayAll(), 0);
    }

    function test_relayAll_whatDeliveriesSend_succeeds() public {
        vm.prank(address(echo));
        MESSENGER.sendMessage(902, address(echo), abi.encodeCall(echo.hear, (4)));
        assertEq(relayAll(), 5);
        assertEq(echo.heard(), 2);
        onChain(902);
        assertEq(echo.heard(), 3);
    }

    function test_relayAll_asManyAsAllowed_succeeds() public {
        _send(1);
        _send(2);
        most = 2;
        assertEq(relayAll(), 2);
    }

    function test_relayAll_more_reverts() public {
        _send(1);
        most = 0;
        vm.expectRevert(abi.encodeWithSelector(Kit_EndlessDelivery.selector, 0));
        this.callRelayAll();
    }

    /// @notice Where no `vm.expectRevert` meets the delivery itself, its reason reaches the test.
    function test_relayAll_refused_revertsWithTheReason() public {
        MESSENGER.sendMessage(999, address(box), "");
        try this.callRelayAll() {
            fail();
        } catch (bytes memory reason) {
            assertEq(reason, abi.encodeWithSelector(Kit_NotInDependencySet.selector, 999));
        }
    }

    function test_relayAll_targetReverts_reverts() public {
        MESSENGER.sendMessage(902, address(gate), abi.encodeCall(gate.pass, (901)));
        vm.expectRevert(abi.encodeWithSelector(Gate.Closed.selector, 7));
        relayAll();
        assertFalse(message(0).delivered);
    }

    function test_relayAll_afterOwnRelay_leavesItAlone() public {
        _send(1);
        _send(2);
        Message memory sent = message(0);
        onChain(902);
        declare(sent.id, payloadOf(sent));
        MESSENGER.relayMessage(sent.id, payloadOf(sent));
        declareNothing();
        assertTrue(message(0).delivered);
        assertEq(relayAll(), 1);
    }
}

contract InteropKit_Relay_Test is KitTest {
    function test_relay_anyOrder_succeeds() public {
        _send(1);
        _send(2);
        relay(1);
        assertEq(_numberOn902(), 2);
        relay(0);
        assertEq(_numberOn902(), 1);
        assertEq(currentChain(), 901);
    }

    function test_relay_returnsWhatTheTargetReturns() public {
        MESSENGER.sendMessage(902, address(box), abi.encodeCall(box.number, ()));
        _send(3);
        relay(1);
        assertEq(relay(0), abi.encode(3));
    }

    function test_relay_value_reachesTheTarget() public {
        uint256 before = address(this).balance;
        _send(1);
        relay(0, 5);
        assertEq(address(this).balance, before);
        onChain(902);
        assertEq(address(box).balance, 5);
        assertEq(address(this).balance, before - 5);
    }

    function test_relayFrom_value_isTheRelayers() public {
        _send(1);
        onChain(902);
        deal(alice, 7);
        onChain(901);
        relayFrom(alice, 0, 5);
        onChain(902);
        assertEq(alice.balance, 2);
        assertEq(address(box).balance, 5);
    }

    function test_relayFrom_succeeds() public {
        _send(1);
        vm.expectCall(address(box), 0, abi.encodeCall(box.set, (1)));
        relayFrom(alice, 0);
        assertEq(_numberOn902(), 1);
    }

    function test_relay_targetReverts_canBeRelayedAgain() public {
        MESSENGER.sendMessage(902, address(gate), abi.encodeCall(gate.pass, (901)));
        vm.expectRevert(abi.encodeWithSelector(Gate.Closed.selector, 7));
        relay(0);
        // What the delivery sent was undone with it.
        assertEq(messageCount(), 1);
        assertFalse(message(0).delivered);

        onChain(902);
        gate.setOpen();
        onChain(901);
        relay(0);
        assertEq(messageCount(), 2);
        assertTrue(message(0).delivered);
    }

    function test_relay_twice_reverts() public {
        _send(1);
        relay(0);
        vm.expectRevert(MessageAlreadyRelayed.selector);
        relay(0);
    }

    function test_relay_reentrant_reverts() public {
        onChain(902);
        Reentrant reentrant = new Reentrant();
        onChain(901);
        MESSENGER.sendMessage(902, address(reentrant), abi.encodeCall(reentrant.enter, ()));
        vm.expectRevert(ReentrantCall.selector);
        relay(0);
    }

    function test_relay_undeclared_reverts() public {
        _send(1);
        Message memory sent = message(0);
        bytes memory payload = payloadOf(sent);
        onChain(902);
        vm.expectRevert(NotInAccessList.selector);
        MESSENGER.relayMessage(sent.id, payload);
    }

    function test_relay_leavesNoDeclaration() public {
        _send(1);
        relay(0);
        Message memory sent = message(0);
        bytes memory payload = payloadOf(sent);
        onChain(902);
        vm.expectRevert(NotInAccessList.selector);
        MESSENGER.relayMessage(sent.id, payload);
    }

    function test_relay_unknownDestination_reverts() public {
        MESSENGER.sendMessage(999, address(box), "");
        vm.expectRevert(abi.encodeWithSelector(Kit_NotInDependencySet.selector, 999));
        relay(0);
    }

    function test_relay_fromTheFuture_reverts() public {
        uint256 time = timeOn(902);
        warp(901, 10);
        uint256 sentAt = timeOn(901);
        _send(1);
        vm.expectRevert(abi.encodeWithSelector(Kit_MessageFromTheFuture.selector, sentAt, time));
        relay(0);

        warp(902, sentAt - time);
        relay(0);
        assertEq(_numberOn902(), 1);
    }

    function testFuzz_relay_age_succeeds(uint256 _seconds) public {
        _seconds = bound(_seconds, 0, 2 * EXPIRY_WINDOW);
        _send(1);
        warp(902, _seconds);
        (bool success,) = tryRelay(0);
        assertEq(success, _seconds <= EXPIRY_WINDOW);
    }

    function test_relay_justInTime_succeeds() public {
        _send(1);
        warp(902, EXPIRY_WINDOW);
        relay(0);
        assertEq(_numberOn902(), 1);
    }

    function test_tryRelay_succeeds() public {
        MESSENGER.sendMessage(902, address(box), abi.encodeCall(box.number, ()));
        (bool success, bytes memory data) = tryRelay(0);
        assertTrue(success);
        assertEq(data, abi.encode(0));
        assertEq(currentChain(), 901);
    }

    function test_tryRelay_targetReverts_saysWhy() public {
        MESSENGER.sendMessage(902, address(gate), abi.encodeCall(gate.pass, (901)));
        (bool success, bytes memory data) = tryRelay(0);
        assertFalse(success);
        assertEq(data, abi.encodeWithSelector(Gate.Closed.selector, 7));
        assertEq(currentChain(), 901);
        assertEq(pending().length, 1);
    }
}

contract InteropKit_Faults_Test is KitTest {
    function test_replay_reverts() public {
        _send(1);
        relay(0);
        vm.expectRevert(MessageAlreadyRelayed.selector);
        replay(0);
    }

    function test_replay_afterResend_reverts() public {
        _send(1);
        relay(0);
        resend(0);
        vm.expectRevert(MessageAlreadyRelayed.selector);
        replay(0);
    }

    function test_replay_notDelivered_reverts() public {
        _send(1);
        vm.expectRevert(abi.encodeWithSelector(Kit_NotDelivered.selector, 0));
        this.callReplay(0);
    }

    function test_drop_untilResend_succeeds() public {
        _send(1);
        _send(2);
        drop(1);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 1);
        assertEq(pending().length, 0);

        resend(1);
        assertEq(pending()[0], 1);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 2);
    }

    function test_drop_relayedByNumber_succeeds() public {
        _send(1);
        drop(0);
        relay(0);
        assertEq(_numberOn902(), 1);
    }

    function test_expire_resend_succeeds() public {
        _send(1);
        uint256 sentAt = message(0).id.timestamp;
        expire(0);
        uint256 time = timeOn(902);
        assertEq(time, sentAt + EXPIRY_WINDOW + 1);
        assertEq(timeOn(901), time);
        vm.expectRevert(abi.encodeWithSelector(Kit_MessageExpired.selector, sentAt, time));
        relay(0);

        resend(0);
        assertEq(messageCount(), 1);
        relay(0);
        assertEq(_numberOn902(), 1);
    }

    function test_expire_alreadyExpired_succeeds() public {
        _send(1);
        warp(2 * EXPIRY_WINDOW);
        uint256 time = timeOn(902);
        expire(0);
        assertEq(timeOn(902), time);
    }

    function test_resend_fromElsewhere_staysThere() public {
        _send(1);
        onChain(902);
        resend(0);
        assertEq(currentChain(), 902);
        assertEq(messageCount(), 1);
        assertEq(message(0).id.chainId, 901);
    }
}
