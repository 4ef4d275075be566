//! What is done about a nonce that nothing has, and that has to be used before a transaction of ours can be.

use std::collections::BTreeMap;

use alloy::primitives::Address;

use crate::engine::SignedTx;

/// After how many blocks a nonce is given to a transaction that does nothing, or that one is signed again with higher fees: what had
/// it may come back after a reorg.
const PATIENCE: u64 = 6;

/// What is done about it now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Filling {
    /// Whatever had it may come back.
    Wait,
    /// Something that is not known waits in the pool with it.
    Taken,
    /// A transaction that does nothing takes it; with higher fees than this one, if there is one.
    Fill(Option<SignedTx>),
    /// The one that was made for it goes out again.
    SendAgain(SignedTx),
}

/// The first nonce of each account that is missing. Nothing hangs on it: what fills is made again.
#[derive(Clone, Debug, Default)]
pub(crate) struct Gaps(BTreeMap<Address, Gap>);

#[derive(Clone, Debug)]
struct Gap {
    nonce: u64,
    since: u64,
    filler: Option<SignedTx>,
}

impl Gaps {
    /// This nonce is missing. `pending` is the account's with what waits in the node's pool.
    pub(crate) fn next(&mut self, account: Address, nonce: u64, pending: u64, head: u64) -> Filling {
        let begin = Gap { nonce, since: head, filler: None };
        let gap = self.0.entry(account).or_insert_with(|| begin.clone());
        // A chain that went back begins anew, too.
        if gap.nonce != nonce || gap.since > head {
            *gap = begin;
        }
        if gap.filler.is_none() && pending > nonce {
            gap.since = head;
            return Filling::Taken;
        }
        let is_due = gap.since.saturating_add(PATIENCE) <= head;
        match &gap.filler {
            None if is_due => Filling::Fill(None),
            None => Filling::Wait,
            Some(filler) if is_due => Filling::Fill(Some(filler.clone())),
            Some(filler) => Filling::SendAgain(filler.clone()),
        }
    }

    /// This was signed for it.
    pub(crate) fn filled(&mut self, account: Address, filler: SignedTx, head: u64) {
        if let Some(gap) = self.0.get_mut(&account) {
            (gap.filler, gap.since) = (Some(filler), head);
        }
    }

    /// Nothing is missing.
    pub(crate) fn close(&mut self, account: Address) {
        self.0.remove(&account);
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::{B256, Bytes};

    use super::*;

    const US: Address = Address::repeat_byte(1);

    fn filler(byte: u8) -> SignedTx {
        SignedTx { hash: B256::repeat_byte(byte), raw: Bytes::new() }
    }

    #[test]
    fn a_gap_is_filled_after_a_while_and_outbid() {
        let mut gaps = Gaps::default();
        assert_eq!(gaps.next(US, 3, 3, 10), Filling::Wait);
        assert_eq!(gaps.next(US, 3, 3, 15), Filling::Wait);
        assert_eq!(gaps.next(US, 3, 3, 16), Filling::Fill(None));
        assert_eq!(gaps.next(US, 3, 3, 17), Filling::Fill(None), "it was not: the signer is away");
        gaps.filled(US, filler(1), 17);
        assert_eq!(gaps.next(US, 3, 5, 18), Filling::SendAgain(filler(1)), "it waits in the pool");
        assert_eq!(gaps.next(US, 3, 5, 23), Filling::Fill(Some(filler(1))));
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
        assert_eq!(gaps.next(US, 3, 3, 35), Filling::Fill(None));
    }
}
