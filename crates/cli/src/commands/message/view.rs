//! How messages are shown.

use super::find::Found;
use crate::{
    interoperable,
    json::{ChainId, Checksummed, decimal},
    transfer::Currencies,
    why::Why,
};
use alloy::primitives::U256;
use causeway_client::{Place, SurveyedMessage};
use causeway_interop::SentMessage;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::fmt::Write as _;

/// What is known of a message from its chains.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Status {
    // Sent, and not delivered yet.
    Pending,
    // Delivered on its destination.
    Delivered,
    // Its destination is none of the chains that could be looked at.
    Unknown,
}

impl Status {
    pub(crate) fn of(message: &SurveyedMessage, found: &Found) -> Self {
        match (message.is_delivered, found.chain(message.message.destination)) {
            (true, _) => Self::Delivered,
            (false, Some(_)) => Self::Pending,
            (false, None) => Self::Unknown,
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Delivered => "delivered",
            Self::Unknown => "unknown",
        }
    }
}

/// The messages, each with the chain that sent it.
pub(crate) fn carried(messages: &[SurveyedMessage]) -> impl Iterator<Item = (u64, &SentMessage)> {
    messages.iter().map(|message| (message.sent.chain_id, &message.message))
}

/// Columns before what a line says.
const MARGIN: usize = 14;

/// One message in full, for people: the one at an index of those that were found.
pub(crate) fn paragraph(
    message: &SurveyedMessage,
    index: usize,
    found: &Found,
    currencies: &Currencies,
    why: Option<&Why>,
) -> String {
    let status = Status::of(message, found);
    let sent = message.sent;
    let mut destination = found.label(message.message.destination);
    if let Some(delivered) = message.delivered {
        let _ = write!(destination, ", block {}", delivered.block_number);
    }
    let mut lines = vec![("message", message.message_hash.to_string())];
    if let Some((index, count)) = found.positions.get(index).filter(|(_, count)| *count > 1) {
        lines.push(("index", format!("{index} of {count} that this hash names; --index {index} chooses it")));
    }
    lines.extend([
        ("status", status.name().to_owned()),
        (
            "from",
            format!(
                "{}, block {}, log {}",
                found.label(U256::from(sent.chain_id)),
                sent.block_number,
                sent.log_index
            ),
        ),
        ("sent by", sent.tx_hash.to_string()),
        ("to", destination),
    ]);
    if let Some(transfer) = currencies.transfer(sent.chain_id, &message.message) {
        lines.push(("carries", transfer.words()));
    }
    if let Some(delivered) = message.delivered {
        lines.push(("delivered by", delivered.tx_hash.to_string()));
    }
    if message.is_delivered && message.delivered.is_none() {
        lines.push((
            "delivered by",
            "not found: its node does not tell the log, or not in these blocks".to_owned(),
        ));
    }
    if let Some(latency) = message.latency() {
        lines.push(("latency", format!("{latency} s between the blocks")));
    }
    lines.push(("nonce", message.message.nonce.to_string()));
    let (source, end) = (U256::from(sent.chain_id), message.message.destination);
    lines.push(("sender", interoperable::shown(source, message.message.sender, MARGIN)));
    lines.push(("target", interoperable::shown(end, message.message.target, MARGIN)));
    lines.push(("calldata", format!("{} bytes", message.message.message.len())));
    lines.push(("payload hash", message.payload_hash().to_string()));
    if let Some(carrier) = &found.carrier {
        lines.push(("transaction", carrier.words()));
    }
    lines.extend(why.into_iter().flat_map(Why::lines));
    lines.iter().map(|(key, value)| format!("{key:<0$} {value}", MARGIN - 1)).collect::<Vec<_>>().join("\n")
}

/// One message, for programs. Why it is not delivered, whoever asks adds.
pub(crate) fn object(message: &SurveyedMessage, found: &Found, currencies: &Currencies) -> Value {
    let transfer = currencies.transfer(message.sent.chain_id, &message.message);
    let (source, destination) = (U256::from(message.sent.chain_id), message.message.destination);
    json!({
        "messageHash": message.message_hash,
        "status": Status::of(message, found).name(),
        "source": ChainId::from(source),
        "destination": ChainId::from(destination),
        "nonce": decimal(message.message.nonce),
        "sender": Checksummed(message.message.sender),
        "senderInteroperable": interoperable::text(source, message.message.sender),
        "target": Checksummed(message.message.target),
        "targetInteroperable": interoperable::text(destination, message.message.target),
        "message": message.message.message,
        "payloadHash": message.payload_hash(),
        "transfer": transfer.map(|transfer| transfer.json(source, destination)),
        "undelivered": null,
        "sent": place(&message.sent),
        "delivered": message.delivered.as_ref().map(place),
        "latencySeconds": message.latency(),
    })
}

fn place(place: &Place) -> Value {
    json!({
        "transactionHash": place.tx_hash,
        "blockNumber": place.block_number,
        "logIndex": place.log_index,
        "timestamp": place.timestamp,
    })
}
