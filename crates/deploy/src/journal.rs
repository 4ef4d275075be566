//! What was signed, written down before anybody has it: a run that was killed is gone on with, and nothing is sent twice.

use alloy::primitives::{Address, B256, Bytes, keccak256};
use serde::{Deserialize, Serialize};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
};

/// The transactions of one account that create contracts. Holds its lock as long as it lives.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    entries: Vec<Entry>,
    _lock: File,
}

/// One transaction.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Id of the chain.
    pub chain_id: u64,
    /// Hash of its first block: a chain that began anew under the same id is another.
    pub genesis: B256,
    /// Address of the contract.
    pub address: Address,
    /// Name of the contract, for people.
    pub name: String,
    /// The account that pays.
    pub account: Address,
    /// Nonce of the transaction.
    pub nonce: u64,
    /// Hash of the transaction.
    pub tx_hash: B256,
    /// The signed bytes.
    pub raw: Bytes,
    /// The most that it pays for a unit of gas, in wei, as decimal text.
    pub max_fee: String,
    /// What of that goes to who makes the block at most, likewise.
    #[serde(default)]
    pub priority_fee: String,
    /// Where it was seen, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mined: Option<Mined>,
}

/// A block that held a transaction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mined {
    /// Number of the block.
    pub block_number: u64,
    /// Its hash.
    pub block_hash: B256,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Text<T> {
    version: u32,
    entries: T,
}

/// Version of the form of the file.
const VERSION: u32 = 1;

/// Why there is no journal. Nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Another run deploys from this account.
    #[error("another run deploys from this account: {holder}")]
    InUse {
        /// What the other one said about itself.
        holder: String,
    },
    /// The file cannot be read, written or locked.
    #[error("cannot use the journal {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// The file is no journal.
    #[error("the journal {} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// A later version wrote it.
    #[error("the journal {} is of version {version}, and this program knows {VERSION}", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        version: u32,
    },
}

impl Journal {
    /// Opens the journal of an account in a folder, which is made if it is not there, and locks it for as long as the value
    /// lives. `holder` says who does, in one line, for the message that another one gets.
    pub fn open(folder: &Path, account: Address, holder: &str) -> Result<Self, JournalError> {
        let path = folder.join(format!("{account}.json"));
        let failed = |source| JournalError::Io { path: path.clone(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
        let lock = lock(&path.with_extension("lock"), holder)?;
        let entries = read(&path)?;
        Ok(Self { path, entries, _lock: lock })
    }

    /// Where it stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The transaction that creates the contract at `address` on the chain that begins with `genesis`, if one was signed.
    pub fn find(&self, chain_id: u64, genesis: B256, address: Address) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.is_of(chain_id, genesis, address))
    }

    /// Whether transactions of another chain under the same id stand here.
    pub fn knows_another(&self, chain_id: u64, genesis: B256) -> bool {
        self.entries.iter().any(|entry| entry.chain_id == chain_id && entry.genesis != genesis)
    }

    /// Writes these down, each in the place of one that was there for the same contract on the same chain. When this returns,
    /// they are on the disk; when it fails, the journal is as it was.
    pub fn record(&mut self, entries: &[Entry]) -> Result<(), JournalError> {
        let mut all = self.entries.clone();
        for entry in entries {
            all.retain(|other| !other.is_of(entry.chain_id, entry.genesis, entry.address));
            all.push(entry.clone());
        }
        self.replace(all)
    }

    /// Removes what nobody took, so that it is not sent again. What it was to replace stands here again: that may still be
    /// on its way.
    pub fn forget(&mut self, refused: &Entry, replaced: Option<Entry>) -> Result<(), JournalError> {
        let others = self.entries.iter().filter(|entry| *entry != refused).cloned();
        let all = others.chain(replaced).collect();
        self.replace(all)
    }

    fn replace(&mut self, entries: Vec<Entry>) -> Result<(), JournalError> {
        let failed = |source| JournalError::Io { path: self.path.clone(), source };
        let text = serde_json::to_vec_pretty(&Text { version: VERSION, entries: &entries })
            .map_err(|error| failed(error.into()))?;
        write(&self.path, &text).map_err(failed)?;
        self.entries = entries;
        Ok(())
    }
}

impl Entry {
    /// Whether no block with this base fee, in wei, takes it.
    pub fn is_below(&self, base_fee: u128) -> bool {
        self.max_fee.parse().is_ok_and(|most: u128| most < base_fee)
    }

