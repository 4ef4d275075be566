use super::{
    FallenBlock, SafetyHeads,
    group::{Decision, Group},
    messages::Reach,
};
use crate::{ChainView, Header, IndexError, Marks, Snapshot};
use alloy_primitives::{B256, U256};
use causeway_interop::DependencySet;
use std::collections::BTreeMap;

/// How safe the blocks of all chains are.
#[derive(Clone, Debug)]
pub(crate) struct Safety {
    set: DependencySet,
    pub(super) tracks: BTreeMap<U256, Track>,
}

/// What the node of a chain says of its blocks. Taken for true once the index has the same block.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Labels {
    /// Number and hash of the newest block whose data is on L1.
    pub(crate) safe: Option<(u64, B256)>,
    /// Number and hash of the newest block whose L1 data is final.
    pub(crate) finalized: Option<(u64, B256)>,
}

/// One chain.
#[derive(Clone, Debug, Default)]
pub(super) struct Track {
    pub(super) marks: Marks,
    labels: Labels,
    pub(super) fallen: Option<FallenBlock>,
}

/// The two heads that are worked out here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    CrossUnsafe,
    Safe,
}

impl Safety {
    /// Goes on where the marks in the index say.
    pub(crate) fn resume(set: DependencySet, snapshot: &Snapshot) -> Self {
        let track = |chain_id| Track {
            marks: snapshot.chain(chain_id).map(|chain| chain.marks).unwrap_or_default(),
            ..Track::default()
        };
        let tracks = set.members().map(|(chain_id, _)| (chain_id, track(chain_id))).collect();
        Self { set, tracks }
    }

    /// Takes a block for safe without looking at it: the first one that is known of a chain.
    pub(crate) fn trust(&mut self, chain_id: U256, number: u64) {
        if let Some(track) = self.tracks.get_mut(&chain_id) {
            let number = Some(number);
            track.marks = Marks { cross_unsafe: number, local_safe: number, safe: number, finalized: number };
            track.fallen = None;
        }
    }

    /// Forgets all of a chain.
    pub(crate) fn forget(&mut self, chain_id: U256) {
        if let Some(track) = self.tracks.get_mut(&chain_id) {
            *track = Track::default();
        }
    }

    /// Notes what the node of a chain says.
    pub(crate) fn label(&mut self, chain_id: U256, labels: Labels) {
        if let Some(track) = self.tracks.get_mut(&chain_id) {
            track.labels = labels;
        }
    }

    /// Takes back what may have depended on blocks that a reorg has removed: `from` is the lowest of them, `timestamp` its
    /// timestamp.
    ///
    /// No message is older than its execution, so whatever is older than the removed blocks does not depend on them.
    pub(crate) fn rewind(
        &mut self,
        snapshot: &Snapshot,
        chain_id: U256,
        from: u64,
        timestamp: u64,
    ) -> Result<(), IndexError> {
        for (id, track) in &mut self.tracks {
            if *id == chain_id {
                track.marks = track.marks.below(from);
            } else {
                let keep = older_or_final(snapshot, *id, timestamp, &track.marks)?;
                track.marks.cross_unsafe = track.marks.cross_unsafe.map(|head| head.min(keep));
                track.marks.safe = track.marks.safe.map(|head| head.min(keep));
            }
            if track.fallen.is_some_and(|block| block.header.timestamp >= timestamp) {
                track.fallen = None;
            }
        }
        Ok(())
    }

    /// Moves every head up as far as what is known allows. Returns the blocks that were found to fall.
    pub(crate) fn advance(&mut self, snapshot: &Snapshot) -> Result<Vec<FallenBlock>, IndexError> {
        let chains: Vec<U256> = self.tracks.keys().copied().collect();
        for chain_id in &chains {
            self.confirm_local_safe(snapshot, *chain_id)?;
        }
        let fallen = self.climb(snapshot, &chains, Level::CrossUnsafe)?;
        self.climb(snapshot, &chains, Level::Safe)?;
        for (chain_id, track) in &mut self.tracks {
            if let Some(chain) = snapshot.chain(*chain_id) {
                let (label, known) = (track.labels.finalized, track.marks.finalized);
                let finalized = confirmed(snapshot, *chain_id, chain, label, known)?;
                // What is final stays so whatever the node says later: another one behind the same name may lag.
                track.marks.finalized = finalized.max(known).min(track.marks.safe);
            }
        }
        Ok(fallen)
    }

