use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::U256;

/// How long a message can be executed after it was initiated, in seconds: seven days.
///
/// Specs: "Messaging", section "Message Expiry Invariant".
pub const MESSAGE_EXPIRY_WINDOW: u64 = 604_800;

/// What the rules need to know of a chain in a [`DependencySet`].
///
/// The default is a chain that had interop from its genesis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Member {
    /// The timestamp at which interop activates on the chain, in seconds.
    pub activation: u64,
    /// The time between two blocks of the chain, in seconds; 0 when blocks come on demand.
    pub block_time: u64,
}

impl Member {
    /// Returns whether a block of this timestamp can initiate and execute messages.
    ///
    /// Interop must have been active for a full block, so the activation block can do neither. A chain
    /// that activates at 0 has it from genesis on. Specs: "Derivation", section "Activation Block".
    pub const fn is_active(&self, timestamp: u64) -> bool {
        timestamp.saturating_sub(self.block_time) >= self.activation
    }

    /// Returns the first timestamp that [`is_active`](Self::is_active), if there is one.
    pub const fn active_from(&self) -> Option<u64> {
        match self.activation {
            0 => Some(0),
            activation => activation.checked_add(self.block_time),
        }
    }
}

/// The chains that accept messages of each other, and for how long.
///
/// Every chain accepts its own messages and, unless [`DependencySetBuilder::restrict`] says otherwise, those
/// of all others. Specs: "The Dependency Set" and "Messaging", section "ChainID Invariant".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DependencySet {
    members: BTreeMap<U256, Member>,
    restricted: BTreeMap<U256, BTreeSet<U256>>,
    expiry_window: u64,
    more_to_come: bool,
}

impl DependencySet {
    /// Starts an empty set.
    pub fn builder() -> DependencySetBuilder {
        DependencySetBuilder::default()
    }

    /// Makes the set of chains that all accept each other's messages, with interop from genesis.
    pub fn mesh(chain_ids: impl IntoIterator<Item = U256>) -> Result<Self, DependencySetError> {
        let builder = Self::builder();
        chain_ids.into_iter().fold(builder, |builder, id| builder.chain(id, Member::default())).build()
    }

    /// Returns whether the chain is in the set.
    pub fn contains(&self, chain_id: U256) -> bool {
        self.members.contains_key(&chain_id)
    }

    /// Returns what is known of the chain, if it is in the set.
    pub fn member(&self, chain_id: U256) -> Option<&Member> {
        self.members.get(&chain_id)
    }

    /// Returns the chains in ascending order.
    pub fn members(&self) -> impl ExactSizeIterator<Item = (U256, &Member)> {
        self.members.iter().map(|(chain_id, member)| (*chain_id, member))
    }

    /// Returns whether one chain accepts messages of another; both must be in the set.
    pub fn can_execute(&self, executing_chain: U256, initiating_chain: U256) -> bool {
        if !self.contains(executing_chain) || !self.contains(initiating_chain) {
            return false;
        }
        executing_chain == initiating_chain
            || self.restricted.get(&executing_chain).is_none_or(|sources| sources.contains(&initiating_chain))
    }

    /// Sets whether chains are to join the set whose ids are not known yet.
    ///
    /// Until then a chain that is not in the set may be one of them: claims about it are *not yet known* instead of invalid.
    pub const fn with_more_to_come(mut self, more_to_come: bool) -> Self {
        self.more_to_come = more_to_come;
        self
    }

    /// Returns whether the chain is not in the set, and may yet join it.
    pub fn may_join(&self, chain_id: U256) -> bool {
        self.more_to_come && !self.contains(chain_id)
    }

    /// Returns how long a message can be executed after it was initiated, in seconds.
    pub const fn expiry_window(&self) -> u64 {
        self.expiry_window
    }
}

/// Why chains and settings make no dependency set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DependencySetError {
    /// The set has no chains.
    #[error("a dependency set needs at least one chain")]
    Empty,
    /// A chain was added twice.
    #[error("chain {chain_id} is in the dependency set twice")]
    DuplicateChain {
        /// The chain.
        chain_id: U256,
    },
    /// A restriction names a chain that is not in the set.
    #[error("chain {chain_id} is restricted or accepted but not in the dependency set")]
    UnknownChain {
        /// The chain.
        chain_id: U256,
    },
    /// The expiry window is longer than the protocol's.
    #[error("message expiry window of {actual} seconds exceeds the maximum of {max}")]
    ExpiryWindowTooLong {
        /// The window, in seconds.
        actual: u64,
        /// The longest one, in seconds.
        max: u64,
    },
}

/// Collects what a [`DependencySet`] is made of; [`build`](DependencySetBuilder::build) checks it.
#[derive(Clone, Debug, Default)]
pub struct DependencySetBuilder {
    members: Vec<(U256, Member)>,
    restricted: BTreeMap<U256, BTreeSet<U256>>,
    expiry_window: u64,
}

impl DependencySetBuilder {
    /// Adds a chain.
    pub fn chain(mut self, chain_id: U256, member: Member) -> Self {
        self.members.push((chain_id, member));
        self
    }

    /// Makes a chain accept messages of these chains only, and its own.
    ///
    /// Without a call it accepts those of all; with several calls it accepts what any of them names. A
    /// protocol's set is a full mesh; this is for devnets.
    pub fn restrict(mut self, executing_chain: U256, sources: impl IntoIterator<Item = U256>) -> Self {
        self.restricted.entry(executing_chain).or_default().extend(sources);
        self
    }

