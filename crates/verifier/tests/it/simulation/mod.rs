//! A network of chains in memory, whose verifier is held against a plain model of it at every step.
//!
//! Everything follows from a seed. `CAUSEWAY_SIM_SEEDS` says how many seeds are run, `CAUSEWAY_SIM_SEED` which one alone, or
//! which one first if both are set.

mod causes;
mod cycles;
mod follow;
mod heads;
mod known;
mod logs;
mod model;
mod node;
mod promises;
mod queries;
mod rng;
mod rules;
mod run;
mod second;
mod tally;
mod world;

use std::{
    panic,
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};
use tally::Tally;

/// Seeds of the everyday run.
const SEEDS: u64 = 25;

/// What has to happen in every run of so many seeds, lest the simulation goes blind.
const HAPPENS: [&str; 38] = [
    "admitted",
    "answers under failsafe",
    "block-conflict",
    "block-not-known",
    "blocks fallen by a block",
    "blocks fallen by a cycle",
    "blocks fallen by a message",
    "blocks pruned",
    "blocks replaced",
    "chain-not-known",
    "chains adrift",
    "chains forgotten",
    "checks overtaken by a reorg",
    "checksum-mismatch",
    "executed-too-early",
    "expired",
    "expires-before-timeout",
    "falling",
    "future-message",
    "history-not-known",
    "initiated-too-early",
    "invalid",
    "log-not-found",
    "logs recalled",
    "malformed",
    "not-a-dependency",
    "not-safe-enough",
    "reorgs",
    "restarts",
    "same-timestamp",
    "stale",
    "suspended",
    "timestamp-mismatch",
    "unknown",
    "unknown-chain",
    "verdicts given too late",
    "verdicts overturned",
    "verdicts that outlived a reorg",
];

#[expect(clippy::disallowed_methods, reason = "a test has nobody else to ask")]
fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("a number"))
}

#[test]
fn every_verdict_and_head_is_the_models() {
    let alone = setting("CAUSEWAY_SIM_SEED");
    let count = setting("CAUSEWAY_SIM_SEEDS").unwrap_or(if alone.is_some() { 1 } else { SEEDS });
    let first = alone.unwrap_or(0);
    let next = AtomicU64::new(0);
    let all = Mutex::new(Tally::default());
    let work = || {
        loop {
            let seed = first + next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + count {
                return;
            }
            match panic::catch_unwind(|| run::run(seed)) {
                Ok(tally) => all.lock().expect("nobody panics with it").merge(&tally),
                Err(cause) => {
                    next.store(count, Ordering::Relaxed);
                    println!(
                        "again: CAUSEWAY_SIM_SEED={seed} cargo test -p causeway-verifier --test it simulation -- --nocapture"
                    );
                    panic::resume_unwind(cause);
                }
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..2).map(|_| scope.spawn(work)).collect();
        workers
            .into_iter()
            .for_each(|worker| worker.join().unwrap_or_else(|cause| panic::resume_unwind(cause)));
    });
    let all = all.into_inner().expect("nobody panicked");
    println!("{count} seeds:\n{all}");
    if count >= SEEDS {
        let missing: Vec<_> = HAPPENS.iter().filter(|what| all.of(what) == 0).collect();
        assert!(missing.is_empty(), "these never happened: {missing:?}");
    }
}
