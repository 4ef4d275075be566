//! `causeway verifier`: is this message valid, and how safe is this block?

mod check;
mod explain;
mod news;
mod run;
mod steer;
mod transaction;

pub(crate) use news::News;

use crate::{context::Context, failure::Outcome};
use clap::Subcommand;

/// The service, its switches, and one check by hand.
#[derive(Debug, Subcommand)]
pub(crate) enum VerifierCommand {
    /// Follow the chains and answer over JSON-RPC whether messages are valid, until Ctrl-C
    Run(run::RunArgs),
    /// Explain one message, or those that a transaction executes or sends, from what the chains' nodes say now
    Check(check::CheckArgs),
    /// Show how a running verifier's chains stand, and which blocks are invalid
    Status(steer::StatusArgs),
    /// Have a running verifier refuse every check, or end that
    Failsafe(steer::FailsafeArgs),
    /// Have a running verifier fetch a suspended chain anew
    Resume(steer::ResumeArgs),
}

pub(crate) async fn run(command: &VerifierCommand, context: &Context<'_>) -> Outcome {
    match command {
        VerifierCommand::Run(args) => run::run(args, context).await,
        VerifierCommand::Check(args) => check::run(args, context).await,
        VerifierCommand::Status(args) => steer::status(args, context).await,
        VerifierCommand::Failsafe(args) => steer::failsafe(args, context).await,
        VerifierCommand::Resume(args) => steer::resume(args, context).await,
    }
}
