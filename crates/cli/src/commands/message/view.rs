//! How messages are shown.

use super::find::Found;
use crate::json::{ChainId, Checksummed, decimal};
use alloy::primitives::U256;
use causeway_relayer::{Place, SurveyedMessage};
use clap::ValueEnum;
use serde_json::{Value, json};

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

/// One message in full, for people.
pub(crate) fn paragraph(message: &SurveyedMessage, found: &Found) -> String {
    let status = Status::of(message, found);
    let sent = message.sent;
    let mut lines = vec![
        ("message", message.message_hash.to_string()),
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
        ("to", found.label(message.message.destination)),
    ];
    if let Some(delivered) = message.delivered {
        lines.push(("delivered by", format!("{}, block {}", delivered.tx_hash, delivered.block_number)));
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
    lines.push(("sender", message.message.sender.to_string()));
    lines.push(("target", message.message.target.to_string()));
    lines.push(("calldata", format!("{} bytes", message.message.message.len())));
    if status == Status::Unknown {
        let note = match found.absent(message.message.destination) {
            Some(_) => "the destination could not be asked whether it was delivered",
            None => "the destination is not known here: name it with --rpc-url",
        };
        lines.push(("note", note.to_owned()));
    }
    lines.iter().map(|(key, value)| format!("{key:<13} {value}")).collect::<Vec<_>>().join("\n")
}

/// One message, for programs.
pub(crate) fn object(message: &SurveyedMessage, found: &Found) -> Value {
    json!({
        "messageHash": message.message_hash,
        "status": Status::of(message, found).name(),
        "source": ChainId::from(message.sent.chain_id),
        "destination": ChainId::from(message.message.destination),
        "nonce": decimal(message.message.nonce),
        "sender": Checksummed(message.message.sender),
        "target": Checksummed(message.message.target),
        "message": message.message.message,
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
