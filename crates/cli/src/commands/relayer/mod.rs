//! `causeway relayer`: deliver messages as a service, and operate it.

mod accounts;
mod decide;
mod events;
mod explain;
mod nodes;
mod place;
mod run;
mod status;
mod words;

pub(crate) use events::print;

use crate::{context::Context, failure::Outcome};
use clap::Subcommand;

/// The service.
#[derive(Debug, Subcommand)]
pub(crate) enum RelayerCommand {
    /// Deliver every message between the chains, each once, until Ctrl-C
    Run(run::RunArgs),
    /// Show what is queued, how far each chain is taken in, what the accounts have
    Status(status::StatusArgs),
    /// Say in words why a message is not delivered, and what happens next
    Explain(explain::ExplainArgs),
    /// Have messages tried again that failed, or that were skipped
    Retry(decide::RetryArgs),
    /// Take messages out of delivery, or up again
    Skip(decide::SkipArgs),
}

pub(crate) async fn run(command: &RelayerCommand, context: &Context<'_>) -> Outcome {
    match command {
        RelayerCommand::Run(args) => run::serve(args, context).await,
        RelayerCommand::Status(args) => status::run(args, context).await,
        RelayerCommand::Explain(args) => explain::run(args, context).await,
        RelayerCommand::Retry(args) => decide::retry(args, context).await,
        RelayerCommand::Skip(args) => decide::skip(args, context).await,
    }
}
