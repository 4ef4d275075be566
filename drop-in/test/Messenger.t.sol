// SPDX-License-Identifier: MIT
pragma solidity ^0.8.25;

import { Test } from "forge-std/Test.sol";
import { Vm } from "forge-std/Vm.sol";
import { ICrossL2Inbox, Identifier } from "interfaces/L2/ICrossL2Inbox.sol";
import { IL2ToL2CrossDomainMessenger } from "interfaces/L2/IL2ToL2CrossDomainMessenger.sol";
import {
    EventPayloadNotSentMessage,
    IdOriginNotL2ToL2CrossDomainMessenger,
    InvalidMessage,
    L2ToL2CrossDomainMessenger,
    MessageAlreadyRelayed,
    MessageDestinationNotRelayChain,
    MessageDestinationSameChain,
    MessageTargetL2ToL2CrossDomainMessenger
} from "src/L2/L2ToL2CrossDomainMessenger.sol";
import { Encoding } from "src/libraries/Encoding.sol";
import { Hashing } from "src/libraries/Hashing.sol";
import { Predeploys } from "src/libraries/Predeploys.sol";
import { TransientReentrancyAware } from "src/libraries/TransientContext.sol";

/// @notice The messenger with its transient storage open, as test suites of the field have it.
contract L2ToL2CrossDomainMessenger_Harness is L2ToL2CrossDomainMessenger {
    function entered() external view returns (bool) {
        return _entered();
    }

    function setEntered(uint256 _value) external {
        assembly {
            tstore(ENTERED_SLOT, _value)
        }
    }

    function setContext(address _sender, uint256 _source) external {
        assembly {
            tstore(CROSS_DOMAIN_MESSAGE_SENDER_SLOT, _sender)
            tstore(CROSS_DOMAIN_MESSAGE_SOURCE_SLOT, _source)
        }
    }

    function topic() external pure returns (bytes32) {
        return SENT_MESSAGE_EVENT_SELECTOR;
    }
}

