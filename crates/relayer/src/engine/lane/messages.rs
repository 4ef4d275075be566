//! What happens to messages, on their source chain and on the destination.

use alloy::primitives::B256;
use causeway_interop::Identifier;

use super::{Attempt, Command, Lane, Message, Notice, Pause, Phase, SignedTx, Stage, abandon};
use crate::engine::GuardOutcome;

impl Lane {
    pub(super) fn seen(&mut self, message: Message, out: &mut Vec<Command>) {
        let hash = message.hash;
        if self.roster.get(hash).is_some() {
            self.seen_again(message, out);
        } else if let Some(nonce) = self.attempts.nonce_of_message(hash) {
            // An attempt from before a reorg is still on its way. A second one beside it would be paid for twice.
            self.roster.insert(message, Phase::Attempted { nonce });
            if let Some(attempt) = self.attempts.get_mut(nonce) {
                attempt.moot = false;
            }
            self.moved(hash, nonce, out);
        } else {
            self.roster.insert(message, Phase::Queued);
        }
    }

    pub(super) fn restored(&mut self, message: Message, reverts: u32, out: &mut Vec<Command>) {
        if reverts >= self.policy.max_reverts || self.roster.get(message.hash).is_some() {
            return;
        }
        let hash = message.hash;
        self.seen(message, out);
        self.roster.change(hash, |entry| {
            entry.reverts = reverts;
            entry.failures = reverts;
        });
    }

    /// The message has another identifier now: it was sent again, or a reorg of its source moved it.
    fn seen_again(&mut self, message: Message, out: &mut Vec<Command>) {
        let hash = message.hash;
        let Some(before) = self.roster.get(hash) else { return };
        if before.message.identifier == message.identifier {
            return;
        }
        let phase = before.phase;
        self.roster.change(hash, |entry| {
            entry.message = message;
            entry.failures = 0;
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
    /// them once more, and a refusal ends the attempt.
    fn moved(&mut self, message: B256, nonce: u64, out: &mut Vec<Command>) {
        self.roster.change(message, |entry| entry.moved = true);
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        match attempt.stage {
            Stage::Pooled => attempt.stage = Stage::Unsent,
            Stage::Unsent if !attempt.sent => {
                if let Some(tx) = &attempt.tx {
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

    pub(super) fn delivered(&mut self, message: B256, tx_hash: B256, out: &mut Vec<Command>) {
        if let Some(nonce) = self.attempts.nonce_of_tx(tx_hash)
            && let Some(attempt) = self.attempts.settle(nonce)
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
        let Some(nonce) = self.attempts.nonce_of_message(message) else { return };
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        attempt.moot = true;
        match (&attempt.tx, attempt.stage) {
            (Some(tx), Stage::Unsent) if !attempt.sent => {
                abandon(tx, reason, out);
                self.attempts.release(nonce);
            }
            (_, Stage::Unsent) => self.suspect(nonce),
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

    pub(super) fn undelivered(
        &mut self,
        message: Message,
        attempt: Option<(u64, SignedTx)>,
        out: &mut Vec<Command>,
    ) {
        let hash = message.hash;
        self.seen(message, out);
        if let Some((nonce, tx)) = attempt {
            self.resumed(hash, nonce, tx, out);
        }
    }

    pub(super) fn resumed(&mut self, message: B256, nonce: u64, tx: SignedTx, out: &mut Vec<Command>) {
        let attempted =
            matches!(self.roster.get(message), Some(entry) if matches!(entry.phase, Phase::Attempted { .. }));
        if self.attempts.nonce_of_tx(tx.hash).is_some() {
            return;
        }
        if self.attempts.contains(nonce) || attempted || self.attempts.nonce_of_message(message).is_some() {
            abandon(&tx, "another transaction has its place", out);
            return;
        }
        self.unpark(message, "an earlier transaction goes out again", out);
        self.unpark_nonce(nonce, out);
        self.attempts.insert(nonce, Attempt { since: self.head, ..Attempt::resumed(message, tx) });
        if self.roster.get(message).is_some() {
            self.roster.change(message, |entry| {
                entry.moved = false;
                entry.phase = Phase::Attempted { nonce };
            });
        } else {
            if let Some(attempt) = self.attempts.get_mut(nonce) {
                attempt.moot = true;
            }
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

    /// The node could not be asked. That may be the node's fault, or that of a message which takes it too long.
    fn unanswered(&mut self, message: B256, reason: String, out: &mut Vec<Command>) {
        let is_cause = self.roster.change(message, |entry| {
            entry.unavailable = entry.unavailable.saturating_add(1);
            entry.unavailable >= self.policy.max_unavailable
        });
        if is_cause == Some(true) {
            self.failed(message, reason, None, out);
        } else {
            self.roster.set_phase(message, Phase::Napping);
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
        let counts = self.roster.change(message, |entry| {
            entry.failures = entry.failures.saturating_add(1);
            entry.reverts = entry.reverts.saturating_add(u32::from(tx_hash.is_some()));
            (entry.failures, entry.reverts)
        });
        let Some((failures, reverts)) = counts else { return };
        let retry_after_block = if reverts >= self.policy.max_reverts {
            self.forget(message, "given up after too many reverts", out);
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
