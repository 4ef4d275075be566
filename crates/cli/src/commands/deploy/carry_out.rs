//! A deployment from the look at all chains to the last of them: nothing is sent before every chain was seen to be ready, and
//! nothing before it is in the journal.

use super::{
    args::DeployArgs,
    chains::select,
    explain,
    report::{Deployment, Row, Status},
    results,
};
use crate::{
    chains::{Chain, ChainBook, KnownChain, Silent},
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    interrupt::Interrupt,
    patience,
    payer::Payer,
};
use alloy::primitives::Address;
use causeway_deploy::{
    create2::{Action, Creation, Look, Plan, Settled, Target, Unsettled, look, settle, sign},
    journal::{Entry, Journal},
};
use causeway_devnet::Network;
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;

/// For all that is asked of one chain.
const LOOK: Duration = Duration::from_secs(60);

/// A chain that was looked at.
#[derive(Debug)]
pub(super) struct Looked {
    pub(super) known: KnownChain,
    pub(super) target: Target,
    pub(super) plan: Plan,
}

/// A deployment for which every chain is ready. Nothing was sent.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) deployment: Deployment,
    pub(super) looked: Vec<Looked>,
    payer: Option<Payer>,
    journal: Option<Journal>,
    interrupt: Interrupt,
}

/// Looks at all chains. What is created may depend on the account that pays, where there is one, and on the chains that are
/// known.
pub(super) async fn prepare(
    make: impl FnOnce(Option<Address>, &ChainBook) -> Outcome<Creation>,
    args: &DeployArgs,
    context: &Context<'_>,
) -> Outcome<Ready> {
    let network = context.network().await?;
    let book = context.chains(network.as_ref(), &[]).await?;
    let named = args.wallet.signer(context.printer.hidden())?;
    // Not before: a password is asked for, and Ctrl-C must end that.
    let mut interrupt = Interrupt::listen()?;
    let named = match interrupt.before_sending(args.ledger.signer()).await? {
        Some(ledger) => Some(Payer::from(ledger)),
        None => named.map(Payer::from),
    };
    let connected = async {
        let (known, silent) = select(&args.chains, &book, network.as_ref()).await?;
        leave_out(silent, known.is_empty(), args, context)?;
        Ok(join_all(known.into_iter().map(connect)).await)
    };
    let connected = interrupt.before_sending(connected).await?;
    let reached: Vec<&Chain> = connected.iter().filter_map(|(_, chain)| chain.as_ref().ok()).collect();
    let payer = payer(named, args, network.as_ref(), &reached, context)?;
    let account = payer.as_ref().map(|payer| payer.address).or(args.sender);
    let creation = make(account, &book)?;
    let journal = match account {
        Some(account) => journal(account, args, network.as_ref(), &reached, context).await?,
        None => None,
    };

    let spinner = context.printer.spinner(format!("looking at {}", chains(connected.len())));
    let look = Look { creation: &creation, account, journal: journal.as_ref() };
    let looks = join_all(connected.into_iter().map(|(known, chain)| one(known, chain, look)));
    let looked = interrupt.before_sending(async { Ok(looks.await) }).await?;
    drop(spinner);
    let mut rows = Vec::new();
    let looked = ready(looked, &creation, args, context, &mut rows)?;
    for looked in &looked {
        rows.push(row(looked));
        note_others(looked, journal.as_ref(), context);
    }
    let Some(address) = looked.first().map(|looked| looked.plan.address) else {
        return Err(Failure::failed("no chain is ready"));
    };
    let journal_path = journal.as_ref().map(|journal| journal.path().to_owned());
    let (dry_run, token) = (args.dry_run, None);
    let deployment = Deployment { creation, address, account, journal: journal_path, dry_run, rows, token };
    Ok(Ready { deployment, looked, payer, journal, interrupt })
}

