use super::{IndexedBlock, Marks};
use std::sync::Arc;

/// Something that happened to a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The next block, which stands on the newest one; or the first that is known of the chain.
    Append(IndexedBlock),
    /// The block right below the oldest one.
    Prepend(IndexedBlock),
    /// The blocks from a number on are no longer part of the chain. The chain's marks fall with them.
    Truncate {
        /// Number of the oldest block that goes.
        from: u64,
    },
    /// The blocks below a number are no longer needed.
    Prune {
        /// Number of the oldest block that stays.
        first: u64,
    },
    /// How far each level of safety reaches now.
    Mark(Marks),
    /// Why the chain waits for a word of the operator, or that it does so no more.
    Suspend(Option<Arc<str>>),
}
