//! What is told of the transactions that pass, and of what does not: a line of the log each.
//!
//! Whoever calls chooses some of the words in it, and how many: long ones are cut, and never written as they are.

use super::{Fault, sends::Sends};
use alloy::primitives::{Address, B256};
use serde::Deserialize;
use serde_json::Value;
use tracing::{Level, field::display};

/// The code with which the node says that a transaction does not enter its pool.
const REJECTED: i64 = -32003;
/// How many characters of a name or a reason are told.
const LONGEST: usize = 300;

/// A transaction that the node took, as it is told of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Passed {
    /// Of the transaction itself, or of its receipt.
    #[serde(alias = "transactionHash")]
    pub(super) hash: B256,
    pub(super) from: Option<Address>,
    /// Nobody, for what creates a contract.
    pub(super) to: Option<Address>,
}

/// Whether anybody wants to know.
pub(super) fn is_told() -> bool {
    tracing::enabled!(Level::DEBUG)
}

/// The node has taken a transaction.
pub(super) fn taken(chain_id: u64, method: &str, passed: &Passed) {
    let Passed { hash: tx, from, to } = passed;
    let (from, to) = (from.map(display), to.map(display));
    tracing::debug!(chain_id, %tx, from, to, %method, "transaction taken");
}

/// The node does not get to see a call. Its transaction is named if its sender signed it.
pub(super) fn refused(chain_id: u64, method: &str, sends: &Sends, fault: &Fault) {
    let (code, why, tx) = (fault.code, short(&fault.message), sends.only().map(display));
    let method = Some(short(method)).filter(|method| !method.is_empty());
    tracing::debug!(chain_id, tx, method, code, why, "refused");
}

/// Tells of what the node has put into a block already, of its answer: that tells no hash but a receipt.
pub(super) fn taken_with_block(chain_id: u64, answer: &str, sends: &Sends) {
    if !is_told() || !answer.contains(r#""transactionHash""#) {
        return;
    }
    let results = answers(answer).into_iter().filter_map(|answer| answer.result);
    for passed in results.filter_map(|result| Passed::deserialize(result).ok()) {
        let is_signed = sends.signed.iter().any(|signed| signed.hash == passed.hash);
        let method = if is_signed { "eth_sendRawTransactionSync" } else { "eth_sendTransactionSync" };
        taken(chain_id, method, &passed);
    }
}

/// Tells what the node refused, of its answer. What is not the answer to a transaction for certain is told of only if it
/// reads as one.
pub(super) fn refused_by_node(chain_id: u64, answer: &str, sends: Option<&Sends>) {
    if !is_told() || !answer.contains(r#""error""#) {
        return;
    }
    let errors = answers(answer).into_iter().filter_map(|answer| answer.error);
    let certain = sends.is_some() && !answer.trim_start().starts_with('[');
    let tx = sends.filter(|_| certain).and_then(Sends::only).map(display);
    for Error { code, message } in errors.filter(|error| certain || error.code == REJECTED) {
        tracing::debug!(chain_id, tx, code, why = short(&message), "refused by the node");
    }
}

/// What the node says to one call.
#[derive(Deserialize)]
struct Answer {
    result: Option<Value>,
    error: Option<Error>,
}

#[derive(Deserialize)]
struct Error {
    code: i64,
    message: String,
}

/// The answers in a message of the node.
fn answers(message: &str) -> Vec<Answer> {
    match serde_json::from_str(message) {
        Ok(answers) => answers,
        Err(_) => serde_json::from_str(message).into_iter().collect(),
    }
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}...", &text[..end]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_transaction_and_its_receipt_are_told_alike() {
        let (hash, from) = (B256::repeat_byte(1), Address::repeat_byte(2));
        let passed = Passed { hash, from: Some(from), to: None };
        for object in [
            json!({"hash": hash, "blockHash": null, "from": from, "to": null}),
            json!({"transactionHash": hash, "blockHash": B256::repeat_byte(3), "from": from, "to": null}),
        ] {
            assert_eq!(Passed::deserialize(object).unwrap(), passed);
        }
    }

    #[test]
    fn nobody_fills_the_log_with_one_call() {
        assert_eq!(short("eth_chainId"), "eth_chainId");
        let long = "é".repeat(1_000_000);
        assert_eq!(short(&long).chars().count(), LONGEST + 3);
    }
}
