use super::kept::Kept;
use alloy::primitives::{Address, B256};
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many transactions are kept; beyond it the oldest are not.
const MOST: usize = 16_384;
/// How many bytes they may have together.
const ROOM: usize = 32 << 20;

/// The transactions that the node took, or is about to take, and that are in no block as far as is known.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    entries: HashMap<B256, Entry>,
    /// In the order in which they came.
    order: BTreeMap<u64, B256>,
    next: u64,
    size: usize,
    offered: usize,
    /// What was offered before these two sweeps will not be answered.
    swept: [u64; 2],
}

#[derive(Debug)]
struct Entry {
    kept: Kept,
    stage: Stage,
    place: u64,
    /// Who sends it, and its nonce, as soon as somebody wanted to know.
    origin: Option<Option<Origin>>,
}

/// Who sends a transaction, and its nonce.
pub(super) type Origin = (Address, u64);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// What the node says to it is not known.
    Offered {
        /// Whether it has been seen in its pool, answered or not.
        pooled: bool,
    },
    /// The node has taken it.
    Taken,
}

/// Where a transaction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Whereabouts {
    Block,
    Pool,
    Nowhere,
}

impl Ledger {
    /// Notes what the node is about to get.
    pub(super) fn offer(&mut self, hash: B256, kept: Kept) {
        self.insert(hash, kept, Stage::Offered { pooled: false });
    }

    /// Notes what the node has taken.
    pub(super) fn keep(&mut self, hash: B256, kept: Kept) {
        self.insert(hash, kept, Stage::Taken);
    }

    /// Notes that the node has taken what it was offered, and returns it; nothing if it was not.
    pub(super) fn take(&mut self, hash: B256) -> Option<Kept> {
        let entry = self.entries.get_mut(&hash)?;
        if matches!(entry.stage, Stage::Offered { .. }) {
            entry.stage = Stage::Taken;
            self.offered -= 1;
        }
        Some(entry.kept.clone())
    }

    /// Notes that the node will not say any more that it has taken this: it has, if it was seen with it.
    pub(super) fn withdraw(&mut self, hash: B256) {
        match self.entries.get(&hash).map(|entry| entry.stage) {
            Some(Stage::Offered { pooled: false }) => drop(self.remove(hash)),
            Some(Stage::Offered { pooled: true }) => drop(self.take(hash)),
            Some(Stage::Taken) | None => {}
        }
    }

    pub(super) fn remove(&mut self, hash: B256) -> Option<Kept> {
        let entry = self.entries.remove(&hash)?;
        self.order.remove(&entry.place);
        self.size -= entry.kept.size();
        if entry.stage != Stage::Taken {
            self.offered -= 1;
        }
        Some(entry.kept)
    }

    /// Removes all; returns it in the order in which it came.
    pub(super) fn clear(&mut self) -> Vec<(B256, Kept)> {
        let next = self.next;
        let Self { mut entries, order, .. } = std::mem::replace(self, Self { next, ..Self::default() });
        order.into_values().filter_map(|hash| Some((hash, entries.remove(&hash)?.kept))).collect()
    }

    /// Removes what a sender sent from this nonce on.
    pub(super) fn clear_sender(&mut self, sender: Address, from: u64) {
        let hashes: Vec<_> = self.order.values().copied().collect();
        for hash in hashes {
            if self.origin(hash).is_none_or(|(own, nonce)| own == sender && nonce >= from) {
                self.remove(hash);
            }
        }
    }

    /// Who sends a transaction and its nonce; nothing if it is not there, or its signature not good.
    pub(super) fn origin(&mut self, hash: B256) -> Option<Origin> {
        let Entry { kept, origin, .. } = self.entries.get_mut(&hash)?;
        *origin.get_or_insert_with(|| kept.origin())
    }

