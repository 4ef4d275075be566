//! What nodes say to transactions.

use alloy::primitives::{Address, B256};

use super::{Command, Lane, Phase};
use crate::engine::{
    AttemptOutcome, BroadcastOutcome, Notice,
    attempt::{Attempt, Load, Slot, Stage},
    entry::Entry,
};

impl Lane {
    pub(super) fn broadcast(
        &mut self,
        signer: Address,
        nonce: u64,
        tx_hash: B256,
        outcome: BroadcastOutcome,
        out: &mut Vec<Command>,
    ) {
        let head = self.head;
        let Some(slot) = self.fleet.slot(signer, nonce) else { return };
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        if attempt.stage != Stage::Sending || !attempt.is_newest(tx_hash) {
            return;
        }
        attempt.since = head;
        if let BroadcastOutcome::Transient { reason } = outcome {
            self.unanswered_broadcast(slot, reason, out);
            return;
        }
        attempt.unanswered = 0;
        attempt.accused = false;
        self.answered_well(out);
        match outcome {
            BroadcastOutcome::Accepted | BroadcastOutcome::AlreadyKnown => self.accepted(slot, tx_hash, out),
            BroadcastOutcome::NonceTooLow => self.check(slot, out),
            BroadcastOutcome::NonceTaken => self.contested(slot),
            BroadcastOutcome::Underpriced { reason } => self.underpriced(slot, reason, out),
            BroadcastOutcome::Unfunded { reason } => self.unfunded(slot, reason, out),
            BroadcastOutcome::NotYet { reason } => self.not_yet(slot, &reason, out),
            BroadcastOutcome::Closed { reason } => {
                self.not_now(slot, out);
                (self.paused, self.closed) = (true, true);
                out.push(Command::Notify(Notice::Closed { reason }));
            }
            BroadcastOutcome::Invalid { reason } => self.invalid(slot, reason, out),
            BroadcastOutcome::Transient { .. } => {}
        }
    }

    /// Perhaps the node has it. The same bytes go out until it says so.
    fn unanswered_broadcast(&mut self, slot: Slot, reason: String, out: &mut Vec<Command>) {
        let limit = self.policy.max_unavailable;
        let is_moot = self.fleet.get(slot).is_some_and(|attempt| self.is_moot(attempt));
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        attempt.note_sent();
        attempt.unanswered = attempt.unanswered.saturating_add(1);
        attempt.stage = Stage::Unsent;
        let is_cause = attempt.unanswered >= limit && attempt.accused;
        let items = attempt.newest().map(|version| version.items.clone()).unwrap_or_default();
        self.paused = true;
        if is_moot && !items.is_empty() {
            self.suspect(slot);
        } else if is_cause && !items.is_empty() {
            // It is not the node: before and after, it took others. They must not wait for this one forever.
            attempt.stage = Stage::Pooled;
            attempt.doomed = true;
            self.make_void(slot);
            self.blame(&items, &reason, out);
        }
        self.unwell(reason, out);
    }

    fn accepted(&mut self, slot: Slot, tx_hash: B256, out: &mut Vec<Command>) {
        let (limit, escalate_after) = (self.policy.max_unavailable, self.policy.escalate_after.max(1));
        for (_, other) in self.fleet.attempts_mut().filter(|(_, other)| other.unanswered >= limit) {
            other.accused = true;
        }
        // What carries messages is taken again. Those before it, the node may have dropped when it took none.
        let carries = self.fleet.get(slot).is_some_and(|attempt| !attempt.is_idle());
        if carries && std::mem::take(&mut self.closed) {
            self.resend_all();
        }
        let (head, signer) = (self.head, self.fleet.signer(slot.account));
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        attempt.early = 0;
        attempt.note_sent();
        attempt.suspect = false;
        attempt.stage = Stage::Pooled;
        if attempt.escalate_at == u64::MAX {
            attempt.escalate_at = head.saturating_add(escalate_after);
        }
        self.clock.reset();
        let Some(version) = attempt.versions.last_mut().filter(|version| !version.is_idle()) else { return };
        let first = !std::mem::replace(&mut version.accepted, true);
        let items = version.items.clone();
        out.push(Command::Record { tx_hash, outcome: AttemptOutcome::Broadcast });
        self.let_through(&items, out);
        if first {
            let messages: Vec<B256> = items.iter().map(|item| item.message).collect();
            for message in &messages {
                self.roster.change(*message, |entry| {
                    entry.company = usize::MAX;
                    entry.early = 0;
                });
            }
            out.push(Command::Notify(Notice::Submitted { messages, tx_hash, signer, nonce: slot.nonce }));
        }
    }

    /// Another transaction with this nonce is in the node's pool. Which of them counts, a block decides.
    fn contested(&mut self, slot: Slot) {
        if let Some(attempt) = self.fleet.get_mut(slot) {
            attempt.note_sent();
            attempt.suspect = false;
            attempt.early = 0;
            attempt.stage = Stage::Pooled;
        }
    }

