//! How fast a verifier learns a chain from its node, next to how fast the node tells it.

use super::{
    cores::{Cores, Sharing},
    node::{self, BLOCKS, LOGS_PER_BLOCK},
};
use crate::{cpu, latencies::median};
use alloy_primitives::U256;
use causeway_chain::test_utils::Anvil;
use causeway_interop::DependencySet;
use causeway_verifier::{SourceConfig, VerifierConfig, VerifierService};
use eyre::{WrapErr, ensure};
use std::time::{Duration, Instant};
use tokio::{
    runtime::{Builder, Runtime},
    time::timeout,
};

const CHAIN_ID: u64 = 901;
const PATIENCE: Duration = Duration::from_secs(60);
/// Name of the verifier's threads.
const THREAD: &str = "backfill";

/// Who learns the chain.
#[derive(Clone, Copy, Debug)]
enum Learner {
    Fetcher,
    Verifier { trusts: bool },
}

const LEARNERS: [Learner; 3] =
    [Learner::Fetcher, Learner::Verifier { trusts: false }, Learner::Verifier { trusts: true }];

/// What it took to learn the chain once, in seconds.
#[derive(Clone, Copy, Debug)]
struct Cost {
    time: f64,
    /// Processor time of who learned.
    own: f64,
    /// Processor time of the node.
    node: f64,
}

/// A node with a chain, and those who learn it.
struct Bench {
    anvil: Anvil,
    client: Runtime,
    verifier: Runtime,
}

/// Prints what it costs all of them, on cores that are shared and on cores that are not, from so many rounds.
pub(super) fn measure(rounds: usize) -> eyre::Result<()> {
    // Anvil's output is read while the others work.
    let keeper = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let client = Builder::new_current_thread().enable_all().build()?;
    let mut verifier = Builder::new_multi_thread();
    // A thread that ends takes its figures with it.
    verifier.worker_threads(2).thread_name(THREAD).thread_keep_alive(Duration::from_secs(3_600));
    let verifier = verifier.enable_all().build()?;
    let bench = Bench { anvil: keeper.block_on(node::start())?, client, verifier };
    println!("### Backfill of anvil: {BLOCKS} blocks with {LOGS_PER_BLOCK} logs each\n");
    match Cores::of_this_process()? {
        Some(cores) => {
            for sharing in [Sharing::Apart, Sharing::Together] {
                cores.share(bench.anvil.pid(), sharing)?;
                println!("{sharing}:\n");
                bench.compare(rounds)?;
            }
        }
        None => {
            println!("There is one core only, which the node and its client share:\n");
            bench.compare(rounds)?;
        }
    }
    keeper.block_on(bench.anvil.stop());
    Ok(())
}

impl Bench {
    /// In turns, so that what else the machine does is the same for all.
    fn compare(&self, rounds: usize) -> eyre::Result<()> {
        let round = || LEARNERS.iter().map(|learner| self.cost(*learner)).collect::<eyre::Result<Vec<_>>>();
        let rounds = (0..rounds).map(|_| round()).collect::<eyre::Result<Vec<_>>>()?;
        println!(
            "| client | time | to fetching alone | blocks/s | logs/s | client's processor time | node's |"
        );
        println!("|---|---|---|---|---|---|---|");
        for (place, learner) in LEARNERS.iter().enumerate() {
            let of =
                |figure: fn(&Cost) -> f64| median(rounds.iter().map(|costs| figure(&costs[place])).collect());
            let ratio = median(rounds.iter().map(|costs| costs[place].time / costs[0].time).collect());
            let (time, own, node) = (of(|cost| cost.time), of(|cost| cost.own), of(|cost| cost.node));
            let name = match learner {
                Learner::Fetcher => "fetches and drops",
                Learner::Verifier { trusts: false } => "verifier, until ready",
                Learner::Verifier { trusts: true } => "verifier that trusts its node, until ready",
            };
            let rate = BLOCKS as f64 / time;
            let logs = rate * LOGS_PER_BLOCK as f64;
            println!(
                "| {name} | {time:.2} s | {ratio:.2} | {rate:.0} | {logs:.0} | {own:.2} s | {node:.2} s |"
            );
        }
        println!();
        Ok(())
    }

    fn cost(&self, learner: Learner) -> eyre::Result<Cost> {
        let node_before = cpu::used_by_process(self.anvil.pid());
        let (time, own) = match learner {
            Learner::Fetcher => {
                let VerifierConfig { batch, concurrency, .. } = config(&self.anvil)?;
                let before = cpu::used_by_this_thread();
                let fetching = node::fetch(node::address(&self.anvil), batch, concurrency);
                (self.client.block_on(fetching)?, cpu::used_by_this_thread() - before)
            }
            Learner::Verifier { trusts } => {
                let before = cpu::used_by(THREAD);
                (self.verifier.block_on(learn(&self.anvil, trusts))?, cpu::used_by(THREAD) - before)
            }
        };
        let node = cpu::used_by_process(self.anvil.pid()) - node_before;
        Ok(Cost { time: time.as_secs_f64(), own: own.as_secs_f64(), node: node.as_secs_f64() })
    }
}

fn config(anvil: &Anvil) -> eyre::Result<VerifierConfig> {
    let set = DependencySet::mesh([CHAIN_ID, CHAIN_ID + 1].map(U256::from))?;
    Ok(VerifierConfig::new(set, vec![SourceConfig::new(CHAIN_ID, anvil.endpoint())]))
}

/// From the start of a verifier that knows nothing until it has every block and follows the chain.
async fn learn(anvil: &Anvil, trust_nodes: bool) -> eyre::Result<Duration> {
    let folder = tempfile::tempdir()?;
    let index = Some(folder.path().join("index.redb"));
    let config = VerifierConfig { index, trust_nodes, ..config(anvil)? };
    let started = Instant::now();
    let service = VerifierService::start(config)?;
    let mut views = service.verifier().views();
    let chain_id = U256::from(CHAIN_ID);
    let ready = views.wait_for(|view| view.chain(chain_id).is_some_and(|chain| chain.is_ready()));
    let view = timeout(PATIENCE, ready).await.wrap_err("the verifier was not ready in time")??.clone();
    let took = started.elapsed();
    let ends = view.snapshot().chain(chain_id).map(|chain| (chain.first.number, chain.tip.number));
    ensure!(ends == Some((0, BLOCKS)), "the verifier is ready with other blocks: {ends:?}");
    drop(view);
    service.shutdown().await?;
    Ok(took)
}
