// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { KitTest } from "./InteropKit.t.sol";
import { Box } from "./Targets.sol";

contract Mocks_MockCallOn_Test is KitTest {
    function test_mockCallOn_otherChain_succeeds() public {
        mockCallOn(902, address(box), abi.encodeCall(box.number, ()), abi.encode(5));
        assertEq(currentChain(), 901);
        assertEq(box.number(), 0);
        onChain(902);
        assertEq(box.number(), 5);
        onChain(901);
        assertEq(box.number(), 0);
    }

    function test_mockCallOn_accountWithoutCode_succeeds() public {
        mockCallOn(901, alice, "", abi.encode(5));
        onChain(902);
        assertEq(alice.code.length, 0);
        (bool success, bytes memory answer) = alice.call(abi.encodeCall(box.number, ()));
        assertTrue(success);
        assertEq(answer, "");
        onChain(901);
        (success, answer) = alice.call(abi.encodeCall(box.number, ()));
        assertTrue(success);
        assertEq(answer, abi.encode(5));
    }

    function test_mockCallRevertOn_delivery_reverts() public {
        _send(1);
        mockCallRevertOn(902, address(box), "", "no");
        vm.expectRevert(bytes("no"));
        relay(0);
        box.set(3);
        clearMockedCallsOn(902);
        relay(0);
        assertEq(_numberOn902(), 1);
    }
}

/// @notice Asks another contract, and writes before and after it.
contract Asker {
    uint256 public before;
    uint256 public answer;
    uint256 public failures;

    function ask(Box _box) external {
        before = 1;
        try _box.number() returns (uint256 number_) {
            answer = number_;
        } catch {
            ++failures;
        }
    }
}

/// @notice A mocked call disturbs forge's recording of the frame that makes it; what the frame writes belongs to its
///         chain all the same.
contract Mocks_Recording_Test is KitTest {
    Asker internal asker;

    function setUp() public override {
        super.setUp();
        onEachChain(_deployAsker);
    }

    function _deployAsker() private {
        asker = new Asker{ salt: 0 }();
    }

    function _assertOn902(uint256 _answer, uint256 _failures) private {
        onChain(901);
        assertEq(asker.before(), 0);
        assertEq(asker.answer(), 0);
        assertEq(asker.failures(), 0);
        onChain(902);
        assertEq(asker.before(), 1);
        assertEq(asker.answer(), _answer);
        assertEq(asker.failures(), _failures);
    }

    function _deliverAsk() private {
        onChain(901);
        MESSENGER.sendMessage(902, address(asker), abi.encodeCall(Asker.ask, (box)));
        relay(0);
    }

    function test_mockCallOn_targetWrites_staysOnItsChain() public {
        mockCallOn(902, address(box), abi.encodeCall(box.number, ()), abi.encode(5));
        _deliverAsk();
        _assertOn902(5, 0);
    }

    function test_mockCallOn_callerWrites_staysOnItsChain() public {
        mockCallOn(902, address(box), abi.encodeCall(box.number, ()), abi.encode(5));
        onChain(902);
        asker.ask(box);
        _assertOn902(5, 0);
    }

    function test_mockCallRevertOn_targetWrites_staysOnItsChain() public {
        mockCallRevertOn(902, address(box), "", "no");
        _deliverAsk();
        _assertOn902(0, 1);
    }

    function test_mockCallRevertOn_callerWrites_staysOnItsChain() public {
        mockCallRevertOn(902, address(box), "", "no");
        onChain(902);
        asker.ask(box);
        _assertOn902(0, 1);
    }

    function test_mockCall_reorg_undoesDelivery() public {
        vm.mockCall(address(box), abi.encodeCall(box.number, ()), abi.encode(5));
        mark(901);
        _deliverAsk();
        reorg(901);
        onChain(902);
        assertEq(asker.before(), 0);
        assertEq(asker.answer(), 0);
    }
}
