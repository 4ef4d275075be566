use alloy_primitives::U256;

use crate::{InvalidReason, RpcCode, SafetyLevel};

/// What has to be known before a claim can be decided.
///
/// Each is reported with a code on which clients retry. In particular a block that was not seen yet is
/// *future data*; calling it out of scope would have valid transactions evicted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// Nothing is known of the chain yet: of the source chain, or of one that may be about to join the dependency set.
    #[error("no block of chain {chain_id} is known yet")]
    Chain {
        /// The chain.
        chain_id: U256,
    },
    /// The source block was not seen yet.
    #[error(
        "block {block_number} of chain {chain_id} is not known yet: the newest is {head_number} at timestamp {head_timestamp}"
    )]
    Block {
        /// The source chain.
        chain_id: U256,
        /// The block that the claim names.
        block_number: u64,
        /// The newest block known.
        head_number: u64,
        /// Its timestamp, in seconds.
        head_timestamp: u64,
    },
    /// The source block is older than what is known of the chain.
    #[error(
        "block {block_number} of chain {chain_id} is not known: the oldest is {first_number} at timestamp {first_timestamp}"
    )]
    History {
        /// The source chain.
        chain_id: U256,
        /// The block that the claim names.
        block_number: u64,
        /// The oldest block known.
        first_number: u64,
        /// Its timestamp, in seconds.
        first_timestamp: u64,
    },
    /// The message is there, but its block is not as safe as the claim demands.
    #[error("block {block_number} of chain {chain_id} is not {required} yet: {}", Newest(*.head, *.required))]
    Safety {
        /// The source chain.
        chain_id: U256,
        /// The block that the claim names.
        block_number: u64,
        /// The safety that the claim demands.
        required: SafetyLevel,
        /// The newest block that has it, if there is one.
        head: Option<u64>,
    },
    /// It is too early at the executing timestamp: the same message may be executed from a later second on.
    ///
    /// Only [`rules::admit`](crate::rules::admit) says so. A block cannot wait, so what it executes too early is invalid.
    #[error("{reason}; it may be executed from timestamp {from} on")]
    Time {
        /// The rule that is broken until then.
        reason: InvalidReason,
        /// The first timestamp at which the rules of time let it pass, in seconds.
        from: u64,
    },
}

/// The end of the sentence about safety.
struct Newest(Option<u64>, SafetyLevel);

impl std::fmt::Display for Newest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self(Some(head), level) => write!(f, "the newest {level} block is {head}"),
            Self(None, level) => write!(f, "no block is {level}"),
        }
    }
}

impl Missing {
    /// Returns the stable name of what is missing.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Chain { .. } => "chain-not-known",
            Self::Block { .. } => "block-not-known",
            Self::History { .. } => "history-not-known",
            Self::Safety { .. } => "not-safe-enough",
            // The rule has one name, whether it lets the message pass later or never.
            Self::Time { reason, .. } => reason.code(),
        }
    }

    /// Returns the code with which admission JSON-RPC reports it: always one on which clients retry.
    pub const fn rpc_code(&self) -> i32 {
        let code = match self {
            // The wire has no code for "history not fetched": `skipped data` would have the transaction evicted,
            // and a chain whose history is incomplete is not fully initialized.
            Self::Chain { .. } | Self::History { .. } => RpcCode::UninitializedChainDatabase,
            Self::Block { .. } | Self::Safety { .. } | Self::Time { .. } => RpcCode::FutureData,
        };
        code.value()
    }
}
