// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import {
    Kit_LogOfUnknownBlock,
    Kit_MessageExpired,
    Kit_MessageFromTheFuture,
    Kit_NotOnAChain_BeginWithAVerb
} from "../../contracts/kit/Errors.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { KitTest } from "./InteropKit.t.sol";
import { Believer, Box, MESSENGER as THE_MESSENGER } from "./Targets.sol";
import { Test } from "forge-std/Test.sol";

/// @notice Time that moves behind the kit's back: a message has the block in which it was sent.
contract Messages_Time_Test is KitTest {
    function _assertSentAt(uint256 _message, uint256 _number, uint256 _timestamp) internal {
        Identifier memory id = message(_message).id;
        assertEq(id.blockNumber, _number, "number");
        assertEq(id.timestamp, _timestamp, "timestamp");
    }

    function _expectExpired() internal {
        vm.expectRevert(
            abi.encodeWithSelector(Kit_MessageExpired.selector, GENESIS_TIME, GENESIS_TIME + 8 days)
        );
    }

    function test_skip_afterSend_expires() public {
        _send(1);
        skip(8 days);
        _assertSentAt(0, 1, GENESIS_TIME);
        _expectExpired();
        relay(0);
    }

    /// @notice Time passes on every chain, the block of none.
    function test_skip_everyChain_succeeds() public {
        warp(902, 10);
        onChain(902);
        uint256 number = vm.getBlockNumber();
        skip(5);
        assertEq(timeOn(901), GENESIS_TIME + 5);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME + 15);
        onChain(901);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME + 5);
        rewind(5);
        assertEq(timeOn(902), GENESIS_TIME + 10);
        onChain(902);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME + 10);
        assertEq(vm.getBlockNumber(), number);
    }

    function test_vmWarp_afterSend_expires() public {
        _send(1);
        vm.warp(GENESIS_TIME + 8 days);
        assertEq(timeOn(902), GENESIS_TIME + 8 days);
        _expectExpired();
        relay(0);
    }

    function test_vmWarp_onEachChain_countsOnce() public {
        warp(902, 10);
        vm.warp(GENESIS_TIME + 100);
        onChain(902);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME + 110);
        vm.warp(GENESIS_TIME + 100);
        assertEq(timeOn(901), GENESIS_TIME + 100);
        onChain(901);
        assertEq(vm.getBlockTimestamp(), GENESIS_TIME + 100);
    }

    function test_vmWarp_beforeSend_isTheTimeOfSending() public {
        vm.warp(GENESIS_TIME + 8 days);
        _send(1);
        _assertSentAt(0, 1, GENESIS_TIME + 8 days);
        relay(0);
    }

    function test_warp_sourceAlone_sendsFromTheFuture() public {
        warp(901, 8 days);
        _send(1);
        vm.expectRevert(
            abi.encodeWithSelector(Kit_MessageFromTheFuture.selector, GENESIS_TIME + 8 days, GENESIS_TIME)
        );
        relay(0);
    }

    function test_vmWarp_betweenTwoSends_succeeds() public {
        _send(1);
        vm.warp(GENESIS_TIME + 5);
        vm.roll(9);
        _send(2);
        vm.warp(GENESIS_TIME + 7);
        _assertSentAt(0, 1, GENESIS_TIME);
        _assertSentAt(1, 9, GENESIS_TIME + 5);
        assertEq(message(1).id.logIndex, 0);
    }

    function test_vmWarp_thereAndBack_succeeds() public {
        vm.warp(GENESIS_TIME - 8 days);
        _send(1);
        vm.warp(GENESIS_TIME);
        _assertSentAt(0, 1, GENESIS_TIME - 8 days);
    }

    function test_vmRoll_only_succeeds() public {
        _send(1);
        vm.roll(5);
        _send(2);
        vm.roll(3);
        _send(3);
        _assertSentAt(0, 1, GENESIS_TIME);
        _assertSentAt(1, 5, GENESIS_TIME);
        _assertSentAt(2, 3, GENESIS_TIME);
        vm.roll(6);
        assertEq(relayAll(), 3);
    }

    function test_rewind_betweenTwoSends_succeeds() public {
        _send(1);
        rewind(100);
        _send(2);
        _assertSentAt(0, 1, GENESIS_TIME);
        _assertSentAt(1, 1, GENESIS_TIME - 100);
        assertEq(timeOn(901), GENESIS_TIME - 100);
    }

    function testFuzz_vmWarp_anyOrder_succeeds(uint32[4] memory _seconds, uint16[4] memory _blocks) public {
        for (uint256 i = 0; i < 4; ++i) {
            vm.warp(GENESIS_TIME + _seconds[i]);
            vm.roll(_blocks[i]);
            _send(i);
        }
        vm.warp(GENESIS_TIME);
        for (uint256 i = 0; i < 4; ++i) {
            _assertSentAt(i, _blocks[i], GENESIS_TIME + _seconds[i]);
        }
    }

    function test_vmWarp_whatADeliverySends_succeeds() public {
        vm.prank(address(echo));
        THE_MESSENGER.sendMessage(902, address(echo), abi.encodeCall(echo.hear, (1)));
        relay(0);
        onChain(902);
        vm.warp(GENESIS_TIME + 8 days);
        _assertSentAt(1, 1, GENESIS_TIME);
    }

    function test_vmWarp_beforeResend_succeeds() public {
        _send(1);
        vm.warp(GENESIS_TIME + 8 days);
        resend(0);
        vm.warp(GENESIS_TIME);
        _assertSentAt(0, 1, GENESIS_TIME + 8 days);
    }

    function test_resend_reverted_changesNothing() public {
        _send(1);
        vm.warp(GENESIS_TIME + 5);
        try this.resendAndFail() {
            fail();
        } catch { }
        _assertSentAt(0, 1, GENESIS_TIME);
    }

    function resendAndFail() external {
        MESSENGER.resendMessage(902, 0, address(this), address(box), abi.encodeCall(box.set, (1)));
        revert();
    }

    function test_sendMessage_long_succeeds() public {
        bytes memory data = new bytes(60_000);
        data[59_999] = 0x01;
        MESSENGER.sendMessage(902, alice, data);
        _send(1);
        assertEq(message(0).data, data);
        assertEq(relayAll(), 2);
    }

    function test_addChain_afterVmWarp_succeeds() public {
        _send(1);
        vm.warp(GENESIS_TIME + 8 days);
        addChain(903);
        _assertSentAt(0, 1, GENESIS_TIME);
        assertEq(timeOn(901), GENESIS_TIME + 8 days);
    }
}