contract Messenger_Test is Test {
    L2ToL2CrossDomainMessenger_Harness internal messenger;

    function setUp() public {
        vm.etch(
            Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER, address(new L2ToL2CrossDomainMessenger_Harness()).code
        );
        messenger = L2ToL2CrossDomainMessenger_Harness(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);
        vm.mockCall(
            Predeploys.CROSS_L2_INBOX, abi.encodeWithSelector(ICrossL2Inbox.validateMessage.selector), ""
        );
    }

    function test_context_entered_succeeds() external {
        messenger.setEntered(1);
        messenger.setContext(address(7), 8);
        assertEq(messenger.entered(), true);
        (address sender, uint256 source) = messenger.crossDomainMessageContext();
        assertEq(sender, address(7));
        assertEq(source, 8);
    }

    function test_context_notEntered_reverts() external {
        assertEq(messenger.entered(), false);
        vm.expectRevert(TransientReentrancyAware.NotEntered.selector);
        messenger.crossDomainMessageSender();
        vm.expectRevert(IL2ToL2CrossDomainMessenger.NotEntered.selector);
        messenger.crossDomainMessageSource();
    }

    function test_relayMessage_entered_reverts() external {
        messenger.setEntered(1);
        vm.expectRevert(TransientReentrancyAware.ReentrantCall.selector);
        messenger.relayMessage(_id(), "");
        assertEq(
            TransientReentrancyAware.ReentrantCall.selector,
            IL2ToL2CrossDomainMessenger.ReentrantCall.selector
        );
    }

    function testFuzz_sendMessage_succeeds(
        uint256 _destination,
        address _target,
        bytes calldata _message
    )
        external
    {
        vm.assume(_destination != block.chainid);
        vm.assume(_target != Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);
        uint256 nonce = messenger.messageNonce();
        (uint240 number, uint16 version) = Encoding.decodeVersionedNonce(nonce);
        assertEq(Encoding.encodeVersionedNonce(number, version), nonce);

        vm.recordLogs();
        bytes32 hash = messenger.sendMessage(_destination, _target, _message);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        assertEq(logs.length, 1);
        assertEq(logs[0].topics[0], L2ToL2CrossDomainMessenger.SentMessage.selector);
        assertEq(logs[0].topics[0], IL2ToL2CrossDomainMessenger.SentMessage.selector);
        assertEq(logs[0].topics[0], messenger.topic());
        assertEq(
            hash,
            Hashing.hashL2toL2CrossDomainMessage(
                _destination, block.chainid, nonce, address(this), _target, _message
            )
        );

        vm.expectEmit(address(messenger));
        emit IL2ToL2CrossDomainMessenger.SentMessage(_destination, _target, nonce, address(this), _message);
        messenger.resendMessage(_destination, nonce, address(this), _target, _message);
    }

    function test_sendMessage_reverts() external {
        vm.expectRevert(MessageDestinationSameChain.selector);
        messenger.sendMessage({ _destination: block.chainid, _target: address(1), _message: "" });
        vm.expectRevert(MessageTargetL2ToL2CrossDomainMessenger.selector);
        messenger.sendMessage({
            _destination: block.chainid + 1,
            _target: Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            _message: ""
        });
        vm.expectRevert(InvalidMessage.selector);
        messenger.resendMessage(block.chainid + 1, 0, address(1), address(1), "");
    }

    function testFuzz_relayMessage_succeeds(address _sender, uint256 _source) external {
        Identifier memory id = _id();
        id.chainId = _source;
        bytes memory payload = _payload(block.chainid, _sender);
        bytes32 hash =
            Hashing.hashL2toL2CrossDomainMessage(block.chainid, _source, 5, _sender, address(0xB0B), "hello");

        vm.expectEmit(address(messenger));
        emit L2ToL2CrossDomainMessenger.RelayedMessage(_source, 5, hash, keccak256(""));
        messenger.relayMessage(id, payload);
        assertTrue(messenger.successfulMessages(hash));

        vm.expectRevert(MessageAlreadyRelayed.selector);
        messenger.relayMessage(id, payload);
    }

    function test_relayMessage_reverts() external {
        Identifier memory id = _id();
        vm.expectRevert(MessageDestinationNotRelayChain.selector);
        messenger.relayMessage(id, _payload(block.chainid + 1, address(1)));
        vm.expectRevert(EventPayloadNotSentMessage.selector);
        messenger.relayMessage(id, new bytes(32));
        id.origin = address(1);
        vm.expectRevert(IdOriginNotL2ToL2CrossDomainMessenger.selector);
        messenger.relayMessage(id, "");
    }

    /// @notice Members of the interface and errors of the contract's file are the same.
    function test_errors_succeeds() external pure {
        assertEq(InvalidMessage.selector, IL2ToL2CrossDomainMessenger.InvalidMessage.selector);
        assertEq(MessageAlreadyRelayed.selector, IL2ToL2CrossDomainMessenger.MessageAlreadyRelayed.selector);
        assertEq(
            MessageDestinationSameChain.selector,
            IL2ToL2CrossDomainMessenger.MessageDestinationSameChain.selector
        );
        assertEq(
            MessageDestinationNotRelayChain.selector,
            IL2ToL2CrossDomainMessenger.MessageDestinationNotRelayChain.selector
        );
        assertEq(
            MessageTargetL2ToL2CrossDomainMessenger.selector,
            IL2ToL2CrossDomainMessenger.MessageTargetL2ToL2CrossDomainMessenger.selector
        );
        assertEq(
            EventPayloadNotSentMessage.selector,
            IL2ToL2CrossDomainMessenger.EventPayloadNotSentMessage.selector
        );
        assertEq(
            IdOriginNotL2ToL2CrossDomainMessenger.selector,
            IL2ToL2CrossDomainMessenger.IdOriginNotL2ToL2CrossDomainMessenger.selector
        );
    }

    function _id() private pure returns (Identifier memory) {
        return Identifier(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER, 1, 2, 3, 4);
    }

    function _payload(uint256 _destination, address _sender) private pure returns (bytes memory) {
        return abi.encodePacked(
            abi.encode(
                L2ToL2CrossDomainMessenger.SentMessage.selector, _destination, address(0xB0B), uint256(5)
            ),
            abi.encode(_sender, bytes("hello"))
        );
    }
}
