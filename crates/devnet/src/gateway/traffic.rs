//! What is told of the transactions that pass, and of what does not: a line of the log each.

use super::Fault;
use alloy::primitives::B256;
use serde::Deserialize;

/// The code with which the node says that a transaction does not enter its pool.
const REJECTED: i64 = -32003;

/// The node has taken a transaction.
pub(super) fn taken(chain_id: u64, tx: B256) {
    tracing::debug!(chain_id, %tx, "transaction taken");
}

/// The node does not get to see a call.
pub(super) fn refused(chain_id: u64, method: &str, fault: &Fault) {
    let Fault { code, message: why, .. } = fault;
    tracing::debug!(chain_id, method, code, why, "refused");
}

/// Tells what the node refused, of its answer. If that is not the answer to a transaction for certain, only what can be
/// one.
pub(super) fn refused_by_node(chain_id: u64, answer: &str, certain: bool) {
    #[derive(Deserialize)]
    struct Answer {
        error: Option<Error>,
    }
    #[derive(Deserialize)]
    struct Error {
        code: i64,
        message: String,
    }

    if !answer.contains(r#""error""#) {
        return;
    }
    let answers: Vec<Answer> = match serde_json::from_str(answer) {
        Ok(answers) => answers,
        Err(_) => serde_json::from_str(answer).into_iter().collect(),
    };
    let errors = answers.into_iter().filter_map(|answer| answer.error);
    for Error { code, message: why } in errors.filter(|error| certain || error.code == REJECTED) {
        tracing::debug!(chain_id, code, why, "refused by the node");
    }
}
