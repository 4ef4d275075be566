//! Who is given ether, and how much.

use std::collections::BTreeSet;

use alloy::primitives::{Address, U256};

/// When signers are given ether, and how much. In wei, and for each chain by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TopUpLimits {
    /// A signer that has less is given some.
    pub below: U256,
    /// It then has this; at least [`Self::below`].
    pub to: U256,
    /// All signers together are not given more within 24 hours.
    pub max_per_day: U256,
}

/// What there is to know about one chain.
#[derive(Clone, Debug)]
pub(crate) struct Books {
    /// The signers, with what they have.
    pub(crate) signers: Vec<(Address, U256)>,
    /// Those to whom something is on its way, by whomever.
    pub(crate) served: BTreeSet<Address>,
    /// What was given in the past day, or may be still.
    pub(crate) spent: U256,
    /// What the funding account has.
    pub(crate) purse: U256,
    /// The most that a transfer costs.
    pub(crate) cost: U256,
}

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// Nobody needs anything that is not on its way.
    Nothing,
    /// This one is given so much.
    Give { signer: Address, amount: U256 },
    /// This one would be, and the cap of the day is reached.
    Capped { signer: Address },
    /// This one would be, and the funding account has too little.
    Unfunded { signer: Address },
}

impl TopUpLimits {
    /// Whom something would be given to: the poorest that has too little and that nothing is on its way to.
    pub(crate) fn poorest(
        &self,
        signers: &[(Address, U256)],
        served: &BTreeSet<Address>,
    ) -> Option<(Address, U256)> {
        let is_poor = |(signer, has): &&(Address, U256)| *has < self.below && !served.contains(signer);
        signers.iter().filter(is_poor).min_by_key(|(signer, has)| (*has, *signer)).copied()
    }

    /// What comes next: the poorest signer first. Never more than the cap leaves, and than the account has beside the cost of
    /// the transfer; and nothing that would cost more than arrives.
    pub(crate) fn decide(&self, books: &Books) -> Decision {
        let Some((signer, has)) = self.poorest(&books.signers, &books.served) else {
            return Decision::Nothing;
        };
        let wanted = self.to.saturating_sub(has);
        let (allowed, affordable) =
            (self.max_per_day.saturating_sub(books.spent), books.purse.saturating_sub(books.cost));
        let least = wanted.min(books.cost.max(U256::from(1)));
        if allowed < least {
            return Decision::Capped { signer };
        }
        if affordable < least {
            return Decision::Unfunded { signer };
        }
        Decision::Give { signer, amount: wanted.min(allowed).min(affordable) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: Address = Address::repeat_byte(0xa);
    const B: Address = Address::repeat_byte(0xb);

    fn wei(amount: u64) -> U256 {
        U256::from(amount)
    }

    fn limits() -> TopUpLimits {
        TopUpLimits { below: wei(100), to: wei(500), max_per_day: wei(1_000) }
    }

    fn books(a: u64, b: u64) -> Books {
        Books {
            signers: vec![(A, wei(a)), (B, wei(b))],
            served: BTreeSet::new(),
            spent: wei(0),
            purse: wei(10_000),
            cost: wei(10),
        }
    }

    fn give(signer: Address, amount: u64) -> Decision {
        Decision::Give { signer, amount: wei(amount) }
    }

    #[test]
    fn the_poorest_is_given_the_difference() {
        assert_eq!(limits().decide(&books(100, 100)), Decision::Nothing, "not below");
        assert_eq!(limits().decide(&books(99, 100)), give(A, 401));
        assert_eq!(limits().decide(&books(99, 7)), give(B, 493));
        assert_eq!(limits().decide(&books(0, 0)), give(A, 500));
    }

    #[test]
    fn nobody_is_served_twice() {
        let served = |served: &[Address]| Books { served: served.iter().copied().collect(), ..books(1, 2) };
        assert_eq!(limits().decide(&served(&[A])), give(B, 498));
        assert_eq!(limits().decide(&served(&[A, B])), Decision::Nothing);
    }

    #[test]
    fn the_cap_is_never_passed() {
        let spent = |spent: u64| limits().decide(&Books { spent: wei(spent), ..books(0, 200) });
        assert_eq!(spent(500), give(A, 500));
        assert_eq!(spent(700), give(A, 300));
        assert_eq!(spent(990), give(A, 10));
        assert_eq!(spent(991), Decision::Capped { signer: A }, "the transfer would cost more");
        assert_eq!(spent(1_000), Decision::Capped { signer: A });
        assert_eq!(spent(5_000), Decision::Capped { signer: A });
    }

    #[test]
    fn the_account_keeps_what_the_transfer_costs() {
        let purse = |purse: u64| limits().decide(&Books { purse: wei(purse), ..books(0, 200) });
        assert_eq!(purse(510), give(A, 500));
        assert_eq!(purse(509), give(A, 499));
        assert_eq!(purse(20), give(A, 10));
        assert_eq!(purse(19), Decision::Unfunded { signer: A });
        assert_eq!(purse(0), Decision::Unfunded { signer: A });
        // Where gas costs nothing an empty account gives nothing either.
        let free = Books { cost: wei(0), purse: wei(0), ..books(0, 200) };
        assert_eq!(limits().decide(&free), Decision::Unfunded { signer: A });
    }

    /// Whatever the numbers are: not more than the cap, the purse, and the difference.
    #[test]
    fn no_numbers_give_too_much() {
        let numbers = [0, 1, 9, 10, 11, 99, 100, 101, 499, 500, 999, 1_000, u64::MAX];
        for spent in numbers {
            for purse in numbers {
                for has in numbers {
                    let books = Books { spent: wei(spent), purse: wei(purse), ..books(has, 200) };
                    let Decision::Give { amount, .. } = limits().decide(&books) else { continue };
                    assert!(amount > U256::ZERO && has < 100 && amount + wei(has) <= wei(500), "{books:?}");
                    assert!(amount + wei(spent) <= wei(1_000) && amount + wei(10) <= wei(purse), "{books:?}");
                }
            }
        }
    }
}
