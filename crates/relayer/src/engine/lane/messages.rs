//! What happens to messages, on their source chain and on the destination.

use alloy::primitives::B256;
use causeway_interop::Identifier;

use super::{Attempt, Command, Lane, Message, Notice, Pause, Phase, SignedTx, Stage, Version};
use crate::engine::{GuardOutcome, lane::sending::abandon};

/// After how many requests without a use in a row the node counts as unwell.
const FAULTS_TO_TELL: u32 = 3;

impl Lane {
    pub(super) fn seen(&mut self, message: Message, out: &mut Vec<Command>) {
        let hash = message.hash;
        if self.roster.get(hash).is_some() {
            self.seen_again(message, out);
        } else if self.spent.is_given_up(hash, &message.identifier) {
            // Enough was paid for it.
        } else if let Some(nonce) = self.attempts.nonce_of_message(hash) {
            // An attempt from before a reorg is still on its way. A second one beside it would be paid for twice.
            self.roster.insert(message, Phase::Attempted { nonce });
            if let Some(attempt) = self.attempts.get_mut(nonce) {
                attempt.moot = false;
                attempt.doomed &= attempt.stage != Stage::Pooled;
            }
            self.moved(hash, nonce, out);
        } else {
            self.roster.insert(message, Phase::Queued);
        }
    }

    pub(super) fn restored(&mut self, message: Message, reverted: Vec<B256>, out: &mut Vec<Command>) {
        let hash = message.hash;
        if self.roster.get(hash).is_some() {
            return;
        }
        for tx_hash in reverted {
            self.spent.add(hash, tx_hash);
        }
        let reverts = self.spent.count(hash);
        if reverts >= self.max_reverts() {
            self.spent.give_up(hash, message.identifier);
            return;
        }
        self.seen(message, out);
        self.roster.change(hash, |entry| entry.failures = u32::try_from(reverts).unwrap_or(u32::MAX));
    }

    fn max_reverts(&self) -> usize {
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
        let is_out = self.attempts.nonce_of_message(hash).is_some();
        self.roster.change(hash, |entry| {
            entry.message = message;
            entry.failures = 0;
            entry.moved |= is_out;
        });
        match phase {
            Phase::Attempted { nonce } => self.moved(hash, nonce, out),
            // The answer will be about the identifier of before, and not count.
            Phase::Guarding => {}
            _ => {
                self.unpark(hash, "the message's identifier changed", out);
                self.roster.set_phase(hash, Phase::Queued);
            }
        }
    }

    /// The attempt's bytes point to where the message was before.
    ///
    /// They may be as good as ever (a message that was sent again) or invalid (a reorg). The node knows: it gets
    /// them once more, and if it refuses them, the next version takes their nonce.
    fn moved(&mut self, message: B256, nonce: u64, out: &mut Vec<Command>) {
        self.roster.change(message, |entry| entry.moved = true);
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        match attempt.stage {
            Stage::Pooled if attempt.void => self.roster.set_phase(message, Phase::Queued),
            // Its nonce is being used up. Then the message has its turn.
            Stage::Pooled if attempt.is_idle() || attempt.doomed => {}
            Stage::Pooled => attempt.stage = Stage::Unsent,
            Stage::Unsent if !attempt.is_out() => {
                for tx in attempt.recorded() {
                    abandon(tx, "the message's identifier changed", out);
                }
                self.attempts.release(nonce);
                self.roster.set_phase(message, Phase::Queued);
            }
            Stage::Signing | Stage::Unsent | Stage::Sending | Stage::Checking | Stage::Mined => {}
        }
    }

    pub(super) fn orphaned(&mut self, message: B256, out: &mut Vec<Command>) {
        self.forget(message, "the message is gone from its source chain", out);
    }

    pub(super) fn delivered(
        &mut self,
        message: B256,
        tx_hash: B256,
        block_number: u64,
        out: &mut Vec<Command>,
    ) {
        if let Some(nonce) = self.attempts.nonce_of_tx(tx_hash)
            && let Some(attempt) = self.settle(nonce, tx_hash, block_number, out)
        {
            self.requeue(attempt.message, Phase::Queued);
            self.waits = 0;
        }
        self.forget(message, "the message was delivered by somebody else", out);
    }

