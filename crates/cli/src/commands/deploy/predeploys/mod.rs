//! `causeway deploy predeploys`.

mod view;

use super::chosen::{ChainArgs, Otherwise};
use crate::{
    account::Account,
    chains::{Chain, Silent},
    context::Context,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    interrupt::Interrupt,
};
use alloy::primitives::Address;
use causeway_deploy::{
    ChainKind, Contract, GenesisConfig, contracts,
    install::{self, Dialect, InstallError, Plan},
};
use causeway_devnet::DEV_ACCOUNTS;
use clap::Args;
use serde_json::json;
use std::time::Instant;

/// Which contracts, and where.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  causeway deploy predeploys --chain http://127.0.0.1:8545 --dry-run
  causeway deploy predeploys --chain 901 902
  causeway deploy predeploys          every chain of the devnet that runs

What a chain has of its own (a standard bridge, WETH, a ProxyAdmin, other
preinstalls) stays. A chain whose node cannot set code is upgraded by its
operators: `causeway upgrade`.")]
pub(crate) struct PredeploysArgs {
    #[command(flatten)]
    chains: ChainArgs,
    /// Owner of the ProxyAdmin where there is none [default: the first account of devnets]
    #[arg(long, value_name = "ADDRESS", value_parser = Account::parse)]
    owner: Option<Account>,
    /// Put the open-mint token of devnets there, too
    #[arg(long)]
    devnet_token: bool,
    /// Replace other code that stands in the way of interop
    #[arg(long)]
    replace: bool,
    /// Work on nodes of other machines, too: others may use their chains
    #[arg(long)]
    allow_remote: bool,
    /// Print the plan, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// A chain, and what is to be done there.
struct Site {
    chain: Chain,
    contracts: Vec<Contract>,
    dialect: Dialect,
    plan: Plan,
}

pub(super) async fn run(args: &PredeploysArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let spinner = context.printer.spinner("reading");
    let sites = interrupt.before_sending(survey(args, context)).await?;
    drop(spinner);
    let is_blocked = sites.iter().any(|site| !site.plan.blocked().is_empty());
    if args.dry_run && is_blocked {
        let texts: Vec<_> = sites.iter().map(|site| view::text(site, None)).collect();
        context.printer.finding(&texts.join("\n\n"));
    } else if args.dry_run {
        let texts: Vec<_> = sites.iter().map(|site| view::text(site, None)).collect();
        let data: Vec<_> = sites.iter().map(|site| view::object(site, None)).collect();
        context.printer.report(&texts.join("\n\n"), &json!({ "dryRun": true, "chains": data }));
        return Ok(());
    }
    refuse_blocked(&sites)?;
    let (mut texts, mut data) = (Vec::new(), Vec::new());
    for site in &sites {
        let spinner = context.printer.spinner(format!("writing to {}", site.chain.label()));
        let (seconds, is_interrupted) = write(site, args.replace, &mut interrupt).await?;
        drop(spinner);
        texts.push(view::text(site, Some(seconds)));
        data.push(view::object(site, Some(seconds)));
        if is_interrupted && data.len() < sites.len() {
            context.printer.note(&texts.join("\n\n"));
            return Err(interrupted(&sites, data.len()));
        }
    }
    context.printer.report(&texts.join("\n\n"), &json!({ "dryRun": false, "chains": data }));
    Ok(())
}

/// Looks at every chain before anything is written to one.
async fn survey(args: &PredeploysArgs, context: &Context<'_>) -> Outcome<Vec<Site>> {
    let mut sites = Vec::new();
    for chain in args.chains.choose(Otherwise::Devnet, context).await?.chains {
        let chain = chain.map_err(Silent::into_failure)?.connect().await?;
        let owner = owner(args, &chain)?;
        let mut config = GenesisConfig::l2(chain.id(), owner);
        if let ChainKind::L2 { devnet_token, .. } = &mut config.kind {
            *devnet_token = args.devnet_token;
        }
        let (contracts, provider) = (contracts(&config), chain.client.provider());
        let failed = |error| failure(error, &chain);
        let dialect = install::dialect(provider).await.map_err(failed)?;
        let plan = install::plan(provider, &contracts, args.replace).await.map_err(failed)?;
        sites.push(Site { chain, contracts, dialect, plan });
    }
    Ok(sites)
}

/// Who may upgrade the predeploys. On a node of another machine that is not to be everybody by default.
fn owner(args: &PredeploysArgs, chain: &Chain) -> Outcome<Address> {
    let endpoint = &chain.known.endpoints;
    let is_here = chain.known.on_devnet || endpoint.is_loopback();
    if !is_here && !args.allow_remote {
        return Err(Failure::usage(format!(
            "the node of chain {} at {endpoint} is on another machine: its state is not replaced by accident",
            chain.label()
        ))
        .with_code(ErrorCode::RemoteNode)
        .with_hint(
            "--allow-remote, if it is a devnet of yours; a live chain is upgraded: `causeway upgrade`",
        ));
    }
    match &args.owner {
        Some(owner) => Ok(owner.address),
        None if is_here => Ok(DEV_ACCOUNTS[0]),
        None => Err(Failure::usage(format!(
            "no owner of the ProxyAdmin is named for chain {}, which others may reach",
            chain.label()
        ))
        .with_hint("--owner ADDRESS; the default is an account whose key everybody knows")),
    }
}

/// Other code where interop needs ours: whoever wants it gone says so.
fn refuse_blocked(sites: &[Site]) -> Outcome {
    let blocked: Vec<_> = sites
        .iter()
        .flat_map(|site| site.plan.blocked().into_iter().map(|step| view::blocked(site, step)))
        .collect();
    if blocked.is_empty() {
        return Ok(());
    }
    Err(Failure::usage(format!("other code stands where interop needs ours: {}", blocked.join(", ")))
        .with_code(ErrorCode::ForeignCode)
        .with_hint("--replace destroys it; `causeway deploy check` says what is there"))
}

/// Writes what has to be written; one chain is finished even if a signal comes.
async fn write(site: &Site, replace: bool, interrupt: &mut Interrupt) -> Outcome<(f64, bool)> {
    let started = Instant::now();
    let mut is_interrupted = false;
    let provider = site.chain.client.provider();
    if site.plan.is_done() {
        install::prove(provider).await.map_err(|error| failure(error, &site.chain))?;
    } else {
        let work = install::apply(provider, site.dialect, &site.contracts, &site.plan, replace);
        tokio::pin!(work);
        let done = tokio::select! {
            biased;
            () = interrupt.caught() => {
                is_interrupted = true;
                work.await
            }
            done = &mut work => done,
        };
        done.map_err(|error| failure(error, &site.chain))?;
    }
    Ok((started.elapsed().as_secs_f64(), is_interrupted))
}

fn interrupted(sites: &[Site], done: usize) -> Failure {
    let names = |sites: &[Site]| sites.iter().map(|site| site.chain.label()).collect::<Vec<_>>().join(", ");
    let (done, left) = sites.split_at(done);
    Failure::failed(format!("interrupted: {} done, {} not begun", names(done), names(left)))
        .with_code(ErrorCode::Interrupted)
        .with_hint("the same command goes on from there")
}

fn failure(error: InstallError, chain: &Chain) -> Failure {
    let what = format!("cannot put the contracts onto chain {}", chain.label());
    let failed = match error {
        InstallError::CannotSetCode { .. } => Err::<(), _>(error)
            .what(what)
            .code(ErrorCode::CannotSetCode)
            .hint("a live chain is upgraded by its operators: `causeway upgrade` makes the transactions for that"),
        InstallError::Unreachable(_) | InstallError::Unread { .. } => Err(error)
            .what(what)
            .code(ErrorCode::ChainUnreachable)
            .hint(format!("is the node at {} well?", chain.known.endpoints)),
        InstallError::Unwritten(_) => Err(error)
            .what(what)
            .code(ErrorCode::ChainUnreachable)
            .hint("some of it may be there; the same command goes on from there"),
        InstallError::DoNotRun { .. } => Err(error)
            .what(what)
            .hint("they need Cancun or later: is its hardfork older? `anvil --network optimism --hardfork isthmus` has all"),
        InstallError::NotHeld { .. } => {
            Err(error).what(what).hint("does something else write there? the same command goes on from there")
        }
    };
    failed.err().unwrap_or_else(|| Failure::failed("nothing failed"))
}
