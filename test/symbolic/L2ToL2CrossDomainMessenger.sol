// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {
    IL2ToL2CrossDomainMessenger,
    InvalidMessage
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { NotEntered } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { AnyInbox, MessengerCalls, MessengerProof, Relay } from "./MessengerProof.sol";
import { SVM, TransientReader, VM, selectorOf } from "./SymbolicTest.sol";

// Proofs are named as tests are, but the linter knows only the latter.
// forge-lint: disable-start(mixed-case-function)

/// @notice A message is relayed at most once. The first three proofs are an induction over the calls of a chain's
///         life: a relay leaves a mark, no call takes a mark away, no relay succeeds where there is one.
contract L2ToL2CrossDomainMessenger_Replay_Proof is MessengerProof {
    function check_relayMessage_success_marks(address _caller, uint256 _value, Relay memory _relay) external {
        bool success = _callMessenger(_caller, _value, MessengerCalls.relay(_relay));
        if (success) assert(MESSENGER.successfulMessages(MessengerCalls.hash(_relay)));
    }

    function check_anyCall_mark_stays(
        address _caller,
        uint256 _value,
        Relay memory _relay,
        bytes32 _hash
    )
        external
    {
        VM.assume(MESSENGER.successfulMessages(_hash));
        _callMessenger(_caller, _value, MessengerCalls.any(_relay));
        assert(MESSENGER.successfulMessages(_hash));
    }

    function check_relayMessage_marked_fails(address _caller, uint256 _value, Relay memory _relay) external {
        VM.assume(MESSENGER.successfulMessages(MessengerCalls.hash(_relay)));
        assert(!_callMessenger(_caller, _value, MessengerCalls.relay(_relay)));
    }
}

/// @notice The same at once.
contract L2ToL2CrossDomainMessenger_ReplayInARow_Proof is MessengerProof {
    /// @notice Two relays, with whatever identifiers and payloads, of one message. Its target has no code here; the
    ///         induction is where it may do something.
    function check_relayMessage_twice_fails(
        address _caller,
        Relay memory _first,
        Relay memory _second
    )
        external
    {
        VM.assume(MessengerCalls.hash(_first) == MessengerCalls.hash(_second));
        VM.assume(address(uint160(_first.target)).code.length == 0);
        bool first = _callMessenger(_caller, 0, MessengerCalls.relay(_first));
        bool second = _callMessenger(_caller, 0, MessengerCalls.relay(_second));
        assert(!(first && second));
    }
}

/// @notice What a relay that succeeds says about its arguments.
contract L2ToL2CrossDomainMessenger_RelayMessage_Proof is MessengerProof {
    function check_relayMessage_success_isValid(
        address _caller,
        uint256 _value,
        Relay memory _relay
    )
        external
    {
        if (!_callMessenger(_caller, _value, MessengerCalls.relay(_relay))) return;

        assert(_relay.id.origin == address(MESSENGER));
        assert(_relay.topic == IL2ToL2CrossDomainMessenger.SentMessage.selector);
        assert(_relay.destination == block.chainid);
        assert(_relay.target <= type(uint160).max && _relay.sender <= type(uint160).max);
    }

    /// @notice The inbox was asked for this identifier and the hash of this payload, and accepted.
    function check_relayMessage_success_isValidated(address _caller, Relay memory _relay) external {
        // Nothing but the relay itself asks the inbox.
        VM.assume(_relay.target != uint160(Predeploys.CROSS_L2_INBOX));
        if (!_callMessenger(_caller, 0, MessengerCalls.relay(_relay))) return;

        bytes32 accepted = AnyInbox(Predeploys.CROSS_L2_INBOX).accepted();
        assert(accepted == keccak256(abi.encode(_relay.id, keccak256(MessengerCalls.payload(_relay)))));
    }
}

