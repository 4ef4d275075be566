//! The devnet's gateway: what it adds to the node's own work, and what a batch of nonsense takes of its memory.

mod lanes;
mod memory;
mod transfers;

use crate::{
    cpu,
    devnet::Devnet,
    latencies::{Latencies, Shown, median},
    wire::{call, post},
};
use alloy::primitives::ChainId;
use causeway_chain::test_utils::AnvilProcess;
use eyre::ContextCompat;
use lanes::Lanes;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    time::Duration,
};
use transfers::Transfers;

const CHAIN_ID: ChainId = 901;
/// Requests of each connection in each turn: short turns, so that both sides see the same of what else the machine does.
const READS: usize = 100;
const SENDS: usize = 20;
const TURNS: usize = 5;
/// Sizes of bodies, in megabytes.
const BODIES: [usize; 2] = [1, 16];

/// A kind of request, and what was measured of it: through the gateway, and with a node.
struct Kind {
    name: &'static str,
    each: usize,
    lanes: [Lanes; 2],
    rates: [Vec<f64>; 2],
    latencies: [Latencies; 2],
    /// Processor time of the gateway, all turns together.
    used: Duration,
}

/// Prints request rates, next to those of a node, and memory.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure(causeway: &Path, rounds: usize) -> eyre::Result<()> {
    println!("### Requests through the devnet's gateway\n");
    println!(
        "| request | requests/s | to the node | p50 | p99 | processor time of one | node: requests/s | p50 | p99 |"
    );
    println!("|---|---|---|---|---|---|---|---|---|");
    let (devnet, node) = start(causeway).await?;
    let gateway = devnet.chains().await?.first().wrap_err("a devnet without chains")?.http;
    let sides = [gateway, SocketAddr::from((Ipv4Addr::LOCALHOST, node.port))];
    let mut kinds = kinds(sides, rounds).await?;
    for _ in 0..rounds * TURNS {
        for kind in &mut kinds {
            kind.turn(devnet.pid()?).await?;
        }
    }
    kinds.iter_mut().for_each(Kind::print);
    devnet.stop().await?;
    node.stop().await;
    println!("\n### A batch of nonsense, `[1,1,...]`, sent to the gateway\n");
    println!("| body | status | answer | peak memory of the process, above what it was |");
    println!("|---|---|---|---|");
    for megabytes in BODIES {
        memory::measure(causeway, megabytes).await?;
    }
    println!();
    Ok(())
}

/// A devnet, and a node like its own that answers by itself.
async fn start(causeway: &Path) -> eyre::Result<(Devnet<'_>, AnvilProcess)> {
    let devnet = Devnet::start(causeway, &["--block-time", "1"]).await?;
    let id = CHAIN_ID.to_string();
    let node = AnvilProcess::start(["--chain-id", &id, "--block-time", "1", "--order", "fifo"]).await;
    Ok((devnet, node))
}

async fn kinds(sides: [SocketAddr; 2], rounds: usize) -> eyre::Result<Vec<Kind>> {
    let mut kinds = Vec::new();
    for name in ["eth_chainId", "eth_blockNumber"] {
        let read = vec![post(&call(1, name, "[]"))];
        kinds.push(Kind::new(name, READS, vec![read; transfers::ACCOUNTS], sides).await?);
    }
    let transfers = Transfers::new(CHAIN_ID)?.sign(rounds * TURNS * SENDS)?;
    kinds.push(Kind::new("eth_sendRawTransaction", SENDS, transfers, sides).await?);
    Ok(kinds)
}

impl Kind {
    /// Each connection sends its own requests, over and over.
    async fn new(
        name: &'static str,
        each: usize,
        requests: Vec<Vec<Vec<u8>>>,
        [gateway, node]: [SocketAddr; 2],
    ) -> eyre::Result<Self> {
        let lanes = [Lanes::open(gateway, requests.clone()).await?, Lanes::open(node, requests).await?];
        Ok(Self {
            name,
            each,
            lanes,
            rates: Default::default(),
            latencies: Default::default(),
            used: Duration::ZERO,
        })
    }

    async fn turn(&mut self, gateway: u32) -> eyre::Result<()> {
        let before = cpu::used_by_process(gateway);
        for (side, lanes) in self.lanes.iter_mut().enumerate() {
            let (rate, latencies) = lanes.run(self.each).await?;
            self.rates[side].push(rate);
            self.latencies[side].append(latencies);
        }
        self.used += cpu::used_by_process(gateway) - before;
        Ok(())
    }

    /// Prints a row, with the ratio to the node in the same turn.
    fn print(&mut self) {
        let [gateway, node] = &self.rates;
        let by_turn = gateway.iter().zip(node).map(|(gateway, node)| 100.0 * gateway / node).collect();
        let rates = [gateway, node].map(|rates| median(rates.clone()));
        let shown = self.latencies.each_mut().map(|latencies| {
            let [p50, p99] = [0.5, 0.99].map(|share| Shown(latencies.at(share)));
            format!("{p50} | {p99}")
        });
        let cpu = self.used.as_secs_f64() * 1e6 / self.latencies[0].count() as f64;
        println!(
            "| {} | {:.0} | {:.0} % | {} | {cpu:.0} µs | {:.0} | {} |",
            self.name,
            rates[0],
            median(by_turn),
            shown[0],
            rates[1],
            shown[1]
        );
    }
}
