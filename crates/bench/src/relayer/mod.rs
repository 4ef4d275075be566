//! The relayer, a process of its own between the two chains of a devnet: how soon it takes up messages, and how fast it works
//! off many.

mod bursts;
mod by_hand;
mod chronicle;
mod latency;
mod replicas;
mod traffic;

use crate::{cpu, devnet::Chain};
use chronicle::Chronicle;
use eyre::{ContextCompat, bail};
use futures::future::try_join;
use std::{path::Path, time::Duration};
use tokio::process::Child;

/// Prints how soon messages are taken up and delivered, of one program or of two in turns.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure_latency(
    causeway: &Path,
    beside: Option<&Path>,
    rounds: usize,
) -> eyre::Result<()> {
    println!("### The relayer\n");
    latency::measure(causeway, beside, rounds).await
}

/// Prints how fast it delivers many messages at once.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure_bursts(causeway: &Path, rounds: usize) -> eyre::Result<()> {
    bursts::measure(causeway, rounds).await
}

/// Prints how fast several deliver that share a Postgres.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure_replicas(causeway: &Path, rounds: usize) -> eyre::Result<()> {
    replicas::measure(causeway, rounds).await
}

/// Two chains and what they told.
struct Route {
    ends: [Chain; 2],
    chronicles: [Chronicle; 2],
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
}

/// Processor time that a program has used so far.
fn used(process: &Child) -> eyre::Result<Duration> {
    Ok(cpu::used_by_process(process.id().wrap_err("the relayer has ended")?))
}
