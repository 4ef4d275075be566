use alloy::{primitives::B256, providers::PendingTransactionError};

use crate::{
    FaultKind, NodeFault,
    bridge::BridgeError,
    delivery::{RelayError, SentError},
    preflight::PreflightError,
};

/// Why something was not done, or is not known to be.
#[derive(Debug, thiserror::Error)]
pub enum InteropError {
    /// The provider signs for nobody, and no account was named.
    #[error("no account to send from: the provider signs for nobody, and `from` names none")]
    NoAccount,
    /// The source does not send it.
    #[error(transparent)]
    Unsendable(#[from] BridgeError),
    /// It would not arrive. Nothing was sent.
    #[error(transparent)]
    WouldNotArrive(#[from] PreflightError),
    /// The message is not relayed.
    #[error(transparent)]
    Relay(#[from] RelayError),
    /// The call is to carry value, which no message does.
    #[error("a message carries no value: the call is to bring {value} wei")]
    CarriesValue {
        /// The value, in wei.
        value: alloy::primitives::U256,
    },
    /// The call names no contract to be called.
    #[error("the call names no contract")]
    NoTarget,
    /// Nobody knows a node of a chain that has to be asked.
    #[error("no provider of chain {chain_id} was given: `with_chain` adds one")]
    NoProvider {
        /// The chain.
        chain_id: u64,
    },
    /// The node, or a filler before it, refused the transaction: nothing was sent.
    #[error("nothing was sent: {0}")]
    Refused(NodeFault),
    /// No answer to sending the transaction came back: it may be on its way. Look at the account's nonce before sending again.
    #[error("the transaction may have been sent, or not: {0}")]
    Unsure(NodeFault),
    /// The transaction was sent, and not seen in a block.
    #[error("transaction {tx_hash} was sent but not seen in a block: {source}")]
    Unseen {
        /// The transaction.
        tx_hash: B256,
        /// Why it was not waited for any longer.
        source: PendingTransactionError,
    },
    /// The transaction is in a block, and reverted there.
    #[error("transaction {tx_hash} reverted")]
    Reverted {
        /// The transaction.
        tx_hash: B256,
    },
    /// The transaction succeeded, and sent no message.
    #[error("transaction {tx_hash} sent no message: what was called is not the interop contract")]
    NoMessage {
        /// The transaction.
        tx_hash: B256,
    },
    /// The transaction succeeded, and delivered nothing.
    #[error("transaction {tx_hash} did not deliver message {message_hash}")]
    NotDelivered {
        /// The transaction.
        tx_hash: B256,
        /// The message.
        message_hash: B256,
    },
    /// The transaction succeeded, and the messages that it sent cannot be told.
    #[error("transaction {tx_hash} succeeded, but its messages cannot be told: {source}")]
    Unread {
        /// The transaction.
        tx_hash: B256,
        /// Why.
        source: Box<SentError>,
    },
    /// The messages of a transaction cannot be told.
    #[error(transparent)]
    Messages(#[from] SentError),
    /// No chain that was asked knows a transaction or a message of this hash. It may be known a moment later.
    #[error("no chain that was asked knows a transaction that sent a message, or a message, of hash {hash}")]
    Unknown {
        /// The hash.
        hash: B256,
    },
    /// The transaction with this hash waits in the pool: it has sent nothing yet.
    #[error("transaction {tx_hash} is in no block yet")]
    NotIncluded {
        /// The transaction.
        tx_hash: B256,
    },
    /// The message was not delivered in time. It may be yet.
    #[error("not delivered within {after:?}")]
    NotInTime {
        /// How long it was waited.
        after: std::time::Duration,
    },
    /// The message will not be delivered as it is: it expired, or a reorg of its source took it away.
    #[error("it will not be delivered: {reason}")]
    Over {
        /// Why not, in words.
        reason: String,
    },
    /// A node could not be asked.
    #[error("cannot ask the node: {0}")]
    Node(#[from] NodeFault),
}

impl InteropError {
    /// Returns whether the same will do in a moment: the destination's sequencer does not know the message's block yet.
    pub const fn is_early(&self) -> bool {
        matches!(
            self,
            Self::Relay(RelayError::NotYet { .. }) | Self::Refused(NodeFault { kind: FaultKind::NotYet, .. })
        )
    }

    /// Returns whether it is certain that nothing was sent: to try again cannot send it twice.
    pub const fn is_harmless(&self) -> bool {
        match self {
            Self::NoAccount
            | Self::Unsendable(_)
            | Self::WouldNotArrive(_)
            | Self::Relay(_)
            | Self::CarriesValue { .. }
            | Self::NoTarget
            | Self::NoProvider { .. }
            | Self::Refused(_)
            | Self::Reverted { .. }
            | Self::Unknown { .. }
            | Self::NotIncluded { .. }
            | Self::NotInTime { .. }
            | Self::Over { .. }
            | Self::Node(_) => true,
            Self::Unsure(_)
            | Self::Unseen { .. }
            | Self::NoMessage { .. }
            | Self::Unread { .. }
            | Self::NotDelivered { .. }
            | Self::Messages(_) => false,
        }
    }
}
