//! The hot paths: what a verifier does for every log, entry and claim.

use std::hint::black_box;

use alloy_primitives::{Address, B256, U256};
use causeway_interop::*;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

fn identifier(number: u64) -> Identifier {
    Identifier {
        origin: Address::repeat_byte(0xaa),
        block_number: number,
        log_index: 3,
        timestamp: 1_700_000_000,
        chain_id: U256::from(901),
    }
}

fn hashing(c: &mut Criterion) {
    let id = identifier(7);
    let hash = B256::repeat_byte(1);
    c.bench_function("checksum", |b| b.iter(|| black_box(&id).checksum(black_box(hash))));

    let topics = [B256::repeat_byte(1); 4];
    let mut group = c.benchmark_group("msg_hash");
    for length in [0usize, 96, 4_096] {
        let data = vec![7; length];
        group.throughput(Throughput::Bytes((length + 128) as u64));
        group.bench_with_input(BenchmarkId::from_parameter(length), &data, |b, data| {
            b.iter(|| msg_hash(black_box(&topics), black_box(data)));
        });
    }
    group.finish();
}

fn access_lists(c: &mut Criterion) {
    let mut group = c.benchmark_group("decode_access_list");
    for count in [1u64, 100] {
        let ids: Vec<Identifier> = (0..count).map(identifier).collect();
        let keys = encode_access_list(ids.iter().map(|id| (id, B256::ZERO)));
        group.throughput(Throughput::Elements(count));
        group.bench_with_input(BenchmarkId::from_parameter(count), &keys, |b, keys| {
            b.iter(|| decode_access_list(black_box(keys)));
        });
    }
    group.finish();
}

fn checks(c: &mut Criterion) {
    let set = DependencySet::mesh((901..911).map(U256::from)).expect("ten different chains");
    let message = ExecutingMessage { msg_hash: B256::repeat_byte(1), identifier: identifier(7) };
    let origin = message.identifier.origin;
    let log = LogFact::Hash(log_hash(origin, message.msg_hash));
    let known = |log| Facts::new(SourceBlock::Known { timestamp: 1_700_000_000, log: Some(log) });
    let cases = [
        ("declared", Claim::declared(U256::from(902), 1_700_000_002, message.access()), known(log)),
        (
            "executed",
            Claim::executed(U256::from(902), 1_700_000_002, message),
            known(LogFact::Full { origin, msg_hash: message.msg_hash }),
        ),
        (
            "expired",
            Claim::declared(U256::from(902), 1_800_000_000, message.access()),
            Facts::new(SourceBlock::Uninitialized),
        ),
    ];
    let mut group = c.benchmark_group("rules::check");
    for (name, claim, facts) in &cases {
        group.bench_function(*name, |b| {
            b.iter(|| rules::check(black_box(claim), black_box(&set), black_box(facts)));
        });
    }
    group.finish();
}

fn graphs(c: &mut Criterion) {
    // Ten chains, each with a hundred messages of the one before it, at the same timestamp.
    let block = |chain: u64| {
        let link = |index: u32| {
            let id = Identifier {
                chain_id: U256::from(chain.saturating_sub(1)),
                log_index: index * 2,
                ..identifier(7)
            };
            graph::Link::new(index * 2 + 1, &id)
        };
        let messages = if chain == 0 { vec![] } else { (0..100).map(link).collect() };
        graph::Block { chain_id: U256::from(chain), timestamp: 1_700_000_000, messages, ..Default::default() }
    };
    let blocks: Vec<graph::Block> = (0..10).map(block).collect();
    c.bench_function("graph::fallen 900 messages", |b| {
        b.iter(|| graph::fallen(1_700_000_000, black_box(&blocks)));
    });
}

criterion_group!(benches, hashing, access_lists, checks, graphs);
criterion_main!(benches);
