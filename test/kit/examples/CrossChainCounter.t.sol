// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { InteropKit } from "../../../contracts/kit/InteropKit.sol";
import { CrossChainCounter } from "../../../contracts/kit/examples/CrossChainCounter.sol";

contract CrossChainCounterTest is InteropKit {
    CrossChainCounter counter;

    function setUp() public override {
        super.setUp();
        onEachChain(deploy);
    }

    function deploy() internal {
        counter = new CrossChainCounter{ salt: 0 }();
    }

    function test_incrementOn_otherChain_succeeds() public {
        onChain(901);
        counter.incrementOn(902);
        assertEq(relayAll(), 1);

        assertEq(counter.count(), 0);
        onChain(902);
        assertEq(counter.count(), 1);
    }

    function test_increment_stranger_reverts() public {
        onChain(902);
        vm.expectRevert(CrossChainCounter.OnlyCounterpart.selector);
        counter.increment();
    }

    function test_increment_strangersMessage_reverts() public {
        MESSENGER.sendMessage(902, address(counter), abi.encodeCall(counter.increment, ()));
        vm.expectRevert(CrossChainCounter.OnlyCounterpart.selector);
        relay(0);
    }

    function test_incrementOn_outOfOrder_succeeds() public {
        counter.incrementOn(902);
        onChain(902);
        counter.incrementOn(901);
        onChain(901);
        counter.incrementOn(902);

        relay(2);
        relay(1);
        assertEq(counter.count(), 1);
        assertEq(counter.lastSource(), 902);
        assertEq(pending().length, 1);

        relayAll();
        onChain(902);
        assertEq(counter.count(), 2);
        assertEq(counter.lastSource(), 901);
    }
}
