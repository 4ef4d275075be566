//! `causeway message`: any message, read from the chains themselves.

mod carrier;
pub(crate) mod find;
mod list;
mod relay;
mod send;
mod status;
mod transaction;
mod view;

use crate::{context::Context, failure::Outcome, parse};
use clap::{Args, Subcommand};

/// Send, follow and relay messages.
#[derive(Debug, Subcommand)]
pub(crate) enum MessageCommand {
    /// Send a message: a call of a contract on another chain
    Send(send::SendArgs),
    /// Show where a message is, and why it is not delivered, by any hash that tells of it
    Status(status::StatusArgs),
    /// List messages, newest last
    List(list::ListArgs),
    /// Deliver a message by hand
    Relay(relay::RelayArgs),
}

/// Where messages are looked for.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Search options")]
pub(crate) struct SearchArgs {
    /// One more chain to look at, by URL, or by @FILE that holds it: `ps` shows URLs to everybody on this machine
    /// (repeatable) [env: ETH_RPC_URL, where no devnet runs]
    #[arg(long, value_name = "URL")]
    pub(crate) rpc_url: Vec<String>,
    /// First block to look at on each chain [default: the chain's start-block, else the newest 50000 blocks]
    #[arg(long, value_name = "NUMBER", value_parser = parse::number)]
    pub(crate) from_block: Option<u64>,
}

pub(crate) async fn run(command: &MessageCommand, context: &Context<'_>) -> Outcome {
    match command {
        MessageCommand::Send(args) => send::run(args, context).await,
        MessageCommand::Status(args) => status::run(args, context).await,
        MessageCommand::List(args) => list::run(args, context).await,
        MessageCommand::Relay(args) => relay::run(args, context).await,
    }
}
