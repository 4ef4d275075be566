use crate::{DatabaseFault, Role};
use alloy_primitives::B256;
use std::path::PathBuf;

/// The longest reason for which a message is skipped, in bytes.
pub(crate) const MAX_REASON: usize = 500;

/// Why the store did not do what it was asked to.
///
/// Nothing was written that the next one to open it could rely on; only where the disposition is
/// [`StoreDisposition::Wait`] it may have been done all the same, when the connection was lost at the very end. To do the
/// same again is harmless in any case.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database reports a fault: the disk is full, the file is damaged, another process holds the lock too long, the
    /// server is away.
    #[error("database: {source}")]
    Database {
        /// What the database says.
        #[from]
        source: DatabaseFault,
    },
    /// The server of the database does not answer.
    #[error("the database gives no answer within {seconds} seconds")]
    NoAnswer {
        /// How long was waited.
        seconds: u64,
    },
    /// The database, or its write-ahead log, is not the file any more that was opened: what is written now, nobody would
    /// find again.
    #[error("{}: {what} while it was in use; put it back, or start again without it", path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// What happened to it.
        what: &'static str,
    },
    /// A row does not hold what this version writes.
    #[error("the database holds an unexpected value in column `{column}`: {reason}")]
    Decode {
        /// The column.
        column: &'static str,
        /// What is wrong with it.
        reason: String,
    },
    /// A number does not fit the database's signed 64 bits. No real chain has such numbers.
    #[error("{field} {value} is out of range")]
    OutOfRange {
        /// Which number.
        field: &'static str,
        /// Its value.
        value: u64,
    },
    /// A block does not stand on the last one that was applied.
    #[error(
        "block {number} ({hash}) of chain {chain_id} does not stand on the last applied block {tip_number} \
         ({tip_hash})"
    )]
    NotLinked {
        /// The chain.
        chain_id: u64,
        /// The height of the block.
        number: u64,
        /// Its hash.
        hash: B256,
        /// The height of the last applied block.
        tip_number: u64,
        /// Its hash.
        tip_hash: B256,
    },
    /// The ancestor to revert to is not the block that was applied at its height.
    #[error("cannot revert chain {chain_id} to block {number} ({hash}): block {stored} was applied there")]
    UnknownAncestor {
        /// The chain.
        chain_id: u64,
        /// The height.
        number: u64,
        /// The ancestor that was given.
        hash: B256,
        /// The block that was applied.
        stored: B256,
    },
    /// An attempt or an operator names a message that was never seen.
    #[error("unknown message {hash}")]
    UnknownMessage {
        /// The hash of the message.
        hash: B256,
    },
    /// No attempt with this transaction was recorded.
    #[error("unknown attempt {tx_hash}")]
    UnknownAttempt {
        /// The hash of the transaction.
        tx_hash: B256,
    },
    /// Other transactions may deliver these messages yet, so that one more would be paid for in vain.
    #[error("another transaction may deliver the message yet: {}", list(messages))]
    Held {
        /// The messages, in the order in which they were first seen.
        messages: Vec<B256>,
    },
    /// Another relayer has taken over what this one writes about, or this one never had the lease.
    #[error("another relayer has taken over {role} on chain {chain_id}")]
    Fenced {
        /// The chain.
        chain_id: u64,
        /// What has to be left to the other one.
        role: Role,
    },
    /// The reason for which a message would be skipped is none that can be shown to whoever asks later.
    #[error("a reason is one line of at most {} bytes that can be read: this one {problem}", MAX_REASON)]
    Reason {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The same transaction was recorded before with other contents.
    #[error("attempt {tx_hash} was recorded before, with other contents")]
    ConflictingAttempt {
        /// The hash of the transaction.
        tx_hash: B256,
    },
}

/// What to do about an error of the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StoreDisposition {
    /// An outage: the same call again, later.
    Wait,
    /// There is nothing wrong with the store. It does not take this call, now or ever; others may go on.
    Refused,
    /// The store is of no use any more. Nothing may be sent that it has not recorded.
    Halt,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database { source: error.into() }
    }
}

impl StoreError {
    /// Returns what to do about it.
    pub fn disposition(&self) -> StoreDisposition {
        match self {
            Self::Database { source } if source.is_outage() => StoreDisposition::Wait,
            Self::NoAnswer { .. } => StoreDisposition::Wait,
            Self::Held { .. }
            | Self::Fenced { .. }
            | Self::NotLinked { .. }
            | Self::UnknownAncestor { .. }
            | Self::UnknownMessage { .. }
            | Self::Reason { .. }
            | Self::UnknownAttempt { .. } => StoreDisposition::Refused,
            Self::Database { .. }
            | Self::Lost { .. }
            | Self::Decode { .. }
            | Self::OutOfRange { .. }
            | Self::ConflictingAttempt { .. } => StoreDisposition::Halt,
        }
    }
}

fn list(messages: &[B256]) -> String {
    let shown: Vec<String> = messages.iter().take(3).map(B256::to_string).collect();
    let rest = messages.len() - shown.len();
    if rest == 0 { shown.join(", ") } else { format!("{} and {rest} more", shown.join(", ")) }
}
