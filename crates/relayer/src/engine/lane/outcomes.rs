//! What becomes of transactions.

use alloy::primitives::B256;

use super::{Attempt, AttemptOutcome, Command, Lane, Notice, Parked, Pause, Phase, SignedTx, Stage, Version};
use crate::engine::{BroadcastOutcome, ReceiptOutcome, lane::sending::abandon};

impl Lane {
    pub(super) fn committed(&mut self, nonce: u64, tx: SignedTx, out: &mut Vec<Command>) {
        let signing = self.attempts.get_mut(nonce).filter(|attempt| attempt.stage == Stage::Signing);
        let Some(attempt) = signing else {
            abandon(&tx, "nobody waits for it", out);
            return;
        };
        let (message, idle) = (attempt.message, attempt.doomed);
        // Meanwhile the message may have been delivered, or moved to another block. Nobody has seen these bytes.
        let moved = message.and_then(|hash| self.roster.get(hash)).is_some_and(|entry| entry.moved);
        if !idle && (moved || attempt.moot) {
            abandon(&tx, "not needed any more", out);
            self.put_back(nonce);
        } else {
            attempt.versions.push(Version::new(tx, idle));
            attempt.doomed = false;
            attempt.unanswered = 0;
            attempt.accused = false;
            attempt.stage = Stage::Unsent;
        }
    }

