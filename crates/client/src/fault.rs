//! The one place that reads what nodes answer: by JSON-RPC code where there is one, else by their words.

use alloy::{
    rpc::json_rpc::RpcError,
    transports::{TransportError, TransportErrorKind},
};
use causeway_interop::{Disposition as RpcDisposition, RpcCode};

use crate::{Disposition, RevertReason};

/// Why a node did not do what it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct NodeFault {
    /// What kind of fault it is.
    pub kind: FaultKind,
    /// What the node or the connection said, without secrets, on one line.
    pub reason: String,
}

/// The kinds of faults that call for different reactions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The transaction is in the node's pool already.
    AlreadyKnown,
    /// The transaction's nonce is used.
    NonceTooLow,
    /// Another transaction with this nonce is in the pool.
    NonceTaken,
    /// The transaction's fees are too low.
    Underpriced,
    /// The account cannot pay.
    Unfunded,
    /// The call takes more gas than a block has, or than the account can pay for.
    OutOfGas,
    /// The call reverts.
    Reverted(RevertReason),
    /// The messages that the transaction executes cannot be judged yet.
    NotYet,
    /// The node takes no executing messages at all for now: its failsafe is on.
    Closed,
    /// The node refuses this for good: an invalid message, a malformed or oversized transaction.
    Refused,
    /// No answer that says anything about what was asked for: a lost connection, a deadline, overload, an outage of what
    /// stands behind the node, or words unknown to us.
    Unavailable,
}

impl NodeFault {
    /// Reads an error.
    pub fn read(error: &TransportError) -> Self {
        let reason = one_line(error);
        let kind = match error {
            RpcError::ErrorResp(payload) => match payload.as_revert_data() {
                Some(data) => return Self::reverted(&data),
                None => FaultKind::of_answer(payload.code, &payload.message),
            },
            // Larger than the node reads: it will not be smaller the next time.
            RpcError::Transport(TransportErrorKind::HttpError(error)) if error.status == 413 => {
                FaultKind::Refused
            }
            _ => FaultKind::Unavailable,
        };
        match &kind {
            FaultKind::Reverted(revert) => Self { reason: format!("execution reverted: {revert}"), kind },
            _ => Self { kind, reason },
        }
    }

    /// A call that reverts with this data.
    pub fn reverted(data: &[u8]) -> Self {
        let revert = RevertReason::decode(data);
        Self { reason: format!("execution reverted: {revert}"), kind: FaultKind::Reverted(revert) }
    }

    /// An answer that makes no sense.
    pub fn refused(reason: &str) -> Self {
        Self { kind: FaultKind::Refused, reason: tidy(reason) }
    }

    /// No answer that says anything.
    pub fn unavailable(reason: &str) -> Self {
        Self { kind: FaultKind::Unavailable, reason: tidy(reason) }
    }

    /// Returns what to do about it.
    pub const fn disposition(&self) -> Disposition {
        match self.kind {
            FaultKind::AlreadyKnown | FaultKind::NotYet | FaultKind::Unavailable => Disposition::Retry,
            FaultKind::NonceTooLow
            | FaultKind::NonceTaken
            | FaultKind::Underpriced
            | FaultKind::Unfunded
            | FaultKind::OutOfGas
            | FaultKind::Reverted(_)
            | FaultKind::Closed => Disposition::Wait,
            FaultKind::Refused => Disposition::Drop,
        }
    }

    /// Returns why the call reverts, if that is what happened.
    pub const fn revert(&self) -> Option<&RevertReason> {
        match &self.kind {
            FaultKind::Reverted(reason) => Some(reason),
            _ => None,
        }
    }
}

impl From<TransportError> for NodeFault {
    fn from(error: TransportError) -> Self {
        Self::read(&error)
    }
}

