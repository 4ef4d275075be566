//! What the messages of a source may use in an hour.

use std::collections::BTreeMap;

use alloy::primitives::B256;

use super::{Command, Lane};
use crate::engine::{
    Notice,
    caps::Rooms,
    lane::{
        batching::{gas_of, shares_of},
        standing::loads,
    },
};

impl Lane {
    /// What is left for the messages of those sources that have a cap, when all that is on its way lands and takes what it may.
    pub(super) fn rooms(&self) -> Rooms {
        if self.caps.is_empty() {
            return Rooms::default();
        }
        let mut taken = BTreeMap::<u64, u64>::new();
        for (_, attempt) in self.fleet.attempts() {
            let items = loads(attempt);
            for (source, share) in shares_of(items, gas_of(items)) {
                let sum = taken.entry(source).or_default();
                *sum = sum.saturating_add(share);
            }
        }
        let left = self.caps.iter().map(|(source, cap)| {
            let on_their_way = taken.get(&source).copied().unwrap_or_default();
            (source, cap.saturating_sub(self.budget.sum_of(source).saturating_add(on_their_way)))
        });
        Rooms::new(left.collect())
    }

    /// Whether the messages of the source have used up what they may, or will have when what is on its way lands.
    pub(crate) fn is_full(&self, source: u64) -> bool {
        self.caps.is_full(source)
    }

    /// Whether the message waits for that. What is on its way already goes on.
    pub(super) fn is_over_cap(&self, message: B256) -> bool {
        self.roster.get(message).is_some_and(|entry| self.is_full(entry.message.source))
    }

    /// Sets those aside whose source has used up what it may, so that others have the room, and lets them have their turn when it
    /// has some again. Tells of each cap once until it is not reached any more.
    pub(super) fn mind_caps(&mut self, out: &mut Vec<Command>) {
        if self.caps.is_empty() {
            return;
        }
        let rooms = self.rooms();
        let caps: Vec<(u64, u64)> = self.caps.iter().collect();
        for (source, cap) in caps {
            let is_full = !rooms.has(source);
            if !self.caps.set_full(source, is_full) {
                continue;
            }
            let concerned: Vec<B256> = if is_full {
                let gas = self.budget.sum_of(source);
                out.push(Command::Notify(Notice::Capped { source: Some(source), gas, cap }));
                let waiting = self.roster.waiting().filter(|entry| entry.message.source == source);
                waiting.map(|entry| entry.message.hash).collect()
            } else {
                self.roster.capped(source)
            };
            for message in concerned {
                // The next version of what is out needs its answer still.
                if self.fleet.slot_of_message(message).is_none() {
                    self.queue(message);
                }
            }
        }
    }
}
