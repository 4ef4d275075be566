//! How soon the relayer hands a transaction to the node, once it was told the log of its message: nothing of a node's own time is
//! in it, but for trying messages out, which takes none here.

use super::{Bench, PATIENCE};
use crate::{
    devnet::stop,
    latencies::{Latencies, Shown},
};
use eyre::ensure;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::time::{MissedTickBehavior, interval};

/// Messages of a block, and the time between two blocks.
const WAYS: [(u64, Duration); 3] =
    [(5, Duration::from_secs(1)), (10, Duration::from_millis(100)), (100, Duration::from_secs(1))];
const SECONDS: u64 = 20;
/// What each program is called in the table.
const NAMES: [&str; 2] = ["", " (the other)"];

/// Prints it, of one program or of two in turns.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure(causeway: &Path, beside: Option<&Path>, rounds: usize) -> eyre::Result<()> {
    let programs: Vec<&Path> = std::iter::once(causeway).chain(beside).collect();
    let mut latencies: Vec<_> = programs.iter().map(|_| WAYS.map(|_| Latencies::default())).collect();
    for _ in 0..rounds {
        for (program, latencies) in programs.iter().zip(&mut latencies) {
            round(program, latencies).await?;
        }
    }
    println!("| messages, in blocks | of | from the log told to the transaction handed over: p50 | p99 |");
    println!("|---|---|---|---|");
    for (index, (count, pause)) in WAYS.into_iter().enumerate() {
        let rate = count as f64 / pause.as_secs_f64();
        let of_way = latencies.iter_mut().filter_map(|latencies| latencies.get_mut(index));
        let rows: Vec<[Duration; 2]> = of_way.map(|of| [0.5, 0.99].map(|share| of.at(share))).collect();
        for ([p50, p99], name) in rows.iter().copied().zip(NAMES) {
            println!(
                "| {rate:.0}/s{name} | {count} each {} | {} | {} |",
                Shown(pause),
                Shown(p50),
                Shown(p99)
            );
        }
        if let [one, other] = rows.as_slice() {
            let [p50, p99] = [0, 1].map(|at| one[at].as_secs_f64() / other[at].as_secs_f64());
            println!("| {rate:.0}/s, to the other | | {p50:.2} | {p99:.2} |");
        }
    }
    println!();
    Ok(())
}

async fn round(causeway: &Path, latencies: &mut [Latencies]) -> eyre::Result<()> {
    let bench = Bench::new(causeway, SECONDS * 1_000).await?;
    let (relayer, _) = bench.start().await?;
    for ((count, pause), latencies) in WAYS.into_iter().zip(latencies) {
        bench.settle(pause).await?;
        bench.world(|world| world.handed = Latencies::default());
        let blocks = SECONDS as f64 / pause.as_secs_f64();
        let mut ticks = interval(pause);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for _ in 0..blocks as u64 {
            ticks.tick().await;
            bench.world(|world| world.step(count));
        }
        bench.settle(pause).await?;
        latencies.append(bench.world(|world| std::mem::take(&mut world.handed)));
    }
    stop(relayer).await
}

impl Bench<'_> {
    /// Makes empty blocks until all is delivered.
    async fn settle(&self, pause: Duration) -> eyre::Result<()> {
        let (mut ticks, started) = (interval(pause), Instant::now());
        while self.world(|world| world.delivered < world.sent) {
            ensure!(started.elapsed() < PATIENCE, "not everything is delivered");
            ticks.tick().await;
            self.world(|world| world.step(0));
        }
        Ok(())
    }
}