/// The words by which nodes say what no code says, in lower case. The first that fits counts.
const WORDS: [(&str, FaultKind); 53] = [
    ("already known", FaultKind::AlreadyKnown),
    ("already imported", FaultKind::AlreadyKnown),
    ("known transaction", FaultKind::AlreadyKnown),
    ("replacement transaction underpriced", FaultKind::NonceTaken),
    ("could not replace existing", FaultKind::NonceTaken),
    ("nonce too low", FaultKind::NonceTooLow),
    ("nonce is too low", FaultKind::NonceTooLow),
    ("nonce has already been used", FaultKind::NonceTooLow),
    ("insufficient funds", FaultKind::Unfunded),
    ("insufficient balance for gas", FaultKind::Unfunded),
    ("not enough funds", FaultKind::Unfunded),
    ("underpriced", FaultKind::Underpriced),
    ("less than block base fee", FaultKind::Underpriced),
    ("lower than the current base fee", FaultKind::Underpriced),
    ("gas price too low", FaultKind::Underpriced),
    ("below the minimum", FaultKind::Underpriced),
    ("pool is full", FaultKind::Unavailable),
    ("txpool is full", FaultKind::Unavailable),
    ("txpool full", FaultKind::Unavailable),
    ("spammer", FaultKind::Unavailable),
    ("account limit exceeded", FaultKind::Unavailable),
    ("nonce too high", FaultKind::Unavailable),
    ("rate limit", FaultKind::Unavailable),
    ("too many requests", FaultKind::Unavailable),
    ("timeout", FaultKind::Unavailable),
    ("timed out", FaultKind::Unavailable),
    ("header not found", FaultKind::Unavailable),
    ("upstream", FaultKind::Unavailable),
    // op-geth's word for whatever its admission filter did not let through, an outage of the filter included.
    ("transaction filtered out", FaultKind::NotYet),
    ("exceeds block gas limit", FaultKind::Refused),
    ("gas limit too high", FaultKind::Refused),
    ("exceeds the configured cap", FaultKind::Refused),
    ("oversized data", FaultKind::Refused),
    ("transaction type not supported", FaultKind::Refused),
    ("unsupported transaction type", FaultKind::Refused),
    ("invalid sender", FaultKind::Refused),
    ("invalid chain id", FaultKind::Refused),
    ("invalid signature", FaultKind::Refused),
    ("rlp:", FaultKind::Refused),
    ("failed to decode", FaultKind::Refused),
    ("gas required exceeds", FaultKind::OutOfGas),
    ("out of gas", FaultKind::OutOfGas),
    ("intrinsic gas too low", FaultKind::OutOfGas),
    ("execution reverted", FaultKind::Reverted(RevertReason::Empty)),
    ("transaction reverted", FaultKind::Reverted(RevertReason::Empty)),
    ("transaction: revert", FaultKind::Reverted(RevertReason::Empty)),
    ("invalid opcode", FaultKind::Reverted(RevertReason::Empty)),
    ("invalid jump", FaultKind::Reverted(RevertReason::Empty)),
    // anvil's names of what ends a call.
    ("evm error outofgas", FaultKind::OutOfGas),
    ("evm error invalidfeopcode", FaultKind::Reverted(RevertReason::Empty)),
    ("evm error opcodenotfound", FaultKind::Reverted(RevertReason::Empty)),
    ("evm error invalidjump", FaultKind::Reverted(RevertReason::Empty)),
    ("evm error stackunderflow", FaultKind::Reverted(RevertReason::Empty)),
];

/// What filters say of a message that is only too young for them, in lower case, whatever the code: the deployed one answers
/// *conflicting data* where the block that would execute it is not yet later than its own, and *out of scope* where it has
/// not read its source that far.
const TOO_YOUNG: [&str; 6] = [
    "not before inclusion timestamp",
    "before initiating message timestamp",
    "message from the future",
    "not yet ingested",
    "not yet cross-unsafe validated",
    "cross-validated timestamp not available",
];

/// proxyd: the request itself is too large. What its other codes tell of is the proxy's own trouble.
const TOO_LARGE: i64 = -32022;

