//! Which blocks fall when blocks of one timestamp depend on each other.
//!
//! A block may execute messages of the very second in which it is built, so blocks of one timestamp can
//! depend on each other, and even in a circle. A circle is invalid, and what depends on an invalid block is
//! invalid with it. Specs: "Messaging", sections "Message Graph" and "Intra-block messaging:
//! cycles"; "Derivation", section "Replacing Invalid Blocks".

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use alloy_primitives::U256;

use crate::Identifier;

/// A block and the messages that it executes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// Its chain.
    pub chain_id: U256,
    /// Its timestamp, in seconds.
    pub timestamp: u64,
    /// Whether the rules found one of its messages invalid.
    pub invalid: bool,
    /// How many logs its deposit transactions emitted.
    ///
    /// They come first in a block, and the block that replaces an invalid one has them again; so messages
    /// that these logs initiated outlive their block.
    pub deposit_logs: u32,
    /// The messages that it executes, in any order.
    pub messages: Vec<Link>,
}

/// An executing message and the log that it points at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Link {
    /// The index of the executing message within its own block.
    pub log_index: u32,
    /// The chain of the initiating message.
    pub source_chain: U256,
    /// The timestamp of the initiating message, in seconds.
    pub source_timestamp: u64,
    /// The index of the initiating message within its block.
    pub source_log_index: u32,
}

impl Link {
    /// Makes the link of an executing message at that index.
    pub const fn new(log_index: u32, identifier: &Identifier) -> Self {
        Self {
            log_index,
            source_chain: identifier.chain_id,
            source_timestamp: identifier.timestamp,
            source_log_index: identifier.log_index,
        }
    }
}

/// Why a block falls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fall {
    /// One of its messages is invalid by itself.
    Invalid,
    /// Its messages are part of a cycle, or a cycle depends on them.
    Cycle,
    /// It executes a message of a block that falls.
    DependsOn {
        /// The chain of that block.
        chain_id: U256,
    },
}

impl Fall {
    /// Returns the stable name of the reason.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Invalid => "invalid-message",
            Self::Cycle => "cyclic-dependency",
            Self::DependsOn { .. } => "invalid-dependency",
        }
    }
}

impl fmt::Display for Fall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid => f.write_str("a message is invalid"),
            Self::Cycle => f.write_str("messages of the same timestamp depend on each other in a cycle"),
            Self::DependsOn { chain_id } => {
                write!(f, "the block of chain {chain_id} that it depends on falls")
            }
        }
    }
}

/// Returns the chains whose blocks of this timestamp fall, and why.
///
/// Each has to be replaced by a block with its deposits only; the others stand. Blocks of other timestamps
/// play no part: whatever those did is settled before.
pub fn fallen(timestamp: u64, blocks: &[Block]) -> BTreeMap<U256, Fall> {
    let mut fallen = BTreeMap::new();
    for chain_id in cycle_chains(timestamp, blocks) {
        fallen.insert(chain_id, Fall::Cycle);
    }
    let mut deposit_logs = BTreeMap::new();
    let mut dependents: BTreeMap<U256, Vec<(U256, u32)>> = BTreeMap::new();
    for block in blocks.iter().filter(|block| block.timestamp == timestamp) {
        deposit_logs.insert(block.chain_id, block.deposit_logs);
        if block.invalid {
            fallen.insert(block.chain_id, Fall::Invalid);
        }
        for link in block.messages.iter().filter(|link| link.source_timestamp == timestamp) {
            dependents.entry(link.source_chain).or_default().push((block.chain_id, link.source_log_index));
        }
    }

    let mut pending: Vec<U256> = fallen.keys().copied().collect();
    while let Some(chain_id) = pending.pop() {
        let survivors = deposit_logs.get(&chain_id).copied().unwrap_or_default();
        for (dependent, log_index) in dependents.get(&chain_id).into_iter().flatten() {
            if *log_index >= survivors && !fallen.contains_key(dependent) {
                fallen.insert(*dependent, Fall::DependsOn { chain_id });
                pending.push(*dependent);
            }
        }
    }
    fallen
}

/// Returns the chains with messages in a cycle of this timestamp.
///
/// The nodes are the executing messages of this timestamp that point at messages of this timestamp. Each
/// depends on the one before it in its own block, and on the last one of the source block that is not after
/// the log it points at. Messages that nothing depends on are taken away until there are none; the chains of
/// those that remain are returned. So a chain that merely depends on a cycle is not among them ([`fallen`]
/// adds it), but one that a cycle depends on is.
pub fn cycle_chains(timestamp: u64, blocks: &[Block]) -> BTreeSet<U256> {
    let mut nodes: Vec<(U256, &Link)> = blocks
        .iter()
        .filter(|block| block.timestamp == timestamp)
        .flat_map(|block| block.messages.iter().map(|link| (block.chain_id, link)))
        .filter(|(_, link)| link.source_timestamp == timestamp)
        .collect();
    nodes.sort_unstable_by_key(|(chain_id, link)| (*chain_id, link.log_index));

    // Sorted like this, the nodes of a chain are neighbours, and a chain's last node up to a log index is the one
    // before the first that is greater.
    let dependencies: Vec<[Option<usize>; 2]> = nodes
        .iter()
        .enumerate()
        .map(|(index, (chain_id, link))| {
            let last_of = |chain: U256, end: usize| {
                let last = end.checked_sub(1)?;
                (nodes.get(last)?.0 == chain).then_some(last)
            };
            let target = (link.source_chain, link.source_log_index);
            let end = nodes.partition_point(|(chain, link)| (*chain, link.log_index) <= target);
            [last_of(*chain_id, index), last_of(link.source_chain, end)]
        })
        .collect();

    let mut dependents = vec![0usize; nodes.len()];
    for dependency in dependencies.iter().flatten().flatten() {
        dependents[*dependency] += 1;
    }
    let mut free: Vec<usize> = (0..nodes.len()).filter(|index| dependents[*index] == 0).collect();
    let mut remaining = vec![true; nodes.len()];
    while let Some(index) = free.pop() {
        remaining[index] = false;
        for dependency in dependencies[index].into_iter().flatten() {
            dependents[dependency] -= 1;
            if dependents[dependency] == 0 {
                free.push(dependency);
            }
        }
    }
    nodes.iter().zip(remaining).filter(|(_, remains)| *remains).map(|((chain_id, _), _)| *chain_id).collect()
}
