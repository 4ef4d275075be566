use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;

use crate::engine::{
    Message,
    entry::{Entry, Kin, Phase, Turn},
    message::Place,
    weight::{Flow, Weights},
};

/// The messages of a lane, found by hash, by place and by what they wait for.
///
/// Entries change through [`Roster::change`] only, which keeps the indexes right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    entries: BTreeMap<B256, Entry>,
    all: BTreeSet<Place>,
    queued: BTreeSet<Turn>,
    weights: Weights,
    /// Those queued that are not doubtful, by flow; where there are weights.
    flows: BTreeMap<Flow, BTreeSet<Turn>>,
    guarded: BTreeSet<Turn>,
    asleep: BTreeSet<(u64, B256)>,
    napping: BTreeSet<B256>,
    late: BTreeSet<B256>,
    /// By source and timestamp.
    early: BTreeSet<(u64, u64, B256)>,
    /// By source and block.
    unsettled: BTreeSet<(u64, u64, B256)>,
    /// By source, in their order.
    capped: BTreeSet<(u64, Place)>,
    /// Those asleep whose delivery would fail, by what they have in common with others, and by when they were tried.
    refused: BTreeSet<(Kin, u64, B256)>,
}

impl Roster {
    /// An empty one, whose messages share the room by these weights.
    pub(crate) fn new(weights: Weights) -> Self {
        Self { weights, ..Self::default() }
    }

    pub(crate) const fn weights(&self) -> &Weights {
        &self.weights
    }

    pub(crate) fn get(&self, hash: B256) -> Option<&Entry> {
        self.entries.get(&hash)
    }

    pub(crate) fn has(&self, hash: B256) -> bool {
        self.entries.contains_key(&hash)
    }

