use std::collections::BTreeMap;

use alloy::primitives::{Address, B256};

use crate::engine::{
    attempt::Load,
    attempts::{Attempts, Question},
};

/// One of the lane's accounts: what it has on its way, and what keeps it from more.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) signer: Address,
    pub(crate) attempts: Attempts,
    /// The transactions in blocks that left messages undelivered, by nonce, while the reasons are asked for.
    pub(crate) inquests: BTreeMap<u64, Inquest>,
    /// The gap that was there when the node told the nonces last.
    pub(crate) known_gap: Option<u64>,
    /// Since when others' transactions with the account's key keep us from signing.
    pub(crate) strangers: Option<Strangers>,
    /// Since which head it is not sure that no transactions of unknown origin wait in the pool.
    pub(crate) unsure_since: Option<u64>,
    /// It cannot pay. The next block may hold somebody's transfer to it.
    pub(crate) broke: bool,
    /// Up to which head others go first: what signs for it did not.
    pub(crate) shaky_until: u64,
}

/// Transactions of an account that are not ours, and that are waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strangers {
    /// The first nonce that no block holds.
    pub(crate) first_nonce: u64,
    /// The head when that became so.
    pub(crate) since: u64,
    /// The head at which to say so again.
    pub(crate) tell_at: u64,
}

/// A transaction in a block that was read, whose messages were not all delivered there. It is asked why.
#[derive(Clone, Debug)]
pub(crate) struct Inquest {
    pub(crate) tx_hash: B256,
    pub(crate) block_number: u64,
    /// What it did not deliver.
    pub(crate) failed: Vec<Load>,
    /// How many messages it carried.
    pub(crate) carried: usize,
    pub(crate) question: Question,
    /// How often the node did not know.
    pub(crate) tries: u32,
}

impl Account {
    pub(crate) fn new(signer: Address) -> Self {
        Self {
            signer,
            attempts: Attempts::default(),
            inquests: BTreeMap::new(),
            known_gap: None,
            strangers: None,
            unsure_since: Some(0),
            broke: false,
            shaky_until: 0,
        }
    }

    /// Forgets what was said about nonces: the chain is another one now, or the node.
    pub(crate) fn forget(&mut self, head: u64) {
        self.attempts.forget();
        self.known_gap = None;
        self.strangers = None;
        self.unsure_since = Some(head);
    }

    /// Has repeated what the node did not answer.
    pub(crate) fn retry(&mut self) {
        self.attempts.retry();
        for inquest in self.inquests.values_mut() {
            inquest.question.retry();
        }
    }

    /// Whether something is to be asked again that the node did not answer.
    pub(crate) fn is_unanswered(&self) -> bool {
        let mut questions = self.inquests.values().map(|inquest| inquest.question);
        self.attempts.is_unanswered() || questions.any(|question| question == Question::Failed)
    }

    /// Whether one more transaction may be on its way: there is room, or a gap that others wait for.
    pub(crate) fn has_room(&self, max_in_flight: usize) -> bool {
        !self.broke && (self.attempts.len() < max_in_flight || self.attempts.gap().is_some())
    }

    pub(crate) fn inquest_of(&self, message: B256) -> Option<u64> {
        let is_about = |inquest: &Inquest| inquest.failed.iter().any(|item| item.message == message);
        self.inquests.iter().find(|(_, inquest)| is_about(inquest)).map(|(nonce, _)| *nonce)
    }
}
