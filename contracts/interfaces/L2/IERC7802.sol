// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;

import { IERC165 } from "../IERC165.sol";

/// @title IERC7802
/// @notice A token that a bridge can mint and burn: https://eips.ethereum.org/EIPS/eip-7802
///         The interface's ID is 0x33331994. All amounts are in the token's smallest unit.
/// @dev    Invariant of an implementation: only a bridge that the token trusts mints and burns by these functions. A
///         SuperchainERC20 trusts SuperchainTokenBridge, and reverts with `Unauthorized` for everyone else.
interface IERC7802 is IERC165 {
    /// @notice Emitted when a bridge has minted tokens.
    /// @param to     Account that received them.
    /// @param amount Number of tokens.
    /// @param sender Bridge that minted.
    event CrosschainMint(address indexed to, uint256 amount, address indexed sender);

    /// @notice Emitted when a bridge has burned tokens.
    /// @param from   Account that lost them.
    /// @param amount Number of tokens.
    /// @param sender Bridge that burned.
    event CrosschainBurn(address indexed from, uint256 amount, address indexed sender);

    /// @notice Mints tokens that were burned on another chain. For the bridge that the token trusts.
    /// @param _to     Account to mint to.
    /// @param _amount Number of tokens.
    function crosschainMint(address _to, uint256 _amount) external;

    /// @notice Burns tokens that are to be minted on another chain. For the bridge that the token trusts. Reverts if
    ///         the account has less.
    /// @param _from   Account to burn from.
    /// @param _amount Number of tokens.
    function crosschainBurn(address _from, uint256 _amount) external;
}
