//! `causeway message status`.

use super::{
    SearchArgs,
    find::{self, Found, NamedArgs},
    transaction, view,
};
use crate::{
    context::Context, exit::Exit, failure::Outcome, node_url, patience, transfer::Currencies, why::Why,
};
use alloy::primitives::U256;
use causeway_client::{SurveyedMessage, diagnosis::Subject, status::RelayerApi};
use causeway_interop::ExecutingMessage;
use clap::Args;
use futures::{StreamExt, stream};
use serde_json::{Value, json};

/// Messages asked about at once.
const AT_ONCE: usize = 8;

/// Which message.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway message status 0x53ee…89bf
  causeway message status 0x53ee…89bf --relayer https://relayer.example")]
pub(crate) struct StatusArgs {
    #[command(flatten)]
    named: NamedArgs,
    /// Relayer that is asked, too, by the URL of its API, or by @FILE that holds it: what it has on its way shows in no node's
    /// pool. The chains come first
    #[arg(long, value_name = "URL")]
    relayer: Option<String>,
    #[command(flatten)]
    search: SearchArgs,
}

pub(super) async fn run(args: &StatusArgs, context: &Context<'_>) -> Outcome {
    let relayer = args
        .relayer
        .as_deref()
        .map(|url| node_url::relayer_api(url, context.printer.hidden()))
        .transpose()?;
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
        .map(|message| why(message, &found, relayer.as_ref(), context))
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

/// Why a message is not delivered, if it is not, with what a relayer says of it.
async fn why(
    message: &SurveyedMessage,
    found: &Found,
    relayer: Option<&RelayerApi>,
    context: &Context<'_>,
) -> Option<Why> {
    if message.is_delivered {
        return None;
    }
    let told = async {
        let destination = message.message.destination;
        let word =
            relayer?.ask_for(message.message_hash, [U256::from(message.sent.chain_id), destination]).await;
        Some(match found.chain(destination) {
            Some(chain) => {
                let executing =
                    ExecutingMessage { msg_hash: message.payload_hash(), identifier: message.identifier() };
                let held = word.clone().held_to(&chain.client, &executing);
                patience::within(patience::SHORT, held).await.unwrap_or(word)
            }
            None => word,
        })
    };
    let (why, told) = tokio::join!(by_the_chains(message, found, context), told);
    match (why, told) {
        (Some(why), Some(told)) => Some(why.with(told)),
        (why, _) => why,
    }
}

async fn by_the_chains(message: &SurveyedMessage, found: &Found, context: &Context<'_>) -> Option<Why> {
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
