// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

/// @title ISemver
/// @notice A contract that knows its version.
interface ISemver {
    /// @notice Semantic version of the contract.
    /// @return Version, such as "1.2.3".
    function version() external view returns (string memory);
}
