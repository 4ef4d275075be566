use crate::BlockRef;
use alloy::{
    primitives::B256,
    rpc::json_rpc::RpcError,
    transports::{TransportError, TransportErrorKind},
};

/// Why a follower ended by itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FollowerError {
    /// The node's chain shares no block with those that are remembered: a reorg deeper than the window, or another
    /// chain under the same id (a development chain that was started anew, for instance). What was learned about
    /// the chain has to be discarded before following it again.
    #[error(
        "chain {chain_id}: none of the {window} remembered blocks is canonical any more (block {} was {}, the \
         node has {canonical}): a reorg deeper than that, or another chain under the same id",
        oldest.number, oldest.hash
    )]
    DeepReorg {
        /// The chain.
        chain_id: u64,
        /// How many blocks are remembered.
        window: usize,
        /// The oldest of them.
        oldest: BlockRef,
        /// What the node has at the height of the oldest.
        canonical: B256,
    },
    /// There is no client for the endpoint.
    #[error("{reason}")]
    Client {
        /// What went wrong.
        reason: String,
    },
    /// The follower's task was aborted or panicked.
    #[error("the follower's task ended abnormally: {reason}")]
    Aborted {
        /// What the runtime says.
        reason: String,
    },
}

/// Why the node is of no use at the moment. The text is the reason that [`ChainEvent::Offline`] gives.
///
/// [`ChainEvent::Offline`]: crate::ChainEvent::Offline
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// No answer, or none that can be read.
    #[error("{method}: {reason}")]
    Unavailable { method: &'static str, reason: String },
    /// The node answered with an error.
    #[error("{method}: the node refuses: {reason}")]
    Refused { method: &'static str, reason: String },
    /// The node serves another chain.
    #[error("wrong chain: expected chain id {expected}, the node says {actual}")]
    WrongChain { expected: u64, actual: u64 },
    /// The node lacks a block that it should have.
    #[error("the node does not have block {number}")]
    Missing { number: u64 },
    /// Two answers contradict each other.
    #[error("the node contradicts itself: {what}")]
    Inconsistent { what: String },
    /// The node's chain ends below the remembered blocks.
    #[error(
        "the node's head {head} is below block {oldest}, the oldest that is remembered: it is still syncing, \
         or it is another chain under the same id"
    )]
    Behind { head: u64, oldest: u64 },
}

impl Fault {
    pub(super) fn from_rpc(method: &'static str, error: &TransportError) -> Self {
        match error {
            RpcError::ErrorResp(payload) => Self::Refused { method, reason: payload.to_string() },
            RpcError::DeserError { err, .. } => {
                Self::Unavailable { method, reason: format!("the answer cannot be read: {err}") }
            }
            RpcError::Transport(TransportErrorKind::BackendGone) => {
                Self::Unavailable { method, reason: "the connection was lost".to_owned() }
            }
            error => Self::Unavailable { method, reason: error.to_string() },
        }
    }

    /// Whether it may be the trace of a change that was going on while we asked, and asking again soon may help.
    pub(super) const fn is_momentary(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Missing { .. } | Self::Inconsistent { .. })
    }

    /// Whether a smaller request may succeed.
    pub(super) const fn may_be_too_large(&self) -> bool {
        matches!(self, Self::Refused { .. } | Self::Unavailable { .. })
    }
}

/// Why the actor leaves what it is doing.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nobody listens any more.
    Closed,
    /// The node is of no use at the moment.
    Fault(Fault),
    /// Going on would be wrong.
    Fatal(FollowerError),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}
