//! What is signed and sent, and in which order: one transaction at a time.

use alloy::primitives::B256;

use super::{
    Attempt, AttemptOutcome, Command, Lane, Message, Notice, Parked, Phase, SignedTx, Stage, Version,
};

impl Lane {
    /// Sends what is to be sent.
    pub(super) fn send(&mut self, out: &mut Vec<Command>) {
        while self.attempts.is_known() && !self.attempts.is_sending() {
            // What went unanswered too often comes last: whether others are taken tells whose fault that is.
            if let Some(nonce) = self.attempts.next_unsent(self.policy.max_unavailable) {
                self.send_again(nonce, out);
            } else if self.submit_next(out) {
            } else if let Some(nonce) = self.attempts.next_doomed() {
                self.cancel(nonce, out);
            } else if let Some(nonce) = self.attempts.next_unsent(u32::MAX) {
                self.send_again(nonce, out);
            } else {
                self.close_gap(out);
                return;
            }
        }
    }

    fn send_again(&mut self, nonce: u64, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        // An attempt without bytes is still being signed, so it cannot be unsent.
        let Some(tx) = attempt.newest().map(|version| version.tx.clone()) else { return };
        attempt.stage = Stage::Sending;
        out.push(Command::Broadcast { nonce, tx });
    }

    /// Starts an attempt for the next ready message. Returns false when there is none, or no room for it.
    fn submit_next(&mut self, out: &mut Vec<Command>) -> bool {
        // What strangers deliver with our key will be in the blocks that have their transactions.
        let has_room = !self.attempts.has_strangers()
            && (self.attempts.len() < self.policy.max_in_flight || self.attempts.gap().is_some());
        let attempts = &self.attempts;
        let can_go = |message| match attempts.nonce_of_message(message) {
            // Its earlier transaction may still be out there.
            Some(nonce) => attempts.get(nonce).is_some_and(|attempt| attempt.stage == Stage::Pooled),
            None => has_room,
        };
        let Some(entry) = self.roster.next_ready(can_go) else { return false };
        let Phase::Ready { gas } = entry.phase else { return false };
        let (message, parked, moved) = (entry.message.clone(), entry.parked.clone(), entry.moved);
        if let Some(nonce) = self.attempts.nonce_of_message(message.hash) {
            self.submit_again(message, nonce, gas, moved, out);
            return true;
        }
        let nonce = self.attempts.next_nonce();
        if self.attempts.contains(nonce) {
            // The last nonce there is. No account gets there.
            return false;
        }

        let mut attempt = Attempt::new(Some(message.hash));
        attempt.since = self.head;
        match parked {
            Some(Parked { nonce: parked_nonce, tx }) if parked_nonce == nonce => {
                attempt.versions.push(Version::new(tx, false));
                attempt.stage = Stage::Unsent;
            }
            _ => {
                self.unpark(message.hash, "signed again with another nonce", out);
                self.unpark_nonce(nonce, out);
                out.push(Command::Submit { nonce, gas, message: message.clone(), replaces: None });
            }
        }
        self.attempts.insert(nonce, attempt);
        self.attempted(message.hash, nonce);
        true
    }

    /// Sends a message whose earlier transaction may still be out there: with the same nonce, so that a block takes one
    /// of them only.
    fn submit_again(&mut self, message: Message, nonce: u64, gas: u64, moved: bool, out: &mut Vec<Command>) {
        let hash = message.hash;
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        attempt.void = false;
        attempt.doomed = false;
        if std::mem::take(&mut attempt.stale) || moved || attempt.is_idle() {
            attempt.stage = Stage::Signing;
            let replaces = attempt.newest().map(|version| version.tx.clone());
            out.push(Command::Submit { message, nonce, gas, replaces });
        } else {
            attempt.stage = Stage::Unsent;
        }
        self.attempted(hash, nonce);
    }

    fn attempted(&mut self, message: B256, nonce: u64) {
        self.roster.change(message, |entry| {
            entry.parked = None;
            entry.moved = false;
            entry.phase = Phase::Attempted { nonce };
        });
    }

    /// Has a transaction signed that takes the place of one which nobody needs, or which holds others up.
    fn cancel(&mut self, nonce: u64, out: &mut Vec<Command>) {
        let Some(attempt) = self.attempts.get_mut(nonce) else { return };
        attempt.stage = Stage::Signing;
        attempt.void = false;
        let (message, replaces) = (attempt.message, attempt.newest().map(|version| version.tx.clone()));
        if let Some(message) = message {
            self.roster.set_phase(message, Phase::Attempted { nonce });
        }
        out.push(Command::Fill { nonce, replaces });
        out.push(Command::Notify(Notice::Cancelled { message, nonce }));
    }

    /// Uses up a nonce that later transactions wait for, when no message is there to use it.
    fn close_gap(&mut self, out: &mut Vec<Command>) {
        let Some(nonce) = self.attempts.gap() else { return };
        if self.known_gap != Some(nonce) {
            // Perhaps somebody else's transaction fills it: ask the node before paying for one.
            self.attempts.refresh();
            self.ask_nonces(out);
        } else if !self.roster.has_candidates() && !self.attempts.has_strangers() {
            self.unpark_nonce(nonce, out);
            self.attempts.insert(nonce, Attempt { since: self.head, ..Attempt::filler() });
            out.push(Command::Fill { nonce, replaces: None });
        }
    }

    /// Drops the signed bytes that a message keeps for another try.
    pub(super) fn unpark(&mut self, message: B256, reason: &str, out: &mut Vec<Command>) {
        if let Some(Some(parked)) = self.roster.change(message, |entry| entry.parked.take()) {
            abandon(&parked.tx, reason, out);
        }
    }

    /// Drops the signed bytes that some message keeps under this nonce: the nonce is given to another transaction.
    pub(super) fn unpark_nonce(&mut self, nonce: u64, out: &mut Vec<Command>) {
        if let Some(message) = self.roster.parked_at(nonce) {
            self.unpark(message, "the nonce was given to another transaction", out);
        }
    }
}

/// Writes down that a transaction will not be sent again.
pub(super) fn abandon(tx: &SignedTx, reason: &str, out: &mut Vec<Command>) {
    let outcome = AttemptOutcome::Abandoned { reason: reason.to_owned() };
    out.push(Command::Record { tx_hash: tx.hash, outcome });
}
