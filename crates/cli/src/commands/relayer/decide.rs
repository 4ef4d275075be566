//! `causeway relayer retry` and `skip`: what an operator decides about messages, written into the database.

use super::{
    limits,
    mark::moved,
    place::{DatabaseArgs, Place},
};
use crate::{
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    parse,
};
use alloy::primitives::B256;
use causeway_store::{MessageFilter, MessageRecord, MessageStatus};
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;

/// How many messages are read at once.
const PAGE: u32 = 1_000;
/// How many are named, one by one, for people.
const NAMED: usize = 20;

/// Which messages are tried again.
#[derive(Debug, Args)]
#[command(
    override_usage = "causeway relayer retry [OPTIONS] <HASH>...
       causeway relayer retry [OPTIONS] --all-failed",
    after_help = "Examples:
  causeway relayer retry 0x53ee…89bf
  causeway relayer retry --all-failed

What failed so far does not count any more, and a skipped message is taken up.
What has expired is refused: it has to be sent again on its source."
)]
pub(crate) struct RetryArgs {
    /// Hash of the message, of the transaction that sent it, or of one of the relayer's that carries it
    #[arg(value_name = "HASH", value_parser = parse::hash, required_unless_present = "all_failed")]
    hashes: Vec<B256>,
    /// Every message whose delivery failed
    #[arg(long, conflicts_with = "hashes")]
    all_failed: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

/// Which messages are not delivered.
#[derive(Debug, Args)]
#[command(
    override_usage = "causeway relayer skip [OPTIONS] --reason <TEXT> <HASH>...
       causeway relayer skip [OPTIONS] --undo <HASH>...",
    after_help = "Examples:
  causeway relayer skip 0x53ee…89bf --reason 'asked for by its sender'
  causeway relayer skip 0x53ee…89bf --undo

Nothing new is signed for a skipped message. A transaction that is on its way
for it is not called back."
)]
pub(crate) struct SkipArgs {
    /// Hash of the message, of the transaction that sent it, or of one of the relayer's that carries it
    #[arg(value_name = "HASH", value_parser = parse::hash, required = true)]
    hashes: Vec<B256>,
    /// Why, for whoever asks later
    #[arg(long, value_name = "TEXT", required_unless_present = "undo")]
    reason: Option<String>,
    /// Takes it up again
    #[arg(long, conflicts_with = "reason")]
    undo: bool,
    #[command(flatten)]
    database: DatabaseArgs,
}

pub(super) async fn retry(args: &RetryArgs, context: &Context<'_>) -> Outcome {
    let place = open(&args.database, context).await?;
    let network = context.network().await?;
    let mut records =
        if args.all_failed { failed(&place).await? } else { named(&place, &args.hashes).await? };
    let window = limits::policy(context, network.as_ref()).expiry_window;
    let expired = expired(&place, &records, window).await?;
    if !args.all_failed
        && let Some(first) = expired.first()
    {
        place.store.close().await;
        return Err(too_old(*first));
    }
    records.retain(|record| !expired.contains(&record.hash));
    if !expired.is_empty() {
        let text = format!(
            "{} that failed expired: only resendMessage on their source has them delivered",
            super::words::counted(expired.len() as u64, "message")
        );
        context.printer.warn(&text);
    }
    let mut changed = Vec::new();
    for record in &records {
        let is_over = matches!(record.status, MessageStatus::Delivered | MessageStatus::Orphaned);
        if !is_over {
            place.store.retry(record.hash).await?;
        }
        changed.push(!is_over);
    }
    finish(&place, &records, &changed, "tried again", context).await
}

pub(super) async fn skip(args: &SkipArgs, context: &Context<'_>) -> Outcome {
    let place = open(&args.database, context).await?;
    let records = named(&place, &args.hashes).await?;
    let mut changed = Vec::new();
    for record in &records {
        let change = match &args.reason {
            Some(_) => record.status != MessageStatus::Delivered,
            None => record.skip_reason.is_some(),
        };
        match &args.reason {
            Some(reason) if change => place.store.skip(record.hash, reason).await?,
            None if change => place.store.unskip(record.hash).await?,
            _ => {}
        }
        changed.push(change);
    }
    let what = if args.undo { "taken up" } else { "skipped" };
    finish(&place, &records, &changed, what, context).await
}

