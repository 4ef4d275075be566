// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { CompactItems } from "./CompactItems.sol";
import { GasRules, TransactionGas } from "./TransactionGas.sol";

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
    address internal constant BATCHER = 0xb2eF36769423E4C6DE725A11B0Fe9326F265b772;

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

    /// @notice Gas limit of a transaction that relays a batch: what `gasFor` says, on top of what the transaction costs
    ///         before it runs, and no less than the floor for its data. By the rules since Prague (`GasRules`).
    ///         A chain may cap what one transaction can have (EIP-7825: 16,777,216): a batch above that has to be split.
    /// @param _items     Items of the batch. Their keys are the whole access list, under one address.
    /// @param _data      Calldata of the transaction, with the batch in either form.
    /// @return gasLimit_ Its gas limit.
    function gasLimitFor(
        RelayItem[] memory _items,
        bytes memory _data
    )
        internal
        pure
        returns (uint256 gasLimit_)
    {
        gasLimit_ = gasLimitFor(_items, _data, TransactionGas.prague());
    }

    /// @notice The same by other rules.
    function gasLimitFor(
        RelayItem[] memory _items,
        bytes memory _data,
        GasRules memory _rules
    )
        internal
        pure
        returns (uint256 gasLimit_)
    {
        uint256 keys;
        for (uint256 i; i < _items.length; ++i) {
            keys += _items[i].chainId > type(uint64).max ? 3 : 2;
        }
        gasLimit_ = TransactionGas.limitFor({
            _rules: _rules,
            _data: _data,
            _addresses: keys == 0 ? 0 : 1,
            _keys: keys,
            _execution: gasFor(_items)
        });
    }

    /// @notice Encodes a batch in plain form.
    /// @param _items Items in the order in which they are to be relayed.
    /// @return batch_ What `IRelayBatcher.relayMessages` takes.
    function encode(RelayItem[] memory _items) internal pure returns (bytes memory batch_) {
        bytes[] memory parts = new bytes[](_items.length);
        for (uint256 i; i < _items.length; ++i) {
            parts[i] = encode(_items[i]);
        }
        batch_ = _join(parts);
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

    /// @notice Encodes a batch in compact form, as short as it can be.
    /// @param _items  Items in the order in which they are to be relayed.
    /// @return batch_ What `IRelayBatcher.relayCompact` takes.
    function encodeCompact(RelayItem[] memory _items) internal pure returns (bytes memory batch_) {
        bytes[] memory parts = new bytes[](_items.length + 1);
        uint256 longest;
        uint256 value;
        RelayItem memory last;
        for (uint256 i; i < _items.length; ++i) {
            RelayItem memory item = _items[i];
            if (item.message.length > longest) longest = item.message.length;
            value += item.value;
            parts[i + 1] = _encodeAfter(item, last);
            last = item;
        }
        parts[0] = bytes.concat(_number(_items.length), _number(longest), _number(value));
        batch_ = _join(parts);
    }

    /// @notice Encodes an item in compact form, which depends on the one before it.
    function _encodeAfter(RelayItem memory _item, RelayItem memory _last)
        private
        pure
        returns (bytes memory)
    {
        uint8 has;
        bytes memory fields;
        if (_item.blockNumber != _last.blockNumber || _item.timestamp != _last.timestamp) {
            has |= CompactItems.HAS_BLOCK;
            fields = bytes.concat(_number(_item.blockNumber), _number(_item.timestamp));
        }
        if (_item.logIndex != uint256(_last.logIndex) + 1) {
            has |= CompactItems.HAS_LOG_INDEX;
            fields = bytes.concat(fields, _number(_item.logIndex));
        }
        if (_item.chainId != _last.chainId) {
            has |= CompactItems.HAS_CHAIN_ID;
            fields = bytes.concat(fields, _number(_item.chainId));
        }
        unchecked {
            if (_item.nonce != _last.nonce + 1) {
                has |= CompactItems.HAS_NONCE;
                fields = bytes.concat(fields, _number(_item.nonce));
            }
        }
        if (_item.gasLimit != _last.gasLimit) {
            has |= CompactItems.HAS_GAS_LIMIT;
            fields = bytes.concat(fields, _number(_item.gasLimit));
        }
        if (_item.value != _last.value) {
            has |= CompactItems.HAS_VALUE;
            fields = bytes.concat(fields, _number(_item.value));
        }
        if (_item.target != _last.target) {
            has |= CompactItems.HAS_TARGET;
            fields = bytes.concat(fields, bytes20(_item.target));
        }
        if (_item.sender != _last.sender) {
            has |= CompactItems.HAS_SENDER;
            fields = bytes.concat(fields, bytes20(_item.sender));
        }
        return bytes.concat(bytes1(has), fields, _number(_item.message.length), _item.message);
    }

    /// @notice Puts parts one behind the other.
    function _join(bytes[] memory _parts) private pure returns (bytes memory whole_) {
        uint256 length;
        for (uint256 i; i < _parts.length; ++i) {
            length += _parts[i].length;
        }
        whole_ = new bytes(length);
        uint256 end;
        for (uint256 i; i < _parts.length; ++i) {
            bytes memory part = _parts[i];
            assembly ("memory-safe") {
                mcopy(add(add(whole_, 0x20), end), add(part, 0x20), mload(part))
            }
            end += part.length;
        }
    }

    /// @notice Encodes a number of the compact form: how many bytes it takes, and these.
    function _number(uint256 _value) private pure returns (bytes memory) {
        uint8 size;
        while (size < 32 && _value >> 8 * size != 0) {
            ++size;
        }
        bytes memory bytesOfIt = abi.encode(size == 0 ? 0 : _value << 8 * (32 - uint256(size)));
        assembly ("memory-safe") {
            mstore(bytesOfIt, size)
        }
        return bytes.concat(bytes1(size), bytesOfIt);
    }
}
