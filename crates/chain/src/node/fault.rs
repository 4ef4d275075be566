use crate::is_transient;
use alloy::{
    rpc::json_rpc::{ErrorPayload, RpcError},
    transports::{TransportError, TransportErrorKind},
};

/// Why the node is of no use at the moment. The text is the reason that [`ChainEvent::Offline`] gives.
///
/// [`ChainEvent::Offline`]: crate::ChainEvent::Offline
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Fault {
    /// No answer, or none that can be read.
    #[error("{method}: {reason}")]
    Unavailable { method: &'static str, reason: String },
    /// An answer that cannot be read.
    #[error("{method}: the answer cannot be read: {reason}")]
    Unreadable { method: &'static str, reason: String },
    /// The node answered with an error.
    #[error("{method}: the node refuses: {reason}")]
    Refused { method: &'static str, reason: String },
    /// The node had it once.
    #[error("{method}: the node no longer has what is that old: {reason}")]
    Pruned { method: &'static str, reason: String },
    /// The node has no time for us.
    #[error("{method}: the node is busy: {reason}")]
    Busy { method: &'static str, reason: String },
    /// The node serves another chain.
    #[error("wrong chain: expected chain id {expected}, the node says {actual}")]
    WrongChain { expected: u64, actual: u64 },
    /// The node lacks a block that it should have.
    #[error("the node does not have block {number}")]
    Missing { number: u64 },
    /// Two answers contradict each other, which a change in between may explain.
    #[error("the node contradicts itself: {what}")]
    Inconsistent { what: String },
    /// One answer contradicts itself, or what its hash proves: no change explains that.
    #[error("the node's {what}")]
    Untrue { what: String },
    /// The node cannot tell all logs of a block with a proof.
    #[error(
        "the node has neither eth_getBlockReceipts nor the receipts of single transactions, without which the logs of a block \
         cannot be proven"
    )]
    NoReceipts,
    /// Another node is well ahead of it.
    #[error("the node's head {head} is behind that of another node, {best}")]
    Outrun { head: u64, best: u64 },
    /// It lacks, or has otherwise, what another node has told.
    #[error(
        "the node's head {head} is not above block {tip}, which another node had, or this one long ago: it lags, or what was seen then was wrong"
    )]
    NotThere { head: u64, tip: u64 },
    /// It has nothing in common with what another node has told.
    #[error(
        "the node has none of the {window} remembered blocks, which another node had: another chain under the same id"
    )]
    Stranger { window: usize },
    /// The node's chain ends below the remembered blocks.
    #[error(
        "the node's head {head} is below block {oldest}, the oldest that is remembered: it is still syncing, \
         or it is another chain under the same id"
    )]
    Behind { head: u64, oldest: u64 },
}

/// How nodes say that they have let go of something, in lower case.
const GONE: [&str; 5] =
    ["pruned", "missing trie node", "historical state", "history is not available", "history unavailable"];
/// "Pruned history unavailable", of EIP-4444.
const PRUNED_HISTORY: i64 = 4444;
/// What they say of what they do not have, for whatever reason, in lower case.
const ABSENT: [&str; 4] = ["not found", "unknown block", "no such block", "missing block"];

impl Fault {
    pub(crate) fn from_rpc(method: &'static str, error: &TransportError) -> Self {
        match error {
            // That it answers nothing for now says nothing about what it has.
            RpcError::ErrorResp(payload) if is_transient(error) => {
                Self::Busy { method, reason: payload.to_string() }
            }
            RpcError::ErrorResp(payload) if is_gone(payload) => {
                Self::Pruned { method, reason: payload.to_string() }
            }
            RpcError::ErrorResp(payload) => Self::Refused { method, reason: payload.to_string() },
            RpcError::DeserError { err, .. } => Self::unreadable(method, err),
            RpcError::Transport(TransportErrorKind::BackendGone) => {
                Self::Unavailable { method, reason: "the connection was lost".to_owned() }
            }
            error => Self::Unavailable { method, reason: error.to_string() },
        }
    }

    pub(crate) fn unreadable(method: &'static str, error: &serde_json::Error) -> Self {
        Self::Unreadable { method, reason: error.to_string() }
    }

    /// Whether it may be the trace of a change that was going on while we asked, and asking again soon may help.
    pub(crate) const fn is_momentary(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Pruned { .. }
                | Self::Busy { .. }
                | Self::Missing { .. }
                | Self::Inconsistent { .. }
        )
    }

    /// Whether it is what a node says of a block that it has let go. One that lags may say the same of a block that it does
    /// not have yet.
    pub(crate) fn may_be_pruned(&self) -> bool {
        match self {
            Self::Pruned { .. } | Self::Missing { .. } => true,
            Self::Refused { reason, .. } => {
                let words = reason.to_lowercase();
                ABSENT.iter().any(|phrase| words.contains(phrase))
            }
            _ => false,
        }
    }

    /// Whether the node says that it has let go of what was asked for.
    pub(crate) const fn is_pruned(&self) -> bool {
        matches!(self, Self::Pruned { .. })
    }

    /// Whether the node did not say anything.
    pub(crate) const fn is_silence(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }

    /// The same fault, but of a node that is believed as far as its answers fit each other: one that lags answers a
    /// moment later as it should.
    pub(crate) fn of_a_moment(self) -> Self {
        match self {
            Self::Untrue { what } => Self::Inconsistent { what },
            other => other,
        }
    }

    /// Whether a smaller request may succeed. Behind a load balancer each part of a batch may be answered by another node,
    /// of which some lag: the fewer parts, the more likely that none of them is missing.
    pub(crate) const fn may_be_too_large(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. }
                | Self::Pruned { .. }
                | Self::Busy { .. }
                | Self::Unavailable { .. }
                | Self::Unreadable { .. }
                | Self::Missing { .. }
        )
    }

    /// Whether the node can be reached, serves the right chain, and still cannot be used: that it answers is then no
    /// sign of recovery.
    pub(crate) const fn outlasts_a_greeting(&self) -> bool {
        matches!(self, Self::Untrue { .. } | Self::NoReceipts)
    }
}

fn is_gone(payload: &ErrorPayload) -> bool {
    let message = payload.message.to_lowercase();
    payload.code == PRUNED_HISTORY || GONE.iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: i64, message: &str) -> Fault {
        let payload = ErrorPayload { code, message: message.to_owned().into(), data: None };
        Fault::from_rpc("eth_getBlockReceipts", &TransportError::ErrorResp(payload))
    }

    #[test]
    fn pruned_history_is_told_from_other_refusals() {
        for (code, message) in [
            (4444, "pruned history unavailable"),
            (-32000, "missing trie node d5648cc9aef48154159d53800f2f (path )"),
            (-32000, "history has been pruned for this block"),
            (-32000, "required historical state unavailable (reexec=128)"),
        ] {
            let fault = fault(code, message);
            assert!(matches!(fault, Fault::Pruned { .. }) && fault.may_be_pruned(), "{fault:?}");
        }
        for message in ["header not found", "unknown block", "Block not found"] {
            let fault = fault(-32000, message);
            assert!(matches!(fault, Fault::Refused { .. }) && fault.may_be_pruned(), "{fault:?}");
        }
        assert!(Fault::Missing { number: 1 }.may_be_pruned());
        for (code, message) in [(-32601, "the method does not exist"), (-32000, "not yet"), (-32005, "limit")]
        {
            assert!(!fault(code, message).may_be_pruned(), "{message}");
        }
    }
}
