//! `causeway message status`.

use super::{SearchArgs, find, transaction, view};
use crate::{context::Context, exit::Exit, failure::Outcome, parse};
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
    let found = match find::by_hash(args.hash, &args.search, context).await {
        Ok(found) => found,
        // A transaction that was sent a moment ago has no message yet, and may never have one: that is worth telling.
        Err(failure) if failure.exit() == Exit::Failed => {
            return transaction::show(args.hash, &args.search, failure, context).await;
        }
        Err(failure) => return Err(failure),
    };
    let text = found.messages.iter().map(|message| view::paragraph(message, &found)).collect::<Vec<_>>();
    let data = found.messages.iter().map(|message| view::object(message, &found)).collect::<Vec<_>>();
    context.printer.result(&text.join("\n\n"), &json!({ "messages": data, "transaction": null }));
    Ok(())
}
