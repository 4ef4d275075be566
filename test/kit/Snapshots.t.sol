// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import { Kit_LogOfUnknownPast, Kit_LogsTaken } from "../../contracts/kit/Errors.sol";
import { KitTest } from "./InteropKit.t.sol";
import { Believer, Box } from "./Targets.sol";
import { VmSafe } from "forge-std/Vm.sol";

contract InteropKit_Snapshots_Test is KitTest {
    function test_revertToState_unreadSend_succeeds() public {
        _send(1);
        uint256 snapshot = vm.snapshotState();
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 1);

        vm.revertToState(snapshot);
        assertEq(messageCount(), 1);
        assertFalse(message(0).delivered);
        assertEq(_numberOn902(), 0);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 1);
    }

    function test_revertToState_sendAfter_isGone() public {
        uint256 snapshot = vm.snapshotState();
        _send(1);
        vm.revertToState(snapshot);
        assertEq(messageCount(), 0);
        _send(2);
        assertEq(messageCount(), 1);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 2);
    }

    function test_revertToState_readSendAfter_isGone() public {
        uint256 snapshot = vm.snapshotState();
        _send(1);
        relayAll();
        vm.revertToState(snapshot);
        assertEq(relayAll(), 0);
        _send(2);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 2);
    }

    /// @notice From one past to the same again and again, with switches in each.
    function test_revertToState_often_succeeds() public {
        _send(1);
        uint256 snapshot = vm.snapshotState();
        for (uint256 i = 0; i < 5; ++i) {
            warp(902, i);
            _send(10 + i);
            assertEq(relayAll(), 2);
            assertEq(_numberOn902(), 10 + i);
            vm.revertToState(snapshot);
        }
        assertEq(messageCount(), 1);
        assertEq(_numberOn902(), 0);
    }

    function test_revertToState_nested_succeeds() public {
        _send(1);
        uint256 outer = vm.snapshotState();
        _send(2);
        onChain(902);
        uint256 inner = vm.snapshotState();
        assertEq(relayAll(), 2);
        vm.revertToState(inner);
        assertEq(currentChain(), 902);
        assertEq(messageCount(), 2);
        relay(1);
        assertEq(box.number(), 2);
        vm.revertToState(outer);
        assertEq(currentChain(), 901);
        assertEq(messageCount(), 1);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 1);
    }

    function test_revertToState_fromAnotherChain_succeeds() public {
        uint256 snapshot = vm.snapshotState();
        onChain(902);
        box.set(7);
        warp(100);
        vm.revertToState(snapshot);
        assertEq(block.chainid, 901);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME);
        assertEq(timeOn(902), GENESIS_TIME);
        assertEq(_numberOn902(), 0);
    }

    function test_revertToStateAndDelete_succeeds() public {
        _send(1);
        uint256 snapshot = vm.snapshotState();
        relayAll();
        assertTrue(vm.revertToStateAndDelete(snapshot));
        assertEq(relayAll(), 1);
    }

    /// @notice What nothing but the undone past had been told of is still exchanged.
    function test_revertToState_accountsTouchedBefore_belongToTheirChain() public {
        Box other = new Box();
        other.set(3);
        uint256 snapshot = vm.snapshotState();
        onChain(902);
        vm.revertToState(snapshot);
        assertEq(other.number(), 3);
        onChain(902);
        assertEq(address(other).code.length, 0);
        assertEq(vm.load(address(other), 0), 0);
        onChain(901);
        assertEq(other.number(), 3);
    }

    function test_revertToState_accountDealtInThePast_belongsToItsChain() public {
        payable(address(0xCAFE)).transfer(1);
        uint256 snapshot = vm.snapshotState();
        deal(address(0xCAFE), 5);
        onChain(902);
        vm.revertToState(snapshot);
        onChain(902);
        assertEq(address(0xCAFE).balance, 0);
    }

    function test_revertToState_logIndices_areTheSame() public {
        box.set(1);
        _send(1);
        box.set(2);
        _send(2);
        uint256 snapshot = vm.snapshotState();
        uint256 index = message(1).id.logIndex;
        vm.revertToState(snapshot);
        assertEq(message(1).id.logIndex, index);
        assertEq(message(0).id.logIndex, index - 2);
    }

    function test_revertToState_deliveryByHand_isUndone() public {
        _send(1);
        uint256 snapshot = vm.snapshotState();
        (Identifier memory id, bytes memory payload) = (message(0).id, payloadOf(message(0)));
        onChain(902);
        declare(id, payload);
        MESSENGER.relayMessage(id, payload);
        declareNothing();
        assertTrue(message(0).delivered);
        vm.revertToState(snapshot);
        assertFalse(message(0).delivered);
        assertEq(relayAll(), 1);
    }

    function test_revertToState_declaredTransaction_keepsChainsApart() public {
        onChain(902);
        Believer believer = new Believer();
        Identifier memory id =
            Identifier({ origin: address(1), blockNumber: 2, logIndex: 3, timestamp: 4, chainId: 901 });
        believer.consider(id, "payload");
        uint256 snapshot = vm.snapshotState();
        onChain(901);
        vm.revertToState(snapshot);
        onChain(901);
        assertEq(vm.load(address(believer), 0), 0);
        onChain(902);
        assertEq(believer.refusals(), 1);
    }

    /// @notice Logs that nobody has read when the snapshot is made: the kit cannot know, and says so.
    function test_initiatingMessage_unreadBeforeSnapshot_reverts() public {
        recordLogs();
        box.set(5);
        uint256 snapshot = vm.snapshotState();
        VmSafe.Log memory log = recordedLogs()[0];
        vm.revertToState(snapshot);
        vm.expectRevert(Kit_LogOfUnknownPast.selector);
        this.callInitiatingMessage(log);
    }

    function test_initiatingMessage_readBeforeSnapshot_succeeds() public {
        recordLogs();
        box.set(5);
        VmSafe.Log memory log = recordedLogs()[0];
        uint256 snapshot = vm.snapshotState();
        box.set(6);
        VmSafe.Log memory undone = recordedLogs()[0];
        vm.revertToState(snapshot);
        initiatingMessage(log);
        vm.expectRevert(Kit_LogOfUnknownPast.selector);
        this.callInitiatingMessage(undone);
    }

    function callInitiatingMessage(VmSafe.Log memory _log) external {
        initiatingMessage(_log);
    }

    /// @notice Logs that the test takes are still missed.
    function test_revertToState_logsTakenByTheTest_reverts() public {
        uint256 snapshot = vm.snapshotState();
        relayAll();
        vm.revertToState(snapshot);
        _send(1);
        vm.getRecordedLogs();
        vm.expectRevert(abi.encodeWithSelector(Kit_LogsTaken.selector, 901));
        this.callRelayAll();
    }
}

/// @notice The names that forge is going to drop.
contract InteropKit_OldSnapshots_Test is KitTest {
    function test_revertTo_succeeds() public {
        _send(1);
        uint256 snapshot = vm.snapshot();
        assertEq(relayAll(), 1);
        vm.revertTo(snapshot);
        assertEq(relayAll(), 1);
        assertEq(_numberOn902(), 1);
    }
}
