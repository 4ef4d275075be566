//! What the account's nonces say about transactions on their way, and about those of others.

use super::{Command, Lane, Notice, Phase, Stage, Strangers};

/// After how many blocks it is said again that others' transactions are waited for; then after twice as many.
const TELL_AGAIN: u64 = 8;

impl Lane {
    /// Has the nonces asked for when a transaction should have been in a block by now.
    pub(super) fn check_overdue(&mut self) {
        let head = self.head;
        let overdue = self.attempts.iter().any(|(_, attempt)| match attempt.stage {
            Stage::Pooled => attempt.suspect || attempt.since < head,
            Stage::Mined => attempt.since.saturating_add(self.policy.rebroadcast_after) < head,
            Stage::Signing | Stage::Unsent | Stage::Sending | Stage::Checking => false,
        });
        if overdue || self.is_held_by_strangers() {
            self.attempts.refresh();
        }
    }

    /// Returns whether there is something to sign that has to wait for others' transactions with our key.
    pub(super) fn is_held_by_strangers(&self) -> bool {
        self.attempts.is_known()
            && self.attempts.has_strangers()
            && (self.roster.has_candidates() || self.attempts.gap().is_some())
    }

    pub(super) fn nonces(&mut self, epoch: u64, nonces: Option<(u64, u64)>, out: &mut Vec<Command>) {
        if !self.attempts.answered(epoch, nonces) {
            return;
        }
        let Some((latest, _)) = nonces else { return };
        self.check_used(latest, out);
        self.give_up_moot();
        self.resend_overdue(latest);
        self.known_gap = self.attempts.gap();
        self.note_strangers(out);
    }

    /// Asks what became of the transactions whose nonces are used.
    fn check_used(&mut self, latest: u64, out: &mut Vec<Command>) {
        let (head, patience) = (self.head, self.policy.rebroadcast_after);
        let (mut used, mut unseen) = (Vec::new(), Vec::new());
        for (nonce, attempt) in self.attempts.iter().filter(|(nonce, _)| *nonce < latest) {
            match attempt.stage {
                Stage::Pooled | Stage::Unsent => used.push(nonce),
                Stage::Mined if attempt.since.saturating_add(patience) < head => unseen.push(nonce),
                Stage::Mined | Stage::Signing | Stage::Sending | Stage::Checking => {}
            }
        }
        for nonce in used {
            self.check(nonce, out);
        }
        // Mined with success, and the block's logs, which were read, do not tell of the delivery.
        for nonce in unseen {
            let Some(attempt) = self.attempts.settle(nonce) else { continue };
            if let (Some(message), Some(version)) = (attempt.message, attempt.newest()) {
                let reason = "the transaction succeeded without delivering the message".to_owned();
                self.failed(message, reason, Some(version.tx.hash), out);
            }
        }
    }

    /// Has the nonces used up of transactions that wait for nothing: nobody needs them, or the node does not take them
    /// again while their message sleeps. Others wait for these nonces.
    fn give_up_moot(&mut self) {
        let (head, patience) = (self.head, self.policy.rebroadcast_after);
        let roster = &self.roster;
        for (_, attempt) in self.attempts.iter_mut() {
            let sleeps = || {
                let entry = attempt.message.and_then(|message| roster.get(message));
                entry.is_none_or(|entry| matches!(entry.phase, Phase::Asleep { .. } | Phase::Queued))
            };
            let is_stuck = (attempt.moot && !attempt.is_idle()) || (attempt.void && sleeps());
            if attempt.stage == Stage::Pooled && is_stuck && attempt.since.saturating_add(patience) <= head {
                attempt.doomed = true;
            }
        }
    }

    /// Has the transactions sent again that are overdue.
    fn resend_overdue(&mut self, latest: u64) {
        let (head, patience) = (self.head, self.policy.rebroadcast_after);
        for (_, attempt) in self.attempts.iter_mut().filter(|(nonce, _)| *nonce >= latest) {
            let overdue = attempt.suspect || attempt.since.saturating_add(patience) <= head;
            if attempt.stage == Stage::Pooled && overdue && attempt.is_wanted() && !attempt.doomed {
                attempt.stage = Stage::Unsent;
                attempt.suspect = false;
            }
        }
    }

    /// Says that others' transactions with our key are waited for, and again while they do not land.
    fn note_strangers(&mut self, out: &mut Vec<Command>) {
        if !self.attempts.has_strangers() {
            self.strangers = None;
            return;
        }
        let (first_nonce, next_nonce) = self.attempts.bounds();
        let head = self.head;
        let before = self.strangers.filter(|strangers| strangers.first_nonce == first_nonce);
        let mut strangers = before.unwrap_or(Strangers {
            first_nonce,
            since: head,
            tell_at: head.saturating_add(TELL_AGAIN),
        });
        if self.strangers.is_none() || head >= strangers.tell_at {
            let blocks = head.saturating_sub(strangers.since);
            strangers.tell_at = head.saturating_add(blocks.max(TELL_AGAIN));
            out.push(Command::Notify(Notice::Waiting { first_nonce, next_nonce, blocks }));
        }
        self.strangers = Some(strangers);
    }
}
