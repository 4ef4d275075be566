//! What becomes of transactions.

use alloy::primitives::B256;

use super::{Attempt, AttemptOutcome, Command, Lane, Notice, Parked, Pause, Phase, SignedTx, Stage, abandon};
use crate::engine::{BroadcastOutcome, ReceiptOutcome};

impl Lane {
    pub(super) fn committed(&mut self, nonce: u64, tx: SignedTx, out: &mut Vec<Command>) {
        let signing = self.attempts.get_mut(nonce).filter(|attempt| attempt.stage == Stage::Signing);
        let Some(attempt) = signing else {
            abandon(&tx, "nobody waits for it", out);
            return;
        };
        let message = attempt.message;
        // Meanwhile the message may have been delivered, or moved to another block. Nobody has seen these bytes.
        let moved = message.and_then(|hash| self.roster.get(hash)).is_some_and(|entry| entry.moved);
        if moved || (attempt.moot && message.is_some()) {
            abandon(&tx, "not needed any more", out);
            self.attempts.release(nonce);
            self.requeue(message, Phase::Queued);
        } else {
            attempt.tx = Some(tx);
            attempt.stage = Stage::Unsent;
        }
    }

    pub(super) fn not_committed(&mut self, nonce: u64) {
        if self.attempts.get(nonce).is_some_and(|attempt| attempt.stage == Stage::Signing)
            && let Some(attempt) = self.attempts.release(nonce)
        {
            self.requeue(attempt.message, Phase::Queued);
            self.pause = Some(Pause::Tick);
        }
    }

    pub(super) fn broadcast(
        &mut self,
        nonce: u64,
        tx_hash: B256,
        outcome: BroadcastOutcome,
        out: &mut Vec<Command>,
    ) {
        let head = self.head;
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        if attempt.stage != Stage::Sending || !attempt.is_tx(tx_hash) {
            return;
        }
        attempt.since = head;
        match outcome {
            BroadcastOutcome::Accepted | BroadcastOutcome::AlreadyKnown => self.accepted(nonce, tx_hash, out),
            BroadcastOutcome::NonceTooLow => {
                attempt.sent = true;
                attempt.stage = Stage::Checking;
                out.push(Command::Receipt { nonce, tx_hash });
            }
            BroadcastOutcome::NonceTaken => {
                let attempt = self.attempts.cede(nonce);
                self.replaced(attempt, out);
            }
            BroadcastOutcome::Underpriced { reason } => {
                self.refused(nonce, AttemptOutcome::Abandoned { reason }, out);
                self.pause = Some(Pause::Tick);
            }
            BroadcastOutcome::Unfunded { reason } => {
                self.refused(nonce, AttemptOutcome::Abandoned { reason: reason.clone() }, out);
                self.unfunded(reason, out);
            }
            BroadcastOutcome::NotYet { .. } => self.not_yet(nonce, out),
            BroadcastOutcome::Closed { reason } => {
                self.not_yet(nonce, out);
                self.pause = Some(Pause::Tick);
                out.push(Command::Notify(Notice::Closed { reason }));
            }
            BroadcastOutcome::Invalid { reason } => self.invalid(nonce, reason, out),
            BroadcastOutcome::Transient { reason } => {
                attempt.sent = true;
                attempt.unanswered = attempt.unanswered.saturating_add(1);
                if attempt.unanswered >= self.policy.max_unavailable {
                    // Whatever the cause is, others must not wait for it forever.
                    self.invalid(nonce, reason, out);
                } else {
                    // Perhaps the node has it. The same bytes go out until it says so.
                    self.unanswered_broadcast(nonce);
                }
            }
        }
    }

