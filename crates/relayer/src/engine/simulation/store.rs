use std::collections::BTreeMap;

use alloy::primitives::{Address, B256};

use super::weather::GAS;
use crate::engine::{AttemptOutcome, Delivery, Event, Experience, InVain, Message, SignedTx};

/// A committed attempt.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) signer: Address,
    pub(super) nonce: u64,
    pub(super) messages: Vec<B256>,
    pub(super) tx: SignedTx,
    pub(super) open: bool,
    /// The block that holds it, or what has its nonce.
    block: Option<u64>,
    /// It is itself in that block.
    landed: bool,
}

/// What survives a crash: messages, deliveries, attempts.
#[derive(Clone, Debug, Default)]
pub(super) struct Store {
    pub(super) messages: BTreeMap<B256, Message>,
    /// Where and by whom messages were delivered.
    pub(super) delivered: BTreeMap<B256, (u64, B256)>,
    attempts: Vec<Stored>,
}

impl Store {
    /// Commits an attempt, unless a message is in another one that is open.
    pub(super) fn commit(
        &mut self,
        signer: Address,
        nonce: u64,
        messages: Vec<B256>,
        tx: SignedTx,
    ) -> Result<(), Vec<B256>> {
        let held = self.held(signer, nonce, &messages);
        if held.is_empty() {
            self.attempts.push(Stored {
                signer,
                nonce,
                messages,
                tx,
                open: true,
                block: None,
                landed: false,
            });
            return Ok(());
        }
        Err(held)
    }

    /// Whether an attempt with this nonce was for the message.
    pub(super) fn has_attempt(&self, nonce: u64, message: B256) -> bool {
        self.attempts.iter().any(|attempt| attempt.nonce == nonce && attempt.messages.contains(&message))
    }

    /// Which of these messages are in open attempts with another nonce. After a reorg the blocks of two attempts for a
    /// message may be gone; then each of them can have further versions.
    pub(super) fn held(&self, signer: Address, nonce: u64, messages: &[B256]) -> Vec<B256> {
        let is_open = |message: &B256, here: bool| {
            let open = self.attempts.iter().filter(|attempt| attempt.open);
            let mut open = open.filter(|attempt| attempt.messages.contains(message));
            open.any(|attempt| ((attempt.signer, attempt.nonce) == (signer, nonce)) == here)
        };
        let held = messages.iter().filter(|message| is_open(message, false) && !is_open(message, true));
        held.copied().collect()
    }

    pub(super) fn record(&mut self, tx_hash: B256, outcome: &AttemptOutcome) {
        for attempt in self.attempts.iter_mut().filter(|attempt| attempt.tx.hash == tx_hash) {
            (attempt.block, attempt.landed) = match outcome {
                AttemptOutcome::Landed { block_number, .. } => (Some(*block_number), true),
                AttemptOutcome::Replaced { block_number } => (Some(*block_number), false),
                AttemptOutcome::ItemsFailed(_) => continue,
                _ => (None, false),
            };
            attempt.open = *outcome == AttemptOutcome::Broadcast;
        }
    }

    pub(super) fn take_in(&mut self, number: u64, deliveries: &[Delivery]) {
        for Delivery { message, tx_hash } in deliveries {
            self.delivered.insert(*message, (number, *tx_hash));
            for attempt in self.attempts.iter_mut().filter(|attempt| attempt.tx.hash == *tx_hash) {
                attempt.open = false;
                attempt.landed = true;
                attempt.block = Some(number);
            }
        }
    }

    /// Takes back what blocks above this one said. Returns the attempts whose end is open again, and the messages that are
    /// not delivered any more.
    pub(super) fn revert(&mut self, ancestor: u64) -> (Vec<Stored>, Vec<B256>) {
        let gone = self.delivered.iter().filter(|(_, (block, _))| *block > ancestor);
        let undelivered = gone.map(|(hash, _)| *hash).collect();
        self.delivered.retain(|_, (block, _)| *block <= ancestor);
        let mut reopened = Vec::new();
        for attempt in self.attempts.iter_mut().filter(|attempt| attempt.block > Some(ancestor)) {
            attempt.block = None;
            attempt.landed = false;
            attempt.open = true;
            reopened.push(attempt.clone());
        }
        (reopened, undelivered)
    }

    /// What the lane has to know of attempts, the newest first.
    pub(super) fn resumed(attempts: impl DoubleEndedIterator<Item = Stored>) -> impl Iterator<Item = Event> {
        attempts.rev().map(|Stored { signer, nonce, messages, tx, .. }| Event::Resumed {
            signer,
            nonce,
            messages,
            tx,
        })
    }

    pub(super) fn open(&self) -> Vec<Stored> {
        self.attempts.iter().filter(|attempt| attempt.open).cloned().collect()
    }

    /// What the lane has to know of what was paid for: what came of the messages, and what landed.
    pub(super) fn remembered(&self, timestamp: impl Fn(u64) -> u64) -> Vec<Event> {
        let landed = self.attempts.iter().filter(|attempt| attempt.landed);
        let landed: Vec<_> = landed.filter_map(|attempt| Some((attempt.block?, attempt))).collect();
        let mut past = Vec::new();
        for (block, attempt) in &landed {
            for Message { hash, source, sender, target, token, .. } in
                attempt.messages.iter().filter_map(|hash| self.messages.get(hash))
            {
                let delivery = self.delivered.get(hash);
                let is_ours = delivery.is_some_and(|(_, by)| *by == attempt.tx.hash);
                let is_late = delivery.is_some_and(|(at, _)| at <= block);
                past.push(Experience {
                    source: *source,
                    sender: *sender,
                    target: *target,
                    token: *token,
                    gas: GAS * u64::from(is_ours),
                    vain_gas: GAS * u64::from(!is_ours && !is_late),
                    at: timestamp(*block),
                });
            }
        }
        past.sort_by_key(|one| one.at);
        let used = landed.iter().map(|(block, attempt)| Event::Used {
            tx_hash: attempt.tx.hash,
            block_number: *block,
            timestamp: timestamp(*block),
            gas: GAS * attempt.messages.len() as u64,
            shares: self.shares(attempt),
        });
        [Event::Remembered(past)].into_iter().chain(used).collect()
    }

    /// What of the gas of a transaction was for the messages of which source.
    fn shares(&self, attempt: &Stored) -> Vec<(u64, u64)> {
        let mut shares = BTreeMap::new();
        for message in attempt.messages.iter().filter_map(|hash| self.messages.get(hash)) {
            *shares.entry(message.source).or_default() += GAS;
        }
        shares.into_iter().collect()
    }

    /// What the lane has to know of messages: those that are not delivered, and what was paid for them in vain.
    pub(super) fn restored(&self) -> Vec<Event> {
        let pending = self.messages.values().filter(|message| !self.delivered.contains_key(&message.hash));
        let restored = pending.map(|message| {
            let is_in_vain = |attempt: &&Stored| attempt.landed && attempt.messages.contains(&message.hash);
            let in_vain = self.attempts.iter().filter(is_in_vain);
            let in_vain = in_vain.map(|attempt| InVain { tx_hash: attempt.tx.hash, gas: GAS }).collect();
            Event::Restored { message: message.clone(), in_vain }
        });
        restored.collect()
    }
}
