//! `causeway genesis`: the first state of chains, as files.

mod report;

use crate::{
    config::{Funds, GenesisSection, PredeployNamespace, fund},
    context::Context,
    failure::{Failure, Outcome},
    interrupt::Interrupt,
    parse,
    unwritten::unwritten,
};
use alloy::primitives::{Address, U256};
use causeway_deploy::{ChainKind, Document, DocumentKind, GenesisConfig, GenesisSet, GenesisSetError};
use causeway_devnet::{DEV_ACCOUNTS, L1_CHAIN_ID, funded_accounts};
use causeway_files::{FileReport, write_files};
use clap::{Args, ValueEnum};
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// Which chains, and what is on them. Flags override the configuration's genesis section.
#[derive(Clone, Debug, Args)]
#[command(
    override_usage = "causeway genesis --chain-id <ID> [--chain-id <ID>]...
         (--owner <ADDRESS> | --devnet) [--out <DIR>] [OPTIONS]",
    after_help = "Examples:
  causeway genesis --chain-id 901 --chain-id 902 --out genesis \\
    --owner 0x00000000000000000000000000000000000000AA
  causeway genesis --chain-id 901 --devnet > genesis.json
  causeway genesis --chain-id 901 --chain-id 902 --devnet \\
    --print dependency-set

Files in the folder that --out names:
  901-genesis-l2.json   for geth, reth and `anvil --init`; of an L1 …-l1.json
  901-allocs-l2.json    for op-deployer and forge (vm.loadAllocs)
  901.toml              dependency set, as the superchain registry has it
  dependency-set.json   dependency set, for op-node and op-supernode
  depsets.json          dependency set, for kona
They are the same at every run. If one is there and differs, nothing is written
without --force. A full disk or a kill leaves no half file."
)]
pub(crate) struct GenesisArgs {
    /// Id of an L2 chain; say it once for each chain of the dependency set, or put commas between ids
    #[arg(long, required = true, value_name = "ID", value_delimiter = ',', value_parser = parse::number)]
    chain_id: Vec<u64>,
    /// Make the genesis of an L1, too, `--l1=5` for another id [default id: 900]
    #[arg(long, value_name = "ID", num_args = 0..=1, require_equals = true, default_missing_value = "900", value_parser = parse::number)]
    l1: Option<u64>,
    /// Folder to write into [default: print the genesis of one chain]
    #[arg(long, value_name = "DIR", value_parser = parse::path())]
    out: Option<PathBuf>,
    /// Replace files that are there and differ
    #[arg(long, requires = "out")]
    force: bool,
    /// What to print where there is no --out [default: genesis]
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = false, conflicts_with = "out")]
    print: Option<Printed>,
    /// Owner of the ProxyAdmin, who may upgrade every predeploy; needed unless --devnet is said
    #[arg(long, value_name = "ADDRESS", value_parser = parse::address)]
    owner: Option<Address>,
    /// For a devnet: the first test account is the owner, unless one is named, each has 10,000 ETH, and anybody may mint the token
    #[arg(long)]
    devnet: bool,
    /// Give an account ether, as in 0x…=1.5ether; say it once for each
    #[arg(long, value_name = "ADDRESS=AMOUNT", value_parser = fund)]
    fund: Vec<(Address, U256)>,
    /// Time of the genesis blocks, in seconds since the epoch [default: 0]
    #[arg(long, value_name = "SECONDS", value_parser = parse::number)]
    timestamp: Option<u64>,
    /// Gas limit of a block [default: 30000000]
    #[arg(long, value_name = "GAS", value_parser = parse::number)]
    gas_limit: Option<u64>,
    /// Base fee of the genesis blocks, in wei [default: 1000000000]
    #[arg(long, value_name = "WEI", value_parser = parse::number)]
    base_fee: Option<u64>,
    /// At unused predeploy addresses: proxies (`full`), or `refusals` as on a devnet [default: full]
    #[arg(long, value_name = "WHAT", value_enum, hide_possible_values = true)]
    namespace: Option<PredeployNamespace>,
    /// Leave interop out, as on a chain before its upgrade; `--before-interop=false` does not
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    before_interop: Option<bool>,
    /// Put the batcher and the ERC-7786 gateway there; `--helpers=false` does not [default: true]
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    helpers: Option<bool>,
    /// Put the token there that anybody may mint
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    token: Option<bool>,
    /// Seconds for which a message can be executed, if fewer than seven days
    #[arg(long, value_name = "SECONDS", value_parser = parse::number)]
    expiry_window: Option<u64>,
}

/// A document on stdout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Printed {
    // For geth, reth and anvil.
    Genesis,
    // For op-deployer and forge.
    Allocs,
    // For the superchain registry.
    Registry,
    // For op-node and op-supernode.
    DependencySet,
    // For kona.
    Depsets,
}

impl From<Printed> for DocumentKind {
    fn from(printed: Printed) -> Self {
        match printed {
            Printed::Genesis => Self::Genesis,
            Printed::Allocs => Self::Allocs,
            Printed::Registry => Self::Registry,
            Printed::DependencySet => Self::DependencySet,
            Printed::Depsets => Self::Depsets,
        }
    }
}

impl GenesisArgs {
    /// The configured section with the flags laid over it.
    fn section(&self, configured: &GenesisSection) -> GenesisSection {
        let before_interop = self.before_interop.unwrap_or(configured.before_interop);
        GenesisSection {
            owner: self.owner.or(configured.owner),
            timestamp: self.timestamp.unwrap_or(configured.timestamp),
            gas_limit: self.gas_limit.unwrap_or(configured.gas_limit),
            base_fee: self.base_fee.unwrap_or(configured.base_fee),
            fund: if self.fund.is_empty() { configured.fund.clone() } else { Some(Funds(self.fund.clone())) },
            namespace: self.namespace.unwrap_or(configured.namespace),
            before_interop,
            // What needs interop comes with it, unless it is asked for.
            helpers: self.helpers.unwrap_or(configured.helpers && !before_interop),
            token: self.token.unwrap_or((configured.token || self.devnet) && !before_interop),
            expiry_window: self.expiry_window.or(configured.expiry_window),
        }
    }

