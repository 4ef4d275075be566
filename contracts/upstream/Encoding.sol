// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title Encoding
/// @notice The messenger's nonces, which have a version in front.
library Encoding {
    /// @notice Puts a version into the upper 16 bits of a nonce.
    /// @param _nonce   Number of the message.
    /// @param _version Version.
    /// @return         Versioned nonce.
    function encodeVersionedNonce(uint240 _nonce, uint16 _version) internal pure returns (uint256) {
        return uint256(_version) << 240 | _nonce;
    }

    /// @notice Takes a versioned nonce apart.
    /// @param _nonce Versioned nonce.
    /// @return       Number of the message.
    /// @return       Version.
    function decodeVersionedNonce(uint256 _nonce) internal pure returns (uint240, uint16) {
        // The casts take the two apart.
        // forge-lint: disable-next-line(unsafe-typecast)
        return (uint240(_nonce), uint16(_nonce >> 240));
    }
}
