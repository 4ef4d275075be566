//! `causeway message relay`: deliver a message by hand.

use super::{
    SearchArgs,
    find::{self, Found, NamedArgs},
    view,
};
use crate::{
    chains::Chain,
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    interrupt::Interrupt,
    parse,
    sending::{self, INTERRUPTED, fate_unknown, not_seen},
    transfer::Currencies,
    wallet::WalletArgs,
};
use alloy::{primitives::Bytes, rpc::types::TransactionReceipt};
use causeway_client::{
    ChainClient, SurveyedMessage,
    delivery::{LandError, RelayError, SignedTransaction, delivers, prepare_relay},
};
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Which message, and who pays.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway message relay 0x53ee…89bf")]
pub(crate) struct RelayArgs {
    #[command(flatten)]
    named: NamedArgs,
    /// How long to wait for the destination, e.g. 30s, 5m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse::duration)]
    timeout: Duration,
    #[command(flatten)]
    search: SearchArgs,
    #[command(flatten)]
    wallet: WalletArgs,
}

pub(super) async fn run(args: &RelayArgs, context: &Context<'_>) -> Outcome {
    let found = find::by_hash(&args.named, &args.search, context).await?;
    let undelivered: Vec<_> = found.messages.iter().filter(|message| message.delivered.is_none()).collect();
    if undelivered.is_empty() {
        return Err(Failure::failed("the message was already delivered")
            .with_code(ErrorCode::AlreadyDelivered)
            .with_hint(format!("`causeway message status {}` shows where", args.named.hash)));
    }
    let currencies = Currencies::ask(view::carried(&found.messages), &found.chains).await;
    let mut interrupt = None;
    let mut texts = Vec::new();
    let mut relayed = Vec::new();
    for message in undelivered {
        // What was delivered before one fails is told all the same.
        let (receipt, relay) =
            relay(message, &found, args, &mut interrupt, context).await.map_err(|failure| {
                failure.over_details(&json!({ "messageHash": message.message_hash, "messages": relayed }))
            })?;
        let label = found.label(message.message.destination);
        texts.push(format!(
            "message    {}\ndelivered  {}\n           on {label}",
            message.message_hash, receipt.transaction_hash
        ));
        let mut object = view::object(message, &found, &currencies);
        object["status"] = "delivered".into();
        object["delivered"] = relay;
        relayed.push(object);
    }
    context.printer.report(&texts.join("\n"), &json!({ "messages": relayed }));
    Ok(())
}

async fn relay(
    message: &SurveyedMessage,
    found: &Found,
    args: &RelayArgs,
    interrupt: &mut Option<Interrupt>,
    context: &Context<'_>,
) -> Outcome<(TransactionReceipt, Value)> {
    let hash = message.message_hash;
    let id = message.message.destination;
    let destination = found.chain(id).ok_or_else(|| match found.absent(id) {
        Some(absent) => Failure::failed(absent.reason.clone())
            .with_code(ErrorCode::ChainUnreachable)
            .context(format!("message {hash} goes to {}, which cannot be read", found.label(id)))
            .with_hint("try again when its node answers"),
        None => Failure::usage(format!("message {hash} goes to chain {id}, which is not known"))
            .with_code(ErrorCode::UnknownChain)
            .with_hint("name its node with --rpc-url"),
    })?;
    let signer = context.signer(&args.wallet, found.network.as_ref(), &[destination])?;
    let interrupt = match interrupt {
        Some(interrupt) => interrupt,
        // Not before: a password is asked for, and Ctrl-C must end that.
        None => interrupt.insert(Interrupt::listen()?),
    };
    let client = destination.client.clone().with_signer(signer);
    let spinner = context.printer.spinner(format!("relaying to {}", destination.label()));
    let (receipt, transaction) =
        submit(&client, message, args.timeout, destination, interrupt, context).await?;
    drop(spinner);
    let (tx_hash, label) = (receipt.transaction_hash, destination.label());
    let mut relay = sending::describe(&transaction);
    relay["blockNumber"] = json!(receipt.block_number);
    let details = json!({ "sent": relay, "transactionHash": tx_hash, "blockNumber": receipt.block_number });
    if !receipt.status() {
        return Err(Failure::failed(format!("transaction {tx_hash} reverted on {label}"))
            .with_code(ErrorCode::TransactionReverted)
            .with_hint(format!("did somebody else relay it first? `causeway message status {hash}` tells"))
            .with_details(details));
    }
    // That it succeeded says nothing: so does a call of an account without code.
    if !delivers(&receipt, hash) {
        return Err(Failure::failed(format!(
            "transaction {tx_hash} succeeded on {label} and delivered nothing: it has no RelayedMessage log"
        ))
        .with_code(ErrorCode::NothingDelivered)
        .with_hint(format!(
            "has {label} the interop contracts? `causeway message status {hash}` shows where the message is"
        ))
        .with_details(details));
    }
    context.printer.ok(&format!("relayed to {label} in block {}", receipt.block_number.unwrap_or_default()));
    Ok((receipt, relay))
}

