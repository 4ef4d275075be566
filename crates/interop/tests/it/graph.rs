use std::collections::{BTreeMap, BTreeSet};

use alloy_primitives::U256;
use causeway_interop::graph::{Block, Fall, Link, cycle_chains, fallen};
use proptest::{collection::vec, prelude::*};

use crate::vectors::{CycleChains, CycleMessage, VECTORS};

fn id(chain: u64) -> U256 {
    U256::from(chain)
}

/// Puts messages into one block per chain and timestamp.
fn blocks(messages: &[CycleMessage]) -> Vec<Block> {
    let mut blocks: BTreeMap<(u64, u64), Block> = BTreeMap::new();
    for (chain, log_index, timestamp, source_chain, source_log_index, source_timestamp) in messages {
        let block = blocks.entry((*chain, *timestamp)).or_insert_with(|| Block {
            chain_id: id(*chain),
            timestamp: *timestamp,
            ..Block::default()
        });
        block.messages.push(Link {
            log_index: *log_index,
            source_chain: id(*source_chain),
            source_timestamp: *source_timestamp,
            source_log_index: *source_log_index,
        });
    }
    blocks.into_values().collect()
}

#[test]
fn cycles_match_the_vectors() {
    let cases = &VECTORS.cycle_detection.cases;
    assert!(!cases.is_empty());
    for case in cases {
        let mut messages = case.ems.clone();
        for _ in 0..2 {
            let chains = cycle_chains(case.timestamp, &blocks(&messages));
            match &case.expected_cycle_chains {
                CycleChains::These(expected) => {
                    assert_eq!(chains, expected.iter().copied().map(id).collect(), "{}", case.name);
                }
                CycleChains::Some(what) => {
                    assert_eq!(what, "non-empty");
                    assert!(!chains.is_empty(), "{}", case.name);
                }
            }
            // The order in which messages are given is no matter.
            messages.reverse();
        }
    }
}

#[test]
fn what_depends_on_a_cycle_falls_with_it() {
    let blocks = blocks(&[(1, 0, 2, 2, 0, 2), (2, 0, 2, 1, 0, 2), (3, 0, 2, 1, 0, 2), (4, 0, 2, 5, 0, 2)]);
    assert_eq!(cycle_chains(2, &blocks), BTreeSet::from([id(1), id(2)]));
    let expected = [(id(1), Fall::Cycle), (id(2), Fall::Cycle), (id(3), Fall::DependsOn { chain_id: id(1) })];
    assert_eq!(fallen(2, &blocks), BTreeMap::from(expected));
}

#[test]
fn what_a_cycle_depends_on_falls_as_in_the_reference() {
    // 1 and 2 are a cycle, and 1's first message points at what comes after a message of 3.
    let blocks = blocks(&[(1, 0, 2, 3, 5, 2), (1, 1, 2, 2, 0, 2), (2, 0, 2, 1, 1, 2), (3, 4, 2, 9, 0, 2)]);
    assert_eq!(cycle_chains(2, &blocks), [1, 2, 3].map(id).into());
}

#[test]
fn message_that_executes_itself_is_a_cycle() {
    assert_eq!(cycle_chains(2, &blocks(&[(1, 3, 2, 1, 3, 2)])), [id(1)].into());
    assert_eq!(cycle_chains(2, &blocks(&[(1, 3, 2, 1, 9, 2)])), [id(1)].into());
    assert!(cycle_chains(2, &blocks(&[(1, 3, 2, 1, 2, 2)])).is_empty());
}

#[test]
fn dependents_fall_down_the_line() {
    let mut blocks =
        blocks(&[(1, 0, 2, 9, 0, 1), (2, 1, 2, 1, 3, 2), (3, 1, 2, 2, 3, 2), (4, 1, 2, 1, 3, 1)]);
    assert!(fallen(2, &blocks).is_empty());

    blocks[0].invalid = true;
    let expected = BTreeMap::from([
        (id(1), Fall::Invalid),
        (id(2), Fall::DependsOn { chain_id: id(1) }),
        (id(3), Fall::DependsOn { chain_id: id(2) }),
    ]);
    assert_eq!(fallen(2, &blocks), expected);

    // The log that 2 depends on is a deposit's: the replacement of 1 has it again.
    blocks[0].deposit_logs = 4;
    assert_eq!(fallen(2, &blocks), BTreeMap::from([(id(1), Fall::Invalid)]));
    blocks[0].deposit_logs = 3;
    assert_eq!(fallen(2, &blocks), expected);
}

#[test]
fn reasons_have_names() {
    let falls = [Fall::Invalid, Fall::Cycle, Fall::DependsOn { chain_id: id(901) }];
    assert_eq!(falls.map(|fall| fall.code()), ["invalid-message", "cyclic-dependency", "invalid-dependency"]);
    assert_eq!(falls[2].to_string(), "the block of chain 901 that it depends on falls");
}

#[test]
fn long_chains_of_dependencies_are_no_burden() {
    const LENGTH: u64 = 100_000;
    let mut messages: Vec<CycleMessage> = (0..LENGTH).map(|chain| (chain, 0, 2, chain + 1, 0, 2)).collect();
    assert!(cycle_chains(2, &blocks(&messages)).is_empty());
    messages.push((LENGTH, 0, 2, 0, 0, 2));
    assert_eq!(cycle_chains(2, &blocks(&messages)).len() as u64, LENGTH + 1);
}