/// @notice Target that looks at its message and at the context, does what it may to disturb the latter, and looks
///         again. It answers with what it was called with, by a return or by a revert.
contract Watcher {
    IL2ToL2CrossDomainMessenger internal constant MESSENGER =
        IL2ToL2CrossDomainMessenger(Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER);

    /// No getter: a message could happen to call it.
    uint256 internal calls;
    Relay internal again;
    uint256 internal value;

    constructor(Relay memory _again, uint256 _value) {
        (again, value) = (_again, _value);
    }

    receive() external payable {
        _look("");
    }

    fallback(bytes calldata _data) external payable returns (bytes memory answer_) {
        answer_ = _data;
        _look(_data);
        if (SVM.createBool("target succeeds")) return answer_;
        assembly {
            revert(add(answer_, 0x20), mload(answer_))
        }
    }

    function _look(bytes memory _data) internal {
        calls++;
        VM.assertEq(msg.sender, address(MESSENGER));
        VM.assertEq(msg.value, value);
        VM.assertEq(keccak256(_data), keccak256(again.message));
        _watch();
        (bool success,) = address(MESSENGER).call(MessengerCalls.relay(again));
        VM.assertFalse(success);
        _watch();
        MESSENGER.sendMessage(block.chainid ^ 1, address(this), "");
        _watch();
    }

    function _watch() internal view {
        (address sender, uint256 source) = MESSENGER.crossDomainMessageContext();
        VM.assertEq(uint160(sender), again.sender);
        VM.assertEq(source, again.id.chainId);
        VM.assertEq(MESSENGER.crossDomainMessageSender(), sender);
        VM.assertEq(MESSENGER.crossDomainMessageSource(), source);
    }
}

/// @notice The guard and the context of a relay: there while it runs, gone when it ends.
contract L2ToL2CrossDomainMessenger_Transient_Proof is MessengerProof {
    // Written out: were a name hashed in the midst of a proof, halmos would from there on take its slot for one of an
    // array, and no longer find in it what was written to it before.
    bytes32 internal constant ENTERED_SLOT =
        0xf13569814868ede994184d5a425471fb19e869768a33421cb701a2ba3d420c0a;
    bytes32 internal constant SENDER_SLOT =
        0xb83444d07072b122e2e72a669ce32857d892345c19856f4e7142d06a167ab3f3;
    bytes32 internal constant SOURCE_SLOT =
        0x711dfa3259c842fffc17d6e1f1e0fc5927756133a2345ca56b4cb8178589fee7;

    function check_anyCall_transientSlots_areZero(
        address _caller,
        uint256 _value,
        Relay memory _relay
    )
        external
    {
        _callMessenger(_caller, _value, MessengerCalls.any(_relay));
        _assertTransientSlotsAreZero();
    }

    /// @notice The messenger as the target of a message, with calldata that it understands: no `sendMessage` sends
    ///         such a message, but a relay would deliver it.
    function check_relayMessage_toItself_transientSlots_areZero(
        address _caller,
        Relay memory _relay,
        Relay memory _inner
    )
        external
    {
        _relay.target = uint160(address(MESSENGER));
        _relay.message = MessengerCalls.any(_inner);
        _callMessenger(_caller, 0, MessengerCalls.relay(_relay));
        _assertTransientSlotsAreZero();
    }

    /// @notice The target gets the message, and the value of the relay; its answer is that of the relay. The context is
    ///         the sender and the source of the message, and stays so during the delivery.
    function check_relayMessage_delivery_isTheMessages(
        address _caller,
        uint256 _value,
        Relay memory _relay
    )
        external
    {
        // Whether the counter overflows is of no interest here.
        VM.assume(_nonceSlot() < type(uint240).max);
        Watcher watcher = new Watcher(_relay, _value);
        _relay.target = uint160(address(watcher));
        (bool success, bytes memory result) =
            _call(_caller, address(MESSENGER), _value, MessengerCalls.relay(_relay));
        assert(uint256(VM.load(address(watcher), 0)) == (success ? 1 : 0));
        if (success) assert(keccak256(result) == keccak256(abi.encode(_relay.message)));
    }

    function check_context_outsideOfRelay_reverts(address _caller) external {
        bytes4[3] memory getters = [
            IL2ToL2CrossDomainMessenger.crossDomainMessageSender.selector,
            IL2ToL2CrossDomainMessenger.crossDomainMessageSource.selector,
            IL2ToL2CrossDomainMessenger.crossDomainMessageContext.selector
        ];
        for (uint256 i = 0; i < getters.length; i++) {
            (bool success, bytes memory result) =
                _call(_caller, address(MESSENGER), abi.encodePacked(getters[i]));
            assert(!success && _isError(result, NotEntered.selector));
        }
    }

    function _assertTransientSlotsAreZero() internal {
        VM.etch(address(MESSENGER), type(TransientReader).runtimeCode);
        TransientReader reader = TransientReader(address(MESSENGER));
        assert(reader.read(ENTERED_SLOT) == 0);
        assert(reader.read(SENDER_SLOT) == 0);
        assert(reader.read(SOURCE_SLOT) == 0);
    }
}

