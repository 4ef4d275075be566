//! What became of transactions whose nonces are used.

use alloy::primitives::{Address, B256};

use super::{Command, Lane, Phase};
use crate::engine::{
    AttemptOutcome, Notice, ReceiptOutcome,
    attempt::{Load, Slot, Stage},
    attempts::Question,
    lane::batching::shares_of,
};

/// What a receipt says.
struct Landing {
    tx_hash: B256,
    success: bool,
    block_number: u64,
    timestamp: u64,
    failures: Vec<(B256, String)>,
    gas_used: u64,
}

impl Lane {
    pub(super) fn receipt(
        &mut self,
        signer: Address,
        nonce: u64,
        tx_hash: B256,
        outcome: ReceiptOutcome,
        out: &mut Vec<Command>,
    ) {
        let head = self.head;
        let Some(slot) = self.fleet.slot(signer, nonce) else { return };
        if self.is_asked_why(slot, tx_hash) {
            let answer = match outcome {
                ReceiptOutcome::Included { tx_hash: found, failures, gas_used, .. } if found == tx_hash => {
                    Some((failures, gas_used))
                }
                _ => None,
            };
            self.close(slot, answer, out);
            return;
        }
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        if attempt.stage != Stage::Checking || !attempt.is_newest(tx_hash) {
            return;
        }
        match outcome {
            ReceiptOutcome::Included { tx_hash, success, block_number, timestamp, failures, gas_used }
                if block_number <= head =>
            {
                let landing = Landing { tx_hash, success, block_number, timestamp, failures, gas_used };
                self.included(slot, landing, out);
            }
            ReceiptOutcome::Replaced { block_number } => self.replaced(slot, block_number, out),
            // The node is ahead of the blocks that were taken in, or was wrong: the next blocks will tell.
            ReceiptOutcome::Missing | ReceiptOutcome::Included { .. } => {
                attempt.stage = Stage::Pooled;
                attempt.suspect = false;
                attempt.since = head;
            }
            ReceiptOutcome::Unavailable => self.suspect(slot),
        }
    }

    /// Whether the question was why a transaction in a block did not deliver all it carried.
    fn is_asked_why(&self, slot: Slot, tx_hash: B256) -> bool {
        let account = self.fleet.account(slot.account);
        let inquest = account.and_then(|account| account.inquests.get(&slot.nonce));
        inquest.is_some_and(|inquest| inquest.tx_hash == tx_hash && inquest.question == Question::Asked)
    }

    /// A block that was taken in holds a version of the transaction, which delivered nothing there: that would have been
    /// read before.
    fn included(&mut self, slot: Slot, landing: Landing, out: &mut Vec<Command>) {
        let Landing { tx_hash, success, block_number, timestamp, failures, gas_used } = landing;
        let Some(attempt) = self.fleet.get(slot) else { return };
        let Some(version) = attempt.versions.iter().find(|version| version.tx.hash == tx_hash) else {
            self.suspect(slot);
            return;
        };
        let items = version.items.clone();
        if !items.is_empty() {
            out.push(Command::Record { tx_hash, outcome: AttemptOutcome::Landed { success, block_number } });
        }
        let Some(attempt) = self.settle(slot, tx_hash, block_number, out) else { return };
        // The receipt may come long after its block.
        self.budget.land(tx_hash, block_number, timestamp, gas_used, shares_of(&items, gas_used));
        let share = gas_used / u64::try_from(items.len()).unwrap_or(u64::MAX).max(1);
        let is_wanted =
            |item: &Load| self.roster.has(item.message) && attempt.members.contains(&item.message);
        let (failed, others): (Vec<Load>, Vec<Load>) = items.into_iter().partition(is_wanted);
        for item in others {
            // Nobody waits for it any more, but what it cost may count once more.
            let is_told = failures.iter().any(|(message, _)| *message == item.message);
            if !success || is_told {
                self.lose(item.message, tx_hash, if item.gas == 0 { share } else { item.gas });
            }
        }
        if success {
            self.left_undelivered(tx_hash, &failed, failures, share, out);
        } else {
            for item in &failed {
                let reason = "the transaction reverted".to_owned();
                self.failed(item.message, reason, Some((tx_hash, share)), out);
            }
            self.reconsider(out);
        }
        self.adopt(&attempt.members);
        self.wait_again(&attempt.members);
    }

    /// A block that was taken in holds another transaction with this nonce.
    fn replaced(&mut self, slot: Slot, block_number: u64, out: &mut Vec<Command>) {
        let Some(attempt) = self.settle(slot, B256::ZERO, block_number, out) else { return };
        let signer = self.fleet.signer(slot.account);
        let messages: Vec<B256> =
            attempt.members.iter().copied().filter(|message| self.roster.has(*message)).collect();
        if let Some(newest) = attempt.newest()
            && !messages.is_empty()
        {
            let (tx_hash, nonce) = (newest.tx.hash, slot.nonce);
            out.push(Command::Notify(Notice::Replaced { messages, tx_hash, signer, nonce, block_number }));
        }
        self.adopt(&attempt.members);
        self.wait_again(&attempt.members);
        if let Some(account) = self.fleet.account_mut(slot.account) {
            account.attempts.refresh();
        }
    }

    /// Lets messages that have no attempt any more wait for their next one: as long as their failures demand.
    fn wait_again<'a>(&mut self, messages: impl IntoIterator<Item = &'a B256>) {
        for message in messages {
            let Some(entry) = self.roster.get(*message) else { continue };
            if !matches!(entry.phase, Phase::Attempted { .. }) {
                continue;
            }
            match entry.failures {
                0 => self.queue(*message),
                failures => {
                    let until = self.head.saturating_add(self.policy.delay_blocks(failures));
                    self.roster.set_phase(*message, Phase::Asleep { until });
                }
            }
        }
    }
}