    /// Overrides the expiry window, in seconds; 0 means [`MESSAGE_EXPIRY_WINDOW`], and nothing may exceed it.
    pub const fn expiry_window(mut self, seconds: u64) -> Self {
        self.expiry_window = seconds;
        self
    }

    /// Checks everything and makes the set.
    pub fn build(self) -> Result<DependencySet, DependencySetError> {
        let mut members = BTreeMap::new();
        for (chain_id, member) in self.members {
            if members.insert(chain_id, member).is_some() {
                return Err(DependencySetError::DuplicateChain { chain_id });
            }
        }
        if members.is_empty() {
            return Err(DependencySetError::Empty);
        }
        let named = self.restricted.iter().flat_map(|(chain, sources)| std::iter::once(chain).chain(sources));
        for chain_id in named {
            if !members.contains_key(chain_id) {
                return Err(DependencySetError::UnknownChain { chain_id: *chain_id });
            }
        }
        let expiry_window = match self.expiry_window {
            0 => MESSAGE_EXPIRY_WINDOW,
            seconds if seconds <= MESSAGE_EXPIRY_WINDOW => seconds,
            actual => {
                return Err(DependencySetError::ExpiryWindowTooLong { actual, max: MESSAGE_EXPIRY_WINDOW });
            }
        };
        Ok(DependencySet { members, restricted: self.restricted, expiry_window, more_to_come: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: U256 = U256::from_limbs([901, 0, 0, 0]);
    const B: U256 = U256::from_limbs([902, 0, 0, 0]);
    const C: U256 = U256::from_limbs([903, 0, 0, 0]);

    #[test]
    fn activation_block_is_not_active() {
        let member = Member { activation: 10, block_time: 2 };
        assert!(![0, 9, 10, 11].into_iter().any(|timestamp| member.is_active(timestamp)));
        assert!([12, 13, u64::MAX].into_iter().all(|timestamp| member.is_active(timestamp)));
        assert!(Member::default().is_active(0));
        assert!(Member { activation: 0, block_time: 2 }.is_active(1));
        assert!(!Member { activation: u64::MAX, block_time: 1 }.is_active(u64::MAX));
    }

    #[test]
    fn activity_begins_where_it_is_said_to() {
        for member in [(10, 2), (10, 0), (1, 5), (u64::MAX - 1, 1)] {
            let member = Member { activation: member.0, block_time: member.1 };
            let from = member.active_from().unwrap();
            assert!(member.is_active(from) && !member.is_active(from - 1), "{member:?}");
        }
        assert_eq!(Member { activation: 0, block_time: 9 }.active_from(), Some(0));
        assert_eq!(Member { activation: u64::MAX, block_time: 1 }.active_from(), None);
    }

    #[test]
    fn mesh_accepts_all_members_and_nobody_else() {
        let set = DependencySet::mesh([A, B]).unwrap();
        assert!(set.can_execute(A, B) && set.can_execute(B, A) && set.can_execute(A, A));
        assert!(!set.can_execute(A, C) && !set.can_execute(C, A) && !set.can_execute(C, C));
        assert_eq!(set.expiry_window(), MESSAGE_EXPIRY_WINDOW);
        assert_eq!(set.members().map(|(id, _)| id).collect::<Vec<_>>(), [A, B]);
    }

    #[test]
    fn restricted_chain_accepts_named_sources_and_itself() {
        let builder = [A, B, C]
            .into_iter()
            .fold(DependencySet::builder(), |builder, id| builder.chain(id, Member::default()));
        let set = builder.restrict(A, [B]).restrict(C, []).build().unwrap();
        assert!(set.can_execute(A, A) && set.can_execute(A, B) && !set.can_execute(A, C));
        assert!(set.can_execute(B, A) && set.can_execute(B, C));
        assert!(set.can_execute(C, C) && !set.can_execute(C, A));
    }

    #[test]
    fn chains_that_are_not_in_it_may_join_a_set_that_is_not_whole() {
        let set = DependencySet::mesh([A, B]).unwrap();
        assert!(!set.may_join(C));
        let set = set.with_more_to_come(true);
        assert!(set.may_join(C) && !set.may_join(A) && !set.contains(C) && !set.can_execute(A, C));
        assert!(!set.with_more_to_come(false).may_join(C));
    }

    #[test]
    fn mistakes_are_named() {
        let one = || DependencySet::builder().chain(A, Member::default());
        assert_eq!(DependencySet::mesh([]), Err(DependencySetError::Empty));
        assert_eq!(DependencySet::mesh([A, B, A]), Err(DependencySetError::DuplicateChain { chain_id: A }));
        assert_eq!(one().restrict(B, []).build(), Err(DependencySetError::UnknownChain { chain_id: B }));
        assert_eq!(one().restrict(A, [C]).build(), Err(DependencySetError::UnknownChain { chain_id: C }));
        assert_eq!(
            one().expiry_window(604_801).build().unwrap_err().to_string(),
            "message expiry window of 604801 seconds exceeds the maximum of 604800"
        );
        assert_eq!(one().expiry_window(604_800).build().unwrap().expiry_window(), 604_800);
        assert_eq!(one().expiry_window(1).build().unwrap().expiry_window(), 1);
    }
}
