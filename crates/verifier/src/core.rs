//! What the verifier knows, and what news of the chains does to it. No I/O but that of the index, no clock.

mod event;
mod prune;
mod tracker;

pub use event::SourceEvent;

use crate::{ChainStatus, Change, FallenBlock, IndexError, LogIndex, Marks, Snapshot, View, safety::Safety};
use alloy_primitives::U256;
use causeway_interop::DependencySet;
use prune::Pruning;
use std::{collections::BTreeMap, sync::Arc};
use tracker::{Adrift, Tracker};

/// The whole state of a verifier: the index, and what follows from it.
#[derive(Debug)]
pub struct Core {
    index: LogIndex,
    set: DependencySet,
    safety: Safety,
    chains: BTreeMap<U256, Tracker>,
    written: BTreeMap<U256, Marks>,
    pruning: Pruning,
    snapshot: Arc<Snapshot>,
    failsafe: bool,
}

/// What came of some news.
#[derive(Debug)]
pub struct Step {
    /// What is known now.
    pub view: Arc<View>,
    /// Chains whose blocks from a number on went away.
    pub removed: Vec<(U256, u64)>,
    /// Blocks that were found to fall.
    pub fallen: Vec<FallenBlock>,
    /// Chains whose news do not fit what is known, and why: they have to be followed anew from what the index has.
    pub adrift: BTreeMap<U256, Arc<str>>,
}

impl Core {
    /// Goes on from what the index has, and works out what follows from it.
    pub fn resume(index: LogIndex, set: DependencySet) -> Result<Self, IndexError> {
        let snapshot = index.snapshot();
        let mut suspended = index.suspended()?;
        let chains = set
            .members()
            .map(|(chain_id, _)| {
                (chain_id, Tracker::resume(snapshot.chain(chain_id), suspended.remove(&chain_id)))
            })
            .collect();
        let mut safety = Safety::resume(set.clone(), &snapshot);
        let written = set.members().map(|(chain_id, _)| (chain_id, safety.marks(chain_id))).collect();
        // Which blocks fall is not in the index, and must be known before anybody asks.
        safety.advance(&snapshot)?;
        let (failsafe, pruning) = (index.failsafe()?, Pruning::new(set.expiry_window()));
        Ok(Self { index, set, safety, chains, written, pruning, snapshot, failsafe })
    }

    /// Takes in news of chains, in their order, and works out what follows.
    ///
    /// All of it is written at once, or, when that fails, nothing.
    pub fn step(&mut self, news: Vec<(U256, SourceEvent)>) -> Result<Step, IndexError> {
        let mut chains = self.chains.clone();
        let mut changes = Vec::new();
        let mut adrift = BTreeMap::new();
        for (chain_id, event) in news {
            let Some(tracker) = chains.get_mut(&chain_id).filter(|_| !adrift.contains_key(&chain_id)) else {
                continue;
            };
            if let Err(Adrift(why)) = tracker.take(event, &self.snapshot, chain_id, &mut changes) {
                adrift.insert(chain_id, why);
            }
        }
        changes.extend(self.suspensions(&chains));
        let mut safety = self.safety.clone();
        let removed = self.prepare(&mut safety, &mut chains)?;
        if !changes.is_empty() {
            changes.extend(self.marks(&safety, &removed));
            // What the snapshot tells of a chain that has lost blocks is not so any more; the next step prunes it.
            let is_whole = |(chain_id, _): &(U256, Change)| removed.iter().all(|(lost, _)| lost != chain_id);
            let pruning = self.pruning.changes(&self.snapshot, &safety, &self.set);
            changes.extend(pruning.into_iter().filter(is_whole));
            self.index.apply(&changes)?;
            self.snapshot = self.index.snapshot();
            self.settle(&mut chains);
        }
        (self.chains, self.safety) = (chains, safety);
        let fallen = self.safety.advance(&self.snapshot)?;
        Ok(Step { view: self.view()?, removed, fallen, adrift })
    }

