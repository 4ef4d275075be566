//! How long a check takes while the index grows.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]

use crate::source::{BLOCKS, Checker, append, scattered};
use causeway_verifier::{LogIndex, View};
use std::{
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

/// Blocks of one commit.
const BATCH: u64 = 100;

/// Checks single entries, each against a new snapshot, while another thread appends as fast as it can.
pub(crate) fn while_ingesting(index: &LogIndex) {
    let (done, blocks) = (AtomicBool::new(false), AtomicU64::new(0));
    let mut taken = Vec::new();
    let started = Instant::now();
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut next = BLOCKS;
            while !done.load(Ordering::Relaxed) {
                let changes: Vec<_> = (next..next + BATCH).map(append).collect();
                index.apply(&changes).expect("they are applied");
                next += BATCH;
                blocks.store(next - BLOCKS, Ordering::Relaxed);
            }
        });
        let (checker, lists) =
            (Checker::new(), (0..20_000).map(|list| scattered(list, 1)).collect::<Vec<_>>());
        for list in lists.iter().cycle() {
            let started_check = Instant::now();
            let view = View::of(index.snapshot());
            checker.check(list, &view);
            drop(view);
            taken.push(started_check.elapsed());
            if started.elapsed() > Duration::from_secs(5) {
                break;
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    taken.sort_unstable();
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize];
    let rate = (blocks.into_inner() * crate::source::LOGS_PER_BLOCK) as f64 / started.elapsed().as_secs_f64();
    println!("check of one entry, snapshot included, while {rate:.0} logs/s are appended:");
    println!("| checks | p50 | p99 | p999 | most |");
    println!(
        "| {} | {:.1?} | {:.1?} | {:.1?} | {:.1?} |",
        taken.len(),
        at(0.5),
        at(0.99),
        at(0.999),
        at(1.0)
    );
}
