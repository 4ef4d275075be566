//! The binary, as a user runs it.

mod demo;
mod startup;

use crate::table;
use std::path::Path;

/// Prints how long devnets and the demo take.
#[tokio::main(flavor = "current_thread")]
pub(crate) async fn measure(causeway: &Path, runs: usize) -> eyre::Result<()> {
    table::head();
    for l2_count in [2, 20] {
        let mut times = Vec::new();
        for _ in 0..runs {
            times.push(startup::time_to_ready(causeway, l2_count).await?);
        }
        table::row(&format!("devnet, L1 + {l2_count} L2: process start to ready"), times);
    }
    let mut totals = Vec::new();
    let mut relays = Vec::new();
    for _ in 0..runs.min(3) {
        let run = demo::run(causeway).await?;
        totals.push(run.total);
        relays.extend(run.relays);
    }
    table::row("demo, 1 s blocks: whole command", totals);
    let late = relays.iter().filter(|relay| relay.blocks > 1).count();
    table::row(
        "demo: message sent (source block mined) to relayed (destination block mined)",
        relays.iter().map(|r| r.time).collect(),
    );
    println!(
        "\n{} of {} messages were relayed in the destination's next block.\n",
        relays.len() - late,
        relays.len()
    );
    Ok(())
}
