// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier, NotInAccessList } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import {
    InvalidMessage,
    MessageDestinationNotRelayChain
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Kit_IdentifierMatchesNoLog, Kit_NotInDependencySet } from "../../contracts/kit/Errors.sol";
import { Message } from "../../contracts/kit/Messages.sol";
import { KitTest } from "./InteropKit.t.sol";

/// @notice What the contracts check when nobody checks for them.
contract InteropKit_Declare_Test is KitTest {
    function test_declare_wrongDestination_reverts() public {
        addChain(903);
        _send(1);
        Message memory sent = message(0);
        bytes memory payload = payloadOf(sent);
        onChain(903);
        declare(sent.id, payload);
        vm.expectRevert(MessageDestinationNotRelayChain.selector);
        MESSENGER.relayMessage(sent.id, payload);
    }

    function testFuzz_declare_otherIdentifier_reverts(uint8 _field, uint32 _by) public {
        _by = uint32(bound(_by, 1, type(uint32).max));
        _send(1);
        Message memory sent = message(0);
        bytes memory payload = payloadOf(sent);
        onChain(902);
        declare(sent.id, payload);
        Identifier memory id = sent.id;
        unchecked {
            if (_field % 4 == 0) id.blockNumber += _by;
            if (_field % 4 == 1) id.logIndex = uint32(id.logIndex + _by);
            if (_field % 4 == 2) id.timestamp += _by;
            if (_field % 4 == 3) id.chainId += _by;
        }
        vm.expectRevert(NotInAccessList.selector);
        MESSENGER.relayMessage(id, payload);
    }

    function test_resendMessage_tampered_reverts() public {
        _send(1);
        Message memory sent = message(0);
        vm.expectRevert(InvalidMessage.selector);
        MESSENGER.resendMessage(sent.destination, sent.nonce, alice, sent.target, sent.data);
    }

    function testFuzz_refusal_tampered_refuses(uint8 _field, uint32 _by) public {
        _by = uint32(bound(_by, 1, type(uint32).max));
        _send(1);
        Message memory sent = message(0);
        bytes memory payload = payloadOf(sent);
        onChain(902);
        assertEq(refusal(sent.id, payload), "");
        Identifier memory id = sent.id;
        unchecked {
            if (_field % 5 == 0) id.blockNumber += _by;
            if (_field % 5 == 1) id.logIndex += _by;
            if (_field % 5 == 2) id.timestamp += _by;
            if (_field % 5 == 3) id.origin = address(uint160(id.origin) ^ _by);
            if (_field % 5 == 4) payload[_by % payload.length] ^= 0x01;
        }
        assertEq(refusal(id, payload), abi.encodeWithSelector(Kit_IdentifierMatchesNoLog.selector));
    }

    function test_refusal_unknownSource_refuses() public {
        _send(1);
        Message memory sent = message(0);
        sent.id.chainId = 999;
        assertEq(
            refusal(sent.id, payloadOf(sent)), abi.encodeWithSelector(Kit_NotInDependencySet.selector, 999)
        );
    }
}
