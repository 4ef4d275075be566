use crate::{DatabaseFault, Store, StoreDisposition};

/// Why a store cannot be opened. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is something else.
    #[error("{place} is not a database")]
    NotADatabase {
        /// The file, or the database of a server.
        place: String,
    },
    /// The file is damaged.
    #[error("{place} is damaged: {reason}")]
    Damaged {
        /// The file, or the database of a server.
        place: String,
        /// What SQLite says.
        reason: String,
    },
    /// The file is another program's database.
    #[error("{place} is a database of another program")]
    Foreign {
        /// The file, or the database of a server.
        place: String,
    },
    /// A newer version of this program has changed the file's schema.
    #[error("{place} was written by a newer version: it has schema {found}, this version knows {known}")]
    NewerSchema {
        /// The file, or the database of a server.
        place: String,
        /// The schema version of the file.
        found: i64,
        /// The newest schema version that this version knows.
        known: i64,
    },
    /// The schema is not the one that this version would have made.
    #[error("{place} has an unknown variant of schema {version}")]
    AlteredSchema {
        /// The file, or the database of a server.
        place: String,
        /// The schema version that differs.
        version: i64,
    },
    /// A relayer works on the file under another name: a hard link, or a file that is mounted elsewhere. SQLite keeps its
    /// log beside the name that it was given, so two names for one file would ruin it.
    #[error("{place} is in use by a relayer under another name; open it by the name that the relayer has")]
    OtherName {
        /// The file, or the database of a server.
        place: String,
    },
    /// The server shows a certificate that nobody who is known has signed.
    #[error(
        "{place} shows a certificate that nobody who is known has signed ({source}): name in its URL the file with those who may, \
         sslrootcert=PATH, which for a public one is /etc/ssl/certs/ca-certificates.crt on Debian"
    )]
    Untrusted {
        /// The database of the server.
        place: String,
        /// What the driver says.
        source: DatabaseFault,
    },
    /// It cannot be opened or brought up to date: no permission, no space, no such directory; no server, no such account.
    #[error("cannot open {place}: {source}")]
    Failed {
        /// The file, or the database of a server.
        place: String,
        /// What the database says.
        source: DatabaseFault,
    },
}

impl OpenError {
    /// Returns what helps, where that is known and the error does not say it itself.
    pub fn remedy(&self) -> Option<&'static str> {
        match self {
            // Of a file an operating system's fault says enough.
            Self::Failed { place, source } if Store::is_url(place) => source.remedy(),
            _ => None,
        }
    }

    /// Returns what to do about it.
    pub fn disposition(&self) -> StoreDisposition {
        match self {
            Self::Failed { source, .. } if source.is_outage() => StoreDisposition::Wait,
            Self::Failed { .. }
            | Self::NotADatabase { .. }
            | Self::Damaged { .. }
            | Self::Foreign { .. }
            | Self::NewerSchema { .. }
            | Self::AlteredSchema { .. }
            | Self::OtherName { .. }
            | Self::Untrusted { .. } => StoreDisposition::Halt,
        }
    }
}
