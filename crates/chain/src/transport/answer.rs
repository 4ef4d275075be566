//! What errors mean, whatever was asked for.

use alloy::{
    rpc::json_rpc::{ErrorPayload, ResponsePacket, RpcError},
    transports::{TransportError, TransportErrorKind, TransportResult},
};
use std::time::Duration;

/// Whether the same request may well succeed later: lost connections, timeouts, overload, outages behind the node that we
/// talk to. Not: an answer that the node gave on purpose, such as a revert.
pub fn is_transient(error: &TransportError) -> bool {
    match error {
        RpcError::Transport(kind) => match kind {
            TransportErrorKind::HttpError(error)
            | TransportErrorKind::HttpErrorWithRetryAfter { error, .. } => is_transient_status(error.status),
            TransportErrorKind::PubsubUnavailable | TransportErrorKind::NonRetryable(_) => false,
            // What remains are lost connections and timeouts.
            _ => true,
        },
        RpcError::ErrorResp(payload) => is_transient_answer(payload),
        // A cut-off or foreign body: a proxy that says "try later" in HTML, for instance.
        RpcError::DeserError { .. } => true,
        _ => false,
    }
}

/// Whether an error is no answer to the request, but a fault of the node or of what stands before it: another node may
/// answer.
pub(crate) fn is_fault_of_node(error: &TransportError) -> bool {
    match error {
        RpcError::ErrorResp(payload) => is_transient_answer(payload),
        RpcError::Transport(TransportErrorKind::HttpError(error)) => error.status != CONTENT_TOO_LARGE,
        RpcError::Transport(kind) => !matches!(kind, TransportErrorKind::NonRetryable(_)),
        RpcError::DeserError { .. } => true,
        _ => false,
    }
}

/// The request is too long for the node.
const CONTENT_TOO_LARGE: u16 = 413;

const fn is_transient_status(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504 | 520..=530)
}

/// What proxies say, by `-32000`, when they have nobody to pass a request to.
const OUTAGES: [&str; 10] = [
    "no healthy",
    "quorum not reached",
    "backend",
    "gateway time",
    "service unavailable",
    "temporarily unavailable",
    "bad gateway",
    // And what nodes say that have not caught up.
    "not synced",
    "is syncing",
    "still syncing",
];

fn is_transient_answer(payload: &ErrorPayload) -> bool {
    if is_overload_answer(payload) {
        return true;
    }
    let message = payload.message.to_lowercase();
    if TOO_MUCH.iter().any(|words| message.contains(words)) {
        return false;
    }
    match payload.code {
        // "Internal error", and proxyd's outages. Some nodes report what a contract did by these codes.
        -32603 | -32010 | -32011 | -32012 | -32015 => {
            !message.contains("revert") && !message.contains("execution")
        }
        -32000 => OUTAGES.iter().any(|words| message.contains(words)),
        500 | 502..=504 => true,
        _ => false,
    }
}

/// How nodes say, by the same codes, that a result is too large: asking later does not make it smaller.
const TOO_MUCH: [&str; 8] = [
    "more than",
    "response size",
    "range",
    "too large",
    "too wide",
    "max results",
    "too many results",
    "too many logs",
];

/// Whether the node says that it is asked too much: EIP-1474's "limit exceeded", the HTTP status that some providers put
/// there instead, proxyd's limits, and what else providers say.
fn is_overload_answer(payload: &ErrorPayload) -> bool {
    let message = payload.message.to_lowercase();
    if TOO_MUCH.iter().any(|words| message.contains(words)) {
        return false;
    }
    matches!(payload.code, -32005 | -32016 | -32017 | -32029 | 429)
        || (payload.is_retry_err() && payload.message != "header not found")
        || says_overload(&message)
}

/// In lower case.
fn says_overload(text: &str) -> bool {
    ["too many requests", "rate limit", "rate-limit", "compute units per second", "request limit"]
        .iter()
        .any(|words| text.contains(words))
}

/// That the node is asked too much, and for how long it wants to be left alone if it says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Overload {
    pub(crate) retry_after: Option<Duration>,
}

pub(crate) fn overload(error: &TransportError) -> Option<Overload> {
    let (is_overload, retry_after) = match error {
        RpcError::Transport(TransportErrorKind::HttpError(error)) => (error.status == 429, None),
        RpcError::Transport(TransportErrorKind::HttpErrorWithRetryAfter { error, retry_after }) => {
            (error.status == 429, Some(*retry_after))
        }
        RpcError::ErrorResp(payload) => (is_overload_answer(payload), None),
        RpcError::DeserError { text, .. } => (says_overload(&text.to_lowercase()), None),
        _ => (false, None),
    };
    is_overload.then_some(Overload { retry_after })
}

