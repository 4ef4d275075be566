//! How long transactions of an account are waited for that nobody here knows.

use std::collections::BTreeMap;

use alloy::primitives::Address;

/// After how many blocks it is told that they are waited for; then after twice as many. What landed a block ago seems to wait, too,
/// until that block was taken in.
const TELL_AFTER: u64 = 8;

/// Since when the nonce of each account waits, and when that is told next.
#[derive(Clone, Debug, Default)]
pub(crate) struct Strangers(BTreeMap<Address, Waiting>);

#[derive(Clone, Copy, Debug)]
struct Waiting {
    nonce: u64,
    since: u64,
    tell_at: u64,
}

impl Strangers {
    /// Something that is not known waits in the pool with this nonce. Returns for how many blocks it has, if that is to be told.
    pub(crate) fn wait(&mut self, account: Address, nonce: u64, head: u64) -> Option<u64> {
        let begin = Waiting { nonce, since: head, tell_at: head.saturating_add(TELL_AFTER) };
        let known = self.0.entry(account).or_insert(begin);
        // A chain that went back begins anew, too.
        if known.nonce != nonce || known.since > head {
            *known = begin;
        }
        if head < known.tell_at {
            return None;
        }
        let blocks = head.saturating_sub(known.since);
        known.tell_at = head.saturating_add(blocks);
        Some(blocks)
    }

    /// Nothing does.
    pub(crate) fn are_gone(&mut self, account: Address) {
        self.0.remove(&account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_more_and_more_rarely() {
        let (mut strangers, us) = (Strangers::default(), Address::repeat_byte(1));
        let told: Vec<_> = (100..200).filter_map(|head| strangers.wait(us, 3, head)).collect();
        assert_eq!(told, [8, 16, 32, 64]);
        assert_eq!(strangers.wait(us, 4, 200), None, "another one");
        assert_eq!(strangers.wait(us, 4, 208), Some(8));
        assert_eq!(strangers.wait(us, 4, 50), None, "the chain went back");
        strangers.are_gone(us);
        assert_eq!(strangers.wait(us, 4, 300), None);
    }
}
