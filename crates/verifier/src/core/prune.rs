use crate::{Change, Snapshot, safety::Safety};
use alloy_primitives::U256;
use causeway_interop::DependencySet;

/// Blocks of one chain that one step removes at most, so that no step takes long.
const AT_ONCE: u64 = 4_096;

/// Decides which blocks are too old to be of any use.
///
/// A block is kept for twice as long as its messages can be executed, counted from its chain's newest block, or from the newest
/// one that is verified on the chain that is furthest behind: a reorg may have blocks verified anew.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pruning {
    window: u64,
}

impl Pruning {
    pub(super) const fn new(window: u64) -> Self {
        Self { window }
    }

    /// What can go now. Little is left alone, for a removal costs more than the space is worth.
    pub(super) fn changes(
        &self,
        snapshot: &Snapshot,
        safety: &Safety,
        set: &DependencySet,
    ) -> Vec<(U256, Change)> {
        let verified = set.members().filter_map(|(chain_id, _)| {
            let number = safety.marks(chain_id).cross_unsafe?;
            Some(snapshot.header(chain_id, number).ok()??.timestamp)
        });
        let Some(verified) = verified.min() else { return Vec::new() };
        let prune = |(chain_id, _)| self.change(snapshot, chain_id, verified);
        set.members().filter_map(prune).collect()
    }

    fn change(&self, snapshot: &Snapshot, chain_id: U256, verified: u64) -> Option<(U256, Change)> {
        let chain = snapshot.chain(chain_id)?;
        let bound = chain.tip.timestamp.min(verified).saturating_sub(2 * self.window);
        // A hundredth of the window may be left over.
        if chain.first.timestamp.saturating_add(self.window / 100) >= bound {
            return None;
        }
        let last = snapshot.last_before(chain_id, bound).ok()??;
        let first = (last.number + 1).min(chain.first.number + AT_ONCE);
        Some((chain_id, Change::Prune { first }))
    }
}
