// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

// What the kit says when it refuses. Each error is what to do about it.

/// @notice The kit was not started: a test that overrides `setUp` calls `super.setUp()` first, a handler calls
///         `startChains()` in its constructor.
error Kit_NotStarted_CallSuperSetUp();

/// @notice There is no such chain: `addChain` makes one.
error Kit_UnknownChain_AddChainFirst(uint256 chainId);

/// @notice The chain is there already.
error Kit_ChainExists(uint256 chainId);

/// @notice A chain cannot have this id: it is zero, or more than forge accepts (64 bits).
error Kit_BadChainId(uint256 chainId);

/// @notice Somebody else stopped the recording of state differences, so that the kit no longer knows what
///         belongs to which chain. Do not call `vm.stopAndReturnStateDiff` in a test with the kit.
error Kit_StateDiffRecordingTaken();

/// @notice The account has been used on some chain already. Call `shareAcrossChains` right after its deployment,
///         before the test goes to another chain.
error Kit_ShareBeforeUse(address account);
