// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// @title TransientSlot
/// @notice Reads and writes of transient storage at a slot of one's choice. The language's own `transient`
///         variables cannot be placed, and these slots are part of what users rely on.
library TransientSlot {
    /// @notice Reads a slot.
    function load(bytes32 _slot) internal view returns (uint256 value_) {
        assembly ("memory-safe") {
            value_ := tload(_slot)
        }
    }

    /// @notice Writes a slot, until the end of the transaction.
    function store(bytes32 _slot, uint256 _value) internal {
        assembly ("memory-safe") {
            tstore(_slot, _value)
        }
    }
}
