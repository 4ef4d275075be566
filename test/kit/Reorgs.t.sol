// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import {
    Kit_CannotUndoDelivery,
    Kit_IdentifierMatchesNoLog,
    Kit_NoMark,
    Kit_NoSuchLog,
    Kit_SourceFailed
} from "../../contracts/kit/Errors.sol";
import { Message } from "../../contracts/kit/Messages.sol";
import { KitTest } from "./InteropKit.t.sol";
import { Believer, Box } from "./Targets.sol";
import { VmSafe } from "forge-std/Vm.sol";

contract Reorgs_Reorg_Test is KitTest {
    function callReorg(uint256 _chainId) external {
        reorg(_chainId);
    }

    function callReorg(uint256 _chainId, uint256 _mark) external {
        reorg(_chainId, _mark);
    }

    function test_reorg_sentSince_isGone() public {
        _send(1);
        mark(901);
        _send(2);
        reorg(901);
        assertEq(messageCount(), 2);
        assertTrue(message(1).undone);
        assertFalse(message(0).undone);
        assertEq(pending().length, 1);
        vm.expectRevert(Kit_IdentifierMatchesNoLog.selector);
        relay(1);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 1);
    }

    function test_reorg_stateSince_isGone() public {
        box.set(1);
        mark(901);
        box.set(2);
        Box other = new Box();
        other.set(3);
        deal(alice, 5);
        onChain(902);
        box.set(7);
        reorg(901);
        assertEq(currentChain(), 902);
        assertEq(box.number(), 7);
        onChain(901);
        assertEq(box.number(), 1);
        assertEq(address(other).code.length, 0);
        assertEq(alice.balance, 0);
        assertEq(MESSENGER.messageNonce(), 0);
    }

    function test_reorg_sentAgain_hasANewIdentifier() public {
        mark(901);
        _send(1);
        Message memory first = message(0);
        reorg(901);
        _send(1);
        assertEq(messageCount(), 1);
        Message memory second = message(0);
        assertEq(second.hash, first.hash);
        assertFalse(second.undone);
        assertGt(second.id.blockNumber, first.id.blockNumber);
        assertEq(second.id.timestamp, first.id.timestamp);
        onChain(902);
        assertEq(
            refusal(first.id, payloadOf(first)), abi.encodeWithSelector(Kit_IdentifierMatchesNoLog.selector)
        );
        assertEq(relayAll(), 1);
        assertEq(box.number(), 1);
    }

    function test_reorg_deliveredSince_isPendingAgain() public {
        _send(1);
        mark(902);
        relayAll();
        assertEq(_numberOn902(), 1);
        reorg(902);
        assertEq(_numberOn902(), 0);
        assertFalse(message(0).delivered);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 1);
    }

    function test_reorg_deliveredBefore_staysDelivered() public {
        _send(1);
        relayAll();
        mark(902);
        reorg(902);
        assertTrue(message(0).delivered);
        assertEq(_numberOn902(), 1);
    }

    /// @notice Whoever executed a log that is gone loses what came of it, and what came after it.
    function test_reorg_deliveryOfWhatIsGone_isUndone() public {
        onChain(902);
        box.set(3);
        onChain(901);
        mark(901);
        _send(1);
        relayAll();
        onChain(902);
        MESSENGER.sendMessage(901, address(box), abi.encodeCall(box.set, (9)));
        relayAll();
        onChain(901);
        assertEq(box.number(), 9);

        reorg(901);
        assertEq(currentChain(), 901);
        assertEq(box.number(), 0);
        assertEq(_numberOn902(), 3);
        assertTrue(message(0).undone);
        assertTrue(message(1).undone);
        assertFalse(message(0).delivered);
        assertEq(relayAll(), 0);
    }

    /// @notice A delivery of something that stands falls with an earlier one, and can be made again.
    function test_reorg_laterDeliveryOnThatChain_isPendingAgain() public {
        addChain(903);
        onChain(903);
        box = new Box{ salt: 0 }();
        _send(5);
        onChain(901);
        mark(901);
        _send(1);
        relay(1);
        relay(0);
        assertEq(_numberOn902(), 5);
        reorg(901);
        assertEq(_numberOn902(), 0);
        assertFalse(message(0).delivered);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 5);
    }

    function test_reorg_earlierDeliveryOnThatChain_stays() public {
        _send(5);
        mark(901);
        _send(1);
        relayAll();
        reorg(901);
        assertEq(_numberOn902(), 5);
        assertTrue(message(0).delivered);
    }

    function test_reorg_failedDelivery_isNothing() public {
        mark(901);
        MESSENGER.sendMessage(902, address(gate), abi.encodeCall(gate.pass, (901)));
        (bool success,) = tryRelay(0);
        assertFalse(success);
        onChain(902);
        box.set(4);
        onChain(901);
        reorg(901);
        assertEq(_numberOn902(), 4);
    }

    function test_reorg_resentSince_hasTheFirstIdentifierAgain() public {
        _send(1);
        Identifier memory first = message(0).id;
        mark(901);
        warp(901, 10);
        resend(0);
        reorg(901);
        assertEq(abi.encode(message(0).id), abi.encode(first));
        assertEq(relayAll(), 1);
    }

    function test_reorg_deliveredByHand_reverts() public {
        mark(901);
        _send(1);
        Message memory sent = message(0);
        bytes memory payload = payloadOf(sent);
        onChain(902);
        declare(sent.id, payload);
        MESSENGER.relayMessage(sent.id, payload);
        declareNothing();
        vm.expectRevert(abi.encodeWithSelector(Kit_CannotUndoDelivery.selector, 0));
        this.callReorg(901);
    }

    function test_reorg_executedLog_isUndone() public {
        onChain(902);
        Believer believer = new Believer();
        onChain(901);
        mark(901);
        recordLogs();
        box.set(5);
        VmSafe.Log memory log = recordedLogs()[0];
        (Identifier memory id, bytes memory payload) = initiatingMessage(log);
        onChain(902);
        execute(id, payload, address(believer), abi.encodeCall(believer.believe, (id, payload)));
        reorg(901);
        assertEq(believer.believed(), 0);
        vm.expectRevert(Kit_NoSuchLog.selector);
        this.callInitiatingMessage(log);
    }

    function callInitiatingMessage(VmSafe.Log memory _log) external {
        initiatingMessage(_log);
    }

    function test_reorg_severalMarks_succeeds() public {
        uint256 first = mark(901);
        _send(1);
        uint256 second = mark(901);
        _send(2);
        reorg(901);
        assertEq(pending().length, 1);
        _send(3);
        reorg(901, first);
        assertEq(pending().length, 0);
        // It was undone itself.
        vm.expectRevert(abi.encodeWithSelector(Kit_NoMark.selector, 901));
        this.callReorg(901, second);
        reorg(901, first);
    }

    function test_reorg_unmarked_reverts() public {
        mark(902);
        vm.expectRevert(abi.encodeWithSelector(Kit_NoMark.selector, 901));
        this.callReorg(901);
    }

    function test_reorg_thenRevertToState_succeeds() public {
        mark(901);
        _send(1);
        uint256 snapshot = vm.snapshotState();
        relayAll();
        reorg(901);
        assertEq(_numberOn902(), 0);
        assertEq(pending().length, 0);
        vm.revertToState(snapshot);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 1);
        reorg(901);
        assertEq(_numberOn902(), 0);
    }
}

