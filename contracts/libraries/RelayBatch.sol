// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice One message to relay, as an item of a batch.
/// @custom:field blockNumber Number of the block that holds the `SentMessage` log.
/// @custom:field logIndex    Index of the log in that block.
/// @custom:field timestamp   Timestamp of the block.
/// @custom:field chainId     Chain that holds the block.
/// @custom:field gasLimit    Gas for `relayMessage`.
/// @custom:field value       Wei to deliver the message with.
/// @custom:field target      Target of the message.
/// @custom:field nonce       Its versioned nonce.
/// @custom:field sender      Its sender.
/// @custom:field message     Calldata for the target.
struct RelayItem {
    uint64 blockNumber;
    uint32 logIndex;
    uint64 timestamp;
    uint256 chainId;
    uint32 gasLimit;
    uint128 value;
    address target;
    uint256 nonce;
    address sender;
    bytes message;
}

/// @title RelayBatch
/// @notice Where RelayBatcher stands, what it takes, and the gas it needs.
library RelayBatch {
    /// @notice Address of RelayBatcher on every chain: what the deterministic deployment proxy makes of its creation
    ///         code and `SALT`.
    address internal constant BATCHER = 0xDD1a9B8ca5bD0FA9279efE5E8F77997e554cE4c7;

    /// @notice Salt to deploy it with.
    bytes32 internal constant SALT = 0;

    /// @notice Gas that the batcher keeps back when it calls the messenger: for that call itself (cold account and
    ///         value, 11,600), for reporting its failure (6,000) and that the batch is cut short (1,500), for the refund
    ///         (9,200), and the rest for a caller that runs code when it is refunded: 10,000 at least. A third for each byte of the
    ///         longest message comes on top, to hash it and to copy the next one.
    uint256 internal constant RESERVE = 45_000;

    /// @notice Gas that it keeps back for each failure that it has reported before, to return it.
    uint256 internal constant RESERVE_PER_FAILURE = 150;

    /// @notice Gas that `relayMessages` needs to attempt every item even if each of them spends its limit and fails,
    ///         beyond what the transaction costs before it runs (21,000, calldata, access list). It is paid for only
    ///         as far as it is used.
    /// @param _items Items of the batch.
    /// @return gas_  Gas to call with.
    function gasFor(RelayItem[] memory _items) internal pure returns (uint256 gas_) {
        uint256 highest;
        uint256 longest;
        for (uint256 i; i < _items.length; ++i) {
            RelayItem memory item = _items[i];
            uint256 length = item.message.length;
            // What an item costs besides: the call with and without value, its report, a third of a unit for each
            // byte to copy and hash.
            gas_ += item.gasLimit + length / 3 + (item.value == 0 ? 7000 : 16_000);
            if (item.gasLimit > highest) highest = item.gasLimit;
            if (length > longest) longest = length;
        }

        // Memory: one call, and for each item a place and a failure.
        uint256 nWords = 32 + longest / 32 + 14 * _items.length;
        gas_ += 3 * nWords + nWords * nWords / 512;
        gas_ += highest / 63 + RESERVE + longest / 3 + RESERVE_PER_FAILURE * _items.length;
    }

    /// @notice Encodes a batch.
    /// @param _items Items in the order in which they are to be relayed.
    /// @return batch_ What `IRelayBatcher.relayMessages` takes.
    function encode(RelayItem[] memory _items) internal pure returns (bytes memory batch_) {
        for (uint256 i; i < _items.length; ++i) {
            batch_ = bytes.concat(batch_, encode(_items[i]));
        }
    }

    /// @notice Encodes an item.
    /// @param _item Item to encode.
    /// @return      148 bytes and the message.
    function encode(RelayItem memory _item) internal pure returns (bytes memory) {
        bytes memory terms = abi.encodePacked(
            _item.blockNumber, _item.logIndex, _item.timestamp, _item.chainId, _item.gasLimit, _item.value
        );
        bytes memory sent = abi.encodePacked(
            _item.target, _item.nonce, _item.sender, uint32(_item.message.length), _item.message
        );
        return bytes.concat(terms, sent);
    }
}