    fn set(&self, section: &GenesisSection, owner: Address) -> Outcome<GenesisSet> {
        let mut accounts: Vec<_> = if self.devnet { funded_accounts().collect() } else { Vec::new() };
        let Funds(funds) = section.fund.clone().unwrap_or_default();
        // What is said of an account counts more than what a devnet gives it.
        accounts.retain(|(account, _)| !funds.iter().any(|(funded, _)| funded == account));
        accounts.extend(funds);
        let chain = |mut chain: GenesisConfig| {
            chain.timestamp = section.timestamp;
            chain.gas_limit = section.gas_limit;
            chain.base_fee = section.base_fee.into();
            chain.accounts.clone_from(&accounts);
            chain
        };
        let kind = ChainKind::L2 {
            proxy_admin_owner: owner,
            interop: !section.before_interop,
            helpers: section.helpers,
            devnet_token: section.token,
            namespace: section.namespace.into(),
        };
        let l2 = self.chain_id.iter().map(|id| {
            let chain = chain(GenesisConfig::public_l2(*id, owner));
            GenesisConfig { kind, ..chain }
        });
        let l1 = self.l1.map(|id| chain(GenesisConfig::l1(id)));
        GenesisSet::new(l1, l2.collect(), section.expiry_window).map_err(refused)
    }
}

/// The remedy for each way in which chains cannot start.
fn refused(error: GenesisSetError) -> Failure {
    let hint = match error {
        GenesisSetError::NoChain | GenesisSetError::ChainId { .. } => "name chains as in --chain-id 901",
        GenesisSetError::Twice { chain_id: L1_CHAIN_ID } => {
            "name each chain once; the L1 is 900 unless --l1=ID says otherwise"
        }
        GenesisSetError::Twice { .. } => "name each chain once",
        GenesisSetError::GasLimit { .. } => "leave --gas-limit (genesis.gas-limit) away for 30000000",
        GenesisSetError::BaseFee => "leave --base-fee (genesis.base-fee) away for 1 gwei; 1 wei is enough",
        GenesisSetError::Owner => "name an account or a multisig of yours with --owner (genesis.owner)",
        GenesisSetError::FundedTwice { .. } => "name each account once with --fund (genesis.fund)",
        GenesisSetError::ExpiryWindow { .. } => {
            "leave --expiry-window (genesis.expiry-window) away for seven days"
        }
    };
    Failure::usage(error).with_hint(hint)
}

pub(crate) async fn run(args: &GenesisArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let section = args.section(&context.loaded.config.genesis);
    let owner = section.owner.or_else(|| args.devnet.then_some(DEV_ACCOUNTS[0])).ok_or_else(|| {
        Failure::usage("nobody is named who owns the ProxyAdmin, and may upgrade every predeploy").with_hint(
            "name an account with --owner ADDRESS (genesis.owner), or say --devnet if the chains are for one",
        )
    })?;
    if !args.devnet && DEV_ACCOUNTS.contains(&owner) {
        context.printer.warn(&format!(
            "{owner} is a test account: everybody has its key, and may replace every predeploy (--devnet says that it is meant)"
        ));
    }
    let set = Arc::new(args.set(&section, owner)?);
    let of_registry = args.out.is_some() || args.print == Some(Printed::Registry);
    if section.expiry_window.is_some() && of_registry {
        context
            .printer
            .warn("the registry's form has no key for an expiry window: it stands in the other two only");
    }
    match &args.out {
        Some(folder) => {
            let spinner = context.printer.spinner(format!("writing into {}", folder.display()));
            let written = write(&set, folder, args.force, &mut interrupt).await?;
            drop(spinner);
            report::written(&set, folder, &written, context.printer);
        }
        None => {
            let wanted = args.print.unwrap_or(Printed::Genesis);
            let documents = set.documents();
            let mut found = documents.iter().filter(|one| one.kind() == wanted.into());
            match (found.next(), found.next()) {
                (Some(document), None) => report::printed(&set, document, context.printer),
                _ => return Err(several(wanted)),
            }
        }
    }
    Ok(())
}

fn several(wanted: Printed) -> Failure {
    let name = wanted.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    Failure::usage(format!("several chains are named, and only one {name} can be printed"))
        .with_hint("name a folder for all files with --out DIR")
}

/// Writes all documents, and waits for that even where it is interrupted: nothing is left half done.
async fn write(
    set: &Arc<GenesisSet>,
    folder: &Path,
    force: bool,
    interrupt: &mut Interrupt,
) -> Outcome<Vec<FileReport>> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let (set, to, stop) = (set.clone(), folder.to_path_buf(), cancelled.clone());
    let mut work = tokio::task::spawn_blocking(move || {
        let documents = set.documents();
        let files = documents.iter().map(|one: &Document<'_>| (one.file_name(), || one.render()));
        write_files(&to, files, force, &stop)
    });
    let written = tokio::select! {
        written = &mut work => written,
        () = interrupt.caught() => {
            cancelled.store(true, Ordering::Relaxed);
            work.await
        }
    };
    let written = written.map_err(|error| Failure::failed(format!("cannot write the files: {error}")))?;
    written.map_err(|error| unwritten(error, "the same command again with --force"))
}
