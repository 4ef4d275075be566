//! What waits until the destination knows its source's blocks, or its clock is there.

use std::collections::BTreeMap;

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::{
    Notice,
    attempt::Load,
    entry::Entry,
    hold::{Refusal, Try},
};

/// After how many refusals for now a message travels in smaller company, or, alone, for itself.
const EARLY_TO_PART: u32 = 3;
/// For how many blocks a message waits at most that is refused for now while others of its source are not.
const MOST_BLOCKS: u64 = 16;

impl Lane {
    /// The age of what has this timestamp, by the destination's clock.
    fn age(&self, timestamp: u64) -> i64 {
        let seconds = |time| i64::try_from(time).unwrap_or(i64::MAX);
        seconds(self.last_time).saturating_sub(seconds(timestamp))
    }

    /// Whether the message waits because others of its source, as young as it, were refused for now.
    pub(crate) fn is_early(&self, message: B256) -> bool {
        if self.holds.is_empty() {
            return false;
        }
        let Some(entry) = self.roster.get(message) else { return false };
        let age = self.age(entry.message.identifier.timestamp);
        self.holds.holds(entry.message.source, message, age)
    }

    /// Of each source that these are from: which, and the age of the youngest.
    fn by_source(&self, items: &[Load]) -> BTreeMap<u64, (Vec<B256>, i64)> {
        let mut by_source: BTreeMap<u64, (Vec<B256>, i64)> = BTreeMap::new();
        for entry in items.iter().filter_map(|item| self.roster.get(item.message)) {
            let age = self.age(entry.message.identifier.timestamp);
            let (messages, youngest) = by_source.entry(entry.message.source).or_insert((Vec::new(), age));
            messages.push(entry.message.hash);
            *youngest = age.min(*youngest);
        }
        by_source
    }

    /// The node refused these for now: nothing like them is signed before one of them went through. Returns the message whose own it
    /// is to be refused, while others of its source are taken that are no older.
    pub(super) fn hold_back(&mut self, items: &[Load], reason: &str, out: &mut Vec<Command>) -> Option<B256> {
        let refusals: Vec<u32> = items.iter().filter_map(|item| self.refused_for_now(item.message)).collect();
        let (new, waits_long) = (refusals.contains(&1), refusals.iter().any(|times| *times >= EARLY_TO_PART));
        let by_source = self.by_source(items);
        let alone = by_source.len() == 1;
        if let ([item], true) =
            (items, waits_long && by_source.iter().all(|(of, (_, age))| self.holds.takes(*of, *age)))
        {
            return Some(item.message);
        }
        for (source, (messages, age)) in by_source {
            if self.holds.refuse(source, &Refusal { messages, age, alone, new }) {
                out.push(Command::Notify(Notice::SourceNotReady { source, reason: reason.to_owned() }));
            }
            self.put_off(source);
        }
        // What is refused is perhaps one of several.
        if waits_long && items.len() > 1 {
            self.part(items);
        }
        None
    }

    /// Returns how often in a row a message was refused for now.
    fn refused_for_now(&mut self, message: B256) -> Option<u32> {
        self.roster.change(message, |entry| {
            entry.early = entry.early.saturating_add(1);
            entry.early
        })
    }

    /// A message that is refused by itself again and again waits for blocks.
    pub(super) fn set_aside(&mut self, message: B256) {
        let Some(entry) = self.roster.get(message) else { return };
        if matches!(entry.phase, Phase::Early | Phase::Queued | Phase::Napping) {
            let times = entry.early.saturating_sub(EARLY_TO_PART).saturating_add(1);
            let until = self.head.saturating_add(self.policy.delay_blocks(times).min(MOST_BLOCKS));
            self.roster.set_phase(message, Phase::Asleep { until });
        }
    }

    /// Has what is held now wait.
    fn put_off(&mut self, source: u64) {
        let waiting = self.roster.waiting().filter(|entry| entry.message.source == source);
        let waiting: Vec<B256> = waiting.map(|entry| entry.message.hash).collect();
        for message in waiting {
            if self.is_early(message) {
                self.queue(message);
            }
        }
    }

    /// The node took these.
    pub(super) fn let_through(&mut self, items: &[Load], out: &mut Vec<Command>) {
        if self.holds.is_empty() {
            return;
        }
        for (source, (messages, age)) in self.by_source(items) {
            let Some(was_told) = self.holds.accept(source, &messages, age) else { continue };
            if was_told {
                out.push(Command::Notify(Notice::SourceReady { source }));
            }
            self.release(source);
        }
    }