/// Tries again while the destination has not caught up with the source: its clock may be a block behind.
async fn submit(
    client: &ChainClient,
    message: &SurveyedMessage,
    patience: Duration,
    destination: &Chain,
    interrupt: &mut Interrupt,
    context: &Context<'_>,
) -> Outcome<(TransactionReceipt, SignedTransaction)> {
    const PAUSE: Duration = Duration::from_millis(250);
    let payload = Bytes::from(message.message.encode_payload());
    let start = Instant::now();
    let mut announced = None;
    let mut details = json!({});
    loop {
        let prepared = async { Ok(prepare_relay(client, &message.identifier(), &payload).await) };
        let error = match interrupt.before_sending(prepared).await? {
            Ok(transaction) => {
                if announced.replace(transaction.tx_hash()) != Some(transaction.tx_hash()) {
                    let what = format!("a relay to {}", destination.label());
                    sending::announce(context, &what, &transaction);
                    details["sent"] = sending::describe(&transaction);
                }
                let landed = tokio::select! {
                    landed = transaction.land(patience) => landed,
                    () = interrupt.caught() => {
                        return Err(fate_unknown(INTERRUPTED, &transaction, destination));
                    }
                };
                match landed {
                    Ok(receipt) => return Ok((receipt, transaction)),
                    Err(LandError::Refused(fault)) => RelayError::new(fault, client.chain_id()),
                    Err(unseen) => {
                        return Err(fate_unknown(&not_seen(&unseen), &transaction, destination));
                    }
                }
            }
            Err(error) => error,
        };
        if !matches!(error, RelayError::NotYet { .. }) || start.elapsed() >= patience {
            return Err(explain(error, destination).with_details(details));
        }
        let pause = async {
            tokio::time::sleep(PAUSE).await;
            Ok(())
        };
        interrupt.before_sending(pause).await?;
    }
}

fn explain(error: RelayError, destination: &Chain) -> Failure {
    let hint = match &error {
        RelayError::Unfunded { .. } => format!("the account needs ETH for gas on {}", destination.label()),
        RelayError::Reverts { .. } => {
            "the target contract refuses this message now; `causeway message status HASH` shows what else stands against it"
                .to_owned()
        }
        RelayError::AlreadyRelayed => "`causeway message status HASH` shows where it was delivered".to_owned(),
        RelayError::NoMessenger { .. } => {
            return Failure::from(error).with_hint("is that the chain that the message should go to? It can be delivered nowhere else");
        }
        RelayError::NoBridge { .. } => {
            return Failure::from(error).with_hint("nothing was sent; it can be relayed once the bridge is there");
        }
        RelayError::NotYet { .. } => "try again when the destination has a newer block".to_owned(),
        RelayError::Refused { .. } => "the rule that it breaks is named above; `causeway message status HASH` shows where the message is".to_owned(),
        _ => format!("is the node of {} healthy?", destination.label()),
    };
    Failure::from(error).context(format!("cannot relay to {}", destination.label())).with_hint(hint)
}
