//! `causeway relayer`: deliver messages as a service.

mod accounts;
mod events;
mod run;

pub(crate) use events::print;

use crate::{context::Context, failure::Outcome};
use clap::Subcommand;

/// The service.
#[derive(Debug, Subcommand)]
pub(crate) enum RelayerCommand {
    /// Deliver every message between the chains, each once, until Ctrl-C
    Run(run::RunArgs),
}

pub(crate) async fn run(command: &RelayerCommand, context: &Context<'_>) -> Outcome {
    match command {
        RelayerCommand::Run(args) => run::serve(args, context).await,
    }
}