    fn is_of(&self, chain_id: u64, genesis: B256, address: Address) -> bool {
        (self.chain_id, self.genesis, self.address) == (chain_id, genesis, address)
    }
}

/// The operating system lets go of the lock when the process ends, however it ends.
fn lock(path: &Path, holder: &str) -> Result<File, JournalError> {
    let failed = |source| JournalError::Io { path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let mut file = options.open(path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut said = String::new();
            let _ = file.take(500).read_to_string(&mut said);
            let holder = said.lines().next().unwrap_or("it did not say who it is").to_owned();
            return Err(JournalError::InUse { holder });
        }
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    // For people only: a disk that is full is told where it matters.
    let _ = file.set_len(0).and_then(|()| writeln!(file, "{holder}"));
    Ok(file)
}

fn read(path: &Path) -> Result<Vec<Entry>, JournalError> {
    let damaged = |reason: String| JournalError::Damaged { path: path.to_owned(), reason };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(damaged(error.to_string())),
        Err(source) => return Err(JournalError::Io { path: path.to_owned(), source }),
    };
    let any: Text<serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
    if any.version > VERSION {
        return Err(JournalError::Newer { path: path.to_owned(), version: any.version });
    }
    let entries: Vec<Entry> =
        serde_json::from_value(any.entries).map_err(|error| damaged(error.to_string()))?;
    match entries.iter().find(|entry| keccak256(&entry.raw) != entry.tx_hash) {
        Some(entry) => Err(damaged(format!("the bytes of transaction {} are not its own", entry.tx_hash))),
        None => Ok(entries),
    }
}

/// Whoever is killed meanwhile leaves the old file or the new one.
fn write(path: &Path, text: &[u8]) -> io::Result<()> {
    let folder = path.parent().ok_or_else(|| io::Error::other("it has no folder"))?;
    let mut file = tempfile::Builder::new().prefix(".journal-").tempfile_in(folder)?;
    file.write_all(text)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn entry(chain_id: u64, nonce: u64) -> Entry {
        let raw = Bytes::copy_from_slice(&nonce.to_be_bytes());
        Entry { chain_id, nonce, tx_hash: keccak256(&raw), raw, ..Entry::default() }
    }

    #[test]
    fn what_was_written_is_there_again_and_only_for_its_owner() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Journal::open(folder.path(), Address::ZERO, "test");
        let mut journal = open().unwrap();
        journal.record(&[entry(1, 0), entry(2, 0)]).unwrap();
        journal.record(&[entry(1, 7)]).unwrap();
        let mode = fs::metadata(journal.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(matches!(open(), Err(JournalError::InUse { holder }) if holder == "test"));
        drop(journal);
        let mut journal = open().unwrap();
        assert_eq!(journal.find(1, B256::ZERO, Address::ZERO), Some(&entry(1, 7)));
        assert_eq!(journal.find(1, B256::repeat_byte(1), Address::ZERO), None);
        assert!(journal.knows_another(1, B256::repeat_byte(1)));
        journal.forget(&entry(2, 0), None).unwrap();
        assert_eq!(journal.find(2, B256::ZERO, Address::ZERO), None);
        journal.forget(&entry(1, 7), Some(entry(1, 0))).unwrap();
        assert_eq!(journal.find(1, B256::ZERO, Address::ZERO), Some(&entry(1, 0)));
    }

    #[test]
    fn what_is_no_journal_is_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("{}.json", Address::ZERO));
        for wrong in ["", "{", "[]", r#"{"version":1,"entries":[{"chainId":1}]}"#, "\u{0}"] {
            fs::write(&path, wrong).unwrap();
            let error = Journal::open(folder.path(), Address::ZERO, "test").unwrap_err();
            assert!(matches!(error, JournalError::Damaged { .. }), "{wrong}: {error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), wrong);
        }
        fs::write(&path, r#"{"version":2,"entries":{}}"#).unwrap();
        let error = Journal::open(folder.path(), Address::ZERO, "test").unwrap_err();
        assert!(matches!(error, JournalError::Newer { version: 2, .. }));
    }

    #[test]
    fn what_cannot_be_written_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("below");
        let mut journal = Journal::open(&below, Address::ZERO, "test").unwrap();
        journal.record(&[entry(1, 0)]).unwrap();
        fs::remove_dir_all(&below).unwrap();
        assert!(matches!(journal.record(&[entry(1, 1)]), Err(JournalError::Io { .. })));
        assert_eq!(journal.find(1, B256::ZERO, Address::ZERO), Some(&entry(1, 0)));
    }
}
