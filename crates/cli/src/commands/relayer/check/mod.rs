//! `causeway relayer check`: everything that `relayer run` would need, looked at without sending anything.

mod api;
mod database;
mod finding;
mod keys;
mod kms;
mod node;
mod pay;
mod resend;
mod signer;
mod top_up;
mod weights;

use super::{args::RunArgs, database::Database, limits, run::named_database};
use crate::{
    amount::Currency,
    chains::KnownChain,
    context::Context,
    dependencies,
    failure::{ErrorCode, Failure, Outcome},
    interrupt::Interrupt,
    json::{ChainId, Checksummed},
};
use alloy::primitives::{Address, U256};
use causeway_devnet::Network;
use causeway_interop::SafetyLevel;
use causeway_relayer::{Routes, filter::Rules};
use clap::Args;
use finding::{Finding, Level};
use futures::future::join_all;
use pay::Pay;
use serde_json::{Value, json};

/// What would run, and when an account has too little.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  causeway relayer check
  causeway relayer check --chain op-mainnet --chain unichain --account relayer

Takes what `causeway relayer run` takes. Exits with 0 if that would work, 1 if
something would keep it from working, and 4 if something is not known.")]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    run: RunArgs,
    /// What each account should have on each chain at least, e.g. 0.05ether
    // Not under the heading of the last of those above.
    #[arg(long, value_name = "AMOUNT", default_value = "0.01ether", value_parser = amount, help_heading = None::<&str>)]
    min_balance: U256,
}

fn amount(text: &str) -> Result<U256, String> {
    Currency::eth().parse(text)
}

/// What `relayer run` would do.
struct Plan {
    chains: Vec<KnownChain>,
    accounts: Vec<Address>,
    database: Database,
    routes: Vec<(u64, u64)>,
}

pub(super) async fn run(args: &CheckArgs, context: &Context<'_>) -> Outcome {
    let mut interrupt = Interrupt::listen()?;
    let spinner = context.printer.spinner("looking");
    let (plan, findings) = interrupt.before_sending(look(args, context)).await?;
    drop(spinner);
    let text = format!(
        "{}\n\n{}",
        finding::text(&findings),
        words(&plan, &context.loaded.config.relayer.routes(), &findings)
    );
    let data = json!({
        "ready": !findings.iter().any(|finding| finding.level >= Level::Unknown),
        "findings": finding::general(&findings),
        "chains": finding::by_chain(&findings, &plan.chains),
        "plan": object(&plan),
    });
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (errors, unknown) = (count(Level::Error), count(Level::Unknown));
    if errors + unknown == 0 {
        context.printer.report(&text, &data);
        return Ok(());
    }
    context.printer.finding(&text);
    let code = if errors == 0 { ErrorCode::StateUnknown } else { ErrorCode::CheckFailed };
    let (what, hint) = finding::summary(&findings);
    Err(Failure::failed(what).with_code(code).with_hint(hint).with_details(data))
}

async fn look(args: &CheckArgs, context: &Context<'_>) -> Outcome<(Plan, Vec<Finding>)> {
    let network = context.network().await?;
    let (book, mut silent) = context.chains_that_answer(network.as_ref(), &args.run.rpc_url).await?;
    let (mut chains, named) = book.select(&args.run.chain).await?;
    silent.extend(named);
    let mut findings = vec![configuration(context)];
    if let Some(text) = limits::shorter_margin(context, network.as_ref()) {
        findings.push(Finding::warning("configuration", text, "name a shorter one"));
    }
    for node in &silent {
        let text = format!("{} does not say which chain it serves: {}", node.endpoint, node.reason());
        findings.push(Finding::error("node", text, "the relayer waits for it; is it running?"));
    }
    if chains.is_empty() && silent.is_empty() {
        findings.push(Finding::error("configuration", "no chains are known", book.known()));
    } else if chains.len() + silent.len() == 1 {
        findings.push(Finding::error(
            "configuration",
            "there is one chain only: nothing can be relayed between it and others",
            "name another one with --chain, --rpc-url or [chains.NAME]",
        ));
    }
    if let Some(failure) = limits::unknown_routes(context, &book, &chains) {
        findings.push(Finding::error("routes", failure.message(), failure.hint().unwrap_or_default()));
    }
    let ends = limits::unknown_ends(context, &book, &chains);
    findings.extend(ends.into_iter().map(|text| Finding::warning("routes", text, book.known())));
    let (accounts, about_keys) = keys::look(&args.run, context, network.as_ref(), &mut chains).await;
    findings.extend(about_keys);
    let (database, mark) =
        named_database(&args.run, context, network.as_ref(), &chains, silent.is_empty()).await?;
    findings.extend(database::look(&database, mark.as_ref()).await);
    findings.push(Finding::ok("limits", limits::in_words_of(&context.loaded.config.relayer)));
    findings.extend(screening(context));
    findings.extend(api::look(&args.run, context).await);
    let (top_up, about_top_up) = top_up::look(&args.run, context, &accounts, &chains).await;
    findings.extend(about_top_up);
    findings.extend(resend::look(&args.run, context, &accounts, &chains).await);
    let routes = routes(&chains, network.as_ref(), context);
    let is_known = |id: u64| book.has(id) || chains.iter().any(|chain| chain.id == id);
    let mut weights = context.loaded.config.relayer.routes().weights;
    // What is wrong with the others was said above.
    weights.retain(|weight| [weight.source, weight.destination].into_iter().flatten().all(is_known));
    findings.extend(weights::look(&weights, &routes));
    let pay = |chain: &KnownChain| Pay {
        accounts: &accounts,
        least: args.min_balance,
        top_up: top_up.as_ref(),
        is_destination: routes.is_empty() || routes.iter().any(|(_, to)| *to == chain.id),
    };
    let looks = chains.iter().map(|chain| node::look(chain, pay(chain)));
    findings.extend(join_all(looks).await.into_iter().flatten());
    Ok((Plan { chains, accounts, database, routes }, findings))
}

