// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { MalformedBatch } from "../interfaces/IRelayBatcher.sol";
import { RelayCall } from "./RelayCall.sol";

/// @title CompactItems
/// @notice Reads the compact form of a batch, which `IRelayBatcher.relayCompact` describes. What an item leaves out is as
///         in the item before it, and that is where the call for that item has it: in the words of `RelayCall`. Nothing
///         here looks whether the batch goes on: who reads has to see that he ends where it ends.
library CompactItems {
    /// @notice Bits of an item's first byte: what it has.
    uint8 internal constant HAS_BLOCK = 0x01;
    uint8 internal constant HAS_LOG_INDEX = 0x02;
    uint8 internal constant HAS_CHAIN_ID = 0x04;
    uint8 internal constant HAS_NONCE = 0x08;
    uint8 internal constant HAS_GAS_LIMIT = 0x10;
    uint8 internal constant HAS_VALUE = 0x20;
    uint8 internal constant HAS_TARGET = 0x40;
    uint8 internal constant HAS_SENDER = 0x80;

    /// @notice All bits of fields that are numbers.
    uint256 private constant HAS_NUMBERS = 0x3f;

    /// @notice MalformedBatch.selector, which assembly cannot name.
    uint256 private constant MALFORMED_BATCH = 0xc1f97e35;

    /// @notice Reads what comes before the items.
    /// @param _place    Where the batch begins in calldata.
    /// @return count_   Number of its items.
    /// @return longest_ Length of the longest message in it, or more.
    /// @return value_   Sum of its items' values.
    /// @return items_   Where the first item begins.
    function readHead(uint256 _place)
        internal
        pure
        returns (uint256 count_, uint256 longest_, uint256 value_, uint256 items_)
    {
        (count_, items_) = _readNumber(_place, 4);
        (longest_, items_) = _readNumber(items_, 4);
        (value_, items_) = _readNumber(items_, 20);
    }

    /// @notice Reads an item.
    /// @param _item  Where it begins in calldata.
    /// @param _call  Call for the item before, to write it to.
    /// @return next_ Where the next one begins.
    function read(uint256 _item, RelayCall _call) internal pure returns (uint256 next_) {
        assembly ("memory-safe") {
            // Reads a number into a word of the call; see `_readNumber`.
            function readInto(word, place, width) -> next {
                let head := calldataload(place)
                let size := byte(0, head)
                if or(gt(size, width), gt(iszero(byte(1, head)), iszero(size))) {
                    mstore(0x00, MALFORMED_BATCH)
                    revert(0x1c, 0x04)
                }
                mstore(word, shr(sub(256, shl(3, size)), calldataload(add(place, 1))))
                next := add(place, add(size, 1))
            }

            let has := byte(0, calldataload(_item))
            next_ := add(_item, 1)

            // Without anything else, the item is the next message of the same block. What is too much for its field
            // then is for the inbox to refuse.
            mstore(add(_call, 0x0c0), add(mload(add(_call, 0x0c0)), 1))
            mstore(add(_call, 0x1c0), add(mload(add(_call, 0x1c0)), 1))
            if and(has, HAS_NUMBERS) {
                if and(has, HAS_BLOCK) {
                    next_ := readInto(add(_call, 0x0a0), next_, 8)
                    next_ := readInto(add(_call, 0x0e0), next_, 8) // timestamp
                }
                if and(has, HAS_LOG_INDEX) { next_ := readInto(add(_call, 0x0c0), next_, 4) }
                if and(has, HAS_CHAIN_ID) { next_ := readInto(add(_call, 0x100), next_, 32) }
                if and(has, HAS_NONCE) { next_ := readInto(add(_call, 0x1c0), next_, 32) }
                if and(has, HAS_GAS_LIMIT) { next_ := readInto(_call, next_, 4) }
                if and(has, HAS_VALUE) { next_ := readInto(add(_call, 0x020), next_, 16) }
            }
            if and(has, HAS_TARGET) {
                calldatacopy(add(_call, 0x1ac), next_, 20)
                next_ := add(next_, 20)
            }
            if and(has, HAS_SENDER) {
                calldatacopy(add(_call, 0x1ec), next_, 20)
                next_ := add(next_, 20)
            }

            // The message, with its length before it: a number once more, without a call, as every item has it.
            let head := calldataload(next_)
            let size := byte(0, head)
            let length := shr(sub(256, shl(3, size)), shl(8, head))
            let isMalformed := or(gt(size, 4), gt(iszero(byte(1, head)), iszero(size)))
            if or(isMalformed, gt(length, mload(add(_call, 0x040)))) {
                mstore(0x00, MALFORMED_BATCH)
                revert(0x1c, 0x04)
            }
            next_ := add(next_, add(size, 1))
            mstore(add(_call, 0x220), length)
            calldatacopy(add(_call, 0x240), next_, length)
            mstore(add(add(_call, 0x240), length), 0) // what an earlier, longer message left behind it
            // Messages are padded to whole words in logs, and the padding is part of the payload.
            mstore(add(_call, 0x140), add(and(add(length, 0x1f), not(0x1f)), 0xe0))
            next_ := add(next_, length)
        }
    }

    /// @notice Reads a number: a byte that says in how many bytes it stands, and these, big-endian. Their first is not
    ///         zero, so that there is one way to write a number; zero has none.
    /// @param _place  Where it begins.
    /// @param _width  Most bytes that it may have.
    /// @return value_ The number.
    /// @return next_  Where it ends.
    function _readNumber(uint256 _place, uint256 _width)
        private
        pure
        returns (uint256 value_, uint256 next_)
    {
        bool isMalformed;
        assembly ("memory-safe") {
            let head := calldataload(_place)
            let size := byte(0, head)
            isMalformed := or(gt(size, _width), gt(iszero(byte(1, head)), iszero(size)))
            value_ := shr(sub(256, shl(3, size)), calldataload(add(_place, 1)))
            next_ := add(_place, add(size, 1))
        }
        if (isMalformed) revert MalformedBatch();
    }
}