    fn unanswered_broadcast(&mut self, nonce: u64) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        attempt.stage = Stage::Unsent;
        self.pause = Some(Pause::Tick);
        if attempt.moot && attempt.message.is_some() {
            self.suspect(nonce);
        }
    }

    fn accepted(&mut self, nonce: u64, tx_hash: B256, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        let first = !attempt.sent;
        attempt.sent = true;
        attempt.suspect = false;
        attempt.unanswered = 0;
        attempt.stage = Stage::Pooled;
        self.waits = 0;
        let Some(message) = attempt.message else { return };
        out.push(Command::Record { tx_hash, outcome: AttemptOutcome::Broadcast });
        if first {
            out.push(Command::Notify(Notice::Submitted { message, tx_hash, nonce }));
        }
    }

    /// The node does not have these bytes and their nonce is free.
    fn refused(&mut self, nonce: u64, outcome: AttemptOutcome, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.release(nonce) else { return };
        if let (Some(tx), Some(_)) = (&attempt.tx, attempt.message) {
            out.push(Command::Record { tx_hash: tx.hash, outcome });
        }
        self.requeue(attempt.message, Phase::Queued);
    }

    /// The node will never take these bytes.
    fn invalid(&mut self, nonce: u64, reason: String, out: &mut Vec<Command>) {
        let message = self.attempts.get(nonce).and_then(|attempt| attempt.message);
        self.refused(nonce, AttemptOutcome::Refused { reason: reason.clone() }, out);
        let Some(message) = message else { return };
        match self.roster.get(message) {
            // The refusal was about where the message stood before.
            Some(entry) if entry.moved => {}
            Some(_) => self.failed(message, reason, None, out),
            None => {}
        }
    }

    /// The node cannot judge the message yet.
    fn not_yet(&mut self, nonce: u64, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        if attempt.sent {
            // It had these bytes before and may still: what is free is not known.
            self.suspect(nonce);
            return;
        }
        let Some(attempt) = self.attempts.release(nonce) else { return };
        let (Some(tx), Some(message)) = (attempt.tx, attempt.message) else { return };
        if attempt.moot || self.roster.get(message).is_none_or(|entry| entry.moved) {
            abandon(&tx, "not needed any more", out);
            self.requeue(Some(message), Phase::Queued);
            return;
        }
        // The nonce goes to whoever comes next; if that is this message, the bytes are good still.
        self.roster.change(message, |entry| {
            entry.phase = Phase::Napping;
            entry.parked = Some(Parked { nonce, tx });
        });
    }

    /// Another transaction uses the nonce, or will.
    fn replaced(&mut self, attempt: Option<Attempt>, out: &mut Vec<Command>) {
        let Some(attempt) = attempt else { return };
        if let (Some(tx), Some(_)) = (&attempt.tx, attempt.message) {
            out.push(Command::Record { tx_hash: tx.hash, outcome: AttemptOutcome::Replaced });
        }
        self.requeue(attempt.message, Phase::Queued);
        self.attempts.refresh();
    }

    pub(super) fn receipt(
        &mut self,
        nonce: u64,
        tx_hash: B256,
        outcome: ReceiptOutcome,
        out: &mut Vec<Command>,
    ) {
        let head = self.head;
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        if attempt.stage != Stage::Checking || !attempt.is_tx(tx_hash) {
            return;
        }
        let (message, moot) = (attempt.message, attempt.moot);
        match outcome {
            ReceiptOutcome::Included { success, block_number } => {
                if message.is_some() {
                    let outcome = AttemptOutcome::Landed { success, block_number };
                    out.push(Command::Record { tx_hash, outcome });
                }
                if success && !moot {
                    attempt.stage = Stage::Mined;
                    attempt.suspect = false;
                    attempt.since = head;
                    return;
                }
                self.attempts.settle(nonce);
                if let (Some(message), false) = (message, success) {
                    self.failed(message, "the transaction reverted".to_owned(), Some(tx_hash), out);
                }
            }
            ReceiptOutcome::Missing if attempt.suspect => {
                let attempt = self.attempts.settle(nonce);
                self.replaced(attempt, out);
            }
            // Nodes behind one address may not agree yet: believe it the second time.
            ReceiptOutcome::Missing | ReceiptOutcome::Unavailable => self.suspect(nonce),
        }
    }

    /// Puts the message of an attempt that ended back in its place, if it is still wanted.
    pub(super) fn requeue(&mut self, message: Option<B256>, phase: Phase) {
        if let Some(message) = message {
            self.roster.set_phase(message, phase);
        }
    }
}
