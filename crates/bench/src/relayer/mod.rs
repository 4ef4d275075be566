//! The relayer, a process of its own between the two chains of a devnet: how soon it takes up messages, and how fast it works
//! off many.

mod bursts;
mod by_hand;
mod chronicle;
mod traffic;

use crate::{
    cpu,
    devnet::{Chain, Devnet, stop},
    latencies::{Latencies, Shown, median},
};
use chronicle::{Chronicle, Events};
use eyre::{ContextCompat, bail};
use futures::future::try_join;
use std::{
    path::Path,
    time::{Duration, Instant},
};
use tokio::process::Child;

/// Messages that wait on each chain when the relayer starts.
const BACKLOG: u64 = 500;
/// Messages a second, and how many seconds.
const RATES: [u64; 3] = [5, 20, 100];
const SECONDS: u64 = 20;

/// Two chains and what they told.
struct Route {
    ends: [Chain; 2],
    chronicles: [Chronicle; 2],
}

/// What was measured of all that waited, for each round.
#[derive(Default)]
struct Backlog {
    seconds: Vec<f64>,
    /// Processor time of the relayer for each message, in milliseconds.
    cpu: Vec<f64>,
}

/// What was measured at a rate.
#[derive(Default)]
struct Steady {
    /// From the source's log to the transaction in the destination's pool.
    taken_up: Latencies,
    /// From the source's log to the destination's.
    delivered: Latencies,
    cpu: Vec<f64>,
}

/// Prints all of it, from so many rounds, each on a devnet of its own.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure(causeway: &Path, rounds: usize) -> eyre::Result<()> {
    let mut backlog = Backlog::default();
    let mut steady = RATES.map(|_| Steady::default());
    for _ in 0..rounds {
        round(causeway, &mut backlog, &mut steady).await?;
    }
    println!("### The relayer\n");
    println!(
        "| messages | from the log to the pool: p50 | p99 | to delivery: p50 | p99 | processor time of one |"
    );
    println!("|---|---|---|---|---|---|");
    for (rate, steady) in RATES.iter().zip(&mut steady) {
        let [[p50, p99], [whole_p50, whole_p99]] = [&mut steady.taken_up, &mut steady.delivered]
            .map(|latencies| [0.5, 0.99].map(|share| Shown(latencies.at(share))));
        let cpu = median(steady.cpu.clone());
        println!(
            "| {rate}/s, {} in all | {p50} | {p99} | {whole_p50} | {whole_p99} | {cpu:.1} ms |",
            steady.taken_up.count(),
        );
    }
    let (seconds, cpu) = (median(backlog.seconds.clone()), median(backlog.cpu));
    println!(
        "\n| messages that wait | rounds | from the relayer's start to the last one's delivery in the pool | messages/s | processor time of one |"
    );
    println!("|---|---|---|---|---|");
    let rate = 2.0 * BACKLOG as f64 / seconds;
    println!("| {BACKLOG} each way | {rounds} | {seconds:.2} s | {rate:.0} | {cpu:.1} ms |\n");
    bursts::measure(causeway, rounds).await
}

async fn round(causeway: &Path, backlog: &mut Backlog, steady: &mut [Steady]) -> eyre::Result<()> {
    let devnet = Devnet::start(causeway, &["--block-time", "1"]).await?;
    let route = Route::between(devnet.chains().await?).await?;
    route.send_both_ways(BACKLOG).await?;
    let started = Instant::now();
    let relayer = devnet.join(&["relayer", "run", "--quiet", "--from-block", "0"])?;
    let ended = route.last_taken_up(BACKLOG).await?;
    backlog.seconds.push((ended - started).as_secs_f64());
    backlog.cpu.push(used(&relayer)?.as_secs_f64() * 1e3 / (2 * BACKLOG) as f64);
    for (rate, steady) in RATES.iter().zip(steady) {
        let before = used(&relayer)?;
        route.send_steadily(*rate, rate * SECONDS, steady).await?;
        let used = used(&relayer)? - before;
        steady.cpu.push(used.as_secs_f64() * 1e3 / (rate * SECONDS) as f64);
    }
    drop(route);
    stop(relayer).await?;
    devnet.stop().await
}

impl Route {
    async fn between(chains: Vec<Chain>) -> eyre::Result<Self> {
        let Ok(ends) = <[Chain; 2]>::try_from(chains) else { bail!("not two chains") };
        let [a, b] = &ends;
        let (a, b) = try_join(Chronicle::listen(&a.ws), Chronicle::listen(&b.ws)).await?;
        Ok(Self { ends, chronicles: [a, b] })
    }

    /// Sends so many from each chain to the other, and waits until they are in blocks.
    async fn send_both_ways(&self, count: u64) -> eyre::Result<()> {
        let [a, b] = &self.chronicles;
        let sends =
            (traffic::send(a, self.ends[1].id, count, None), traffic::send(b, self.ends[0].id, count, None));
        try_join(sends.0, sends.1).await?;
        for chronicle in &self.chronicles {
            chronicle.when(|events| events.sent.len() as u64 >= count, |_| ()).await?;
        }
        Ok(())
    }

    /// When the last of so many deliveries on each chain was in its pool.
    async fn last_taken_up(&self, count: u64) -> eyre::Result<Instant> {
        let mut last = None;
        for chronicle in &self.chronicles {
            let of_chain = chronicle
                .when(
                    |events| events.relayed.len() as u64 >= count,
                    |events| {
                        let deliveries = (0..count).map(|nonce| events.delivery(nonce));
                        deliveries.collect::<eyre::Result<Vec<_>>>()
                    },
                )
                .await??;
            last = last.max(of_chain.iter().map(|delivery| delivery.pooled).max());
        }
        last.wrap_err("nothing was delivered")
    }

    /// Sends messages one way, one at a time, and measures what becomes of them.
    async fn send_steadily(&self, rate: u64, count: u64, steady: &mut Steady) -> eyre::Result<()> {
        let [source, destination] = &self.chronicles;
        let (first, pace) = (source.sent(), Duration::from_secs(1) / rate as u32);
        let nonces = first..first + count;
        traffic::send(source, self.ends[1].id, count, Some(pace)).await?;
        let all_there = |events: &Events| nonces.clone().all(|nonce| events.relayed.contains_key(&nonce));
        let deliveries = destination.when(all_there, |events| {
            nonces.clone().map(|nonce| events.delivery(nonce)).collect::<eyre::Result<Vec<_>>>()
        });
        let deliveries = deliveries.await??;
        let sent = source.when(
            |events| events.sent.len() as u64 >= nonces.end,
            |events| nonces.clone().filter_map(|nonce| events.sent.get(&nonce).copied()).collect::<Vec<_>>(),
        );
        for (sent, delivery) in sent.await?.into_iter().zip(deliveries) {
            steady.taken_up.add(delivery.pooled.saturating_duration_since(sent));
            steady.delivered.add(delivery.mined.saturating_duration_since(sent));
        }
        Ok(())
    }
}

/// Processor time that a program has used so far.
fn used(process: &Child) -> eyre::Result<Duration> {
    Ok(cpu::used_by_process(process.id().wrap_err("the relayer has ended")?))
}
