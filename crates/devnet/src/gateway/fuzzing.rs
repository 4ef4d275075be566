use super::{
    terms::{Needs, Terms},
    transaction::{of_raw, of_reorg, of_request, parameters},
    triage::{Triage, triage},
};
use alloy::primitives::B256;

/// What becomes of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// The node gets it as it is.
    Forwarded,
    /// The node does not get it.
    Answered,
    /// Its calls are looked at one by one.
    CallByCall {
        /// What each of the transactions of each call declares; none for a call that is refused or passed on.
        calls: Vec<Vec<Vec<B256>>>,
    },
}

/// Decides what becomes of a message to an L2.
pub fn fate(message: &[u8]) -> Fate {
    match triage(message, &Terms { interop: true, chain_id: Some(901) }) {
        Triage::Forward { .. } => Fate::Forwarded,
        Triage::Answer { .. } => Fate::Answered,
        Triage::CallByCall(calls) => {
            let declared = |needs| match needs {
                Needs::Truth { declared, .. } => declared,
                Needs::Nothing | Needs::Refusal(_) => Vec::new(),
            };
            Fate::CallByCall { calls: calls.items.into_iter().map(|item| declared(item.needs)).collect() }
        }
    }
}

/// What the parameters of `eth_sendRawTransaction` declare; nothing if they cannot be read.
pub fn raw_transaction(params: &str) -> Option<Vec<B256>> {
    Some(of_raw(&parameters(params).ok()?).ok()?.declared)
}

/// What the parameters of `eth_sendTransaction` declare; nothing if they cannot be read.
pub fn request(params: &str) -> Option<Vec<B256>> {
    Some(of_request(&parameters(params).ok()?).ok()?.declared)
}

/// What the transactions of an `anvil_reorg` declare; nothing if they cannot be read.
pub fn reorg(params: &str) -> Option<Vec<Vec<B256>>> {
    let reorg = of_reorg(&parameters(params).ok()?).ok()?;
    Some(reorg.transactions.into_iter().map(|transaction| transaction.declared).collect())
}