async fn open(database: &DatabaseArgs, context: &Context<'_>) -> Outcome<Place> {
    let network = context.network().await?;
    let place = Place::open(database, network.as_ref(), context).await?;
    // Nobody would act by it.
    match &place.moved {
        Some(to) => Err(moved(&place.database, to)),
        None => Ok(place),
    }
}

/// Every message that a hash names. Nothing is decided about some of them if one is wrong.
async fn named(place: &Place, hashes: &[B256]) -> Outcome<Vec<MessageRecord>> {
    let mut records: Vec<MessageRecord> = Vec::new();
    for hash in hashes {
        for record in place.named(*hash).await? {
            if !records.iter().any(|known| known.hash == record.hash) {
                records.push(record);
            }
        }
    }
    Ok(records)
}

/// Those that are too old to be executed, by the clocks of their destinations, as far as these are known.
async fn expired(place: &Place, records: &[MessageRecord], window: u64) -> Outcome<Vec<B256>> {
    let ids = records.iter().filter_map(|record| u64::try_from(record.sent.destination).ok());
    let heads = place.store.heads(&ids.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()).await?;
    let is_expired = |record: &&MessageRecord| {
        let is_open = !matches!(record.status, MessageStatus::Delivered | MessageStatus::Orphaned);
        let head = u64::try_from(record.sent.destination).ok().and_then(|id| heads.get(&id));
        let sent_at = record.initiation.map(|initiation| initiation.identifier.timestamp);
        is_open
            && head
                .zip(sent_at)
                .is_some_and(|(head, sent_at)| head.timestamp.saturating_sub(sent_at) > window)
    };
    Ok(records.iter().filter(is_expired).map(|record| record.hash).collect())
}

fn too_old(message: B256) -> Failure {
    Failure::failed(format!("message {message} has expired: trying it again would not have it delivered"))
        .with_code(ErrorCode::MessageRefused)
        .with_hint(
            "resendMessage on its source makes it young, and it is delivered then (where the messenger's version() is 2.x, expiry \
             goes over L1): docs/relayer.md, \"Sending a message again\"",
        )
}

async fn failed(place: &Place) -> Outcome<Vec<MessageRecord>> {
    let mut filter =
        MessageFilter { status: Some(MessageStatus::Failed), limit: Some(PAGE), ..MessageFilter::default() };
    let mut records = Vec::new();
    loop {
        let page = place.store.messages(&filter).await?;
        let Some(last) = page.last() else { return Ok(records) };
        filter.after = Some(last.seq);
        records.extend(page);
    }
}

/// Says what was decided, and when the relayer acts by it.
async fn finish(
    place: &Place,
    records: &[MessageRecord],
    changed: &[bool],
    what: &str,
    context: &Context<'_>,
) -> Outcome {
    place.store.close().await;
    let line = |(record, changed): (&MessageRecord, &bool)| match changed {
        true => format!("{}  {what}", record.hash),
        false => format!("{}  left as it is: {}", record.hash, record.status),
    };
    let mut lines: Vec<_> = records.iter().zip(changed).take(NAMED).map(line).collect();
    if records.len() > NAMED {
        lines.push(format!("and {} more", records.len() - NAMED));
    }
    let count = changed.iter().filter(|changed| **changed).count();
    let data = json!({
        "database": place.database.to_string(),
        "relayer": place.holder,
        "messages": records.iter().zip(changed).map(|(record, changed)| json!({
            "messageHash": record.hash,
            "before": record.status.as_str(),
            "changed": changed,
        })).collect::<Vec<_>>(),
    });
    context.printer.report(&lines.join("\n"), &data);
    match (&place.holder, count) {
        (_, 0) if records.is_empty() => context.printer.note("no delivery has failed"),
        (_, 0) => {}
        (Some(_), _) => context.printer.note("the relayer that runs acts by it within a second or two"),
        (None, _) => context.printer.note("no relayer runs: the next one acts by it when it starts"),
    }
    Ok(())
}
