use std::collections::VecDeque;

/// What counts, in seconds.
const WINDOW: u64 = 3_600;

/// The gas of what landed in the past hour, by the time of blocks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Budget {
    landed: VecDeque<Landed>,
    sum: u64,
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
    pub(crate) fn add(&mut self, block_number: u64, timestamp: u64, gas: u64) {
        self.landed.push_back(Landed { block_number, timestamp, gas });
        self.sum = self.sum.saturating_add(gas);
    }

    /// What lies longer than an hour back does not count any more.
    pub(crate) fn advance(&mut self, now: u64) {
        self.keep(|landed| landed.timestamp.saturating_add(WINDOW) > now);
    }

    /// The blocks above this one are no more.
    pub(crate) fn reorg(&mut self, ancestor: u64) {
        self.keep(|landed| landed.block_number <= ancestor);
    }

    fn keep(&mut self, counts: impl Fn(&Landed) -> bool) {
        self.landed.retain(counts);
        self.sum = self.landed.iter().fold(0, |sum, landed| sum.saturating_add(landed.gas));
    }

    pub(crate) const fn sum(&self) -> u64 {
        self.sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_counts_and_void_blocks_do_not() {
        let mut budget = Budget::default();
        budget.add(1, 100, 5);
        budget.add(2, 200, 7);
        budget.add(3, 300, 11);
        budget.reorg(2);
        assert_eq!(budget.sum(), 12);
        budget.advance(100 + WINDOW - 1);
        assert_eq!(budget.sum(), 12);
        budget.advance(100 + WINDOW);
        assert_eq!(budget.sum(), 7);
    }
}
