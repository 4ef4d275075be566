use crate::{Store, open::Place};
use std::{
    ffi::OsString,
    fs::{File, OpenOptions, TryLockError},
    io::{Read, Seek, SeekFrom, Write},
    path::PathBuf,
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
    /// The operating system holds the lock for as long as the file is open.
    File {
        _file: File,
    },
    Memory(Arc<AtomicBool>),
}

impl Drop for Held {
    fn drop(&mut self) {
        if let Self::Memory(locked) = self {
            locked.store(false, Ordering::Release);
        }
    }
}

/// Why there is no exclusive right to relay.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another relayer works on this store.
    #[error("another relayer works on this store: {holder}")]
    Held {
        /// What the other one said about itself.
        holder: String,
    },
    /// The lock file cannot be used.
    #[error("cannot lock {}: {source}", path.display())]
    Io {
        /// The lock file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
}

impl Store {
    /// Takes the exclusive right to relay from this store. Two relayers with one key would fight over nonces.
    ///
    /// `holder` says who takes it, in one line, for the message that the next one gets. The lock is the operating
    /// system's, on a file beside the database (`<database>.relayer-lock`): it needs no heartbeat, and a process
    /// that is killed leaves nothing behind that would have to expire. The file itself stays. Not for network file
    /// systems, like SQLite itself.
    pub fn lock_relayer(&self, holder: &str) -> Result<RelayerLock, LockError> {
        match &self.place {
            Place::Memory { relayer_locked } => {
                if relayer_locked.swap(true, Ordering::AcqRel) {
                    return Err(LockError::Held { holder: "in this process".to_owned() });
                }
                Ok(RelayerLock { _held: Held::Memory(Arc::clone(relayer_locked)) })
            }
            Place::File(database) => {
                let mut name = OsString::from(database);
                name.push(".relayer-lock");
                lock_file(PathBuf::from(name), holder)
            }
        }
    }
}

fn lock_file(path: PathBuf, holder: &str) -> Result<RelayerLock, LockError> {
    let failed = |source| LockError::Io { path: path.clone(), source };
    let mut file =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Err(LockError::Held { holder: read_holder(&mut file) }),
        Err(TryLockError::Error(source)) => return Err(failed(source)),
    }
    // From here on nobody else writes. Who reads in between sees nothing, and says so.
    file.set_len(0).map_err(failed)?;
    file.seek(SeekFrom::Start(0)).map_err(failed)?;
    writeln!(file, "{holder}").map_err(failed)?;
    Ok(RelayerLock { _held: Held::File { _file: file } })
}

fn read_holder(file: &mut File) -> String {
    let mut text = String::new();
    // The text is for people only; where locks are mandatory it cannot even be read.
    let _ = file.take(500).read_to_string(&mut text);
    match text.lines().next().map(str::trim) {
        Some(line) if !line.is_empty() => line.to_owned(),
        _ => "it did not say who it is".to_owned(),
    }
}
