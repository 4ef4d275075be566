mod messages;
mod outcomes;
mod weather;

#[cfg(test)]
mod tests;

use alloy::primitives::B256;

use crate::engine::{
    AttemptOutcome, Command, Event, Message, Notice, Policy, SignedTx,
    attempt::{Attempt, Attempts, Stage},
    entry::{Parked, Phase},
    roster::Roster,
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
            head: 0,
            now: 0,
            online: false,
            pause: None,
            wake_armed: false,
            waits: 0,
            known_gap: None,
        }
    }

    /// Takes in what happened and returns what is to be done, in this order.
    pub fn handle(&mut self, event: Event) -> Vec<Command> {
        let mut out = Vec::new();
        match event {
            Event::Seen(message) => self.seen(message, &mut out),
            Event::Restored { message, reverts } => self.restored(message, reverts, &mut out),
            Event::Orphaned(message) => self.orphaned(message, &mut out),
            Event::Delivered { message, tx_hash } => self.delivered(message, tx_hash, &mut out),
            Event::Undelivered { message, attempt } => self.undelivered(message, attempt, &mut out),
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
        while self.has_room_to_guard()
            && let Some(message) = self.roster.next_queued().cloned()
        {
            self.roster.set_phase(message.hash, Phase::Guarding);
            out.push(Command::Guard(message));
        }
    }

    fn has_room_to_guard(&self) -> bool {
        let guarded = self.roster.guarded_len();
        let is_free = guarded + self.attempts.len() < self.policy.max_in_flight;
        // Those in flight may all wait for a gap: one more message closes it.
        guarded < self.policy.max_guarded && (is_free || (guarded == 0 && self.attempts.gap().is_some()))
    }

    /// Sends what is to be sent, one transaction at a time.
    fn send(&mut self, out: &mut Vec<Command>) {
        while self.attempts.is_known() && !self.attempts.is_sending() {
            if let Some(nonce) = self.attempts.next_unsent() {
                self.send_again(nonce, out);
            } else if !self.submit_next(out) {
                self.close_gap(out);
                return;
            }
        }
    }

    fn send_again(&mut self, nonce: u64, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        // An attempt without bytes is still being signed, so it cannot be unsent.
        let Some(tx) = attempt.tx.clone() else { return };
        attempt.stage = Stage::Sending;
        out.push(Command::Broadcast { nonce, tx });
    }

    /// Starts an attempt for the next ready message. Returns false when there is none, or no room for it.
    fn submit_next(&mut self, out: &mut Vec<Command>) -> bool {
        if self.attempts.len() >= self.policy.max_in_flight && self.attempts.gap().is_none() {
            return false;
        }
        let Some(entry) = self.roster.next_ready() else { return false };
        let Phase::Ready { gas } = entry.phase else { return false };
        let (message, parked) = (entry.message.clone(), entry.parked.clone());
        let nonce = self.attempts.next_nonce();
        if self.attempts.contains(nonce) {
            // The last nonce there is. No account gets there.
            return false;
        }

        let mut attempt = Attempt::new(Some(message.hash));
        attempt.since = self.head;
        match parked {
            Some(Parked { nonce: parked_nonce, tx }) if parked_nonce == nonce => {
                attempt.tx = Some(tx);
                attempt.stage = Stage::Unsent;
            }
            _ => {
                self.unpark(message.hash, "signed again with another nonce", out);
                self.unpark_nonce(nonce, out);
                out.push(Command::Submit { nonce, gas, message: message.clone() });
            }
        }
        self.attempts.insert(nonce, attempt);
        self.roster.change(message.hash, |entry| {
            entry.parked = None;
            entry.moved = false;
            entry.phase = Phase::Attempted { nonce };
        });
        true
    }

    /// Uses up a nonce that later transactions wait for, when no message is there to use it.
    fn close_gap(&mut self, out: &mut Vec<Command>) {
        let Some(nonce) = self.attempts.gap() else { return };
        if self.known_gap != Some(nonce) {
            // Perhaps somebody else's transaction fills it: ask the node before paying for one.
            self.attempts.refresh();
            self.ask_nonces(out);
        } else if !self.roster.has_candidates() {
            self.unpark_nonce(nonce, out);
            self.attempts.insert(nonce, Attempt { moot: true, since: self.head, ..Attempt::new(None) });
            out.push(Command::Fill { nonce });
        }
    }

    /// Drops the signed bytes that a message keeps for another try.
    fn unpark(&mut self, message: B256, reason: &str, out: &mut Vec<Command>) {
        if let Some(Some(parked)) = self.roster.change(message, |entry| entry.parked.take()) {
            abandon(&parked.tx, reason, out);
        }
    }

    /// Drops the signed bytes that some message keeps under this nonce: the nonce is given to another transaction.
    fn unpark_nonce(&mut self, nonce: u64, out: &mut Vec<Command>) {
        if let Some(message) = self.roster.parked_at(nonce) {
            self.unpark(message, "the nonce was given to another transaction", out);
        }
    }

    /// Asks for a tick when something waits for one.
    fn arm_wake(&mut self, out: &mut Vec<Command>) {
        let needed = self.pause == Some(Pause::Tick)
            || self.roster.has_nappers()
            || self.attempts.iter().any(|(_, attempt)| attempt.suspect);
        if self.online && needed && !self.wake_armed {
            self.wake_armed = true;
            out.push(Command::Wake { after: self.policy.wait(self.waits) });
            self.waits = self.waits.saturating_add(1);
        }
    }
}

/// Writes down that a transaction will not be sent again.
fn abandon(tx: &SignedTx, reason: &str, out: &mut Vec<Command>) {
    let outcome = AttemptOutcome::Abandoned { reason: reason.to_owned() };
    out.push(Command::Record { tx_hash: tx.hash, outcome });
}
