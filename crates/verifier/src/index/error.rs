use alloy_primitives::U256;
use std::{io, path::PathBuf};

/// Why the index could not be read or written. It is a fault of the machine or of a caller, never a verdict.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database failed: the disk is full, or the file cannot be opened.
    #[error("the log index's database failed: {0}")]
    Database(#[source] Box<redb::Error>),
    /// Another process has the file open.
    #[error("another verifier works on this log index")]
    InUse,
    /// The file is not the one any more that was opened.
    #[error("the log index {} is lost: {what}", path.display())]
    Lost {
        /// The file.
        path: PathBuf,
        /// What became of it.
        what: &'static str,
    },
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
    pub const fn is_in_use(&self) -> bool {
        matches!(self, Self::InUse)
    }

    /// Whether the file itself is no good, so that it helps to delete it and to fetch everything again.
    pub const fn is_damaged(&self) -> bool {
        matches!(self, Self::Layout { .. } | Self::Corrupt { .. })
    }

    /// What the database's errors mean here.
    fn of(error: redb::Error) -> Self {
        match error {
            redb::Error::DatabaseAlreadyOpen => Self::InUse,
            redb::Error::Corrupted(_) => Self::Corrupt { what: "its pages are not those that were written" },
            redb::Error::UpgradeRequired(_) => Self::Corrupt { what: "its format is an older one" },
            redb::Error::Io(error) if error.kind() == io::ErrorKind::InvalidData => {
                Self::Corrupt { what: "it is no database" }
            }
            redb::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                Self::Corrupt { what: "a part of it is missing" }
            }
            error => Self::Database(Box::new(error)),
        }
    }
}

macro_rules! from_redb {
    ($($error:ty),+) => {$(
        impl From<$error> for IndexError {
            fn from(error: $error) -> Self {
                Self::of(error.into())
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