    pub(crate) fn phase(&self, hash: B256) -> Option<Phase> {
        self.get(hash).map(|entry| entry.phase)
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(crate) fn insert(&mut self, message: Message, phase: Phase) {
        let entry = Entry { phase, ..Entry::new(message) };
        self.remove(entry.message.hash);
        self.index(&entry);
        self.entries.insert(entry.message.hash, entry);
    }

    pub(crate) fn remove(&mut self, hash: B256) -> Option<Entry> {
        let entry = self.entries.remove(&hash)?;
        self.unindex(&entry);
        Some(entry)
    }

    /// Changes an entry, if it is there. Its hash must stay.
    pub(crate) fn change<R>(&mut self, hash: B256, change: impl FnOnce(&mut Entry) -> R) -> Option<R> {
        let mut entry = self.remove(hash)?;
        let result = change(&mut entry);
        self.index(&entry);
        self.entries.insert(hash, entry);
        Some(result)
    }

    pub(crate) fn set_phase(&mut self, hash: B256, phase: Phase) {
        self.change(hash, |entry| entry.phase = phase);
    }

    /// Returns the messages that wait to be guarded, doubtful ones or the others, in their order.
    pub(crate) fn queued(&self, doubtful: bool) -> impl Iterator<Item = &Entry> {
        let first = Turn { doubtful: true, place: Place::FIRST };
        let turns = match doubtful {
            true => self.queued.range(first..),
            false => self.queued.range(..first),
        };
        turns.filter_map(|turn| self.entries.get(&turn.place.hash))
    }

    /// Returns of which flows how many messages wait to be guarded that are not doubtful; where there are weights.
    pub(crate) fn flows(&self) -> impl Iterator<Item = (Flow, usize)> {
        self.flows.iter().map(|(flow, turns)| (*flow, turns.len()))
    }

    /// Returns those of a flow, in their order.
    pub(crate) fn queued_of(&self, flow: Flow) -> impl Iterator<Item = &Entry> {
        let turns = self.flows.get(&flow).into_iter().flatten();
        turns.filter_map(|turn| self.entries.get(&turn.place.hash))
    }

    /// Returns the messages that are guarded and those that are ready, in their order, doubtful ones last.
    pub(crate) fn guarded(&self) -> impl Iterator<Item = &Entry> {
        self.guarded.iter().filter_map(|turn| self.entries.get(&turn.place.hash))
    }

    /// Returns how many doubtful messages are guarding or ready.
    pub(crate) fn doubtful_guarded_len(&self) -> usize {
        self.guarded.range(Turn { doubtful: true, place: Place::FIRST }..).count()
    }

    /// Returns how many messages are guarding or ready.
    pub(crate) fn guarded_len(&self) -> usize {
        self.guarded.len()
    }

    pub(crate) fn has_candidates(&self) -> bool {
        !self.queued.is_empty() || !self.guarded.is_empty()
    }

    pub(crate) fn has_early(&self) -> bool {
        !self.early.is_empty()
    }

    pub(crate) fn has_nappers(&self) -> bool {
        !self.napping.is_empty()
    }

    /// Returns the messages that wait for a tick or for any block.
    pub(crate) fn nappers(&self) -> Vec<B256> {
        self.napping.iter().copied().collect()
    }

    /// Returns the messages that wait for this block or an earlier one.
    pub(crate) fn sleepers_until(&self, number: u64) -> Vec<B256> {
        let due = self.asleep.iter().take_while(|(until, _)| *until <= number);
        due.map(|(_, hash)| *hash).collect()
    }

    /// Returns the messages whose delivery would fail, of those that have this in common: the one that was tried the longest ago
    /// first.
    pub(crate) fn refused(&self, kin: Kin) -> impl Iterator<Item = B256> {
        let all = (kin, 0, B256::ZERO)..=(kin, u64::MAX, B256::repeat_byte(0xff));
        self.refused.range(all).map(|(.., hash)| *hash)
    }

    /// Returns the messages that are too late for a new transaction.
    pub(crate) fn late(&self) -> Vec<B256> {
        self.late.iter().copied().collect()
    }

    /// Returns the messages of a source that were put off since others of it were refused, oldest first, with their timestamps.
    pub(crate) fn early(&self, source: u64) -> impl Iterator<Item = (u64, B256)> {
        let all = (source, 0, B256::ZERO)..=(source, u64::MAX, B256::repeat_byte(0xff));
        self.early.range(all).map(|(_, timestamp, hash)| (*timestamp, *hash))
    }

    /// Returns the messages that are queued, guarding or ready.
    pub(crate) fn candidates(&self) -> impl Iterator<Item = &Entry> {
        let all = self.queued.iter().chain(&self.guarded);
        all.filter_map(|turn| self.entries.get(&turn.place.hash))
    }

    /// Returns the messages of a source that wait for a block of it to be safe enough, up to this block.
    pub(crate) fn unsettled(&self, source: u64, up_to: u64) -> Vec<B256> {
        let all = (source, 0, B256::ZERO)..=(source, up_to, B256::repeat_byte(0xff));
        self.unsettled.range(all).map(|(.., hash)| *hash).collect()
    }

    /// Returns the messages of a source whose gas of an hour is used up, in their order.
    pub(crate) fn capped(&self, source: u64) -> Vec<B256> {
        let all = self.capped.range((source, Place::FIRST)..);
        all.take_while(|(of, _)| *of == source).map(|(_, place)| place.hash).collect()
    }

    /// Returns the messages that wait for their turn to be guarded or to be sent.
    pub(crate) fn waiting(&self) -> impl Iterator<Item = &Entry> {
        self.candidates().filter(|entry| matches!(entry.phase, Phase::Queued | Phase::Ready { .. }))
    }

    /// Returns those of them that were initiated before this time.
    pub(crate) fn waiting_initiated_before(&self, timestamp: u64) -> Vec<B256> {
        let is_old = |turn: &&Turn| turn.place.timestamp < timestamp;
        let first = Turn { doubtful: true, place: Place::FIRST };
        let old = [&self.queued, &self.guarded].into_iter().flat_map(|turns| {
            let others = turns.range(..first).take_while(is_old);
            others.chain(turns.range(first..).take_while(is_old))
        });
        let old = old.filter_map(|turn| self.entries.get(&turn.place.hash));
        let waits = |entry: &&Entry| matches!(entry.phase, Phase::Queued | Phase::Ready { .. });
        old.filter(waits).map(|entry| entry.message.hash).collect()
    }

    /// Takes out the messages that were initiated before this time and have no attempt.
    pub(crate) fn take_initiated_before(&mut self, timestamp: u64) -> Vec<Entry> {
        let old = self.all.iter().take_while(|place| place.timestamp < timestamp);
        let old: Vec<B256> = old
            .filter_map(|place| self.entries.get(&place.hash))
            .filter(|entry| !matches!(entry.phase, Phase::Attempted { .. }))
            .map(|entry| entry.message.hash)
            .collect();
        old.into_iter().filter_map(|hash| self.remove(hash)).collect()
    }

    fn index(&mut self, entry: &Entry) {
        let turn = entry.turn();
        self.all.insert(turn.place);
        match entry.phase {
            Phase::Queued => {
                if let Some(flow) = self.flow(entry) {
                    self.flows.entry(flow).or_default().insert(turn);
                }
                self.queued.insert(turn)
            }
            Phase::Guarding { .. } | Phase::Ready { .. } => self.guarded.insert(turn),
            Phase::Asleep { until } => {
                if entry.refused {
                    self.refused.extend(entry.kin().map(|kin| (kin, entry.asked, turn.place.hash)));
                }
                self.asleep.insert((until, turn.place.hash))
            }
            Phase::Napping => self.napping.insert(turn.place.hash),
            Phase::Late => self.late.insert(turn.place.hash),
            Phase::Early => self.early.insert((turn.place.source, turn.place.timestamp, turn.place.hash)),
            Phase::Unsettled => {
                self.unsettled.insert((turn.place.source, turn.place.block_number, turn.place.hash))
            }
            Phase::Capped => self.capped.insert((turn.place.source, turn.place)),
            Phase::Attempted { .. } => false,
        };
    }

    fn unindex(&mut self, entry: &Entry) {
        let turn = entry.turn();
        self.all.remove(&turn.place);
        match entry.phase {
            Phase::Queued => {
                if let Some(flow) = self.flow(entry)
                    && let Some(turns) = self.flows.get_mut(&flow)
                {
                    turns.remove(&turn);
                    if turns.is_empty() {
                        self.flows.remove(&flow);
                    }
                }
                self.queued.remove(&turn)
            }
            Phase::Guarding { .. } | Phase::Ready { .. } => self.guarded.remove(&turn),
            Phase::Asleep { until } => {
                for kin in entry.kin() {
                    self.refused.remove(&(kin, entry.asked, turn.place.hash));
                }
                self.asleep.remove(&(until, turn.place.hash))
            }
            Phase::Napping => self.napping.remove(&turn.place.hash),
            Phase::Late => self.late.remove(&turn.place.hash),
            Phase::Early => self.early.remove(&(turn.place.source, turn.place.timestamp, turn.place.hash)),
            Phase::Unsettled => {
                self.unsettled.remove(&(turn.place.source, turn.place.block_number, turn.place.hash))
            }
            Phase::Capped => self.capped.remove(&(turn.place.source, turn.place)),
            Phase::Attempted { .. } => false,
        };
    }

    /// The flow in which the message waits.
    fn flow(&self, entry: &Entry) -> Option<Flow> {
        let counts = !self.weights.is_empty() && !entry.doubtful;
        counts.then(|| self.weights.flow(&entry.message))
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }
}
