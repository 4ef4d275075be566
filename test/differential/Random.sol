// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @notice Source of the choices that a sequence consists of. The same seed makes the same choices.
struct Random {
    uint256 state;
}

/// @title RandomLib
/// @notice Draws from a `Random`.
library RandomLib {
    /// @notice Any word.
    function word(Random memory _r) internal pure returns (uint256) {
        _r.state = uint256(keccak256(abi.encode(_r.state)));
        return _r.state;
    }

    /// @notice A number below `_limit`.
    function below(Random memory _r, uint256 _limit) internal pure returns (uint256) {
        return word(_r) % _limit;
    }

    /// @notice True in `_percent` of 100 cases.
    function chance(Random memory _r, uint256 _percent) internal pure returns (bool) {
        return below(_r, 100) < _percent;
    }

    /// @notice A number at which code likes to go wrong.
    function edge(Random memory _r) internal pure returns (uint256) {
        uint256 power = uint256(2) ** [8, 32, 64, 96, 128, 160, 240, 255][below(_r, 8)];
        uint256 choice = below(_r, 8);
        if (choice == 0) return 0;
        if (choice == 1) return type(uint256).max;
        if (choice == 2) return power;
        if (choice == 3) return power - 1;
        if (choice == 4) return power + below(_r, 1000);
        if (choice == 5) return 32 * below(_r, 20);
        if (choice == 6) return below(_r, 300);
        return word(_r);
    }

    /// @notice `_length` random bytes.
    function data(Random memory _r, uint256 _length) internal pure returns (bytes memory data_) {
        data_ = new bytes(_length);
        for (uint256 i; i < _length; i += 32) {
            uint256 drawn = word(_r);
            // Allocations end at a word's boundary, so that the last word may be longer than the data.
            assembly ("memory-safe") {
                mstore(add(add(data_, 0x20), i), drawn)
            }
        }
    }
}
