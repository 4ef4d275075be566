// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISemver } from "./ISemver.sol";

/// @notice The batch does not end where its last item does, or is not in the form that it should have.
error MalformedBatch();

/// @notice The call brings less value than its items are to be delivered with.
error InsufficientValue(uint256 required, uint256 provided);

/// @notice The caller did not take back the value that was left.
error RefundRefused();

/// @title IRelayBatcher
/// @notice Relays many messages in one transaction, each by a call of its own to L2ToL2CrossDomainMessenger. It has
///         no owner and no storage, and calls nothing but the messenger's `relayMessage` and, to refund it, its caller.
///         - A message that fails leaves the others alone, and can be relayed again like any other.
///         - No item gets less gas than its limit, and none can spend more: the rest of the batch is safe from it.
///         - What a target returns or reverts with costs the batch nothing: it copies 256 bytes of a reason at most.
///         - Value that no message took goes back to the caller, by account of what came in and what was delivered.
///           ETH that gets here otherwise, which takes force, is nobody's and stays forever.
///
///         The contract stands at the same address on every chain, `RelayBatch.BATCHER`; anyone can put it there.
///         To the messenger, the batcher is the caller: a contract that rewards the caller of `relayMessage` would
///         reward the batcher, which could not pass it on. Who called the batcher, its events name when something went
///         wrong; a batch that went well emits none, as that would cost each message more than it tells anyone.
/// @dev    A batch is written in one of two forms, which say the same: the plain one, whose items stand for themselves
///         (`relayMessages`), and the compact one, which costs less (`relayCompact`). An item has only what cannot be
///         derived: the log's origin is the messenger, its first topic that of `SentMessage`, its destination this
///         chain.
///
///         The transaction's access list has to declare the messages, as if they were relayed one by one.
///         `RelayBatch` writes both forms and says how much gas a batch needs.
interface IRelayBatcher is ISemver {
    /// @notice A message that was not delivered.
    /// @custom:field index       Position of its item in the batch, from zero.
    /// @custom:field messageHash Hash of the message, as in the messenger's `RelayedMessage`.
    /// @custom:field reason      First 256 bytes of what `relayMessage` reverted with: an error of the
    ///                           messenger or the inbox, or what the target reverted with. Empty if there was none,
    ///                           for instance because the gas limit was too low.
    struct Failure {
        uint256 index;
        bytes32 messageHash;
        bytes reason;
    }

    /// @notice Emitted for each message that was not delivered: for those who read receipts, as the return value is
    ///         for those who simulate. A target can relay a batch itself, and fail at what it likes: look for one's own
    ///         address here, and for the messenger's `RelayedMessage` to know what was delivered.
    /// @param relayer     Caller of the batcher.
    /// @param messageHash Hash of the message.
    /// @param index       Position of its item in the batch, from zero.
    /// @param reason      As in `Failure`.
    event RelayFailed(address indexed relayer, bytes32 indexed messageHash, uint256 index, bytes reason);

    /// @notice Emitted if the gas left was too little to honour the limit of an item. That item and all behind it
    ///         were not attempted.
    /// @param relayer   Caller of the batcher.
    /// @param attempted Number of items that were.
    /// @param count     Number of items in the batch.
    event BatchCutShort(address indexed relayer, uint256 attempted, uint256 count);

    /// @notice Relays messages in the order of their items, and refunds the value that is left.
    /// @dev    Reverts before it relays anything with `MalformedBatch`, `InsufficientValue`; reverts with
    ///         `RefundRefused`, and undoes everything, if the caller does not take its refund. No failure of a message
    ///         makes it revert, so an estimate of its gas by trial is no estimate: see `RelayBatch.gasLimitFor`.
    ///
    ///         A message is delivered if the messenger says so. Where there is no messenger, a call of its address would
    ///         succeed and deliver nothing: without code there, each message fails without a reason and its value comes
    ///         back; with code that does not answer as the messenger does (a proxy whose implementation has no code),
    ///         each fails as well, and since such code has kept the value of those that had one, that makes the batch
    ///         revert with `RefundRefused`.
    ///
    ///         A plain batch is a sequence of items without anything between them. Numbers are big-endian.
    ///
    ///         | offset | bytes | field                                                      |
    ///         |--------|-------|------------------------------------------------------------|
    ///         |      0 |     8 | block number of the log                                    |
    ///         |      8 |     4 | index of the log in that block                             |
    ///         |     12 |     8 | timestamp of that block                                    |
    ///         |     20 |    32 | chain ID of the source                                     |
    ///         |     52 |     4 | gas limit for `relayMessage`, the target's share included  |
    ///         |     56 |    16 | value to deliver the message with, in wei                  |
    ///         |     72 |    20 | target                                                     |
    ///         |     92 |    32 | versioned nonce                                            |
    ///         |    124 |    20 | sender                                                     |
    ///         |    144 |     4 | length of the message                                      |
    ///         |    148 |       | message                                                    |
    /// @param _batch      Items; there may be none.
    /// @return attempted_ Number of items that were attempted: all, or as many as the gas was enough for.
    /// @return failures_  Those of them that failed, in order. All others were delivered.
    function relayMessages(bytes calldata _batch)
        external
        payable
        returns (uint256 attempted_, Failure[] memory failures_);

    /// @notice The same for a batch in compact form.
    /// @dev    Reverts with `InsufficientValue` before it relays anything. A batch is checked while it is relayed: one that
    ///         turns out to be malformed reverts with `MalformedBatch`, and undoes everything. Only if the gas does
    ///         not suffice to get that far (`BatchCutShort`), the rest of the batch is not looked at.
    ///
    ///         A number is a byte that says how many bytes follow, and these, big-endian, the first of them not zero;
    ///         hence zero is one byte, 0x00. An item leaves out what is as in the item before it. Before the first item,
    ///         everything is zero. Log index and nonce are left out if they are one more than in the item before: what
    ///         one block sent in a row costs a byte and what is its own.
    ///
    ///             batch:  number of items, length of the longest message, sum of the values, items
    ///             item:   byte that says which of the following it has, these, length of the message, message
    ///
    ///         | bit  | of an item                                         | bytes         |
    ///         |------|----------------------------------------------------|---------------|
    ///         | 0x01 | block number of the log, timestamp of that block   | 2 numbers, 8  |
    ///         | 0x02 | index of the log in that block                     | number, 4     |
    ///         | 0x04 | chain ID of the source                             | number, 32    |
    ///         | 0x08 | versioned nonce                                    | number, 32    |
    ///         | 0x10 | gas limit for `relayMessage`                       | number, 4     |
    ///         | 0x20 | value to deliver the message with, in wei          | number, 16    |
    ///         | 0x40 | target                                             | 20            |
    ///         | 0x80 | sender                                             | 20            |
    ///
    ///         The third column says how many bytes a number can have; number of items and lengths can have 4, the sum of
    ///         the values 20. Malformed is a number with more of them or with a leading zero, a message longer than the
    ///         longest, a sum that is not that of the values, and items that do not end where the batch does. What
    ///         an item could leave out it may have all the same; `RelayBatch.encodeCompact` leaves out all it can.
    /// @param _batch      Batch as described.
    /// @return attempted_ As of `relayMessages`.
    /// @return failures_  As of `relayMessages`.
    function relayCompact(bytes calldata _batch)
        external
        payable
        returns (uint256 attempted_, Failure[] memory failures_);
}
