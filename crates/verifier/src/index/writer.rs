use super::{
    Header, IndexError, IndexedBlock, Snapshot,
    layout::{
        CHAINS, EXECUTING, HEADERS, LOGS, Ordinal, SETTINGS, VERSION, chunks, decode_header,
        encode_executing, encode_header,
    },
};
use alloy_primitives::U256;
use redb::{Database, ReadableDatabase, ReadableTable, WriteTransaction};
use std::path::Path;

const VERSION_KEY: &str = "layout";
const FAILSAFE_KEY: &str = "failsafe";

/// The hashes of all logs of the followed chains, on disk.
///
/// What was committed survives the end of the process at any moment. Readers never wait: each works on a [`Snapshot`].
#[derive(Debug)]
pub struct LogIndex {
    database: Database,
}

/// Something that happened to a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The next block, which stands on the newest one; or the first that is known of the chain.
    Append(IndexedBlock),
    /// The blocks from this number on are no longer part of the chain.
    Truncate {
        /// Number of the oldest block that goes.
        from: u64,
    },
}

impl LogIndex {
    /// Opens the index at `path`, which is made if it is not there.
    pub fn open(path: &Path) -> Result<Self, IndexError> {
        Self::prepare(Database::create(path)?)
    }

    /// Makes an index that lives in memory and is gone with this value.
    pub fn in_memory() -> Result<Self, IndexError> {
        Self::prepare(Database::builder().create_with_backend(redb::backends::InMemoryBackend::new())?)
    }

    /// Makes the tables, so that readers find them, and checks that the file is ours.
    fn prepare(database: Database) -> Result<Self, IndexError> {
        let transaction = database.begin_write()?;
        {
            transaction.open_table(CHAINS)?;
            transaction.open_table(HEADERS)?;
            transaction.open_table(LOGS)?;
            transaction.open_table(EXECUTING)?;
            let mut settings = transaction.open_table(SETTINGS)?;
            let found = settings.get(VERSION_KEY)?.map_or(VERSION, |version| version.value());
            if found != VERSION {
                return Err(IndexError::Layout { found, known: VERSION });
            }
            settings.insert(VERSION_KEY, VERSION)?;
        }
        transaction.commit()?;
        Ok(Self { database })
    }

    /// A view of this moment. What is written later does not show in it.
    pub fn snapshot(&self) -> Result<Snapshot, IndexError> {
        Snapshot::new(&self.database.begin_read()?)
    }

    /// Applies changes to a chain, all or none of them, and makes them durable.
    pub fn apply(&self, chain_id: U256, changes: &[Change]) -> Result<(), IndexError> {
        let transaction = self.database.begin_write()?;
        let chain = ordinal(&transaction, chain_id)?;
        for change in changes {
            match change {
                Change::Append(block) => append(&transaction, chain_id, chain, block)?,
                Change::Truncate { from } => remove(&transaction, chain, *from, u64::MAX)?,
            }
        }
        transaction.commit()?;
        Ok(())
    }

    /// Forgets the blocks of a chain below `first`.
    pub fn prune(&self, chain_id: U256, first: u64) -> Result<(), IndexError> {
        let transaction = self.database.begin_write()?;
        let chain = ordinal(&transaction, chain_id)?;
        remove(&transaction, chain, 0, first)?;
        transaction.commit()?;
        Ok(())
    }

    /// Whether the operator has switched all checks off.
    pub fn failsafe(&self) -> Result<bool, IndexError> {
        let settings = self.database.begin_read()?.open_table(SETTINGS)?;
        Ok(settings.get(FAILSAFE_KEY)?.is_some_and(|value| value.value() != 0))
    }

    /// Switches all checks off or on. It stays so after a restart.
    pub fn set_failsafe(&self, enabled: bool) -> Result<(), IndexError> {
        let transaction = self.database.begin_write()?;
        transaction.open_table(SETTINGS)?.insert(FAILSAFE_KEY, u64::from(enabled))?;
        transaction.commit()?;
        Ok(())
    }
}

/// The ordinal of a chain, a new one for a new chain.
fn ordinal(transaction: &WriteTransaction, chain_id: U256) -> Result<Ordinal, IndexError> {
    let mut chains = transaction.open_table(CHAINS)?;
    let key = chain_id.to_be_bytes::<32>();
    if let Some(known) = chains.get(key)? {
        return Ok(known.value());
    }
    let next = chains.iter()?.count() as Ordinal;
    chains.insert(key, next)?;
    Ok(next)
}

fn append(
    transaction: &WriteTransaction,
    chain_id: U256,
    chain: Ordinal,
    block: &IndexedBlock,
) -> Result<(), IndexError> {
    let header = &block.header;
    let key = (chain, header.number);
    let mut headers = transaction.open_table(HEADERS)?;
    let tip = newest(&headers, chain)?;
    if tip.is_some_and(|tip| !header.is_child_of(&tip)) {
        let tip = tip.map(|tip| tip.number);
        return Err(IndexError::NotLinked { chain_id, number: header.number, tip });
    }
    headers.insert(key, encode_header(header))?;

    let mut logs = transaction.open_table(LOGS)?;
    for (chunk, bytes) in chunks(header.timestamp, block.log_hashes()) {
        logs.insert((chain, header.number, chunk), bytes.as_slice())?;
    }
    if !block.executing().is_empty() {
        let bytes = encode_executing(block.executing());
        transaction.open_table(EXECUTING)?.insert(key, bytes.as_slice())?;
    }
    Ok(())
}

/// Removes the blocks from `first` on, up to but not including `end`.
fn remove(transaction: &WriteTransaction, chain: Ordinal, first: u64, end: u64) -> Result<(), IndexError> {
    transaction.open_table(HEADERS)?.retain_in((chain, first)..(chain, end), |_, _| false)?;
    transaction.open_table(LOGS)?.retain_in((chain, first, 0)..(chain, end, 0), |_, _| false)?;
    transaction.open_table(EXECUTING)?.retain_in((chain, first)..(chain, end), |_, _| false)?;
    Ok(())
}

/// The newest block of a chain.
pub(super) fn newest(
    headers: &impl ReadableTable<(Ordinal, u64), [u8; super::layout::HEADER]>,
    chain: Ordinal,
) -> Result<Option<Header>, IndexError> {
    let last = headers.range((chain, 0)..=(chain, u64::MAX))?.next_back().transpose()?;
    Ok(last.map(|(key, value)| decode_header(key.value().1, &value.value())))
}
