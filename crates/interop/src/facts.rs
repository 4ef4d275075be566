use alloy_primitives::{Address, B256};

use crate::log_hash;

/// What is known of the chain that a claimed message came from.
///
/// All of it must be of one moment: a head from before a reorg and a log from after it prove nothing. A
/// storage or RPC fault is not a fact; report it instead of asking for a verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts {
    /// What is known of the block that the claim names.
    pub block: SourceBlock,
    /// The number of the newest block that has the claim's `min_safety`, if there is one.
    ///
    /// It plays no part when the claim asks for unsafe blocks only.
    pub safety_head: Option<u64>,
}

impl Facts {
    /// Makes the facts for a claim that asks for unsafe blocks only.
    pub const fn new(block: SourceBlock) -> Self {
        Self { block, safety_head: None }
    }

    /// Adds the newest block that has the claim's `min_safety`.
    pub const fn with_safety_head(mut self, number: Option<u64>) -> Self {
        self.safety_head = number;
        self
    }
}

/// What is known of the block, on the canonical chain, at the number that a claim names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceBlock {
    /// No block of the chain is known yet.
    Uninitialized,
    /// The number is above the newest block known.
    Future {
        /// The newest block known.
        head: BlockPosition,
    },
    /// The number is below the oldest block known: it was pruned, or history is still being fetched.
    Pruned {
        /// The oldest block known.
        first: BlockPosition,
    },
    /// The block is known, with all its logs.
    Known {
        /// Its timestamp, in seconds.
        timestamp: u64,
        /// The log at the index that the claim names, or `None` when the block has fewer logs.
        log: Option<LogFact>,
    },
}

/// Where a block is in its chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct BlockPosition {
    /// Its number.
    pub number: u64,
    /// Its timestamp, in seconds.
    pub timestamp: u64,
}

/// What is known of a log: everything that makes its checksum, or just the hash of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogFact {
    /// The [`log_hash`], all that an index needs to keep.
    Hash(B256),
    /// The parts, which make for better explanations.
    Full {
        /// The account that emitted the log.
        origin: Address,
        /// The hash of its payload, see [`msg_hash`](crate::msg_hash).
        msg_hash: B256,
    },
}

impl LogFact {
    /// Returns the [`log_hash`], which is computed from the parts.
    pub fn log_hash(&self) -> B256 {
        match self {
            Self::Hash(hash) => *hash,
            Self::Full { origin, msg_hash } => log_hash(*origin, *msg_hash),
        }
    }
}
