// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { ISemver } from "../universal/ISemver.sol";

/// @title IOptimismSuperchainERC20Beacon
/// @notice Beacon of all superchain tokens.
interface IOptimismSuperchainERC20Beacon is ISemver {
    /// @notice Implementation of the tokens. Anyone may ask.
    /// @return Address of the implementation, which has code.
    function implementation() external view returns (address);
}
