use super::{
    Change, IndexError, Snapshot,
    chain::ChainWriter,
    file::IndexFile,
    layout::{CHAINS, SETTINGS, SUSPENDED, VERSION},
    load::load,
    recent::Recent,
};
use alloy_primitives::U256;
use redb::{Database, ReadableDatabase, ReadableTable, WriteTransaction};
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

const VERSION_KEY: &str = "layout";
const FAILSAFE_KEY: &str = "failsafe";

/// The hashes of all logs of the followed chains, on disk.
///
/// What was committed survives the end of the process at any moment. Readers never wait: each works on a [`Snapshot`].
#[derive(Debug)]
pub struct LogIndex {
    /// What readers get. It goes before the database, of which it holds pages.
    latest: Mutex<Arc<Snapshot>>,
    /// The newest blocks, as the latest commit left them. Whoever writes holds it until readers get what was written.
    recent: Mutex<Recent>,
    database: Database,
    /// The file, if there is one.
    file: Option<IndexFile>,
}

/// How an index is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexOptions {
    /// The most memory that pages of the file take, in bytes.
    pub cache_bytes: usize,
    /// The most memory that the newest blocks take, in bytes: 32 for each log and 64 for each block.
    pub recent_bytes: usize,
}

impl IndexOptions {
    /// Gives one half of so many bytes to pages, and the other to the newest blocks.
    pub const fn of_memory(bytes: usize) -> Self {
        Self { cache_bytes: bytes / 2, recent_bytes: bytes / 2 }
    }
}

impl Default for IndexOptions {
    /// 256 MiB.
    fn default() -> Self {
        Self::of_memory(256 << 20)
    }
}

