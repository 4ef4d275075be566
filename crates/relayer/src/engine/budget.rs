use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::B256;

/// What counts, in seconds.
const WINDOW: u64 = 3_600;

/// The gas of what landed in the past hour, by the time of blocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Budget {
    landed: BTreeMap<B256, Landed>,
    /// The same by time, oldest first.
    by_time: BTreeSet<(u64, B256)>,
    sum: u128,
    /// What of it was for the messages of which source.
    by_source: BTreeMap<u64, u128>,
    /// It was said that the cap is reached.
    pub(crate) is_told: bool,
}

#[derive(Clone, Debug)]
struct Landed {
    block_number: u64,
    timestamp: u64,
    gas: u64,
    /// By source; together no more than the gas.
    shares: Vec<(u64, u64)>,
}

impl Budget {
    /// A transaction is in a block, and this is what of its gas was for the messages of which source. What is said of it later, with
    /// its receipt, counts instead; where that does not say for whom it was, it was for the same ones.
    pub(crate) fn land(
        &mut self,
        tx_hash: B256,
        block_number: u64,
        timestamp: u64,
        gas: u64,
        shares: Vec<(u64, u64)>,
    ) {
        let before = self.forget(tx_hash);
        let shares = match before {
            Some(before) if shares.is_empty() => before.scaled(gas),
            _ => shares,
        };
        for (source, share) in &shares {
            *self.by_source.entry(*source).or_default() += u128::from(*share);
        }
        self.landed.insert(tx_hash, Landed { block_number, timestamp, gas, shares });
        self.by_time.insert((timestamp, tx_hash));
        self.sum += u128::from(gas);
    }

    /// What lies longer than an hour back does not count any more.
    pub(crate) fn advance(&mut self, now: u64) {
        while let Some((timestamp, tx_hash)) = self.by_time.first().copied()
            && timestamp.saturating_add(WINDOW) <= now
        {
            self.forget(tx_hash);
        }
    }

    /// The blocks above this one are no more.
    pub(crate) fn reorg(&mut self, ancestor: u64) {
        let void = self.landed.iter().filter(|(_, landed)| landed.block_number > ancestor);
        let void: Vec<B256> = void.map(|(tx_hash, _)| *tx_hash).collect();
        for tx_hash in void {
            self.forget(tx_hash);
        }
    }

    fn forget(&mut self, tx_hash: B256) -> Option<Landed> {
        let landed = self.landed.remove(&tx_hash)?;
        self.by_time.remove(&(landed.timestamp, tx_hash));
        self.sum -= u128::from(landed.gas);
        for (source, share) in &landed.shares {
            if let Some(sum) = self.by_source.get_mut(source) {
                *sum -= u128::from(*share);
            }
        }
        self.by_source.retain(|_, sum| *sum > 0);
        Some(landed)
    }

    pub(crate) fn sum(&self) -> u64 {
        u64::try_from(self.sum).unwrap_or(u64::MAX)
    }

    /// What of it was for the messages of a source.
    pub(crate) fn sum_of(&self, source: u64) -> u64 {
        let sum = self.by_source.get(&source).copied().unwrap_or_default();
        u64::try_from(sum).unwrap_or(u64::MAX)
    }
}

impl Landed {
    /// What of so much gas was for whom, if it was for each as much of the whole as was thought.
    fn scaled(self, gas: u64) -> Vec<(u64, u64)> {
        let scaled = |share: u64| {
            let scaled = (u128::from(share) * u128::from(gas)).div_ceil(u128::from(self.gas.max(1)));
            u64::try_from(scaled).unwrap_or(u64::MAX)
        };
        self.shares.iter().map(|(source, share)| (*source, scaled(*share))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_counts_and_void_blocks_do_not() {
        let mut budget = Budget::default();
        for (number, timestamp, gas) in [(1, 100, 5), (2, 200, 7), (3, 300, 11)] {
            budget.land(B256::with_last_byte(number), u64::from(number), timestamp, gas, Vec::new());
        }
        budget.reorg(2);
        assert_eq!(budget.sum(), 12);
        budget.advance(100 + WINDOW - 1);
        assert_eq!(budget.sum(), 12);
        budget.advance(100 + WINDOW);
        assert_eq!(budget.sum(), 7);
    }

    #[test]
    fn a_transaction_counts_once() {
        let mut budget = Budget::default();
        budget.land(B256::ZERO, 1, 100, 5, Vec::new());
        let (planned, other) = (B256::repeat_byte(1), B256::repeat_byte(2));
        budget.land(planned, 2, 200, 1_000, Vec::new());
        budget.land(other, 2, 200, 70, Vec::new());
        budget.land(planned, 2, 200, 600, Vec::new());
        assert_eq!(budget.sum(), 5 + 70 + 600);
        budget.reorg(1);
        assert_eq!(budget.sum(), 5);
    }

    #[test]
    fn what_was_for_whom_is_known_of_what_landed_only() {
        let mut budget = Budget::default();
        let tx = B256::repeat_byte(1);
        budget.land(tx, 1, 100, 100, vec![(901, 75), (903, 25)]);
        budget.land(B256::repeat_byte(2), 2, 200, 10, vec![(901, 10)]);
        assert_eq!([901, 903, 904].map(|source| budget.sum_of(source)), [85, 25, 0]);
        // The receipt says what it took, and not for whom.
        budget.land(tx, 1, 100, 50, Vec::new());
        assert_eq!([901, 903].map(|source| budget.sum_of(source)), [48, 13]);
        budget.reorg(1);
        assert_eq!(budget.sum_of(901), 38);
        budget.advance(100 + WINDOW);
        assert_eq!([901, 903].map(|source| budget.sum_of(source)), [0, 0]);
    }
}
