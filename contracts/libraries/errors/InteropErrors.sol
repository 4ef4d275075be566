// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// The errors of the predeploys at file level, for code that imports them by name. In the interfaces they are members, too;
// either way they have the same selector.

/// @notice The transaction's access list does not declare the message.
error NotInAccessList();

/// @notice The identifier's block number needs more than 64 bits.
error BlockNumberTooHigh();

/// @notice The identifier's log index needs more than 32 bits.
error LogIndexTooHigh();

/// @notice The identifier's timestamp needs more than 64 bits.
error TimestampTooHigh();

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

/// @notice A function that is only meaningful while another one runs was called outside of it.
error NotEntered();

/// @notice A function was entered again before its first call had ended.
error ReentrantCall();

/// @notice The relayed message was sent by someone else than the counterpart of this contract.
error InvalidCrossDomainSender();

/// @notice The token does not say that it implements ERC-7802.
error InvalidERC7802();

/// @notice The tokens have different numbers of decimals.
error InvalidDecimals();

/// @notice OptimismMintableERC20Factory has not created the token that should be the legacy one.
error InvalidLegacyERC20Address();

/// @notice OptimismSuperchainERC20Factory has not created the token that should be the superchain one.
error InvalidSuperchainERC20Address();

/// @notice The tokens stand for different remote tokens.
error InvalidTokenPair();
