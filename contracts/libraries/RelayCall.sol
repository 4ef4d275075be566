// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IL2ToL2CrossDomainMessenger } from "../interfaces/L2/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "./Predeploys.sol";

/// @notice Memory address of a call to the messenger.
type RelayCall is uint256;

using RelayCalls for RelayCall global;

/// @title RelayCalls
/// @notice A piece of memory that holds the calldata of one `relayMessage` after the other: what differs between
///         items is copied from calldata over what the last one left. Words by offset; a plus marks constants.
///
///         | offset | word                            | offset | word                                     |
///         | ------ | ------------------------------- | ------ | ---------------------------------------- |
///         | 0x000  | + selector, in the last 4 bytes | 0x100  | + payload: topic of `SentMessage`        |
///         | 0x020  | + identifier: origin            | 0x120  | + destination                            |
///         | 0x040  | block number                    | 0x140  | target                                   |
///         | 0x060  | log index                       | 0x160  | nonce                                    |
///         | 0x080  | timestamp                       | 0x180  | sender                                   |
///         | 0x0a0  | chain ID                        | 0x1a0  | + place of the message in the log's data |
///         | 0x0c0  | + place of the payload          | 0x1c0  | length of the message                    |
///         | 0x0e0  | length of the payload           | 0x1e0  | message, padded with zeros               |
library RelayCalls {
    /// @notice Allocates the memory, with the constants in it.
    /// @param _longest Length of the longest message to come.
    /// @return call_   Its address.
    function allocate(uint256 _longest) internal view returns (RelayCall call_) {
        uint256 selector = uint32(IL2ToL2CrossDomainMessenger.relayMessage.selector);
        address messenger = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
        assembly ("memory-safe") {
            call_ := mload(0x40)
            // One word more than the longest message needs: the padding is written as a whole word.
            mstore(0x40, add(call_, and(add(_longest, 0x21f), not(0x1f))))

            // Numbers are copied into the low ends of their words, so the rest of these must be zero.
            calldatacopy(call_, calldatasize(), 0x1e0)
            mstore(call_, selector)
            mstore(add(call_, 0x20), messenger)
            mstore(add(call_, 0xc0), 0xc0)
        }
        _writePayloadConstants(call_);
    }

    /// @notice Writes what differs from item to item.
    /// @param _call Call to write to.
    /// @param _item Place of the item in calldata.
    /// @return size_ Size of the call's data.
    function load(RelayCall _call, uint256 _item) internal pure returns (uint256 size_) {
        assembly ("memory-safe") {
            calldatacopy(add(_call, 0x058), _item, 8) // block number
            calldatacopy(add(_call, 0x07c), add(_item, 8), 4) // log index
            calldatacopy(add(_call, 0x098), add(_item, 12), 40) // timestamp, chain ID
            calldatacopy(add(_call, 0x14c), add(_item, 72), 52) // target, nonce
            calldatacopy(add(_call, 0x18c), add(_item, 124), 20) // sender

            let length := shr(224, calldataload(add(_item, 144)))
            calldatacopy(add(_call, 0x1dc), add(_item, 144), add(length, 4)) // length, message
            mstore(add(add(_call, 0x1e0), length), 0) // what an earlier, longer message left behind it

            // Messages are padded to whole words in logs, and the padding is part of the payload.
            let padded := and(add(length, 0x1f), not(0x1f))
            mstore(add(_call, 0x0e0), add(padded, 0xe0))
            size_ := add(padded, 0x1c4)
        }
    }

    /// @notice Calls the messenger, and takes nothing of what it returns.
    /// @param _call     Call, with an item in it.
    /// @param _size     Size of the call's data.
    /// @param _gasLimit Gas for the call. The caller makes sure that there is enough.
    /// @param _value    Wei to send.
    /// @return success_ Whether the message was delivered.
    function send(
        RelayCall _call,
        uint256 _size,
        uint256 _gasLimit,
        uint256 _value
    )
        internal
        returns (bool success_)
    {
        address messenger = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
        assembly ("memory-safe") {
            success_ := call(_gasLimit, messenger, _value, add(_call, 0x1c), _size, 0x00, 0x00)
        }
    }

    /// @notice Hash of the message in a call. The call can be sent no more until another item is in it.
    /// @param _call         Call, with an item in it.
    /// @return messageHash_ `Hashing.hashL2toL2CrossDomainMessage` of the message.
    function takeMessageHash(RelayCall _call) internal view returns (bytes32 messageHash_) {
        assembly ("memory-safe") {
            // What is hashed has as many words before the message's length as the payload has. Put in their
            // place, they save copying the message.
            let target := mload(add(_call, 0x140))
            let nonce := mload(add(_call, 0x160))
            let sender := mload(add(_call, 0x180))
            mstore(add(_call, 0x100), chainid())
            mstore(add(_call, 0x120), mload(add(_call, 0x0a0)))
            mstore(add(_call, 0x140), nonce)
            mstore(add(_call, 0x160), sender)
            mstore(add(_call, 0x180), target)
            mstore(add(_call, 0x1a0), 0xc0)
            messageHash_ := keccak256(add(_call, 0x100), mload(add(_call, 0x0e0)))
            mstore(add(_call, 0x140), 0) // the next target fills 20 bytes of it
        }
        _writePayloadConstants(_call);
    }

    function _writePayloadConstants(RelayCall _call) private view {
        bytes32 topic = IL2ToL2CrossDomainMessenger.SentMessage.selector;
        assembly ("memory-safe") {
            mstore(add(_call, 0x100), topic)
            mstore(add(_call, 0x120), chainid())
            mstore(add(_call, 0x1a0), 0x40)
        }
    }
}