impl Ready {
    /// Sends what is to be sent, and waits for it; nothing in a dry run.
    pub(super) async fn carry_out(
        mut self,
        args: &DeployArgs,
        context: &Context<'_>,
    ) -> Outcome<(Deployment, Vec<Looked>, Interrupt)> {
        if !args.dry_run {
            let (Some(payer), Some(journal)) = (self.payer.take(), self.journal.as_mut()) else {
                return Err(Failure::failed("there is no account to deploy from"));
            };
            let deployment = &mut self.deployment;
            send(deployment, &self.looked, journal, &payer, args, &mut self.interrupt, context).await?;
        }
        Ok((self.deployment, self.looked, self.interrupt))
    }
}

fn chains(count: usize) -> String {
    if count == 1 { "1 chain".to_owned() } else { format!("{count} chains") }
}

/// What to do about nodes that do not say which chain they serve.
fn leave_out(silent: Vec<Silent>, is_all: bool, args: &DeployArgs, context: &Context<'_>) -> Outcome {
    for node in silent {
        if is_all || !args.skip_unready {
            return Err(node.into_failure());
        }
        context.printer.warn(&format!("{} is left out: {}", node.endpoint, node.reason()));
    }
    Ok(())
}

async fn connect(known: KnownChain) -> (KnownChain, Outcome<Chain>) {
    (known.clone(), known.connect().await)
}

/// The account that pays; none for a look without a key.
fn payer(
    named: Option<Payer>,
    args: &DeployArgs,
    network: Option<&Network>,
    chains: &[&Chain],
    context: &Context<'_>,
) -> Outcome<Option<Payer>> {
    let payer = match named {
        Some(payer) => payer,
        None if args.sender.is_some() => return Ok(None),
        None => match context.funded(network, chains) {
            Ok(signer) => signer.into(),
            Err(failure) if failure.code() == ErrorCode::NoKey && args.dry_run => return Ok(None),
            Err(failure) => return Err(failure),
        },
    };
    match args.sender {
        Some(sender) if sender != payer.address => {
            Err(Failure::usage(format!("--sender is {sender}, and the key is that of {}", payer.address))
                .with_hint("leave one of them away"))
        }
        _ => Ok(Some(payer)),
    }
}

/// What earlier runs sent. A look goes without it where it cannot be used.
async fn journal(
    account: Address,
    args: &DeployArgs,
    network: Option<&Network>,
    chains: &[&Chain],
    context: &Context<'_>,
) -> Outcome<Option<Journal>> {
    // What belongs to a devnet's run goes with it.
    let network = network.filter(|_| chains.iter().all(|chain| chain.known.on_devnet));
    let folder = match &args.journal {
        Some(folder) => folder.clone(),
        None => context.state_file("deployments", "--journal", network).await?,
    };
    let holder = format!("process {}", std::process::id());
    match Journal::open(&folder, account, &holder) {
        Ok(journal) => Ok(Some(journal)),
        Err(error) if args.dry_run => {
            context.printer.warn(&format!("what was sent before is not looked at: {error}"));
            Ok(None)
        }
        Err(error) => Err(explain::journal(error)),
    }
}

async fn one(
    known: KnownChain,
    chain: Outcome<Chain>,
    what: Look<'_>,
) -> (KnownChain, Result<Looked, Failure>) {
    let chain = match chain {
        Ok(chain) => chain,
        Err(failure) => return (known, Err(failure)),
    };
    let target = Target { chain_id: chain.id(), provider: chain.client.provider().clone() };
    let plan = match patience::within(LOOK, look(&target, what)).await {
        Ok(plan) => plan.map_err(|error| explain::unready(error, &known)),
        Err(silent) => Err(silent),
    };
    (known.clone(), plan.map(|plan| Looked { known, target, plan }))
}