impl FaultKind {
    /// Reads the code and the message of a JSON-RPC error that is no revert with data.
    ///
    /// A verdict is only what is known to be one. Everything else is the node's trouble, and passes: providers and
    /// proxies have codes and words of their own for it (-32000, -32005, -32010 to -32017, -32603, 429, ...).
    fn of_answer(code: i64, message: &str) -> Self {
        let admission = i32::try_from(code).ok().and_then(RpcCode::from_value);
        let message = message.to_lowercase();
        let otherwise = match admission {
            // The generic "invalid params" has meanings outside of admission too: its words may say more.
            Some(RpcCode::InvalidParams) => Self::Refused,
            Some(code) => {
                return match code.disposition() {
                    RpcDisposition::Retry => Self::NotYet,
                    RpcDisposition::Stop => Self::Closed,
                    RpcDisposition::Evict if TOO_YOUNG.iter().any(|words| message.contains(words)) => {
                        Self::NotYet
                    }
                    RpcDisposition::Evict => Self::Refused,
                };
            }
            None if code == TOO_LARGE => return Self::Refused,
            None => Self::Unavailable,
        };
        let found = WORDS.iter().find(|(words, _)| message.contains(words));
        found.map_or(otherwise, |(_, kind)| kind.clone())
    }
}

/// The text of an error on one line, of bounded length: nodes and proxies say anything.
fn one_line(error: &TransportError) -> String {
    let text = match error {
        RpcError::ErrorResp(payload) => format!("{} (code {})", payload.message, payload.code),
        RpcError::Transport(TransportErrorKind::BackendGone) => "the connection was lost".to_owned(),
        RpcError::DeserError { err, .. } => format!("the answer cannot be read: {err}"),
        error => error.to_string(),
    };
    tidy(&text)
}

fn tidy(text: &str) -> String {
    printable(text.trim()).take(300).collect()
}

