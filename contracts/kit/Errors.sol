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

/// @notice What happened on this chain was not recorded, so that the kit cannot tell what belongs to it. Either
///         the test called `vm.startStateDiffRecording` or `vm.stopAndReturnStateDiff`, which the kit needs for
///         itself, or it went to another chain in an external call that was reverted, of which forge does not give
///         back the code of contracts: use `tryRelay` there.
error Kit_RecordingLost();

/// @notice Some chains are live and this one is not: set `INTEROP_RPC_<chain id>` for all of them or for none.
error Kit_RpcMissing(uint256 chainId);

/// @notice The account has been used on some chain already. Call `shareAcrossChains` right after its deployment,
///         before the test goes to another chain.
error Kit_ShareBeforeUse(address account);

/// @notice Transactions are not apart from each other, so that no access list takes effect: set `isolate = true`
///         in foundry.toml, and call the kit from the test (or handler) that inherits it, not through another
///         contract.
error Kit_NotIsolated();

/// @notice There are not that many messages.
error Kit_NoSuchMessage(uint256 number, uint256 count);

/// @notice Only what was delivered can be replayed: `relay` delivers it.
error Kit_NotDelivered(uint256 number);

/// @notice Deliveries keep on sending messages. Deliver them one by one with `relay`, or drop one.
error Kit_EndlessDelivery(uint256 delivered);

/// @notice The test took logs with `vm.recordLogs` or `vm.getRecordedLogs`, and messages of this chain among
///         them. Use the kit's `recordLogs` and `recordedLogs` instead.
error Kit_LogsTaken(uint256 chainId);

/// @notice No chain has emitted such a log.
error Kit_NoSuchLog();

/// @notice It is not known in which block this log was emitted: `vm.warp` or `vm.roll` has moved the chain since the verb
///         before it, or before the verb after it. Move time by `warp`, `mine`, `skip` or `rewind`, or call
///         `recordedLogs()` before and after.
error Kit_LogOfUnknownBlock();

/// @notice It is not known whether `vm.revertToState` (or a call that failed) has undone this log. Call `recordedLogs()`
///         after what emits it and before `vm.snapshotState`.
error Kit_LogOfUnknownPast();

/// @notice A message was sent or delivered while the test was on no chain of the kit's, but on this: forge sets chain and
///         block back before each call of a handler. Begin the function with `onChain`.
error Kit_NotOnAChain_BeginWithAVerb(uint256 chainId);

/// @notice The chain was not marked before: `mark` it where `reorg` is to lead back to. Or the mark was undone itself.
error Kit_NoMark(uint256 chainId);

/// @notice Chains that are forks of live ones keep what has happened on them.
error Kit_NoReorgOfLiveChains();

/// @notice The log of this message is gone, and the message was delivered by a call of the test's own, of which the kit
///         does not know what to undo. Deliver it by `relay`, `relayAll` or `execute`, or mark its destination and
///         `reorg` that first.
error Kit_CannotUndoDelivery(uint256 number);

// Why a block builder leaves a transaction out. The contracts on the chain do not check these, whoever builds
// and verifies its blocks does.

/// @notice The message comes from, or goes to, a chain that is not in the dependency set: `addChain` adds it.
error Kit_NotInDependencySet(uint256 chainId);

/// @notice The identifier points to no log, or to one with another content.
error Kit_IdentifierMatchesNoLog();

/// @notice The message comes from the future: the destination's clock is behind. `warp` it.
error Kit_MessageFromTheFuture(uint256 sentAt, uint256 destinationTime);

/// @notice The message is older than seven days: `resend` it.
error Kit_MessageExpired(uint256 sentAt, uint256 destinationTime);

/// @notice The OP Stack has a predeploy there, and the kit has not. To have it, put its code there by `vm.etch`.
error Kit_PredeployAbsent(address predeploy);

/// @notice The chain that the message comes from has failed, so that nobody can check that there is such a log:
///         `recoverSource` ends that.
error Kit_SourceFailed(uint256 chainId);
