// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { Random, RandomLib } from "./Random.sol";

/// @title Mutation
/// @notice Spoils ABI-encoded data the way an attacker would: dirty upper bits, offsets that overlap or leave the
///         data, lengths that lie, tails that are missing or too long.
library Mutation {
    using RandomLib for Random;

    /// @notice Changes one to three things about `_data`.
    /// @param _start Bytes at the beginning that stay (a selector, say), unless all is cut off.
    function mutate(
        Random memory _r,
        bytes memory _data,
        uint256 _start
    )
        internal
        pure
        returns (bytes memory data_)
    {
        data_ = bytes.concat(_data);
        for (uint256 left = 1 + _r.below(3); left > 0; --left) {
            uint256 choice = _r.below(10);
            if (choice == 0) {
                data_ = bytes.concat(data_, _r.data(1 + _r.below(70)));
            } else if (choice == 1) {
                _truncate(data_, _r.below(data_.length + 1));
            } else if (data_.length >= _start + 32) {
                uint256 words = (data_.length - _start) / 32;
                // Addresses, offsets and lengths stand in the first words.
                if (words > 6 && _r.chance(60)) words = 6;
                _mutateWord(_r, data_, _start + 32 * _r.below(words), choice);
            }
        }
    }

    function _mutateWord(
        Random memory _r,
        bytes memory _data,
        uint256 _position,
        uint256 _choice
    )
        private
        pure
    {
        uint256 old = wordAt(_data, _position);
        uint256 new_ = _r.edge();
        unchecked {
            if (_choice == 2 || _choice > 7) new_ = old | 2 ** (160 + _r.below(96));
            else if (_choice == 3) new_ = old ^ 2 ** _r.below(256);
            else if (_choice == 4) new_ = _r.chance(50) ? old + 1 : old - 1;
            else if (_choice == 5) new_ = _r.chance(50) ? old + 32 : old - 32;
            else if (_choice == 6) new_ = _data.length - _r.below(_data.length + 1);
        }
        assembly ("memory-safe") {
            mstore(add(add(_data, 0x20), _position), new_)
        }
    }

    function _truncate(bytes memory _data, uint256 _length) private pure {
        assembly ("memory-safe") {
            mstore(_data, _length)
        }
    }

    /// @notice Word of `_data` at a byte position; at least 32 bytes lie there.
    function wordAt(bytes memory _data, uint256 _position) internal pure returns (uint256 word_) {
        assembly ("memory-safe") {
            word_ := mload(add(add(_data, 0x20), _position))
        }
    }
}