    pub(super) fn not_committed(&mut self, nonce: u64) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        if attempt.stage == Stage::Signing {
            attempt.stale = true;
            self.put_back(nonce);
            self.pause = Some(Pause::Tick);
        }
    }

    /// The next version did not come to be, or no node has it: what was out there before still is.
    fn put_back(&mut self, nonce: u64) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        let message = attempt.message;
        if attempt.versions.is_empty() {
            self.attempts.release(nonce);
        } else {
            attempt.stage = Stage::Pooled;
            if attempt.moot || attempt.doomed {
                attempt.suspect = true;
                return;
            }
            attempt.void = true;
        }
        self.requeue(message, Phase::Queued);
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
        if attempt.stage != Stage::Sending || !attempt.is_newest(tx_hash) {
            return;
        }
        attempt.since = head;
        if let BroadcastOutcome::Transient { reason } = outcome {
            self.unanswered_broadcast(nonce, reason, out);
            return;
        }
        attempt.unanswered = 0;
        attempt.accused = false;
        self.answered_well(out);
        match outcome {
            BroadcastOutcome::Accepted | BroadcastOutcome::AlreadyKnown => self.accepted(nonce, tx_hash, out),
            BroadcastOutcome::NonceTooLow => self.check(nonce, out),
            BroadcastOutcome::NonceTaken => self.contested(nonce),
            BroadcastOutcome::Underpriced { reason } => self.underpriced(nonce, reason, out),
            BroadcastOutcome::Unfunded { reason } => {
                if self.attempts.get(nonce).is_some_and(Attempt::is_out) {
                    self.suspect(nonce);
                } else {
                    self.refused(nonce, AttemptOutcome::Abandoned { reason: reason.clone() }, out);
                }
                self.unfunded(reason, out);
            }
            BroadcastOutcome::NotYet { .. } => self.not_yet(nonce, out),
            BroadcastOutcome::Closed { reason } => {
                self.not_yet(nonce, out);
                self.pause = Some(Pause::Tick);
                out.push(Command::Notify(Notice::Closed { reason }));
            }
            BroadcastOutcome::Invalid { reason } => self.invalid(nonce, reason, out),
            BroadcastOutcome::Transient { .. } => {}
        }
    }

    /// Perhaps the node has it. The same bytes go out until it says so.
    fn unanswered_broadcast(&mut self, nonce: u64, reason: String, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        attempt.note_sent();
        attempt.unanswered = attempt.unanswered.saturating_add(1);
        attempt.stage = Stage::Unsent;
        self.pause = Some(Pause::Tick);
        let is_cause = attempt.unanswered >= self.policy.max_unavailable && attempt.accused;
        match attempt.message {
            Some(_) if attempt.moot && !attempt.is_idle() => self.suspect(nonce),
            // It is not the node: before and after, it took others. They must not wait for this one forever.
            Some(message) if is_cause && !attempt.moot && !attempt.is_idle() => {
                attempt.stage = Stage::Pooled;
                attempt.void = true;
                attempt.doomed = true;
                self.failed(message, reason.clone(), None, out);
            }
            _ => {}
        }
        self.unwell(reason, out);
    }

    fn accepted(&mut self, nonce: u64, tx_hash: B256, out: &mut Vec<Command>) {
        let limit = self.policy.max_unavailable;
        for (_, other) in self.attempts.iter_mut().filter(|(_, other)| other.unanswered >= limit) {
            other.accused = true;
        }
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        attempt.note_sent();
        attempt.suspect = false;
        attempt.stage = Stage::Pooled;
        self.waits = 0;
        let message = attempt.message;
        let Some(version) = attempt.versions.last_mut().filter(|version| !version.idle) else { return };
        let first = !std::mem::replace(&mut version.accepted, true);
        out.push(Command::Record { tx_hash, outcome: AttemptOutcome::Broadcast });
        if let Some(message) = message
            && first
        {
            out.push(Command::Notify(Notice::Submitted { message, tx_hash, nonce }));
        }
    }

    /// Its nonce is used, the node says. By which transaction?
    pub(super) fn check(&mut self, nonce: u64, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        attempt.note_sent();
        attempt.stage = Stage::Checking;
        let tx_hashes = attempt.versions.iter().map(|version| version.tx.hash).collect();
        out.push(Command::Receipt { nonce, tx_hashes });
    }

    /// Another transaction with this nonce is in the node's pool. Which of them counts, a block decides.
    fn contested(&mut self, nonce: u64) {
        if let Some(attempt) = self.attempts.get_mut(nonce) {
            attempt.note_sent();
            attempt.suspect = false;
            attempt.stage = Stage::Pooled;
        }
    }

    fn underpriced(&mut self, nonce: u64, reason: String, out: &mut Vec<Command>) {
        if let Some(attempt) = self.attempts.get_mut(nonce) {
            attempt.stale = true;
            attempt.doomed |= attempt.is_idle();
        }
        self.refused(nonce, AttemptOutcome::Abandoned { reason }, out);
        self.pause = Some(Pause::Tick);
    }

    /// The node does not take the newest version. If no node can have it, it is dropped, and the nonce is free unless an
    /// earlier version may be out there.
    fn refused(&mut self, nonce: u64, outcome: AttemptOutcome, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        if let Some(version) = attempt.versions.pop_if(|version| !version.sent)
            && !version.idle
        {
            out.push(Command::Record { tx_hash: version.tx.hash, outcome });
        }
        self.put_back(nonce);
    }

    /// The node says that it will never take these bytes. Those that it had before, it may still have.
    fn invalid(&mut self, nonce: u64, reason: String, out: &mut Vec<Command>) {
        let message = self.attempts.get(nonce).and_then(|attempt| attempt.message);
        self.refused(nonce, AttemptOutcome::Refused { reason: reason.clone() }, out);
        let Some(message) = message else { return };
        match self.roster.get(message) {
            // The refusal was about where the message stood before.
            Some(entry) if entry.moved => {}
            Some(entry) if entry.phase == Phase::Queued => self.failed(message, reason, None, out),
            _ => {}
        }
    }

    /// The node cannot judge the message yet.
    fn not_yet(&mut self, nonce: u64, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        if attempt.is_out() {
            // It had these bytes before and may still: what is free is not known.
            self.suspect(nonce);
            return;
        }
        let Some(mut attempt) = self.attempts.release(nonce) else { return };
        let (Some(version), Some(message)) = (attempt.versions.pop(), attempt.message) else { return };
        if attempt.moot || self.roster.get(message).is_none_or(|entry| entry.moved) {
            abandon(&version.tx, "not needed any more", out);
            self.requeue(Some(message), Phase::Queued);
            return;
        }
        // The nonce goes to whoever comes next; if that is this message, the bytes are good still.
        self.roster.change(message, |entry| {
            entry.phase = Phase::Napping;
            entry.parked = Some(Parked { nonce, tx: version.tx });
        });
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
        if attempt.stage != Stage::Checking || !attempt.is_newest(tx_hash) {
            return;
        }
        match outcome {
            ReceiptOutcome::Included { tx_hash, success, block_number } => {
                self.landed(nonce, tx_hash, success, block_number, out);
            }
            ReceiptOutcome::Replaced { block_number } => self.replaced(nonce, block_number, out),
            // The node is ahead of the blocks that were taken in, or was wrong: the next blocks will tell.
            ReceiptOutcome::Missing => {
                attempt.stage = Stage::Pooled;
                attempt.suspect = false;
                attempt.since = head;
            }
            ReceiptOutcome::Unavailable => self.suspect(nonce),
        }
    }

    /// A block that was taken in holds a version of the transaction.
    fn landed(
        &mut self,
        nonce: u64,
        tx_hash: B256,
        success: bool,
        block_number: u64,
        out: &mut Vec<Command>,
    ) {
        let head = self.head;
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        let Some(index) = attempt.versions.iter().position(|version| version.tx.hash == tx_hash) else {
            self.suspect(nonce);
            return;
        };
        // If a reorg throws it out, it is this one that goes out again.
        let version = attempt.versions.remove(index);
        let idle = version.idle;
        attempt.versions.push(version);
        if !idle {
            out.push(Command::Record { tx_hash, outcome: AttemptOutcome::Landed { success, block_number } });
        }
        if let (true, false, false, Some(message)) = (success, idle, attempt.moot, attempt.message) {
            attempt.stage = Stage::Mined;
            attempt.suspect = false;
            attempt.void = false;
            attempt.doomed = false;
            attempt.since = head;
            self.roster.set_phase(message, Phase::Attempted { nonce });
            return;
        }
        let Some(attempt) = self.settle(nonce, tx_hash, block_number, out) else { return };
        let Some(message) = attempt.message else { return };
        if idle {
            self.wait_again(message);
        } else if !success {
            self.failed(message, "the transaction reverted".to_owned(), Some(tx_hash), out);
        }
    }

    /// Takes out what a block has ended by this transaction, and writes down that its other versions ended too.
    pub(super) fn settle(
        &mut self,
        nonce: u64,
        tx_hash: B256,
        block_number: u64,
        out: &mut Vec<Command>,
    ) -> Option<Attempt> {
        let attempt = self.attempts.settle(nonce)?;
        for other in attempt.recorded().filter(|other| other.hash != tx_hash) {
            let outcome = AttemptOutcome::Replaced { block_number };
            out.push(Command::Record { tx_hash: other.hash, outcome });
        }
        Some(attempt)
    }

    /// A block that was taken in holds another transaction with this nonce.
    fn replaced(&mut self, nonce: u64, block_number: u64, out: &mut Vec<Command>) {
        let Some(attempt) = self.settle(nonce, B256::ZERO, block_number, out) else { return };
        if let (Some(message), Some(newest)) = (attempt.message, attempt.newest())
            && !attempt.moot
        {
            let tx_hash = newest.tx.hash;
            out.push(Command::Notify(Notice::Replaced { message, tx_hash, nonce, block_number }));
            self.wait_again(message);
        }
        self.attempts.refresh();
    }

    /// Lets a message that has no attempt any more wait for its next one: as long as its failures demand.
    fn wait_again(&mut self, message: B256) {
        let Some(entry) = self.roster.get(message) else { return };
        if !matches!(entry.phase, Phase::Attempted { .. }) {
            return;
        }
        let phase = match entry.failures {
            0 => Phase::Queued,
            failures => Phase::Asleep { until: self.head.saturating_add(self.policy.delay_blocks(failures)) },
        };
        self.roster.set_phase(message, phase);
    }

    /// Puts the message of an attempt that ended back in its place, if it is still wanted.
    pub(super) fn requeue(&mut self, message: Option<B256>, phase: Phase) {
        if let Some(message) = message {
            self.roster.set_phase(message, phase);
        }
    }
}
