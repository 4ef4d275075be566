//! What nodes answer, as far as it decides about anything here.

use crate::revert::describe_revert;
use alloy::{
    eips::BlockId,
    json_abi::JsonAbi,
    primitives::{Address, Bytes},
    providers::{DynProvider, Provider},
    rpc::json_rpc::RpcError,
    transports::{TransportError, TransportErrorKind},
};
use serde_json::Value;

/// A node did not answer, or not to the question.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot ask the node: {reason}")]
pub struct NodeError {
    /// What the node or the connection said, without secrets, on one line.
    pub reason: String,
}

impl From<TransportError> for NodeError {
    fn from(error: TransportError) -> Self {
        Self { reason: one_line(&error) }
    }
}

impl NodeError {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { reason: reason.into() }
    }
}

/// The code at an address; empty where there is none. What is no hexadecimal text is no answer: it is not taken for no code.
pub(crate) async fn code_at(
    provider: &DynProvider,
    address: Address,
    block: BlockId,
) -> Result<Bytes, NodeError> {
    let answer: Value = provider.raw_request("eth_getCode".into(), (address, block)).await?;
    let code = answer.as_str().filter(|text| text.starts_with("0x")).and_then(|text| text.parse().ok());
    code.ok_or_else(|| NodeError::new(format!("it answers with {} for code", tidy(&answer.to_string()))))
}

/// What came of a simulation.
pub(super) enum Simulated {
    /// It succeeded with this answer.
    Answer(Bytes),
    /// It failed in the EVM.
    Failed(String),
}

/// By these words nodes tell that what was tried out failed, and not they.
const FAILED: [&str; 10] = [
    "revert",
    "evm error",
    "out of gas",
    "outofgas",
    "gas required exceeds",
    "invalid opcode",
    "invalid jump",
    "stack",
    "initcode size",
    "code size",
];

/// Tells a failure of what was tried out from one of the node.
pub(super) fn simulated(
    answer: Result<Bytes, TransportError>,
    abi: &JsonAbi,
) -> Result<Simulated, NodeError> {
    let error = match answer {
        Ok(answer) => return Ok(Simulated::Answer(answer)),
        Err(error) => error,
    };
    if let RpcError::ErrorResp(payload) = &error {
        if let Some(data) = payload.as_revert_data() {
            return Ok(Simulated::Failed(describe_revert(&data, abi)));
        }
        let message = payload.message.to_lowercase();
        if payload.code == 3 || FAILED.iter().any(|words| message.contains(words)) {
            return Ok(Simulated::Failed(tidy(&payload.message)));
        }
    }
    Err(error.into())
}

/// What is known once signed bytes were sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// The node has them.
    Taken,
    /// The node has not, and nobody has.
    Refused(String),
    /// The node, or one behind it, may have them or not.
    Unknown(String),
}

/// Words that can mean nothing but a refusal of these bytes. Too low a nonce is none: it may be that of these very bytes.
const REFUSED: [&str; 14] = [
    "insufficient funds",
    "not enough funds",
    "underpriced",
    "less than block base fee",
    "lower than the current base fee",
    "gas price too low",
    "could not replace existing",
    "exceeds block gas limit",
    "gas limit too high",
    "intrinsic gas too low",
    "exceeds the configured cap",
    "type not supported",
    "invalid chain id",
    "initcode size",
];

/// JSON-RPC's code for a method that nobody here answers.
const NO_METHOD: i64 = -32601;

pub(super) fn sent<T>(answer: Result<T, TransportError>) -> Sent {
    let Err(error) = answer else { return Sent::Taken };
    let reason = one_line(&error);
    match &error {
        RpcError::ErrorResp(payload) => {
            let message = payload.message.to_lowercase();
            if ["already known", "already imported", "known transaction"]
                .iter()
                .any(|words| message.contains(words))
            {
                Sent::Taken
            } else if payload.code == NO_METHOD || REFUSED.iter().any(|words| message.contains(words)) {
                Sent::Refused(reason)
            } else {
                Sent::Unknown(reason)
            }
        }
        RpcError::Transport(TransportErrorKind::HttpError(http)) if http.status == 413 => {
            Sent::Refused(reason)
        }
        _ => Sent::Unknown(reason),
    }
}

fn one_line(error: &TransportError) -> String {
    match error {
        RpcError::ErrorResp(payload) => tidy(&format!("{} (code {})", payload.message, payload.code)),
        RpcError::Transport(TransportErrorKind::BackendGone) => "the connection was lost".to_owned(),
        error => tidy(&error.to_string()),
    }
}

/// The beginning of a foreign text, without what is not seen or turns the direction of what follows.
fn tidy(text: &str) -> String {
    let is_unprintable = |c: char| c.escape_debug().len() > 1 && !matches!(c, '"' | '\'' | '\\');
    text.trim().chars().map(|c| if is_unprintable(c) { ' ' } else { c }).take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::rpc::json_rpc::ErrorPayload;

    fn answer(code: i64, message: &'static str) -> Sent {
        sent::<()>(Err(RpcError::ErrorResp(ErrorPayload { code, message: message.into(), data: None })))
    }

    #[test]
    fn only_a_clear_word_is_a_refusal() {
        for message in ["insufficient funds for gas * price + value", "replacement transaction underpriced"] {
            assert!(matches!(answer(-32000, message), Sent::Refused(_)), "{message}");
        }
        for (code, message) in [
            (-32603, "internal error"),
            (-32000, "nonce too low"),
            (429, "slow down"),
            (-32000, "no backends"),
        ] {
            assert!(matches!(answer(code, message), Sent::Unknown(_)), "{code} {message}");
        }
        assert_eq!(answer(-32000, "already known"), Sent::Taken);
        assert!(matches!(sent::<()>(Err(TransportErrorKind::backend_gone())), Sent::Unknown(_)));
    }
}