fn configuration(context: &Context<'_>) -> Finding {
    let loaded = &context.loaded;
    let file = loaded.file.as_ref().map(|path| path.display().to_string());
    let variables = match loaded.variables.len() {
        0 => None,
        count => Some(super::words::counted(count as u64, "variable")),
    };
    let sources: Vec<_> = file.into_iter().chain(variables).collect();
    let text = match (sources.is_empty(), &loaded.file) {
        (true, _) => format!("configured by the defaults: {}", context.file_in_words()),
        (false, Some(_)) => format!("configured by {}", sources.join(" and ")),
        (false, None) => format!("configured by {}: {}", sources.join(" and "), context.file_in_words()),
    };
    Finding::ok("configuration", text)
}

/// The list of addresses that are screened, if there is one.
fn screening(context: &Context<'_>) -> Option<Finding> {
    let path = context.loaded.config.relayer.screening_list.as_ref()?;
    Some(match limits::filter(context) {
        Ok(filter) => {
            let list = filter.screening.map(|screening| screening.list()).unwrap_or_default();
            let (denied, allowed) = (list.denied(), list.allowed());
            Finding::ok(
                "screening",
                format!("{} denies {denied} and allows {allowed} addresses", path.display()),
            )
        }
        Err(failure) => Finding::error("screening", failure.message(), failure.hint().unwrap_or_default()),
    })
}

/// From where to where messages would be delivered.
fn routes(chains: &[KnownChain], network: Option<&Network>, context: &Context<'_>) -> Vec<(u64, u64)> {
    let Rules { sources, destinations, .. } = context.loaded.config.relayer.rules();
    let set =
        network.and_then(|network| dependencies::of_devnet(network, chains.iter().map(|chain| chain.id)));
    let pairs = chains.iter().flat_map(|from| chains.iter().map(move |to| (from.id, to.id)));
    let accepts = |(from, to): &(u64, u64)| {
        set.as_ref().is_none_or(|set| set.can_execute(U256::from(*to), U256::from(*from)))
    };
    let is_wanted = |(from, to): &(u64, u64)| {
        (sources.is_empty() || sources.contains(from))
            && (destinations.is_empty() || destinations.contains(to))
    };
    pairs.filter(|(from, to)| from != to).filter(is_wanted).filter(accepts).collect()
}

/// What `relayer run` would do, in words.
fn words(plan: &Plan, safety: &Routes, findings: &[Finding]) -> String {
    let would = if findings.iter().any(|finding| finding.level == Level::Error) {
        "once that is mended, `causeway relayer run` would deliver"
    } else {
        "`causeway relayer run` would deliver"
    };
    let line = |(from, to): &(u64, u64)| match safety.safety(*from, *to) {
        SafetyLevel::Unsafe => format!("  {from} -> {to}"),
        level => format!("  {from} -> {to}, when the message is {level}"),
    };
    let routes: Vec<_> = plan.routes.iter().map(line).collect();
    let accounts: Vec<_> = plan.accounts.iter().map(Address::to_string).collect();
    let by = if accounts.is_empty() { String::new() } else { format!("\npaid by {}", accounts.join(", ")) };
    let routes = if routes.is_empty() { "  nothing".to_owned() } else { routes.join("\n") };
    format!("{would}\n{routes}{by}\nrecorded in {}", plan.database)
}

fn object(plan: &Plan) -> Value {
    json!({
        "chains": plan.chains.iter().map(|chain| ChainId::from(chain.id)).collect::<Vec<_>>(),
        "accounts": plan.accounts.iter().copied().map(Checksummed).collect::<Vec<_>>(),
        "database": plan.database.to_string(),
        "routes": plan.routes.iter().map(|(from, to)| json!({
            "source": ChainId::from(*from),
            "destination": ChainId::from(*to),
        })).collect::<Vec<_>>(),
    })
}
