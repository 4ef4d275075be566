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
    /// The block with which it was asked last whether it signs again, or the first one since it does not.
    asked: Option<u64>,
}

/// After how many blocks an account that does not sign is asked again, whether or not there is anything to sign.
const AGAIN: u64 = 16;

impl Signatures {
    /// An account that was asked then did not sign. Returns since when it does not, if that, or why, is new.
    pub(super) fn failed(&self, account: Address, asked: SystemTime, reason: &str) -> Option<SystemTime> {
        let mut all = self.all();
        let known = all.get(&account);
        let since = known.map_or(asked, |trouble| trouble.since);
        let is_new = known.is_none_or(|trouble| trouble.reason != reason);
        let asked = known.and_then(|trouble| trouble.asked);
        all.insert(account, Trouble { since, reason: reason.to_owned(), asked });
        is_new.then_some(since)
    }

    /// An account signed. Returns whether it did not before.
    pub(super) fn signed(&self, account: Address) -> bool {
        self.all().remove(&account).is_some()
    }

    /// Those that are to be asked with this block whether they sign again.
    pub(super) fn due(&self, head: u64) -> Vec<Address> {
        let mut due = Vec::new();
        for (account, trouble) in self.all().iter_mut() {
            // A chain that went back begins anew.
            let last = *trouble.asked.get_or_insert(head);
            if head < last || head >= last.saturating_add(AGAIN) {
                trouble.asked = Some(head);
                due.extend((head >= last).then_some(*account));
            }
        }
        due
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

    #[test]
    fn what_does_not_sign_is_asked_again_after_some_blocks() {
        let (signatures, account) = (Signatures::default(), Address::repeat_byte(1));
        signatures.failed(account, SystemTime::UNIX_EPOCH, "away");
        let due: Vec<u64> = (100..140).filter(|head| !signatures.due(*head).is_empty()).collect();
        assert_eq!(due, [116, 132]);
        signatures.failed(account, SystemTime::UNIX_EPOCH, "away");
        assert!(signatures.due(147).is_empty(), "asked with the last block");
        assert_eq!(signatures.due(148), [account]);
        assert!(signatures.due(50).is_empty(), "the chain went back");
        assert_eq!(signatures.due(66), [account]);
        signatures.signed(account);
        assert!(signatures.due(200).is_empty());
    }
}
