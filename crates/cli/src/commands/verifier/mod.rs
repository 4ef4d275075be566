//! `causeway verifier`: is this message valid, and how safe is this block?

mod check;
mod news;
mod run;

use crate::{context::Context, failure::Outcome};
use clap::Subcommand;

/// The service, and one check by hand.
#[derive(Debug, Subcommand)]
pub(crate) enum VerifierCommand {
    /// Follow the chains and answer over JSON-RPC whether messages are valid, until Ctrl-C
    Run(run::RunArgs),
    /// Explain one message, or those that a transaction executes, from what the chains' nodes say now
    Check(check::CheckArgs),
}

pub(crate) async fn run(command: &VerifierCommand, context: &Context<'_>) -> Outcome {
    match command {
        VerifierCommand::Run(args) => run::run(args, context).await,
        VerifierCommand::Check(args) => check::run(args, context).await,
    }
}
