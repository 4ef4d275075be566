//! How fast a verifier learns a chain from its node, next to how fast the node tells it.

use super::{
    cpu,
    latencies::median,
    node::{self, BLOCKS, LOGS_PER_BLOCK},
};
use alloy_primitives::U256;
use causeway_chain::test_utils::Anvil;
use causeway_interop::DependencySet;
use causeway_verifier::{SourceConfig, VerifierConfig, VerifierService};
use eyre::{WrapErr, ensure};
use std::time::{Duration, Instant};
use tokio::{runtime::Builder, time::timeout};

const CHAIN_ID: u64 = 901;
const PATIENCE: Duration = Duration::from_secs(60);
/// Name of the verifier's threads.
const THREAD: &str = "backfill";

/// Prints both, from so many rounds.
pub(super) fn measure(rounds: usize) -> eyre::Result<()> {
    let client = Builder::new_current_thread().enable_all().build()?;
    // Anvil's output is read while the others work.
    let keeper = Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let verifier = Builder::new_multi_thread().worker_threads(2).thread_name(THREAD).enable_all().build()?;
    let anvil = keeper.block_on(node::start())?;
    let VerifierConfig { batch, concurrency, .. } = config(&anvil)?;
    let (mut raw, mut ours, mut trusting, mut used) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let fetched = client.block_on(node::fetch(node::address(&anvil), batch, concurrency))?;
        raw.push(fetched.as_secs_f64());
        let before = cpu::used_by(THREAD);
        ours.push(verifier.block_on(learn(&anvil, false))?.as_secs_f64());
        used.push((cpu::used_by(THREAD) - before).as_secs_f64());
        trusting.push(verifier.block_on(learn(&anvil, true))?.as_secs_f64());
    }
    println!("### Backfill of anvil: {BLOCKS} blocks with {LOGS_PER_BLOCK} logs each\n");
    println!("| client | time | to fetching alone | blocks/s | logs/s |\n|---|---|---|---|---|");
    let ratio = |times: &[f64]| median(times.iter().zip(&raw).map(|(time, raw)| time / raw).collect());
    for (name, times) in [
        ("fetches and drops", &raw),
        ("verifier, until ready", &ours),
        ("verifier that trusts its node, until ready", &trusting),
    ] {
        let time = median(times.clone());
        let rate = BLOCKS as f64 / time;
        println!(
            "| {name} | {time:.2} s | {:.2} | {rate:.0} | {:.0} |",
            ratio(times),
            rate * LOGS_PER_BLOCK as f64
        );
    }
    println!("\nThe verifier's own threads used {:.2} s of processor time.\n", median(used));
    keeper.block_on(anvil.stop());
    Ok(())
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