/// Those that are ready: all of them, unless the others are to be left out.
fn ready(
    looked: Vec<(KnownChain, Result<Looked, Failure>)>,
    creation: &Creation,
    args: &DeployArgs,
    context: &Context<'_>,
    rows: &mut Vec<Row>,
) -> Outcome<Vec<Looked>> {
    let (mut ready, mut unready) = (Vec::new(), Vec::new());
    for (known, result) in looked {
        match result {
            Ok(looked) => ready.push(looked),
            Err(failure) => unready.push((known, failure)),
        }
    }
    if unready.is_empty() {
        return Ok(ready);
    }
    if !ready.is_empty() && args.skip_unready {
        for (known, failure) in unready {
            context.printer.warn(&format!("{} is left out: {}", known.label(), failure.message()));
            let (status, reason) = (Status::Skipped, Some(failure.message()));
            let (chain_id, label, name) = (known.id, known.label(), known.name);
            rows.push(Row { chain_id, label, name, status, reason, ..Row::default() });
        }
        return Ok(ready);
    }
    let what = format!("cannot deploy {}, and nothing was sent", creation.name);
    let others: Vec<String> = unready[1..]
        .iter()
        .map(|(known, failure)| format!("{}: {}", known.label(), failure.message()))
        .collect();
    let (known, first) = unready.swap_remove(0);
    let mut hint = first.hint().unwrap_or_default().to_owned();
    if !ready.is_empty() {
        hint.push_str("; --skip-unready goes on without it");
    }
    if others.is_empty() {
        return Err(first.context(format!("{what}: {}", known.label())).with_hint(hint));
    }
    let (code, details) = (first.code(), first.details().clone());
    let all = format!("{what}: {}: {}; {}", known.label(), first.message(), others.join("; "));
    Err(Failure::failed(all).with_code(code).with_details(details).with_hint(hint))
}

fn row(looked: &Looked) -> Row {
    let known = &looked.known;
    let row = Row { chain_id: known.id, label: known.label(), name: known.name.clone(), ..Row::default() };
    match &looked.plan.action {
        Action::Present { tx_hash } => {
            let code_hash = Some(alloy::primitives::keccak256(&looked.plan.code));
            Row { status: Status::Present, tx_hash: *tx_hash, code_hash, ..row }
        }
        Action::Resend(entry) => Row {
            status: Status::Resumed,
            tx_hash: Some(entry.tx_hash),
            nonce: Some(entry.nonce),
            reason: Some("an earlier run sent it".to_owned()),
            ..row
        },
        Action::Create { nonce, cost, replan } => Row {
            nonce: *nonce,
            gas: cost.map(|cost| cost.gas),
            cost: cost.map(|cost| cost.at_most()),
            reason: replan.map(|why| format!("sent anew: {why}")),
            ..row
        },
    }
}

fn note_others(looked: &Looked, journal: Option<&Journal>, context: &Context<'_>) {
    let (id, genesis) = (looked.known.id, looked.plan.genesis);
    if journal.is_some_and(|journal| journal.knows_another(id, genesis)) {
        context.printer.note(&format!(
            "the journal also tells of another chain {id}, which began with another block: that is left alone"
        ));
    }
}

