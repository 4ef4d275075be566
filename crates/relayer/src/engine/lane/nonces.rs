//! What the accounts' nonces say about transactions on their way, and about those of others.

use alloy::primitives::Address;

use super::{Command, Lane, Phase};
use crate::engine::{
    Notice,
    account::{Account, Strangers},
    attempt::{Attempt, Slot, Stage},
};

/// After how many blocks it is said again that others' transactions are waited for; then after twice as many.
const TELL_AGAIN: u64 = 8;
/// How often a node refuses for now what it may have, before that gives way to others that wait for its nonce.
const EARLY_TO_GIVE_WAY: u32 = 3;
/// How many times as long what cannot be judged may keep others waiting.
const NAPS_TO_GIVE_WAY: u64 = 4;

impl Lane {
    /// Has the nonces asked for when a transaction should have been in a block by now.
    pub(super) fn check_overdue(&mut self) {
        let head = self.head;
        let is_overdue =
            |attempt: &Attempt| attempt.stage == Stage::Pooled && (attempt.suspect || attempt.since < head);
        let accounts = self.fleet.iter().filter(|(_, account)| {
            account.attempts.iter().any(|(_, attempt)| is_overdue(attempt))
                || self.is_held_by_strangers(account)
        });
        let overdue: Vec<usize> = accounts.map(|(index, _)| index).collect();
        for index in overdue {
            if let Some(account) = self.fleet.account_mut(index) {
                account.attempts.refresh();
            }
        }
    }

    /// Returns whether there is something to sign that has to wait for others' transactions with the account's key.
    pub(super) fn is_held_by_strangers(&self, account: &Account) -> bool {
        account.attempts.is_known()
            && account.attempts.has_strangers()
            && (self.roster.has_candidates() || account.attempts.gap().is_some())
    }

    pub(super) fn nonces(
        &mut self,
        signer: Address,
        epoch: u64,
        nonces: Option<(u64, u64)>,
        out: &mut Vec<Command>,
    ) {
        let Some(index) = self.fleet.index_of(signer) else { return };
        let Some(account) = self.fleet.account_mut(index) else { return };
        if !account.attempts.answered(epoch, nonces) {
            return;
        }
        let Some((latest, _)) = nonces else { return };
        self.check_used(index, latest, out);
        self.give_up_moot(index);
        self.resend_overdue(index, latest);
        self.escalate(index, latest);
        if let Some(account) = self.fleet.account_mut(index) {
            account.known_gap = account.attempts.gap();
        }
        self.note_strangers(index, out);
    }

    /// Returns those attempts of an account that are so.
    fn those(&self, account: usize, are_so: impl Fn(u64, &Attempt) -> bool) -> Vec<Slot> {
        let of = self.fleet.account(account);
        let attempts = of.into_iter().flat_map(|of| of.attempts.iter());
        let those = attempts.filter(|(nonce, attempt)| are_so(*nonce, attempt));
        those.map(|(nonce, _)| Slot { account, nonce }).collect()
    }

    /// Asks what became of the transactions whose nonces are used.
    fn check_used(&mut self, account: usize, latest: u64, out: &mut Vec<Command>) {
        let is_used = |nonce, attempt: &Attempt| {
            nonce < latest && matches!(attempt.stage, Stage::Pooled | Stage::Unsent)
        };
        for slot in self.those(account, is_used) {
            self.check(slot, out);
        }
    }

    /// Has the nonces used up of transactions that wait for nothing: nobody needs them, or the node does not take them
    /// again while their messages sleep. Others wait for these nonces. What it refuses for now may wait, unless others
    /// do.
    fn give_up_moot(&mut self, account: usize) {
        let (head, patience) = (self.head, self.policy.rebroadcast_after);
        let is_for_long =
            |since: u64, times: u64| since.saturating_add(patience.saturating_mul(times)) <= head;
        let is_stuck = |attempt: &Attempt| {
            (!attempt.is_idle() && self.is_moot(attempt)) || (attempt.void && self.sleeps(attempt))
        };
        let is_refused = |attempt: &Attempt| {
            let naps = attempt.void && self.naps(attempt) && is_for_long(attempt.since, NAPS_TO_GIVE_WAY);
            let early = attempt.early >= EARLY_TO_GIVE_WAY && is_for_long(attempt.early_since, 1);
            !attempt.is_idle() && (naps || early)
        };
        let is_waited_for =
            |nonce| self.fleet.account(account).is_some_and(|of| of.attempts.is_waited_for(nonce));
        let is_given_up = |nonce, attempt: &Attempt| {
            attempt.stage == Stage::Pooled
                && (is_for_long(attempt.since, 1) && is_stuck(attempt)
                    || is_refused(attempt) && is_waited_for(nonce))
        };
        for slot in self.those(account, is_given_up) {
            if let Some(attempt) = self.fleet.get_mut(slot) {
                attempt.doomed = true;
            }
        }
    }

