//! Where the chains' files are: a temporary directory, or one that survives.

use crate::{ChainKind, DevnetConfig, DevnetError, accounts::DEV_ACCOUNTS, node::Origin};
use alloy::primitives::{Address, U256};
use causeway_deploy::{Genesis, GenesisConfig, genesis};
use serde_json::{Map, Value, json};
use std::{
    fs::{self, File, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

/// How the names of temporary directories start.
const PREFIX: &str = "causeway-devnet-";
/// The file in a directory that is locked while a devnet uses it.
const LOCK: &str = "lock";

/// What each account has from the start: 10,000 ETH.
const BALANCE: u128 = 10_000 * 10u128.pow(18);

/// The files of a devnet.
#[derive(Debug)]
pub(crate) struct Files {
    temporary: TempDir,
    state: Option<StateDir>,
    /// The lock on the temporary directory, by which others see that it is in use.
    _lock: File,
}

/// A directory that keeps the chains' states; the lock on it is ours while this lives.
#[derive(Debug)]
struct StateDir {
    path: PathBuf,
    _lock: File,
}

impl Files {
    pub(crate) fn prepare(config: &DevnetConfig) -> Result<Self, DevnetError> {
        let parent = std::env::temp_dir();
        let temporary = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent);
        let temporary = temporary.map_err(file("create a directory in", &parent))?;
        let lock = lock(&temporary.path().join(LOCK))?.ok_or_else(|| in_use(temporary.path()))?;
        let state = config.state_dir.as_deref().map(StateDir::open).transpose()?;
        Ok(Self { temporary, state, _lock: lock })
    }

    /// Removes what devnets that were killed left in the directory for temporary files.
    pub(crate) fn clear_away_leftovers() {
        let Ok(entries) = fs::read_dir(std::env::temp_dir()) else { return };
        for entry in entries.flatten() {
            let is_ours = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes());
            if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) && is_abandoned(&entry.path()) {
                // Somebody else may have come first.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }

    /// A directory for what the nodes need while they run.
    pub(crate) fn cache_dir(&self) -> PathBuf {
        self.temporary.path().join("cache")
    }

    /// A place for the relayer's record, which lives as long as the chains do.
    pub(crate) fn relayer_store(&self) -> PathBuf {
        let dir = self.state.as_ref().map_or(self.temporary.path(), |state| &state.path);
        dir.join("relayer.sqlite")
    }

    /// Writes what a chain starts from, or finds what it left behind.
    pub(crate) fn origin(
        &self,
        chain_id: u64,
        kind: ChainKind,
        timestamp: u64,
    ) -> Result<Origin, DevnetError> {
        let Some(state) = &self.state else {
            let path = self.temporary.path().join(format!("{chain_id}.genesis.json"));
            write_json(&path, &chain_genesis(chain_id, kind, timestamp))?;
            return Ok(Origin::Genesis(path));
        };
        let (load, dump) = (state.load(chain_id), state.dump(chain_id));
        // The last run may have had no orderly end. What it wrote on the way counts if it is whole.
        if dump.exists() {
            adopt(&dump, &load)?;
        }
        if !load.exists() {
            write_json(&load, &initial_state(chain_genesis(chain_id, kind, timestamp)))?;
        }
        Ok(Origin::State { load, dump })
    }

    /// Keeps the state that a chain's node wrote at its end.
    pub(crate) fn keep(&self, chain_id: u64) -> Result<(), DevnetError> {
        match &self.state {
            Some(state) if state.dump(chain_id).exists() => {
                adopt(&state.dump(chain_id), &state.load(chain_id))
            }
            _ => Ok(()),
        }
    }
}

impl StateDir {
    fn open(path: &Path) -> Result<Self, DevnetError> {
        fs::create_dir_all(path).map_err(file("create the state directory", path))?;
        let lock = lock(&path.join(LOCK))?.ok_or_else(|| in_use(path))?;
        Ok(Self { path: path.to_path_buf(), _lock: lock })
    }

    fn load(&self, chain_id: u64) -> PathBuf {
        self.path.join(format!("{chain_id}.json"))
    }

    /// The node writes here, not over the state that it came from: it does not write atomically.
    fn dump(&self, chain_id: u64) -> PathBuf {
        self.path.join(format!("{chain_id}.next.json"))
    }
}

/// Takes a lock that is gone when this process is; nothing when another process has it.
fn lock(path: &Path) -> Result<Option<File>, DevnetError> {
    let lock = File::create(path).map_err(file("create", path))?;
    match lock.try_lock() {
        Ok(()) => Ok(Some(lock)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(source)) => Err(file("lock", path)(source)),
    }
}

fn in_use(path: &Path) -> DevnetError {
    DevnetError::StateInUse { path: path.to_path_buf() }
}

/// Whether a directory has a lock that nobody holds, and is older than a start takes.
fn is_abandoned(dir: &Path) -> bool {
    let Ok(lock) = File::open(dir.join(LOCK)) else { return false };
    let age = lock.metadata().and_then(|meta| meta.modified()).ok().and_then(|time| time.elapsed().ok());
    age.is_some_and(|age| age > Duration::from_secs(60)) && lock.try_lock().is_ok()
}

/// Puts a state into the place of its predecessor if it is whole.
fn adopt(next: &Path, current: &Path) -> Result<(), DevnetError> {
    let whole = File::open(next).map_err(file("open", next)).map(|opened| {
        serde_json::from_reader::<_, serde::de::IgnoredAny>(io::BufReader::new(opened)).is_ok()
    })?;
    if whole {
        fs::rename(next, current).map_err(file("replace", current))
    } else {
        tracing::warn!(path = %next.display(), "a state that was not written to its end is ignored");
        fs::remove_file(next).map_err(file("remove", next))
    }
}

fn chain_genesis(chain_id: u64, kind: ChainKind, timestamp: u64) -> Genesis {
    let mut config = match kind {
        ChainKind::L1 => GenesisConfig::l1(chain_id),
        ChainKind::L2 => GenesisConfig::l2(chain_id, owner()),
    };
    config.timestamp = timestamp;
    config.accounts = DEV_ACCOUNTS.iter().map(|account| (*account, U256::from(BALANCE))).collect();
    genesis(&config)
}

/// Who may upgrade the predeploys: the first account.
const fn owner() -> Address {
    DEV_ACCOUNTS[0]
}

/// A state file, as the node writes them, of a chain that has its genesis block only.
///
/// The node takes a genesis or a state, not both.
fn initial_state(genesis: Genesis) -> Value {
    let accounts: Map<String, Value> = genesis
        .alloc
        .into_iter()
        .map(|(address, account)| {
            let state = json!({
                "nonce": account.nonce.unwrap_or_default(),
                "balance": account.balance,
                "code": account.code.unwrap_or_default(),
                "storage": account.storage.unwrap_or_default(),
            });
            (address.to_string(), state)
        })
        .collect();
    json!({
        "block": null,
        "accounts": accounts,
        "best_block_number": 0,
        "blocks": [],
        "transactions": [],
        "historical_states": null,
    })
}

fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<(), DevnetError> {
    let write = || -> io::Result<()> {
        let mut file = io::BufWriter::new(File::create(path)?);
        serde_json::to_writer(&mut file, value)?;
        io::Write::flush(&mut file)
    };
    write().map_err(file("write", path))
}

fn file(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> DevnetError + use<> {
    let path = path.to_path_buf();
    move |source| DevnetError::File { what, path, source }
}
