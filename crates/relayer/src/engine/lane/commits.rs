//! What comes of having transactions signed.

use std::collections::BTreeSet;

use alloy::primitives::{Address, B256};

use super::{Command, Lane, Phase};
use crate::engine::{
    NotCommitted, SignedTx,
    attempt::{Load, Slot, Stage, Version},
    lane::sending::abandon,
};

/// For how many blocks other accounts go first, when nothing could be signed for one.
const SHAKY_BLOCKS: u64 = 16;

impl Lane {
    pub(super) fn committed(&mut self, signer: Address, nonce: u64, tx: SignedTx, out: &mut Vec<Command>) {
        let Some((slot, items)) = self.signed(signer, nonce) else {
            abandon(&tx, "nobody waits for it", out);
            return;
        };
        // Meanwhile a message may have been delivered, or moved to another block. Nobody has seen these bytes.
        let members = self.fleet.get(slot).map(|attempt| attempt.members.clone()).unwrap_or_default();
        let is_whole = |item: &Load| {
            let entry = self.roster.get(item.message);
            members.contains(&item.message) && entry.is_some_and(|entry| !entry.moved)
        };
        if !items.iter().all(is_whole) {
            abandon(&tx, "not needed any more", out);
            self.put_back(slot);
        } else if let Some(attempt) = self.fleet.get_mut(slot) {
            attempt.versions.push(Version::new(tx, items));
            attempt.doomed = false;
            attempt.unanswered = 0;
            attempt.accused = false;
            attempt.early = 0;
            attempt.escalate_at = u64::MAX;
            attempt.stage = Stage::Unsent;
        }
    }

    /// The attempt that a version was to be signed for, and what that was to carry.
    fn signed(&mut self, signer: Address, nonce: u64) -> Option<(Slot, Vec<Load>)> {
        let slot = self.fleet.slot(signer, nonce)?;
        let attempt = self.fleet.get_mut(slot).filter(|attempt| attempt.stage == Stage::Signing)?;
        Some((slot, std::mem::take(&mut attempt.signing)))
    }

    pub(super) fn not_committed(
        &mut self,
        signer: Address,
        nonce: u64,
        reason: NotCommitted,
        out: &mut Vec<Command>,
    ) {
        let Some((slot, items)) = self.signed(signer, nonce) else { return };
        match reason {
            NotCommitted::Fault => {
                if let Some(attempt) = self.fleet.get_mut(slot) {
                    attempt.stale = true;
                }
                self.put_back(slot);
                self.paused = true;
                // Perhaps it is the account's alone, whose signer is away: then others do its work.
                let shaky_until = self.head.saturating_add(SHAKY_BLOCKS);
                if let Some(account) = self.fleet.account_mut(slot.account) {
                    account.shaky_until = shaky_until;
                }
            }
            NotCommitted::Unfunded { reason } => {
                self.put_back(slot);
                self.cannot_pay(slot, reason, out);
            }
            NotCommitted::Ceiling => {
                self.dear = true;
                self.leave_as_it_is(slot);
            }
            NotCommitted::Held { messages } => {
                self.put_back(slot);
                self.wait_for_others(&items, &messages);
            }
        }
    }

    /// What is out there has to do for now.
    fn leave_as_it_is(&mut self, slot: Slot) {
        let escalate_at = self.head.saturating_add(self.policy.escalate_after.max(1));
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        if attempt.versions.is_empty() || attempt.doomed {
            self.put_back(slot);
            return;
        }
        attempt.stage = Stage::Pooled;
        attempt.escalate_at = escalate_at;
    }

    /// Attempts of others hold these messages: a block will tell what comes of them.
    fn wait_for_others(&mut self, items: &[Load], held: &[B256]) {
        let held: BTreeSet<&B256> = held.iter().collect();
        let until = self.head.saturating_add(self.policy.held_blocks.max(1));
        for item in items.iter().filter(|item| held.contains(&item.message)) {
            self.roster.set_phase(item.message, Phase::Asleep { until });
        }
    }

    /// The next version did not come to be, or no node has it: what was out there before still is.
    pub(super) fn put_back(&mut self, slot: Slot) {
        let Some(attempt) = self.fleet.get(slot) else { return };
        if attempt.versions.is_empty() {
            if let Some(attempt) = self.fleet.release(slot) {
                self.let_go(&attempt);
            }
            return;
        }
        let waits_for_nothing = attempt.doomed || self.is_moot(attempt);
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        attempt.stage = Stage::Pooled;
        if waits_for_nothing {
            attempt.suspect = true;
        } else {
            self.make_void(slot);
        }
    }
}
