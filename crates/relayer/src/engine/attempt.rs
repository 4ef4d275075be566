use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;

use crate::engine::SignedTx;

/// A transaction on its way: it holds its nonce until that nonce is used.
#[derive(Clone, Debug)]
pub(crate) struct Attempt {
    /// The message that it delivers; `None` when it only fills a gap.
    pub(crate) message: Option<B256>,
    /// The transaction, once it is signed.
    pub(crate) tx: Option<SignedTx>,
    pub(crate) stage: Stage,
    /// Nobody needs it any more: it is not sent again, but its nonce may still get used by it.
    pub(crate) moot: bool,
    /// A node may have it.
    pub(crate) sent: bool,
    /// The node's answers about it do not fit together: ask again at the next occasion.
    pub(crate) suspect: bool,
    /// How often in a row sending it brought no answer.
    pub(crate) unanswered: u32,
    /// The head when it came to its stage.
    pub(crate) since: u64,
}

/// How far a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// It is being signed and committed.
    Signing,
    /// It is committed and has to be sent.
    Unsent,
    /// It is being sent.
    Sending,
    /// The node has it.
    Pooled,
    /// Its nonce is used; the node is being asked what became of it.
    Checking,
    /// It succeeded in a block; the delivery's log was not seen yet.
    Mined,
}

impl Attempt {
    pub(crate) const fn new(message: Option<B256>) -> Self {
        Self {
            message,
            tx: None,
            stage: Stage::Signing,
            moot: false,
            sent: false,
            suspect: false,
            unanswered: 0,
            since: 0,
        }
    }

    /// An attempt of earlier, which some node may have.
    pub(crate) fn resumed(message: B256, tx: SignedTx) -> Self {
        Self { tx: Some(tx), stage: Stage::Unsent, sent: true, ..Self::new(Some(message)) }
    }

    pub(crate) fn is_tx(&self, tx_hash: B256) -> bool {
        self.tx.as_ref().is_some_and(|tx| tx.hash == tx_hash)
    }
}

/// The attempts of an account on one chain, by nonce, and what is known of its nonces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attempts {
    live: BTreeMap<u64, Attempt>,
    /// Below this every nonce is used.
    used: u64,
    /// Below this every nonce is used or in the node's pool, as the node said last.
    pending: u64,
    /// Nonces that transactions of somebody else have in the node's pool.
    foreign: BTreeSet<u64>,
    /// Counts the times that all this lost its meaning.
    epoch: u64,
    /// The node has told the nonces in this epoch.
    known: bool,
    question: Question,
}

/// Whether the node has to be asked for the nonces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Question {
    #[default]
    Due,
    Asked,
    Answered,
}

impl Attempts {
    pub(crate) fn get(&self, nonce: u64) -> Option<&Attempt> {
        self.live.get(&nonce)
    }

    pub(crate) fn get_mut(&mut self, nonce: u64) -> Option<&mut Attempt> {
        self.live.get_mut(&nonce)
    }

    pub(crate) fn contains(&self, nonce: u64) -> bool {
        self.live.contains_key(&nonce)
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

    /// Takes an attempt out whose nonce another transaction in the node's pool has.
    ///
    /// No new one is given out before the node was asked again: somebody else is using the account.
    pub(crate) fn cede(&mut self, nonce: u64) -> Option<Attempt> {
        self.foreign.insert(nonce);
        self.known = false;
        self.refresh();
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
        self.iter().find(|(_, attempt)| attempt.is_tx(tx_hash)).map(|(nonce, _)| nonce)
    }

    pub(crate) fn nonce_of_message(&self, message: B256) -> Option<u64> {
        self.iter().find(|(_, attempt)| attempt.message == Some(message)).map(|(nonce, _)| nonce)
    }

    /// Returns whether one is being signed or sent; only one is at a time, so that a refusal leaves no gap.
    pub(crate) fn is_sending(&self) -> bool {
        self.live.values().any(|attempt| matches!(attempt.stage, Stage::Signing | Stage::Sending))
    }

    pub(crate) fn next_unsent(&self) -> Option<u64> {
        self.iter().find(|(_, attempt)| attempt.stage == Stage::Unsent).map(|(nonce, _)| nonce)
    }

    /// Returns the nonce of the next new transaction: the lowest one that is not taken.
    pub(crate) fn next_nonce(&self) -> u64 {
        let mut nonce = self.used.max(self.pending);
        while nonce < u64::MAX && (self.live.contains_key(&nonce) || self.foreign.contains(&nonce)) {
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
        if self.question != Question::Due {
            return None;
        }
        self.question = Question::Asked;
        Some(self.epoch)
    }

    /// Has the nonces asked for again, unless a question is open.
    pub(crate) fn refresh(&mut self) {
        if self.question == Question::Answered {
            self.question = Question::Due;
        }
    }

    /// Forgets what was said about nonces: the chain is another one now.
    pub(crate) fn forget(&mut self) {
        self.used = 0;
        self.pending = 0;
        self.foreign.clear();
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
                self.foreign = self.foreign.split_off(&self.used);
                // The first nonce that the node misses: whoever had it there has it no more.
                self.foreign.remove(&pending.max(self.used));
                self.known = true;
                self.question = Question::Answered;
            }
            None => self.question = Question::Due,
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
            attempts.insert(*nonce, Attempt::new(None));
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
    fn nonces_of_others_are_passed_over_while_the_node_has_them() {
        let mut attempts = attempts(0, &[1]);
        attempts.cede(1);
        assert!(!attempts.is_known());
        attempts.insert(2, Attempt::new(None));
        assert_eq!((attempts.next_nonce(), attempts.gap()), (0, Some(0)), "theirs waits for a gap too");
        attempts.insert(0, Attempt::new(None));
        assert_eq!((attempts.next_nonce(), attempts.gap()), (3, None));

        // It was evicted: the node misses that nonce.
        let epoch = attempts.ask().unwrap();
        attempts.answered(epoch, Some((0, 1)));
        assert_eq!(attempts.gap(), Some(1));
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
        assert_eq!(attempts.ask(), Some(epoch));
    }
}
