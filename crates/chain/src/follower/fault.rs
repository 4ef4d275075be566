use crate::{BlockRef, node::Fault};
use alloy::primitives::B256;

/// Why a follower ended by itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FollowerError {
    /// The node's chain shares no block with those that are remembered: a reorg deeper than the window, or another
    /// chain under the same id (a development chain that was started anew, for instance). What was learned about
    /// the chain has to be discarded before following it again.
    #[error(
        "chain {chain_id}: none of the {window} remembered blocks is canonical any more (block {} was {}, the \
         node has {canonical}): a reorg deeper than that, or another chain under the same id",
        oldest.number, oldest.hash
    )]
    DeepReorg {
        /// The chain.
        chain_id: u64,
        /// How many blocks are remembered.
        window: usize,
        /// The oldest of them.
        oldest: BlockRef,
        /// What the node has at the height of the oldest.
        canonical: B256,
    },
    /// The node has pruned the block that comes next. Only with
    /// [`FollowerConfig::skip_pruned`](crate::FollowerConfig::skip_pruned).
    #[error(
        "chain {chain_id}: the node no longer has block {number}, which comes next, but only those from {lowest} on: {reason}"
    )]
    Pruned {
        /// The chain.
        chain_id: u64,
        /// The block.
        number: u64,
        /// The lowest block above it from which on the node has all.
        lowest: u64,
        /// What the node says, without secrets.
        reason: String,
    },
    /// There is no client for the endpoint.
    #[error("{reason}")]
    Client {
        /// What went wrong.
        reason: String,
    },
    /// The follower's task was aborted or panicked.
    #[error("the follower's task ended abnormally: {reason}")]
    Aborted {
        /// What the runtime says.
        reason: String,
    },
}

/// Why the actor leaves what it is doing.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody listens any more.
    Closed,
    /// The node is of no use at the moment.
    Fault(Fault),
    /// Going on would be wrong.
    Fatal(FollowerError),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
