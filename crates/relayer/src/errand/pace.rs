//! When what was sent and lands nowhere is signed again with higher fees.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256};

/// After how many blocks a transaction that no block holds is signed again with higher fees.
const PATIENCE: u64 = 6;

/// What is done with a transaction that no block holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Move {
    /// The same bytes go out again: a node may never have had them, or may have dropped them.
    SendAgain,
    /// It is signed again, with the same nonce and higher fees.
    Outbid,
}

/// Since when the newest transaction of a nonce waits. What a start does not know begins with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pace(BTreeMap<(Address, u64), (B256, u64)>);

impl Pace {
    /// What to do now with the newest transaction of a nonce.
    pub(crate) fn next(&mut self, account: Address, nonce: u64, newest: B256, head: u64) -> Move {
        let known = self.0.entry((account, nonce)).or_insert((newest, head));
        // A chain that went back begins anew, too.
        if known.0 != newest || known.1 > head {
            *known = (newest, head);
        }
        if known.1.saturating_add(PATIENCE) <= head { Move::Outbid } else { Move::SendAgain }
    }

    /// Waits once more as long.
    pub(crate) fn wait(&mut self, account: Address, nonce: u64, head: u64) {
        if let Some((_, since)) = self.0.get_mut(&(account, nonce)) {
            *since = head;
        }
    }

    /// Forgets what has ended.
    pub(crate) fn keep(&mut self, is_open: impl Fn(Address, u64) -> bool) {
        self.0.retain(|(account, nonce), _| is_open(*account, *nonce));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: Address = Address::repeat_byte(1);

    #[test]
    fn what_no_block_takes_is_outbid_after_a_while() {
        let (mut pace, first, second) = (Pace::default(), B256::repeat_byte(1), B256::repeat_byte(2));
        assert_eq!(pace.next(US, 0, first, 10), Move::SendAgain);
        assert_eq!(pace.next(US, 0, first, 15), Move::SendAgain);
        assert_eq!(pace.next(US, 0, first, 16), Move::Outbid);
        // It was not: fees are too high. After a while it is tried again.
        pace.wait(US, 0, 16);
        assert_eq!(pace.next(US, 0, first, 17), Move::SendAgain);
        assert_eq!(pace.next(US, 0, second, 30), Move::SendAgain, "another version");
        assert_eq!(pace.next(US, 0, second, 36), Move::Outbid);
        assert_eq!(pace.next(US, 0, second, 12), Move::SendAgain, "the chain went back");
        assert_eq!(pace.next(US, 1, second, 99), Move::SendAgain, "another nonce");
        pace.keep(|_, nonce| nonce == 1);
        assert_eq!(pace.0.len(), 1);
    }
}
