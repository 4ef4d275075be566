use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;

use crate::engine::{
    Message,
    entry::{Entry, Phase},
    message::Place,
};

/// The messages of a lane, found by hash, by place and by what they wait for.
///
/// Entries change through [`Roster::change`] only, which keeps the indexes right.
#[derive(Clone, Debug, Default)]
pub(crate) struct Roster {
    entries: BTreeMap<B256, Entry>,
    all: BTreeSet<Place>,
    queued: BTreeSet<Place>,
    guarded: BTreeSet<Place>,
    asleep: BTreeSet<(u64, B256)>,
    napping: BTreeSet<B256>,
    parked: BTreeMap<u64, B256>,
}

impl Roster {
    pub(crate) fn get(&self, hash: B256) -> Option<&Entry> {
        self.entries.get(&hash)
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

    /// Returns the first message that waits to be guarded.
    pub(crate) fn next_queued(&self) -> Option<&Message> {
        let place = self.queued.first()?;
        self.entries.get(&place.hash).map(|entry| &entry.message)
    }

    /// Returns how many messages are guarding or ready.
    pub(crate) fn guarded_len(&self) -> usize {
        self.guarded.len()
    }

    pub(crate) fn has_candidates(&self) -> bool {
        !self.queued.is_empty() || !self.guarded.is_empty()
    }

    pub(crate) fn has_nappers(&self) -> bool {
        !self.napping.is_empty()
    }

    /// Returns the first ready message that can go, if no earlier one of its source is still being guarded.
    pub(crate) fn next_ready(&self, can_go: impl Fn(B256) -> bool) -> Option<&Entry> {
        let mut blocked = BTreeSet::new();
        for place in &self.guarded {
            let Some(entry) = self.entries.get(&place.hash) else { continue };
            match entry.phase {
                Phase::Ready { .. } if !blocked.contains(&place.source) => {
                    if can_go(place.hash) {
                        return Some(entry);
                    }
                    continue;
                }
                _ => blocked.insert(place.source),
            };
        }
        None
    }

    /// Returns the message that keeps signed bytes with this nonce.
    pub(crate) fn parked_at(&self, nonce: u64) -> Option<B256> {
        self.parked.get(&nonce).copied()
    }

    /// Forgets all signed bytes that messages keep.
    pub(crate) fn unpark_all(&mut self) {
        while let Some((_, hash)) = self.parked.first_key_value().map(|(nonce, hash)| (*nonce, *hash)) {
            self.change(hash, |entry| entry.parked = None);
        }
    }

    /// Queues the messages that wait for a tick or for any block.
    pub(crate) fn wake_nappers(&mut self) {
        for hash in std::mem::take(&mut self.napping) {
            self.set_phase(hash, Phase::Queued);
        }
    }

    /// Queues the messages that wait for this block or an earlier one.
    pub(crate) fn wake_until(&mut self, number: u64) {
        while let Some((until, hash)) = self.asleep.first().copied()
            && until <= number
        {
            self.asleep.pop_first();
            self.set_phase(hash, Phase::Queued);
        }
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
        let place = entry.place();
        self.all.insert(place);
        if let Some(parked) = &entry.parked {
            self.parked.insert(parked.nonce, place.hash);
        }
        match entry.phase {
            Phase::Queued => self.queued.insert(place),
            Phase::Guarding | Phase::Ready { .. } => self.guarded.insert(place),
            Phase::Asleep { until } => self.asleep.insert((until, place.hash)),
            Phase::Napping => self.napping.insert(place.hash),
            Phase::Attempted { .. } => false,
        };
    }

    fn unindex(&mut self, entry: &Entry) {
        let place = entry.place();
        self.all.remove(&place);
        if let Some(parked) = &entry.parked {
            self.parked.remove(&parked.nonce);
        }
        match entry.phase {
            Phase::Queued => self.queued.remove(&place),
            Phase::Guarding | Phase::Ready { .. } => self.guarded.remove(&place),
            Phase::Asleep { until } => self.asleep.remove(&(until, place.hash)),
            Phase::Napping => self.napping.remove(&place.hash),
            Phase::Attempted { .. } => false,
        };
    }

    #[cfg(test)]
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }
}
