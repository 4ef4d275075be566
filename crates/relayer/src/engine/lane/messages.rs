//! What happens to messages on their source chain.

use alloy::primitives::B256;

use super::{Command, Lane, Phase};
use crate::engine::{
    InVain, Message,
    attempt::{Attempt, Slot, Stage},
    lane::sending::abandon,
    origin::Origin,
};

impl Lane {
    pub(super) fn seen(&mut self, message: Message, out: &mut Vec<Command>) {
        let hash = message.hash;
        if self.roster.has(hash) {
            self.seen_again(message, out);
        } else if self.spent.is_given_up(hash, &message.identifier) {
            // Enough was paid for it.
        } else if let Some(slot) = self.fleet.slot_of_message(hash) {
            // An attempt from before a reorg is still on its way. A second one beside it would be paid for twice.
            self.roster.insert(message, Phase::Attempted { slot });
            if let Some(attempt) = self.fleet.get_mut(slot) {
                attempt.doomed &= attempt.stage != Stage::Pooled;
            }
            self.moved(hash, slot, out);
        } else {
            self.roster.insert(message, Phase::Queued);
            self.queue(hash);
        }
    }

    pub(super) fn restored(&mut self, message: Message, in_vain: Vec<InVain>, out: &mut Vec<Command>) {
        let hash = message.hash;
        if self.roster.has(hash) {
            return;
        }
        let origin = Origin::of(&message);
        for InVain { tx_hash, gas } in in_vain {
            if self.spent.add(hash, tx_hash, gas, Some(origin)) && !self.trust.is_restored() {
                self.trust.lost(origin, gas, self.now, &self.policy);
            }
        }
        let reverts = self.spent.count(hash);
        if reverts >= self.max_reverts() {
            self.spent.give_up(hash, message.identifier);
            return;
        }
        self.seen(message, out);
        self.roster.change(hash, |entry| {
            entry.failures = u32::try_from(reverts).unwrap_or(u32::MAX);
            entry.doubtful = reverts > 0;
        });
    }

    pub(super) fn max_reverts(&self) -> usize {
        usize::try_from(self.policy.max_reverts).unwrap_or(usize::MAX)
    }

    /// The message has another identifier now: it was sent again, or a reorg of its source moved it.
    fn seen_again(&mut self, message: Message, out: &mut Vec<Command>) {
        let hash = message.hash;
        let Some(before) = self.roster.get(hash) else { return };
        if before.message.identifier == message.identifier {
            return;
        }
        let phase = before.phase;
        // What may be out there for it is about where it stood before.
        let attempt = self.fleet.slot_of_message(hash);
        self.roster.change(hash, |entry| {
            entry.message = message;
            entry.failures = 0;
            entry.early = 0;
            entry.company = usize::MAX;
            entry.moved |= attempt.is_some();
        });
        match (phase, attempt) {
            (Phase::Attempted { .. }, Some(slot)) => self.moved(hash, slot, out),
            // The answer will be about the identifier of before, and not count.
            (Phase::Guarding { .. }, _) => {}
            _ => self.queue(hash),
        }
    }

    /// The attempt's bytes point to where the message was before.
    ///
    /// They may be as good as ever (a message that was sent again) or invalid (a reorg). The node knows: it gets
    /// them once more, and if it refuses them, the next version takes their nonce.
    fn moved(&mut self, message: B256, slot: Slot, out: &mut Vec<Command>) {
        self.roster.change(message, |entry| entry.moved = true);
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        if attempt.void {
            self.queue(message);
            return;
        }
        match attempt.stage {
            // Its nonce is being used up. Then the message has its turn.
            Stage::Pooled if attempt.is_idle() || attempt.doomed => {}
            Stage::Pooled if attempt.newest().is_some_and(|version| version.carries(message)) => {
                attempt.stage = Stage::Unsent;
            }
            Stage::Unsent if !attempt.is_out() => {
                self.take_back(slot, "a message's identifier changed", out);
            }
            _ => {}
        }
    }

