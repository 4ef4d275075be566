// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { InteropKit } from "../../../contracts/kit/InteropKit.sol";
import { Inquiry } from "../../../contracts/kit/examples/Inquiry.sol";

contract Price {
    uint256 public price;

    constructor(uint256 _price) {
        price = _price;
    }
}

contract InquiryTest is InteropKit {
    Inquiry internal inquiry;
    Price internal price;

    function setUp() public override {
        super.setUp();
        onEachChain(_deploy);
        onChain(902);
        price = new Price(1234);
        onChain(901);
    }

    function _deploy() internal {
        inquiry = new Inquiry{ salt: 0 }();
    }

    function test_ask_thereAndBack_succeeds() public {
        inquiry.ask(902, address(price), abi.encodeCall(price.price, ()));
        assertEq(inquiry.answers(0), "");

        // The question, and the answer that its delivery sends.
        assertEq(relayAll(), 2);
        assertEq(inquiry.answers(0), abi.encode(1234));
        assertEq(inquiry.askedOn(0), 0);
    }

    function test_ask_questionFails_canBeDeliveredAgain() public {
        inquiry.ask(902, address(price), "no such function");
        vm.expectRevert(Inquiry.QuestionFailed.selector);
        relay(0);
        assertEq(pending().length, 1);
    }

    function test_ask_answerLost_staysOpen() public {
        inquiry.ask(902, address(price), abi.encodeCall(price.price, ()));
        relay(0);
        drop(1);
        assertEq(relayAll(), 0);
        assertEq(inquiry.askedOn(0), 902);

        resend(1);
        assertEq(relayAll(), 1);
        assertEq(inquiry.answers(0), abi.encode(1234));
    }

    function test_receiveAnswer_stranger_reverts() public {
        inquiry.ask(902, address(price), abi.encodeCall(price.price, ()));
        vm.expectRevert(Inquiry.OnlyCounterpart.selector);
        inquiry.receiveAnswer(0, "forged");
    }

    function test_receiveAnswer_strangersMessage_reverts() public {
        inquiry.ask(902, address(price), abi.encodeCall(price.price, ()));
        onChain(902);
        MESSENGER.sendMessage(901, address(inquiry), abi.encodeCall(inquiry.receiveAnswer, (0, "forged")));
        vm.expectRevert(Inquiry.OnlyCounterpart.selector);
        relay(1);
        onChain(901);
        assertEq(inquiry.answers(0), "");
        assertEq(inquiry.askedOn(0), 902);
    }

    function test_receiveAnswer_fromAnotherChain_reverts() public {
        // There is no third live chain.
        vm.skip(isLive());
        addChain(903);
        onChain(903);
        inquiry = new Inquiry{ salt: 0 }();
        vm.prank(address(inquiry));
        MESSENGER.sendMessage(901, address(inquiry), abi.encodeCall(inquiry.receiveAnswer, (0, "forged")));

        onChain(901);
        inquiry.ask(902, address(price), abi.encodeCall(price.price, ()));
        vm.expectRevert(Inquiry.NotAsked.selector);
        relay(0);
    }
}
