// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    ICrossL2Inbox,
    Identifier,
    NotInAccessList,
    TimestampTooHigh
} from "../../contracts/interfaces/ICrossL2Inbox.sol";
import {
    EventPayloadNotSentMessage,
    IL2ToL2CrossDomainMessenger,
    IdOriginNotL2ToL2CrossDomainMessenger,
    MessageAlreadyRelayed,
    MessageDestinationNotRelayChain
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { ReentrantCall } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { Caller, MessengerRelayTest, Relayer } from "./MessengerRelayTest.sol";

contract L2ToL2CrossDomainMessenger_RelayMessage_Test is MessengerRelayTest {
    function testFuzz_relayMessage_succeeds(
        uint256 _source,
        uint256 _nonce,
        address _sender,
        bytes memory _message,
        bytes calldata _answer
    )
        external
    {
        // A selector that the recorder does not have, so that its fallback gets the message.
        _message = abi.encodePacked(bytes4(0xffffffff), _message);
        recorder.set(_answer, false);
        Sent memory sent = Sent({
            destination: HERE,
            nonce: _nonce,
            sender: _sender,
            target: address(recorder),
            message: _message
        });
        Identifier memory id = _identify();
        id.chainId = _source;
        bytes32 hash = keccak256(abi.encode(HERE, _source, _nonce, _sender, recorder, _message));
        assertFalse(MESSENGER.successfulMessages(hash));

        _declare(id, _payload(sent));
        vm.expectEmit(Predeploys.CROSS_L2_INBOX);
        emit ICrossL2Inbox.ExecutingMessage(keccak256(_payload(sent)), id);
        vm.expectEmit(address(MESSENGER));
        emit IL2ToL2CrossDomainMessenger.RelayedMessage(_source, _nonce, hash, keccak256(_answer));
        assertEq(MESSENGER.relayMessage(id, _payload(sent)), _answer);

        assertTrue(MESSENGER.successfulMessages(hash));
        assertEq(recorder.caller(), address(MESSENGER));
        assertEq(recorder.data(), _message);
        assertEq(recorder.sender(), _sender);
        assertEq(recorder.source(), _source);
    }

    function testFuzz_relayMessage_value_succeeds(uint64 _value) external {
        Sent memory sent = _toRecorder();
        _declare(_identify(), _payload(sent));
        MESSENGER.relayMessage{ value: _value }(_identify(), _payload(sent));
        assertEq(recorder.value(), _value);
        assertEq(address(recorder).balance, _value);
        assertEq(address(MESSENGER).balance, 0);
    }

    /// @notice A payload is what a send emits, to the byte.
    function test_relayMessage_logOfSend_succeeds() external {
        vm.chainId(SOURCE);
        vm.recordLogs();
        vm.prank(SENDER);
        bytes32 hash = MESSENGER.sendMessage(HERE, address(recorder), hex"c0ffee");
        bytes memory payload = abi.encodePacked(vm.getRecordedLogs()[0].topics);
        vm.recordLogs();
        MESSENGER.resendMessage(HERE, 0, SENDER, address(recorder), hex"c0ffee");
        payload = abi.encodePacked(payload, vm.getRecordedLogs()[0].data);

        vm.chainId(HERE);
        _relayPayload(payload);
        assertTrue(MESSENGER.successfulMessages(hash));
        assertEq(recorder.sender(), SENDER);
    }

    /// @notice As the target has no code, nothing happens, and yet the message is used up.
    function test_relayMessage_codelessTarget_succeeds() external {
        Sent memory sent = _sent(SENDER, address(0xDEAD), "anything");
        _expectRelayed(sent, "");
        assertEq(_relay(sent), "");
        assertTrue(MESSENGER.successfulMessages(_hash(sent)));
    }

    function test_relayMessage_sendsFromTarget_succeeds() external {
        Caller caller = new Caller();
        Sent memory sent =
            _sent(SENDER, address(caller), abi.encodeCall(MESSENGER.sendMessage, (SOURCE, SENDER, "")));
        bytes memory returned = _relay(sent);
        assertEq(abi.decode(returned, (bytes32)), MESSENGER.sentMessages(0));
        assertEq(MESSENGER.messageNonce(), 1);
    }

    function test_relayMessage_afterTargetReverted_succeeds() external {
        recorder.set("refused", true);
        vm.expectRevert("refused");
        _relay(_toRecorder());
        assertFalse(MESSENGER.successfulMessages(_hash(_toRecorder())));

        recorder.set("", false);
        _relay(_toRecorder());
        assertTrue(MESSENGER.successfulMessages(_hash(_toRecorder())));
    }
}

contract L2ToL2CrossDomainMessenger_RelayMessage_Reverts_Test is MessengerRelayTest {
    /// @notice A call to an account without code succeeds; that must not pass for the inbox's word.
    function test_relayMessage_noInbox_reverts() external {
        _declare(_identify(), _payload(_toRecorder()));
        vm.etch(address(INBOX), "");
        vm.expectRevert(bytes(""));
        MESSENGER.relayMessage(_identify(), _payload(_toRecorder()));
    }

    function test_relayMessage_notDeclared_reverts() external {
        _declareNothing();
        vm.expectRevert(NotInAccessList.selector);
        MESSENGER.relayMessage(_identify(), _payload(_toRecorder()));
    }

    function test_relayMessage_otherPayloadThanDeclared_reverts() external {
        _declare(_identify(), _payload(_toRecorder()));
        Sent memory other = _toRecorder();
        other.sender = address(1);
        vm.expectRevert(NotInAccessList.selector);
        MESSENGER.relayMessage(_identify(), _payload(other));
    }

    function test_relayMessage_invalidIdentifier_reverts() external {
        Identifier memory id = _identify();
        id.timestamp = 1 << 64;
        vm.expectRevert(TimestampTooHigh.selector);
        MESSENGER.relayMessage(id, "");
    }

    /// @notice The origin is looked at before anything else, so nothing need be declared.
    function testFuzz_relayMessage_otherOrigin_reverts(address _origin) external {
        vm.assume(_origin != address(MESSENGER));
        _declareNothing();
        vm.expectRevert(IdOriginNotL2ToL2CrossDomainMessenger.selector);
        MESSENGER.relayMessage(_identify(_origin), _payload(_toRecorder()));
    }

    function testFuzz_relayMessage_payloadUnder32Bytes_reverts(uint8 _length) external {
        bytes memory data = new bytes(_length % 32);
        _declare(_identify(), data);
        vm.expectRevert(bytes(""));
        MESSENGER.relayMessage(_identify(), data);
    }

    function testFuzz_relayMessage_otherEvent_reverts(bytes32 _topic) external {
        vm.assume(_topic != IL2ToL2CrossDomainMessenger.SentMessage.selector);
        bytes memory payload = _payload(_toRecorder());
        assembly {
            mstore(add(payload, 0x20), _topic)
        }
        _declare(_identify(), payload);
        vm.expectRevert(EventPayloadNotSentMessage.selector);
        MESSENGER.relayMessage(_identify(), payload);
    }

    /// @notice The event is looked at before the rest is decoded.
    function test_relayMessage_topicOfAnotherEventAlone_reverts() external {
        bytes memory payload = abi.encode(IL2ToL2CrossDomainMessenger.RelayedMessage.selector);
        _declare(_identify(), payload);
        vm.expectRevert(EventPayloadNotSentMessage.selector);
        MESSENGER.relayMessage(_identify(), payload);
    }

    /// @notice Cut off anywhere between the first topic and the message's last byte, a payload does not decode.
    function testFuzz_relayMessage_truncatedPayload_reverts(uint256 _length) external {
        bytes memory payload = _payload(_sent(SENDER, address(recorder), new bytes(64)));
        _length = bound(_length, 32, payload.length - 1);
        assembly {
            mstore(payload, _length)
        }
        _declare(_identify(), payload);
        vm.expectRevert(bytes(""));
        MESSENGER.relayMessage(_identify(), payload);
    }

    /// @notice An address of more than 160 bits is no address.
    function test_relayMessage_dirtyTarget_reverts() external {
        bytes memory payload = _payload(_toRecorder());
        payload[64] = 0x01;
        _declare(_identify(), payload);
        vm.expectRevert(bytes(""));
        MESSENGER.relayMessage(_identify(), payload);
    }

    function testFuzz_relayMessage_otherDestination_reverts(uint256 _destination) external {
        vm.assume(_destination != HERE);
        Sent memory sent = _toRecorder();
        sent.destination = _destination;
        vm.expectRevert(MessageDestinationNotRelayChain.selector);
        _relay(sent);
    }

    function test_relayMessage_again_reverts() external {
        _relay(_toRecorder());
        vm.expectRevert(MessageAlreadyRelayed.selector);
        _relay(_toRecorder());
    }

    /// @notice A message that was sent again is still the same message.
    function test_relayMessage_againFromAnotherLog_reverts() external {
        _relay(_toRecorder());
        Identifier memory id = _identify();
        id.blockNumber++;
        _declare(id, _payload(_toRecorder()));
        vm.expectRevert(MessageAlreadyRelayed.selector);
        MESSENGER.relayMessage(id, _payload(_toRecorder()));
    }

    /// @notice In one transaction, too, it is delivered once.
    function test_relayMessage_againInSameTransaction_reverts() external {
        Relayer relayer = new Relayer();
        bytes memory payload = _payload(_toRecorder());
        _declare(_identify(), payload);
        vm.expectRevert(MessageAlreadyRelayed.selector);
        relayer.relayAndThen(
            _identify(),
            payload,
            abi.encodeCall(IL2ToL2CrossDomainMessenger.relayMessage, (_identify(), payload))
        );
    }

    function testFuzz_relayMessage_targetReverts_reverts(bytes memory _reason) external {
        recorder.set(_reason, true);
        _declare(_identify(), _payload(_toRecorder()));
        vm.expectRevert(_reason);
        MESSENGER.relayMessage{ value: 1 }(_identify(), _payload(_toRecorder()));

        assertFalse(MESSENGER.successfulMessages(_hash(_toRecorder())));
        assertEq(address(MESSENGER).balance, 0);
    }

    /// @notice A target that relays another message, properly declared, is still turned away.
    function test_relayMessage_fromTarget_reverts() external {
        bytes memory inner = _payload(_toRecorder());
        bytes memory relay = abi.encodeCall(IL2ToL2CrossDomainMessenger.relayMessage, (_identify(), inner));
        Sent memory outer = _sent(SENDER, address(new Caller()), relay);
        bytes32[] memory keys = new bytes32[](2);
        keys[0] = INBOX.calculateChecksum(_identify(), keccak256(inner));
        keys[1] = INBOX.calculateChecksum(_identify(), keccak256(_payload(outer)));

        _declareKeys(Predeploys.CROSS_L2_INBOX, keys);
        vm.expectRevert(ReentrantCall.selector);
        MESSENGER.relayMessage(_identify(), _payload(outer));
    }
}
