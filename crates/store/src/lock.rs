use crate::{
    Store,
    files::{Files, Identity, with_suffix},
    store::Place,
};
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, SeekFrom, Write},
    mem::ManuallyDrop,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// The exclusive right to relay from a store. Ends when it is dropped, or when the process ends, however it ends.
#[derive(Debug)]
pub struct RelayerLock {
    _held: Held,
}

#[derive(Debug)]
enum Held {
    /// The operating system holds the locks for as long as the files are open.
    File {
        database: ManuallyDrop<File>,
        _holder: File,
    },
    Memory(Arc<AtomicBool>),
    Leases,
}

impl Drop for Held {
    fn drop(&mut self) {
        match self {
            // Not closed: that would drop the locks that SQLite holds on the same file for this process.
            Self::File { database, .. } => drop(database.unlock()),
            Self::Memory(locked) => locked.store(false, Ordering::Release),
            Self::Leases => {}
        }
    }
}

/// Why there is no exclusive right to relay.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another relayer works on this store.
    #[error("another relayer works on this database: {holder}")]
    Held {
        /// What the other one said about itself.
        holder: String,
    },
    /// The store is shared: relayers divide the work by leases, and a lock for one of them would keep the others out.
    #[error("{place} is shared: relayers work on it under leases")]
    Shared {
        /// Where the store lives.
        place: String,
    },
    /// The database or the file beside it cannot be locked.
    #[error("cannot lock {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

impl Store {
    /// Takes the exclusive right to relay from this store. Two relayers with one key would fight over nonces.
    ///
    /// `holder` says who takes it, in one line, for the message that the next one gets; it stands in a file beside the
    /// database (`<database>.relayer-lock`), which stays. The lock is the operating system's, on the database itself
    /// (on Linux; elsewhere on the file beside it): whatever name the file goes by, there is one. It needs no
    /// heartbeat, and a process that is killed leaves nothing behind that would have to expire. Not for network file
    /// systems, like SQLite itself.
    ///
    /// Each call keeps a file descriptor until the process ends.
    pub fn lock_relayer(&self, holder: &str) -> Result<RelayerLock, LockError> {
        match &self.place {
            Place::Memory { relayer_locked } => {
                if relayer_locked.swap(true, Ordering::AcqRel) {
                    return Err(LockError::Held { holder: "in this process".to_owned() });
                }
                Ok(RelayerLock { _held: Held::Memory(Arc::clone(relayer_locked)) })
            }
            // A replica writes under its leases only.
            Place::Server(_) if self.replica.is_some() => Ok(RelayerLock { _held: Held::Leases }),
            Place::Server(address) => Err(LockError::Shared { place: address.to_string() }),
            Place::File(files) => {
                let database = lock_database(files)?;
                let holder = lock_holder(files.holder(), holder).inspect_err(|_| drop(database.unlock()))?;
                Ok(RelayerLock { _held: Held::File { database, _holder: holder } })
            }
        }
    }
}

/// Says which relayer works on a database at this moment, if one does: what it said about itself.
///
/// For people only: a relayer that starts while this looks may be told that another one is there. It looks at the file beside
/// the database and leaves the database alone.
pub fn relayer_at(database: &Path) -> Option<String> {
    let database = fs::canonicalize(database).ok()?;
    let mut file = File::open(with_suffix(&database, ".relayer-lock")).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => Some(read_holder(&mut file)),
        Ok(()) => {
            let _ = file.unlock();
            None
        }
        Err(TryLockError::Error(_)) => None,
    }
}

/// Locks the file by which the database is known to the operating system.
///
/// `flock` and SQLite's POSIX locks do not see each other on Linux. On other systems they may be one, so that SQLite
/// would wait for us.
fn lock_database(files: &Files) -> Result<ManuallyDrop<File>, LockError> {
    let path = files.database().to_owned();
    let failed = |source| LockError::Io { path: path.clone(), source };
    let file = ManuallyDrop::new(File::open(&path).map_err(failed)?);
    if Identity::of(&file.metadata().map_err(failed)?) != files.identity() {
        return Err(failed(io::Error::other("another file has taken the place of the one that was opened")));
    }
    if !cfg!(target_os = "linux") {
        return Ok(file);
    }
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => {
            let holder = File::open(files.holder()).ok();
            Err(LockError::Held { holder: holder.map_or_else(nobody, |mut file| read_holder(&mut file)) })
        }
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Says who holds the lock, and locks that too: earlier versions know this file only.
fn lock_holder(path: PathBuf, holder: &str) -> Result<File, LockError> {
    let failed = |source| LockError::Io { path: path.clone(), source };
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let mut file = options.open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(LockError::Held { holder: read_holder(&mut file) }),
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    // From here on nobody else writes. Who reads in between sees nothing, and says so.
    file.set_len(0).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    writeln!(file, "{holder}").map_err(failed)?;
    Ok(file)
}

fn read_holder(file: &mut File) -> String {
    let mut text = String::new();
    // The text is for people only; where locks are mandatory it cannot even be read.
    let _ = file.take(500).read_to_string(&mut text);
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => line.to_owned(),
        _ => nobody(),
    }
}

fn nobody() -> String {
    "it did not say who it is".to_owned()
}
