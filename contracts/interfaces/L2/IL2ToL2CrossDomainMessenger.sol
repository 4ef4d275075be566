// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "./ICrossL2Inbox.sol";

/// @title IL2ToL2CrossDomainMessenger
/// @notice Sends messages to contracts on other chains of the dependency set, and relays what was sent here.
///         - Every message executes at most once; one whose target reverts can be relayed again.
///         - No two messages of a chain have the same nonce.
///         - Nothing is promised about the order of delivery.
///         - A message to an account without code succeeds and is used up.
interface IL2ToL2CrossDomainMessenger {
    /// @notice A function that is only meaningful while another one runs was called outside of it.
    error NotEntered();

    /// @notice A function was entered again before its first call had ended.
    error ReentrantCall();

    /// @notice A message was sent to the chain that it was sent from.
    error MessageDestinationSameChain();

    /// @notice A message was sent to the messenger itself.
    error MessageTargetL2ToL2CrossDomainMessenger();

    /// @notice A message was to be sent again that had not been sent.
    error InvalidMessage();

    /// @notice The identifier does not point to a log of the messenger.
    error IdOriginNotL2ToL2CrossDomainMessenger();

    /// @notice The log is not a `SentMessage` event.
    error EventPayloadNotSentMessage();

    /// @notice The message is for another chain.
    error MessageDestinationNotRelayChain();

    /// @notice The message was relayed before.
    error MessageAlreadyRelayed();

    /// @notice Emitted when a message is sent, and again each time that it is sent again.
    /// @param destination  Chain ID of the destination.
    /// @param target       Contract that the destination's messenger will call.
    /// @param messageNonce Versioned nonce of the message.
    /// @param sender       Account that sent the message.
    /// @param message      Calldata for the target.
    event SentMessage(
        uint256 indexed destination,
        address indexed target,
        uint256 indexed messageNonce,
        address sender,
        bytes message
    );

    /// @notice Emitted when a message was relayed, and its target did not revert.
    /// @param source         Chain ID of the source.
    /// @param messageNonce   Versioned nonce of the message at its source.
    /// @param messageHash    Hash of the message.
    /// @param returnDataHash Hash of what the target returned.
    event RelayedMessage(
        uint256 indexed source,
        uint256 indexed messageNonce,
        bytes32 indexed messageHash,
        bytes32 returnDataHash
    );

    /// @notice Sends a message to a contract on another chain. Anyone may call. That the destination is in the dependency set
    ///         is not checked here: a message to a chain outside of it is never delivered.
    /// @dev    Reverts with `MessageDestinationSameChain`, `MessageTargetL2ToL2CrossDomainMessenger`.
    /// @param _destination  Chain ID of the destination.
    /// @param _target       Contract to call there.
    /// @param _message      Calldata for it.
    /// @return messageHash_ Hash of the message.
    function sendMessage(
        uint256 _destination,
        address _target,
        bytes calldata _message
    )
        external
        returns (bytes32 messageHash_);

    /// @notice Emits the event of a message again, for instance because the first one is too old to be
    ///         executed. Anyone may do so; the message still executes at most once.
    /// @dev    Reverts with `InvalidMessage` unless exactly this message was sent from here.
    /// @param _destination  Chain ID of the destination.
    /// @param _nonce        Versioned nonce of the message.
    /// @param _sender       Account that sent the message.
    /// @param _target       Contract to call.
    /// @param _message      Calldata for it.
    /// @return messageHash_ Hash of the message.
    function resendMessage(
        uint256 _destination,
        uint256 _nonce,
        address _sender,
        address _target,
        bytes calldata _message
    )
        external
        returns (bytes32 messageHash_);

    /// @notice Delivers a message, with the value of this call. Anyone may do so with a transaction whose
    ///         access list declares the log.
    /// @dev    Reverts, in this order, with `ReentrantCall`, `IdOriginNotL2ToL2CrossDomainMessenger`, the errors
    ///         of `CrossL2Inbox.validateMessage`, `EventPayloadNotSentMessage` (without data if the payload is
    ///         too short or does not decode), `MessageDestinationNotRelayChain`, `MessageAlreadyRelayed`, and
    ///         what the target reverts with.
    /// @param _id          Identifier of the `SentMessage` log.
    /// @param _sentMessage Payload of the log: its four topics, then its data.
    /// @return returnData_ What the target returned.
    function relayMessage(
        Identifier calldata _id,
        bytes calldata _sentMessage
    )
        external
        payable
        returns (bytes memory returnData_);

    /// @notice Version in the upper 16 bits of every nonce. Never reverts.
    /// @return Version of messages that are sent from here.
    function messageVersion() external view returns (uint16);

    /// @notice Versioned nonce that the next message will have.
    /// @return Version in the upper 16 bits, number of messages sent in the lower 240.
    function messageNonce() external view returns (uint256);

    /// @notice Whether a message was relayed here.
    /// @param _messageHash Hash of the message.
    /// @return             True once its delivery has succeeded.
    function successfulMessages(bytes32 _messageHash) external view returns (bool);

    /// @notice Hash of a message that was sent from here.
    /// @param _nonce Versioned nonce of the message.
    /// @return       Hash, or zero if there is none.
    function sentMessages(uint256 _nonce) external view returns (bytes32);

    /// @notice Sender of the message that is being delivered. Reverts with `NotEntered` outside of a delivery.
    /// @return sender_ Account that sent it on the source.
    function crossDomainMessageSender() external view returns (address sender_);

    /// @notice Source of the message that is being delivered. Reverts with `NotEntered` outside of a delivery.
    /// @return source_ Chain ID of the source.
    function crossDomainMessageSource() external view returns (uint256 source_);

    /// @notice Both of the above in one call. Reverts with `NotEntered` outside of a delivery.
    /// @return sender_ Account that sent it on the source.
    /// @return source_ Chain ID of the source.
    function crossDomainMessageContext() external view returns (address sender_, uint256 source_);

    /// @notice Semantic version of the contract.
    /// @return Version, such as "1.2.3".
    function version() external view returns (string memory);
}
