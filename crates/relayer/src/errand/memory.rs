use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::{Address, U256};

use super::{Gaps, Pace, Strangers};

/// For how many blocks nothing is looked at of a route when all that expired was: with a backlog each look reads much.
const REST: u64 = 16;

/// What is remembered from one round of errands on a chain to the next. Nothing hangs on it.
#[derive(Debug, Default)]
pub(crate) struct Memory {
    pub(crate) pace: Pace,
    pub(crate) gaps: Gaps,
    pub(crate) strangers: Strangers,
    /// The nonces of accounts that are none any more of which was told that something is open.
    pub(crate) left: BTreeSet<(Address, u64)>,
    /// What was told last of what cannot be given.
    pub(crate) held: Option<Held>,
    /// Signers of whom was told that they take nothing.
    pub(crate) refusing: BTreeSet<Address>,
    pub(crate) resending: ResendMemory,
}

/// The same of what is sent again.
#[derive(Debug, Default)]
pub(crate) struct ResendMemory {
    /// The last message of each route that was looked at, by its place.
    pub(crate) cursors: BTreeMap<u64, u64>,
    /// Up to which block nothing is looked at of a route.
    rests: BTreeMap<u64, u64>,
    /// The destination whose turn was last.
    served: Option<u64>,
    /// What was told last of what is not sent again.
    pub(crate) held: Option<ResendHeld>,
}

impl ResendMemory {
    /// The destinations in the order in which they have their turns: the one after the last that was served comes first. All of
    /// them share a cap, and one with a backlog would use it up for the others.
    pub(crate) fn turns(&self, destinations: impl Iterator<Item = u64>) -> Vec<u64> {
        let mut turns: Vec<_> = destinations.collect();
        turns.sort_unstable_by_key(|destination| (Some(*destination) <= self.served, *destination));
        turns
    }

    /// It was the turn of this destination, whatever came of it: one whose node is away, or whose messages are too large for what is
    /// left of the cap, is no obstacle to the others.
    pub(crate) const fn served(&mut self, destination: u64) {
        self.served = Some(destination);
    }

    /// All that expired on a route was looked at: it begins anew after a while.
    pub(crate) fn rest(&mut self, destination: u64, head: u64) {
        self.cursors.remove(&destination);
        self.rests.insert(destination, head.saturating_add(REST));
    }

    /// Whether nothing is looked at now of a route. A chain that went back does not rest for what it was.
    pub(crate) fn rests(&self, destination: u64, head: u64) -> bool {
        self.rests.get(&destination).is_some_and(|until| head < *until && head.saturating_add(REST) >= *until)
    }
}

/// Why nothing is sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResendHeld {
    /// With what was spent: more or less of it is news.
    Capped {
        spent: U256,
    },
    Unfunded,
    Impossible,
}

/// Why a signer is not given what it needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Held {
    /// With what was spent: more or less of it is news.
    Capped {
        spent: U256,
    },
    Unfunded,
    /// Nobody is there who signs for the funding account.
    Unsigned,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations_take_turns() {
        let mut memory = ResendMemory::default();
        let turns = |memory: &ResendMemory| memory.turns([903, 902, 904].into_iter());
        assert_eq!(turns(&memory), [902, 903, 904]);
        for (served, expected) in
            [(902, [903, 904, 902]), (903, [904, 902, 903]), (904, [902, 903, 904]), (1, [902, 903, 904])]
        {
            memory.served(served);
            assert_eq!(turns(&memory), expected, "after {served}");
        }
    }

    #[test]
    fn a_route_that_was_looked_at_rests_for_itself() {
        let mut memory = ResendMemory::default();
        memory.cursors.insert(902, 7);
        memory.rest(902, 100);
        assert!(memory.cursors.is_empty(), "then all is looked at again");
        assert!(memory.rests(902, 100) && memory.rests(902, 115) && !memory.rests(902, 116));
        assert!(!memory.rests(903, 101), "another route");
        assert!(!memory.rests(902, 50), "the chain went back");
    }
}
