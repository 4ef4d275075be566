// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { MalformedBatch } from "../interfaces/IRelayBatcher.sol";
import { RelayCall } from "./RelayCall.sol";

/// @title PlainItems
/// @notice Reads the plain form of a batch, which `IRelayBatcher.relayMessages` describes.
library PlainItems {
    /// @notice Looks through a batch before anything is done with it.
    /// @return count_   Number of its items.
    /// @return longest_ Length of the longest message in it.
    /// @return value_   Sum of its items' values.
    function measure(bytes calldata _batch)
        internal
        pure
        returns (uint256 count_, uint256 longest_, uint256 value_)
    {
        bool isWhole;
        assembly ("memory-safe") {
            let item := _batch.offset
            let end := add(item, _batch.length)
            // Values have 128 bits, and there cannot be so many that their sum overflows.
            for { } lt(item, end) { } {
                value_ := add(value_, shr(128, calldataload(add(item, 56))))
                let length := shr(224, calldataload(add(item, 144)))
                if gt(length, longest_) { longest_ := length }
                count_ := add(count_, 1)
                item := add(item, add(length, 148))
            }
            // An item that is cut off anywhere ends behind the batch.
            isWhole := eq(item, end)
        }
        if (!isWhole) revert MalformedBatch();
    }

    /// @notice Reads an item of a batch that `measure` found in order.
    /// @param _item  Where it begins in calldata.
    /// @param _call  Call to write it to.
    /// @return next_ Where the next one begins.
    function read(uint256 _item, RelayCall _call) internal pure returns (uint256 next_) {
        assembly ("memory-safe") {
            mstore(_call, shr(224, calldataload(add(_item, 52)))) // gas limit
            mstore(add(_call, 0x020), shr(128, calldataload(add(_item, 56)))) // value

            // Numbers go into the low ends of their words, whose high ends are zero.
            calldatacopy(add(_call, 0x0b8), _item, 8) // block number
            calldatacopy(add(_call, 0x0dc), add(_item, 8), 4) // log index
            calldatacopy(add(_call, 0x0f8), add(_item, 12), 40) // timestamp, chain ID
            calldatacopy(add(_call, 0x1ac), add(_item, 72), 52) // target, nonce
            calldatacopy(add(_call, 0x1ec), add(_item, 124), 20) // sender

            let length := shr(224, calldataload(add(_item, 144)))
            calldatacopy(add(_call, 0x23c), add(_item, 144), add(length, 4)) // length, message
            mstore(add(add(_call, 0x240), length), 0) // what an earlier, longer message left behind it

            // Messages are padded to whole words in logs, and the padding is part of the payload.
            mstore(add(_call, 0x140), add(and(add(length, 0x1f), not(0x1f)), 0xe0))
            next_ := add(_item, add(length, 148))
        }
    }
}
