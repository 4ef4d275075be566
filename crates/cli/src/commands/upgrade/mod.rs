//! `causeway upgrade`: the network upgrade transactions of a live chain, as a file.

mod ingredients;
mod output;
mod rehearsal;
mod report;

use crate::{
    candidates,
    context::Context,
    dependency_file::{self, NamedSet},
    failure::Outcome,
    parse,
};
use alloy::primitives::U256;
use causeway_deploy::upgrade::{Form, Heading, plan};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Which transactions, for which chain.
#[derive(Clone, Debug, Args)]
#[command(
    override_usage = "causeway upgrade --chain-id <ID> [--dependency-set <IDS|FILE>]
         [--form <FORM> | --manifest <FILE>] [--rehearse <CHAIN>]
         [--out <FILE> [--format <FORMAT>]] [OPTIONS]",
    after_help = "Examples:
  causeway upgrade --chain-id 901 --dependency-set 901,902 --out upgrade.json
  causeway upgrade --chain-id 901 --format nut --out interop_nut_bundle.json
  causeway upgrade --chain-id 901 --rehearse http://127.0.0.1:8545

Forms:
  bundle  of 2026: setFeature, creations by CREATE2, proxies, funding last
  create  of the specs: each contract is created by a sender of its own
Formats:
  json    each transaction with its fields, its bytes and what it is for
  raw     the bytes alone, one transaction a line
  nut     the bundle file of op-node and kona; they have setFeature and the
          funding in their own code
  state   what the chain has afterwards, for `deploy check --expect FILE`

No chain is touched, but by --rehearse a development node: it runs the
transactions there, says what became of each, and puts the node back."
)]
pub(crate) struct UpgradeArgs {
    /// Id of the chain that the file is for; the transactions are the same on all
    #[arg(long, value_name = "ID", value_parser = parse::chain_id)]
    chain_id: U256,
    /// The chain's dependency set, by ids or by file: with the chain alone in it, steps are left out [default: several chains]
    #[arg(long, value_name = "IDS|FILE", value_parser = dependency_file::named, add = candidates::files())]
    dependency_set: Option<NamedSet>,
    /// Form of the transactions [default: bundle]
    #[arg(long, value_name = "FORM", value_enum, hide_possible_values = true)]
    form: Option<FormName>,
    /// A manifest of your own in place of a form
    #[arg(long, value_name = "FILE", value_parser = parse::path(), conflicts_with = "form")]
    manifest: Option<PathBuf>,
    /// Code to create a contract from, in an artifact of forge or hardhat; say it once for each
    #[arg(long, value_name = "NAME=FILE")]
    artifact: Vec<String>,
    /// Leave out every step of these contracts
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    without: Vec<String>,
    /// The chain has had such an upgrade: leave out what comes but once, the feature and the funding
    #[arg(long, requires = "label")]
    again: bool,
    /// What intents begin with, so that no two upgrades have equal source hashes [default: the manifest's, Interop]
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// With creations: how many transactions each sender has sent before
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = parse::number)]
    sender_nonce: u64,
    /// File to write, - for stdout [default: none, and the steps are only shown]
    #[arg(long, value_name = "FILE", value_parser = parse::path())]
    out: Option<PathBuf>,
    /// Format of the file
    #[arg(
        long,
        value_name = "FORMAT",
        value_enum,
        default_value = "json",
        requires = "out",
        hide_possible_values = true
    )]
    format: Format,
    /// Replace a file that is there and differs
    #[arg(long, requires = "out")]
    force: bool,
    /// Run them on a development node first: a fork of the live chain, by URL
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    rehearse: Option<String>,
    /// Leave on that node what was run there
    #[arg(long, requires = "rehearse")]
    keep: bool,
}

/// A form that is shipped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormName {
    // That of 2026.
    Bundle,
    // That of the specs.
    Create,
}

/// What stands in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    // Everything.
    Json,
    // The transactions' bytes.
    Raw,
    // What op-node embeds.
    Nut,
    // What a chain has afterwards.
    State,
}

impl From<FormName> for Form {
    fn from(name: FormName) -> Self {
        match name {
            FormName::Bundle => Self::Bundle,
            FormName::Create => Self::Create,
        }
    }
}

impl UpgradeArgs {
    fn form(&self) -> Form {
        self.form.map_or_else(Form::default, Form::from)
    }
}

pub(crate) async fn run(args: &UpgradeArgs, context: &Context<'_>) -> Outcome {
    let set = ingredients::dependency_set(args)?;
    let artifacts = ingredients::artifacts(args)?;
    let (form, manifest) = ingredients::manifest(args)?;
    let options = ingredients::options(args, set.as_ref(), &manifest)?;
    let plan = plan(&manifest, &artifacts, &options).map_err(|error| ingredients::wrong(args, error))?;
    let heading = Heading {
        form,
        chain_id: args.chain_id.to_string(),
        dependency_set: set.map(|set| set.iter().map(U256::to_string).collect()),
    };
    let file = output::render(args, &plan, &heading, context)?;
    let rehearsal = match &args.rehearse {
        Some(chain) => Some(rehearsal::run(args, chain, &plan, &heading, context).await?),
        None => None,
    };
    let written = output::write(args, file, context)?;
    report::done(args, &plan, &heading, rehearsal.as_ref(), written.as_ref(), context.printer);
    Ok(())
}