contract Reorgs_FailSource_Test is KitTest {
    function test_failSource_relay_reverts() public {
        _send(1);
        failSource(901);
        assertTrue(sourceFails(901));
        vm.expectRevert(abi.encodeWithSelector(Kit_SourceFailed.selector, 901));
        relay(0);
        recoverSource(901);
        relay(0);
        assertEq(_numberOn902(), 1);
    }

    function test_failSource_relayAll_passesOver() public {
        _send(1);
        onChain(902);
        MESSENGER.sendMessage(901, address(box), abi.encodeCall(box.set, (2)));
        failSource(901);
        assertEq(relayAll(), 1);
        assertEq(box.number(), 0);
        assertEq(pending().length, 1);
        recoverSource(901);
        assertEq(relayAll(), 1);
        assertEq(box.number(), 1);
    }

    function test_failSource_ownLogs_areKnown() public {
        Believer believer = new Believer();
        recordLogs();
        box.set(5);
        (Identifier memory id, bytes memory payload) = initiatingMessage(recordedLogs()[0]);
        failSource(901);
        execute(id, payload, address(believer), abi.encodeCall(believer.believe, (id, payload)));
        onChain(902);
        assertEq(refusal(id, payload), abi.encodeWithSelector(Kit_SourceFailed.selector, 901));
    }
}
