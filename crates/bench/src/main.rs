#![doc = include_str!("../README.md")]
#![allow(clippy::print_stdout, clippy::print_stderr)]

mod binary;
mod bindings;
mod cpu;
mod deploy;
mod devnet;
mod gateway;
mod latencies;
mod memory;
mod relayer;
mod table;
mod timed;
mod verifier;
mod wire;

use clap::{Parser, ValueEnum};
use eyre::WrapErr;
use std::path::PathBuf;

/// Measure causeway from the outside.
#[derive(Debug, Parser)]
#[command(version, about)]
struct Args {
    /// The binary to measure
    #[arg(long, default_value = "target/release/causeway")]
    causeway: PathBuf,
    /// Another binary, whose relayer is measured in turns with that of the first one
    #[arg(long)]
    beside: Option<PathBuf>,
    /// Runs of each measurement
    #[arg(long, default_value_t = 5)]
    runs: usize,
    /// Messages that pass through the relayer whose memory is measured
    #[arg(long, default_value_t = 1_000_000)]
    messages: u64,
    /// Measure nothing but this
    #[arg(long)]
    only: Option<Part>,
}

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// The binary: start-up of devnets, and the demo
    Devnet,
    /// The devnet's gateway: requests next to a node's, memory
    Gateway,
    /// The relayer: how soon it delivers, and how many
    Relayer,
    /// Of the relayer, only how soon it delivers, and what waits when it starts
    Latency,
    /// Of the relayer, only bursts of many messages
    Bursts,
    /// Of the relayer, only several on one Postgres
    Replicas,
    /// Of the relayer, the memory that it takes for many messages; only by itself
    Memory,
    /// Of the relayer, how soon it hands transactions over, between chains that are made up; only by itself
    Handing,
    /// Contracts on chains: the commands, and a forge script
    Deploy,
    /// Bindings of 200 contracts: generators, what they write, and compiling it
    Bindings,
    /// The verifier: requests, floods, backfill
    Verifier,
    /// Of the verifier, only the backfill
    Backfill,
}

fn main() -> eyre::Result<()> {
    let mut args = Args::parse();
    // Some are started from another folder.
    for program in std::iter::once(&mut args.causeway).chain(&mut args.beside) {
        *program = program.canonicalize().wrap_err_with(|| format!("no binary: {}", program.display()))?;
    }
    let wanted = |part| args.only.is_none_or(|only| only == part);
    if wanted(Part::Devnet) {
        binary::measure(&args.causeway, args.runs)?;
    }
    if wanted(Part::Gateway) {
        gateway::measure(&args.causeway, args.runs)?;
    }
    let relayer = args.only.is_none_or(|only| only == Part::Relayer);
    if relayer || args.only == Some(Part::Latency) {
        relayer::measure_latency(&args.causeway, args.beside.as_deref(), args.runs)?;
    }
    if relayer || args.only == Some(Part::Bursts) {
        relayer::measure_bursts(&args.causeway, args.runs)?;
    }
    if relayer || args.only == Some(Part::Replicas) {
        relayer::measure_replicas(&args.causeway, args.runs)?;
    }
    if wanted(Part::Deploy) {
        deploy::measure(&args.causeway, args.runs)?;
    }
    if wanted(Part::Bindings) {
        bindings::measure(&args.causeway, args.runs)?;
    }
    if wanted(Part::Verifier) {
        verifier::measure(args.runs)?;
    }
    if args.only == Some(Part::Memory) {
        memory::measure(&args.causeway, args.messages)?;
    }
    if args.only == Some(Part::Handing) {
        memory::measure_handing(&args.causeway, args.beside.as_deref(), args.runs)?;
    }
    if args.only == Some(Part::Backfill) {
        verifier::measure_backfill(args.runs)?;
    }
    Ok(())
}
