//! What memory the index takes over a day of two chains with blocks of one second, pruned as it grows.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use alloy_primitives::{Address, B256, U256};
use causeway_verifier::{Change, Header, IndexedBlock, LogIndex};
use std::{sync::Arc, time::Instant};

const CHAINS: [u64; 2] = [901, 902];
/// A day of blocks of one second.
const BLOCKS: u64 = 86_400;
const LOGS: u64 = 20;
/// Blocks that stay when a chain is pruned.
const KEPT: u64 = 20_000;
/// Blocks of one commit. One each, as they come, would measure the disk's `fsync`.
const BATCH: u64 = 50;

fn block(number: u64) -> IndexedBlock {
    let hash = |number: u64| B256::from(U256::from(number + 1));
    let (hash, parent_hash) = (hash(number), hash(number.saturating_sub(1)));
    let mut block = IndexedBlock::new(Header { number, hash, parent_hash, timestamp: number });
    for log in 0..LOGS {
        let data = (number * LOGS + log).to_be_bytes();
        block.push_log(Address::repeat_byte(1), &[B256::repeat_byte(2)], &data).expect("the log decodes");
    }
    block
}

/// Memory that the process holds, in MiB.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kibibytes.unwrap_or(f64::NAN) / 1024.0
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let index = LogIndex::open(&folder.path().join("index.redb")).expect("a new index");
    let started = Instant::now();
    println!("{} chains, {BLOCKS} blocks each, {LOGS} logs a block, {KEPT} blocks kept", CHAINS.len());
    println!("| hours | resident, MiB | disk, MiB |");
    // As a server holds it.
    let mut view = Arc::new(index.snapshot().expect("a snapshot"));
    for first in (0..BLOCKS).step_by(BATCH as usize) {
        let append = |number| CHAINS.map(|id| (U256::from(id), Change::Append(block(number))));
        let mut changes: Vec<_> = (first..first + BATCH).flat_map(append).collect();
        let keep_from = (first + BATCH).saturating_sub(KEPT);
        changes.extend(CHAINS.map(|id| (U256::from(id), Change::Prune { first: keep_from })));
        index.apply(&changes).expect("they are applied");
        view = Arc::new(index.snapshot().expect("a snapshot"));
        let done = first + BATCH;
        if done.is_multiple_of(BLOCKS / 12) {
            let disk = index.disk_bytes().expect("the file is there") as f64 / f64::from(1 << 20);
            println!("| {} | {:.1} | {disk:.1} |", done / 3600, resident());
        }
    }
    println!("{} chains are known at the end, after {:.1?}", view.chains().count(), started.elapsed());
}
