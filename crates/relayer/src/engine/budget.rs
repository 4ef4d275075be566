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
    /// It was said that the cap is reached.
    pub(crate) is_told: bool,
}

#[derive(Clone, Copy, Debug)]
struct Landed {
    block_number: u64,
    timestamp: u64,
    gas: u64,
}

impl Budget {
    /// A transaction is in a block. What is said of it later, with its receipt, counts instead.
    pub(crate) fn land(&mut self, tx_hash: B256, block_number: u64, timestamp: u64, gas: u64) {
        self.forget(tx_hash);
        self.landed.insert(tx_hash, Landed { block_number, timestamp, gas });
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

    fn forget(&mut self, tx_hash: B256) {
        if let Some(Landed { timestamp, gas, .. }) = self.landed.remove(&tx_hash) {
            self.by_time.remove(&(timestamp, tx_hash));
            self.sum -= u128::from(gas);
        }
    }

    pub(crate) fn sum(&self) -> u64 {
        u64::try_from(self.sum).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_counts_and_void_blocks_do_not() {
        let mut budget = Budget::default();
        for (number, timestamp, gas) in [(1, 100, 5), (2, 200, 7), (3, 300, 11)] {
            budget.land(B256::with_last_byte(number), u64::from(number), timestamp, gas);
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
        budget.land(B256::ZERO, 1, 100, 5);
        let (planned, other) = (B256::repeat_byte(1), B256::repeat_byte(2));
        budget.land(planned, 2, 200, 1_000);
        budget.land(other, 2, 200, 70);
        budget.land(planned, 2, 200, 600);
        assert_eq!(budget.sum(), 5 + 70 + 600);
        budget.reorg(1);
        assert_eq!(budget.sum(), 5);
    }
}