/// Who depends on whom, node by node, with nothing clever.
fn naive_edges(timestamp: u64, blocks: &[Block]) -> (Vec<(U256, Link)>, Vec<Vec<bool>>) {
    let mut nodes = vec![];
    for block in blocks.iter().filter(|block| block.timestamp == timestamp) {
        for link in block.messages.iter().filter(|link| link.source_timestamp == timestamp) {
            nodes.push((block.chain_id, *link));
        }
    }
    // The last node of a chain whose log index passes the test.
    let last = |chain: U256, test: &dyn Fn(u32) -> bool| {
        (0..nodes.len())
            .filter(|at| nodes[*at].0 == chain && test(nodes[*at].1.log_index))
            .max_by_key(|at| nodes[*at].1.log_index)
    };
    let mut edges = vec![vec![false; nodes.len()]; nodes.len()];
    for (from, (chain, link)) in nodes.iter().enumerate() {
        let previous = last(*chain, &|index| index < link.log_index);
        let source = last(link.source_chain, &|index| index <= link.source_log_index);
        for to in previous.into_iter().chain(source) {
            edges[from][to] = true;
        }
    }
    (nodes, edges)
}

/// A node remains when it is on a cycle or a node on a cycle depends on it, directly or not.
fn naive_cycle_chains(timestamp: u64, blocks: &[Block]) -> BTreeSet<U256> {
    let (nodes, mut reach) = naive_edges(timestamp, blocks);
    for via in 0..nodes.len() {
        for from in 0..nodes.len() {
            for to in 0..nodes.len() {
                reach[from][to] |= reach[from][via] && reach[via][to];
            }
        }
    }
    let on_cycle: Vec<usize> = (0..nodes.len()).filter(|at| reach[*at][*at]).collect();
    let remains = |at: &usize| on_cycle.iter().any(|node| reach[*node][*at]);
    (0..nodes.len()).filter(remains).map(|at| nodes[at].0).collect()
}

/// Lets blocks fall until no more do.
fn naive_fallen(timestamp: u64, blocks: &[Block]) -> BTreeSet<U256> {
    let mut fallen = naive_cycle_chains(timestamp, blocks);
    loop {
        let before = fallen.len();
        for block in blocks.iter().filter(|block| block.timestamp == timestamp) {
            let orphaned = block.messages.iter().any(|link| {
                let source = blocks.iter().find(|block| block.chain_id == link.source_chain);
                link.source_timestamp == timestamp
                    && fallen.contains(&link.source_chain)
                    && source.is_some_and(|source| link.source_log_index >= source.deposit_logs)
            });
            if block.invalid || orphaned {
                fallen.insert(block.chain_id);
            }
        }
        if fallen.len() == before {
            return fallen;
        }
    }
}

/// Up to five chains with a block each, few log indices, so that cycles are common.
fn arbitrary_blocks() -> impl Strategy<Value = Vec<Block>> {
    let link = (0..6u32, 0..6u64, 0..6u32, prop::bool::weighted(0.8));
    let block = (vec(link, 0..4), 0..3u32, prop::bool::weighted(0.1), prop::bool::weighted(0.9));
    vec(block, 0..5).prop_map(|blocks| {
        let make = |(chain, (links, deposit_logs, invalid, now)): (usize, (Vec<_>, u32, bool, bool))| {
            let mut messages: Vec<Link> = vec![];
            for (log_index, source, source_log_index, same) in links {
                if messages.iter().all(|link| link.log_index != log_index) {
                    let source_timestamp = if same { 10 } else { 9 };
                    let source_chain = id(source);
                    messages.push(Link { log_index, source_chain, source_timestamp, source_log_index });
                }
            }
            let timestamp = if now { 10 } else { 9 };
            Block { chain_id: id(chain as u64), timestamp, invalid, deposit_logs, messages }
        };
        blocks.into_iter().enumerate().map(make).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn cycles_are_those_of_the_naive_model(blocks in arbitrary_blocks()) {
        prop_assert_eq!(cycle_chains(10, &blocks), naive_cycle_chains(10, &blocks));
    }

    #[test]
    fn blocks_fall_as_in_the_naive_model(blocks in arbitrary_blocks()) {
        let fallen = fallen(10, &blocks);
        prop_assert_eq!(fallen.keys().copied().collect::<BTreeSet<_>>(), naive_fallen(10, &blocks));
        for (chain, fall) in &fallen {
            let block = blocks.iter().find(|block| block.chain_id == *chain);
            prop_assert!(block.is_some_and(|block| (*fall == Fall::Invalid) == block.invalid));
            if let Fall::DependsOn { chain_id } = fall {
                prop_assert!(fallen.contains_key(chain_id));
            }
        }
    }

    #[test]
    fn without_the_fallen_nothing_falls(blocks in arbitrary_blocks()) {
        let gone = fallen(10, &blocks);
        // What stays may point at logs of deposits in the blocks that fell; those exist again.
        let rest: Vec<Block> = blocks.into_iter().filter(|block| !gone.contains_key(&block.chain_id)).collect();
        prop_assert!(fallen(10, &rest).is_empty());
    }
}
