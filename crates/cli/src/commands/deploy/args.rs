use crate::{candidates, ledger::LedgerArgs, parse, wallet::WalletArgs};
use alloy::primitives::Address;
use causeway_deploy::create2::{Factory, Salt};
use clap::{Args, ValueEnum};
use std::{path::PathBuf, time::Duration};

/// Where to, and who pays.
#[derive(Debug, Args)]
pub(crate) struct DeployArgs {
    /// Chains, separated by commas or spaces: ids, names or URLs
    #[arg(long, visible_alias = "chain", value_name = "CHAINS", required = true, num_args = 1.., add = candidates::chains())]
    pub(super) chains: Vec<String>,
    /// Show what would be done, and send nothing
    #[arg(long)]
    pub(super) dry_run: bool,
    /// Who would pay, for --dry-run without a key
    #[arg(long, value_name = "ADDRESS", requires = "dry_run", value_parser = parse::address)]
    pub(super) sender: Option<Address>,
    /// Go on without the chains that are not ready; without this, nothing is sent if one is not
    #[arg(long)]
    pub(super) skip_unready: bool,
    /// How long to wait for each chain, e.g. 30s, 5m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse::duration)]
    pub(super) timeout: Duration,
    /// Folder for the record of what was sent, by which a run that was ended is gone on with [default: in CAUSEWAY_HOME]
    #[arg(long, value_name = "FOLDER", value_parser = parse::path())]
    pub(super) journal: Option<PathBuf>,
    #[command(flatten)]
    pub(super) wallet: WalletArgs,
    #[command(flatten)]
    pub(super) ledger: LedgerArgs,
}

/// What the address follows from, beside the code.
#[derive(Debug, Args)]
pub(crate) struct PlaceArgs {
    /// 0x and 64 hex digits, or any text, of which keccak-256 is taken [default: zero]
    #[arg(long, value_name = "SALT", value_parser = salt)]
    pub(super) salt: Option<Salt>,
    /// What creates it
    #[arg(long, value_enum, default_value_t, value_name = "FACTORY")]
    pub(super) factory: FactoryName,
}

/// A factory on the command line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum FactoryName {
    // The deterministic deployment proxy.
    #[default]
    Proxy,
    // pcaversaccio's Create2Deployer.
    Create2deployer,
    // CreateX.
    Createx,
}

impl From<FactoryName> for Factory {
    fn from(name: FactoryName) -> Self {
        match name {
            FactoryName::Proxy => Self::Proxy,
            FactoryName::Create2deployer => Self::Create2Deployer,
            FactoryName::Createx => Self::CreateX,
        }
    }
}

fn salt(text: &str) -> Result<Salt, String> {
    text.parse().map_err(|error: causeway_deploy::create2::SaltTextError| error.to_string())
}
