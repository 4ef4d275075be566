//! `causeway deploy check`.

mod view;

use super::chosen::{ChainArgs, Chosen, Otherwise};
use crate::{
    account::Account,
    candidates,
    chains::{Chain, ChainBook, KnownChain},
    context::Context,
    exit::Exit,
    failure::{ErrorCode, Failure, Outcome, OutcomeExt},
    interrupt::Interrupt,
};
use alloy::primitives::{Address, U256};
use causeway_chain::Endpoints;
use causeway_deploy::check::{self, ChainReport, Expected, ExpectedFile, Finding, Kind};
use causeway_devnet::DEV_ACCOUNTS;
use clap::Args;
use futures::future::join_all;
use std::{convert::Infallible, path::PathBuf, str::FromStr};

/// Which chains, and what should be there.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  causeway deploy check --chain 901 902
  causeway deploy check --chain https://rpc.example --expect reference
  causeway deploy check --chain 901 902 \\
    --token 0x420beeF000000000000000000000000000000001

Only reads, as of one block of each chain. Exits with 0 if nothing differs, 1 if
something does, and 4 if something could not be read and nothing differs.",
    mut_arg("named", |chains| chains.help(
        "The chains: ids, names, URLs, or @FILE with one [default: those of the devnet that runs, else those of causeway.toml]"
    ))
)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    chains: ChainArgs,
    /// What should be there: genesis (what `deploy predeploys` gives), reference (its newest release), or a file with a
    /// genesis or allocations
    #[arg(long, value_name = "WHAT", default_value = "genesis", add = candidates::words_or_files(&["genesis", "reference"]))]
    expect: Expect,
    /// Owner of the ProxyAdmin [default: the first account of devnets on this machine, elsewhere the same on all chains]
    #[arg(long, value_name = "ADDRESS", value_parser = Account::parse)]
    owner: Option<Account>,
    /// A token that should be the same on all chains (repeatable)
    #[arg(long = "token", value_name = "ADDRESS", value_parser = Account::parse)]
    tokens: Vec<Account>,
}

/// What should be there.
#[derive(Clone, Debug)]
enum Expect {
    Genesis,
    Reference,
    File(PathBuf),
}

impl FromStr for Expect {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "genesis" => Self::Genesis,
            "reference" => Self::Reference,
            path => Self::File(path.into()),
        })
    }
}

/// What was found on a chain, or why nothing was.
struct Looked {
    /// None for a node that does not say which chain it serves.
    chain: Option<KnownChain>,
    endpoints: Endpoints,
    report: Result<ChainReport, String>,
}

pub(super) async fn run(args: &CheckArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let spinner = context.printer.spinner("reading");
    let looked = interrupt.before_sending(look(args, context)).await?;
    drop(spinner);
    let text = looked.iter().map(|looked| view::text(looked, &args.expect)).collect::<Vec<_>>().join("\n");
    let data = view::data(&looked, &args.expect);
    let (mut different, mut unknown, mut owners) = (0, 0, 0);
    for looked in &looked {
        match &looked.report {
            Ok(report) => {
                let (_, differ, unread) = report.counts();
                different += differ;
                unknown += unread;
                owners += report.findings.iter().filter(|finding| is_by_owner(finding)).count();
            }
            Err(_) => unknown += 1,
        }
    }
    if different + unknown == 0 {
        context.printer.report(&text, &data);
        return Ok(());
    }
    context.printer.finding(&text);
    Err(match (different, unknown) {
        (0, _) => Failure::failed("not everything can be read: what is there is not known")
            .with_code(ErrorCode::StateUnknown)
            .with_hint("ask again when the nodes answer"),
        (count, 0) => differs(count).with_hint(remedy(&args.expect, count == owners)),
        (count, _) => {
            differs(count).with_hint("and not everything can be read: ask again when the nodes answer")
        }
    }
    .with_details(data))
}

fn differs(count: usize) -> Failure {
    let what =
        if count == 1 { "one contract differs".to_owned() } else { format!("{count} contracts differ") };
    Failure::failed(what).with_code(ErrorCode::ContractsDiffer)
}

/// Whether the owner alone is another one.
fn is_by_owner(finding: &Finding) -> bool {
    let [difference] = &finding.differences[..] else { return false };
    difference.kind == Kind::Owner
}