/// @notice The same for logs that are no messages: right, or refused.
contract Logs_Time_Test is KitTest {
    Believer internal believer;

    function setUp() public override {
        super.setUp();
        believer = new Believer();
        recordLogs();
    }

    function callInitiatingMessage(uint256 _log) external {
        initiatingMessage(recordedLogs()[_log]);
    }

    function test_initiatingMessage_skipAfterLog_succeeds() public {
        box.set(5);
        skip(8 days);
        (Identifier memory id, bytes memory payload) = initiatingMessage(recordedLogs()[0]);
        assertEq(id.timestamp, GENESIS_TIME);
        onChain(902);
        vm.warp(GENESIS_TIME + 8 days);
        vm.expectRevert(
            abi.encodeWithSelector(Kit_MessageExpired.selector, GENESIS_TIME, GENESIS_TIME + 8 days)
        );
        execute(id, payload, address(believer), "");
    }

    function test_initiatingMessage_vmWarpAfterLog_reverts() public {
        box.set(5);
        vm.warp(GENESIS_TIME + 8 days);
        vm.expectRevert(Kit_LogOfUnknownBlock.selector);
        this.callInitiatingMessage(0);
    }

    function test_initiatingMessage_vmRollBeforeLog_reverts() public {
        vm.roll(5);
        box.set(5);
        vm.expectRevert(Kit_LogOfUnknownBlock.selector);
        this.callInitiatingMessage(0);
    }

    function test_initiatingMessage_vmWarpAfterVerb_succeeds() public {
        vm.warp(GENESIS_TIME + 5);
        messageCount();
        box.set(5);
        assertEq(recordedLogs().length, 1);
        vm.warp(GENESIS_TIME + 8 days);
        box.set(6);
        box.set(5);
        // The latest counts, and of that it is not known where it is.
        vm.expectRevert(Kit_LogOfUnknownBlock.selector);
        this.callInitiatingMessage(1);
    }

    /// @notice A log is where the messages around it are.
    function test_initiatingMessage_betweenMessages_succeeds() public {
        vm.warp(GENESIS_TIME + 5);
        _send(1);
        box.set(5);
        _send(2);
        vm.warp(GENESIS_TIME + 8 days);
        (Identifier memory id,) = initiatingMessage(recordedLogs()[1]);
        assertEq(id.timestamp, GENESIS_TIME + 5);
        assertEq(id.logIndex, message(0).id.logIndex + 1);
    }

    function test_refusal_vmWarpAfterLog_refuses() public {
        box.set(5);
        uint256 number = vm.getBlockNumber();
        vm.warp(GENESIS_TIME + 8 days);
        Identifier memory id = Identifier({
            origin: address(box),
            blockNumber: number,
            logIndex: 0,
            timestamp: GENESIS_TIME,
            chainId: 901
        });
        bytes memory payload = abi.encodePacked(Box.Set.selector, uint256(5), abi.encode("note"));
        onChain(902);
        assertEq(refusal(id, payload), abi.encodeWithSelector(Kit_LogOfUnknownBlock.selector));
    }
}

/// @notice forge sets block and chain back before each call of a handler.
contract SendingHandler is InteropKit {
    constructor() {
        startChains();
    }

    function send(uint32 _seconds) external {
        onChain(901);
        uint256 sentAt = vm.getBlockTimestamp();
        MESSENGER.sendMessage(902, address(1), "");
        vm.warp(sentAt + _seconds);
        require(message(messageCount() - 1).id.timestamp == sentAt, "re-dated");
        onChain(902);
        vm.warp(sentAt + _seconds);
        (bool success,) = tryRelay(messageCount() - 1);
        require(success == (_seconds <= EXPIRY_WINDOW), "expiry");
        onChain(901);
        vm.warp(sentAt);
        onChain(902);
        vm.warp(sentAt);
    }

    function sendFromNowhere() external {
        MESSENGER.sendMessage(902, address(1), "");
        messageCount();
    }
}

contract InteropKit_TimeInvariant_Test is Test {
    SendingHandler internal handler;

    function setUp() public {
        handler = new SendingHandler();
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = handler.send.selector;
        targetSelector(FuzzSelector({ addr: address(handler), selectors: selectors }));
        targetContract(address(handler));
    }

    /// forge-config: default.invariant.runs = 4
    /// forge-config: default.invariant.depth = 16
    function invariant_messagesKeepTheirTime() public pure { }

    function test_send_beforeAnyVerb_reverts() public {
        vm.chainId(31_337);
        vm.expectRevert(abi.encodeWithSelector(Kit_NotOnAChain_BeginWithAVerb.selector, 31_337));
        handler.sendFromNowhere();
    }
}
