use crate::IndexError;
use causeway_interop::{Access, AccessListError, InvalidReason, Missing, RpcCode};
use std::sync::Arc;

/// Why an access list was not admitted. The first entry in the list that is malformed decides, else the first message that is
/// invalid, else the first that has to wait.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// The operator has switched all checks off.
    #[error("{}", RpcCode::FailsafeEnabled.message())]
    Failsafe,
    /// There are more entries than are looked at.
    #[error("{count} access-list entries are more than the {max} that are looked at")]
    TooManyEntries {
        /// Entries in the request.
        count: usize,
        /// The most that are allowed.
        max: usize,
    },
    /// The entries are not an access list of the inbox.
    #[error("malformed access list: {0}")]
    Malformed(#[from] AccessListError),
    /// A message must not be executed.
    #[error("message {message}: {reason}")]
    Invalid {
        /// Place of the message among those of the list, from zero.
        message: usize,
        /// What was declared.
        access: Access,
        /// The rule that it breaks.
        reason: InvalidReason,
    },
    /// A message cannot be decided yet.
    #[error("message {message}: {missing}")]
    Unknown {
        /// Place of the message among those of the list, from zero.
        message: usize,
        /// What was declared.
        access: Access,
        /// What is missing.
        missing: Missing,
    },
    /// What is known of the message's chain does not count for now.
    #[error("message {message}: chain {} is {state}: {reason}", access.chain_id)]
    Source {
        /// Place of the message among those of the list, from zero.
        message: usize,
        /// What was declared.
        access: Access,
        /// The stable name of the chain's state: `suspended` or `stale`.
        state: &'static str,
        /// What is wrong with the chain, without secrets.
        reason: Arc<str>,
    },
    /// The message's block has to be replaced, because a message that it executes is invalid, or one below it has to.
    #[error(
        "message {message}: block {} of chain {} is about to be replaced: block {fallen} executes what it must not",
        access.block_number, access.chain_id
    )]
    Falling {
        /// Place of the message among those of the list, from zero.
        message: usize,
        /// What was declared.
        access: Access,
        /// The lowest block of the chain that has to be replaced.
        fallen: u64,
    },
    /// The index failed. This says nothing of the messages.
    #[error(transparent)]
    Index(#[from] IndexError),
}

impl Refusal {
    /// The code that clients act on.
    pub const fn rpc_code(&self) -> i32 {
        match self {
            Self::Failsafe => RpcCode::FailsafeEnabled.value(),
            Self::Malformed(error) => error.rpc_code(),
            Self::Invalid { reason, .. } => reason.rpc_code(),
            Self::Unknown { missing, .. } => missing.rpc_code(),
            // What is wrong with us, or with a chain's node, must not cost anybody a transaction: clients try again. So with
            // how much we look at: the messages may be valid.
            Self::TooManyEntries { .. } | Self::Source { .. } | Self::Falling { .. } | Self::Index(_) => {
                RpcCode::UninitializedChainDatabase.value()
            }
        }
    }

    /// The stable name of the rule that is broken, or of what is in the way.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Failsafe => "failsafe",
            Self::TooManyEntries { .. } => "too-many-entries",
            Self::Malformed(error) => error.code(),
            Self::Invalid { reason, .. } => reason.code(),
            Self::Unknown { missing, .. } => missing.code(),
            Self::Source { state, .. } => state,
            Self::Falling { .. } => "falling",
            Self::Index(_) => "index-fault",
        }
    }

    /// The message that decided, by its place in the list and what was declared.
    pub const fn message(&self) -> Option<(usize, &Access)> {
        match self {
            Self::Invalid { message, access, .. }
            | Self::Unknown { message, access, .. }
            | Self::Source { message, access, .. }
            | Self::Falling { message, access, .. } => Some((*message, access)),
            Self::Failsafe | Self::TooManyEntries { .. } | Self::Malformed(_) | Self::Index(_) => None,
        }
    }
}
