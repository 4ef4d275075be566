// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice The address ends before what its own lengths announce. Nothing at all is too short, too.
error InteropAddressTooShort(uint256 length);

/// @notice Something follows the address.
error InteropAddressTooLong(uint256 trailing);

/// @notice The address is not of version 1.
error UnsupportedInteropAddressVersion(uint16 version);

/// @notice The address is not one of an EVM chain (eip155, 0x0000).
error UnsupportedChainType(bytes2 chainType);

/// @notice The address does not say which chain it is for.
error ChainReferenceMissing();

/// @notice The chain's id has more than 256 bits.
error ChainReferenceTooLong(uint256 length);

/// @notice The chain's id begins with a zero byte. The same chain would have several addresses then.
error ChainReferenceNotCanonical();

/// @notice There is a chain, but no account on it.
error AddressMissing();

/// @notice The account is not of 20 bytes.
error InvalidAddressLength(uint256 length);

/// @title InteropAddress
/// @notice Interoperable addresses, in binary (ERC-7930, version 1), of accounts on EVM chains (eip155 in CAIP-350):
///
///         | bytes | field                                              |
///         |-------|----------------------------------------------------|
///         |     2 | version, 0x0001                                    |
///         |     2 | type of the chain, 0x0000                          |
///         |     1 | length of the chain's id, n, from 1 to 32          |
///         |     n | the chain's id, big-endian, without leading zeros  |
///         |     1 | length of the address, 20                          |
///         |    20 | the address                                        |
///
///         An account on a chain has exactly one such encoding. What ERC-7930 allows besides, for other types of
///         chains, for chains alone or accounts alone, is refused with an error that says so.
library InteropAddress {
    /// @notice Bytes of an encoding without the chain's id.
    uint256 private constant FIXED_LENGTH = 26;

    /// @notice Decodes the address of an account on an EVM chain.
    /// @dev    Reverts, in this order, with `InteropAddressTooShort`, `UnsupportedInteropAddressVersion`,
    ///         `UnsupportedChainType`, `ChainReferenceMissing`, `ChainReferenceTooLong`, `InteropAddressTooShort`,
    ///         `ChainReferenceNotCanonical`, `AddressMissing`, `InvalidAddressLength`, `InteropAddressTooShort`,
    ///         `InteropAddressTooLong`.
    /// @param _encoded  Interoperable address.
    /// @return chainId_ Chain, never zero.
    /// @return account_ Account on it.
    function parseEvm(bytes calldata _encoded) internal pure returns (uint256 chainId_, address account_) {
        // The shortest that the ERC knows has two lengths and nothing that they measure.
        if (_encoded.length < 6) revert InteropAddressTooShort(_encoded.length);

        // The first word, with zeros behind a shorter address; each cast takes the field that was shifted to the end.
        // forge-lint: disable-start(unsafe-typecast)
        uint256 head = uint256(bytes32(_encoded));
        if (head >> 240 != 1) revert UnsupportedInteropAddressVersion(uint16(head >> 240));
        if (uint16(head >> 224) != 0) revert UnsupportedChainType(bytes2(uint16(head >> 224)));

        uint256 length = uint8(head >> 216);
        // forge-lint: disable-end(unsafe-typecast)
        if (length == 0) revert ChainReferenceMissing();
        if (length > 32) revert ChainReferenceTooLong(length);
        if (_encoded.length < 6 + length) revert InteropAddressTooShort(_encoded.length);
        if (_encoded[5] == 0) revert ChainReferenceNotCanonical();
        chainId_ = uint256(bytes32(_encoded[5:])) >> (256 - 8 * length);

        uint256 addressLength = uint8(_encoded[5 + length]);
        if (addressLength == 0) revert AddressMissing();
        if (addressLength != 20) revert InvalidAddressLength(addressLength);
        if (_encoded.length < FIXED_LENGTH + length) revert InteropAddressTooShort(_encoded.length);
        if (_encoded.length > FIXED_LENGTH + length) {
            revert InteropAddressTooLong(_encoded.length - FIXED_LENGTH - length);
        }
        account_ = address(bytes20(_encoded[6 + length:]));
    }

    /// @notice Encodes the address of an account on an EVM chain.
    /// @param _chainId  Chain. No chain has the id 0, and `parseEvm` does not take it back.
    /// @param _account  Account on it.
    /// @return encoded_ Interoperable address, 27 to 58 bytes.
    function formatEvm(uint256 _chainId, address _account) internal pure returns (bytes memory encoded_) {
        uint256 length = 1;
        // A shift by 256 leaves nothing, and ends this at 32.
        while (_chainId >> (8 * length) != 0) ++length;

        assembly ("memory-safe") {
            // 128 bytes: the length, at most 58 bytes, and zeros.
            encoded_ := mload(0x40)
            mstore(0x40, add(encoded_, 0x80))
            mstore(encoded_, add(FIXED_LENGTH, length))
            let start := add(encoded_, 0x20)
            // Each word overwrites what the one before has written too far.
            mstore(start, shl(216, or(0x0001000000, length)))
            mstore(add(start, 5), shl(sub(256, shl(3, length)), _chainId))
            let rest := add(add(start, 5), length)
            mstore(rest, shl(88, or(shl(160, 20), shr(96, shl(96, _account)))))
            mstore(add(rest, 21), 0)
        }
    }
}