impl LogIndex {
    /// Opens the index at `path`, which is made if it is not there, for its owner alone.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        Self::open_with(path, IndexOptions::default())
    }

    /// As [`Self::open`], with options.
    pub fn open_with(path: &Path, options: IndexOptions) -> Result<Self, IndexError> {
        IndexFile::open(path, |file| {
            let database = Database::builder().set_cache_size(options.cache_bytes).create(path)?;
            Self::prepare(database, Some(file), options.recent_bytes)
        })
    }

    /// Makes an index that lives in memory and is gone with this value.
    pub fn in_memory() -> Result<Self, IndexError> {
        Self::in_memory_with(IndexOptions::default())
    }

    /// As [`Self::in_memory`], with options.
    pub fn in_memory_with(options: IndexOptions) -> Result<Self, IndexError> {
        let backend = redb::backends::InMemoryBackend::new();
        let database =
            Database::builder().set_cache_size(options.cache_bytes).create_with_backend(backend)?;
        Self::prepare(database, None, options.recent_bytes)
    }

    /// Makes the tables, so that readers find them, checks that the file is ours, and reads its newest blocks.
    fn prepare(database: Database, file: Option<IndexFile>, room: usize) -> Result<Self, IndexError> {
        let transaction = database.begin_write()?;
        check_version(&transaction)?;
        transaction.open_table(CHAINS)?;
        transaction.open_table(SUSPENDED)?;
        transaction.commit()?;
        let snapshot = Snapshot::new(&database.begin_read()?, &Recent::new(0))?;
        let recent = load(&snapshot, room)?;
        let latest = Mutex::new(Arc::new(snapshot.with_recent(&recent)));
        Ok(Self { latest, recent: Mutex::new(recent), database, file })
    }

    /// A view of this moment. What is written later does not show in it.
    ///
    /// Space that writers free is not used again while an older view is held.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        Arc::clone(&lock(&self.latest))
    }

    /// Applies changes to chains in their order, all or none of them, and makes them durable.
    ///
    /// Fails with [`IndexError::NotLinked`] on a block that joins neither end of its chain, and with [`IndexError::Lost`] if
    /// what is written would not be there at the next start.
    pub fn apply(&self, changes: &[(U256, Change)]) -> Result<(), IndexError> {
        self.check_file()?;
        let mut current = lock(&self.recent);
        let mut recent = current.clone();
        let transaction = self.database.begin_write()?;
        let mut chains: Vec<ChainWriter<'_, '_>> = Vec::new();
        for (chain_id, change) in changes {
            let place = match chains.iter().position(|chain| chain.chain_id() == *chain_id) {
                Some(place) => place,
                None => {
                    chains.push(ChainWriter::open(&transaction, *chain_id)?);
                    chains.len() - 1
                }
            };
            chains[place].apply(change)?;
            recent.apply(*chain_id, change);
        }
        chains.into_iter().try_for_each(|chain| chain.close(&transaction))?;
        let settled = self.settle(transaction, &recent);
        // After a fault it is not known what the database has, and nothing may be believed that it could have lost.
        *current = if settled.is_ok() { recent } else { current.emptied() };
        settled
    }

    /// Makes what was written durable, and lets readers get it.
    fn settle(&self, transaction: WriteTransaction, recent: &Recent) -> Result<(), IndexError> {
        transaction.commit()?;
        *lock(&self.latest) = Arc::new(Snapshot::new(&self.database.begin_read()?, recent)?);
        Ok(())
    }

    /// What the index takes of the disk, in bytes; nothing if it lives in memory.
    ///
    /// Fails with [`IndexError::Lost`] if the file was removed, replaced or emptied meanwhile.
    pub fn disk_bytes(&self) -> Result<u64, IndexError> {
        self.file.as_ref().map_or(Ok(0), IndexFile::disk_bytes)
    }

    /// Before anything is written: the database would fill up a file that was emptied, and then nothing shows.
    fn check_file(&self) -> Result<(), IndexError> {
        self.disk_bytes().map(drop)
    }

    /// Gives the space of what was removed back to the file system, and says whether there was any.
    ///
    /// Fails while a snapshot is held.
    pub fn compact(&mut self) -> Result<bool, IndexError> {
        // The index's own snapshot holds pages too.
        *lock(&self.latest) = Arc::default();
        let compacted = self.database.compact();
        let snapshot = Snapshot::new(&self.database.begin_read()?, &lock(&self.recent))?;
        *lock(&self.latest) = Arc::new(snapshot);
        Ok(compacted?)
    }

    /// The chains that wait for a word of the operator, and why.
    pub fn suspended(&self) -> Result<BTreeMap<U256, Arc<str>>, IndexError> {
        let table = self.database.begin_read()?.open_table(SUSPENDED)?;
        let entries = table.iter()?.map(|entry| {
            let (chain_id, reason) = entry?;
            Ok((U256::from_be_bytes(*chain_id.value()), reason.value().into()))
        });
        entries.collect()
    }

    /// Whether the operator has switched all checks off.
    pub fn failsafe(&self) -> Result<bool, IndexError> {
        let settings = self.database.begin_read()?.open_table(SETTINGS)?;
        Ok(settings.get(FAILSAFE_KEY)?.is_some_and(|value| value.value() != 0))
    }

    /// Switches all checks off or on. It stays so after a restart.
    pub fn set_failsafe(&self, enabled: bool) -> Result<(), IndexError> {
        self.check_file()?;
        let transaction = self.database.begin_write()?;
        transaction.open_table(SETTINGS)?.insert(FAILSAFE_KEY, u64::from(enabled))?;
        transaction.commit()?;
        Ok(())
    }
}

/// What a panicking thread left behind is whole: it is put in place in one step.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Fails on a file of another version, and marks a new file as one of this.
fn check_version(transaction: &WriteTransaction) -> Result<(), IndexError> {
    let mut settings = transaction.open_table(SETTINGS)?;
    let found = settings.get(VERSION_KEY)?.map_or(VERSION, |version| version.value());
    if found != VERSION {
        return Err(IndexError::Layout { found, known: VERSION });
    }
    settings.insert(VERSION_KEY, VERSION)?;
    Ok(())
}
