//! `causeway deploy`: contracts put on chains, and what is there compared with what should be.

mod args;
mod batcher;
mod carry_out;
mod chains;
mod check;
mod chosen;
mod contract;
mod explain;
mod predeploys;
mod report;
mod results;
mod token;
mod words;

use crate::{context::Context, failure::Outcome};
use args::DeployArgs;
use clap::Subcommand;
use contract::ContractArgs;
use token::TokenArgs;

/// What is put on chains.
#[derive(Debug, Subcommand)]
pub(crate) enum DeployCommand {
    /// Put the interop contracts onto running nodes that can set code: anvil, a devnet, a fork
    Predeploys(predeploys::PredeploysArgs),
    /// Compare what is on chains with what should be
    Check(check::CheckArgs),
    /// Put a token at one address on every chain, for the bridge to move
    #[command(
        override_usage = "causeway deploy token [OPTIONS]
         --name <NAME> --symbol <SYMBOL> --chains <CHAINS>",
        after_help = "Examples:
  causeway deploy token --name Gold --symbol GLD --chains 901,902
  causeway deploy token --name Gold --symbol GLD --chains 901,902 --dry-run \\
    --supply 1000000GLD --home 901 \\
    --owner 0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
    )]
    Token(Box<TokenArgs>),
    /// Put a contract of your own at one address on every chain
    #[command(
        override_usage = "causeway deploy contract [OPTIONS]
         --artifact <CONTRACT> --chains <CHAINS>",
        after_help = "Examples:
  causeway deploy contract --artifact src/Vault.sol:Vault \\
    --args 0x70997970C51812dc3A010C7d01b50e0d17dc79C8 --chains 901,902
  causeway deploy contract --artifact out/Vault.sol/Vault.json \\
    --args '(1,\"a, b\")' '[1,2]' -5 --chains 901,902 --dry-run"
    )]
    Contract(Box<ContractArgs>),
    /// Put RelayBatcher, which relays many messages at once, at its address
    #[command(after_help = "Example:
  causeway deploy batcher --chains 901,902")]
    Batcher(Box<DeployArgs>),
    /// Put ERC7786Gateway, the interop messenger as an ERC-7786 gateway, at its address
    #[command(after_help = "Example:
  causeway deploy gateway --chains 901,902")]
    Gateway(Box<DeployArgs>),
}

pub(crate) async fn run(command: &DeployCommand, context: &Context<'_>) -> Outcome {
    match command {
        DeployCommand::Predeploys(args) => predeploys::run(args, context).await,
        DeployCommand::Check(args) => check::run(args, context).await,
        DeployCommand::Token(args) => token::run(args, context).await,
        DeployCommand::Contract(args) => contract::run(args, context).await,
        DeployCommand::Batcher(args) => batcher::run("RelayBatcher", args, context).await,
        DeployCommand::Gateway(args) => batcher::run("ERC7786Gateway", args, context).await,
    }
}
