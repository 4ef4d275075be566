use crate::transport::is_fault_of_node;
use alloy::{
    rpc::json_rpc::{ErrorPayload, ResponsePacket, ResponsePayload},
    transports::{TransportError, TransportErrorKind, TransportResult},
};

/// What a node's answer to a signed transaction means, from what says the most that it may be executed to what says the
/// least. Of several answers the first in this order is that of all: whoever sent it may act on a refusal only if there is
/// nobody who may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sent {
    /// It took it.
    Taken,
    /// It had it already.
    Known,
    /// It did not answer, or something before it did: it may have it.
    Unanswered,
    /// It does not take it now, for a reason that passes or that nobody knows.
    NotNow,
    /// Its nonce is used up, perhaps by itself.
    Spent,
    /// Its nonce belongs to another one that waits.
    Replaced,
    /// It is refused for good.
    Refused,
}

/// In lower case. The first that fits counts.
const WORDS: [(&str, Sent); 31] = [
    ("already known", Sent::Known),
    ("already imported", Sent::Known),
    ("known transaction", Sent::Known),
    ("nonce too low", Sent::Spent),
    ("nonce is too low", Sent::Spent),
    ("nonce has already been used", Sent::Spent),
    ("replacement transaction underpriced", Sent::Replaced),
    ("could not replace existing", Sent::Replaced),
    ("insufficient funds", Sent::Refused),
    ("insufficient balance", Sent::Refused),
    ("not enough funds", Sent::Refused),
    ("underpriced", Sent::Refused),
    ("base fee", Sent::Refused),
    ("gas price too low", Sent::Refused),
    ("below the minimum", Sent::Refused),
    ("exceeds block gas limit", Sent::Refused),
    ("gas limit too high", Sent::Refused),
    ("exceeds the configured cap", Sent::Refused),
    ("oversized data", Sent::Refused),
    ("transaction type not supported", Sent::Refused),
    ("unsupported transaction type", Sent::Refused),
    ("invalid sender", Sent::Refused),
    ("chain id", Sent::Refused),
    ("invalid signature", Sent::Refused),
    ("rlp:", Sent::Refused),
    ("decode", Sent::Refused),
    ("gas required exceeds", Sent::Refused),
    ("out of gas", Sent::Refused),
    ("intrinsic gas too low", Sent::Refused),
    ("revert", Sent::Refused),
    ("invalid opcode", Sent::Refused),
];
/// The codes of interop admission that evict a transaction, and "invalid params".
const EVICTIONS: [i64; 6] = [-320_500, -320_501, -320_600, -321_100, -321_501, -32602];

impl Sent {
    pub(super) fn of(answer: &TransportResult<ResponsePacket>) -> Self {
        let packet = match answer {
            Ok(packet) => packet,
            Err(TransportError::ErrorResp(payload)) => return Self::of_refusal(payload),
            // It never left.
            Err(TransportError::SerError(_)) => return Self::Refused,
            Err(_) => return Self::Unanswered,
        };
        match packet.single_payload() {
            Some(ResponsePayload::Success(_)) => Self::Taken,
            Some(ResponsePayload::Failure(payload)) => Self::of_refusal(payload),
            None => Self::Unanswered,
        }
    }

    fn of_refusal(payload: &ErrorPayload) -> Self {
        let message = payload.message.to_lowercase();
        let meant = WORDS.iter().find(|(words, _)| message.contains(words)).map(|(_, sent)| *sent);
        if meant == Some(Self::Known) {
            return Self::Known;
        }
        if is_fault_of_node(&TransportError::ErrorResp(payload.clone())) {
            return Self::Unanswered;
        }
        let otherwise = if EVICTIONS.contains(&payload.code) { Self::Refused } else { Self::NotNow };
        meant.unwrap_or(otherwise)
    }

    /// Whether the node may have the transaction.
    pub(super) const fn may_hold(self) -> bool {
        matches!(self, Self::Taken | Self::Known | Self::Unanswered)
    }

    /// Whether nothing that another node says changes the answer.
    pub(super) const fn settles(self) -> bool {
        matches!(self, Self::Taken)
    }
}

