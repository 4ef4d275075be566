//! `causeway message list`.

use super::{
    SearchArgs, find,
    find::Found,
    view::{self, Status},
};
use crate::{
    candidates,
    chains::{KnownChain, unknown_chain},
    context::Context,
    failure::{Failure, Outcome},
    parse,
    transfer::Currencies,
};
use alloy::primitives::U256;
use causeway_client::SurveyedMessage;
use clap::Args;
use serde_json::json;

/// Which messages.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway message list --status pending --to 902")]
pub(crate) struct ListArgs {
    /// Only messages from this chain: id or name
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    from: Option<String>,
    /// Only messages to this chain: id or name
    #[arg(long, value_name = "CHAIN", add = candidates::chains())]
    to: Option<String>,
    /// Only messages of this status
    #[arg(long, value_enum, value_name = "STATUS")]
    status: Option<Status>,
    /// At most so many, the newest
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
    #[command(flatten)]
    search: SearchArgs,
}

pub(super) async fn run(args: &ListArgs, context: &Context<'_>) -> Outcome {
    let found = find::all(&args.search, context).await?;
    let from = source(args.from.as_deref(), &found)?;
    let to = destination(args.to.as_deref(), &found)?;
    let chosen: Vec<_> = found
        .messages
        .iter()
        .filter(|message| from.is_none_or(|id| U256::from(message.sent.chain_id) == id))
        .filter(|message| to.is_none_or(|id| message.message.destination == id))
        .filter(|message| args.status.is_none_or(|status| Status::of(message, &found) == status))
        .collect();
    let shown = &chosen[chosen.len().saturating_sub(args.limit as usize)..];
    let carried = shown.iter().map(|message| (message.sent.chain_id, &message.message));
    let currencies = Currencies::ask(carried, &found.chains).await;
    let data: Vec<_> = shown.iter().map(|message| view::object(message, &found, &currencies)).collect();
    context.printer.report(&table(shown, &found), &json!({ "messages": data, "total": chosen.len() }));
    if shown.is_empty() {
        context.printer.note("no messages");
    } else if shown.len() < chosen.len() {
        context.printer.note(&format!("the newest {} of {}; --limit shows more", shown.len(), chosen.len()));
    }
    Ok(())
}

/// A chain that messages come from: of one that is not looked at, none can be found.
fn source(named: Option<&str>, found: &Found) -> Outcome<Option<U256>> {
    match destination(named, found)? {
        Some(id) if !found.known().any(|chain| U256::from(chain.id) == id) => {
            Err(unknown(named.unwrap_or_default(), found, "or add one by --rpc-url"))
        }
        known => Ok(known),
    }
}

/// A chain that messages go to: also one that this machine has never heard of, by its id.
fn destination(named: Option<&str>, found: &Found) -> Outcome<Option<U256>> {
    let Some(text) = named else { return Ok(None) };
    if let Some(chain) = found.known().find(|chain| chain.name == text) {
        return Ok(Some(U256::from(chain.id)));
    }
    parse::chain_id(text).map(Some).map_err(|_| unknown(text, found, "or any id"))
}

fn unknown(text: &str, found: &Found, other: &str) -> Failure {
    let names = found.known().map(KnownChain::label).collect::<Vec<_>>().join(", ");
    unknown_chain(text).with_hint(format!("known chains: {names}; {other}"))
}

/// Two lines a message: its hash leaves no room beside it on a terminal of 80 columns.
fn table(messages: &[&SurveyedMessage], found: &Found) -> String {
    let entry = |message: &&SurveyedMessage| {
        let (sent, to) = (message.sent, message.message.destination);
        let mut way = format!("from {} block {} to {to}", sent.chain_id, sent.block_number);
        if let Some(delivered) = message.delivered {
            way.push_str(&format!(" block {}", delivered.block_number));
        }
        if let Some(seconds) = message.latency() {
            way.push_str(&format!(", {seconds} s"));
        }
        format!("{:<9}  {}\n{:<9}  {way}", Status::of(message, found).name(), message.message_hash, "")
    };
    messages.iter().map(entry).collect::<Vec<_>>().join("\n")
}
