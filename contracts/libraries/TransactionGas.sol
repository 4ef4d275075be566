// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice What a transaction's data costs. There are two sums, and the higher one counts: the gas that is paid before
///         the transaction runs, together with what it spends then, and a floor for its data alone.
/// @custom:field zeroByte      Paid for a zero byte of calldata.
/// @custom:field byte_         Paid for any other byte of calldata.
/// @custom:field address_      Paid for an address in the access list.
/// @custom:field key           Paid for a storage key in the access list.
/// @custom:field floorZeroByte Floor for a zero byte of calldata.
/// @custom:field floorByte     Floor for any other byte of calldata.
/// @custom:field floorAddress  Floor for an address in the access list.
/// @custom:field floorKey      Floor for a storage key in the access list.
struct GasRules {
    uint256 zeroByte;
    uint256 byte_;
    uint256 address_;
    uint256 key;
    uint256 floorZeroByte;
    uint256 floorByte;
    uint256 floorAddress;
    uint256 floorKey;
}

/// @title TransactionGas
/// @notice Gas limits of transactions, for scripts and tests: a transaction whose limit is below the floor is invalid, and
///         no block has it. No contract on a chain uses this.
library TransactionGas {
    /// @notice What every transaction costs.
    uint256 internal constant BASE = 21_000;

    /// @notice Rules since Prague (Isthmus on OP Stack chains): EIP-2028, EIP-2930, and the floor of EIP-7623.
    function prague() internal pure returns (GasRules memory) {
        return GasRules({
            zeroByte: 4,
            byte_: 16,
            address_: 2400,
            key: 1900,
            floorZeroByte: 10,
            floorByte: 40,
            floorAddress: 0,
            floorKey: 0
        });
    }

    /// @notice Rules to come: EIP-7976 puts the floor at 64 for each byte of calldata, zero or not; EIP-7981 adds 64 for
    ///         each byte of the access list to both sums (1,280 for an address, 2,048 for a key). Of other changes that may
    ///         come with them, nothing is in it.
    function amsterdam() internal pure returns (GasRules memory) {
        return GasRules({
            zeroByte: 4,
            byte_: 16,
            address_: 2400 + 1280,
            key: 1900 + 2048,
            floorZeroByte: 64,
            floorByte: 64,
            floorAddress: 1280,
            floorKey: 2048
        });
    }

    /// @notice Gas limit that a transaction needs.
    /// @param _rules     What data costs.
    /// @param _data      Its calldata.
    /// @param _addresses Number of addresses in its access list.
    /// @param _keys      Number of storage keys there.
    /// @param _execution Gas that it needs to run.
    /// @return limit_    The higher one of the two sums.
    function limitFor(
        GasRules memory _rules,
        bytes memory _data,
        uint256 _addresses,
        uint256 _keys,
        uint256 _execution
    )
        internal
        pure
        returns (uint256 limit_)
    {
        uint256 zeros;
        for (uint256 i; i < _data.length; ++i) {
            if (_data[i] == 0) ++zeros;
        }
        uint256 others = _data.length - zeros;
        limit_ = BASE + zeros * _rules.zeroByte + others * _rules.byte_ + _addresses * _rules.address_ + _keys
            * _rules.key + _execution;
        uint256 least = BASE + zeros * _rules.floorZeroByte + others * _rules.floorByte + _addresses
            * _rules.floorAddress + _keys * _rules.floorKey;
        if (least > limit_) limit_ = least;
    }
}
