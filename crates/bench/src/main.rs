#![doc = include_str!("../README.md")]
#![allow(clippy::print_stdout)]

mod demo;
mod startup;

use clap::Parser;
use std::{path::PathBuf, time::Duration};

/// Measure the causeway binary from the outside.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Args {
    /// The binary to measure
    #[arg(long, default_value = "target/release/causeway")]
    causeway: PathBuf,
    /// Runs of each measurement
    #[arg(long, default_value_t = 5)]
    runs: usize,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> eyre::Result<()> {
    let args = Args::parse();
    println!("| measurement | runs | min | median | max |\n|---|---|---|---|---|");
    for l2_count in [2, 20] {
        let mut times = Vec::new();
        for _ in 0..args.runs {
            times.push(startup::time_to_ready(&args.causeway, l2_count).await?);
        }
        row(&format!("devnet, L1 + {l2_count} L2: process start to ready"), times);
    }
    let mut totals = Vec::new();
    let mut relays = Vec::new();
    for _ in 0..args.runs.min(3) {
        let run = demo::run(&args.causeway).await?;
        totals.push(run.total);
        relays.extend(run.relays);
    }
    row("demo, 1 s blocks: whole command", totals);
    let late = relays.iter().filter(|relay| relay.blocks > 1).count();
    row(
        "demo: message sent (source block mined) to relayed (destination block mined)",
        relays.iter().map(|r| r.time).collect(),
    );
    println!(
        "\n{} of {} messages were relayed in the destination's next block.",
        relays.len() - late,
        relays.len()
    );
    Ok(())
}

fn row(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let show = |time: Option<&Duration>| {
        time.map_or_else(String::new, |time| format!("{:.2} s", time.as_secs_f64()))
    };
    println!(
        "| {what} | {} | {} | {} | {} |",
        times.len(),
        show(times.first()),
        show(times.get(times.len() / 2)),
        show(times.last())
    );
}
