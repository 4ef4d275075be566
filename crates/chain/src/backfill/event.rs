use crate::{BlockLogs, BlockRef};
use alloy::primitives::B256;

/// What comes of reading downwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BackfillEvent {
    /// The next blocks, newest first, at least one: the first is the parent of the last one before, or of
    /// [`BackfillConfig::below`](crate::BackfillConfig::below).
    Blocks(Vec<BlockLogs>),
    /// The node cannot be reached, or what it says cannot be used. Comes once per outage, and again when the kind of
    /// the fault changes. The backfill keeps trying.
    Offline {
        /// What is wrong, without secrets.
        reason: String,
    },
    /// The node has nothing below the lowest block that is known, and says so again and again: it has pruned its history.
    /// The backfill tries again now and then, since another node may be put in its place.
    Pruned {
        /// What the node says, without secrets.
        reason: String,
    },
    /// The node is of use again. Only after `Offline`.
    Online,
    /// Everything that was asked for has been read. The last event.
    Complete,
}

/// Why a backfill ended before it was complete.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackfillError {
    /// The node has another block where the parent of a known block should be, and insists on it: the known block
    /// was reorganised away, or one of two nodes lies. What stands on `below` has to be judged anew.
    #[error(
        "chain {chain_id}: block {} ({}) does not stand on the node's block {} ({found}), but on {}",
        below.number, below.hash, below.number.saturating_sub(1), below.parent_hash
    )]
    Detached {
        /// The chain.
        chain_id: u64,
        /// The lowest block that is known: that of the configuration, or the last one that was read.
        below: BlockRef,
        /// The hash of the node's block below it.
        found: B256,
    },
    /// There is no client for the endpoint.
    #[error("{reason}")]
    Client {
        /// What went wrong.
        reason: String,
    },
    /// The task was aborted or panicked.
    #[error("the backfill's task ended abnormally: {reason}")]
    Aborted {
        /// What the runtime says.
        reason: String,
    },
}