/// The answer that stands for all: the one that leaves the most open; of those that say the same, the first.
pub(super) fn combine<T>(answers: impl IntoIterator<Item = (Sent, T)>) -> Option<(Sent, T)> {
    answers.into_iter().min_by_key(|(sent, _)| *sent)
}

/// Every node that was asked refused the transaction, but one that could not be asked may hold it.
pub(super) fn held_elsewhere(holder: &str, refusal: &str) -> TransportError {
    TransportErrorKind::custom_str(&format!(
        "the node at {holder}, which is out of reach, may have taken the transaction before; the others say: {refusal}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Sent; 7] = [
        Sent::Taken,
        Sent::Known,
        Sent::Unanswered,
        Sent::NotNow,
        Sent::Spent,
        Sent::Replaced,
        Sent::Refused,
    ];

    fn refusal(code: i64, message: &str) -> TransportResult<ResponsePacket> {
        let payload = ErrorPayload { code, message: message.to_owned().into(), data: None };
        Err(TransportError::ErrorResp(payload))
    }

    #[test]
    fn a_refusal_counts_only_if_nobody_may_have_it() {
        // All answers of three nodes, in every order.
        for (a, b, c) in
            ALL.iter().flat_map(|a| ALL.iter().flat_map(move |b| ALL.iter().map(move |c| (*a, *b, *c))))
        {
            let (sent, node) = combine([(a, 0), (b, 1), (c, 2)]).unwrap();
            assert_eq!(sent, [a, b, c][node], "the answer is one that was given");
            let any = |what: Sent| [a, b, c].contains(&what);
            let all = |allowed: &[Sent]| [a, b, c].iter().all(|sent| allowed.contains(sent));
            // Taken if anybody took it, known if anybody has it, open as long as anybody may have it.
            assert_eq!(sent == Sent::Taken, any(Sent::Taken));
            assert_eq!(sent == Sent::Known, any(Sent::Known) && !any(Sent::Taken));
            assert_eq!(sent.may_hold(), [a, b, c].iter().any(|sent| sent.may_hold()));
            // For good only if each says so; and who says that the nonce is used up sends the sender to look.
            assert_eq!(sent == Sent::Refused, all(&[Sent::Refused]));
            assert_eq!(sent == Sent::Replaced, all(&[Sent::Refused, Sent::Replaced]) && any(Sent::Replaced));
            assert_eq!(
                sent == Sent::Spent,
                all(&[Sent::Refused, Sent::Replaced, Sent::Spent]) && any(Sent::Spent)
            );
            // The order in which they answer changes nothing.
            assert_eq!(combine([(c, 0), (a, 1), (b, 2)]).unwrap().0, sent);
        }
        assert!(combine::<u8>([]).is_none());
    }

    #[test]
    fn what_nodes_say() {
        for (code, message, expected) in [
            (-32000, "already known", Sent::Known),
            (-32003, "transaction already imported", Sent::Known),
            (-32000, "nonce too low: next nonce 8, tx nonce 5", Sent::Spent),
            (-32000, "replacement transaction underpriced", Sent::Replaced),
            (-32000, "transaction underpriced", Sent::Refused),
            (-32000, "insufficient funds for gas * price + value", Sent::Refused),
            (-32602, "anything", Sent::Refused),
            (-320_600, "conflicting data", Sent::Refused),
            (-321_401, "future data", Sent::NotNow),
            (-320_602, "failsafe is enabled", Sent::NotNow),
            (-32000, "transaction filtered out", Sent::NotNow),
            (-32000, "txpool is full", Sent::NotNow),
            (-32000, "something new", Sent::NotNow),
            (-32000, "no healthy interop filter backends found", Sent::Unanswered),
            (-32005, "limit exceeded", Sent::Unanswered),
            (-32603, "internal error", Sent::Unanswered),
        ] {
            assert_eq!(Sent::of(&refusal(code, message)), expected, "{code} {message}");
        }
        for status in [401, 404, 429, 500, 503] {
            let error = TransportErrorKind::http_error(status, String::new());
            assert_eq!(Sent::of(&Err(error)), Sent::Unanswered, "HTTP {status}");
        }
        let taken = serde_json::from_str(r#"{"jsonrpc":"2.0","id":1,"result":"0x1"}"#).unwrap();
        assert_eq!(Sent::of(&Ok(taken)), Sent::Taken);
    }
}
