// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ICrossL2Inbox, Identifier, NotInAccessList } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import {
    Kit_IdentifierMatchesNoLog,
    Kit_LogsTaken,
    Kit_NoSuchLog,
    Kit_NoSuchMessage,
    Kit_NotIsolated
} from "../../contracts/kit/Errors.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { Message } from "../../contracts/kit/Messages.sol";
import { KitTest } from "./InteropKit.t.sol";
import { Believer, Box } from "./Targets.sol";
import { VmSafe } from "forge-std/Vm.sol";

contract Messages_Message_Test is KitTest {
    function test_message_fields_succeed() public {
        _send(1);
        vm.prank(alice);
        bytes32 hash = MESSENGER.sendMessage(902, address(gate), "data");

        assertEq(messageCount(), 2);
        assertEq(messageNumber(hash), 1);
        Message memory sent = message(1);
        assertEq(sent.id.origin, address(MESSENGER));
        assertEq(sent.id.blockNumber, vm.getBlockNumber());
        assertEq(sent.id.timestamp, vm.getBlockTimestamp());
        assertEq(sent.id.chainId, 901);
        assertEq(sent.destination, 902);
        assertEq(sent.nonce, MESSENGER.messageNonce() - 1);
        assertEq(sent.sender, alice);
        assertEq(sent.target, address(gate));
        assertEq(sent.data, "data");
        assertEq(sent.hash, hash);
        assertFalse(sent.delivered);
        assertFalse(sent.dropped);
    }

    function test_message_logIndices_countWithinABlock() public {
        _send(1);
        box.set(1);
        _send(2);
        mine(901, 1);
        _send(3);
        assertEq(message(1).id.logIndex, message(0).id.logIndex + 2);
        assertEq(message(1).id.blockNumber, message(0).id.blockNumber);
        assertEq(message(2).id.logIndex, 0);
        assertEq(message(2).id.blockNumber, message(0).id.blockNumber + 1);
        assertEq(message(2).id.timestamp, message(0).id.timestamp + 2);
    }

    function test_message_reverted_isNone() public {
        try this.sendAndFail() {
            fail();
        } catch { }
        assertEq(messageCount(), 0);
    }

    function sendAndFail() external {
        _send(1);
        revert();
    }

    function test_message_unknown_reverts() public {
        _send(1);
        vm.expectRevert(abi.encodeWithSelector(Kit_NoSuchMessage.selector, 1, 1));
        this.callMessage(1);
    }

    function callMessage(uint256 _number) external {
        message(_number);
    }

    function test_messageNumber_unknown_reverts() public {
        vm.expectRevert(Kit_NoSuchLog.selector);
        this.callMessageNumber(keccak256(""));
    }

    function callMessageNumber(bytes32 _hash) external {
        messageNumber(_hash);
    }

    function test_pending_succeeds() public {
        _send(1);
        _send(2);
        _send(3);
        _send(4);
        relay(2);
        drop(0);
        uint256[] memory numbers = pending();
        assertEq(numbers.length, 2);
        assertEq(numbers[0], 1);
        assertEq(numbers[1], 3);
    }
}

contract Messages_RecordedLogs_Test is KitTest {
    function test_recordedLogs_acrossChains_succeeds() public {
        box.set(1);
        recordLogs();
        box.set(2);
        onChain(902);
        box.set(3);

        VmSafe.Log[] memory logs = recordedLogs();
        assertEq(logs.length, 2);
        assertEq(uint256(logs[0].topics[1]), 2);
        assertEq(uint256(logs[1].topics[1]), 3);
        assertEq(logs[0].emitter, address(box));
        assertEq(recordedLogs().length, 0);
    }

    function test_recordedLogs_takenByTheTest_reverts() public {
        _send(1);
        vm.getRecordedLogs();
        vm.expectRevert(abi.encodeWithSelector(Kit_LogsTaken.selector, 901));
        this.callRelayAll();
    }

    function test_recordLogs_byTheTest_reverts() public {
        _send(1);
        vm.recordLogs();
        vm.expectRevert(abi.encodeWithSelector(Kit_LogsTaken.selector, 901));
        this.callRelayAll();
    }

    function test_expectEmit_works() public {
        _send(1);
        vm.expectEmit(address(box));
        emit Box.Set(1, "note");
        relay(0);
    }
}

