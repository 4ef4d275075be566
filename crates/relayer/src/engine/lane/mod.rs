mod batching;
mod blocks;
mod capping;
mod commits;
mod expiry;
mod fates;
mod guarding;
mod holding;
mod kin;
mod messages;
mod nonces;
mod outcomes;
mod prospects;
mod resuming;
mod sending;
mod settling;
mod standing;
mod verdicts;
mod weather;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256};

use crate::engine::{
    Command, Event, Policy, SignedTx, Weight,
    budget::Budget,
    caps::Caps,
    clock::Clock,
    entry::{Kin, Phase},
    fleet::Fleet,
    guards::Guards,
    hold::Holds,
    roster::Roster,
    spent::Spent,
    trust::Trust,
    turns::Turns,
    weight::Weights,
};

/// The state of everything that goes to one destination.
///
/// ```
/// use alloy::primitives::{Address, B256};
/// use causeway_relayer::engine::{Command, Event, Lane, Policy};
///
/// let signer = Address::repeat_byte(1);
/// let mut lane = Lane::new(Policy::default(), vec![signer]);
/// assert!(lane.handle(Event::Block { number: 1, timestamp: 1, deliveries: Vec::new() }).is_empty());
///
/// // Once all blocks were taken in, the account's nonces are what has to be known first.
/// assert_eq!(lane.handle(Event::CaughtUp), [Command::Nonces { signer, epoch: 1 }]);
/// ```
#[derive(Clone, Debug)]
pub struct Lane {
    pub(super) policy: Policy,
    pub(super) roster: Roster,
    pub(super) fleet: Fleet,
    pub(super) guards: Guards,
    pub(super) holds: Holds,
    turns: Turns,
    pub(super) clock: Clock,
    spent: Spent,
    pub(super) trust: Trust,
    budget: Budget,
    caps: Caps,
    /// Of the sources whose blocks have to be safe, the newest block that is.
    settled: BTreeMap<u64, Option<u64>>,
    /// The newest block of the destination that was taken in.
    pub(super) head: u64,
    /// Its timestamp.
    now: u64,
    /// That of the block that was taken in last, whether or not a reorg took it away.
    last_time: u64,
    /// All blocks were taken in and the destination can be reached.
    pub(super) online: bool,
    /// Everything is held back until the next block or the end of the growing wait.
    pub(super) paused: bool,
    /// The destination took no messages the last time.
    pub(super) closed: bool,
    /// The fees are above the ceiling: nothing is signed before the next block.
    pub(super) dear: bool,
    /// The batcher stands on the destination.
    batcher: bool,
    /// The gas of a block, if it was told.
    block_gas: Option<u64>,
    /// How many requests about messages in a row the node did not answer.
    faults: u32,
    /// How many it answered, ever.
    answers: u64,
    /// At which head something was delivered last of those that have this in common; of the newest blocks only.
    news: BTreeMap<Kin, u64>,
    /// The head at which a message was dropped last because of what blocks say.
    judged: Option<u64>,
    /// The latest time at which messages were dropped for being too old.
    expired: Option<u64>,
}

impl Lane {
    /// Makes an empty lane, whose transactions these accounts sign. It collects what it is told but does nothing before
    /// [`Event::CaughtUp`].
    pub fn new(policy: Policy, signers: Vec<Address>) -> Self {
        Self {
            policy,
            roster: Roster::default(),
            fleet: Fleet::new(signers),
            guards: Guards::default(),
            holds: Holds::default(),
            turns: Turns::default(),
            clock: Clock::default(),
            spent: Spent::default(),
            trust: Trust::default(),
            budget: Budget::default(),
            caps: Caps::default(),
            settled: BTreeMap::new(),
            head: 0,
            now: 0,
            last_time: 0,
            online: false,
            paused: false,
            closed: false,
            dear: false,
            batcher: false,
            block_gas: None,
            faults: 0,
            answers: 0,
            news: BTreeMap::new(),
            judged: None,
            expired: None,
        }
    }

    /// Has its messages share the room by these weights, of which the first one counts that fits, when more wait than there is
    /// room for. Without any the oldest goes first, whatever its source. To be said before the first event.
    #[must_use]
    pub fn with_weights(self, weights: Vec<Weight>) -> Self {
        Self { roster: Roster::new(Weights::new(weights)), ..self }
    }

    /// Has the messages of these sources use no more gas in an hour than this, each by itself. What is over it waits, and others go
    /// on. To be said before the first event.
    #[must_use]
    pub fn with_caps(self, caps: BTreeMap<u64, u64>) -> Self {
        Self { caps: Caps::new(caps), ..self }
    }

    /// Takes in what happened and returns what is to be done, in this order.
    pub fn handle(&mut self, event: Event) -> Vec<Command> {
        let mut out = Vec::new();
        self.take(event, &mut out);
        self.proceed(&mut out);
        out
    }

