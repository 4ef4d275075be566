//! What a check costs against an index of ten million logs, what it costs to make one, and what it takes of the disk.

mod build;
mod latency;
mod source;

use alloy_primitives::B256;
use causeway_verifier::View;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use source::Checker;
use std::{hint::black_box, sync::Arc};

/// Verdicts that a verifier remembers by default.
const REMEMBERED: usize = 262_144;

/// By the rules alone, of messages that stand in memory or in the database.
fn checks(criterion: &mut Criterion, place: &str, view: &View) {
    let checker = Checker::new();
    let mut group = criterion.benchmark_group(format!("check/{place}"));
    for count in [1, 10, 100] {
        // As many logs in each row, far from one another.
        let lists: Vec<Vec<B256>> = (0..20_000 / count).map(|list| source::scattered(list, count)).collect();
        let mut next = (0..lists.len()).cycle();
        group.throughput(Throughput::Elements(count));
        group.bench_function(BenchmarkId::from_parameter(count), |bencher| {
            bencher.iter(|| {
                let list = &lists[next.next().expect("a cycle has no end")];
                checker.check(black_box(list), view);
            });
        });
    }
    group.finish();
}

/// Through the handle that the server has: with one entry, and no verdict or every verdict remembered.
fn handles(criterion: &mut Criterion, place: &str, view: &Arc<View>) {
    let mut group = criterion.benchmark_group(format!("check/{place}"));
    group.throughput(Throughput::Elements(1));
    for (name, remembered) in [("verifier", 0), ("verifier-cached", REMEMBERED)] {
        let (verifier, executing) = source::verifier(Arc::clone(view), remembered);
        let lists: Vec<Vec<B256>> = (0..20_000).map(|list| source::scattered(list, 1)).collect();
        let check = |list: &[B256]| source::check(&verifier, black_box(list), &executing);
        lists.iter().for_each(|list| check(list));
        let mut next = lists.iter().cycle();
        group.bench_function(name, |bencher| {
            bencher.iter(|| check(next.next().expect("a cycle has no end")));
        });
    }
    group.finish();
}

fn index(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index.redb");
    let index = build::ascending(&path);
    let view = Arc::new(View::of(index.snapshot()));
    checks(criterion, "memory", &view);
    handles(criterion, "memory", &view);
    drop((view, index));
    let index = build::open(&path, 0);
    let view = Arc::new(View::of(index.snapshot()));
    checks(criterion, "database", &view);
    handles(criterion, "database", &view);
    drop((view, index));
    let index = build::open_again(&path);
    latency::while_ingesting(&index);
    drop(index);
    let mut index = build::open(&path, 0);
    build::compact(&mut index);
    drop(index);
    build::descending(&folder.path().join("descending.redb"));
    build::block_by_block(&folder.path().join("live.redb"));
}

criterion_group!(benches, index);
criterion_main!(benches);
