//! Whether all messages of this chain were told of: its messenger numbers them, one by one.

use alloy::primitives::U256;

/// The bits of a nonce that count; those above are its version.
const COUNTING: usize = 240;

/// Where the messages of a chain have got to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbering {
    highest: Option<U256>,
    /// Two that follow each other were seen: the highest is no old one that was sent again.
    sure: bool,
}

/// Messages that were sent, and that nobody told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    pub(super) from: U256,
    pub(super) to: U256,
}

impl Numbering {
    /// Goes on after these, in any order.
    pub(super) fn after(nonces: impl IntoIterator<Item = U256>) -> Self {
        let mut nonces: Vec<U256> = nonces.into_iter().map(number).collect();
        nonces.sort_unstable();
        let sure = nonces.windows(2).any(|pair| pair[0].checked_add(U256::ONE) == Some(pair[1]));
        Self { highest: nonces.last().copied(), sure }
    }

    /// Takes the next message in. Returns what is missing before it. One that is sent again keeps its nonce; before the first
    /// one that is known there may have been any.
    pub(super) fn take(&mut self, nonce: U256) -> Option<Gap> {
        let nonce = number(nonce);
        let Some(next) = self.highest.map(|highest| highest.saturating_add(U256::ONE)) else {
            self.highest = Some(nonce);
            return None;
        };
        if nonce < next {
            return None;
        }
        self.highest = Some(nonce);
        if nonce == next {
            self.sure = true;
            return None;
        }
        self.sure.then(|| Gap { from: next, to: nonce.saturating_sub(U256::ONE) })
    }
}

fn number(nonce: U256) -> U256 {
    nonce & (U256::MAX >> (U256::BITS - COUNTING))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [(u64, u64); 0] = [];

    /// What is missing, as those with these nonces come in this order.
    fn gaps(numbering: &mut Numbering, nonces: &[u64]) -> Vec<(u64, u64)> {
        let gaps = nonces.iter().filter_map(|nonce| numbering.take(U256::from(*nonce)));
        gaps.map(|gap| (gap.from.to(), gap.to.to())).collect()
    }

    #[test]
    fn what_is_left_out_is_noticed_once() {
        let mut numbering = Numbering::default();
        assert_eq!(gaps(&mut numbering, &[7, 8, 9, 11, 12, 20, 21]), [(10, 10), (13, 19)]);
    }

    #[test]
    fn what_is_sent_again_leaves_nothing_out() {
        let mut numbering = Numbering::default();
        assert_eq!(gaps(&mut numbering, &[0, 1, 2, 0, 3, 1, 1, 4]), NONE);
    }

    #[test]
    fn before_the_first_there_may_be_any() {
        assert_eq!(gaps(&mut Numbering::default(), &[100, 101]), NONE);
        // An old one that was sent again, and one that is new.
        assert_eq!(gaps(&mut Numbering::default(), &[5, 100, 101, 103]), [(102, 102)]);
    }

    #[test]
    fn it_goes_on_where_the_store_ended() {
        let stored = |nonces: &[u64]| Numbering::after(nonces.iter().map(|nonce| U256::from(*nonce)));
        assert_eq!(gaps(&mut stored(&[9, 8, 3]), &[10, 12]), [(11, 11)]);
        assert_eq!(gaps(&mut stored(&[9, 8, 3]), &[11]), [(10, 10)]);
        assert_eq!(gaps(&mut stored(&[5]), &[100]), NONE);
        assert_eq!(gaps(&mut stored(&[]), &[100]), NONE);
    }

    #[test]
    fn versions_do_not_count() {
        let versioned = |nonce: u64| (U256::ONE << COUNTING) | U256::from(nonce);
        let mut numbering = Numbering::after([U256::from(1), U256::from(2)]);
        assert_eq!(numbering.take(versioned(3)), None);
        assert_eq!(numbering.take(versioned(5)), Some(Gap { from: U256::from(4), to: U256::from(4) }));
    }

    #[test]
    fn the_largest_number_has_nothing_after_it() {
        let mut numbering = Numbering::after([U256::ZERO, U256::ONE, U256::MAX]);
        assert_eq!(numbering.take(U256::MAX), None);
    }
}
