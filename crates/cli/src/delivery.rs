//! What every command does that has sent a message: wait for its delivery, and print both ends.

use crate::{
    chains::Chain,
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    interrupt::Interrupt,
    json::ChainId,
    parse,
    route::{Care, Destination, Route},
    sending::{self, follow},
    why::Why,
};
use causeway_client::{
    bridge::Prepared,
    delivery::{Delivery, SentReceipt, WaitError, wait_delivered},
    diagnosis::Subject,
};
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What is looked at before something is sent, and how long delivery is waited for.
#[derive(Clone, Debug, Args)]
pub(crate) struct DeliveryArgs {
    /// Do not wait for the delivery
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How long to wait for a block of the source, and then for the delivery, e.g. 30s, 5m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse::duration)]
    pub(crate) timeout: Duration,
    /// Send although the look at the destination finds a fault, or cannot be had: what is sent may be lost
    #[arg(long)]
    pub(crate) force: bool,
    /// Verifier that knows which chains accept messages of which [default: the running devnet, causeway.toml, else port 8450 of this machine]
    #[arg(long, value_name = "URL")]
    pub(crate) verifier_url: Option<String>,
}

impl DeliveryArgs {
    /// How both ends are looked at: no longer than a delivery would be waited for.
    pub(crate) fn care(&self) -> Care<'_> {
        /// Who does not want to wait for the delivery wants to know all the same that it can come.
        const LEAST: Duration = Duration::from_secs(5);
        let (verifier_url, force) = (self.verifier_url.as_deref(), self.force);
        Care { verifier_url, force, patience: self.timeout.max(LEAST) }
    }
}

/// Sends what was prepared, waits for its delivery, unless told not to, and prints the result of the command. `what` is in
/// the user's words; `subject` are the facts of the command itself, which lead the JSON result.
pub(crate) async fn carry_out(
    context: &Context<'_>,
    interrupt: &mut Interrupt,
    args: &DeliveryArgs,
    route: &Route,
    prepared: &Prepared,
    what: &str,
    mut subject: Value,
) -> Outcome {
    let from = &route.from;
    subject["source"] = json!(ChainId::from(from.id()));
    subject["destination"] = json!(ChainId::from(route.to.id()));
    let sent = sending::send(context, interrupt, prepared, from, what, args.timeout).await;
    let sent = sent.map_err(|failure| failure.over_details(&subject))?;
    context.printer.ok(&format!(
        "sent {what} from {} in block {}, transaction {}",
        from.label(),
        sent.identifier.block_number,
        sent.tx_hash
    ));
    let data = describe(&sent, prepared, subject);
    finish(context, interrupt, args, route, &sent, data).await
}

async fn finish(
    context: &Context<'_>,
    interrupt: &mut Interrupt,
    args: &DeliveryArgs,
    route: &Route,
    sent: &SentReceipt,
    mut data: Value,
) -> Outcome {
    let label = route.to.label();
    let mut text = format!(
        "message    {}\nsent       {}\n           on {}",
        sent.message_hash,
        sent.tx_hash,
        route.from.label()
    );
    data["status"] = "sent".into();
    if args.no_wait {
        context.printer.report(&text, &data);
        return Ok(());
    }
    let start = Instant::now();
    let waited = match &route.to {
        Destination::Reached(to) => {
            let _spinner = context.printer.spinner(format!("waiting for delivery on {label}"));
            match wait_or_interrupt(interrupt, to, sent, args.timeout).await {
                Ok(delivery) => Ok(delivery),
                Err(Unseen::Interrupted) => {
                    Err(("was sent and may still be delivered: interrupted".to_owned(), None))
                }
                Err(Unseen::Waited(what)) => {
                    let why = why(interrupt, route, to, sent, args.verifier_url.as_deref(), context).await;
                    Err((what, why))
                }
            }
        }
        Destination::Unseen { why, .. } => {
            Err((format!("was sent to {label}, where it cannot be seen: {why}"), None))
        }
    };
    let delivery = waited.map_err(|(what, why)| {
        data["undelivered"] = why.as_ref().map_or(Value::Null, Why::json);
        undelivered(&what, why.as_ref(), route, sent).with_details(data.clone())
    })?;

    let (hash, block) = delivery.transaction;
    data["status"] = "delivered".into();
    data["delivered"] = json!({ "transactionHash": hash, "blockNumber": block });
    data["seconds"] = json!((start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0);
    context.printer.ok(&format!(
        "delivered on {label} in block {block}, {:.1} s after it was sent",
        start.elapsed().as_secs_f64()
    ));
    text.push_str(&format!("\ndelivered  {hash}\n           on {label}"));
    context.printer.report(&text, &data);
    Ok(())
}

fn describe(sent: &SentReceipt, prepared: &Prepared, mut data: Value) -> Value {
    data["messageHash"] = json!(sent.message_hash);
    data["delivered"] = Value::Null;
    data["seconds"] = Value::Null;
    data["sent"] = sending::describe(prepared.transaction());
    data["sent"]["blockNumber"] = sent.identifier.block_number.into();
    data["sent"]["logIndex"] = sent.identifier.log_index.into();
    data["sent"]["timestamp"] = sent.identifier.timestamp.into();
    data
}

/// Why a delivery was not seen.
enum Unseen {
    /// A signal came.
    Interrupted,
    /// It was waited for, as far as that went.
    Waited(String),
}

/// The delivery, or what there is to say of the message without it.
async fn wait_or_interrupt(
    interrupt: &mut Interrupt,
    to: &Chain,
    sent: &SentReceipt,
    patience: Duration,
) -> Result<Delivery, Unseen> {
    let waited = tokio::select! {
        waited = wait_delivered(&to.client, sent.message_hash, patience) => waited,
        () = interrupt.caught() => return Err(Unseen::Interrupted),
    };
    waited.map_err(|error| {
        Unseen::Waited(match error {
            WaitError::Timeout { after } => {
                format!("was sent, but not delivered within {} s", after.as_secs_f64())
            }
            error => format!("was sent, and its delivery cannot be waited for: {error}"),
        })
    })
}

/// Asks both chains why it was not delivered; nobody has to wait for the answer.
async fn why(
    interrupt: &mut Interrupt,
    route: &Route,
    to: &Chain,
    sent: &SentReceipt,
    verifier_url: Option<&str>,
    context: &Context<'_>,
) -> Option<Why> {
    let (ends, network) = ([&route.from, to], route.network.as_ref());
    let subject = Subject { message: &sent.message, identifier: sent.identifier, tx_hash: sent.tx_hash };
    tokio::select! {
        why = Why::ask(sent.message_hash, &subject, ends, verifier_url, network, context) => Some(why),
        () = interrupt.caught() => None,
    }
}

fn undelivered(what: &str, why: Option<&Why>, route: &Route, sent: &SentReceipt) -> Failure {
    let hash = sent.message_hash;
    let follow = follow(hash, &route.from);
    let (text, hint) = match why {
        Some(why) => (
            format!("message {hash} {what}: {}", why.sentence()),
            format!("relayer: {}; {}; {follow}", why.relayer(), why.advice()),
        ),
        None => (
            format!("message {hash} {what}"),
            format!("{follow}; `causeway message relay {hash}` delivers it by hand"),
        ),
    };
    Failure::failed(text).with_code(ErrorCode::NotDelivered).with_hint(hint)
}
