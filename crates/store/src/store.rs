use crate::{
    StoreError,
    database::{Connection, Database},
    files::Files,
    lease::{Replica, Role},
};
use std::sync::{Arc, atomic::AtomicBool};

/// The target of events that name a point at which a process may end: tests end it there.
const POINT: &str = "causeway::point";

/// The durable record. Cheap to clone; all clones are the same store.
///
/// It lives in a SQLite file ([`Store::open`]) or in a Postgres database ([`Store::connect`]) and behaves the same in both.
/// Every method that changes something is one transaction, on disk when it returns, and may be done again when it is
/// not known whether it was done. Readers never wait for writers.
///
/// * SQLite: `synchronous = FULL` in WAL mode; `NORMAL` could lose the last transactions when the power fails, and with
///   them the record of a transaction that was sent. When the file or its write-ahead log is removed or replaced
///   meanwhile, writes fail instead of going where nobody will read. Files are created for their owner alone. Several
///   processes may share the file; only one of them may hold [`Store::lock_relayer`].
/// * Postgres: several relayers may share the database. The server must not have `fsync` switched off.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) database: Database,
    pub(crate) place: Place,
    /// Which of several relayers it is for.
    pub(crate) replica: Option<Arc<Replica>>,
}

/// Where the store lives.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    File(Arc<Files>),
    Memory {
        relayer_locked: Arc<AtomicBool>,
    },
    /// The address of a server's database, without credentials.
    Server(Arc<str>),
}

impl Store {
    /// Where it lives, for people: a path, or the address of a database without the credentials.
    pub fn place(&self) -> String {
        match &self.place {
            Place::File(files) => files.database().display().to_string(),
            Place::Memory { .. } => ":memory:".to_owned(),
            Place::Server(address) => address.to_string(),
        }
    }

    /// Whether several relayers may work on it at once.
    pub const fn is_shared(&self) -> bool {
        matches!(self.place, Place::Server(_))
    }

    /// Closes all connections. Dropping the last clone does so too, in the background.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// A connection to read from.
    pub(crate) async fn read(&self) -> Result<Connection, StoreError> {
        self.database.read().await
    }

    /// Begins to write.
    pub(crate) async fn begin(&self) -> Result<Connection, StoreError> {
        self.check_files()?;
        self.database.begin().await
    }

    /// Begins to apply blocks of a chain, or to take them back: one after the other, whatever chains they are of.
    pub(crate) async fn begin_blocks(&self, chain_id: u64) -> Result<Connection, StoreError> {
        let mut transaction = self.begin().await?;
        transaction.lock_blocks().await?;
        self.check_lease(&mut transaction, chain_id, Role::Index).await?;
        Ok(transaction)
    }

    /// Begins to write what an operator decided: one after the other, so that who reads the decisions in their order misses
    /// none.
    pub(crate) async fn begin_decision(&self) -> Result<Connection, StoreError> {
        let mut transaction = self.begin().await?;
        transaction.lock_blocks().await?;
        Ok(transaction)
    }

    /// Writes what was begun, for good: where whoever opens the store next will find it.
    pub(crate) async fn commit(&self, transaction: Connection) -> Result<(), StoreError> {
        tracing::trace!(target: POINT, point = "writing");
        transaction.commit().await?;
        tracing::trace!(target: POINT, point = "written");
        self.check_files()
    }

    fn check_files(&self) -> Result<(), StoreError> {
        match &self.place {
            Place::File(files) => files.check(),
            Place::Memory { .. } | Place::Server(_) => Ok(()),
        }
    }
}