/// For how long a node that is not overloaded wants to be left alone.
pub(super) const fn retry_after(error: &TransportError) -> Option<Duration> {
    match error {
        RpcError::Transport(kind) => kind.retry_after(),
        _ => None,
    }
}

/// What an answer says of the node, beside what was asked for. Of a batch the first error counts.
pub(super) fn of_packet(result: &TransportResult<ResponsePacket>) -> Verdict {
    let error = match result {
        Ok(packet) => packet.iter_errors().find(|error| is_transient_answer(error)),
        Err(error) => return Verdict::of(error),
    };
    match error {
        Some(error) if is_overload_answer(error) => Verdict::Overload(Overload { retry_after: None }),
        Some(_) => Verdict::Transient { retry_after: None },
        None => Verdict::Final,
    }
}

/// What to do after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is what there is to know.
    Final,
    /// Another attempt may help, after this time if it is named.
    Transient { retry_after: Option<Duration> },
    /// There were too many attempts.
    Overload(Overload),
}

impl Verdict {
    pub(crate) fn of(error: &TransportError) -> Self {
        match overload(error) {
            Some(overload) => Self::Overload(overload),
            None if is_transient(error) => Self::Transient { retry_after: retry_after(error) },
            None => Self::Final,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(code: i64, message: &str) -> TransportError {
        let payload = ErrorPayload { code, message: message.to_owned().into(), data: None };
        TransportError::ErrorResp(payload)
    }

    #[test]
    fn an_outage_is_no_answer() {
        for (code, message) in [
            (-32603, "internal error"),
            (-32000, "no healthy interop filter backends found"),
            (-32000, "interop quorum not reached: 1 of 3"),
            (-32000, "Node is not synced"),
            (-32010, "no backends available"),
            (-32011, "backend offline"),
            (-32012, "over capacity"),
            (-32015, "gateway timeout"),
            (502, "bad gateway"),
        ] {
            assert_eq!(
                Verdict::of(&error(code, message)),
                Verdict::Transient { retry_after: None },
                "{code} {message}"
            );
        }
        for (code, message) in [
            (3, "execution reverted"),
            (-32603, "execution reverted: no"),
            (-32015, "VM execution error"),
            (-32000, "execution reverted"),
            (-32000, "nonce too low"),
            (-32601, "method not found"),
            (-32602, "invalid params"),
            (-32005, "query returned more than 10000 results"),
        ] {
            assert_eq!(Verdict::of(&error(code, message)), Verdict::Final, "{code} {message}");
        }
    }

    #[test]
    fn too_large_an_answer_is_asked_for_in_parts_and_not_later() {
        // As providers and nodes say it; the numbers are theirs.
        for (code, message) in [
            (-32005, "query returned more than 10000 results"),
            (
                -32602,
                "Log response size exceeded. You can make eth_getLogs requests with up to a 2K block range",
            ),
            (-32614, "eth_getLogs is limited to a 10,000 range"),
            (-32005, "eth_getLogs is limited to a 10,000 range"),
            (-32600, "block range is too wide"),
            (-32701, "exceed maximum block range: 50000"),
            (-32000, "Block range limit exceeded"),
            (-32005, "Block range limit exceeded"),
            (-32602, "query exceeds max block range 100000"),
            (-32602, "query exceeds max results 20000, retry with the range 100-120"),
            (-32000, "backend response too large"),
            (-32020, "backend response too large"),
            (35, "ranges over 10000 blocks are not supported on freetier"),
            (-32047, "Invalid eth_getLogs request. 'fromBlock'-'toBlock' range too large. Max range: 800"),
        ] {
            assert_eq!(Verdict::of(&error(code, message)), Verdict::Final, "{code} {message}");
        }
    }

    #[test]
    fn too_many_questions_are_told_apart() {
        for (code, message) in [
            (-32005, "limit exceeded"),
            (-32016, "over rate limit"),
            (-32017, "sender is over rate limit"),
            (429, ""),
            (-32000, "Too Many Requests"),
            (-32007, "15/second request limit reached - reduce calls per second"),
            (-32000, "Your app has exceeded its compute units per second capacity"),
        ] {
            let overload = Overload { retry_after: None };
            assert_eq!(Verdict::of(&error(code, message)), Verdict::Overload(overload), "{code} {message}");
        }
        let seconds = Some(Duration::from_secs(3));
        let http = |status| TransportErrorKind::http_error_with_retry_after(status, String::new(), seconds);
        assert_eq!(Verdict::of(&http(429)), Verdict::Overload(Overload { retry_after: seconds }));
        assert_eq!(Verdict::of(&http(503)), Verdict::Transient { retry_after: seconds });
        assert_eq!(Verdict::of(&http(400)), Verdict::Final);
    }
}
