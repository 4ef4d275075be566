//! `causeway message relay`: deliver a message by hand.

use super::{
    SearchArgs,
    find::{self, Found},
    view,
};
use crate::{
    chains::Chain,
    context::Context,
    exit::Exit,
    failure::{Failure, Outcome, OutcomeExt},
    parse,
    wallet::WalletArgs,
};
use alloy::{
    primitives::{B256, Bytes},
    rpc::types::TransactionReceipt,
};
use causeway_relayer::{
    ChainClient, SurveyedMessage,
    delivery::{RelayError, relay_once, wait_receipt},
};
use clap::Args;
use serde_json::json;
use std::time::{Duration, Instant};

/// Which message, and who pays.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway message relay 0x53ee…89bf")]
pub(crate) struct RelayArgs {
    /// Hash of the message, or of the transaction that sent it
    #[arg(value_name = "HASH", value_parser = parse::hash)]
    hash: B256,
    /// How long to wait for the destination, e.g. 30s, 5m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse::duration)]
    timeout: Duration,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    wallet: WalletArgs,
}

pub(super) async fn run(args: &RelayArgs, context: &Context<'_>) -> Outcome {
    let found = find::by_hash(args.hash, &args.search, context).await?;
    let undelivered: Vec<_> = found.messages.iter().filter(|message| message.delivered.is_none()).collect();
    if undelivered.is_empty() {
        return Err(Failure::failed("the message was already delivered")
            .with_hint(format!("`causeway message status {}` shows where", args.hash)));
    }
    let mut texts = Vec::new();
    let mut relayed = Vec::new();
    for message in undelivered {
        let receipt = relay(message, &found, args, context).await?;
        texts.push(format!("delivered  {} by {}", message.message_hash, receipt.transaction_hash));
        let mut object = view::object(message, &found);
        object["status"] = "delivered".into();
        object["delivered"] =
            json!({ "transactionHash": receipt.transaction_hash, "blockNumber": receipt.block_number });
        relayed.push(object);
    }
    context.printer.result(&texts.join("\n"), &json!({ "messages": relayed }));
    Ok(())
}

async fn relay(
    message: &SurveyedMessage,
    found: &Found,
    args: &RelayArgs,
    context: &Context<'_>,
) -> Outcome<TransactionReceipt> {
    let hash = message.message_hash;
    let id = message.message.destination;
    let destination = found.chain(id).ok_or_else(|| match found.absent(id) {
        Some(absent) => Failure::failed(absent.reason.clone())
            .context(format!("message {hash} goes to {}, which cannot be read", found.label(id)))
            .with_hint("try again when its node answers"),
        None => Failure::usage(format!("message {hash} goes to chain {id}, which is not known"))
            .with_hint("name its node with --rpc-url"),
    })?;
    let signer = context.signer(&args.wallet, found.network.as_ref(), &[destination])?;
    let client = destination.client.clone().with_signer(signer);
    let spinner = context.printer.spinner(format!("relaying to {}", destination.label()));
    let tx_hash =
        submit(&client, message, args.timeout).await.map_err(|error| explain(error, destination))?;
    let receipt = wait_receipt(&client, tx_hash, args.timeout)
        .await
        .what(format!("transaction {tx_hash} was sent, but not seen in a block"))
        .map_err(|failure| failure.with_exit(Exit::NotDelivered))?;
    drop(spinner);
    if !receipt.status() {
        return Err(Failure::failed(format!("transaction {tx_hash} reverted on {}", destination.label()))
            .with_hint(format!("did somebody else relay it first? `causeway message status {hash}` tells")));
    }
    context.printer.ok(&format!(
        "relayed to {} in block {}",
        destination.label(),
        receipt.block_number.unwrap_or_default()
    ));
    Ok(receipt)
}

/// Tries again while the destination has not caught up with the source: its clock may be a block behind.
async fn submit(
    client: &ChainClient,
    message: &SurveyedMessage,
    patience: Duration,
) -> Result<B256, RelayError> {
    const PAUSE: Duration = Duration::from_millis(250);
    let payload = Bytes::from(message.message.encode_payload());
    let start = Instant::now();
    loop {
        match relay_once(client, &message.identifier(), &payload).await {
            Err(RelayError::NotYet { .. }) if start.elapsed() < patience => tokio::time::sleep(PAUSE).await,
            other => return other,
        }
    }
}

fn explain(error: RelayError, destination: &Chain) -> Failure {
    let hint = match &error {
        RelayError::Unfunded { .. } => format!("the account needs ETH for gas on {}", destination.label()),
        RelayError::Reverts { .. } => {
            "the target contract refuses this message now; it can be relayed once the target accepts it"
                .to_owned()
        }
        RelayError::NotYet { .. } => "try again when the destination has a newer block".to_owned(),
        RelayError::Refused { .. } => "the rule that it breaks is named above; `causeway message status HASH` shows where the message is".to_owned(),
        _ => format!("is the node of {} healthy?", destination.label()),
    };
    Failure::from(error).context(format!("cannot relay to {}", destination.label())).with_hint(hint)
}