/// What to do about it. Our commands put our contracts there, and no others.
const fn remedy(expect: &Expect, is_owner_alone: bool) -> &'static str {
    match expect {
        _ if is_owner_alone => "if that is the owner that you want, name it with --owner",
        Expect::Genesis => "`causeway deploy predeploys` on a devnet, `causeway upgrade` on a live chain",
        Expect::Reference => "`--expect genesis` (the default) compares with the contracts of Causeway",
        Expect::File(_) => "is the file that of this chain, and of the state that it should have now?",
    }
}

async fn look(args: &CheckArgs, context: &Context<'_>) -> Outcome<Vec<Looked>> {
    let file = read_file(&args.expect)?;
    let Chosen { book, chains } = args.chains.choose(Otherwise::AllKnown, context).await?;
    let tokens = tokens(args, &book, chains.iter().flatten())?;
    let reads = join_all(chains.into_iter().map(async |named| {
        let known = match named {
            Ok(known) => known,
            Err(silent) => {
                let report = Err(silent.reason());
                return Ok(Looked { chain: None, endpoints: silent.endpoint.into(), report });
            }
        };
        let report = match known.clone().connect().await {
            Ok(chain) => {
                let expected = expected(args, file.as_ref(), &chain)?;
                let checked = check::check(chain.client.provider(), chain.id(), &expected, &tokens).await;
                checked.map_err(|error| Failure::message_of(&error))
            }
            // Another chain is no answer about this one.
            Err(failure) if failure.exit() == Exit::Usage => return Err(failure),
            Err(failure) => Err(failure.message()),
        };
        let endpoints = known.endpoints.clone();
        Ok(Looked { chain: Some(known), endpoints, report })
    }));
    let mut looked = reads.await.into_iter().collect::<Outcome<Vec<_>>>()?;
    let is_whole = looked.iter().all(|looked| looked.report.is_ok());
    let mut reports: Vec<_> = looked.iter().filter_map(|looked| looked.report.clone().ok()).collect();
    check::settle(&mut reports, is_whole);
    let known = looked.iter_mut().filter_map(|looked| looked.report.as_mut().ok());
    known.zip(reports).for_each(|(place, report)| *place = report);
    Ok(looked)
}

fn expected(args: &CheckArgs, file: Option<&ExpectedFile>, chain: &Chain) -> Outcome<Vec<Expected>> {
    let is_here = chain.known.on_devnet || chain.known.endpoints.is_loopback();
    let named = args.owner.as_ref().map(|owner| owner.address);
    match (&args.expect, file) {
        (Expect::Reference, _) => Ok(check::reference(chain.id(), named)),
        (_, Some(file)) => match file.chain_id {
            Some(id) if id != chain.id() => {
                Err(Failure::usage(format!("the file is for chain {id}, not for {}", chain.label()))
                    .with_code(ErrorCode::WrongChain)
                    .with_hint("check each chain with its own file"))
            }
            _ => Ok(file.accounts.clone()),
        },
        _ if is_here && named.is_none() => Ok(check::devnet(chain.id(), DEV_ACCOUNTS[0])),
        _ => Ok(check::genesis(chain.id(), named)),
    }
}

fn read_file(expect: &Expect) -> Outcome<Option<ExpectedFile>> {
    let Expect::File(path) = expect else { return Ok(None) };
    let path = crate::environment::expand(path)?;
    let text = std::fs::read_to_string(&path)
        .what(format!("cannot read what to expect from {}", path.display()))
        .bad_input()
        .hint("--expect takes genesis, reference or a file")?;
    let file = ExpectedFile::parse(&text)
        .what(format!("cannot use {}", path.display()))
        .bad_input()
        .hint("expected a geth genesis, or accounts by address as op-deployer writes them")?;
    Ok(Some(file))
}

/// The tokens. One that was named with its chain is looked at on all that were, and that is one of them.
fn tokens<'a>(
    args: &CheckArgs,
    book: &ChainBook,
    chains: impl Iterator<Item = &'a KnownChain> + Clone,
) -> Outcome<Vec<Address>> {
    let mut tokens = Vec::new();
    for token in &args.tokens {
        if let Some(id) = token.chain_id(book)?
            && !chains.clone().any(|chain| U256::from(chain.id) == id)
        {
            return Err(Failure::usage(format!(
                "--token {} is on chain {id}, which is not looked at",
                token.address
            ))
            .with_hint(format!("add --chain {id}, or leave the chain away")));
        }
        if !tokens.contains(&token.address) {
            tokens.push(token.address);
        }
    }
    Ok(tokens)
}
