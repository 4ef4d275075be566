//! What floods do to the latency of those who behave.

use super::{
    honest::{self, Seen},
    messages,
    requests::{Requests, check, checks, false_check},
    server::Sample,
};
use crate::{
    latencies::{Shown, median},
    wire::{Wire, post},
};
use causeway_verifier::ServerConfig;
use futures::future::join_all;
use std::{
    net::{Ipv4Addr, SocketAddr},
    thread,
    time::{Duration, Instant},
};
use tokio::time::timeout_at;

/// How long a flood lasts in each round.
const TIME: Duration = Duration::from_millis(1_500);
/// Connections of a flood that sends as fast as it can.
const CONNECTIONS: usize = 16;
/// Connections of one that does nothing with them: more than the server takes.
const IDLE: usize = 2_000;
/// Messages of the longest access list that is looked at: two entries each.
const MOST: usize = 2_048;

/// What the others do.
enum Flood {
    Nothing,
    Requests(Requests),
    /// Messages over WebSockets, whose answers are read or not.
    Messages {
        reads_answers: bool,
    },
    /// Half of the connections send nothing, the other half the beginning of a request.
    Idle,
}

struct Scenario {
    name: &'static str,
    flood: Flood,
    p50: Vec<f64>,
    p99: Vec<f64>,
    seen: Seen,
    sent: usize,
}

/// Prints the honest caller's latency, alone and in each flood.
pub(super) fn measure(sample: &Sample, rounds: usize) -> eyre::Result<()> {
    let threads = thread::available_parallelism().map_or(2, usize::from);
    let server = sample.serve("flooded", threads, 262_144, ServerConfig::default())?;
    let mut scenarios = scenarios();
    for _ in 0..rounds {
        scenarios.iter_mut().try_for_each(|scenario| scenario.run(server.address))?;
    }
    println!("### Floods\n");
    println!(
        "| others | their requests/s | honest p50 | to alone | honest p99 | to alone | new connections served |"
    );
    println!("|---|---|---|---|---|---|---|");
    let alone = scenarios[0].medians();
    scenarios.iter_mut().for_each(|scenario| scenario.print(alone, rounds));
    println!();
    Ok(())
}

fn scenarios() -> Vec<Scenario> {
    let some = |make: &dyn Fn(usize) -> String, count| (0..count).map(|id| post(&make(id))).collect();
    let words = "not json at all, ".repeat(64);
    let cut_off = |id| check(id, 100).split_at(10_000).0.to_owned();
    let batch = |id: usize| {
        let calls: Vec<_> = (0..100).map(|call| check(id * 100 + call, 1)).collect();
        format!("[{}]", calls.join(","))
    };
    let huge = "x".repeat(2 << 20);
    [
        ("nobody", Flood::Nothing),
        ("small checks", Flood::Requests(checks(4_000, 1))),
        ("1 KiB that is no JSON", Flood::Requests(some(&|_| words.clone(), 1))),
        ("10 kB of a call, cut off", Flood::Requests(some(&cut_off, 16))),
        ("4,096 entries, valid", Flood::Requests(some(&|id| check(id, MOST), 16))),
        ("4,096 entries, the last one false", Flood::Requests(some(&|id| false_check(id, MOST), 16))),
        ("bodies of 2 MiB, over the limit", Flood::Requests(some(&|_| huge.clone(), 1))),
        ("batches of 100 checks", Flood::Requests(some(&batch, 40))),
        ("WebSocket messages", Flood::Messages { reads_answers: true }),
        ("WebSocket messages, answers not read", Flood::Messages { reads_answers: false }),
        ("2,000 idle and slow connections", Flood::Idle),
    ]
    .map(|(name, flood)| Scenario {
        name,
        flood,
        p50: Vec::new(),
        p99: Vec::new(),
        seen: Seen::default(),
        sent: 0,
    })
    .into()
}

impl Scenario {
    fn run(&mut self, server: SocketAddr) -> eyre::Result<()> {
        let flood = &self.flood;
        let (seen, sent) = thread::scope(|scope| {
            let flooding = scope.spawn(|| flood.pour(server));
            let seen = honest::check_for(TIME, server);
            (seen, flooding.join())
        });
        let mut seen = seen?;
        self.sent += sent.map_err(|_| eyre::eyre!("a flood panicked"))?;
        self.p50.push(seen.latencies.at(0.5).as_secs_f64());
        self.p99.push(seen.latencies.at(0.99).as_secs_f64());
        self.seen.tried += seen.tried;
        self.seen.served += seen.served;
        Ok(())
    }

    fn medians(&self) -> [f64; 2] {
        [&self.p50, &self.p99].map(|figures| median(figures.clone()))
    }

    fn print(&self, alone: [f64; 2], rounds: usize) {
        let [p50, p99] = self.medians();
        println!(
            "| {} | {:.0} | {} | {:.1} | {} | {:.1} | {} of {} |",
            self.name,
            self.sent as f64 / (TIME.as_secs_f64() * rounds as f64),
            Shown(Duration::from_secs_f64(p50)),
            p50 / alone[0],
            Shown(Duration::from_secs_f64(p99)),
            p99 / alone[1],
            self.seen.served,
            self.seen.tried,
        );
    }
}

impl Flood {
    /// Floods for a while, and counts what was sent.
    #[tokio::main(flavor = "current_thread")]
    async fn pour(&self, server: SocketAddr) -> usize {
        let end = Instant::now() + TIME;
        match self {
            Self::Nothing => 0,
            Self::Requests(requests) => {
                let connections = (0..CONNECTIONS).map(|number| repeat(server, requests, number, end));
                join_all(connections).await.into_iter().sum()
            }
            Self::Messages { reads_answers } => {
                let connections = (0..CONNECTIONS).map(|_| messages::send(server, *reads_answers, end));
                join_all(connections).await.into_iter().sum()
            }
            Self::Idle => {
                let mut wires = Vec::new();
                for number in 0..IDLE {
                    let Ok(mut wire) = Wire::connect(Ipv4Addr::LOCALHOST, server).await else { continue };
                    if number % 2 == 0 {
                        let _ = wire.send(b"POST / HTTP/1.1\r\nhost: v\r\n").await;
                    }
                    wires.push(wire);
                }
                tokio::time::sleep_until(end.into()).await;
                wires.len()
            }
        }
    }
}

/// Sends requests over one connection after the other, whatever the server says, until the end.
async fn repeat(server: SocketAddr, requests: &Requests, first: usize, end: Instant) -> usize {
    let mut sent = 0;
    let mut wire = None;
    for request in requests.iter().cycle().skip(first % requests.len()) {
        if Instant::now() >= end {
            break;
        }
        let call = async {
            let mut open = match wire.take() {
                Some(open) => open,
                None => Wire::connect(Ipv4Addr::LOCALHOST, server).await?,
            };
            // A connection that the server closes after its answer is found out by the next call.
            open.call(request).await?;
            eyre::Ok(open)
        };
        let Ok(answered) = timeout_at(end.into(), call).await else { break };
        wire = answered.ok();
        sent += 1;
    }
    sent
}