    /// Drops a message that needs no delivery any more. An attempt that may be with a node lives on without it.
    fn forget(&mut self, message: B256, reason: &str, out: &mut Vec<Command>) {
        self.unpark(message, reason, out);
        self.roster.remove(message);
        self.make_moot(message, reason, out);
    }

    /// Nobody waits for the attempt of a message any more.
    pub(super) fn make_moot(&mut self, message: B256, reason: &str, out: &mut Vec<Command>) {
        let Some(nonce) = self.attempts.nonce_of_message(message) else { return };
        let head = self.head;
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        attempt.moot = true;
        attempt.void = false;
        match attempt.stage {
            Stage::Unsent if !attempt.is_out() => {
                for tx in attempt.recorded() {
                    abandon(tx, reason, out);
                }
                self.attempts.release(nonce);
            }
            Stage::Unsent if !attempt.is_idle() => self.suspect(nonce),
            Stage::Pooled => attempt.since = head,
            _ => {}
        }
    }

    /// Has the node asked, at the next occasion, what it knows of an attempt.
    pub(super) fn suspect(&mut self, nonce: u64) {
        if let Some(attempt) = self.attempts.get_mut(nonce) {
            attempt.stage = Stage::Pooled;
            attempt.suspect = true;
            attempt.since = self.head;
        }
    }

    pub(super) fn resumed(&mut self, message: B256, nonce: u64, tx: SignedTx, out: &mut Vec<Command>) {
        self.spent.take_back(message, tx.hash);
        if self.attempts.nonce_of_tx(tx.hash).is_some() {
            return;
        }
        let elsewhere = self.attempts.nonce_of_message(message).is_some_and(|other| other != nonce);
        if let Some(attempt) = self.attempts.get_mut(nonce) {
            // The newest came first. This one may be out there too, and a block takes one of them.
            let version = Version { sent: true, accepted: true, ..Version::new(tx, false) };
            attempt.versions.insert(0, version);
            return;
        }
        self.unpark(message, "an earlier transaction goes out again", out);
        self.unpark_nonce(nonce, out);
        let wanted = self.roster.get(message).is_some() && !elsewhere;
        // A message has one attempt. What is left of an earlier one is waited for, or gives way to nothing.
        let attempt = Attempt::resumed((!elsewhere).then_some(message), tx);
        self.attempts.insert(nonce, Attempt { since: self.head, moot: !wanted, ..attempt });
        if wanted {
            self.roster.change(message, |entry| {
                entry.moved = false;
                entry.phase = Phase::Attempted { nonce };
            });
        } else {
            self.suspect(nonce);
        }
    }

    pub(super) fn guarded(
        &mut self,
        message: B256,
        identifier: Identifier,
        outcome: GuardOutcome,
        out: &mut Vec<Command>,
    ) {
        let Some(entry) = self.roster.get(message) else { return };
        if entry.phase != Phase::Guarding {
            return;
        }
        if entry.message.identifier != identifier {
            self.roster.set_phase(message, Phase::Queued);
            return;
        }
        if !matches!(outcome, GuardOutcome::Unavailable { .. }) {
            self.roster.change(message, |entry| entry.unavailable = 0);
            self.answered_well(out);
        }
        match outcome {
            GuardOutcome::Deliverable { gas } => self.roster.set_phase(message, Phase::Ready { gas }),
            GuardOutcome::AlreadyDelivered => self.unseen(message, out),
            GuardOutcome::Reverts { reason } => self.failed(message, reason, None, out),
            GuardOutcome::NotYet { .. } => self.roster.set_phase(message, Phase::Napping),
            GuardOutcome::Unfunded { reason } => self.unaffordable(message, reason, out),
            GuardOutcome::Unavailable { reason } => self.unanswered(message, reason, out),
        }
    }

