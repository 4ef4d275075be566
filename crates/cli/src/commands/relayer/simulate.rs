//! `causeway relayer simulate`: a delivery tried out on its destination now. Nothing is signed, nothing is sent.

use super::{
    ask::ask,
    nodes::Nodes,
    place::{DatabaseArgs, Place},
};
use crate::{
    amount::Currency,
    context::Context,
    failure::{ErrorCode, Failure, Outcome},
    interoperable,
    json::{ChainId, Checksummed, decimal},
    parse, patience,
    why::Why,
};
use alloy::primitives::{Address, B256, Bytes, U256, address};
use causeway_client::delivery::{Quote, quote};
use causeway_store::{MessageRecord, MessageStatus};
use clap::Args;
use serde_json::{Value, json};

/// Who is asked for, where no account of the relayer is known: nobody has its key.
const NOBODY: Address = address!("00000000000000000000ca05e0a90be0000000aa");

/// Which message.
#[derive(Debug, Args)]
#[command(after_help = "Example:
  causeway relayer simulate 0x53ee…89bf

Exits with 0 if it would be delivered now, and with 1 if it would not, or if
that is not known.")]
pub(crate) struct SimulateArgs {
    /// Hash of the message, of the transaction that sent it, or of one of the relayer's that carries it
    #[arg(value_name = "HASH", value_parser = parse::hash)]
    hash: B256,
    #[command(flatten)]
    database: DatabaseArgs,
    /// One more chain to ask, by URL, or by @FILE that holds it (repeatable)
    #[arg(long, value_name = "URL")]
    rpc_url: Vec<String>,
}

/// What came of a trial.
struct Trial {
    record: MessageRecord,
    account: Address,
    /// What stands against it, or why that is not known.
    why: Result<Why, String>,
    /// What it would cost, or why that is not known.
    quote: Result<Quote, String>,
}

impl Trial {
    fn outcome(&self) -> &'static str {
        match (&self.why, &self.quote) {
            (Ok(why), Ok(_)) if why.is_clear() => "delivers",
            (Ok(why), _) if !why.is_clear() && !is_unasked(why) => "fails",
            _ => "unknown",
        }
    }

    fn failure(&self) -> Failure {
        let (what, code) = match (&self.why, &self.quote) {
            (Ok(why), _) if !why.is_clear() => (why.sentence(), code(why)),
            (Err(why), _) | (_, Err(why)) => (why.clone(), ErrorCode::ChainUnreachable),
            _ => return Failure::failed("it would be delivered"),
        };
        let hash = self.record.hash;
        let what = match self.outcome() {
            "fails" => format!("message {hash} would not be delivered now: {what}"),
            _ => format!("whether message {hash} would be delivered now is not known: {what}"),
        };
        let hint = format!("`causeway relayer explain {hash}` says what happens next");
        Failure::failed(what).with_code(code).with_hint(hint)
    }
}

pub(super) async fn run(args: &SimulateArgs, context: &Context<'_>) -> Outcome {
    let network = context.network().await?;
    let place = Place::open(&args.database, network.as_ref(), context).await?;
    let records = place.named(args.hash).await?;
    let spinner = context.printer.spinner("trying it out");
    let nodes = Nodes::reach(network.as_ref(), &args.rpc_url, context).await?;
    let mut trials = Vec::new();
    for record in records {
        if record.status == MessageStatus::Delivered {
            let text = format!("message {} was delivered", record.hash);
            return Err(Failure::failed(text).with_code(ErrorCode::AlreadyDelivered));
        }
        let account = account(&record, &place).await?;
        let why = ask(&record, &nodes, network.as_ref(), context).await;
        let quote = price(&record, &nodes, account).await;
        trials.push(Trial { record, account, why, quote });
    }
    drop(spinner);
    place.store.close().await;
    let text = trials.iter().map(|trial| paragraph(trial, &nodes)).collect::<Vec<_>>().join("\n\n");
    let data = json!({ "messages": trials.iter().map(object).collect::<Vec<_>>() });
    let failing = trials.iter().find(|trial| trial.outcome() != "delivers");
    let Some(trial) = failing else {
        context.printer.report(&text, &data);
        return Ok(());
    };
    context.printer.finding(&text);
    Err(trial.failure().with_details(data))
}

/// Whether the destination did not say.
fn is_unasked(why: &Why) -> bool {
    why.codes().iter().any(|code| matches!(*code, "destination-unreachable" | "not-tried"))
}

