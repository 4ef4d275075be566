use crate::engine::Event;
use alloy::primitives::{B256, U256};
use causeway_store::StoreError;

/// What comes of a request to the node.
#[derive(Debug)]
pub(super) enum Answer {
    /// What the lane wants to know.
    Event(Event),
    /// What became of a nonce, as the node says.
    Fate {
        /// The nonce.
        nonce: u64,
        /// The newest transaction of ours that has it.
        tx_hash: B256,
        /// What the node says.
        fate: Fate,
    },
    /// What the account has.
    Balance(Option<U256>),
    /// The store failed.
    Store(StoreError),
}

/// What a node says of a nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// A block holds our transaction.
    Ours { tx_hash: B256, success: bool, block_number: u64, block_hash: B256 },
    /// A block holds another transaction of the account.
    Other { block_number: u64, block_hash: B256 },
    /// It was used by the oldest block that is remembered, or before.
    Buried { block_number: u64, block_hash: B256 },
    /// No block that was taken in uses it.
    Unused,
    /// The node cannot tell.
    Unknown,
}

/// An answer that concerns the lane.
pub(super) enum Opened {
    Event(Event),
    /// What a node said of a nonce, to be held against the blocks that were taken in.
    Fate {
        nonce: u64,
        tx_hash: B256,
        fate: Fate,
    },
}
