// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Identifier } from "../interfaces/L2/ICrossL2Inbox.sol";
import { Hashing } from "./Hashing.sol";

/// @title AccessListKeys
/// @notice The storage keys by which a transaction declares, under the CrossL2Inbox's address in its access
///         list, the messages that it executes. No predeploy uses this; tests and scripts do.
library AccessListKeys {
    /// @notice Type byte of the entry that says where the log is.
    uint256 private constant LOOKUP_TYPE = 0x01 << 248;

    /// @notice Type byte of the entry with the upper bits of a large chain ID.
    uint256 private constant CHAIN_ID_TYPE = 0x02 << 248;

    /// @notice Keys for one message, in the order in which they must be declared.
    /// @param _id      Identifier of the log; block number and timestamp fit 64 bits, the log index 32.
    /// @param _msgHash Hash of the log's payload.
    /// @return keys_   Two keys, or three if the chain ID does not fit 64 bits.
    function encode(Identifier memory _id, bytes32 _msgHash) internal pure returns (bytes32[] memory keys_) {
        bool isLargeId = _id.chainId > type(uint64).max;
        keys_ = new bytes32[](isLargeId ? 3 : 2);

        uint256 lowId = _id.chainId & type(uint64).max;
        keys_[0] = bytes32(
            LOOKUP_TYPE | lowId << 160 | _id.blockNumber << 96 | _id.timestamp << 32 | _id.logIndex
        );
        if (isLargeId) keys_[1] = bytes32(CHAIN_ID_TYPE | _id.chainId >> 64);
        keys_[keys_.length - 1] = Hashing.checksum(_id, _msgHash);
    }
}