fn code(why: &Why) -> ErrorCode {
    match why.codes().first().copied().unwrap_or_default() {
        _ if is_unasked(why) => ErrorCode::ChainUnreachable,
        "future-message" | "executed-too-early" => ErrorCode::NotYetExecutable,
        "already-delivered" => ErrorCode::AlreadyDelivered,
        "source-gone" | "not-a-dependency" | "expired" | "refused" => ErrorCode::MessageRefused,
        _ => ErrorCode::ExecutionReverts,
    }
}

/// The account that signed for this destination last, if one did.
async fn account(record: &MessageRecord, place: &Place) -> Outcome<Address> {
    let attempts = place.store.attempts_of(record.hash).await?;
    Ok(attempts.last().map_or(NOBODY, |attempt| attempt.tx.signer))
}

async fn price(record: &MessageRecord, nodes: &Nodes, account: Address) -> Result<Quote, String> {
    let at = record.initiation.ok_or("no block of its source has it")?;
    let to = nodes.chain(record.sent.destination)?;
    let payload = Bytes::from(record.sent.encode_payload());
    let asked = quote(&to.client, account, &at.identifier, &payload);
    match patience::within(patience::SHORT, asked).await {
        Ok(quoted) => quoted.map_err(|error| Failure::message_of(&error)),
        Err(silent) => Err(silent.message()),
    }
}

fn paragraph(trial: &Trial, nodes: &Nodes) -> String {
    let mut lines = vec![
        ("message", trial.record.hash.to_string()),
        ("to", nodes.label(trial.record.sent.destination)),
        (
            "outcome",
            match trial.outcome() {
                "delivers" => "it would be delivered".to_owned(),
                "fails" => "it would not be delivered".to_owned(),
                _ => "not known".to_owned(),
            },
        ),
    ];
    match &trial.why {
        Ok(why) if why.is_clear() => {}
        Ok(why) => lines.extend(why.reasons().map(|text| ("why", text))),
        Err(why) => lines.push(("why", why.clone())),
    }
    match &trial.quote {
        Ok(quote) => {
            lines.push(("gas", format!("{}, with a fifth to spare", quote.gas)));
            let parts = [(quote.surcharge.l1_fee, "its L1"), (quote.surcharge.operator_fee, "its operator")];
            let part = |(fee, whom): (Option<U256>, &str)| {
                let fee = fee.filter(|fee| !fee.is_zero())?;
                Some(format!("{} for {whom}", Currency::eth().show(fee)))
            };
            let parts: Vec<_> = parts.into_iter().filter_map(part).collect();
            let beside =
                if parts.is_empty() { String::new() } else { format!(", of that {}", parts.join(" and ")) };
            lines.push((
                "cost",
                format!(
                    "at most {}{beside}, at the price of block {}",
                    Currency::eth().show(quote.fee()),
                    quote.block_number
                ),
            ));
        }
        Err(why) => lines.push(("cost", format!("not known: {why}"))),
    }
    lines.iter().map(|(key, value)| format!("{key:<9} {value}")).collect::<Vec<_>>().join("\n")
}

fn object(trial: &Trial) -> Value {
    let destination = trial.record.sent.destination;
    let quote = trial.quote.as_ref().ok();
    json!({
        "messageHash": trial.record.hash,
        "source": ChainId::from(trial.record.source),
        "destination": ChainId::from(destination),
        "outcome": trial.outcome(),
        "undelivered": trial.why.as_ref().ok().map(Why::json),
        "unknown": trial.why.as_ref().err().or(trial.quote.as_ref().err()),
        "chainId": ChainId::from(destination),
        "account": (trial.account != NOBODY).then_some(Checksummed(trial.account)),
        "accountInteroperable": (trial.account != NOBODY).then(|| interoperable::text(destination, trial.account)),
        "blockNumber": quote.map(|quote| quote.block_number),
        "gas": quote.map(|quote| quote.gas),
        "gasPrice": quote.map(|quote| decimal(U256::from(quote.gas_price))),
        "fee": quote.map(|quote| decimal(quote.fee())),
        "l1Fee": quote.and_then(|quote| quote.surcharge.l1_fee).map(decimal),
        "operatorFee": quote.and_then(|quote| quote.surcharge.operator_fee).map(decimal),
    })
}
