//! Which messages the destination is asked about, in which groups.

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::{Message, entry::Entry};

impl Lane {
    /// Has as many messages guarded as may be under way, in their order.
    pub(super) fn guard(&mut self, out: &mut Vec<Command>) {
        while self.guards.len() < self.policy.max_guards.max(2) {
            self.sort_out();
            let group = self.next_group();
            if group.is_empty() {
                return;
            }
            let hashes: Vec<B256> = group.iter().map(|message| message.hash).collect();
            let doubtful = group.first().and_then(|message| self.roster.get(message.hash));
            let number = self.guards.open(hashes.clone(), doubtful.is_some_and(|entry| entry.doubtful));
            for hash in hashes {
                let head = self.head;
                self.roster.change(hash, |entry| {
                    entry.phase = Phase::Guarding { group: number };
                    entry.asked = head;
                    entry.refused = false;
                });
            }
            out.push(Command::Guard { messages: group });
        }
    }

    /// The messages to ask about next, together.
    fn next_group(&self) -> Vec<Message> {
        let size = self.policy.guard_group.max(1);
        // Others wait for the nonces of those whose transaction has to go out anew.
        let again = self.to_guard_again(size);
        if !again.is_empty() {
            return again;
        }
        if !self.fleet.has_room(self.window()) {
            return Vec::new();
        }
        let size = size.min(self.policy.max_guarded.saturating_sub(self.roster.guarded_len()));
        let take =
            |doubtful| self.roster.queued(doubtful).take(size).map(|entry| entry.message.clone()).collect();
        // Doubtful ones can take long: they are asked about by themselves, and leave room for the others.
        let (doubtful, others) = (self.guards.doubtful(), self.guards.len() - self.guards.doubtful());
        if doubtful > 0 || others == 0 {
            let fresh: Vec<Message> = take(false);
            if !fresh.is_empty() || doubtful >= (self.policy.max_guards / 4).max(1) {
                return fresh;
            }
        }
        let doubtful: Vec<Message> = if self.has_room_for_doubtful() { take(true) } else { Vec::new() };
        if doubtful.is_empty() { take(false) } else { doubtful }
    }

    /// Whether more doubtful messages may be guarded: those that are ready and wait for each other leave room for the rest.
    pub(crate) fn has_room_for_doubtful(&self) -> bool {
        self.roster.doubtful_guarded_len() < (self.policy.max_guarded / 2).max(1)
    }

    /// The messages of an attempt whose next version waits for what the destination says of them.
    fn to_guard_again(&self, size: usize) -> Vec<Message> {
        let is_queued = |entry: &&Entry| entry.phase == Phase::Queued;
        for (_, attempt) in self.fleet.attempts().filter(|(_, attempt)| attempt.void) {
            let members = attempt.members.iter().filter_map(|message| self.roster.get(*message));
            let mut queued: Vec<&Entry> = members.filter(is_queued).collect();
            if !queued.is_empty() {
                queued.sort_by_key(|entry| entry.turn());
                return queued.into_iter().take(size).map(|entry| entry.message.clone()).collect();
            }
        }
        Vec::new()
    }

    /// Whether messages are ready that would go out if it were not for earlier ones that are still being judged.
    pub(super) fn is_waiting_for_guard(&self) -> bool {
        let mut slow = self.roster.guarded().filter(|entry| match entry.phase {
            Phase::Guarding { group } => self.guards.is_in_time(group),
            _ => false,
        });
        slow.next().is_some() && self.roster.guarded().any(|entry| matches!(entry.phase, Phase::Ready { .. }))
    }

    pub(super) fn wake_nappers(&mut self) {
        for message in self.roster.nappers() {
            self.queue(message);
        }
    }

    /// Has messages asked about again whose answers are old.
    pub(super) fn doubt_old_answers(&mut self) {
        let (head, lasts) = (self.head, self.policy.guard_lasts);
        let is_old = |entry: &&Entry| matches!(entry.phase, Phase::Ready { since, .. } if since.saturating_add(lasts) < head);
        let old: Vec<B256> = self.roster.guarded().filter(is_old).map(|entry| entry.message.hash).collect();
        for message in old {
            self.queue(message);
        }
    }

    pub(super) fn wake_sleepers(&mut self, until: u64) {
        for message in self.roster.sleepers_until(until) {
            self.queue(message);
        }
    }

    /// Whether an attempt waits for what the destination says of some of its messages.
    pub(crate) fn is_being_judged(&self, members: impl IntoIterator<Item = B256>) -> bool {
        members
            .into_iter()
            .any(|message| matches!(self.roster.phase(message), Some(Phase::Queued | Phase::Guarding { .. })))
    }

    /// How many transactions with doubtful messages are on their way.
    pub(super) fn doubtful_in_flight(&self) -> usize {
        self.fleet.attempts().filter(|(_, attempt)| attempt.doubtful).count()
    }
}
