//! The graph: which blocks fall, against fixpoints with nothing clever.

#![no_main]

use alloy::primitives::U256;
use causeway_interop::graph::{Block, Fall, Link, cycle_chains, fallen};
use libfuzzer_sys::{arbitrary, arbitrary::Arbitrary, fuzz_target};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Arbitrary)]
struct Node {
    chain: u8,
    log_index: u8,
    source_chain: u8,
    source_log_index: u8,
    is_older: bool,
}

#[derive(Debug, Arbitrary)]
struct Case {
    nodes: Vec<Node>,
    invalid: [bool; CHAINS as usize],
    deposit_logs: [u8; CHAINS as usize],
}

const CHAINS: u8 = 6;
const LOGS: u8 = 5;
const NOW: u64 = 10;

fuzz_target!(|case: Case| {
    let blocks = blocks(&case);
    let cycle = naive_cycle(&blocks);
    assert_eq!(cycle_chains(NOW, &blocks), cycle, "{blocks:?}");
    let falls = fallen(NOW, &blocks);
    let expected = naive_fallen(&blocks, &cycle);
    assert_eq!(falls.keys().copied().collect::<BTreeSet<_>>(), expected, "{blocks:?}");
    for (chain_id, fall) in &falls {
        let block = blocks.iter().find(|block| block.chain_id == *chain_id).expect("its block");
        match fall {
            Fall::Invalid => assert!(block.invalid),
            Fall::Cycle => assert!(!block.invalid && cycle.contains(chain_id)),
            Fall::DependsOn { chain_id: source } => {
                assert!(!block.invalid && !cycle.contains(chain_id));
                assert!(depends_on(block, &blocks, &BTreeSet::from([*source])) && expected.contains(source));
            }
        }
    }
    assert!(fallen(NOW + 1, &blocks).is_empty());
});

/// One block per chain, and one message per log.
fn blocks(case: &Case) -> Vec<Block> {
    let mut links: BTreeMap<u8, BTreeMap<u8, Link>> = BTreeMap::new();
    for node in case.nodes.iter().take(40) {
        let link = Link {
            log_index: (node.log_index % LOGS).into(),
            source_chain: U256::from(node.source_chain % CHAINS),
            source_timestamp: if node.is_older { NOW - 1 } else { NOW },
            source_log_index: (node.source_log_index % LOGS).into(),
        };
        links.entry(node.chain % CHAINS).or_default().insert(node.log_index % LOGS, link);
    }
    let block = |(chain, links): (u8, BTreeMap<u8, Link>)| Block {
        chain_id: U256::from(chain),
        timestamp: NOW,
        invalid: case.invalid[usize::from(chain)],
        deposit_logs: (case.deposit_logs[usize::from(chain)] % LOGS).into(),
        messages: links.into_values().collect(),
    };
    links.into_iter().map(block).collect()
}

/// Takes away what no remaining node depends on, until all that remain are depended on.
fn naive_cycle(blocks: &[Block]) -> BTreeSet<U256> {
    let mut nodes: BTreeMap<(U256, u32), &Link> = BTreeMap::new();
    for block in blocks {
        for link in block.messages.iter().filter(|link| link.source_timestamp == NOW) {
            nodes.insert((block.chain_id, link.log_index), link);
        }
    }
    let all: BTreeSet<(U256, u32)> = nodes.keys().copied().collect();
    let last = |chain: U256, end: u32| all.range((chain, 0)..(chain, end)).next_back().copied();
    loop {
        let needed: BTreeSet<_> = nodes
            .iter()
            .flat_map(|((chain, index), link)| {
                [last(*chain, *index), last(link.source_chain, link.source_log_index + 1)]
            })
            .flatten()
            .collect();
        let before = nodes.len();
        nodes.retain(|node, _| needed.contains(node));
        if nodes.len() == before {
            return nodes.into_keys().map(|(chain, _)| chain).collect();
        }
    }
}

fn naive_fallen(blocks: &[Block], cycle: &BTreeSet<U256>) -> BTreeSet<U256> {
    let mut fallen = cycle.clone();
    fallen.extend(blocks.iter().filter(|block| block.invalid).map(|block| block.chain_id));
    loop {
        let next: Vec<U256> = blocks
            .iter()
            .filter(|block| !fallen.contains(&block.chain_id) && depends_on(block, blocks, &fallen))
            .map(|block| block.chain_id)
            .collect();
        if next.is_empty() {
            return fallen;
        }
        fallen.extend(next);
    }
}

/// Whether a block executes a message of one of these chains that goes with its block.
fn depends_on(block: &Block, blocks: &[Block], fallen: &BTreeSet<U256>) -> bool {
    block.messages.iter().filter(|link| link.source_timestamp == NOW).any(|link| {
        let source = blocks.iter().find(|source| source.chain_id == link.source_chain);
        source.is_some_and(|source| {
            fallen.contains(&source.chain_id) && link.source_log_index >= source.deposit_logs
        })
    })
}
