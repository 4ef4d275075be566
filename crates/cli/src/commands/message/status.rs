//! `causeway message status`.

use super::{
    SearchArgs,
    find::{self, Found, NamedArgs},
    transaction, view,
};
use crate::{context::Context, exit::Exit, failure::Outcome, transfer::Currencies, why::Why};
use alloy::primitives::U256;
use causeway_client::{SurveyedMessage, diagnosis::Subject};
use clap::Args;
use futures::{StreamExt, stream};
use serde_json::{Value, json};

/// Messages asked about at once.
const AT_ONCE: usize = 8;

/// Which message.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway message status 0x53ee…89bf")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    named: NamedArgs,
    #[command(flatten)]
    search: SearchArgs,
}

pub(super) async fn run(args: &StatusArgs, context: &Context<'_>) -> Outcome {
    let found = match find::by_hash(&args.named, &args.search, context).await {
        Ok(found) => found,
        // A transaction that was sent a moment ago has no message yet, and may never have one: that is worth telling.
        Err(failure) if failure.exit() == Exit::Failed => {
            return transaction::show(args.named.hash, &args.search, failure, context).await;
        }
        Err(failure) => return Err(failure),
    };
    let spinner = context.printer.spinner("asking the destination");
    let currencies = Currencies::ask(view::carried(&found.messages), &found.chains).await;
    let whys: Vec<_> = stream::iter(&found.messages)
        .map(|message| why(message, &found, context))
        .buffered(AT_ONCE)
        .collect()
        .await;
    drop(spinner);
    let (mut texts, mut data) = (Vec::new(), Vec::new());
    for (index, (message, why)) in found.messages.iter().zip(&whys).enumerate() {
        texts.push(view::paragraph(message, index, &found, &currencies, why.as_ref()));
        let mut object = view::object(message, &found, &currencies);
        object["undelivered"] = why.as_ref().map_or(Value::Null, Why::json);
        data.push(object);
    }
    let transaction = found.carrier.as_ref().map(|carrier| carrier.json());
    context.printer.report(&texts.join("\n\n"), &json!({ "messages": data, "transaction": transaction }));
    Ok(())
}

/// Why a message is not delivered, if it is not.
async fn why(message: &SurveyedMessage, found: &Found, context: &Context<'_>) -> Option<Why> {
    if message.is_delivered {
        return None;
    }
    let (hash, id) = (message.message_hash, message.message.destination);
    let network = found.network.as_ref();
    let from = found.chain(U256::from(message.sent.chain_id))?;
    if let Some(to) = found.chain(id) {
        let subject = Subject {
            message: &message.message,
            identifier: message.identifier(),
            tx_hash: message.sent.tx_hash,
        };
        return Some(Why::ask(hash, &subject, [from, to], None, network, context).await);
    }
    Some(match found.absent(id) {
        Some(absent) => {
            Why::unreachable(hash, &absent.reason, [&from.known, &absent.known], network, context)
        }
        None => Why::unknown(hash),
    })
}
