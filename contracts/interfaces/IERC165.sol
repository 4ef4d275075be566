// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

/// @title IERC165
/// @notice Interface detection: https://eips.ethereum.org/EIPS/eip-165
interface IERC165 {
    /// @notice Whether the contract implements an interface.
    /// @param _interfaceId Exclusive or of the interface's selectors.
    /// @return             True if it does. Costs less than 30,000 gas.
    function supportsInterface(bytes4 _interfaceId) external view returns (bool);
}
