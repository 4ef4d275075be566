// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// Errors that several contracts share. They stand at file level so that a token which inherits one of
// our contracts and, say, an Ownable with an `Unauthorized` of its own still compiles.

/// @notice The caller may not do this.
error Unauthorized();

/// @notice An address that must be given is zero.
error ZeroAddress();

/// @notice The amount is not acceptable, usually because it is zero.
error InvalidAmount();

/// @notice A payment failed.
error TransferFailed();
