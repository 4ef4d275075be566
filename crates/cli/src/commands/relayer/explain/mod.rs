//! `causeway relayer explain`.

mod funds;
mod next;
mod safety;
mod view;

use super::{
    ask::ask,
    beacon,
    nodes::Nodes,
    place::{DatabaseArgs, Place},
};
use crate::{context::Context, failure::Outcome, node_url, parse, why::Why};
use alloy::primitives::{B256, U256};
use causeway_client::status::RelayerApi;
use causeway_devnet::Network;
use causeway_relayer::engine::Policy;
use causeway_store::{Attempt, MessageRecord, MessageStatus, Store};
use clap::Args;
use next::{Known, Next};
use serde_json::json;

/// Which message.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway relayer explain 0x53ee…89bf

Says what the database knows (transactions signed for it, what they cost in
vain, what an operator decided), what both chains say now, and what the relayer
does next: which block it waits for, it says itself (--relayer). Nothing is sent.")]
pub(crate) struct ExplainArgs {
    /// Hash of the message, of the transaction that sent it, or of one of the relayer's that carries it
    #[arg(value_name = "HASH", value_parser = parse::hash)]
    hash: B256,
    #[command(flatten)]
    database: DatabaseArgs,
    /// The relayer itself is asked, too, by the URL of its API, or by @FILE that holds it: it knows which block it waits for
    /// [default: the one that works on the database and listens on this machine, else where relayer.listen of the configuration says]
    #[arg(long, value_name = "URL")]
    relayer: Option<String>,
    /// One more chain to ask, by URL, or by @FILE that holds it (repeatable)
    #[arg(long, value_name = "URL")]
    rpc_url: Vec<String>,
}

/// What is known of a message.
#[derive(Debug)]
struct Explained {
    record: MessageRecord,
    /// The transactions that were signed for it, the oldest first.
    attempts: Vec<Attempt>,
    /// How many of these are in blocks, were paid for, and count.
    in_vain: usize,
    /// What both chains say, or why they cannot be asked; nothing for a message that needs no delivery.
    why: Option<Result<Why, String>>,
    next: Next,
}

pub(super) async fn run(args: &ExplainArgs, context: &Context<'_>) -> Outcome {
    let named = args
        .relayer
        .as_deref()
        .map(|url| node_url::relayer_api(url, context.printer.hidden()))
        .transpose()?;
    let network = context.network().await?;
    let place = Place::open(&args.database, network.as_ref(), context).await?;
    let relayer = match named {
        None if place.holder.is_some() => by_itself(&place, context)?,
        named => named,
    };
    let records = place.named(args.hash).await?;
    let spinner = context.printer.spinner("asking the chains");
    let nodes = Nodes::reach(network.as_ref(), &args.rpc_url, context).await?;
    let mut explained = Vec::new();
    for record in records {
        let mut message = explain(record, &place, &nodes, network.as_ref(), context).await?;
        if let Some(relayer) = &relayer {
            message.next = asked(message.next, &message.record, relayer).await;
        }
        explained.push(message);
    }
    drop(spinner);
    place.store.close().await;
    let texts: Vec<_> = explained.iter().map(|message| view::paragraph(message, &place, &nodes)).collect();
    let messages: Vec<_> = explained.iter().map(view::object).collect();
    let data = json!({
        "database": place.database.to_string(),
        "relayer": place.holder,
        "messages": messages,
    });
    context.printer.report(&texts.join("\n\n"), &data);
    Ok(())
}

/// The relayer that listens on this machine, or else where the configuration says.
fn by_itself(place: &Place, context: &Context<'_>) -> Outcome<Option<RelayerApi>> {
    let configured = context.loaded.config.relayer.listen.filter(|address| address.port() != 0);
    let Some(address) = beacon::seen(&place.database).first().copied().or(configured) else {
        return Ok(None);
    };
    let url = format!("http://{}", beacon::from_here(address));
    node_url::relayer_api(&url, context.printer.hidden()).map(Some)
}

/// What the relayer itself says comes next, where the database does not settle it.
async fn asked(next: Next, record: &MessageRecord, relayer: &RelayerApi) -> Next {
    if next.is_settled() {
        return next;
    }
    let ends = [U256::from(record.source), record.sent.destination];
    match relayer.next_of(record.hash, ends).await {
        Ok(told) => Next::told(told),
        Err(fault) => Next { note: Some(format!("{}: {}", relayer.endpoint(), fault.reason)), ..next },
    }
}

async fn explain(
    record: MessageRecord,
    place: &Place,
    nodes: &Nodes,
    network: Option<&Network>,
    context: &Context<'_>,
) -> Outcome<Explained> {
    let attempts = place.store.attempts_of(record.hash).await?;
    let (source, destination) = (U256::from(record.source), record.sent.destination);
    let mut in_vain = 0;
    if let Ok(id) = u64::try_from(destination) {
        in_vain = place.store.spent(id).await?.get(&record.hash).map_or(0, Vec::len);
    }
    let why = match record.status {
        MessageStatus::Delivered | MessageStatus::Orphaned => None,
        _ => Some(ask(&record, nodes, network, context).await),
    };
    let mut strangers = Vec::new();
    for id in [source, destination] {
        let is_followed = match u64::try_from(id) {
            Ok(id) => !place.store.window(id).await?.is_empty(),
            Err(_) => false,
        };
        strangers.extend((!is_followed).then(|| nodes.label(id)));
    }
    let filtered = match super::limits::filter(context) {
        Ok(filter) => filter.admits(&record.sent, record.source).err(),
        Err(failure) => {
            // The relayer that runs goes by the list from before.
            let why = failure.message();
            context.printer.warn(&format!("whether a rule keeps it is not known: {why}"));
            None
        }
    };
    let policy = super::limits::policy(context, network);
    let codes = why.as_ref().map(|why| why.as_ref().map(Why::codes).map_err(String::as_str));
    let broke = match &codes {
        Some(Ok(codes)) if codes.is_empty() => funds::broke(&record, place, nodes).await?,
        _ => None,
    };
    let known = Known {
        record: &record,
        attempts: &attempts,
        in_vain,
        strangers: &strangers,
        filtered: filtered.map(|reason| reason.to_string()),
        obstacles: codes,
        unsettled: safety::unsettled(&record, nodes, context).await,
        broke,
        is_late: is_late(&record, &place.store, &policy).await?,
        is_resent: u64::try_from(destination)
            .is_ok_and(|id| context.loaded.config.relayer.routes().auto_resend(record.source, id)),
        destination: &nodes.label(destination),
        has_relayer: place.holder.is_some(),
        policy,
    };
    let next = next::next(&known);
    Ok(Explained { record, attempts, in_vain, why, next })
}

/// Whether so little of the message's time is left, by what the relayer knows of its destination, that nothing is signed for it.
async fn is_late(record: &MessageRecord, store: &Store, policy: &Policy) -> Outcome<bool> {
    let Ok(id) = u64::try_from(record.sent.destination) else { return Ok(false) };
    let now = store.window(id).await?.last().map(|tip| tip.timestamp);
    let sent_at = record.initiation.map(|at| at.identifier.timestamp);
    Ok(now.zip(sent_at).is_some_and(|(now, sent_at)| sent_at < policy.late_before(now)))
}