    /// Whether none of the attempt's messages is about to go out, and not only because their sources' blocks are not known
    /// yet.
    fn sleeps(&self, attempt: &Attempt) -> bool {
        let mut phases = attempt.members.iter().filter_map(|message| self.roster.phase(*message));
        let mut naps = false;
        let mut sleeps = false;
        let all = phases.all(|phase| match phase {
            Phase::Asleep { .. } | Phase::Queued | Phase::Unsettled | Phase::Early => {
                sleeps = true;
                true
            }
            Phase::Napping => {
                naps = true;
                true
            }
            _ => false,
        });
        all && (sleeps || !naps)
    }

    /// Whether all of the attempt's messages wait for their sources' blocks to be known.
    fn naps(&self, attempt: &Attempt) -> bool {
        let mut phases = attempt.members.iter().filter_map(|message| self.roster.phase(*message));
        phases.all(|phase| phase == Phase::Napping)
    }

    /// Has the transactions sent again that are overdue.
    fn resend_overdue(&mut self, account: usize, latest: u64) {
        let (head, patience) = (self.head, self.policy.rebroadcast_after);
        let is_overdue = |nonce, attempt: &Attempt| {
            nonce >= latest
                && attempt.stage == Stage::Pooled
                && (attempt.suspect || attempt.since.saturating_add(patience) <= head)
                && self.is_wanted(attempt)
                && !attempt.doomed
        };
        for slot in self.those(account, is_overdue) {
            if let Some(attempt) = self.fleet.get_mut(slot) {
                attempt.stage = Stage::Unsent;
                attempt.suspect = false;
            }
        }
    }

    /// Has the transaction that all others of the account wait for signed again, with higher fees, when it was in the pool
    /// for too long.
    fn escalate(&mut self, account: usize, latest: u64) {
        let head = self.head;
        let is_due = |nonce, attempt: &Attempt| {
            nonce == latest
                && attempt.stage == Stage::Pooled
                && !attempt.doomed
                && attempt.escalate_at <= head
                && self.is_wanted(attempt)
        };
        for slot in self.those(account, is_due) {
            let Some(attempt) = self.fleet.get_mut(slot) else { continue };
            attempt.escalate_at = u64::MAX;
            attempt.stale = true;
            if attempt.is_idle() {
                attempt.doomed = true;
            } else {
                self.make_void(slot);
            }
        }
    }

    /// Says that others' transactions with the account's key are waited for, and again while they do not land.
    fn note_strangers(&mut self, index: usize, out: &mut Vec<Command>) {
        let head = self.head;
        let Some(account) = self.fleet.account_mut(index) else { return };
        if !account.attempts.has_strangers() {
            account.strangers = None;
            account.unsure_since = None;
            return;
        }
        account.unsure_since = account.unsure_since.or(Some(head));
        let (first_nonce, next_nonce) = account.attempts.bounds();
        let before = account.strangers.filter(|strangers| strangers.first_nonce == first_nonce);
        let mut strangers = before.unwrap_or(Strangers {
            first_nonce,
            since: head,
            tell_at: head.saturating_add(TELL_AGAIN),
        });
        if account.strangers.is_none() || head >= strangers.tell_at {
            let (blocks, signer) = (head.saturating_sub(strangers.since), account.signer);
            strangers.tell_at = head.saturating_add(blocks.max(TELL_AGAIN));
            out.push(Command::Notify(Notice::Waiting { signer, first_nonce, next_nonce, blocks }));
        }
        account.strangers = Some(strangers);
    }
}
