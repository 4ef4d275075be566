//! `causeway relayer`: deliver messages as a service, and operate it.

mod accept;
mod accounts;
mod api;
mod api_settings;
mod args;
mod ask;
mod beacon;
mod check;
mod database;
mod decide;
mod events;
mod explain;
mod kms;
mod limits;
mod mark;
mod migrate;
mod nodes;
mod place;
mod resend;
mod run;
mod signer;
mod simulate;
mod spelling;
mod status;
mod top_up;
mod words;

pub(crate) use events::print;

use crate::{context::Context, failure::Outcome};
use clap::Subcommand;

/// The service.
#[derive(Debug, Subcommand)]
pub(crate) enum RelayerCommand {
    /// Deliver every message between the chains, each once, until Ctrl-C
    Run(args::RunArgs),
    /// Show what is queued, how far each chain is taken in, what the accounts have
    Status(status::StatusArgs),
    /// Say in words why a message is not delivered, and what happens next
    Explain(explain::ExplainArgs),
    /// Have messages tried again that failed, or that were skipped
    Retry(decide::RetryArgs),
    /// Take messages out of delivery, or up again
    Skip(decide::SkipArgs),
    /// Try a delivery out now: its gas and cost, or why it reverts; nothing is sent
    Simulate(simulate::SimulateArgs),
    /// Look at everything that `relayer run` needs, and say what it would do; nothing is sent
    Check(check::CheckArgs),
    /// Copy a database from a file into Postgres
    Migrate(migrate::MigrateArgs),
    /// Let a relayer begin anew whose database is lost, or work on one again that was copied
    Accept(accept::AcceptArgs),
}

pub(crate) async fn run(command: &RelayerCommand, context: &Context<'_>) -> Outcome {
    match command {
        RelayerCommand::Run(args) => run::serve(args, context).await,
        RelayerCommand::Status(args) => status::run(args, context).await,
        RelayerCommand::Explain(args) => explain::run(args, context).await,
        RelayerCommand::Retry(args) => decide::retry(args, context).await,
        RelayerCommand::Skip(args) => decide::skip(args, context).await,
        RelayerCommand::Simulate(args) => simulate::run(args, context).await,
        RelayerCommand::Check(args) => check::run(args, context).await,
        RelayerCommand::Migrate(args) => migrate::run(args, context).await,
        RelayerCommand::Accept(args) => accept::run(args, context).await,
    }
}