/// What somebody else wrote, with spaces for what Rust would escape: control characters, and those that are not seen or turn the
/// direction of what follows.
pub fn printable(text: &str) -> impl Iterator<Item = char> {
    let is_unprintable = |c: char| c.escape_debug().len() > 1 && !matches!(c, '"' | '\'' | '\\');
    text.chars().map(move |c| if is_unprintable(c) { ' ' } else { c })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What nodes really say: geth and op-geth, reth, anvil, the admission filter.
    #[test]
    fn answers_of_nodes_are_understood() {
        use FaultKind as K;
        for (code, message, kind) in [
            (-32000, "already known", K::AlreadyKnown),
            (-32003, "transaction already imported", K::AlreadyKnown),
            (-32000, "nonce too low: next nonce 8, tx nonce 5", K::NonceTooLow),
            (-32003, "nonce too low", K::NonceTooLow),
            (-32000, "replacement transaction underpriced", K::NonceTaken),
            (-32000, "replacement transaction underpriced: new tx gas fee cap 1 <= 2 queued", K::NonceTaken),
            (-32000, "transaction underpriced: gas tip cap 0, minimum needed 1", K::Underpriced),
            (-32003, "max fee per gas less than block base fee", K::Underpriced),
            (-32000, "insufficient funds for gas * price + value: balance 0, tx cost 1", K::Unfunded),
            (-32003, "Insufficient funds for gas * price + value", K::Unfunded),
            (-32003, "Out of gas: gas required exceeds allowance: 0", K::OutOfGas),
            (-32000, "gas required exceeds allowance (21000)", K::OutOfGas),
            (-32000, "txpool is full", K::Unavailable),
            (-32000, "account limit exceeded: pooled 1 txs", K::Unavailable),
            (-32005, "daily request count exceeded", K::Unavailable),
            (429, "slow down", K::Unavailable),
            (3, "execution reverted", K::Reverted(RevertReason::Empty)),
            (-32603, "EVM error InvalidFEOpcode", K::Reverted(RevertReason::Empty)),
            (-32603, "EVM error OutOfGas", K::OutOfGas),
            (-32000, "invalid jump destination", K::Reverted(RevertReason::Empty)),
            (-321401, "future data", K::NotYet),
            (-320400, "uninitialized chain database", K::NotYet),
            (-320602, "failsafe is enabled", K::Closed),
            (-320600, "conflicting data", K::Refused),
            (-321100, "out of scope", K::Refused),
            (-32602, "malformed entry 1", K::Refused),
            (-32602, "insufficient funds for transfer", K::Unfunded),
            (-32000, "transaction filtered out", K::NotYet),
            (-32000, "exceeds block gas limit", K::Refused),
        ] {
            assert_eq!(K::of_answer(code, message), kind, "{code} {message}");
        }
    }

    /// The deployed filter answers by the codes of what is invalid where a message is only too young.
    #[test]
    fn a_message_that_is_too_young_waits() {
        for (code, message) in [
            (-320600, "initiating message timestamp 90 not before inclusion timestamp 90: conflicting data"),
            (-320600, "exec timestamp 89 before initiating message timestamp 90: conflicting data"),
            (-320600, "Message from the future: initiated at 90, executed at 89"),
            (-321100, "timestamp 90 not yet ingested (min ingested: 88): data out of scope"),
            (
                -321100,
                "message at timestamp 90 not yet cross-unsafe validated (current cross-validated timestamp: 88)",
            ),
            (-321100, "cross-validated timestamp not available: data out of scope"),
        ] {
            assert_eq!(FaultKind::of_answer(code, message), FaultKind::NotYet, "{code} {message}");
        }
        for (code, message) in [
            (
                -320600,
                "initiating message expired: inclusion 900 - init 90 > expiry window 700: conflicting data",
            ),
            (
                -320600,
                "initiating message on chain 901 at timestamp 1 is not after the Lagoon activation block: conflicting data",
            ),
            (-320501, "source chain 7: unknown chain"),
        ] {
            assert_eq!(FaultKind::of_answer(code, message), FaultKind::Refused, "{code} {message}");
        }
        assert_eq!(FaultKind::of_answer(-32000, "header not yet ingested"), FaultKind::Unavailable);
    }

    /// What proxies and providers say while something behind them is out: nothing of it is about the request.
    #[test]
    fn outages_are_no_verdicts() {
        for (code, message) in [
            (-32000, "no healthy interop filter backends found"),
            (-32000, "interop quorum not reached: 1 of 2"),
            (-32000, "something new"),
            (-32010, "backend is offline"),
            (-32011, "no backends available for method"),
            (-32012, "backend is over capacity"),
            (-32015, "gateway timeout"),
            (-32016, "over rate limit"),
            (-32017, "sender is over rate limit"),
            (-32005, "daily request count exceeded"),
            (-32601, "the method does not exist"),
            (-32603, "internal error"),
            (429, "slow down"),
            (i64::MIN, ""),
        ] {
            assert_eq!(FaultKind::of_answer(code, message), FaultKind::Unavailable, "{code} {message}");
        }
        assert_eq!(FaultKind::of_answer(-32022, "interop access list out of bounds"), FaultKind::Refused);
        for status in [429, 500, 502, 503, 504] {
            let fault = NodeFault::read(&TransportErrorKind::http_error(status, "?".to_owned()));
            assert_eq!((&fault.kind, fault.disposition()), (&FaultKind::Unavailable, Disposition::Retry));
        }
    }

    #[test]
    fn oversized_requests_are_refused_for_good() {
        let fault = NodeFault::read(&TransportErrorKind::http_error(413, String::new()));
        assert_eq!((&fault.kind, fault.disposition()), (&FaultKind::Refused, Disposition::Drop));
        let fault = NodeFault::read(&TransportErrorKind::http_error(503, String::new()));
        assert_eq!(fault.kind, FaultKind::Unavailable);
    }

    #[test]
    fn words_of_nodes_are_made_harmless() {
        let said = tidy(" it's \"over\"\\\u{1b}[2J\n\u{202e}\u{200b}\u{2028}é ");
        assert_eq!(said, "it's \"over\"\\ [2J    é");
        assert_eq!(tidy(&"é".repeat(1_000)).chars().count(), 300);
    }

    #[test]
    fn lost_connections_are_no_answers() {
        let fault = NodeFault::read(&TransportErrorKind::backend_gone());
        assert_eq!((&fault.kind, fault.disposition()), (&FaultKind::Unavailable, Disposition::Retry));
        assert_eq!(fault.to_string(), "the connection was lost");
    }
}
