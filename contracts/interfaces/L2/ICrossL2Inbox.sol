// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice Pointer to a log on some chain.
/// @custom:field origin      Contract that emitted the log.
/// @custom:field blockNumber Number of the block that holds it.
/// @custom:field logIndex    Index of the log in that block, over all its transactions.
/// @custom:field timestamp   Timestamp of the block, in seconds.
/// @custom:field chainId     Chain that holds the block.
struct Identifier {
    address origin;
    uint256 blockNumber;
    uint256 logIndex;
    uint256 timestamp;
    uint256 chainId;
}

/// @title ICrossL2Inbox
/// @notice Declares that a transaction relies on a log of another chain. The contract checks no more than that
///         the transaction's access list announces the log. That the log exists, and is neither too old nor in
///         the future, is for the block builder and everyone who verifies the block: a block whose declared
///         messages are not all valid is replaced by one without them.
/// @dev    Invariant: `ExecutingMessage` is emitted for no log that the transaction's access list does not declare, and
///         never in a deposit. So who reads access lists before execution misses no message.
interface ICrossL2Inbox {
    /// @notice The transaction's access list does not declare the message.
    error NotInAccessList();

    /// @notice The identifier's block number needs more than 64 bits.
    error BlockNumberTooHigh();

    /// @notice The identifier's log index needs more than 32 bits.
    error LogIndexTooHigh();

    /// @notice The identifier's timestamp needs more than 64 bits.
    error TimestampTooHigh();

    /// @notice A deposit tried to execute a message. Deposits cannot be dropped, so they must not depend on
    ///         something that may turn out to be invalid.
    error CrossL2Inbox_NoExecutingDeposits();

    /// @notice Emitted for every message that a transaction relies on: the executing message.
    /// @param msgHash Hash of the log's payload.
    /// @param id      Identifier of the log.
    event ExecutingMessage(bytes32 indexed msgHash, Identifier id);

    /// @notice Declares that the transaction relies on a log. Anyone may call.
    /// @dev    Reverts, in this order, with `CrossL2Inbox_NoExecutingDeposits` in a deposit, with the errors
    ///         of `calculateChecksum`, with `NotInAccessList` if the checksum is not declared.
    /// @param _id      Identifier of the log.
    /// @param _msgHash Hash of the log's payload (its topics, concatenated, then its data).
    function validateMessage(Identifier calldata _id, bytes32 _msgHash) external;

    /// @notice Checksum of a log, the storage key under which an access list declares it. Anyone may call. Logs that
    ///         differ in any field, or in their payload, have different checksums.
    /// @dev    Reverts with `BlockNumberTooHigh`, `LogIndexTooHigh`, `TimestampTooHigh`, in this order.
    /// @param _id        Identifier of the log.
    /// @param _msgHash   Hash of the log's payload.
    /// @return checksum_ Checksum, with 0x03 as its first byte.
    function calculateChecksum(
        Identifier calldata _id,
        bytes32 _msgHash
    )
        external
        pure
        returns (bytes32 checksum_);

    /// @notice Semantic version of the contract.
    /// @return Version, such as "1.2.3".
    function version() external view returns (string memory);
}