/// Signs, writes down, sends, waits and checks.
async fn send(
    deployment: &mut Deployment,
    ready: &[Looked],
    journal: &mut Journal,
    payer: &Payer,
    args: &DeployArgs,
    interrupt: &mut Interrupt,
    context: &Context<'_>,
) -> Outcome {
    let (creation, account) = (&deployment.creation, payer.address);
    let (mut entries, mut fresh) = (Vec::new(), Vec::new());
    for looked in ready {
        let entry = match &looked.plan.action {
            Action::Present { .. } => continue,
            Action::Resend(entry) => (**entry).clone(),
            Action::Create { nonce: Some(nonce), cost: Some(cost), .. } => {
                let terms = (account, *nonce, *cost);
                if payer.is_asked {
                    context.printer.note(&format!("confirm the transaction to {}", looked.known.label()));
                }
                let signed = sign(&looked.target, creation, &looked.plan, terms, &payer.wallet);
                let signed = async { signed.await.map_err(explain::signing) };
                let entry = interrupt.before_sending(signed).await?;
                fresh.push(entry.clone());
                entry
            }
            Action::Create { .. } => return Err(Failure::failed("no nonce or cost is known")),
        };
        entries.push((looked, entry));
    }
    if entries.is_empty() {
        context.printer.ok(&format!("{} is on every chain: nothing was sent", creation.name));
        return Ok(());
    }
    let before = |entry: &Entry| journal.find(entry.chain_id, entry.genesis, entry.address).cloned();
    let replaced: Vec<Option<Entry>> = entries.iter().map(|(_, entry)| before(entry)).collect();
    if !fresh.is_empty() {
        journal.record(&fresh).map_err(explain::journal)?;
    }
    context.printer.note(&format!("journal {}", journal.path().display()));
    for (looked, entry) in &entries {
        let again = if fresh.contains(entry) { "sending" } else { "going on with" };
        context.printer.note(&format!(
            "{again} {} to {}: transaction {}, nonce {}",
            creation.name,
            looked.known.label(),
            entry.tx_hash,
            entry.nonce
        ));
    }
    let spinner = context.printer.spinner(format!("waiting for {}", chains(entries.len())));
    let settled = join_all(entries.iter().map(|(looked, entry)| {
        settle(&looked.target, creation, &looked.plan, entry, fresh.contains(entry), args.timeout)
    }));
    let results = tokio::select! {
        results = settled => results,
        () = interrupt.caught() => return Err(interrupted(&entries)),
    };
    drop(spinner);
    let mut outcomes = Vec::new();
    for (((looked, entry), result), replaced) in entries.iter().zip(results).zip(replaced) {
        let replaced = if fresh.contains(entry) { Some(replaced) } else { None };
        keep(journal, entry, &result, replaced, context);
        if let Some(row) = deployment.rows.iter_mut().find(|row| row.chain_id == looked.known.id) {
            results::enter(row, &result);
        }
        if result.is_ok() {
            context.printer.ok(&format!("{} is on {}", creation.name, looked.known.label()));
        }
        outcomes.push((looked.known.label(), result));
    }
    results::judge(&deployment.creation.name, &outcomes, deployment.chains())
}

/// What came of it, for the next run. That it could not be written does no harm: that run looks at the chain. For what is fresh
/// there may be an entry in whose place it stands.
fn keep(
    journal: &mut Journal,
    entry: &Entry,
    result: &Result<Settled, Unsettled>,
    fresh: Option<Option<Entry>>,
    context: &Context<'_>,
) {
    let kept = match (result, fresh) {
        (Ok(Settled::Created(created)), _) => {
            journal.record(&[Entry { mined: Some(created.mined), ..entry.clone() }])
        }
        // Nobody has it: the next run signs another, or goes on with what this one was to replace.
        (Err(Unsettled::Refused { .. }), Some(replaced)) => journal.forget(entry, replaced),
        _ => Ok(()),
    };
    if let Err(error) = kept {
        context
            .printer
            .warn(&format!("what came of transaction {} is not written down: {error}", entry.tx_hash));
    }
}

fn interrupted(entries: &[(&Looked, Entry)]) -> Failure {
    let sent: Vec<String> = entries
        .iter()
        .map(|(looked, entry)| {
            format!("transaction {} (nonce {}) on {}", entry.tx_hash, entry.nonce, looked.known.label())
        })
        .collect();
    let chains: Vec<Value> =
        entries.iter().map(|(looked, _)| row(looked).json(looked.plan.address)).collect();
    Failure::failed(format!("interrupted, and what was sent may be mined at any time: {}", sent.join("; ")))
        .with_code(ErrorCode::SentNotIncluded)
        .with_hint("run the same command again: it goes on, and sends nothing twice")
        .with_details(json!({ "chains": chains }))
}