/// @notice Dapps that rely on logs which are no messages.
contract InteropKit_Execute_Test is KitTest {
    Believer internal believer;

    function setUp() public override {
        super.setUp();
        onChain(902);
        believer = new Believer();
        onChain(901);
    }

    /// @notice A log of the box on chain 901, and the call that presents it on chain 902. The test is on 902 then.
    function _setAndCross()
        internal
        returns (Identifier memory id_, bytes memory payload_, bytes memory call_)
    {
        recordLogs();
        box.set(5);
        (id_, payload_) = initiatingMessage(recordedLogs()[0]);
        call_ = abi.encodeCall(believer.believe, (id_, payload_));
        onChain(902);
    }

    function test_execute_succeeds() public {
        (Identifier memory id, bytes memory payload, bytes memory callData) = _setAndCross();
        assertEq(id.origin, address(box));
        assertEq(id.chainId, 901);

        vm.expectEmit(address(INBOX));
        emit ICrossL2Inbox.ExecutingMessage(keccak256(payload), id);
        vm.prank(alice);
        assertEq(execute(id, payload, address(believer), callData), abi.encode(42));
        assertEq(believer.believed(), keccak256(payload));
        assertEq(believer.believer(), alice);
    }

    function test_execute_undeclared_reverts() public {
        (Identifier memory id, bytes memory payload,) = _setAndCross();
        vm.expectRevert(NotInAccessList.selector);
        believer.believe(id, payload);
    }

    function test_execute_callsSomethingElse_reverts() public {
        (Identifier memory id, bytes memory payload,) = _setAndCross();
        bytes memory other = abi.encodeCall(believer.believe, (id, "forged"));
        vm.expectRevert(NotInAccessList.selector);
        execute(id, payload, address(believer), other);
    }

    function test_execute_tampered_reverts() public {
        (Identifier memory id, bytes memory payload, bytes memory callData) = _setAndCross();
        id.logIndex++;
        vm.expectRevert(Kit_IdentifierMatchesNoLog.selector);
        execute(id, payload, address(believer), callData);
        assertEq(believer.believed(), 0);
    }

    function test_initiatingMessage_sameContentTwice_isTheLatest() public {
        recordLogs();
        box.set(5);
        mine(901, 1);
        box.set(5);
        VmSafe.Log[] memory logs = recordedLogs();
        (Identifier memory first,) = initiatingMessage(logs[0]);
        (Identifier memory second,) = initiatingMessage(logs[1]);
        assertEq(abi.encode(first), abi.encode(second));
        assertEq(first.blockNumber, vm.getBlockNumber());
    }

    function test_initiatingMessage_unknown_reverts() public {
        vm.expectRevert(Kit_NoSuchLog.selector);
        this.callInitiatingMessage(VmSafe.Log(new bytes32[](1), "", alice));
    }

    function callInitiatingMessage(VmSafe.Log memory _log) external {
        initiatingMessage(_log);
    }
}

/// @notice A test whose calls share a transaction: access lists take no effect there.
contract InteropKit_NotIsolated_Test is KitTest {
    function test_relay_calledThroughAnotherContract_reverts() public {
        _send(1);
        (bool success, bytes memory reason) = address(this).call(abi.encodeCall(this.callRelayAll, ()));
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(Kit_NotIsolated.selector));
    }

    /// forge-config: default.isolate = false
    function test_setUp_notIsolated_reverts() public {
        Unstarted kit = new Unstarted();
        vm.expectRevert(Kit_NotIsolated.selector);
        kit.setUp();
    }
}

contract Unstarted is InteropKit { }
