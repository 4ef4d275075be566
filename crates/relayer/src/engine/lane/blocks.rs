//! What blocks of the destination say: what was delivered, and by whom.

use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::{
    AttemptOutcome, Delivery,
    account::Inquest,
    attempt::{Attempt, Load, Slot},
    attempts::Question,
    lane::batching::{gas_of, shares_of},
};

/// How often the node may not know a transaction whose deliveries were read, before these say all there is to know.
const MAX_INQUESTS: u32 = 3;
/// Every how many blocks it is forgotten of whom nothing is left.
const TIDY_EVERY: u64 = 1_024;

impl Lane {
    pub(super) fn take_in(
        &mut self,
        number: u64,
        timestamp: u64,
        deliveries: &[Delivery],
        out: &mut Vec<Command>,
    ) {
        self.head = number;
        self.now = timestamp;
        self.delivered(deliveries, out);
        self.budget.advance(timestamp);
        if number.is_multiple_of(TIDY_EVERY) {
            self.trust.tidy(timestamp, &self.policy);
        }
        self.paused = false;
        self.dear = false;
        for (_, account) in self.fleet.iter_mut() {
            account.broke = false;
            account.retry();
        }
        self.wake_nappers();
        self.wake_sleepers(number);
        self.wake_kin();
        self.doubt_old_answers();
        self.look_at_clock();
        self.holds.beat();
        self.check_overdue();
    }

    /// Takes in all deliveries of a block together: only then it is known what a transaction did not deliver.
    fn delivered(&mut self, deliveries: &[Delivery], out: &mut Vec<Command>) {
        let messages: BTreeSet<B256> = deliveries.iter().map(|delivery| delivery.message).collect();
        let transactions: BTreeSet<B256> = deliveries.iter().map(|delivery| delivery.tx_hash).collect();
        for tx_hash in transactions {
            if let Some(slot) = self.fleet.slot_of_tx(tx_hash) {
                self.landed(slot, tx_hash, &messages, out);
            }
        }
        self.note_kin(&messages);
        for message in messages {
            self.forget(message, "a message was delivered by somebody else", out);
        }
    }

    /// A transaction of ours is in this block and delivered something.
    fn landed(&mut self, slot: Slot, tx_hash: B256, delivered: &BTreeSet<B256>, out: &mut Vec<Command>) {
        let Some(attempt) = self.settle(slot, tx_hash, self.head, out) else { return };
        self.clock.reset();
        let version = attempt.versions.iter().find(|version| version.tx.hash == tx_hash);
        let items = version.map(|version| version.items.clone()).unwrap_or_default();
        let gas = gas_of(&items);
        self.budget.land(tx_hash, self.head, self.now, gas, shares_of(&items, gas));
        for item in items.iter().filter(|item| delivered.contains(&item.message)) {
            self.earn(item);
        }
        let is_left = |item: &&Load| {
            let is_member = attempt.members.contains(&item.message);
            is_member && self.roster.has(item.message) && !delivered.contains(&item.message)
        };
        let failed: Vec<Load> = items.iter().filter(is_left).copied().collect();
        if let Some(account) = self.fleet.account_mut(slot.account)
            && !failed.is_empty()
        {
            let (block_number, carried) = (self.head, items.len());
            let inquest = Inquest {
                tx_hash,
                block_number,
                failed: failed.clone(),
                carried,
                question: Question::Due,
                tries: 0,
            };
            account.inquests.insert(slot.nonce, inquest);
        }
        // Those wait until it is known why they failed.
        for item in failed {
            self.roster.set_phase(item.message, Phase::Attempted { slot });
        }
        self.let_go(&attempt);
    }

    /// Takes out what a block has ended by this transaction, and writes down that its other versions ended too.
    pub(super) fn settle(
        &mut self,
        slot: Slot,
        tx_hash: B256,
        block_number: u64,
        out: &mut Vec<Command>,
    ) -> Option<Attempt> {
        let attempt = self.fleet.settle(slot)?;
        for other in attempt.recorded().filter(|other| other.hash != tx_hash) {
            let outcome = AttemptOutcome::Replaced { block_number };
            out.push(Command::Record { tx_hash: other.hash, outcome });
        }
        Some(attempt)
    }

    /// Why a transaction did not deliver what it did not; without an answer, it is the logs that say that it did not.
    pub(super) fn close(
        &mut self,
        slot: Slot,
        answer: Option<(Vec<(B256, String)>, u64)>,
        out: &mut Vec<Command>,
    ) {
        let Some(account) = self.fleet.account_mut(slot.account) else { return };
        let Some(inquest) = account.inquests.get_mut(&slot.nonce) else { return };
        if answer.is_none() {
            inquest.tries += 1;
            inquest.question = Question::Failed;
            if inquest.tries < MAX_INQUESTS {
                return;
            }
        }
        let Some(inquest) = account.inquests.remove(&slot.nonce) else { return };
        let (failures, gas_used) = answer.unwrap_or_default();
        let share = gas_used / u64::try_from(inquest.carried).unwrap_or(u64::MAX).max(1);
        self.left_undelivered(inquest.tx_hash, &inquest.failed, failures, share, out);
    }

    /// A transaction in a block did not deliver these messages. `share` is what each of its messages took, where it is not
    /// known what a message had.
    pub(super) fn left_undelivered(
        &mut self,
        tx_hash: B256,
        failed: &[Load],
        failures: Vec<(B256, String)>,
        share: u64,
        out: &mut Vec<Command>,
    ) {
        let mut reasons: BTreeMap<B256, String> = failures.into_iter().collect();
        let mut told = Vec::new();
        for item in failed {
            let reason = reasons.remove(&item.message);
            let reason = reason.unwrap_or_else(|| "its transaction did not deliver it".to_owned());
            told.push((item.message, reason.clone()));
            let gas = if item.gas == 0 { share } else { item.gas };
            self.failed(item.message, reason, Some((tx_hash, gas)), out);
        }
        if !told.is_empty() {
            out.push(Command::Record { tx_hash, outcome: AttemptOutcome::ItemsFailed(told) });
            self.reconsider(out);
        }
    }
}
