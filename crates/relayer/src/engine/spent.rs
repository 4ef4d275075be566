use std::collections::BTreeMap;

use alloy::primitives::B256;
use causeway_interop::Identifier;

use crate::engine::origin::Origin;

/// What messages have cost in vain: the transactions for them that are in blocks and did not deliver them.
///
/// Kept apart from the messages themselves, which come and go with reorgs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spent {
    messages: BTreeMap<B256, Account>,
}

#[derive(Clone, Debug, Default)]
struct Account {
    /// The gas by transaction, and whose message it was, if that was known.
    in_vain: BTreeMap<B256, (u64, Option<Origin>)>,
    /// Where the message stood when it was given up.
    given_up: Option<Identifier>,
}

impl Spent {
    /// Notes a transaction, and returns whether it was not known.
    pub(crate) fn add(&mut self, message: B256, tx_hash: B256, gas: u64, origin: Option<Origin>) -> bool {
        let in_vain = &mut self.messages.entry(message).or_default().in_vain;
        let is_new = !in_vain.contains_key(&tx_hash);
        in_vain.entry(tx_hash).or_insert((gas, origin));
        is_new
    }

    /// Returns how many transactions were spent on the message.
    pub(crate) fn count(&self, message: B256) -> usize {
        self.messages.get(&message).map_or(0, |account| account.in_vain.len())
    }

    /// The block that held the transaction is void. Returns what had been noted of it.
    pub(crate) fn take_back(&mut self, message: B256, tx_hash: B256) -> Option<(u64, Option<Origin>)> {
        let account = self.messages.get_mut(&message)?;
        let noted = account.in_vain.remove(&tx_hash);
        account.given_up = None;
        if account.in_vain.is_empty() {
            self.messages.remove(&message);
        }
        noted
    }

    /// Notes that no more is spent on the message while it stands there.
    pub(crate) fn give_up(&mut self, message: B256, at: Identifier) {
        self.messages.entry(message).or_default().given_up = Some(at);
    }

    /// Whether the message was given up where it stands. One that was sent again has another try.
    pub(crate) fn is_given_up(&mut self, message: B256, at: &Identifier) -> bool {
        match self.messages.get(&message).and_then(|account| account.given_up.as_ref()) {
            Some(given_up) if given_up == at => true,
            Some(_) => {
                self.forgive(message);
                false
            }
            None => false,
        }
    }

    /// Lets the message start anew.
    pub(crate) fn forgive(&mut self, message: B256) {
        self.messages.remove(&message);
    }

    pub(crate) fn clear(&mut self) {
        self.messages.clear();
    }
}
