//! What a check costs over HTTP, next to a method that does nothing.

use super::{
    load,
    requests::{Requests, checks, pings},
    server::{Sample, Served},
};
use crate::{
    cpu,
    latencies::{Latencies, Shown, median},
};
use causeway_verifier::ServerConfig;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

const CONNECTIONS: usize = 16;
/// How long each kind of request is sent in each turn: short, so that all kinds see the same of what else the machine does.
const TIME: Duration = Duration::from_millis(100);
const TURNS: usize = 5;
/// The first turn, which fills caches.
const WARM_UP: Duration = Duration::from_millis(1_000);
/// Verdicts that are remembered by default.
const REMEMBERED: usize = 262_144;

/// A kind of request to a server, and what was measured of it.
struct Kind<'a> {
    name: String,
    thread: &'static str,
    server: &'a Served,
    requests: Requests,
    /// Requests that each connection has sent.
    sent: usize,
    rates: Vec<f64>,
    cpu: Vec<f64>,
    latencies: Latencies,
}

/// Prints request rates and latencies.
pub(super) fn measure(sample: &Sample, rounds: usize) -> eyre::Result<()> {
    let config = || ServerConfig { rate_limit: 0, ..ServerConfig::default() };
    let forgetful = sample.serve("no-cache", 1, 0, config())?;
    let mindful = sample.serve("cache", 1, REMEMBERED, config())?;
    let ping = pings();
    let lists: [(usize, usize); 3] = [(1, 10_000), (10, 4_000), (100, 800)];
    let lists = lists.map(|(messages, count)| (messages, checks(count, messages)));
    let client = Builder::new_current_thread().enable_all().build()?;
    println!("### Requests over HTTP\n");
    println!(
        "| request | requests/s | to no-op | best turn | to no-op's best | messages/s | processor time | no-op's to it | p50 | p99 | p999 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|");
    for (server, thread, cache) in [(&forgetful, "no-cache", "no cache"), (&mindful, "cache", "cached")] {
        let kind = |name, requests: &Requests| Kind {
            name,
            thread,
            server,
            requests: requests.clone(),
            sent: 0,
            rates: Vec::new(),
            cpu: Vec::new(),
            latencies: Latencies::default(),
        };
        let mut noop = kind(format!("no-op ({cache})"), &ping);
        let mut kinds: Vec<_> = lists
            .iter()
            .map(|(messages, requests)| {
                (
                    *messages,
                    kind(
                        format!("{messages} message{}, {cache}", if *messages == 1 { "" } else { "s" }),
                        requests,
                    ),
                )
            })
            .collect();
        kinds.iter_mut().try_for_each(|(_, kind)| kind.run(&client, WARM_UP).map(drop))?;
        for _ in 0..rounds * TURNS {
            noop.measure(&client)?;
            kinds.iter_mut().try_for_each(|(_, kind)| kind.measure(&client))?;
        }
        noop.print(0, &noop.rates.clone(), &noop.cpu.clone());
        for (messages, kind) in &mut kinds {
            kind.print(*messages, &noop.rates, &noop.cpu);
        }
    }
    println!();
    Ok(())
}

impl Kind<'_> {
    fn run(&mut self, client: &Runtime, time: Duration) -> eyre::Result<Latencies> {
        let load = load::generate(self.server.address, &self.requests, self.sent, CONNECTIONS, time);
        let latencies = client.block_on(load)?;
        self.sent += latencies.count() / CONNECTIONS;
        Ok(latencies)
    }

    fn measure(&mut self, client: &Runtime) -> eyre::Result<()> {
        let (started, used) = (Instant::now(), cpu::used_by(self.thread));
        let latencies = self.run(client, TIME)?;
        let (count, used) = (latencies.count() as f64, cpu::used_by(self.thread) - used);
        self.rates.push(count / started.elapsed().as_secs_f64());
        self.cpu.push(used.as_secs_f64() * 1e6 / count);
        self.latencies.append(latencies);
        Ok(())
    }

    /// Prints a row, with ratios to the no-op: of the same turn, and of the best turns, which what else the machine does has
    /// disturbed least.
    fn print(&mut self, messages: usize, noop_rates: &[f64], noop_cpu: &[f64]) {
        let by_turn = self.rates.iter().zip(noop_rates).map(|(ours, noop)| 100.0 * ours / noop).collect();
        let (rate, noop) = (most(&self.rates), most(noop_rates));
        let (cpu, noop_cpu) = (least(&self.cpu), least(noop_cpu));
        let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|share| Shown(self.latencies.at(share)));
        println!(
            "| {} | {:.0} | {:.0} % | {rate:.0} | {:.0} % | {:.0} | {cpu:.1} µs | {:.0} % | {p50} | {p99} | {p999} |",
            self.name,
            median(self.rates.clone()),
            median(by_turn),
            100.0 * rate / noop,
            rate * messages as f64,
            100.0 * noop_cpu / cpu,
        );
    }
}

fn most(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::NAN, f64::max)
}

fn least(figures: &[f64]) -> f64 {
    figures.iter().copied().fold(f64::NAN, f64::min)
}
