use crate::{Header, IndexedBlock, safety::Labels};
use alloy_primitives::B256;
use std::sync::Arc;

/// News of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SourceEvent {
    /// The next block. The first one of a chain that is not known yet is taken for safe as it is.
    Block(IndexedBlock),
    /// Blocks below the oldest one, newest first.
    Older(Vec<IndexedBlock>),
    /// There is nothing older that could still be executed.
    HistoryComplete,
    /// There may be something older that could still be executed, but it is not to be had.
    HistoryEnds {
        /// Why, without secrets.
        reason: Arc<str>,
    },
    /// Whether the node pushes its heads; otherwise it is polled.
    Pushed(bool),
    /// Everything above this block is void.
    Reorg {
        /// The newest block that remains.
        ancestor: Header,
    },
    /// What the node says is on L1, and final there: numbers and hashes.
    Labels {
        /// The newest block whose data is on L1.
        safe: Option<(u64, B256)>,
        /// The newest block whose L1 data is final.
        finalized: Option<(u64, B256)>,
    },
    /// The index has what the node has.
    Online,
    /// The node is away or not to be believed.
    Offline {
        /// What is wrong, without secrets.
        reason: Arc<str>,
    },
    /// The node has been away for too long.
    Stale,
    /// The chain cannot be followed any more without a word of the operator.
    Suspended {
        /// What happened.
        reason: Arc<str>,
    },
    /// All that is known of the chain is void; it begins anew.
    Forget,
}

impl SourceEvent {
    pub(super) const fn labels(safe: Option<(u64, B256)>, finalized: Option<(u64, B256)>) -> Labels {
        Labels { safe, finalized }
    }
}
