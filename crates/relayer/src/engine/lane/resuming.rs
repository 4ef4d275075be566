//! Transactions of earlier: from before the start, and those whose blocks are no more.

use std::collections::BTreeSet;

use alloy::primitives::{Address, B256};

use super::{Command, Lane, Phase};
use crate::engine::{
    SignedTx,
    attempt::{Attempt, Load, Slot, Stage, Version},
};

impl Lane {
    pub(super) fn resumed(
        &mut self,
        signer: Address,
        nonce: u64,
        messages: &[B256],
        tx: SignedTx,
        out: &mut Vec<Command>,
    ) {
        let Some(slot) = self.fleet.slot(signer, nonce) else { return };
        for message in messages {
            if let Some((gas, Some(origin))) = self.spent.take_back(*message, tx.hash) {
                self.trust.regained(origin, gas, self.now, &self.policy);
            }
        }
        if self.fleet.slot_of_tx(tx.hash).is_some() {
            return;
        }
        self.close_inquest(slot);
        for message in messages {
            self.leave_unborn(*message, slot, out);
        }
        // A message has one attempt. What is left of an earlier one elsewhere is none of this one's.
        let members: BTreeSet<B256> =
            messages.iter().copied().filter(|m| self.is_free_for(*m, slot)).collect();
        let carried: BTreeSet<B256> = messages.iter().copied().collect();
        let strays: BTreeSet<B256> = carried.difference(&members).copied().collect();
        let items = carried.into_iter().map(|message| self.load(message)).collect();
        let version = Version { sent: true, accepted: true, ..Version::new(tx, items) };
        if let Some(attempt) = self.fleet.get_mut(slot) {
            // The newest came first. This one may be out there too, and a block takes one of them.
            attempt.versions.insert(0, version);
            attempt.members.extend(&members);
            attempt.strays.extend(&strays);
            for message in members {
                if !matches!(self.roster.phase(message), Some(Phase::Asleep { .. } | Phase::Napping)) {
                    self.queue(message);
                }
            }
            return;
        }
        let attempt = Attempt { members, strays, since: self.head, ..Attempt::resumed(version) };
        self.fleet.insert(slot, attempt.clone());
        for message in &attempt.members {
            self.roster.change(*message, |entry| {
                entry.moved = false;
                entry.phase = Phase::Attempted { slot };
            });
        }
        if self.is_moot(&attempt) {
            self.suspect(slot);
        }
    }

    /// A message of a transaction from before the start. What gas it has there is not known.
    fn load(&self, message: B256) -> Load {
        Load { message, gas: 0, source: self.roster.get(message).map(|entry| entry.message.source) }
    }

    /// Messages whose attempt ended may be in another one that is out still: then they wait for the end of that.
    pub(super) fn adopt(&mut self, messages: &BTreeSet<B256>) {
        for message in messages {
            if self.take_in_stray(*message)
                && let Some(
                    Phase::Guarding { .. }
                    | Phase::Ready { .. }
                    | Phase::Late
                    | Phase::Unsettled
                    | Phase::Capped,
                ) = self.roster.phase(*message)
            {
                self.queue(*message);
            }
        }
    }

    /// Makes a message that no attempt has a member of one whose versions carry it.
    pub(super) fn take_in_stray(&mut self, message: B256) -> bool {
        if self.fleet.slot_of_message(message).is_some() || self.fleet.inquest_of_message(message).is_some() {
            return false;
        }
        let mut attempts = self.fleet.attempts_mut();
        let Some((_, attempt)) = attempts.find(|(_, attempt)| attempt.strays.contains(&message)) else {
            return false;
        };
        attempt.strays.remove(&message);
        attempt.members.insert(message)
    }

    /// Takes a message out of another attempt whose bytes no node can have.
    fn leave_unborn(&mut self, message: B256, slot: Slot, out: &mut Vec<Command>) {
        let Some(other) = self.fleet.slot_of_message(message).filter(|other| *other != slot) else { return };
        let Some(attempt) = self.fleet.get_mut(other).filter(|attempt| !attempt.is_out()) else { return };
        match attempt.stage {
            // What is being signed without it is of no use, and will be found to be.
            Stage::Signing => drop(attempt.members.remove(&message)),
            Stage::Unsent => self.take_back(other, "an earlier transaction goes out again", out),
            Stage::Sending | Stage::Pooled | Stage::Checking => {}
        }
    }

    /// Whether nobody but this attempt may deliver the message.
    fn is_free_for(&self, message: B256, slot: Slot) -> bool {
        let attempt = self.fleet.slot_of_message(message);
        attempt.is_none_or(|other| other == slot) && self.fleet.inquest_of_message(message).is_none()
    }

    /// The block of a transaction is no more: what it did not deliver there means nothing.
    pub(super) fn close_inquest(&mut self, slot: Slot) {
        let account = self.fleet.account_mut(slot.account);
        let Some(inquest) = account.and_then(|account| account.inquests.remove(&slot.nonce)) else { return };
        for item in inquest.failed {
            if let Some(Phase::Attempted { .. }) = self.roster.phase(item.message) {
                self.queue(item.message);
            }
        }
    }
}
