//! `causeway demo`: the main job on one machine, and the proof of it from chain state.

mod proofs;
mod report;
mod stage;
mod transfers;

use super::devnet::{self, start_failure};
use crate::{
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    interrupt::Interrupt,
    parse,
};
use causeway_devnet::{Devnet, DevnetConfig};
use clap::Args;
use report::Report;
use stage::Stage;
use std::{path::PathBuf, time::Instant};

/// How the demo runs.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway demo

The chains run on free ports beside whatever else runs, and are gone at the end.
The exit code is 0 only if everything that the demo claims was found in the
state of the chains.")]
pub(crate) struct DemoArgs {
    /// Seconds between L2 blocks
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = parse::number)]
    block_time: u64,
    /// Path of anvil [default: PATH, then the checkout's node_modules]
    #[arg(long, value_name = "PATH", value_parser = parse::path())]
    anvil: Option<PathBuf>,
}

pub(crate) async fn run(args: &DemoArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let anvil = devnet::anvil(args.anvil.as_deref(), &context.loaded.config.devnet)?;
    let mut config = DevnetConfig::new(anvil).with_free_ports();
    config.block_time = args.block_time;
    config.l1_block_time = args.block_time;
    config.autorelay = true;

    let start = Instant::now();
    let spinner = context.printer.spinner("starting chains");
    let devnet = tokio::select! {
        started = Devnet::start(config) => started.map_err(start_failure)?,
        () = interrupt.caught() => return Err(interrupted()),
    };
    drop(spinner);
    let mut report = Report::new(start);
    let names = devnet.network().chains.iter().map(|chain| format!("{} {}", chain.name, chain.chain_id));
    let names = names.collect::<Vec<_>>().join(", ");
    report.step(context, format!("two chains, an L1 and a relayer are up: {names}"));

    let network = devnet.network().clone();
    let told = tokio::select! {
        told = story(&network, context, &mut report) => told,
        ended = devnet.wait() => Err(Failure::from(ended)),
        () = interrupt.caught() => Err(interrupted()),
    };
    let stopped = devnet.stop().await.map_err(start_failure);
    told?;
    stopped?;
    conclude(context, &report)
}

async fn story(network: &causeway_devnet::Network, context: &Context<'_>, report: &mut Report) -> Outcome {
    let stage = Stage::set(network).await?;
    let before = stage.holdings().await?;
    stage.fund(context, report).await?;
    let story = transfers::run(&stage, context, report).await?;
    proofs::run(&stage, &before, &story, context, report).await
}

fn conclude(context: &Context<'_>, report: &Report) -> Outcome {
    let broken = report.broken();
    if !broken.is_empty() {
        return Err(Failure::failed(format!(
            "{} of the demo's claims did not hold: {}",
            broken.len(),
            broken.join("; ")
        ))
        .with_code(ErrorCode::ClaimBroken)
        .with_hint(
            "this is a fault of Causeway: please report it with the output of `causeway demo --json -vv`",
        )
        .with_details(serde_json::to_value(report).unwrap_or_default()));
    }
    context.printer.report(&report.summary(), report);
    Ok(())
}

fn interrupted() -> Failure {
    Failure::failed("interrupted").with_code(ErrorCode::Interrupted)
}
