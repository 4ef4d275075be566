// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import { ICrossL2Inbox, Identifier } from "../../contracts/interfaces/ICrossL2Inbox.sol";
import {
    EventPayloadNotSentMessage,
    IL2ToL2CrossDomainMessenger,
    IdOriginNotL2ToL2CrossDomainMessenger,
    InvalidMessage,
    MessageAlreadyRelayed,
    MessageDestinationNotRelayChain,
    MessageDestinationSameChain,
    MessageTargetL2ToL2CrossDomainMessenger
} from "../../contracts/interfaces/IL2ToL2CrossDomainMessenger.sol";
import { ISemver } from "../../contracts/interfaces/ISemver.sol";
import { Hashing } from "../../contracts/libraries/Hashing.sol";
import { Predeploys } from "../../contracts/libraries/Predeploys.sol";
import { TransientReentrancyAware } from "../../contracts/libraries/TransientReentrancyAware.sol";
import { TransientSlot } from "../../contracts/libraries/TransientSlot.sol";

/// @title PlainMessenger
/// @notice The messenger without assembly, as easy to read as it can be: what the optimized one is compared with.
contract PlainMessenger is ISemver, TransientReentrancyAware {
    using TransientSlot for bytes32;

    /// @notice Transient slot of the sender of the message that is being delivered:
    ///         keccak256("l2tol2crossdomainmessenger.sender") - 1.
    bytes32 internal constant CROSS_DOMAIN_MESSAGE_SENDER_SLOT =
        0xb83444d07072b122e2e72a669ce32857d892345c19856f4e7142d06a167ab3f3;

    /// @notice Transient slot of its source: keccak256("l2tol2crossdomainmessenger.source") - 1.
    bytes32 internal constant CROSS_DOMAIN_MESSAGE_SOURCE_SLOT =
        0x711dfa3259c842fffc17d6e1f1e0fc5927756133a2345ca56b4cb8178589fee7;

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

        uint256 nonce = messageNonce();
        messageHash_ = Hashing.hashL2toL2CrossDomainMessage({
            _destination: _destination,
            _source: block.chainid,
            _nonce: nonce,
            _sender: msg.sender,
            _target: _target,
            _message: _message
        });
        sentMessages[nonce] = messageHash_;
        ++msgNonce;

        emit IL2ToL2CrossDomainMessenger.SentMessage(_destination, _target, nonce, msg.sender, _message);
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
        messageHash_ = Hashing.hashL2toL2CrossDomainMessage({
            _destination: _destination,
            _source: block.chainid,
            _nonce: _nonce,
            _sender: _sender,
            _target: _target,
            _message: _message
        });
        if (sentMessages[_nonce] != messageHash_) revert InvalidMessage();

        emit IL2ToL2CrossDomainMessenger.SentMessage(_destination, _target, _nonce, _sender, _message);
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
        ICrossL2Inbox(Predeploys.CROSS_L2_INBOX).validateMessage(_id, keccak256(_sentMessage));

        (uint256 destination, address target, uint256 nonce, address sender, bytes memory message) =
            _decodeSentMessage(_sentMessage);
        if (destination != block.chainid) revert MessageDestinationNotRelayChain();

        bytes32 messageHash = Hashing.hashL2toL2CrossDomainMessage({
            _destination: destination,
            _source: _id.chainId,
            _nonce: nonce,
            _sender: sender,
            _target: target,
            _message: message
        });
        if (successfulMessages[messageHash]) revert MessageAlreadyRelayed();

        // Marked before the call; a target that reverts takes the mark back with everything else.
        successfulMessages[messageHash] = true;
        returnData_ = _deliver(_id.chainId, sender, target, message);

        emit IL2ToL2CrossDomainMessenger.RelayedMessage(
            _id.chainId,
            nonce,
            messageHash,
            keccak256(returnData_)
        );
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function messageNonce() public view returns (uint256) {
        return uint256(messageVersion()) << 240 | msgNonce;
    }

    /// @notice See `IL2ToL2CrossDomainMessenger`.
    function messageVersion() public pure returns (uint16) {
        return 0;
    }

    /// @notice Calls the target of a message while its sender and source can be asked for.
    function _deliver(
        uint256 _source,
        address _sender,
        address _target,
        bytes memory _message
    )
        private
        returns (bytes memory returnData_)
    {
        CROSS_DOMAIN_MESSAGE_SENDER_SLOT.store(uint160(_sender));
        CROSS_DOMAIN_MESSAGE_SOURCE_SLOT.store(_source);

        bool success;
        (success, returnData_) = _target.call{ value: msg.value }(_message);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returnData_, 0x20), mload(returnData_))
            }
        }

        CROSS_DOMAIN_MESSAGE_SENDER_SLOT.store(0);
        CROSS_DOMAIN_MESSAGE_SOURCE_SLOT.store(0);
    }

    /// @notice Takes the payload of a `SentMessage` log apart.
    function _decodeSentMessage(bytes calldata _payload)
        private
        pure
        returns (
            uint256 destination_,
            address target_,
            uint256 nonce_,
            address sender_,
            bytes memory message_
        )
    {
        if (bytes32(_payload[:32]) != IL2ToL2CrossDomainMessenger.SentMessage.selector) {
            revert EventPayloadNotSentMessage();
        }

        // Topics 1 to 3, then the data.
        (destination_, target_, nonce_) = abi.decode(_payload[32:128], (uint256, address, uint256));
        (sender_, message_) = abi.decode(_payload[128:], (address, bytes));
    }
}
