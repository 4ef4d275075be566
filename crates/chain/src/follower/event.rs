use crate::{BlockLogs, BlockRef};

/// What happens on a followed chain.
///
/// The sequence has no gaps and no repetitions: the parent of every `Block` is the block of the event before it, or
/// the `ancestor` of a `Reorg` in between; the first one stands on the tip of [`Start::After`](crate::Start::After).
/// `CaughtUp`, `Labels`, `Unlabelled`, `Offline` and `Online` do not interrupt it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainEvent {
    /// The next block, with its logs.
    Block(BlockLogs),
    /// The chain changed its mind: everything above `ancestor` is void.
    Reorg {
        /// The newest block that remains.
        ///
        /// When the reorg undoes everything that this follower ever announced, this is the block of the new chain
        /// below the first announced one; it may never have been announced itself.
        ancestor: BlockRef,
        /// The announced blocks that are void, newest first.
        removed: Vec<BlockRef>,
    },
    /// Everything up to the head of the node has been announced. Comes once after the start and once after every
    /// `Online`.
    CaughtUp {
        /// The head.
        head: BlockRef,
    },
    /// The node calls other blocks safe or finalized than before, or says it for the first time; `None` where it names none. Only with
    /// [`FollowerConfig::labels`](crate::FollowerConfig::labels). The blocks may not have been announced yet, or be
    /// of a branch that is about to be left.
    Labels {
        /// The newest block whose data is on L1.
        safe: Option<BlockRef>,
        /// The newest block whose data is in a finalized block of L1.
        finalized: Option<BlockRef>,
    },
    /// The node does not say which blocks are safe and finalized: it does not answer, or by an error. Comes once, until it says so
    /// again by `Labels`; what it said before is not known to hold. Only with
    /// [`FollowerConfig::labels`](crate::FollowerConfig::labels).
    Unlabelled {
        /// Why not, without secrets.
        reason: String,
    },
    /// The node cannot be reached, or what it says cannot be used. Comes once per outage, and again when the kind
    /// of the fault changes. The follower keeps trying.
    Offline {
        /// What is wrong, without secrets.
        reason: String,
    },
    /// The node is back. Only after `Offline`.
    Online,
}
