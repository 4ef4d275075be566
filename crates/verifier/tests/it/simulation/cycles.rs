//! Cycles among messages of one second, found by walking.

use super::node::Sealed;
use alloy_primitives::U256;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Blocks of one second, by chain.
pub(super) type Together = BTreeMap<U256, Arc<Sealed>>;

/// The chain and the log index of an executing message.
type Place = (U256, u32);

/// What a search for cycles finds.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Chains with a message that depends on itself.
    pub(super) in_cycle: BTreeSet<U256>,
    /// Chains with a message that a message of a cycle depends on.
    pub(super) below_cycle: BTreeSet<U256>,
}

/// Searches the messages of blocks of one second.
pub(super) fn search(blocks: &Together) -> Found {
    let nodes = nodes(blocks);
    let mut found = Found::default();
    for start in nodes.keys() {
        let reached = reachable(&nodes, *start);
        if reached.contains(start) {
            found.in_cycle.insert(start.0);
            found.below_cycle.extend(reached.iter().map(|(chain_id, _)| *chain_id));
        }
    }
    found.below_cycle.retain(|chain_id| !found.in_cycle.contains(chain_id));
    found
}

/// Every message that is executed in its own second, and what it depends on.
fn nodes(blocks: &Together) -> BTreeMap<Place, Vec<Place>> {
    let of_now = |block: &Sealed| -> Vec<(u32, U256, u32)> {
        let now = block.timestamp();
        let all = block.executing.iter().filter(|(_, message)| message.identifier.timestamp == now);
        all.map(|(at, message)| (*at, message.identifier.chain_id, message.identifier.log_index)).collect()
    };
    let last = |chain_id: U256, fits: &dyn Fn(u32) -> bool| -> Option<Place> {
        let block = blocks.get(&chain_id)?;
        let indices = of_now(block).into_iter().map(|(at, ..)| at).filter(|at| fits(*at));
        Some((chain_id, indices.max()?))
    };
    let mut nodes = BTreeMap::new();
    for (chain_id, block) in blocks {
        for (at, source, target) in of_now(block) {
            let before = last(*chain_id, &|index| index < at);
            let there = last(source, &|index| index <= target);
            nodes.insert((*chain_id, at), before.into_iter().chain(there).collect());
        }
    }
    nodes
}

/// Everything that can be reached in one step or more.
fn reachable(nodes: &BTreeMap<Place, Vec<Place>>, start: Place) -> BTreeSet<Place> {
    let mut reached = BTreeSet::new();
    let mut pending = nodes[&start].clone();
    while let Some(place) = pending.pop() {
        if reached.insert(place) {
            pending.extend(nodes.get(&place).into_iter().flatten());
        }
    }
    reached
}
