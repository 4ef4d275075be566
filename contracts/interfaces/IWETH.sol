// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import { IERC20 } from "./IERC20.sol";
import { ISemver } from "./ISemver.sol";

/// @notice The account has less than that.
error InsufficientBalance();

/// @notice The account has allowed less than that.
error InsufficientAllowance();

/// @title IWETH
/// @notice Ether as a token: one for each wei that this holds. Any other call, and a plain transfer, deposits its
///         value. All amounts are in wei.
/// @dev    Invariant: the contract holds at least as much ether as all balances together. What was forced on it counts in
///         `totalSupply` and belongs to nobody.
interface IWETH is IERC20, ISemver {
    /// @notice Emitted when ether became tokens.
    /// @param dst Account that has them.
    /// @param wad Wei.
    event Deposit(address indexed dst, uint256 wad);

    /// @notice Emitted when tokens became ether.
    /// @param src Account that had them, and has the ether.
    /// @param wad Wei.
    event Withdrawal(address indexed src, uint256 wad);

    /// @notice As `deposit`.
    fallback() external payable;

    /// @notice As `deposit`.
    receive() external payable;

    /// @notice Gives the caller tokens for the value of the call.
    function deposit() external payable;

    /// @notice Gives the caller ether for tokens of theirs.
    /// @dev    Reverts with `InsufficientBalance`, and with what the caller reverts with when it is paid.
    /// @param _wad Wei.
    function withdraw(uint256 _wad) external;

    /// @notice Name of the token.
    function name() external view returns (string memory name_);

    /// @notice Symbol of the token.
    function symbol() external view returns (string memory symbol_);

    /// @notice Number of decimals.
    function decimals() external view returns (uint8 decimals_);
}
