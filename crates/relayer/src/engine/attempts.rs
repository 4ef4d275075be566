use std::collections::BTreeMap;

use alloy::primitives::B256;

use crate::engine::attempt::{Attempt, Stage};

/// The attempts of an account on one chain, by nonce, and what is known of its nonces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempts {
    live: BTreeMap<u64, Attempt>,
    /// Below this every nonce is used.
    used: u64,
    /// Below this every nonce is used or in the node's pool, as the node said last.
    pending: u64,
    /// Counts the times that all this lost its meaning.
    epoch: u64,
    /// The node has told the nonces in this epoch.
    known: bool,
    question: Question,
}

/// Whether the node has to be asked something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Question {
    #[default]
    Due,
    Asked,
    Answered,
    /// The node did not say.
    Failed,
}

impl Question {
    /// Returns whether it has to be asked now, and has it so.
    pub(crate) fn ask(&mut self) -> bool {
        let is_due = *self == Self::Due;
        if is_due {
            *self = Self::Asked;
        }
        is_due
    }

    /// Has it repeated, if the node did not answer.
    pub(crate) fn retry(&mut self) {
        if *self == Self::Failed {
            *self = Self::Due;
        }
    }
}

impl Attempts {
    pub(crate) fn get(&self, nonce: u64) -> Option<&Attempt> {
        self.live.get(&nonce)
    }

    pub(crate) fn get_mut(&mut self, nonce: u64) -> Option<&mut Attempt> {
        self.live.get_mut(&nonce)
    }

    /// Returns whether a transaction is about to go out that may be refused for now.
    pub(crate) fn is_trying(&self) -> bool {
        self.live.values().any(|attempt| attempt.tries.is_some() && !attempt.is_out())
    }

    /// Returns whether a transaction with a higher nonce waits for this one.
    pub(crate) fn is_waited_for(&self, nonce: u64) -> bool {
        self.live.last_key_value().is_some_and(|(highest, _)| *highest > nonce)
    }

    pub(crate) fn len(&self) -> usize {
        self.live.len()
    }

    pub(crate) fn insert(&mut self, nonce: u64, attempt: Attempt) {
        self.live.insert(nonce, attempt);
    }

    /// Takes an attempt out whose nonce was not used; the nonce is free again.
    pub(crate) fn release(&mut self, nonce: u64) -> Option<Attempt> {
        self.pending = self.pending.min(nonce);
        self.live.remove(&nonce)
    }

    /// Takes an attempt out whose nonce is used, by it or by another transaction.
    pub(crate) fn settle(&mut self, nonce: u64) -> Option<Attempt> {
        self.used = self.used.max(nonce.saturating_add(1));
        self.live.remove(&nonce)
    }

