use std::io::ErrorKind;

use alloy_primitives::U256;

/// Why the index could not be read or written. It is a fault of the machine or of a caller, never a verdict.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database failed: the disk is full, the file is damaged, or another process has it open.
    #[error("the log index's database failed: {0}")]
    Database(#[source] Box<redb::Error>),
    /// The file was written by another version.
    #[error(
        "the log index has layout {found}, and this program knows layout {known}: delete it, and it is fetched again"
    )]
    Layout {
        /// Version in the file.
        found: u64,
        /// Version that this program writes.
        known: u64,
    },
    /// What stands in the database is nothing that this program writes.
    #[error("the log index is damaged: {what}; delete it, and it is fetched again")]
    Corrupt {
        /// What is wrong.
        what: &'static str,
    },
    /// A block joins neither end of the row of blocks that is known of its chain.
    #[error("block {number} of chain {chain_id} does not join the blocks known, {known:?}")]
    NotLinked {
        /// The chain.
        chain_id: U256,
        /// Number of the block.
        number: u64,
        /// Numbers of the oldest and the newest block known.
        known: Option<(u64, u64)>,
    },
}

impl IndexError {
    /// Whether another verifier has the index open.
    pub fn is_in_use(&self) -> bool {
        matches!(self, Self::Database(error) if matches!(**error, redb::Error::DatabaseAlreadyOpen))
    }

    /// Whether the file itself is no good, so that it helps to delete it and to fetch everything again.
    pub fn is_damaged(&self) -> bool {
        let Self::Database(error) = self else {
            return matches!(self, Self::Layout { .. } | Self::Corrupt { .. });
        };
        match &**error {
            redb::Error::Corrupted(_) | redb::Error::UpgradeRequired(_) => true,
            // What redb says of a file that is not one of its own, or is shorter than it says.
            redb::Error::Io(error) => {
                matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::UnexpectedEof)
            }
            _ => false,
        }
    }
}

macro_rules! from_redb {
    ($($error:ty),+) => {$(
        impl From<$error> for IndexError {
            fn from(error: $error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        }
    )+};
}

from_redb!(
    redb::DatabaseError,
    redb::TransactionError,
    redb::TableError,
    redb::StorageError,
    redb::CommitError,
    redb::CursorError,
    redb::CompactionError
);