    /// Whether anything was offered that the node has said nothing to.
    pub(super) const fn has_offers(&self) -> bool {
        self.offered > 0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What is to be asked for: what the node has taken, and what it has taken perhaps. In the order in which they came.
    pub(super) fn outstanding(&self) -> Vec<B256> {
        self.order.values().copied().collect()
    }

    /// The first of what was offered and has been seen nowhere: its answer comes with the block, or goes to somebody who
    /// has hung up.
    pub(super) fn unconfirmed(&self, most: usize) -> Vec<B256> {
        if self.offered == 0 {
            return Vec::new();
        }
        let offered = |hash: &&B256| {
            let stage = self.entries.get(*hash).map(|entry| entry.stage);
            stage == Some(Stage::Offered { pooled: false })
        };
        self.order.values().filter(offered).take(most).copied().collect()
    }

    /// Forgets what was offered two sweeps ago and more, and was neither taken nor seen: somebody asked on a socket and was
    /// refused, or hung up.
    pub(super) fn sweep(&mut self) {
        let [before, last] = self.swept;
        self.swept = [last, self.next];
        let old: Vec<_> = match self.offered {
            0 => Vec::new(),
            _ => self.order.range(..before).map(|(_, hash)| *hash).collect(),
        };
        for hash in old {
            self.withdraw(hash);
        }
    }

    /// Takes in where a transaction is; tells whether the node has lost it.
    pub(super) fn is_lost(&mut self, hash: B256, whereabouts: Whereabouts) -> bool {
        match whereabouts {
            Whereabouts::Block => {
                self.remove(hash);
                false
            }
            Whereabouts::Pool => {
                if let Some(Entry { stage: Stage::Offered { pooled }, .. }) = self.entries.get_mut(&hash) {
                    *pooled = true;
                }
                false
            }
            Whereabouts::Nowhere => {
                let stage = self.entries.get(&hash).map(|entry| entry.stage);
                matches!(stage, Some(Stage::Taken | Stage::Offered { pooled: true }))
            }
        }
    }

    /// Of what the node has lost, what it is to be given again. What was replaced by a later one is not: that has the nonce.
    pub(super) fn wanted(&mut self, lost: &[B256]) -> Vec<(B256, Kept)> {
        let mut nonces = HashSet::new();
        let mut wanted = Vec::new();
        for hash in lost.iter().rev() {
            match self.origin(*hash) {
                Some(origin) if nonces.insert(origin) => wanted.push(*hash),
                _ => drop(self.remove(*hash)),
            }
        }
        let kept = |hash| Some((hash, self.entries.get(&hash)?.kept.clone()));
        wanted.into_iter().rev().filter_map(kept).collect()
    }

    fn insert(&mut self, hash: B256, kept: Kept, stage: Stage) {
        // Who sends the same again changes nothing.
        if self.entries.contains_key(&hash) {
            if stage == Stage::Taken {
                self.take(hash);
            }
            return;
        }
        let place = self.next;
        self.next += 1;
        self.size += kept.size();
        self.offered += usize::from(stage != Stage::Taken);
        self.order.insert(place, hash);
        self.entries.insert(hash, Entry { kept, stage, place, origin: None });
        while self.entries.len() > MOST || self.size > ROOM {
            let Some((_, oldest)) = self.order.first_key_value() else { break };
            self.remove(*oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::Bytes;
    use serde_json::json;

    fn hash(number: u64) -> B256 {
        B256::left_padding_from(&number.to_be_bytes())
    }

    fn of(sender: u8, nonce: u64) -> Kept {
        let (from, nonce) = (Address::repeat_byte(sender), format!("{nonce:#x}"));
        Kept::Request(json!({"from": from, "nonce": nonce}))
    }

    fn taken(transactions: &[(u8, u64)]) -> Ledger {
        let mut ledger = Ledger::default();
        for (number, (sender, nonce)) in (0..).zip(transactions) {
            ledger.keep(hash(number), of(*sender, *nonce));
        }
        ledger
    }

    fn hashes(numbers: &[u64]) -> Vec<B256> {
        numbers.iter().copied().map(hash).collect()
    }

    #[test]
    fn only_what_the_node_took_can_be_lost() {
        let mut ledger = Ledger::default();
        for number in 0..4 {
            ledger.offer(hash(number), of(1, number));
        }
        assert!(ledger.take(hash(0)).is_some() && ledger.take(hash(9)).is_none());
        assert_eq!(ledger.outstanding(), hashes(&[0, 1, 2, 3]));
        assert_eq!(ledger.unconfirmed(2), hashes(&[1, 2]));
        assert!(!ledger.is_lost(hash(2), Whereabouts::Pool));
        assert_eq!(ledger.unconfirmed(9), hashes(&[1, 3]));
        for (number, lost) in [(0, true), (1, false), (2, true), (3, false)] {
            assert_eq!(ledger.is_lost(hash(number), Whereabouts::Nowhere), lost, "{number}");
        }
        ledger.withdraw(hash(0));
        (1..4).for_each(|number| ledger.withdraw(hash(number)));
        assert_eq!(ledger.outstanding(), hashes(&[0, 2]));
        assert!(!ledger.has_offers());
        assert!(
            !ledger.is_lost(hash(0), Whereabouts::Block) && !ledger.is_lost(hash(0), Whereabouts::Nowhere)
        );
    }

    #[test]
    fn offers_without_an_answer_are_forgotten() {
        let mut ledger = Ledger::default();
        ledger.offer(hash(0), of(1, 0));
        ledger.offer(hash(1), of(1, 1));
        ledger.keep(hash(2), of(1, 2));
        for _ in 0..2 {
            ledger.sweep();
            assert_eq!(ledger.offered, 2);
        }
        ledger.sweep();
        assert_eq!((ledger.offered, ledger.outstanding()), (0, hashes(&[2])));
    }

    #[test]
    fn what_was_replaced_is_not_wanted() {
        let mut ledger = taken(&[(1, 5), (1, 6), (2, 5), (1, 5)]);
        let wanted = ledger.wanted(&hashes(&[0, 1, 2, 3]));
        assert_eq!(wanted.into_iter().map(|(hash, _)| hash).collect::<Vec<_>>(), hashes(&[1, 2, 3]));
        assert_eq!(ledger.outstanding(), hashes(&[1, 2, 3]));
        // Nobody can have sent this.
        ledger.keep(hash(7), Kept::Raw(Bytes::from_static(&[2, 0])));
        assert!(ledger.wanted(&hashes(&[7])).is_empty());
    }

    #[test]
    fn what_a_sender_drops_goes_with_what_comes_after_it() {
        let mut ledger = taken(&[(1, 5), (1, 6), (2, 6), (1, 4)]);
        ledger.clear_sender(Address::repeat_byte(1), 5);
        assert_eq!(ledger.outstanding(), hashes(&[2, 3]));
        let cleared: Vec<_> = ledger.clear().into_iter().map(|(hash, _)| hash).collect();
        assert_eq!(cleared, hashes(&[2, 3]));
        assert!(ledger.is_empty() && ledger.size == 0);
        ledger.keep(hash(4), of(1, 1));
        assert_eq!(ledger.outstanding(), hashes(&[4]));
    }

    #[test]
    fn what_is_kept_is_bounded() {
        let mut ledger = Ledger::default();
        for number in 0..20_000 {
            ledger.keep(hash(number), Kept::Raw(Bytes::from_static(&[0; 100])));
        }
        assert_eq!((ledger.entries.len(), ledger.order.len()), (MOST, MOST));
        assert!(ledger.take(hash(0)).is_none() && ledger.take(hash(19_999)).is_some());
        for number in 0..10 {
            ledger.offer(hash(30_000 + number), Kept::Raw(vec![0; ROOM / 4].into()));
            assert!(ledger.size <= ROOM);
        }
        assert!(ledger.entries.len() < 5 && ledger.offered == ledger.entries.len());
    }
}
