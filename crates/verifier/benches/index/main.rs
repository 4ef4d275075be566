//! What a check costs against an index of ten million logs, and what it costs to make one.

use alloy_primitives::{Address, B256, U256};
use causeway_interop::{Access, DependencySet, SafetyLevel, msg_hash};
use causeway_verifier::{
    Admission, Change, ExecutingDescriptor, Header, IndexedBlock, LogIndex, NoRecall, View,
};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::{hint::black_box, path::Path, time::Instant};

const LOGS: u64 = 10_000_000;
const LOGS_PER_BLOCK: u64 = 100;
/// Blocks of one commit, as backfill writes them.
const BATCH: u64 = 500;
const SOURCE: u64 = 901;
const EMITTER: Address = Address::repeat_byte(0xaa);

/// What a log says: its own number in the chain.
fn data(log: u64) -> [u8; 96] {
    let mut data = [7; 96];
    data[..8].copy_from_slice(&log.to_be_bytes());
    data
}

fn hash(number: u64) -> B256 {
    B256::from(U256::from(number + 1))
}

fn block(number: u64) -> IndexedBlock {
    let (hash, parent_hash) = (hash(number), hash(number.wrapping_sub(1)));
    let header = Header { number, hash, parent_hash, timestamp: 1_700_000_000 + number };
    let mut block = IndexedBlock::new(header);
    for log in number * LOGS_PER_BLOCK..(number + 1) * LOGS_PER_BLOCK {
        block.push_log(EMITTER, &[B256::repeat_byte(1)], &data(log)).expect("the log decodes");
    }
    block
}

/// Makes the index, and says how fast and how large.
fn build(path: &Path) -> LogIndex {
    let index = LogIndex::open(path).expect("a new index");
    let started = Instant::now();
    let blocks = LOGS / LOGS_PER_BLOCK;
    for first in (0..blocks).step_by(BATCH as usize) {
        let changes: Vec<_> = (first..first + BATCH)
            .map(|number| (U256::from(SOURCE), Change::Append(block(number))))
            .collect();
        index.apply(&changes).expect("it is applied");
    }
    let elapsed = started.elapsed();
    let size = std::fs::metadata(path).expect("the file is there").len();
    #[expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
    {
        let rate = LOGS as f64 / elapsed.as_secs_f64();
        println!("ingestion: {LOGS} logs, hashed and durable, in {elapsed:.2?}: {rate:.0} logs/s");
        println!("disk: {:.1} bytes for each log", size as f64 / LOGS as f64);
    }
    index
}

/// Declares a log of the chain.
fn declare(log: u64) -> Access {
    let number = log / LOGS_PER_BLOCK;
    causeway_interop::Identifier {
        origin: EMITTER,
        block_number: number,
        log_index: (log % LOGS_PER_BLOCK) as u32,
        timestamp: 1_700_000_000 + number,
        chain_id: U256::from(SOURCE),
    }
    .access(msg_hash(&[B256::repeat_byte(1)], &data(log)))
}

fn checks(criterion: &mut Criterion, view: &View) {
    let set = DependencySet::mesh([SOURCE, 902].map(U256::from)).expect("two chains");
    let admission = Admission::new(set);
    let timestamp = 1_700_000_000 + LOGS / LOGS_PER_BLOCK;
    let executing = ExecutingDescriptor { chain_id: U256::from(902), timestamp, timeout: 0 };
    let mut group = criterion.benchmark_group("check");
    for count in [1u64, 10, 100] {
        // Different logs all the time, far from one another, as many as fit the window.
        let lists: Vec<Vec<B256>> = (0..2_000u64)
            .map(|list| {
                let pick = |entry: u64| (list * count + entry).wrapping_mul(0x9e37_79b9_7f4a_7c15) % LOGS;
                (0..count).flat_map(|entry| declare(pick(entry)).entries()).collect()
            })
            .collect();
        let mut next = (0..lists.len()).cycle();
        group.throughput(Throughput::Elements(count));
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| {
                let list = &lists[next.next().expect("a cycle has no end")];
                let answer =
                    admission.check(black_box(list), SafetyLevel::Unsafe, &executing, view, &NoRecall);
                answer.expect("it is on the chain");
            });
        });
    }
    group.finish();
}

fn index(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let index = build(&folder.path().join("index.redb"));
    checks(criterion, &View::of(index.snapshot().expect("a snapshot")));
    criterion.bench_function("snapshot", |bencher| bencher.iter(|| index.snapshot().expect("a snapshot")));
}

criterion_group!(benches, index);
criterion_main!(benches);
