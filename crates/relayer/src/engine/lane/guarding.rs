//! Which messages the destination is asked about, in which groups.

use std::collections::BTreeMap;

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::{Message, entry::Entry, turns::Turns};

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
    fn next_group(&mut self) -> Vec<Message> {
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
        // Doubtful ones can take long: they are asked about by themselves, and leave room for the others.
        let (doubtful, others) = (self.guards.doubtful(), self.guards.len() - self.guards.doubtful());
        if doubtful > 0 || others == 0 {
            let fresh = self.take_fresh(size);
            if !fresh.is_empty() || doubtful >= (self.policy.max_guards / 4).max(1) {
                return fresh;
            }
        }
        let room = if self.has_room_for_doubtful() { size } else { 0 };
        let doubtful = messages(self.roster.queued(true).take(room));
        if doubtful.is_empty() { self.take_fresh(size) } else { doubtful }
    }

    fn take_fresh(&mut self, size: usize) -> Vec<Message> {
        let (next, turns) = self.fresh(size);
        let next = messages(next);
        self.turns = turns;
        next
    }

    /// Those that come next of which nothing is held against anybody, in their order, and whose turn it is after that. Without
    /// weights, the oldest.
    pub(super) fn fresh(&self, size: usize) -> (Vec<&Entry>, Turns) {
        let (weights, mut turns) = (self.roster.weights(), self.turns);
        if weights.is_empty() {
            return (self.roster.queued(false).take(size).collect(), turns);
        }
        let pressing = self.pressing(size, &mut turns);
        let mut next: Vec<&Entry> = self.roster.queued(false).take(pressing).collect();
        let (mut waiting, mut taken) = (self.roster.flows().collect::<BTreeMap<_, _>>(), BTreeMap::new());
        for flow in next.iter().map(|entry| weights.flow(&entry.message)) {
            waiting.entry(flow).and_modify(|count| *count = count.saturating_sub(1));
            *taken.entry(flow).or_insert(0) += 1;
        }
        for (flow, count) in turns.share(waiting, size - next.len(), weights) {
            let before = taken.get(&flow).copied().unwrap_or(0);
            next.extend(self.roster.queued_of(flow).skip(before).take(count));
        }
        next.sort_by_key(|entry| entry.turn());
        (next, turns)
    }

    /// How many of the oldest go before what weights say: all that have little of their time left, and some of those that have
    /// waited for long.
    fn pressing(&self, size: usize, turns: &mut Turns) -> usize {
        let older = |before| {
            let is_older = move |entry: &&Entry| entry.message.identifier.timestamp < before;
            self.roster.queued(false).take(size).take_while(is_older).count()
        };
        let urgent = older(self.policy.urgent_before(self.now));
        let aged = older(self.policy.aged_before(self.now)).saturating_sub(urgent);
        urgent + turns.age(aged, size - urgent)
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

fn messages<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Message> {
    entries.into_iter().map(|entry| entry.message.clone()).collect()
}
