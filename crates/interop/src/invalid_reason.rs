use alloy_primitives::{Address, B256, U256};

use crate::{Checksum, RpcCode};

/// The rule that a claim breaks, with the values.
///
/// Specs: "Messaging", sections "Messaging Invariants" and "Invalid messages".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidReason {
    /// The executing or the initiating chain is not in the dependency set.
    #[error("chain {chain_id} is not in the dependency set")]
    UnknownChain {
        /// The chain.
        chain_id: U256,
    },
    /// The executing chain does not accept messages of the initiating chain.
    #[error("chain {executing_chain} does not accept messages of chain {initiating_chain}")]
    NotADependency {
        /// The chain that executes.
        executing_chain: U256,
        /// The chain of the initiating message.
        initiating_chain: U256,
    },
    /// The executing block is not after the activation block of its chain.
    #[error(
        "executed too early: chain {chain_id} activates interop at {activation} and must pass that block, got timestamp {timestamp}"
    )]
    ExecutedTooEarly {
        /// The chain that executes.
        chain_id: U256,
        /// When interop activates there, in seconds.
        activation: u64,
        /// The executing timestamp.
        timestamp: u64,
    },
    /// The initiating block is not after the activation block of its chain.
    #[error(
        "initiated too early: chain {chain_id} activates interop at {activation} and must pass that block, got timestamp {timestamp}"
    )]
    InitiatedTooEarly {
        /// The chain of the initiating message.
        chain_id: U256,
        /// When interop activates there, in seconds.
        activation: u64,
        /// The initiating timestamp.
        timestamp: u64,
    },
    /// The message was initiated after it is executed.
    #[error("message from the future: initiated at {initiated}, executed at {executed}")]
    FutureMessage {
        /// The initiating timestamp.
        initiated: u64,
        /// The executing timestamp.
        executed: u64,
    },
    /// The message was initiated in the second in which it is executed, and the claim forbids that.
    #[error("same-timestamp message not allowed: initiated and executed at {timestamp}")]
    SameTimestamp {
        /// The timestamp of both.
        timestamp: u64,
    },
    /// The expiry of a declared message, or the end of the timeout, is past the end of time.
    #[error("timestamp overflow: {timestamp} plus {added} seconds exceeds 64 bits")]
    TimestampOverflow {
        /// The initiating or the executing timestamp.
        timestamp: u64,
        /// The expiry window or the timeout.
        added: u64,
    },
    /// The message is too old.
    #[error(
        "message expired: initiated at {initiated}, executed at {executed}, expires after {window} seconds"
    )]
    Expired {
        /// The initiating timestamp.
        initiated: u64,
        /// The executing timestamp.
        executed: u64,
        /// The expiry window, in seconds.
        window: u64,
    },
    /// The message is not too old yet, but will be before the timeout ends.
    #[error(
        "message expires before the timeout: initiated at {initiated}, executed at {executed} with {timeout} seconds timeout, expires after {window} seconds"
    )]
    ExpiresBeforeTimeout {
        /// The initiating timestamp.
        initiated: u64,
        /// The executing timestamp.
        executed: u64,
        /// The timeout, in seconds.
        timeout: u64,
        /// The expiry window, in seconds.
        window: u64,
    },
    /// The chain cannot have that block at that time, given another block of it.
    #[error(
        "block conflict: block {block_number} cannot have timestamp {timestamp}, for block {known_number} has {known_timestamp}"
    )]
    BlockConflict {
        /// The block that the claim names.
        block_number: u64,
        /// The timestamp that the claim gives it.
        timestamp: u64,
        /// A block that is known.
        known_number: u64,
        /// Its timestamp, in seconds.
        known_timestamp: u64,
    },
    /// The block has another timestamp than the claim gives it.
    #[error("timestamp mismatch at block {block_number}: expected {expected}, got {actual}")]
    TimestampMismatch {
        /// The block that the claim names.
        block_number: u64,
        /// The timestamp that the claim gives it.
        expected: u64,
        /// The timestamp that it has.
        actual: u64,
    },
    /// The block has no log at that index.
    #[error("log not found: block {block_number} has no log {log_index}")]
    LogNotFound {
        /// The block that the claim names.
        block_number: u64,
        /// The index that the claim names.
        log_index: u32,
    },
    /// The log was emitted by another account.
    #[error("origin mismatch: expected {expected}, got {actual}")]
    OriginMismatch {
        /// The account that the claim names.
        expected: Address,
        /// The account that emitted the log.
        actual: Address,
    },
    /// The log has another payload.
    #[error("payload mismatch: expected payload hash {expected}, got {actual}")]
    PayloadMismatch {
        /// The payload hash of the claim.
        expected: B256,
        /// The log's.
        actual: B256,
    },
    /// The log is another one: its origin or its payload differs.
    #[error("checksum mismatch: expected {expected}, got {actual}")]
    ChecksumMismatch {
        /// The checksum of the claim.
        expected: Checksum,
        /// The log's.
        actual: Checksum,
    },
}

impl InvalidReason {
    /// Returns the stable name of the rule.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownChain { .. } => "unknown-chain",
            Self::NotADependency { .. } => "not-a-dependency",
            Self::ExecutedTooEarly { .. } => "executed-too-early",
            Self::InitiatedTooEarly { .. } => "initiated-too-early",
            Self::FutureMessage { .. } => "future-message",
            Self::SameTimestamp { .. } => "same-timestamp",
            Self::TimestampOverflow { .. } => "timestamp-overflow",
            Self::Expired { .. } => "expired",
            Self::ExpiresBeforeTimeout { .. } => "expires-before-timeout",
            Self::BlockConflict { .. } => "block-conflict",
            Self::TimestampMismatch { .. } => "timestamp-mismatch",
            Self::LogNotFound { .. } => "log-not-found",
            Self::OriginMismatch { .. } => "origin-mismatch",
            Self::PayloadMismatch { .. } => "payload-mismatch",
            Self::ChecksumMismatch { .. } => "checksum-mismatch",
        }
    }

    /// Returns the code with which admission JSON-RPC reports it: always one on which clients evict.
    pub const fn rpc_code(&self) -> i32 {
        let code = match self {
            Self::UnknownChain { .. } | Self::NotADependency { .. } => RpcCode::UnknownChain,
            Self::ExecutedTooEarly { .. }
            | Self::InitiatedTooEarly { .. }
            | Self::FutureMessage { .. }
            | Self::SameTimestamp { .. }
            | Self::TimestampOverflow { .. }
            | Self::Expired { .. }
            | Self::ExpiresBeforeTimeout { .. }
            | Self::BlockConflict { .. }
            | Self::TimestampMismatch { .. }
            | Self::LogNotFound { .. }
            | Self::OriginMismatch { .. }
            | Self::PayloadMismatch { .. }
            | Self::ChecksumMismatch { .. } => RpcCode::ConflictingData,
        };
        code.value()
    }
}
