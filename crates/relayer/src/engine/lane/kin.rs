//! Messages that fail until another one was delivered.

use std::collections::BTreeSet;

use alloy::primitives::B256;

use super::{Lane, Phase};

/// For how many blocks it is remembered what was delivered: longer than the destination takes to say what it thinks of a message.
const REMEMBERED_BLOCKS: u64 = 16;

impl Lane {
    /// These are delivered: what has a sender or a target in common with them may be deliverable from now on.
    pub(super) fn note_kin(&mut self, delivered: &BTreeSet<B256>) {
        let head = self.head;
        let known = delivered.iter().filter_map(|message| self.roster.get(*message));
        self.news.extend(known.flat_map(|entry| entry.kin()).map(|kin| (kin, head)));
        self.news.retain(|_, at| head.saturating_sub(*at) < REMEMBERED_BLOCKS);
    }

    /// Has those tried out again whose delivery would have failed before this block delivered something like them: one group at
    /// most, those first that were tried the longest ago. Those that cost something wait their time.
    pub(super) fn wake_kin(&mut self) {
        let (head, room) = (self.head, self.policy.guard_group.max(1));
        let news = self.news.iter().filter(|(_, at)| **at == head);
        let waiting = news.flat_map(|(kin, _)| self.roster.refused(*kin).take(room));
        let mut waiting: Vec<B256> = waiting.filter(|message| self.distance(*message) == 0).collect();
        waiting.sort_by_key(|message| (self.roster.get(*message).map(|entry| entry.asked), *message));
        waiting.dedup();
        for message in waiting.into_iter().take(room) {
            self.queue(message);
        }
    }

    /// The message would have failed at the head that the destination was asked at. What blocks have delivered since then may have
    /// changed that.
    pub(super) fn catch_up_with_kin(&mut self, message: B256) {
        let Some(entry) = self.roster.get(message) else { return };
        let is_older = entry.kin().iter().any(|kin| self.news.get(kin).is_some_and(|at| *at > entry.asked));
        if is_older && matches!(entry.phase, Phase::Asleep { .. }) && self.distance(message) == 0 {
            self.queue(message);
        }
    }
}
