//! How soon messages are taken up, and how long it takes to work off those that wait: of one program, or of two in turns.

use super::{Route, chronicle::Events, traffic, used};
use crate::{
    devnet::{Devnet, stop},
    latencies::{Latencies, Shown, median},
};
use eyre::ContextCompat;
use std::{
    path::Path,
    time::{Duration, Instant},
};

/// Messages that wait on each chain when the relayer starts.
const BACKLOG: u64 = 500;
/// Messages a second, and how many seconds.
const RATES: [u64; 3] = [5, 20, 100];
const SECONDS: u64 = 20;

/// What was measured of a program.
struct Measured<'a> {
    program: &'a Path,
    backlog: Backlog,
    steady: [Steady; RATES.len()],
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

/// Prints all of it, from so many rounds, each on a devnet of its own, which is always the first program's.
pub(super) async fn measure(causeway: &Path, beside: Option<&Path>, rounds: usize) -> eyre::Result<()> {
    let programs = std::iter::once(causeway).chain(beside);
    let mut measured: Vec<Measured<'_>> = programs
        .map(|program| Measured { program, backlog: Backlog::default(), steady: Default::default() })
        .collect();
    for round in 0..rounds {
        let count = measured.len();
        for turn in 0..count {
            // Whoever begins has it better or worse than who follows.
            if let Some(measured) = measured.get_mut((round + turn) % count) {
                measured.round(causeway).await?;
            }
        }
    }
    print_steady(&mut measured, rounds);
    print_backlog(&measured, rounds);
    Ok(())
}

/// What each program is called in the tables.
const NAMES: [&str; 2] = ["", " (the other)"];

fn print_steady(measured: &mut [Measured<'_>], rounds: usize) {
    println!(
        "| messages | from the log to the pool: p50 | p99 | to delivery: p50 | p99 | processor time of one |"
    );
    println!("|---|---|---|---|---|---|");
    for (index, rate) in RATES.iter().enumerate() {
        let of_rate = measured.iter_mut().filter_map(|measured| measured.steady.get_mut(index));
        let rows: Vec<[f64; 5]> = of_rate.map(Steady::figures).collect();
        let count = rate * SECONDS * rounds as u64;
        for ([p50, p99, whole_p50, whole_p99, cpu], name) in rows.iter().copied().zip(NAMES) {
            let [p50, p99, whole_p50, whole_p99] = [p50, p99, whole_p50, whole_p99].map(shown);
            println!(
                "| {rate}/s, {count} in all{name} | {p50} | {p99} | {whole_p50} | {whole_p99} | {cpu:.1} ms |"
            );
        }
        if let [one, other] = rows.as_slice() {
            let ratios = one.iter().zip(other).map(|(one, other)| format!(" {:.2} |", one / other));
            println!("| {rate}/s, to the other |{}", ratios.collect::<String>());
        }
    }
}

fn print_backlog(measured: &[Measured<'_>], rounds: usize) {
    println!(
        "\n| messages that wait | rounds | from the relayer's start to the last one's delivery in the pool | messages/s | processor time of one |"
    );
    println!("|---|---|---|---|---|");
    for (measured, name) in measured.iter().zip(NAMES) {
        let (seconds, cpu) = (median(measured.backlog.seconds.clone()), median(measured.backlog.cpu.clone()));
        let rate = 2.0 * BACKLOG as f64 / seconds;
        println!("| {BACKLOG} each way{name} | {rounds} | {seconds:.2} s | {rate:.0} | {cpu:.1} ms |");
    }
    println!();
}

impl Steady {
    /// Both latencies, p50 and p99, in seconds, and the processor time of a message in milliseconds.
    fn figures(&mut self) -> [f64; 5] {
        let [[p50, p99], [whole_p50, whole_p99]] = [&mut self.taken_up, &mut self.delivered]
            .map(|latencies| [0.5, 0.99].map(|share| latencies.at(share).as_secs_f64()));
        [p50, p99, whole_p50, whole_p99, median(self.cpu.clone())]
    }
}

fn shown(seconds: f64) -> Shown {
    Shown(Duration::from_secs_f64(seconds))
}

impl Measured<'_> {
    async fn round(&mut self, causeway: &Path) -> eyre::Result<()> {
        let devnet = Devnet::start(causeway, &["--block-time", "1"]).await?;
        let route = Route::between(devnet.chains().await?).await?;
        route.send_both_ways(BACKLOG).await?;
        let started = Instant::now();
        let relayer = devnet.join_by(self.program, &["relayer", "run", "--quiet", "--from-block", "0"])?;
        let ended = route.last_taken_up(BACKLOG).await?;
        self.backlog.seconds.push((ended - started).as_secs_f64());
        self.backlog.cpu.push(used(&relayer)?.as_secs_f64() * 1e3 / (2 * BACKLOG) as f64);
        for (rate, steady) in RATES.iter().zip(&mut self.steady) {
            let before = used(&relayer)?;
            route.send_steadily(*rate, rate * SECONDS, steady).await?;
            let used = used(&relayer)? - before;
            steady.cpu.push(used.as_secs_f64() * 1e3 / (rate * SECONDS) as f64);
        }
        drop(route);
        stop(relayer).await?;
        devnet.stop().await
    }
}

impl Route {
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
