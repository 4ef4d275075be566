//! How it is shown.

use super::{
    super::{nodes::Nodes, place::Place, words},
    Explained,
    next::Next,
};
use crate::{
    interoperable,
    json::{ChainId, Checksummed, decimal},
    why::Why,
};
use alloy::primitives::U256;
use causeway_client::printable;
use causeway_store::Attempt;
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// Columns before what a line says.
const MARGIN: usize = 11;

pub(super) fn paragraph(message: &Explained, place: &Place, nodes: &Nodes) -> String {
    let Explained { record, attempts, next, .. } = message;
    let (source, destination) = (U256::from(record.source), record.sent.destination);
    let at = record
        .initiation
        .map(|at| format!(", block {}, log {}", at.identifier.block_number, at.identifier.log_index));
    let mut lines = vec![
        ("message", record.hash.to_string()),
        ("status", record.status.to_string()),
        ("from", format!("{}{}", nodes.label(source), at.unwrap_or_default())),
    ];
    lines.extend(record.initiation.map(|at| ("sent by", at.tx_hash.to_string())));
    lines.push(("to", nodes.label(destination)));
    lines.push(("sender", interoperable::shown(source, record.sent.sender, MARGIN)));
    lines.push(("target", interoperable::shown(destination, record.sent.target, MARGIN)));
    lines.extend(record.skip_reason.iter().map(|reason| ("skipped", reason.clone())));
    lines.extend(attempts.iter().map(|attempt| ("attempt", attempt_words(attempt))));
    match &message.why {
        Some(Ok(why)) => lines.extend(why.reasons().map(|text| ("why", text))),
        Some(Err(why)) => lines.push(("why", format!("not known: {why}"))),
        None => {}
    }
    lines.push(("relayer", place.relayer()));
    lines.push(("next", next.text.clone()));
    lines.extend(next.note.iter().map(|note| ("asked", format!("of no use: {note}"))));
    // Others wrote some of it: nodes, targets, whoever skipped it.
    let line = |(key, value): &(&str, String)| {
        format!("{key:<0$} {1}", MARGIN - 1, printable(value).collect::<String>())
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn attempt_words(attempt: &Attempt) -> String {
    let place = attempt.block_number.map(|number| format!(" in block {number}")).unwrap_or_default();
    let why = attempt.error.as_ref().map(|error| format!(": {error}")).unwrap_or_default();
    let others = match attempt.tx.items.len() {
        0 | 1 => String::new(),
        count => format!(", with {} more", count - 1),
    };
    format!(
        "{}, nonce {}{others}, signed {} ago: {}{place}{why}",
        attempt.tx.tx_hash,
        attempt.tx.nonce,
        words::span(age(attempt.tx.created_ms)),
        attempt.state.as_str()
    )
}

fn age(created_ms: u64) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    now.saturating_sub(created_ms / 1_000)
}

pub(super) fn object(message: &Explained) -> Value {
    let Explained { record, attempts, in_vain, why, next } = message;
    let (source, destination) = (U256::from(record.source), record.sent.destination);
    let unknown = why.as_ref().and_then(|why| why.as_ref().err());
    json!({
        "messageHash": record.hash,
        "status": record.status.as_str(),
        "source": ChainId::from(source),
        "destination": ChainId::from(destination),
        "nonce": decimal(record.sent.nonce),
        "sender": Checksummed(record.sent.sender),
        "senderInteroperable": interoperable::text(source, record.sent.sender),
        "target": Checksummed(record.sent.target),
        "targetInteroperable": interoperable::text(destination, record.sent.target),
        "skipReason": record.skip_reason,
        "sent": record.initiation.map(|at| json!({
            "transactionHash": at.tx_hash,
            "blockNumber": at.identifier.block_number,
            "logIndex": at.identifier.log_index,
            "timestamp": at.identifier.timestamp,
        })),
        "delivered": record.delivery.map(|delivery| json!({
            "transactionHash": delivery.tx_hash,
            "blockNumber": delivery.block_number,
            "logIndex": delivery.log_index,
            "timestamp": delivery.timestamp,
        })),
        "attempts": attempts.iter().map(|attempt| attempt_object(attempt, destination)).collect::<Vec<_>>(),
        "paidInVain": in_vain,
        "undelivered": why.as_ref().and_then(|why| why.as_ref().ok()).map(Why::json),
        "unknown": unknown,
        "next": next_object(next),
    })
}

/// What only the relayer itself knows is `null` where it was not asked.
fn next_object(next: &Next) -> Value {
    let told = next.told.as_ref();
    json!({
        "code": next.code,
        "explanation": told.map_or(&next.text, |told| &told.text),
        "reason": told.and_then(|told| told.reason.as_ref()),
        "block": told.and_then(|told| told.block),
        "withheld": told.and_then(|told| told.withheld.as_ref()),
        "notBefore": told.and_then(|told| told.not_before),
        "account": told.and_then(|told| told.account).map(Checksummed),
        "since": told.and_then(|told| told.since.as_ref()),
        "note": next.note,
    })
}

fn attempt_object(attempt: &Attempt, destination: U256) -> Value {
    json!({
        "transactionHash": attempt.tx.tx_hash,
        "chainId": ChainId::from(destination),
        "account": Checksummed(attempt.tx.signer),
        "accountInteroperable": interoperable::text(destination, attempt.tx.signer),
        "nonce": attempt.tx.nonce,
        "messages": attempt.tx.items.len(),
        "state": attempt.state.as_str(),
        "blockNumber": attempt.block_number,
        "reason": attempt.error,
        "ageSeconds": age(attempt.tx.created_ms),
    })
}