    /// The node could not be asked. That is the node's fault, unless it goes on telling about other messages: then this
    /// one takes it too long.
    fn unanswered(&mut self, message: B256, reason: String, out: &mut Vec<Command>) {
        let (answers, limit) = (self.answers, self.policy.max_unavailable);
        let is_cause = self.roster.change(message, |entry| {
            entry.unavailable = entry.unavailable.saturating_add(1);
            let heard = std::mem::replace(&mut entry.heard, answers);
            entry.unavailable >= limit && heard < answers
        });
        if is_cause == Some(true) {
            self.failed(message, reason.clone(), None, out);
        } else {
            self.roster.set_phase(message, Phase::Napping);
        }
        self.unwell(reason, out);
    }

    /// The node does not do what it is there for. Nobody's message is to blame.
    pub(super) fn unwell(&mut self, reason: String, out: &mut Vec<Command>) {
        self.faults = self.faults.saturating_add(1);
        if self.faults == FAULTS_TO_TELL {
            out.push(Command::Notify(Notice::Unwell { reason }));
        }
    }

    /// The node does what it is there for. What waited for that goes on at once.
    pub(super) fn answered_well(&mut self, out: &mut Vec<Command>) {
        self.answers = self.answers.wrapping_add(1);
        let faults = std::mem::take(&mut self.faults);
        if faults == 0 {
            return;
        }
        if faults >= FAULTS_TO_TELL {
            out.push(Command::Notify(Notice::Well));
        }
        self.waits = 0;
        self.roster.wake_nappers();
        if self.pause == Some(Pause::Tick) {
            self.pause = None;
        }
    }

    /// The destination says that the message was delivered, but no log of that was seen.
    ///
    /// The log may be in the next block. If it never comes, it stands in a block from before the relayer's time.
    fn unseen(&mut self, message: B256, out: &mut Vec<Command>) {
        let times = self.roster.change(message, |entry| {
            entry.unseen = entry.unseen.saturating_add(1);
            entry.unseen
        });
        let times = times.unwrap_or_default();
        if times >= self.policy.max_unseen {
            self.forget(message, "the message was delivered earlier", out);
            self.judged = Some(self.head);
            out.push(Command::Notify(Notice::DeliveredEarlier { message }));
        } else {
            let until = self.head.saturating_add(self.policy.delay_blocks(times));
            self.roster.set_phase(message, Phase::Asleep { until });
        }
    }

    /// Delivering the message failed. It is tried again some blocks later, longer each time, up to a limit of
    /// transactions paid for.
    pub(super) fn failed(
        &mut self,
        message: B256,
        reason: String,
        tx_hash: Option<B256>,
        out: &mut Vec<Command>,
    ) {
        let reverts = match tx_hash {
            Some(tx_hash) => self.spent.add(message, tx_hash),
            None => self.spent.count(message),
        };
        let counts = self.roster.change(message, |entry| {
            entry.failures = entry.failures.saturating_add(1);
            (entry.failures, entry.message.identifier)
        });
        let Some((failures, identifier)) = counts else { return };
        let retry_after_block = if reverts >= self.max_reverts() {
            self.forget(message, "given up after too many reverts", out);
            self.spent.give_up(message, identifier);
            self.judged = Some(self.head);
            None
        } else {
            let until = self.head.saturating_add(self.policy.delay_blocks(failures));
            self.roster.set_phase(message, Phase::Asleep { until });
            Some(until)
        };
        out.push(Command::Notify(Notice::Failed { message, reason, tx_hash, retry_after_block }));
    }

    /// The account cannot pay for this message; for others, which take less, it perhaps can.
    fn unaffordable(&mut self, message: B256, reason: String, out: &mut Vec<Command>) {
        let times = self.roster.change(message, |entry| {
            entry.unfunded = entry.unfunded.saturating_add(1);
            entry.unfunded
        });
        let delay = self.policy.delay_blocks(times.unwrap_or_default()).min(self.policy.max_unfunded_blocks);
        self.roster.set_phase(message, Phase::Asleep { until: self.head.saturating_add(delay) });
        out.push(Command::Notify(Notice::Unfunded { reason }));
    }

    /// The account cannot pay: nothing is sent before the next block, which may hold somebody's transfer to it.
    pub(super) fn unfunded(&mut self, reason: String, out: &mut Vec<Command>) {
        self.pause = Some(Pause::Block);
        out.push(Command::Notify(Notice::Unfunded { reason }));
    }
}
