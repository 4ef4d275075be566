// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Mailbox } from "../../contracts/gateway/examples/Mailbox.sol";
import { IERC7786GatewaySource } from "../../contracts/interfaces/IERC7786.sol";
import { InteropKit } from "../../contracts/kit/InteropKit.sol";
import { GatewayDeployment } from "../../contracts/libraries/GatewayDeployment.sol";
import { InteropAddress } from "../../contracts/libraries/InteropAddress.sol";

/// @notice The example of the gateway's README.
contract MailboxTest is InteropKit {
    Mailbox internal mailbox;

    function setUp() public override {
        super.setUp();
        onEachChain(_deploy);
    }

    function _deploy() internal {
        mailbox = new Mailbox{ salt: 0 }();
    }

    function test_post_succeeds() public {
        bytes32 id = mailbox.post(902, "hello");
        assertEq(message(0).hash, id);
        relayAll();
        assertEq(mailbox.lastChain(), 0);
        onChain(902);
        assertEq(mailbox.lastChain(), 901);
        assertEq(mailbox.lastLetter(), "hello");
    }

    function test_receiveMessage_stranger_reverts() public {
        bytes memory self = InteropAddress.formatEvm(902, address(mailbox));
        vm.expectRevert(Mailbox.NotTheGateway.selector);
        mailbox.receiveMessage(0, self, "forged");

        IERC7786GatewaySource(GatewayDeployment.GATEWAY).sendMessage(self, "forged", new bytes[](0));
        vm.expectRevert(Mailbox.NotTheCounterpart.selector);
        relay(0);
    }
}
