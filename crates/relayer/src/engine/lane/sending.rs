//! What is sent, and in which order: the same bytes again, what is new, what gives way.

use super::{Command, Lane, Phase};
use crate::engine::{
    AttemptOutcome, Notice, SignedTx,
    account::Account,
    attempt::{Attempt, Slot, Stage},
};

impl Lane {
    /// Sends what is to be sent.
    pub(super) fn send(&mut self, out: &mut Vec<Command>) {
        let accounts: Vec<usize> = self.fleet.iter().map(|(index, _)| index).collect();
        // What went unanswered too often comes last: whether others are taken tells whose fault that is.
        for account in &accounts {
            while self.may_send(*account)
                && (self.send_next(*account, self.policy.max_unavailable, out)
                    || self.submit_again(*account, out))
            {}
        }
        self.submit_new(out);
        for account in accounts {
            while self.may_send(account) && self.cancel_next(account, out) {}
            while self.may_send(account) && self.send_next(account, u32::MAX, out) {}
            if self.may_send(account) {
                self.close_gap(account, out);
            }
        }
        // What may be refused goes where nobody waits for its nonce.
        self.submit_new(out);
    }

    fn may_send(&self, account: usize) -> bool {
        self.fleet.account(account).is_some_and(|account| self.can_send(account))
    }

    /// Whether the account can have one more transaction signed or sent now.
    pub(crate) fn can_send(&self, account: &Account) -> bool {
        let sending = account.attempts.sending();
        account.attempts.is_known() && !account.broke && sending < self.policy.max_sending.max(1)
    }

    /// Sends the next transaction that is signed, of those that went unanswered less often than that.
    fn send_next(&mut self, account: usize, unanswered: u32, out: &mut Vec<Command>) -> bool {
        let next = self.fleet.account(account).and_then(|of| of.attempts.next_unsent(unanswered));
        let Some(slot) = next.map(|nonce| Slot { account, nonce }) else { return false };
        // An attempt without bytes is still being signed, so it cannot be unsent.
        let Some(version) = self.fleet.get(slot).and_then(Attempt::newest) else { return false };
        let is_whole = version.items.iter().all(|item| self.roster.has(item.message));
        let tx = version.tx.clone();
        if !is_whole {
            self.send_without(slot);
            return true;
        }
        let signer = self.fleet.signer(account);
        if let Some(attempt) = self.fleet.get_mut(slot) {
            attempt.stage = Stage::Sending;
        }
        out.push(Command::Broadcast { signer, nonce: slot.nonce, tx });
        true
    }

    /// Some messages of a transaction that is out need no delivery any more: the others get the next version.
    fn send_without(&mut self, slot: Slot) {
        self.suspect(slot);
        let is_moot = self.fleet.get(slot).is_some_and(|attempt| self.is_moot(attempt));
        if !is_moot {
            self.make_void(slot);
        }
    }

    /// Has a transaction signed that takes the place of one which nobody needs, or which holds others up.
    fn cancel_next(&mut self, account: usize, out: &mut Vec<Command>) -> bool {
        let next = self.fleet.account(account).and_then(|of| of.attempts.next_doomed());
        let Some(slot) = next.filter(|_| !self.dear).map(|nonce| Slot { account, nonce }) else {
            return false;
        };
        let signer = self.fleet.signer(account);
        let Some(attempt) = self.fleet.get_mut(slot) else { return false };
        attempt.stage = Stage::Signing;
        attempt.void = false;
        attempt.signing.clear();
        let replaces = attempt.newest().map(|version| version.tx.clone());
        let was_idle = attempt.is_idle();
        let messages: Vec<_> = attempt.members.iter().copied().collect();
        for message in &messages {
            if !matches!(self.roster.phase(*message), Some(Phase::Asleep { .. } | Phase::Napping)) {
                self.roster.set_phase(*message, Phase::Attempted { slot });
            }
        }
        out.push(Command::Fill { signer, nonce: slot.nonce, replaces });
        if !was_idle {
            out.push(Command::Notify(Notice::Cancelled { messages, signer, nonce: slot.nonce }));
        }
        true
    }

    /// Uses up a nonce that later transactions wait for, when no message is there to use it.
    fn close_gap(&mut self, account: usize, out: &mut Vec<Command>) {
        let head = self.head;
        let has_candidates = self.has_fillers() && !self.is_capped();
        let is_dear = self.dear;
        let Some(of) = self.fleet.account_mut(account) else { return };
        let Some(nonce) = of.attempts.gap() else { return };
        if of.known_gap != Some(nonce) {
            // Perhaps somebody else's transaction fills it: ask the node before paying for one.
            of.attempts.refresh();
            self.ask(out);
        } else if !has_candidates && !of.attempts.has_strangers() && !is_dear {
            let signer = of.signer;
            of.attempts.insert(nonce, Attempt { since: head, ..Attempt::filler() });
            out.push(Command::Fill { signer, nonce, replaces: None });
        }
    }
}

/// Writes down that a transaction will not be sent again.
pub(super) fn abandon(tx: &SignedTx, reason: &str, out: &mut Vec<Command>) {
    let outcome = AttemptOutcome::Abandoned { reason: reason.to_owned() };
    out.push(Command::Record { tx_hash: tx.hash, outcome });
}
