//! Signatures, and the accounts that give none. Who holds a key may be another program.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

use alloy::{
    consensus::TxEip1559,
    primitives::{Address, Signature},
};
use tokio::time::timeout;

use super::node::Node;
use crate::{RelaySigner, RelayerEvent};

/// After this time without an answer it is told that an account does not sign. It is waited for still.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long is waited at most, whatever deadline of its own a signer has. A signature that comes later is nobody's.
const LIMIT: Duration = Duration::from_secs(60);

/// The accounts that do not sign for a chain, as far as was told.
#[derive(Debug, Default)]
pub(super) struct Signatures(Mutex<BTreeMap<Address, Trouble>>);

#[derive(Debug)]
struct Trouble {
    since: SystemTime,
    reason: String,
}

impl Signatures {
    /// An account that was asked then did not sign. Returns since when it does not, if that, or why, is new.
    fn failed(&self, account: Address, asked: SystemTime, reason: &str) -> Option<SystemTime> {
        let mut all = self.all();
        let known = all.get(&account);
        let since = known.map_or(asked, |trouble| trouble.since);
        let is_new = known.is_none_or(|trouble| trouble.reason != reason);
        all.insert(account, Trouble { since, reason: reason.to_owned() });
        is_new.then_some(since)
    }

    /// An account signed. Returns whether it did not before.
    fn signed(&self, account: Address) -> bool {
        self.all().remove(&account).is_some()
    }

    fn is_known(&self, account: Address) -> bool {
        self.all().contains_key(&account)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Address, Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Node {
    /// Has an account sign, and tells listeners while it does not. The error says why, in words without secrets.
    pub(super) async fn signature(
        &self,
        signer: &RelaySigner,
        tx: &mut TxEip1559,
    ) -> Result<Signature, String> {
        let (account, asked) = (signer.address(), SystemTime::now());
        let mut signing = signer.sign_transaction(tx);
        let signed = match timeout(PATIENCE, &mut signing).await {
            Ok(signed) => Some(signed),
            Err(_) => {
                // What it said the last time says more.
                if !self.signatures.is_known(account) {
                    let reason = format!("it does not answer within {} s", PATIENCE.as_secs());
                    self.does_not_sign(account, asked, &reason);
                }
                timeout(LIMIT.saturating_sub(PATIENCE), signing).await.ok()
            }
        };
        let reason = match signed {
            Some(Ok(signature)) => {
                if self.signatures.signed(account) {
                    self.shared.announce(RelayerEvent::SignerWell { chain_id: self.chain_id, account });
                }
                return Ok(signature);
            }
            Some(Err(error)) => error.to_string(),
            None => format!("it does not answer within {} s", LIMIT.as_secs()),
        };
        self.does_not_sign(account, asked, &reason);
        Err(reason)
    }

    fn does_not_sign(&self, account: Address, asked: SystemTime, reason: &str) {
        if let Some(since) = self.signatures.failed(account, asked, reason) {
            let (chain_id, reason) = (self.chain_id, reason.to_owned());
            self.shared.announce(RelayerEvent::SignerUnwell { chain_id, account, since, reason });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_sign_is_told_once_for_each_reason_with_the_time_of_the_first() {
        let (signatures, account) = (Signatures::default(), Address::repeat_byte(1));
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        assert!(!signatures.signed(account), "nobody said that it does not");
        assert_eq!(signatures.failed(account, at(5), "away"), Some(at(5)));
        assert_eq!(signatures.failed(account, at(6), "away"), None);
        assert_eq!(signatures.failed(account, at(7), "no"), Some(at(5)));
        assert_eq!(signatures.failed(Address::repeat_byte(2), at(8), "no"), Some(at(8)), "another one");
        assert!(signatures.signed(account) && !signatures.is_known(account));
        assert!(!signatures.signed(account));
        assert_eq!(signatures.failed(account, at(9), "no"), Some(at(9)));
    }
}
