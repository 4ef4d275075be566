// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IL2ToL2CrossDomainMessenger } from "../interfaces/L2/IL2ToL2CrossDomainMessenger.sol";
import { Predeploys } from "./Predeploys.sol";

/// @notice Memory address of a call to the messenger.
type RelayCall is uint256;

using RelayCalls for RelayCall global;

/// @title RelayCalls
/// @notice A piece of memory that holds the calldata of one `relayMessage` after the other, and before it the terms of
///         the call: what differs between items is copied from calldata over what the last one left. Words by offset; a
///         plus marks constants.
///
///         | offset | word                            | offset | word                                     |
///         | ------ | ------------------------------- | ------ | ---------------------------------------- |
///         | 0x000  | gas limit                       | 0x140  | length of the payload                    |
///         | 0x020  | value                           | 0x160  | + payload: topic of `SentMessage`        |
///         | 0x040  | + length of the longest message | 0x180  | + destination                            |
///         | 0x060  | + selector, in the last 4 bytes | 0x1a0  | target                                   |
///         | 0x080  | + identifier: origin            | 0x1c0  | nonce                                    |
///         | 0x0a0  | block number                    | 0x1e0  | sender                                   |
///         | 0x0c0  | log index                       | 0x200  | + place of the message in the log's data |
///         | 0x0e0  | timestamp                       | 0x220  | length of the message                    |
///         | 0x100  | chain ID                        | 0x240  | message, padded with zeros               |
///         | 0x120  | + place of the payload          |        |                                          |
library RelayCalls {
    /// @notice Allocates the memory, with the constants in it and everything else zero.
    /// @param _longest Length of the longest message to come.
    /// @return call_   Its address.
    function allocate(uint256 _longest) internal view returns (RelayCall call_) {
        uint256 selector = uint32(IL2ToL2CrossDomainMessenger.relayMessage.selector);
        bytes32 topic = IL2ToL2CrossDomainMessenger.SentMessage.selector;
        address messenger = Predeploys.L2_TO_L2_CROSS_DOMAIN_MESSENGER;
        assembly ("memory-safe") {
            call_ := mload(0x40)
            // One word more than the longest message needs: the padding is written as a whole word.
            mstore(0x40, add(call_, and(add(_longest, 0x27f), not(0x1f))))

            calldatacopy(call_, calldatasize(), 0x240)
            mstore(add(call_, 0x040), _longest)
            mstore(add(call_, 0x060), selector)
            mstore(add(call_, 0x080), messenger)
            mstore(add(call_, 0x120), 0xc0)
            mstore(add(call_, 0x160), topic)
            mstore(add(call_, 0x180), chainid())
            mstore(add(call_, 0x200), 0x40)
        }
    }

    /// @notice Gas limit of the item in a call.
    function gasLimit(RelayCall _call) internal pure returns (uint256 gasLimit_) {
        assembly ("memory-safe") {
            gasLimit_ := mload(_call)
        }
    }

    /// @notice Value of the item in a call.
    function value(RelayCall _call) internal pure returns (uint256 value_) {
        assembly ("memory-safe") {
            value_ := mload(add(_call, 0x020))
        }
    }

    /// @notice Calls the messenger with the item in a call, and takes nothing of what it returns. The caller makes sure
    ///         that there is gas enough.
    /// @param _call      Call, with an item in it.
    /// @param _messenger Account to call, which has code.
    /// @return success_  Whether the message was delivered: the call succeeded, and was answered by a messenger. What
    ///                   `relayMessage` returns has two words at least.
    function send(RelayCall _call, address _messenger) internal returns (bool success_) {
        assembly ("memory-safe") {
            // Selector, identifier and two words come before the payload: 0xe4 bytes.
            let size := add(mload(add(_call, 0x140)), 0xe4)
            let data := add(_call, 0x07c)
            // Arguments are evaluated from the right: the call, then the size of its answer.
            success_ := and(
                gt(returndatasize(), 0x3f),
                call(mload(_call), _messenger, mload(add(_call, 0x020)), data, size, 0x00, 0x00)
            )
        }
    }

    /// @notice Hash of the message in a call.
    /// @return messageHash_ `Hashing.hashL2toL2CrossDomainMessage` of the message.
    function hashMessage(RelayCall _call) internal view returns (bytes32 messageHash_) {
        bytes32 topic = IL2ToL2CrossDomainMessenger.SentMessage.selector;
        assembly ("memory-safe") {
            // What is hashed has as many words before the message's length as the payload has. Put in their
            // place for that long, they save copying the message.
            let target := mload(add(_call, 0x1a0))
            let nonce := mload(add(_call, 0x1c0))
            let sender := mload(add(_call, 0x1e0))
            mstore(add(_call, 0x160), chainid())
            mstore(add(_call, 0x180), mload(add(_call, 0x100)))
            mstore(add(_call, 0x1a0), nonce)
            mstore(add(_call, 0x1c0), sender)
            mstore(add(_call, 0x1e0), target)
            mstore(add(_call, 0x200), 0xc0)
            messageHash_ := keccak256(add(_call, 0x160), mload(add(_call, 0x140)))

            mstore(add(_call, 0x160), topic)
            mstore(add(_call, 0x180), chainid())
            mstore(add(_call, 0x1a0), target)
            mstore(add(_call, 0x1c0), nonce)
            mstore(add(_call, 0x1e0), sender)
            mstore(add(_call, 0x200), 0x40)
        }
    }
}