    /// Takes in the node's word on what is on L1. Where L1 has taken data back, nothing that depends on it stays safe, but
    /// what is final does.
    fn confirm_local_safe(&mut self, snapshot: &Snapshot, chain_id: U256) -> Result<(), IndexError> {
        let (Some(track), Some(chain)) = (self.tracks.get_mut(&chain_id), snapshot.chain(chain_id)) else {
            return Ok(());
        };
        let before = track.marks.local_safe;
        let now = confirmed(snapshot, chain_id, chain, track.labels.safe, before)?.max(track.marks.finalized);
        track.marks.local_safe = now;
        if now >= track.marks.safe {
            return Ok(());
        }
        track.marks.safe = now;
        let lowest = now.map_or(chain.first.number, |number| number + 1);
        let Some(lowest) = snapshot.header(chain_id, lowest)? else { return Ok(()) };
        for (id, track) in &mut self.tracks {
            if *id != chain_id {
                let keep = older_or_final(snapshot, *id, lowest.timestamp, &track.marks)?;
                track.marks.safe = track.marks.safe.map(|head| head.min(keep));
            }
        }
        Ok(())
    }

    /// Decides block after block, on whichever chain one can be decided, until none can.
    fn climb(
        &mut self,
        snapshot: &Snapshot,
        chains: &[U256],
        level: Level,
    ) -> Result<Vec<FallenBlock>, IndexError> {
        let mut all_fallen = Vec::new();
        loop {
            let mut moved = false;
            let mut next = BTreeMap::new();
            for chain_id in chains {
                moved |= self.skip_quiet_blocks(snapshot, *chain_id, level, &mut next)?;
            }
            for chain_id in chains {
                // A group of an earlier chain may have decided this one's block.
                let Some(number) = next.get(chain_id).copied() else { continue };
                match self.group(snapshot, (*chain_id, number), level, &next)?.decide() {
                    Decision::Open => {}
                    Decision::Decided { timestamp, stand, fall } => {
                        moved = true;
                        for (chain_id, number) in stand {
                            next.remove(&chain_id);
                            self.raise(chain_id, level, number);
                        }
                        for block in fall {
                            next.remove(&block.chain_id);
                            self.fell(block);
                            all_fallen.push(block);
                        }
                        if level == Level::CrossUnsafe {
                            let below = self.fell_below_cycles(snapshot, timestamp)?;
                            if !below.is_empty() {
                                // What was to be decided next may have been taken back.
                                next.clear();
                                all_fallen.extend(below);
                            }
                        }
                    }
                }
            }
            if !moved {
                return Ok(all_fallen);
            }
        }
    }

    /// Moves a head over blocks without messages, and notes the next block with some if it may be decided now.
    fn skip_quiet_blocks(
        &mut self,
        snapshot: &Snapshot,
        chain_id: U256,
        level: Level,
        next: &mut BTreeMap<U256, u64>,
    ) -> Result<bool, IndexError> {
        let (Some(track), Some(chain)) = (self.tracks.get(&chain_id), snapshot.chain(chain_id)) else {
            return Ok(false);
        };
        let Some((head, limit)) = track.span(level, chain) else { return Ok(false) };
        let candidate =
            snapshot.next_executing(chain_id, head.saturating_add(1))?.filter(|next| *next <= limit);
        let quiet = candidate.map_or(limit, |number| number - 1);
        if let Some(number) = candidate {
            next.insert(chain_id, number);
        }
        if quiet > head {
            self.raise(chain_id, level, quiet);
        }
        Ok(quiet > head)
    }

