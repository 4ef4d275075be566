//! `causeway deploy`: the contracts put on chains, and what is there compared with what should be.

mod chosen;
mod predeploys;
mod words;

use crate::{context::Context, failure::Outcome};
use clap::Subcommand;

/// What is put on chains.
#[derive(Debug, Subcommand)]
pub(crate) enum DeployCommand {
    /// Put the interop contracts onto running nodes that can set code: anvil, a devnet, a fork
    Predeploys(predeploys::PredeploysArgs),
}

pub(crate) async fn run(command: &DeployCommand, context: &Context<'_>) -> Outcome {
    match command {
        DeployCommand::Predeploys(args) => predeploys::run(args, context).await,
    }
}
