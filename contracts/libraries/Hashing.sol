// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../interfaces/L2/ICrossL2Inbox.sol";

/// @title Hashing
/// @notice The hashes by which interop names logs and messages.
library Hashing {
    /// @notice Type byte of the checksum among access-list entries.
    bytes32 private constant CHECKSUM_TYPE = bytes32(bytes1(0x03));

    /// @notice Hash under which the messenger stores a message at its source and marks it at its destination.
    /// @param _destination Chain ID of the destination.
    /// @param _source      Chain ID of the source.
    /// @param _nonce       Versioned nonce of the message at its source.
    /// @param _sender      Caller of `sendMessage`.
    /// @param _target      Contract that receives the message.
    /// @param _message     Calldata for the target.
    /// @return             Hash of the message.
    function hashL2toL2CrossDomainMessage(
        uint256 _destination,
        uint256 _source,
        uint256 _nonce,
        address _sender,
        address _target,
        bytes memory _message
    )
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(_destination, _source, _nonce, _sender, _target, _message));
    }

    /// @notice Checksum of a log: commits to its place (identifier) and its content (payload hash).
    /// @dev    The caller guarantees that block number and timestamp fit 64 bits and the log index 32.
    ///         Mind that the timestamp comes before the log index here, unlike in the identifier.
    /// @param _id      Identifier of the log.
    /// @param _msgHash Hash of the log's payload.
    /// @return         Checksum with its type byte.
    function checksum(Identifier memory _id, bytes32 _msgHash) internal pure returns (bytes32) {
        bytes32 logHash = keccak256(abi.encodePacked(_id.origin, _msgHash));
        uint256 place = _id.blockNumber << 96 | _id.timestamp << 32 | _id.logIndex;
        bytes32 bare = keccak256(abi.encode(keccak256(abi.encode(logHash, place)), _id.chainId));
        return bare << 8 >> 8 | CHECKSUM_TYPE;
    }
}
