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
    /// What was told last of what is not sent again.
    pub(crate) held: Option<ResendHeld>,
}

impl ResendMemory {
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