    fn take(&mut self, event: Event, out: &mut Vec<Command>) {
        match event {
            Event::Seen(messages) => {
                for message in messages {
                    self.seen(message, out);
                }
            }
            Event::Restored { message, in_vain } => self.restored(message, in_vain, out),
            Event::Orphaned(message) => self.orphaned(message, out),
            Event::Retry(message) => self.retry(message, out),
            Event::Skipped(message) => self.skipped(message, out),
            Event::Undelivered(message) => self.seen(message, out),
            Event::Resumed { signer, nonce, messages, tx } => self.resumed(signer, nonce, &messages, tx, out),
            Event::Guarded { outcomes } => self.guarded(outcomes, out),
            Event::Remembered(past) => self.trust.restore(&past, &self.policy),
            // A reorg may have come in between.
            Event::Used { block_number, .. } if block_number > self.head => {}
            Event::Used { tx_hash, block_number, timestamp, gas, shares } => {
                self.budget.land(tx_hash, block_number, timestamp, gas, shares);
            }
            Event::Block { number, timestamp, deliveries } => {
                self.take_in(number, timestamp, &deliveries, out);
            }
            Event::Reorged { ancestor } => self.reorged(ancestor),
            Event::Settled { source, up_to } => self.settle_source(source, up_to),
            Event::Reset => self.reset(),
            Event::Batcher(stands) => self.batcher = stands,
            Event::BlockGas(gas) => self.block_gas = Some(gas),
            Event::CaughtUp => self.caught_up(),
            Event::Offline => self.online = false,
            Event::Tick => self.tick(),
            Event::Nonces { signer, epoch, nonces } => self.nonces(signer, epoch, nonces, out),
            Event::Committed { signer, nonce, tx } => self.committed(signer, nonce, tx, out),
            Event::NotCommitted { signer, nonce, reason } => {
                self.not_committed(signer, nonce, reason, out);
            }
            Event::Broadcast { signer, nonce, tx_hash, outcome } => {
                self.broadcast(signer, nonce, tx_hash, outcome, out);
            }
            Event::Receipt { signer, nonce, tx_hash, outcome } => {
                self.receipt(signer, nonce, tx_hash, outcome, out);
            }
        }
    }

    /// Returns how many messages are not delivered, those on their way included.
    pub fn pending(&self) -> usize {
        self.roster.len()
    }

    /// Returns whether the message is one of them.
    pub fn has(&self, message: B256) -> bool {
        self.roster.has(message)
    }

    /// Returns whether messages were dropped because of blocks above this one: for being too old, for having cost too
    /// much, or for being delivered. A reorg to it takes that back: then they have to be restored.
    pub fn has_judged_after(&self, ancestor: u64) -> bool {
        self.judged.is_some_and(|head| head > ancestor)
    }

    /// Returns the first transaction that was signed with a nonce that is in use, as far as is known.
    pub fn first_version(&self, signer: Address, nonce: u64) -> Option<&SignedTx> {
        let attempt = self.fleet.get(self.fleet.slot(signer, nonce)?)?;
        attempt.versions.first().map(|version| &version.tx)
    }

    /// Returns whether messages were dropped for being too old at a later time than this. A block of this time takes that back:
    /// then they have to be restored.
    pub fn has_expired_after(&self, time: u64) -> bool {
        self.expired.is_some_and(|expired| expired > time)
    }

    /// Returns how many transactions are on their way.
    pub fn in_flight(&self) -> usize {
        self.fleet.in_flight()
    }

    /// Does all that can be done now.
    fn proceed(&mut self, out: &mut Vec<Command>) {
        self.expire(out);
        self.note_cap(out);
        self.mind_caps(out);
        self.let_early();
        if self.online && !self.paused {
            self.ask(out);
            self.send(out);
            // What was signed now may have used up what a route has: the rest of it is not asked about.
            self.mind_caps(out);
            self.guard(out);
        }
        self.arm_wake(out);
    }

    /// Asks what there is reason to ask about the accounts: their nonces, and why messages were not delivered.
    fn ask(&mut self, out: &mut Vec<Command>) {
        for (_, account) in self.fleet.iter_mut() {
            let signer = account.signer;
            out.extend(account.attempts.ask().map(|epoch| Command::Nonces { signer, epoch }));
            for (nonce, inquest) in &mut account.inquests {
                if inquest.question.ask() {
                    let tx_hashes = vec![inquest.tx_hash];
                    out.push(Command::Receipt { signer, nonce: *nonce, tx_hashes });
                }
            }
        }
    }

    /// Asks for a tick when something waits for one.
    fn arm_wake(&mut self, out: &mut Vec<Command>) {
        if !self.online {
            return;
        }
        let is_waiting = self.paused
            || self.roster.has_nappers()
            || self.roster.has_early()
            || self.fleet.iter().any(|(_, account)| account.is_unanswered())
            || self.fleet.iter().any(|(_, account)| self.is_held_by_strangers(account))
            || self.fleet.attempts().any(|(_, attempt)| attempt.suspect);
        let short = self.is_waiting_for_guard().then_some(self.policy.guard_patience);
        let policy = self.policy;
        if let Some(after) = self.clock.arm(is_waiting, |waits| policy.wait(waits), short) {
            self.guards.armed();
            out.push(Command::Wake { after });
        }
    }

    /// Lets a message wait for its turn: to be guarded, or, while it is on its way, for the end of that.
    fn queue(&mut self, message: B256) {
        self.take_in_stray(message);
        let attempt = self.fleet.slot_of_message(message);
        let is_void = attempt.and_then(|slot| self.fleet.get(slot)).is_some_and(|attempt| attempt.void);
        let phase = match attempt.or_else(|| self.fleet.inquest_of_message(message)) {
            Some(slot) if !is_void => Phase::Attempted { slot },
            None if self.is_late(message) => Phase::Late,
            _ if self.is_unsettled(message) => Phase::Unsettled,
            _ if self.is_early(message) => Phase::Early,
            None if self.is_over_cap(message) => Phase::Capped,
            _ => Phase::Queued,
        };
        self.roster.set_phase(message, phase);
    }
}
