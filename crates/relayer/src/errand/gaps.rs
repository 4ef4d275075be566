//! What is done about a nonce that nothing has, and that has to be used before a transaction of ours can be.

use std::collections::BTreeMap;

use alloy::primitives::Address;

/// After how many blocks a nonce is given to a transaction that does nothing: what had it may come back after a reorg.
const PATIENCE: u64 = 6;

/// What is done about it now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    /// Whatever had it may come back.
    Wait,
    /// Something that is not known waits in the pool with it.
    Taken,
    /// A transaction that does nothing takes it, which is an errand of its own from then on.
    Fill,
}

/// The first nonce of each account that is missing, and since which block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gaps(BTreeMap<Address, (u64, u64)>);

impl Gaps {
    /// This nonce is missing. `pending` is the account's with what waits in the node's pool.
    pub(crate) fn next(&mut self, account: Address, nonce: u64, pending: u64, head: u64) -> Filling {
        let gap = self.0.entry(account).or_insert((nonce, head));
        // A chain that went back begins anew, too.
        if gap.0 != nonce || gap.1 > head {
            *gap = (nonce, head);
        }
        if pending > nonce {
            gap.1 = head;
            return Filling::Taken;
        }
        if gap.1.saturating_add(PATIENCE) <= head { Filling::Fill } else { Filling::Wait }
    }

    /// Nothing is missing.
    pub(crate) fn close(&mut self, account: Address) {
        self.0.remove(&account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const US: Address = Address::repeat_byte(1);

    #[test]
    fn a_gap_is_filled_after_a_while() {
        let mut gaps = Gaps::default();
        assert_eq!(gaps.next(US, 3, 3, 10), Filling::Wait);
        assert_eq!(gaps.next(US, 3, 3, 15), Filling::Wait);
        assert_eq!(gaps.next(US, 3, 3, 16), Filling::Fill);
        assert_eq!(gaps.next(US, 3, 3, 17), Filling::Fill, "it was not: the signer is away");
        assert_eq!(gaps.next(US, 4, 4, 24), Filling::Wait, "another nonce");
        assert_eq!(gaps.next(US, 4, 4, 5), Filling::Wait, "the chain went back");
        gaps.close(US);
        assert_eq!(gaps.next(US, 4, 4, 30), Filling::Wait);
    }

    #[test]
    fn what_others_have_in_the_pool_is_waited_for() {
        let mut gaps = Gaps::default();
        for head in 10..30 {
            assert_eq!(gaps.next(US, 3, 4, head), Filling::Taken);
        }
        // It is gone: from then on.
        assert_eq!(gaps.next(US, 3, 3, 30), Filling::Wait);
        assert_eq!(gaps.next(US, 3, 3, 35), Filling::Fill);
    }
}
