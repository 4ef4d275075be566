// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { KitTest } from "./InteropKit.t.sol";

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
