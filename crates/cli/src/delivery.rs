//! What every command does that has sent a message: wait for its delivery, and print both ends.

use crate::{
    chains::Chain,
    context::Context,
    exit::Exit,
    failure::{Failure, Outcome, OutcomeExt},
    interrupt::Interrupt,
    parse,
};
use causeway_relayer::delivery::{Delivery, SentReceipt, WaitError, wait_delivered};
use clap::Args;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// Whether and how long delivery is waited for.
#[derive(Clone, Debug, Args)]
pub(crate) struct DeliveryArgs {
    /// Do not wait for the delivery
    #[arg(long)]
    pub(crate) no_wait: bool,
    /// How long to wait for a block of the source, and then for the delivery, e.g. 30s, 5m
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = parse::duration)]
    pub(crate) timeout: Duration,
}

/// Waits for a message that was just sent, unless told not to, and prints the result of the command. `subject` are the
/// facts of the command itself, which lead the JSON result.
pub(crate) async fn finish(
    context: &Context<'_>,
    args: &DeliveryArgs,
    from: &Chain,
    to: &Chain,
    sent: &SentReceipt,
    subject: Value,
) -> Outcome {
    let mut data = describe(from, to, sent, subject);
    let mut text =
        format!("message    {}\nsent       {} on {}", sent.message_hash, sent.tx_hash, from.label());
    if args.no_wait {
        data["status"] = "sent".into();
        context.printer.result(&text, &data);
        return Ok(());
    }
    let start = Instant::now();
    let spinner = context.printer.spinner(format!("waiting for delivery on {}", to.label()));
    let waited = wait_or_interrupt(to, sent, args.timeout).await;
    drop(spinner);
    let delivery = waited.map_err(|failure| {
        data["status"] = "sent".into();
        failure.with_details(data.clone())
    })?;

    data["status"] = "delivered".into();
    let tx =
        delivery.transaction.map(|(hash, block)| json!({ "transactionHash": hash, "blockNumber": block }));
    data["delivered"] = tx.into();
    data["seconds"] = json!((start.elapsed().as_secs_f64() * 1000.0).round() / 1000.0);
    match delivery.transaction {
        Some((hash, block)) => {
            context.printer.ok(&format!(
                "delivered on {} in block {block}, {:.1} s after it was sent",
                to.label(),
                start.elapsed().as_secs_f64()
            ));
            text.push_str(&format!("\ndelivered  {hash} on {}", to.label()));
        }
        None => text.push_str(&format!("\ndelivered  on {}", to.label())),
    }
    context.printer.result(&text, &data);
    Ok(())
}

fn describe(from: &Chain, to: &Chain, sent: &SentReceipt, mut data: Value) -> Value {
    data["source"] = from.id().into();
    data["destination"] = to.id().into();
    data["messageHash"] = json!(sent.message_hash);
    data["sent"] = json!({
        "transactionHash": sent.tx_hash,
        "blockNumber": sent.identifier.block_number,
        "logIndex": sent.identifier.log_index,
        "timestamp": sent.identifier.timestamp,
    });
    data
}

async fn wait_or_interrupt(to: &Chain, sent: &SentReceipt, patience: Duration) -> Outcome<Delivery> {
    let mut interrupt = Interrupt::listen()?;
    let hash = sent.message_hash;
    let waited = tokio::select! {
        waited = wait_delivered(&to.client, hash, patience) => waited,
        () = interrupt.caught() => {
            return Err(Failure::failed(format!("interrupted: message {hash} was sent and may still be delivered"))
                .with_exit(Exit::Interrupted)
                .with_hint(format!("follow it with `causeway message status {hash}`")));
        }
    };
    match waited {
        Err(WaitError::Timeout { after }) => {
            Err(Failure::failed(format!("message {hash} was sent, but not delivered within {after:?}"))
                .with_exit(Exit::NotDelivered)
                .with_hint(format!(
                    "is a relayer running? `causeway message relay {hash}` delivers it by hand"
                )))
        }
        other => other
            .what("cannot wait for the delivery")
            .hint(format!("the message was sent: follow it with `causeway message status {hash}`")),
    }
}