/// @notice Nonces and the hashes that are stored under them.
contract L2ToL2CrossDomainMessenger_Nonce_Proof is MessengerProof {
    /// @notice A message gets the next nonce, and its hash is the specs'.
    function check_sendMessage_success_storesHash(
        address _caller,
        uint256 _destination,
        address _target,
        bytes calldata _message
    )
        external
    {
        uint256 nonce = MESSENGER.messageNonce();
        (bool success, bytes memory result) = _call(
            _caller,
            address(MESSENGER),
            abi.encodeCall(IL2ToL2CrossDomainMessenger.sendMessage, (_destination, _target, _message))
        );

        bool isAllowed = _destination != block.chainid && _target != address(MESSENGER);
        assert(success == (isAllowed && nonce < type(uint240).max));
        assert(MESSENGER.messageNonce() == (success ? nonce + 1 : nonce));
        if (!success) return;

        bytes32 expected =
            keccak256(abi.encode(_destination, block.chainid, nonce, _caller, _target, _message));
        assert(abi.decode(result, (bytes32)) == expected);
        assert(MESSENGER.sentMessages(nonce) == expected);
    }

    /// @notice The nonce never falls, and what was stored under a nonce stays.
    function check_anyCall_nonce_neverFalls(
        address _caller,
        uint256 _value,
        Relay memory _relay,
        uint256 _past
    )
        external
    {
        uint256 nonce = MESSENGER.messageNonce();
        VM.assume(_past < nonce);
        bytes32 stored = MESSENGER.sentMessages(_past);

        _callMessenger(_caller, _value, MessengerCalls.any(_relay));

        assert(MESSENGER.messageNonce() >= nonce);
        assert(MESSENGER.sentMessages(_past) == stored);
        assert(_isNonce(_nonceSlot()));
    }

    /// @notice Without a target that sends, no function but `sendMessage` touches the nonce.
    function check_anyCall_butSendMessage_keepsNonce(
        address _caller,
        Relay memory _relay,
        address _target
    )
        external
    {
        VM.assume(_target.code.length == 0);
        _relay.target = uint160(_target);
        uint256 nonce = _nonceSlot();
        bytes memory data = MessengerCalls.any(_relay);
        VM.assume(selectorOf(data) != IL2ToL2CrossDomainMessenger.sendMessage.selector);

        _callMessenger(_caller, 0, data);
        assert(_nonceSlot() == nonce);
    }

    /// @notice A message can be sent again exactly if it was sent.
    function check_resendMessage_success_wasSent(
        address _caller,
        uint256 _destination,
        uint256 _nonce,
        address _sender,
        address _target,
        bytes calldata _message
    )
        external
    {
        bytes32 expected =
            keccak256(abi.encode(_destination, block.chainid, _nonce, _sender, _target, _message));
        bool wasSent = MESSENGER.sentMessages(_nonce) == expected;
        (bool success, bytes memory result) = _call(
            _caller,
            address(MESSENGER),
            abi.encodeCall(
                IL2ToL2CrossDomainMessenger.resendMessage, (_destination, _nonce, _sender, _target, _message)
            )
        );

        assert(success == wasSent);
        if (success) assert(abi.decode(result, (bytes32)) == expected);
        else assert(_isError(result, InvalidMessage.selector));
    }

    /// @notice The getters show the slots of the storage layout.
    function check_getters_slots_match(bytes32 _hash, uint256 _nonce) external view {
        uint256 mark = uint256(VM.load(address(MESSENGER), keccak256(abi.encode(_hash, 0))));
        bytes32 sent = VM.load(address(MESSENGER), keccak256(abi.encode(_nonce, 2)));
        // Booleans are one byte.
        assert(MESSENGER.successfulMessages(_hash) == (mark & 0xff != 0));
        assert(MESSENGER.sentMessages(_nonce) == sent);
        assert(MESSENGER.messageNonce() == _nonceSlot());
    }
}
