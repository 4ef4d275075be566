//! The accounts that give no signatures. Who holds a key may be another program.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use alloy::primitives::Address;

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
    pub(super) fn failed(&self, account: Address, asked: SystemTime, reason: &str) -> Option<SystemTime> {
        let mut all = self.all();
        let known = all.get(&account);
        let since = known.map_or(asked, |trouble| trouble.since);
        let is_new = known.is_none_or(|trouble| trouble.reason != reason);
        all.insert(account, Trouble { since, reason: reason.to_owned() });
        is_new.then_some(since)
    }

    /// An account signed. Returns whether it did not before.
    pub(super) fn signed(&self, account: Address) -> bool {
        self.all().remove(&account).is_some()
    }

    pub(super) fn is_known(&self, account: Address) -> bool {
        self.all().contains_key(&account)
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<Address, Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

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