    /// Takes all attempts out: their chain is gone.
    pub(crate) fn clear(&mut self) -> impl Iterator<Item = Attempt> + use<> {
        std::mem::take(&mut self.live).into_values()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &Attempt)> {
        self.live.iter().map(|(nonce, attempt)| (*nonce, attempt))
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (u64, &mut Attempt)> {
        self.live.iter_mut().map(|(nonce, attempt)| (*nonce, attempt))
    }

    pub(crate) fn nonce_of_tx(&self, tx_hash: B256) -> Option<u64> {
        self.iter().find(|(_, attempt)| attempt.has_tx(tx_hash)).map(|(nonce, _)| nonce)
    }

    pub(crate) fn nonce_of_message(&self, message: B256) -> Option<u64> {
        self.iter().find(|(_, attempt)| attempt.members.contains(&message)).map(|(nonce, _)| nonce)
    }

    /// Returns how many are being signed or sent.
    pub(crate) fn sending(&self) -> usize {
        let is_busy = |attempt: &&Attempt| matches!(attempt.stage, Stage::Signing | Stage::Sending);
        self.live.values().filter(is_busy).count()
    }

    /// Returns the lowest nonce whose transaction has to be sent, of those that went unanswered less often than that.
    ///
    /// None is sent before one with a lower nonce that no node knows yet: should that one not come to be, later ones would
    /// wait for it.
    pub(crate) fn next_unsent(&self, unanswered: u32) -> Option<u64> {
        let is_new = |attempt: &Attempt| attempt.stage == Stage::Signing && !attempt.is_out();
        let is_next = |attempt: &Attempt| attempt.stage == Stage::Unsent && attempt.unanswered < unanswered;
        let mut before = self.iter().take_while(|(_, attempt)| !is_new(attempt));
        before.find(|(_, attempt)| is_next(attempt)).map(|(nonce, _)| nonce)
    }

    /// Returns the lowest nonce that is to be used up by a new version.
    pub(crate) fn next_doomed(&self) -> Option<u64> {
        let is_next = |attempt: &Attempt| attempt.stage == Stage::Pooled && attempt.doomed;
        self.iter().find(|(_, attempt)| is_next(attempt)).map(|(nonce, _)| nonce)
    }

    /// Returns whether somebody else's transactions wait in the node's pool, or are in blocks that we have not read.
    pub(crate) fn has_strangers(&self) -> bool {
        let Some(waiting) = self.pending.checked_sub(self.used) else { return false };
        let ours = self.live.range(self.used..self.pending).count();
        u64::try_from(ours).is_ok_and(|ours| ours < waiting)
    }

    /// Returns below which nonce all are used, and below which all are used or in the node's pool.
    pub(crate) const fn bounds(&self) -> (u64, u64) {
        (self.used, self.pending)
    }

    /// Returns the nonce of the next new transaction: the lowest one that is not taken.
    pub(crate) fn next_nonce(&self) -> u64 {
        let mut nonce = self.used.max(self.pending);
        while nonce < u64::MAX && self.live.contains_key(&nonce) {
            nonce += 1;
        }
        nonce
    }

    /// Returns the lowest nonce that a transaction with a higher one waits for and that nobody has taken.
    pub(crate) fn gap(&self) -> Option<u64> {
        let next = self.next_nonce();
        let highest = self.live.last_key_value().map(|(nonce, _)| *nonce)?;
        (next < highest).then_some(next)
    }

    /// Returns whether it is known which nonces are free.
    pub(crate) const fn is_known(&self) -> bool {
        self.known
    }

    /// Returns the epoch to ask in, when the nonces have to be asked for.
    pub(crate) fn ask(&mut self) -> Option<u64> {
        self.question.ask().then_some(self.epoch)
    }

    /// Has the nonces asked for again, unless a question is open.
    pub(crate) fn refresh(&mut self) {
        if self.question == Question::Answered {
            self.question = Question::Due;
        }
    }

    /// Whether the node did not answer the last question.
    pub(crate) fn is_unanswered(&self) -> bool {
        self.question == Question::Failed
    }

    /// Has a question repeated that the node did not answer.
    pub(crate) fn retry(&mut self) {
        self.question.retry();
    }

    /// Forgets what was said about nonces: the chain is another one now.
    pub(crate) fn forget(&mut self) {
        self.used = 0;
        self.pending = 0;
        self.known = false;
        self.epoch = self.epoch.wrapping_add(1);
        self.question = Question::Due;
    }

    /// Takes the answer of that epoch. Returns false when it is outdated.
    pub(crate) fn answered(&mut self, epoch: u64, nonces: Option<(u64, u64)>) -> bool {
        if epoch != self.epoch || self.question != Question::Asked {
            return false;
        }
        match nonces {
            Some((latest, pending)) => {
                self.used = self.used.max(latest);
                self.pending = pending;
                self.known = true;
                self.question = Question::Answered;
            }
            None => self.question = Question::Failed,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attempts(base: u64, taken: &[u64]) -> Attempts {
        let mut attempts = Attempts { pending: base, ..Attempts::default() };
        for nonce in taken {
            attempts.insert(*nonce, Attempt::new(Vec::new()));
        }
        attempts
    }

    #[test]
    fn next_nonce_is_the_lowest_that_is_free() {
        for (base, taken, next, gap) in [
            (0, &[][..], 0, None),
            (5, &[], 5, None),
            (5, &[5, 6], 7, None),
            (5, &[6], 5, Some(5)),
            (5, &[5, 7], 6, Some(6)),
            (8, &[5, 6, 7], 8, None),
            (6, &[5, 6, 9], 7, Some(7)),
            (u64::MAX, &[u64::MAX], u64::MAX, None),
        ] {
            let attempts = attempts(base, taken);
            assert_eq!((attempts.next_nonce(), attempts.gap()), (next, gap), "{base} {taken:?}");
        }
    }

    #[test]
    fn used_nonces_are_never_given_again() {
        let mut attempts = attempts(5, &[5, 6, 7]);
        attempts.settle(6);
        assert_eq!(attempts.next_nonce(), 8, "5 is used when 6 is");
        attempts.release(7);
        assert_eq!(attempts.next_nonce(), 7);
    }

    #[test]
    fn released_nonce_is_free_even_if_the_node_had_counted_it() {
        let mut attempts = attempts(8, &[5, 6, 7]);
        attempts.release(6);
        assert_eq!((attempts.next_nonce(), attempts.gap()), (6, Some(6)));
    }

    #[test]
    fn transactions_of_others_are_noticed() {
        for (used, pending, taken, expected) in [
            (0, 0, &[][..], false),
            (5, 5, &[5, 6], false),
            (5, 7, &[5, 6], false),
            (5, 8, &[5, 6], true),
            (5, 7, &[6], true),
            (7, 5, &[], false),
        ] {
            let attempts = Attempts { used, ..attempts(pending, taken) };
            assert_eq!(attempts.has_strangers(), expected, "{used} {pending} {taken:?}");
        }
    }

    #[test]
    fn answers_from_before_a_reorg_do_not_count() {
        let mut attempts = Attempts::default();
        let before = attempts.ask().unwrap();
        assert_eq!(attempts.ask(), None, "asked once");
        attempts.forget();
        let after = attempts.ask().unwrap();
        assert!(!attempts.answered(before, Some((9, 9))));
        assert!(attempts.answered(after, Some((2, 3))));
        assert_eq!(attempts.next_nonce(), 3);
        assert!(!attempts.answered(after, Some((9, 9))), "nothing was asked");
    }

    #[test]
    fn unanswered_question_is_asked_again() {
        let mut attempts = Attempts::default();
        let epoch = attempts.ask().unwrap();
        assert!(attempts.answered(epoch, None));
        assert!(!attempts.is_known());
        assert_eq!(attempts.ask(), None, "not at once");
        attempts.retry();
        assert_eq!(attempts.ask(), Some(epoch));
    }
}