    pub(super) fn orphaned(&mut self, message: B256, out: &mut Vec<Command>) {
        let slot = self.fleet.slot_of_message(message);
        self.forget(message, "a message is gone from its source chain", out);
        // No node takes a transaction with such a message, or keeps it: its others need another one.
        if let Some(slot) = slot
            && let Some(attempt) = self.fleet.get(slot)
            && attempt.stage == Stage::Pooled
            && !attempt.doomed
            && self.is_wanted(attempt)
            && attempt.newest().is_some_and(|version| version.carries(message))
        {
            self.make_void(slot);
        }
    }

    /// Somebody in charge wants it tried now.
    pub(super) fn retry(&mut self, message: Message, out: &mut Vec<Command>) {
        let hash = message.hash;
        self.spent.forgive(hash);
        self.seen(message, out);
        self.roster.change(hash, |entry| {
            entry.failures = 0;
            entry.unseen = 0;
            entry.unfunded = 0;
            entry.unavailable = 0;
        });
        if let Some(Phase::Asleep { .. } | Phase::Napping) = self.roster.phase(hash) {
            self.queue(hash);
        }
    }

    /// Somebody in charge wants no more done for it.
    pub(super) fn skipped(&mut self, message: B256, out: &mut Vec<Command>) {
        if let Some(at) = self.roster.get(message).map(|entry| entry.message.identifier) {
            self.spent.give_up(message, at);
        }
        self.forget(message, "it is not to be delivered", out);
    }

    /// Drops a message that needs no delivery any more. An attempt that may be with a node lives on without it.
    pub(super) fn forget(&mut self, message: B256, reason: &str, out: &mut Vec<Command>) {
        self.roster.remove(message);
        self.leave(message, reason, out);
    }

    /// A message that was dropped does not need its attempt any more.
    pub(super) fn leave(&mut self, message: B256, reason: &str, out: &mut Vec<Command>) {
        let Some(slot) = self.fleet.slot_of_message(message) else { return };
        let Some(attempt) = self.fleet.get(slot) else { return };
        let is_moot = self.is_moot(attempt);
        if attempt.stage == Stage::Unsent && !attempt.is_out() {
            self.take_back(slot, reason, out);
        } else if is_moot && attempt.stage == Stage::Unsent && !attempt.is_idle() {
            self.suspect(slot);
        }
        let head = self.head;
        let Some(attempt) = self.fleet.get_mut(slot).filter(|_| is_moot) else { return };
        attempt.void = false;
        if attempt.stage == Stage::Pooled {
            attempt.since = head;
        }
    }

    /// Takes back a transaction that no node has seen. Its messages have their turn again.
    pub(super) fn take_back(&mut self, slot: Slot, reason: &str, out: &mut Vec<Command>) {
        let Some(attempt) = self.fleet.release(slot) else { return };
        for tx in attempt.recorded() {
            abandon(tx, reason, out);
        }
        self.let_go(&attempt);
    }

    /// The messages that waited for the end of an attempt have their turn again.
    pub(super) fn let_go(&mut self, attempt: &Attempt) {
        self.adopt(&attempt.members);
        for message in &attempt.members {
            if let Some(Phase::Attempted { .. }) = self.roster.phase(*message) {
                self.queue(*message);
            }
        }
    }

    /// The newest version stays out there until the next one takes its nonce, with those of its messages that can be
    /// delivered by then.
    pub(super) fn make_void(&mut self, slot: Slot) {
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        attempt.void = true;
        let members = attempt.members.clone();
        for message in members {
            if let Some(Phase::Attempted { .. }) = self.roster.phase(message) {
                self.queue(message);
            }
        }
    }

    /// Whether nobody waits for an attempt to deliver anything.
    pub(crate) fn is_moot(&self, attempt: &Attempt) -> bool {
        !attempt.members.iter().any(|message| self.roster.has(*message))
    }

    /// Whether it is to be sent until it is in a block.
    pub(super) fn is_wanted(&self, attempt: &Attempt) -> bool {
        !attempt.void && (attempt.is_idle() || !self.is_moot(attempt))
    }

    /// Has the node asked, at the next occasion, what it knows of an attempt.
    pub(super) fn suspect(&mut self, slot: Slot) {
        let head = self.head;
        if let Some(attempt) = self.fleet.get_mut(slot) {
            attempt.stage = Stage::Pooled;
            attempt.suspect = true;
            attempt.since = head;
        }
    }
}
