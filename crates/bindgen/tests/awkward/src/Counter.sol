// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Counts, and is not awkward at all
/// @notice The contract of the documentation's examples.
contract Counter {
    /// @notice Emitted for every step.
    /// @param by who took it
    /// @param number what it came to
    event Incremented(address indexed by, uint256 number);

    /// @notice Nobody may add so much at once.
    /// @param limit how much one may
    error TooMuch(uint256 limit);

    /// @notice How far it has come.
    uint256 public number;

    /// @notice Takes one step.
    function increment() external {
        add(1);
    }

    /// @notice Takes several steps.
    /// @param steps how many; 100 at most
    function add(uint256 steps) public {
        if (steps > 100) revert TooMuch(100);
        number += steps;
        emit Incremented(msg.sender, number);
    }
}
