//! How fast an index grows, and how large.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use crate::source::{BLOCKS, LOGS_PER_BLOCK, SOURCE, append, block};
use alloy_primitives::U256;
use causeway_verifier::{Change, IndexOptions, LogIndex};
use std::{path::Path, time::Instant};

/// Blocks of one commit, as backfill writes them.
const BATCH: u64 = 500;
/// Blocks that come one by one.
const LIVE: u64 = 10_000;

/// Opens an index of which the newest blocks take so many bytes of memory, with a cache that holds all others: checks are
/// measured warm.
pub(crate) fn open(path: &Path, recent_bytes: usize) -> LogIndex {
    LogIndex::open_with(path, IndexOptions { cache_bytes: 1 << 30, recent_bytes }).expect("the index")
}

/// Opens an index whose blocks are all read into memory, and says how long it took.
pub(crate) fn open_again(path: &Path) -> LogIndex {
    let started = Instant::now();
    let index = open(path, usize::MAX);
    println!("opened, with all its blocks read into memory, in {:.2?}", started.elapsed());
    index
}

/// Appends all logs in batches.
pub(crate) fn ascending(path: &Path) -> LogIndex {
    let batches = (0..BLOCKS).step_by(BATCH as usize);
    build(
        "appended in batches",
        path,
        BLOCKS,
        batches.map(|first| (first..first + BATCH).map(append).collect()),
    )
}

/// Puts all logs below a first block, in batches with the newest block first.
pub(crate) fn descending(path: &Path) {
    let batches = (1..=BLOCKS / BATCH).rev().map(|batch| {
        let numbers = ((batch - 1) * BATCH..batch * BATCH).rev();
        let change = |number| match number + 1 == BLOCKS {
            true => Change::Append(block(number)),
            false => Change::Prepend(block(number)),
        };
        numbers.map(|number| (SOURCE, change(number))).collect()
    });
    build("backfilled from the newest", path, BLOCKS, batches);
}

/// Appends blocks in a commit each.
pub(crate) fn block_by_block(path: &Path) {
    build("appended block by block", path, LIVE, (0..LIVE).map(|number| vec![append(number)]));
}

fn build(
    name: &str,
    path: &Path,
    blocks: u64,
    commits: impl Iterator<Item = Vec<(U256, Change)>>,
) -> LogIndex {
    let index = open(path, usize::MAX);
    let started = Instant::now();
    for changes in commits {
        index.apply(&changes).expect("they are applied");
    }
    let (logs, seconds) = (blocks * LOGS_PER_BLOCK, started.elapsed().as_secs_f64());
    println!(
        "{name}: {logs} logs, hashed and durable, in {seconds:.2} s: {:.0} logs/s",
        logs as f64 / seconds
    );
    print_disk(&index, logs);
    index
}

/// Compacts the index.
pub(crate) fn compact(index: &mut LogIndex) {
    let started = Instant::now();
    index.compact().expect("it is compacted");
    println!("compacted in {:.2?}", started.elapsed());
    let snapshot = index.snapshot();
    let blocks = snapshot.chain(SOURCE).expect("it has blocks").tip.number + 1;
    print_disk(index, blocks * LOGS_PER_BLOCK);
}

fn print_disk(index: &LogIndex, logs: u64) {
    let bytes = index.disk_bytes().expect("the file is there");
    println!("disk: {:.1} bytes for each log", bytes as f64 / logs as f64);
}
