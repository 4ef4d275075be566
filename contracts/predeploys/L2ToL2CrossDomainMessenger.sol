// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ICrossL2Inbox, Identifier } from "../interfaces/L2/ICrossL2Inbox.sol";
import { ISemver } from "../interfaces/universal/ISemver.sol";
import { Predeploys } from "../libraries/Predeploys.sol";
import { TransientReentrancyAware } from "../libraries/TransientContext.sol";
import { TransientSlot } from "../libraries/TransientSlot.sol";
import {
    EventPayloadNotSentMessage,
    IdOriginNotL2ToL2CrossDomainMessenger,
    InvalidMessage,
    MessageAlreadyRelayed,
    MessageDestinationNotRelayChain,
    MessageDestinationSameChain,
    MessageTargetL2ToL2CrossDomainMessenger
} from "../libraries/errors/InteropErrors.sol";

/// @custom:proxied true
/// @custom:predeploy 0x4200000000000000000000000000000000000023
/// @custom:semver 1.3.2
/// @title L2ToL2CrossDomainMessenger
/// @notice See `IL2ToL2CrossDomainMessenger`.
contract L2ToL2CrossDomainMessenger is ISemver, TransientReentrancyAware {
    /// @notice See `IL2ToL2CrossDomainMessenger`.
    event SentMessage(
        uint256 indexed destination,
        address indexed target,
        uint256 indexed messageNonce,
        address sender,
        bytes message
    );

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    event RelayedMessage(
        uint256 indexed source,
        uint256 indexed messageNonce,
        bytes32 indexed messageHash,
        bytes32 returnDataHash
    );

    using TransientSlot for bytes32;

    /// @notice Transient slot of the sender of the message that is being delivered:
    ///         keccak256("l2tol2crossdomainmessenger.sender") - 1.
    bytes32 internal constant CROSS_DOMAIN_MESSAGE_SENDER_SLOT =
        0xb83444d07072b122e2e72a669ce32857d892345c19856f4e7142d06a167ab3f3;

    /// @notice Transient slot of its source: keccak256("l2tol2crossdomainmessenger.source") - 1.
    bytes32 internal constant CROSS_DOMAIN_MESSAGE_SOURCE_SLOT =
        0x711dfa3259c842fffc17d6e1f1e0fc5927756133a2345ca56b4cb8178589fee7;

    /// @notice SentMessage.selector, which assembly cannot name.
    bytes32 internal constant SENT_MESSAGE_EVENT_SELECTOR =
        0x382409ac69001e11931a28435afef442cbfd20d9891907e8fa373ba7d351f320;

    /// @notice Offset of a message in what its hash is the hash of.
    uint256 internal constant MESSAGE_OFFSET = 0xe0;

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    mapping(bytes32 => bool) public successfulMessages;

    /// @notice Number of messages that were sent from here.
    uint240 internal msgNonce;

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    mapping(uint256 => bytes32) public sentMessages;

    /// @inheritdoc ISemver
    function version() external pure returns (string memory) {
        return "1.3.2";
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function crossDomainMessageSender() external view onlyEntered returns (address sender_) {
        sender_ = address(uint160(CROSS_DOMAIN_MESSAGE_SENDER_SLOT.load()));
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function crossDomainMessageSource() external view onlyEntered returns (uint256 source_) {
        source_ = CROSS_DOMAIN_MESSAGE_SOURCE_SLOT.load();
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function crossDomainMessageContext()
        external
        view
        onlyEntered
        returns (address sender_, uint256 source_)
    {
        sender_ = address(uint160(CROSS_DOMAIN_MESSAGE_SENDER_SLOT.load()));
        source_ = CROSS_DOMAIN_MESSAGE_SOURCE_SLOT.load();
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function sendMessage(
        uint256 _destination,
        address _target,
        bytes calldata _message
    )
        external
        returns (bytes32 messageHash_)
    {
        if (_destination == block.chainid) revert MessageDestinationSameChain();
        // Delivered, such a message would be the messenger calling itself.
        if (_target == Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER) {
            revert MessageTargetL2ToL2CrossDomainMessenger();
        }

        uint256 nonce;
        assembly ("memory-safe") {
            // The counter has the slot for itself; the compiler would read it again to keep the other bits.
            nonce := sload(msgNonce.slot)
            sstore(msgNonce.slot, add(nonce, 1))
        }
        // One more would be a nonce of another version.
        assert(nonce < type(uint240).max);
        nonce |= uint256(messageVersion()) << 240;

        messageHash_ = _emitSentMessage(_destination, nonce, msg.sender, _target, _message);
        sentMessages[nonce] = messageHash_;
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function resendMessage(
        uint256 _destination,
        uint256 _nonce,
        address _sender,
        address _target,
        bytes calldata _message
    )
        external
        returns (bytes32 messageHash_)
    {
        // A message that was never sent takes its event back with everything else.
        messageHash_ = _emitSentMessage(_destination, _nonce, _sender, _target, _message);
        if (sentMessages[_nonce] != messageHash_) revert InvalidMessage();
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function relayMessage(
        Identifier calldata _id,
        bytes calldata _sentMessage
    )
        external
        payable
        nonReentrant
        returns (bytes memory returnData_)
    {
        // Anyone can emit an event of this shape; only the messenger's own are messages.
        if (_id.origin != Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER) {
            revert IdOriginNotL2ToL2CrossDomainMessenger();
        }
        _validate(_id, _sentMessage);

        (uint256 destination, address target, uint256 nonce, address sender, bytes calldata message) =
            _decodeSentMessage(_sentMessage);
        if (destination != block.chainid) revert MessageDestinationNotRelayChain();

        uint256 source = _id.chainId;
        bytes memory preimage = abi.encode(destination, source, nonce, sender, target, message);
        bytes32 messageHash = keccak256(preimage);
        // Marked before the call; a target that reverts takes the mark back with everything else.
        if (!_markSuccessful(messageHash)) revert MessageAlreadyRelayed();

        _setContext(sender, source);
        returnData_ = _callTarget(target, preimage, message.length);
        _setContext(address(0), 0);

        emit RelayedMessage(source, nonce, messageHash, keccak256(returnData_));
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function messageNonce() public view returns (uint256) {
        return uint256(messageVersion()) << 240 | msgNonce;
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function messageVersion() public pure returns (uint16) {
        return 0;
    }

    /// @notice Emits `SentMessage` for a message that leaves this chain, and hashes the message.
    /// @return messageHash_ The same as `Hashing.hashL2toL2CrossDomainMessage`.
    function _emitSentMessage(
        uint256 _destination,
        uint256 _nonce,
        address _sender,
        address _target,
        bytes calldata _message
    )
        private
        returns (bytes32 messageHash_)
    {
        assembly ("memory-safe") {
            // The addresses are clean: they are the caller, or were checked when the calldata was decoded.
            // One layout in memory for the hash and for the log, in words:
            //   hash: destination, source, nonce, sender, target, 0xc0, length, message
            //   log:                                      sender, 0x40, length, message
            let preimage := mload(0x40)
            let data := add(preimage, 0x80)
            let size := add(0x60, and(add(_message.length, 0x1f), not(0x1f)))
            mstore(preimage, _destination)
            mstore(add(preimage, 0x20), chainid())
            mstore(add(preimage, 0x40), _nonce)
            mstore(add(preimage, 0x60), _sender)
            mstore(data, _target)
            mstore(add(data, 0x20), 0xc0)
            // Zeros behind the message: its last word is cleared before it is written. That of an empty one is
            // its length.
            mstore(add(data, sub(size, 0x20)), 0)
            mstore(add(data, 0x40), _message.length)
            calldatacopy(add(data, 0x60), _message.offset, _message.length)
            messageHash_ := keccak256(preimage, add(size, 0x80))

            mstore(data, _sender)
            mstore(add(data, 0x20), 0x40)
            log4(data, size, SENT_MESSAGE_EVENT_SELECTOR, _destination, _target, _nonce)
        }
    }

    /// @notice Demands that the inbox knows of a log.
    function _validate(Identifier calldata _id, bytes calldata _payload) private {
        bytes4 selector = ICrossL2Inbox.validateMessage.selector;
        address inbox = Predeploys.CROSS_L2_INBOX;
        assembly ("memory-safe") {
            let data := mload(0x40)
            calldatacopy(data, _payload.offset, _payload.length)
            let msgHash := keccak256(data, _payload.length)
            // validateMessage(_id, msgHash): the identifier goes on as it came.
            mstore(data, selector)
            calldatacopy(add(data, 0x04), _id, 0xa0)
            mstore(add(data, 0xa4), msgHash)
            // Without code there, the call would succeed.
            if iszero(extcodesize(inbox)) { revert(0x00, 0x00) }
            if iszero(call(gas(), inbox, 0, data, 0xc4, 0x00, 0x00)) {
                returndatacopy(data, 0x00, returndatasize())
                revert(data, returndatasize())
            }
        }
    }

    /// @notice Marks a message as relayed.
    /// @return isFirst_ False if it was marked before.
    function _markSuccessful(bytes32 _messageHash) private returns (bool isFirst_) {
        assembly ("memory-safe") {
            // isFirst_ = !successfulMessages[_messageHash]; successfulMessages[_messageHash] = true; with one hash
            // for the slot and one read of it, since the bool has the slot for itself.
            mstore(0x00, _messageHash)
            mstore(0x20, successfulMessages.slot)
            let slot := keccak256(0x00, 0x40)
            isFirst_ := iszero(sload(slot))
            sstore(slot, 1)
        }
    }

    /// @notice Sets what the target of a message can ask for.
    function _setContext(address _sender, uint256 _source) private {
        assembly ("memory-safe") {
            tstore(CROSS_DOMAIN_MESSAGE_SENDER_SLOT, _sender)
            tstore(CROSS_DOMAIN_MESSAGE_SOURCE_SLOT, _source)
        }
    }

    /// @notice Calls the target of a message with the value of this call, and reverts as it does.
    /// @param _target   Contract to call.
    /// @param _preimage What the message's hash is the hash of; it ends with the message.
    /// @param _length   Length of the message in bytes.
    function _callTarget(
        address _target,
        bytes memory _preimage,
        uint256 _length
    )
        private
        returns (bytes memory returnData_)
    {
        assembly ("memory-safe") {
            let message := add(_preimage, add(0x20, MESSAGE_OFFSET))
            let success := call(gas(), _target, callvalue(), message, _length, 0x00, 0x00)

            returnData_ := mload(0x40)
            let start := add(returnData_, 0x20)
            returndatacopy(start, 0x00, returndatasize())
            if iszero(success) { revert(start, returndatasize()) }
            mstore(returnData_, returndatasize())
            mstore(0x40, and(add(add(start, returndatasize()), 0x1f), not(0x1f)))
        }
    }

    /// @notice Takes the payload of a `SentMessage` log apart: its four topics, then `abi.encode(sender, message)`.
    ///         What does not decode reverts without data.
    function _decodeSentMessage(bytes calldata _payload)
        private
        pure
        returns (
            uint256 destination_,
            address target_,
            uint256 nonce_,
            address sender_,
            bytes calldata message_
        )
    {
        if (bytes32(_payload[:32]) != SentMessage.selector) {
            revert EventPayloadNotSentMessage();
        }

        assembly ("memory-safe") {
            let start := _payload.offset
            destination_ := calldataload(add(start, 0x20))
            target_ := calldataload(add(start, 0x40))
            nonce_ := calldataload(add(start, 0x60))

            // The data, in which `offset` says where the length stands that the message follows.
            let data := add(start, 0x80)
            let end := add(start, _payload.length)
            sender_ := calldataload(data)
            let offset := calldataload(add(data, 0x20))
            let length := add(data, offset)
            message_.length := calldataload(length)
            message_.offset := add(length, 0x20)
            // With offset and length below 2^64, no sum overflows.
            if or(
                or(lt(_payload.length, 0xc0), shr(160, or(target_, sender_))),
                or(shr(64, or(offset, message_.length)), gt(add(message_.offset, message_.length), end))
            ) {
                // Where the compiler's decoder would run out of memory it panics, with 0x41; so does this one, if
                // all else is well.
                if iszero(
                    or(
                        or(lt(_payload.length, 0xc0), shr(160, or(target_, sender_))),
                        or(
                            or(shr(64, offset), gt(message_.offset, end)),
                            lt(message_.length, 0xffffffffffffff80)
                        )
                    )
                ) {
                    mstore(0x00, shl(224, 0x4e487b71))
                    mstore(0x04, 0x41)
                    revert(0x00, 0x24)
                }
                revert(0x00, 0x00)
            }
        }
    }
}