    /// Nothing of the source has to wait any more.
    fn release(&mut self, source: u64) {
        let messages: Vec<B256> = self.roster.early(source).map(|(_, message)| message).collect();
        for message in messages {
            self.queue(message);
        }
    }

    pub(super) fn release_all(&mut self) {
        let sources = self.holds.sources();
        self.holds.clear();
        for source in sources {
            self.release(source);
        }
    }

    /// Lets those go on that are old enough by now, and tries some of the others when it is time.
    pub(super) fn let_early(&mut self) {
        for source in self.holds.sources() {
            let good = self.holds.good(source);
            let old = self.roster.early(source);
            let old = old.take_while(|(timestamp, _)| good.is_some_and(|good| self.age(*timestamp) >= good));
            let old: Vec<B256> = old.map(|(_, message)| message).collect();
            for message in old {
                self.queue(message);
            }
            let Some(next) = self.holds.due(source).filter(|_| !self.has_try(source)) else { continue };
            let next = self.next_tried(source, next);
            if next.is_empty() {
                continue;
            }
            self.holds.try_out(source, &next);
            for message in next {
                self.queue(message);
            }
        }
    }

    /// The messages of a source that are to be tried next.
    fn next_tried(&self, source: u64, next: Try) -> Vec<B256> {
        let refusals = |message| self.roster.get(message).map_or(0, |entry| entry.early);
        let mut waiting: Vec<(u64, B256)> = self.roster.early(source).collect();
        if next.newer {
            let fewest = waiting.iter().map(|(_, message)| refusals(*message)).min();
            waiting.retain(|(_, message)| Some(refusals(*message)) == fewest);
            waiting.reverse();
        }
        let mut timestamps = Vec::new();
        let tried = waiting.into_iter().take_while(|(timestamp, _)| {
            if timestamps.last() != Some(timestamp) {
                timestamps.push(*timestamp);
            }
            timestamps.len() <= next.span
        });
        tried.map(|(_, message)| message).take(self.policy.limits.messages.max(1)).collect()
    }

    /// Whether something of the source is on its way to being tried.
    fn has_try(&self, source: u64) -> bool {
        let mut phases = self.holds.tried(source).filter_map(|message| self.roster.phase(message));
        let is_on_its_way = |phase| match phase {
            Phase::Queued | Phase::Guarding { .. } | Phase::Ready { .. } => true,
            Phase::Attempted { slot } => self.fleet.get(slot).is_some_and(|attempt| !attempt.is_out()),
            _ => false,
        };
        phases.any(is_on_its_way) || self.is_trying(source)
    }

    /// Whether a transaction with messages of a source that is held is about to go out. No others are signed behind it: should it be
    /// refused, they would wait for its nonce.
    pub(crate) fn is_trying(&self, source: u64) -> bool {
        self.fleet.attempts().any(|(_, attempt)| attempt.tries == Some(source) && !attempt.is_out())
    }

    /// The source for whose sake a message may be refused: nothing of it may have gone through yet, or not this one.
    fn doubted(&self, entry: &Entry) -> Option<u64> {
        let source = entry.message.source;
        (entry.early > 0 || self.holds.has(source)).then_some(source)
    }

    /// Whether a message may be in the next transaction of an account, whose first is this one.
    pub(super) fn may_join(&self, entry: &Entry, first: Option<B256>, has_gap: bool) -> bool {
        let doubted = self.doubted(entry);
        match first.and_then(|first| self.roster.get(first)) {
            Some(first) => self.doubted(first) == doubted,
            // What may be refused goes by itself, at the end, and one at a time.
            None => doubted.is_none_or(|source| !has_gap && !self.is_trying(source)),
        }
    }

    /// The source that an attempt with these is a try for.
    pub(super) fn tried_source(&self, items: &[Load]) -> Option<u64> {
        self.doubted(self.roster.get(items.first()?.message)?)
    }

    /// Whether something waits for its turn that may use a nonce that others wait for. What is not tried out yet may never be, as
    /// long as what must not use it has all the room.
    pub(super) fn has_fillers(&self) -> bool {
        let is_sure = |entry: &Entry| self.doubted(entry).is_none();
        let has_room = self.roster.guarded_len() < self.policy.max_guarded;
        self.roster.guarded().any(is_sure) || has_room && self.roster.candidates().any(is_sure)
    }
}
