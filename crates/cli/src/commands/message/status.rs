//! `causeway message status`.

use super::{SearchArgs, find, view};
use crate::{context::Context, failure::Outcome, parse};
use alloy::primitives::B256;
use clap::Args;
use serde_json::json;

/// Which message.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway message status 0x53ee…89bf")]
pub(crate) struct StatusArgs {
    /// Hash of the message, or of the transaction that sent it
    #[arg(value_name = "HASH", value_parser = parse::hash)]
    hash: B256,
    #[command(flatten)]
    search: SearchArgs,
}

pub(super) async fn run(args: &StatusArgs, context: &Context<'_>) -> Outcome {
    let found = find::by_hash(args.hash, &args.search, context).await?;
    let text = found.messages.iter().map(|message| view::paragraph(message, &found)).collect::<Vec<_>>();
    let data = found.messages.iter().map(|message| view::object(message, &found)).collect::<Vec<_>>();
    context.printer.result(&text.join("\n\n"), &json!({ "messages": data }));
    Ok(())
}
