// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

/// @title IBeacon
/// @notice Tells proxies which implementation to use: https://eips.ethereum.org/EIPS/eip-1967
interface IBeacon {
    /// @notice Implementation of all the beacon's proxies. Anyone may ask.
    /// @return Address of the implementation, which has code.
    function implementation() external view returns (address);
}