    /// Takes back, before anything is written, what stood on blocks that go: marks in the index are never too high.
    fn prepare(
        &self,
        safety: &mut Safety,
        chains: &mut BTreeMap<U256, Tracker>,
    ) -> Result<Vec<(U256, u64)>, IndexError> {
        let mut removed = Vec::new();
        for (chain_id, tracker) in chains {
            if let Some((from, timestamp)) = tracker.lowest_removed.take() {
                safety.rewind(&self.snapshot, *chain_id, from, timestamp)?;
                removed.push((*chain_id, from));
            }
            if !tracker.is_known() {
                safety.forget(*chain_id);
            }
            if let Some(number) = tracker.anchor.take() {
                safety.trust(*chain_id, number);
            }
            safety.label(*chain_id, tracker.labels);
        }
        Ok(removed)
    }

    /// Takes over what the index has after a change.
    fn settle(&mut self, chains: &mut BTreeMap<U256, Tracker>) {
        for (chain_id, tracker) in chains {
            tracker.settle(self.snapshot.chain(*chain_id));
        }
        for (chain_id, marks) in &mut self.written {
            *marks = self.snapshot.chain(*chain_id).map(|chain| chain.marks).unwrap_or_default();
        }
    }

    /// The chains that begin or cease to wait for the operator. It stays so after a restart.
    fn suspensions(&self, chains: &BTreeMap<U256, Tracker>) -> Vec<(U256, Change)> {
        let changed = chains.iter().filter_map(|(chain_id, tracker)| {
            let (now, before) = (tracker.suspended(), self.chains.get(chain_id).and_then(Tracker::suspended));
            (now != before).then(|| (*chain_id, Change::Suspend(now.cloned())))
        });
        changed.collect()
    }

    /// The marks that the index does not have yet. Those of a chain that loses blocks fall with these, and are written again.
    fn marks(&self, safety: &Safety, removed: &[(U256, u64)]) -> Vec<(U256, Change)> {
        let changed = self.written.iter().filter_map(|(chain_id, written)| {
            let marks = safety.marks(*chain_id);
            let has_lost = removed.iter().any(|(lost, _)| lost == chain_id);
            (has_lost || marks != *written).then_some((*chain_id, Change::Mark(marks)))
        });
        changed.collect()
    }

    /// What is known.
    pub fn view(&self) -> Result<Arc<View>, IndexError> {
        let mut chains = BTreeMap::new();
        for (chain_id, tracker) in &self.chains {
            let heads = self.safety.heads(&self.snapshot, *chain_id)?;
            let known = self.snapshot.chain(*chain_id);
            // Where history could not be had, time makes up for it.
            let is_old = known.is_some_and(|chain| {
                chain.first.timestamp.saturating_add(self.set.expiry_window()) < chain.tip.timestamp
            });
            let history_complete = tracker.history_complete || (tracker.history_ends.is_some() && is_old);
            let status = ChainStatus {
                state: tracker.state.clone(),
                heads,
                first: known.map(|chain| chain.first),
                history_complete,
                history_ends: tracker.history_ends.clone().filter(|_| !history_complete),
                pushed: tracker.pushed,
                fallbacks: tracker.fallbacks,
                epoch: tracker.epoch,
                reorgs: tracker.reorgs,
            };
            chains.insert(*chain_id, status);
        }
        let (snapshot, failsafe) = (Arc::clone(&self.snapshot), self.failsafe);
        Ok(Arc::new(View { snapshot, chains, fallen: self.safety.fallen(), failsafe }))
    }

    /// Switches all checks off or on. It stays so after a restart.
    pub fn set_failsafe(&mut self, enabled: bool) -> Result<Arc<View>, IndexError> {
        self.index.set_failsafe(enabled)?;
        self.failsafe = enabled;
        self.view()
    }

    /// The index.
    pub const fn index(&self) -> &LogIndex {
        &self.index
    }
}