    fn group(
        &self,
        snapshot: &Snapshot,
        start: (U256, u64),
        level: Level,
        next: &BTreeMap<U256, u64>,
    ) -> Result<Group, IndexError> {
        let reach = |chain_id: U256| {
            let track = self.tracks.get(&chain_id);
            let head = track.and_then(|track| track.head(level));
            let fallen =
                track.and_then(|track| track.fallen.as_ref()).filter(|_| level == Level::CrossUnsafe);
            Reach { head, next: next.get(&chain_id).copied(), fallen }
        };
        match level {
            Level::CrossUnsafe => Group::verify(start, &self.set, snapshot, reach),
            Level::Safe => Group::trust(start, snapshot, reach),
        }
    }

    fn raise(&mut self, chain_id: U256, level: Level, number: u64) {
        if let Some(track) = self.tracks.get_mut(&chain_id) {
            match level {
                Level::CrossUnsafe => track.marks.cross_unsafe = Some(number),
                Level::Safe => track.marks.safe = Some(number),
            }
        }
    }

    pub(super) fn fell(&mut self, block: FallenBlock) {
        if let Some(track) = self.tracks.get_mut(&block.chain_id) {
            track.fallen = Some(block);
        }
    }

    /// How far each level reaches on a chain, to be kept in the index.
    pub(crate) fn marks(&self, chain_id: U256) -> Marks {
        self.tracks.get(&chain_id).map(|track| track.marks).unwrap_or_default()
    }

    /// The blocks that fall, by chain.
    pub(crate) fn fallen(&self) -> Vec<FallenBlock> {
        self.tracks.values().filter_map(|track| track.fallen).collect()
    }

    /// The heads of a chain.
    pub(crate) fn heads(&self, snapshot: &Snapshot, chain_id: U256) -> Result<SafetyHeads, IndexError> {
        let Some(chain) = snapshot.chain(chain_id) else { return Ok(SafetyHeads::default()) };
        let marks = self.marks(chain_id);
        let block = |number: Option<u64>| match number {
            Some(number) => snapshot.header(chain_id, number),
            None => Ok(None),
        };
        Ok(SafetyHeads {
            local_unsafe: Some(chain.tip),
            cross_unsafe: block(marks.cross_unsafe)?,
            local_safe: block(marks.local_safe)?,
            safe: block(marks.safe)?,
            finalized: block(marks.finalized)?,
        })
    }
}

impl Track {
    const fn head(&self, level: Level) -> Option<u64> {
        match level {
            Level::CrossUnsafe => self.marks.cross_unsafe,
            Level::Safe => self.marks.safe,
        }
    }

    /// The head of a level, and the block up to which it may move for now.
    fn span(&self, level: Level, chain: &ChainView) -> Option<(u64, u64)> {
        let head = self.head(level)?;
        let limit = match level {
            Level::CrossUnsafe => match &self.fallen {
                Some(block) => block.header.number - 1,
                None => chain.tip.number,
            },
            Level::Safe => self.marks.local_safe.min(self.marks.cross_unsafe)?,
        };
        Some((head, limit.min(chain.tip.number)))
    }
}

/// The number of a labelled block, once the index has that very block; until then what was known, as far as it is there.
fn confirmed(
    snapshot: &Snapshot,
    chain_id: U256,
    chain: &ChainView,
    label: Option<(u64, B256)>,
    known: Option<u64>,
) -> Result<Option<u64>, IndexError> {
    let known = known.map(|number| number.min(chain.tip.number));
    let Some((number, hash)) = label else { return Ok(known) };
    let is_ours = |header: Option<Header>| header.is_some_and(|header| header.hash == hash);
    Ok(if is_ours(snapshot.header(chain_id, number)?) { Some(number) } else { known })
}

/// The newest block of a chain that is older than `timestamp`, or final: what is final does not depend on what can still go.
pub(super) fn older_or_final(
    snapshot: &Snapshot,
    chain_id: U256,
    timestamp: u64,
    marks: &Marks,
) -> Result<u64, IndexError> {
    let first = snapshot.chain(chain_id).map_or(0, |chain| chain.first.number);
    let older = snapshot.last_before(chain_id, timestamp)?.map_or(first, |last| last.number);
    Ok(older.max(marks.finalized.unwrap_or(0)))
}
