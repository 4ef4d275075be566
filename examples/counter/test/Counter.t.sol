// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Counter } from "../contract/Counter.sol";
import { InteropKit } from "causeway/kit/InteropKit.sol";

contract CounterTest is InteropKit {
    Counter internal counter;
    address internal alice = makeAddr("alice");

    function setUp() public override {
        super.setUp();
        onEachChain(deploy);
    }

    function deploy() internal {
        counter = new Counter{ salt: 0 }();
    }

    function test_increment_here_succeeds() public {
        vm.expectEmit(address(counter));
        emit Counter.Raised(901, alice, 3, 3);
        vm.prank(alice);
        assertEq(counter.increment(3), 3);
        assertEq(counter.raisedFrom(901), 3);
    }

    function test_increment_byNothing_reverts() public {
        vm.expectRevert(Counter.NothingToCount.selector);
        counter.increment(0);
    }

    /// An account's own message: the messenger calls the counter, and tells it who sent.
    function test_increment_fromAnotherChain_succeeds() public {
        vm.prank(alice);
        MESSENGER.sendMessage(902, address(counter), abi.encodeCall(Counter.increment, (5)));

        onChain(902);
        vm.expectEmit(address(counter));
        emit Counter.Raised(901, alice, 5, 5);
        assertEq(relayAll(), 1);
        assertEq(counter.number(), 5);
        assertEq(counter.raisedFrom(901), 5);
    }

    function test_incrementOn_otherChain_succeeds() public {
        counter.incrementOn(902, 2);
        counter.incrementOn(902, 40);
        assertEq(relayAll(), 2);

        assertEq(counter.number(), 0);
        onChain(902);
        assertEq(counter.number(), 42);
    }

    /// What reverts on arrival can be tried again, and changes nothing.
    function test_incrementOn_byNothing_failsThere() public {
        counter.incrementOn(902, 0);

        onChain(902);
        (bool success, bytes memory reason) = tryRelay(0);
        assertFalse(success);
        assertEq(reason, abi.encodeWithSelector(Counter.NothingToCount.selector));
        assertEq(counter.number(), 0);
    }

    /// A counter believes the messenger alone.
    function testFuzz_increment_byAnybody_isOfThisChain(address _who, uint128 _by) public {
        vm.assume(_who != address(MESSENGER) && _by > 0);
        vm.prank(_who);
        counter.increment(_by);
        assertEq(counter.raisedFrom(901), _by);
    }
}
