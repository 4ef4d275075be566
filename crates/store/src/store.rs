use crate::{
    StoreError,
    database::{Connection, Database, Durability},
    files::Files,
    lease::{Replica, Role},
};
use std::sync::{Arc, atomic::AtomicBool};

/// The target of events that name a point at which a process may end: tests end it there.
const POINT: &str = "causeway::point";

/// The durable record. Cheap to clone; all clones are the same store.
///
/// It lives in a SQLite file ([`Store::open`]) or in a Postgres database ([`Store::connect`]) and behaves the same in both.
/// Every method that changes something is one transaction, on disk when it returns unless it is said here, and may be done
/// again when it is not known whether it was done. Readers never wait for writers.
///
/// * SQLite: `synchronous = FULL` in WAL mode, so that the record of a transaction that is sent then survives a failure of
///   the power. Only what the chains tell again, blocks and costs, is written with `NORMAL`, which survives the end of the
///   process and may lose the last of it with the power. What stands before the record of a transaction, or before any other
///   write with `FULL`, is on disk with it. When the file or its write-ahead log is removed or replaced
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

    /// Begins to write what has to be on disk.
    pub(crate) async fn begin(&self) -> Result<Connection, StoreError> {
        self.begin_as(Durability::Disk).await
    }

    /// Begins to write what a chain tells again.
    pub(crate) async fn begin_retold(&self) -> Result<Connection, StoreError> {
        self.begin_as(Durability::Retold).await
    }

    pub(crate) async fn begin_as(&self, durability: Durability) -> Result<Connection, StoreError> {
        self.check_files()?;
        self.database.begin(durability).await
    }

    /// Begins to apply blocks of a chain, or to take them back: one after the other, whatever chains they are of.
    pub(crate) async fn begin_blocks(
        &self,
        chain_id: u64,
        durability: Durability,
    ) -> Result<Connection, StoreError> {
        let mut transaction = self.begin_as(durability).await?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{AttemptState, NewAttempt, SeenBlock};
    use alloy_primitives::{Address, B256, Bytes};
    use causeway_chain::BlockRef;

    /// What the connection that writes waits for at each commit since the last one began: 1 for nothing, 2 for the disk.
    async fn synchronous(store: &Store) -> i64 {
        let Database::Sqlite { writer, .. } = &store.database else { panic!("not SQLite") };
        sqlx::query_scalar("PRAGMA synchronous").fetch_one(writer).await.unwrap()
    }

    #[tokio::test]
    async fn an_attempt_is_on_disk_whatever_was_written_before() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("causeway.db")).await.unwrap();
        assert_eq!(synchronous(&store).await, 2, "as it was opened");
        let block = BlockRef { number: 7, hash: B256::ZERO, parent_hash: B256::ZERO, timestamp: 1 };
        let attempt = |nonce: u8| NewAttempt {
            items: Vec::new(),
            chain_id: 901,
            signer: Address::ZERO,
            nonce: nonce.into(),
            tx_hash: B256::repeat_byte(nonce),
            raw_tx: Bytes::new(),
            created_ms: 0,
        };
        let seen = [SeenBlock { block, messages: Vec::new(), deliveries: Vec::new() }];
        store.apply_blocks(901, &seen, 8).await.unwrap();
        assert_eq!(synchronous(&store).await, 2, "without its first block one might begin with a later one");
        for nonce in 1..3 {
            store.apply_blocks(901, &seen, 8).await.unwrap();
            assert_eq!(synchronous(&store).await, 1, "a chain tells its blocks again");
            store.record_attempt(&attempt(nonce)).await.unwrap();
            assert_eq!(synchronous(&store).await, 2, "nobody tells what was signed again");
            let of = B256::repeat_byte(nonce);
            store.set_attempt_state(of, AttemptState::Broadcast, None).await.unwrap();
            assert_eq!(synchronous(&store).await, 1, "what is signed is sent again");
            store.set_attempt_state(of, AttemptState::Abandoned, None).await.unwrap();
            assert_eq!(synchronous(&store).await, 2, "a nonce that is free is told by nobody");
        }
        store.revert_to(901, &block).await.unwrap();
        assert_eq!(synchronous(&store).await, 1);
        // An error leaves nothing behind.
        store.skip(B256::ZERO, "unknown").await.unwrap_err();
        assert_eq!(synchronous(&store).await, 2);
    }
}
