// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { IERC7786Recipient } from "../../contracts/interfaces/IERC7786.sol";
import {
    IERC7786Gateway,
    MessageNotAccepted,
    RecipientWithoutCode,
    ValueNotSupported
} from "../../contracts/interfaces/IERC7786Gateway.sol";
import { MessageAlreadyRelayed } from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { InvalidCrossDomainSender, Unauthorized } from "../../contracts/libraries/CommonErrors.sol";
import { ReentrantCall } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { GatewayTest } from "./GatewayTest.sol";
import { Answer, Attacker, Inbox } from "./Recipients.sol";

contract ERC7786Gateway_DeliverMessage_Test is GatewayTest {
    bytes4 internal constant ACCEPTED = 0x2432ef26;

    /// @notice The recipient is called once, by the gateway, with the hash that the messenger knows the message by,
    ///         with the sender and chain it came from, and the payload.
    function testFuzz_deliverMessage_succeeds(bytes calldata _payload, uint240 _nonce) external {
        Sent memory sent = _carried(address(recipient), _payload);
        sent.nonce = _nonce;
        sent.message =
            abi.encodeCall(IERC7786Gateway.deliverMessage, (_nonce, ALICE, address(recipient), _payload));
        _relay(sent);

        assertEq(recipient.count(), 1);
        assertEq(recipient.caller(), address(GATEWAY));
        assertEq(recipient.value(), 0);
        assertEq(recipient.receiveId(), _hash(sent));
        assertTrue(MESSENGER.successfulMessages(recipient.receiveId()));
        assertEq(recipient.sender(), _interop(SOURCE, ALICE));
        assertEq(recipient.payload(), _payload);
    }

    /// @notice All accounts, and the call that they get byte for byte.
    function testFuzz_deliverMessage_anySender_succeeds(address _sender, bytes calldata _payload) external {
        Sent memory sent = _carried(address(recipient), _payload);
        sent.message = abi.encodeCall(
            IERC7786Gateway.deliverMessage, (sent.nonce, _sender, address(recipient), _payload)
        );
        bytes memory call = abi.encodeCall(
            IERC7786Recipient.receiveMessage, (_hash(sent), _interop(SOURCE, _sender), _payload)
        );
        vm.expectCall(address(recipient), 0, call, 1);
        _relay(sent);
    }

    function test_deliverMessage_twice_reverts() external {
        Sent memory sent = _carried(address(recipient), "once");
        _relay(sent);
        _declare(_identify(), _payload(sent));
        vm.expectRevert(MessageAlreadyRelayed.selector);
        MESSENGER.relayMessage(_identify(), _payload(sent));
        assertEq(recipient.count(), 1);
    }

    function testFuzz_deliverMessage_notMessenger_reverts(address _caller) external {
        vm.assume(_caller != address(MESSENGER));
        vm.prank(_caller);
        vm.expectRevert(Unauthorized.selector);
        GATEWAY.deliverMessage(0, ALICE, address(recipient), "");
    }

    /// @notice Anyone can have the messenger call the gateway. What then counts is who sent.
    function testFuzz_deliverMessage_notFromGateway_reverts(address _sender) external {
        vm.assume(_sender != address(GATEWAY));
        Sent memory sent = _carried(address(recipient), "forged");
        sent.sender = _sender;
        _declare(_identify(), _payload(sent));
        vm.expectRevert(InvalidCrossDomainSender.selector);
        MESSENGER.relayMessage(_identify(), _payload(sent));
        assertEq(recipient.count(), 0);
    }

    function test_deliverMessage_value_reverts() external {
        Sent memory sent = _carried(address(recipient), "");
        _declare(_identify(), _payload(sent));
        vm.expectRevert(abi.encodeWithSelector(ValueNotSupported.selector, 1));
        MESSENGER.relayMessage{ value: 1 }(_identify(), _payload(sent));
    }

    /// @notice Nobody there, and not used up: once somebody is, the message arrives.
    function test_deliverMessage_noCodeYet_reverts() external {
        address account = makeAddr("later");
        Sent memory sent = _carried(account, "wait");
        _declare(_identify(), _payload(sent));
        vm.expectRevert(abi.encodeWithSelector(RecipientWithoutCode.selector, account));
        MESSENGER.relayMessage(_identify(), _payload(sent));

        vm.etch(account, address(recipient).code);
        _relay(sent);
        assertEq(Inbox(account).count(), 1);
    }

    /// @notice Precompiles answer without having code; one of them repeats the call, which begins with the selector.
    function test_deliverMessage_precompile_reverts() external {
        for (uint160 i = 1; i < 11; ++i) {
            Sent memory sent = _carried(address(i), "");
            _declare(_identify(), _payload(sent));
            vm.expectRevert(abi.encodeWithSelector(RecipientWithoutCode.selector, address(i)));
            MESSENGER.relayMessage(_identify(), _payload(sent));
        }
    }

    /// @notice What the recipient reverts with gets out as it is, and the message can be relayed again.
    function testFuzz_deliverMessage_recipientReverts_reverts(bytes calldata _reason) external {
        Answer answer = new Answer();
        answer.set(_reason, true);
        Sent memory sent = _carried(address(answer), "");
        _declare(_identify(), _payload(sent));
        (bool success, bytes memory result) =
            address(MESSENGER).call(abi.encodeCall(MESSENGER.relayMessage, (_identify(), _payload(sent))));
        assertFalse(success);
        assertEq(result, _reason);
        assertFalse(MESSENGER.successfulMessages(_hash(sent)));

        answer.set(abi.encode(ACCEPTED), false);
        _relay(sent);
        assertTrue(MESSENGER.successfulMessages(_hash(sent)));
    }

    /// @notice An answer counts if its first word is the selector with zeros behind it.
    function testFuzz_deliverMessage_answer_succeeds(bytes calldata _more) external {
        Answer answer = new Answer();
        answer.set(bytes.concat(abi.encode(ACCEPTED), _more), false);
        Sent memory sent = _carried(address(answer), "");
        _relay(sent);
        assertTrue(MESSENGER.successfulMessages(_hash(sent)));
    }

    function testFuzz_deliverMessage_otherAnswer_reverts(bytes calldata _answer) external {
        // Longer answers count by their first word.
        // forge-lint: disable-next-line(unsafe-typecast)
        vm.assume(_answer.length < 32 || bytes32(_answer) != bytes32(ACCEPTED));
        _assertNotAccepted(_answer);
    }

    function test_deliverMessage_otherAnswer_reverts() external {
        _assertNotAccepted("");
        _assertNotAccepted(abi.encodePacked(ACCEPTED));
        // One byte short of a word, and a word with something behind the selector.
        _assertNotAccepted(abi.encodePacked(ACCEPTED, bytes27(0)));
        _assertNotAccepted(abi.encodePacked(ACCEPTED, bytes27(0), bytes1(0x01)));
        _assertNotAccepted(abi.encode(true));
        _assertNotAccepted(abi.encode(bytes4(0x675b049b)));
    }

    /// @notice A recipient that is called has not become anyone else: it cannot deliver, and cannot relay. It may send.
    function test_deliverMessage_reentrant_succeeds() external {
        Attacker attacker = new Attacker();
        Sent memory other = _carried(address(recipient), "another");
        bytes memory back = _interop(SOURCE, ALICE);
        attacker.add(address(GATEWAY), other.message);
        attacker.add(
            address(MESSENGER), abi.encodeCall(MESSENGER.relayMessage, (_identify(), _payload(other)))
        );
        attacker.add(address(GATEWAY), abi.encodeCall(GATEWAY.sendMessage, (back, "thanks", _none())));

        _relay(_carried(address(attacker), ""));
        assertFalse(attacker.succeeded(0));
        assertEq(attacker.results(0), abi.encodeWithSelector(Unauthorized.selector));
        assertFalse(attacker.succeeded(1));
        assertEq(attacker.results(1), abi.encodeWithSelector(ReentrantCall.selector));
        assertTrue(attacker.succeeded(2));
        assertEq(abi.decode(attacker.results(2), (bytes32)), MESSENGER.sentMessages(0));
        assertEq(recipient.count(), 0);
    }

    /// @notice The contracts that hold or mint money do not know the function by which they would receive.
    function test_deliverMessage_predeploys_reverts() external {
        address[4] memory predeploys =
            [address(INBOX), address(ETH_BRIDGE), address(LIQUIDITY), address(TOKEN_BRIDGE)];
        for (uint256 i; i < predeploys.length; ++i) {
            Sent memory sent = _carried(predeploys[i], "");
            _declare(_identify(), _payload(sent));
            vm.expectRevert(bytes(""));
            MESSENGER.relayMessage(_identify(), _payload(sent));
        }
    }

    /// @notice What is no call of the gateway's functions has no effect but to revert, ETH included.
    function testFuzz_fallback_reverts(bytes calldata _data, uint8 _value) external {
        // Shorter data is padded, and no selector then.
        // forge-lint: disable-next-line(unsafe-typecast)
        bytes4 selector = bytes4(_data);
        vm.assume(
            selector != GATEWAY.sendMessage.selector && selector != GATEWAY.deliverMessage.selector
                && selector != GATEWAY.supportsAttribute.selector && selector != GATEWAY.version.selector
        );
        (bool success,) = address(GATEWAY).call{ value: _value }(_data);
        assertFalse(success);
    }

    function _assertNotAccepted(bytes memory _answer) private {
        Answer answer = new Answer();
        answer.set(_answer, false);
        Sent memory sent = _carried(address(answer), "");
        _declare(_identify(), _payload(sent));
        vm.expectRevert(abi.encodeWithSelector(MessageNotAccepted.selector, address(answer)));
        MESSENGER.relayMessage(_identify(), _payload(sent));
        assertFalse(MESSENGER.successfulMessages(_hash(sent)));
    }
}
