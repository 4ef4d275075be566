mod account;
mod messages;
mod outcomes;
mod sending;
mod weather;

#[cfg(test)]
mod tests;

use alloy::primitives::B256;

use crate::engine::{
    AttemptOutcome, Command, Event, Message, Notice, Policy, SignedTx,
    attempt::{Attempt, Stage, Version},
    attempts::Attempts,
    entry::{Parked, Phase},
    roster::Roster,
    spent::Spent,
};

/// The state of everything that goes to one destination.
///
/// ```
/// use alloy::primitives::B256;
/// use causeway_relayer::engine::{Command, Event, Lane, Policy};
///
/// let mut lane = Lane::new(Policy::default());
/// assert!(lane.handle(Event::Head { number: 1, timestamp: 1 }).is_empty());
///
/// // Once all blocks were taken in, the account's nonces are what has to be known first.
/// assert_eq!(lane.handle(Event::CaughtUp), [Command::Nonces { epoch: 1 }]);
/// ```
#[derive(Clone, Debug)]
pub struct Lane {
    pub(super) policy: Policy,
    pub(super) roster: Roster,
    pub(super) attempts: Attempts,
    spent: Spent,
    /// The newest block of the destination that was taken in.
    pub(super) head: u64,
    /// Its timestamp.
    now: u64,
    /// All blocks were taken in and the destination can be reached.
    pub(super) online: bool,
    pub(super) pause: Option<Pause>,
    /// A tick was asked for and has not come.
    pub(super) wake_armed: bool,
    /// How many ticks came since something went well.
    waits: u32,
    /// The gap that was there when the node told the nonces last.
    known_gap: Option<u64>,
    /// Since when others' transactions with our key keep us from signing.
    strangers: Option<Strangers>,
    /// How many requests about messages in a row the node did not answer.
    faults: u32,
    /// How many it answered, ever.
    answers: u64,
    /// The head at which a message was dropped last because of what blocks say.
    judged: Option<u64>,
}

/// Transactions of our account that are not ours, and that are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Strangers {
    /// The first nonce that no block holds.
    first_nonce: u64,
    /// The head when that became so.
    since: u64,
    /// The head at which to say so again.
    tell_at: u64,
}

/// Why the lane holds everything back, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// Until the next tick or block.
    Tick,
    /// Until the next block.
    Block,
}

impl Lane {
    /// Makes an empty lane. It collects what it is told but does nothing before [`Event::CaughtUp`].
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            roster: Roster::default(),
            attempts: Attempts::default(),
            spent: Spent::default(),
            head: 0,
            now: 0,
            online: false,
            pause: None,
            wake_armed: false,
            waits: 0,
            known_gap: None,
            strangers: None,
            faults: 0,
            answers: 0,
            judged: None,
        }
    }

    /// Takes in what happened and returns what is to be done, in this order.
    pub fn handle(&mut self, event: Event) -> Vec<Command> {
        let mut out = Vec::new();
        match event {
            Event::Seen(message) => self.seen(message, &mut out),
            Event::Restored { message, reverted } => self.restored(message, reverted, &mut out),
            Event::Orphaned(message) => self.orphaned(message, &mut out),
            Event::Delivered { message, tx_hash, block_number } => {
                self.delivered(message, tx_hash, block_number, &mut out);
            }
            Event::Undelivered(message) => self.seen(message, &mut out),
            Event::Resumed { message, nonce, tx } => self.resumed(message, nonce, tx, &mut out),
            Event::Guarded { message, identifier, outcome } => {
                self.guarded(message, identifier, outcome, &mut out);
            }
            Event::Head { number, timestamp } => self.head(number, timestamp),
            Event::Reorged { ancestor } => self.reorged(ancestor),
            Event::Reset => self.reset(),
            Event::CaughtUp => self.caught_up(),
            Event::Offline => self.online = false,
            Event::Tick => self.tick(),
            Event::Nonces { epoch, nonces } => self.nonces(epoch, nonces, &mut out),
            Event::Committed { nonce, tx } => self.committed(nonce, tx, &mut out),
            Event::NotCommitted { nonce } => self.not_committed(nonce),
            Event::Broadcast { nonce, tx_hash, outcome } => self.broadcast(nonce, tx_hash, outcome, &mut out),
            Event::Receipt { nonce, tx_hash, outcome } => self.receipt(nonce, tx_hash, outcome, &mut out),
        }
        self.proceed(&mut out);
        out
    }

    /// Returns how many messages are not delivered, those on their way included.
    pub fn pending(&self) -> usize {
        self.roster.len()
    }

    /// Returns whether the message is one of them.
    pub fn has(&self, message: B256) -> bool {
        self.roster.get(message).is_some()
    }

    /// Returns whether messages were dropped because of blocks above this one: for being too old, for having cost too
    /// much, or for being delivered. A reorg to it takes that back: then they have to be restored.
    pub fn has_judged_after(&self, ancestor: u64) -> bool {
        self.judged.is_some_and(|head| head > ancestor)
    }

    /// Returns how many transactions are on their way.
    pub fn in_flight(&self) -> usize {
        self.attempts.len()
    }

    /// Does all that can be done now.
    fn proceed(&mut self, out: &mut Vec<Command>) {
        self.expire(out);
        if self.online && self.pause.is_none() {
            self.ask_nonces(out);
            self.send(out);
            self.guard(out);
        }
        self.arm_wake(out);
    }

    /// Asks for the account's nonces when there is reason to.
    fn ask_nonces(&mut self, out: &mut Vec<Command>) {
        if let Some(epoch) = self.attempts.ask() {
            out.push(Command::Nonces { epoch });
        }
    }

    /// Has as many messages guarded as may be under way, in their order.
    fn guard(&mut self, out: &mut Vec<Command>) {
        while let Some(message) = self.next_to_guard().cloned() {
            self.roster.set_phase(message.hash, Phase::Guarding);
            out.push(Command::Guard(message));
        }
    }

    fn next_to_guard(&self) -> Option<&Message> {
        let guarded = self.roster.guarded_len();
        if guarded >= self.policy.max_guarded {
            return None;
        }
        // Others wait for the nonces of those whose transaction has to go out anew.
        let again = self.attempts.iter().filter(|(_, attempt)| attempt.void);
        let mut again = again.filter_map(|(_, attempt)| self.roster.get(attempt.message?));
        if let Some(entry) = again.find(|entry| entry.phase == Phase::Queued) {
            return Some(&entry.message);
        }
        let is_free = guarded + self.attempts.len() < self.policy.max_in_flight;
        // Those in flight may all wait for a gap: one more message closes it.
        let has_room = is_free || (guarded == 0 && self.attempts.gap().is_some());
        self.roster.next_queued().filter(|_| has_room)
    }

    /// Asks for a tick when something waits for one.
    fn arm_wake(&mut self, out: &mut Vec<Command>) {
        let needed = self.pause == Some(Pause::Tick)
            || self.roster.has_nappers()
            || self.attempts.is_unanswered()
            || self.is_held_by_strangers()
            || self.attempts.iter().any(|(_, attempt)| attempt.suspect);
        if self.online && needed && !self.wake_armed {
            self.wake_armed = true;
            out.push(Command::Wake { after: self.policy.wait(self.waits) });
            self.waits = self.waits.saturating_add(1);
        }
    }
}
