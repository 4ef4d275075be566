//! What a lane has to know of its chain before it makes batches: asked with every block, at little cost.

/// After how many blocks the chain is asked again for a batcher that was not there.
const AGAIN: u64 = 30;

/// What is known of a chain.
#[derive(Debug, Default)]
pub(super) struct Facts {
    /// The chain is being asked.
    pub(super) asking: bool,
    /// Whether the batcher is there, and the block when that was asked for.
    pub(super) batcher: Option<(bool, u64)>,
    /// How much gas a block has.
    pub(super) block_gas: Option<u64>,
    /// The lane is to be told that all blocks are known, as soon as the chain has answered.
    pub(super) caught_up: bool,
}

impl Facts {
    /// The chain may be another one now, or its blocks may be.
    pub(super) const fn doubt(&mut self) {
        self.batcher = None;
    }

    pub(super) const fn is_known(&self) -> bool {
        self.batcher.is_some()
    }

    pub(super) const fn wants_batcher(&self, head: u64) -> bool {
        match self.batcher {
            None => true,
            Some((is_there, asked)) => !is_there && head >= asked.saturating_add(AGAIN),
        }
    }
}