    fn underpriced(&mut self, slot: Slot, reason: String, out: &mut Vec<Command>) {
        if let Some(attempt) = self.fleet.get_mut(slot) {
            attempt.stale = true;
            attempt.doomed |= attempt.is_idle();
        }
        self.refused(slot, AttemptOutcome::Abandoned { reason }, out);
        self.paused = true;
    }

    /// The account cannot pay: it sends nothing before the next block, which may hold somebody's transfer to it.
    fn unfunded(&mut self, slot: Slot, reason: String, out: &mut Vec<Command>) {
        if self.fleet.get(slot).is_some_and(Attempt::is_out) {
            self.suspect(slot);
        } else {
            self.refused(slot, AttemptOutcome::Abandoned { reason: reason.clone() }, out);
        }
        self.cannot_pay(slot, reason, out);
    }

    pub(super) fn cannot_pay(&mut self, slot: Slot, reason: String, out: &mut Vec<Command>) {
        let Some(account) = self.fleet.account_mut(slot.account) else { return };
        account.broke = true;
        out.push(Command::Notify(Notice::Unfunded { signer: Some(account.signer), reason }));
    }

    /// The node does not take the newest version. If no node can have it, it is dropped, and the nonce is free unless an
    /// earlier version may be out there.
    fn refused(&mut self, slot: Slot, outcome: AttemptOutcome, out: &mut Vec<Command>) {
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        if let Some(version) = attempt.versions.pop_if(|version| !version.sent)
            && !version.is_idle()
        {
            out.push(Command::Record { tx_hash: version.tx.hash, outcome });
        }
        self.put_back(slot);
    }

    /// The node says that it will never take these bytes. Those that it had before, it may still have.
    fn invalid(&mut self, slot: Slot, reason: String, out: &mut Vec<Command>) {
        let newest = self.fleet.get(slot).and_then(Attempt::newest);
        let items = newest.map(|version| version.items.clone()).unwrap_or_default();
        // What does nothing is refused for a reason that has to do with the node.
        self.paused |= items.is_empty();
        self.refused(slot, AttemptOutcome::Refused { reason: reason.clone() }, out);
        self.blame(&items, &reason, out);
    }

    /// These messages went together and were refused. A message by itself is the cause; of several, each half is tried by
    /// itself.
    fn blame(&mut self, items: &[Load], reason: &str, out: &mut Vec<Command>) {
        let waits = |entry: &&Entry| entry.phase == Phase::Queued;
        if let [item] = items {
            let entry = self.roster.get(item.message).filter(waits);
            // The refusal may have been about where the message stood before.
            if entry.is_some_and(|entry| !entry.moved) {
                self.failed(item.message, reason.to_owned(), None, out);
            }
        } else {
            self.part(items);
        }
    }

    /// Has these messages travel in groups of half their number.
    pub(super) fn part(&mut self, items: &[Load]) {
        let half = (items.len() / 2).max(1);
        for item in items {
            self.roster.change(item.message, |entry| entry.company = entry.company.min(half));
        }
    }

    /// The node cannot judge one of the messages yet.
    fn not_yet(&mut self, slot: Slot, reason: &str, out: &mut Vec<Command>) {
        let head = self.head;
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        if attempt.is_out() {
            attempt.note_early(head);
        }
        let items = attempt.newest().map(|version| version.items.clone()).unwrap_or_default();
        let its_own = self.hold_back(&items, reason, out);
        self.not_now(slot, out);
        if let Some(message) = its_own {
            self.set_aside(message);
        }
    }

    /// The node does not take these messages for now.
    fn not_now(&mut self, slot: Slot, out: &mut Vec<Command>) {
        let Some(attempt) = self.fleet.get(slot) else { return };
        if attempt.is_out() {
            // It had these bytes before and may still: what is free is not known.
            self.suspect(slot);
            return;
        }
        let messages: Vec<B256> = attempt.members.iter().copied().collect();
        let is_idle = attempt.is_idle();
        self.take_back(slot, "the node does not take it yet", out);
        self.paused |= is_idle;
        for message in messages {
            if self.roster.phase(message) == Some(Phase::Queued) {
                self.roster.set_phase(message, Phase::Napping);
            }
        }
    }

    /// Its nonce is used, the node says. By which transaction?
    pub(super) fn check(&mut self, slot: Slot, out: &mut Vec<Command>) {
        let signer = self.fleet.signer(slot.account);
        let Some(attempt) = self.fleet.get_mut(slot) else { return };
        attempt.note_sent();
        attempt.stage = Stage::Checking;
        let tx_hashes = attempt.versions.iter().map(|version| version.tx.hash).collect();
        out.push(Command::Receipt { signer, nonce: slot.nonce, tx_hashes });
    }
}
