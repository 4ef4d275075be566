//! Directories that one devnet uses at a time, and what killed ones left behind.

use super::file::file;
use crate::DevnetError;
use std::{
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};
use tempfile::TempDir;

/// How the names of temporary directories start.
const PREFIX: &str = "causeway-devnet-";
/// The file in a directory that is locked while a devnet uses it.
const LOCK: &str = "lock";
/// How old a directory without a lock has to be to count as left behind.
const UNLOCKED_AGE: Duration = Duration::from_secs(600);

/// A lock that others see, gone when this is, or this process.
#[derive(Debug)]
pub(super) struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // By closing alone it would live on for as long as a process that is being started has a copy of it.
        let _ = self.0.unlock();
    }
}

/// A directory for what lives as long as a devnet does, and the lock by which others see that it is in use.
#[derive(Debug)]
pub(super) struct Temporary {
    pub(super) dir: TempDir,
    _lock: Lock,
}

impl Temporary {
    pub(super) fn create() -> Result<Self, DevnetError> {
        let parent = temporary_files();
        loop {
            let dir = tempfile::Builder::new().prefix(PREFIX).tempdir_in(&parent);
            let dir = dir.map_err(file("create a directory in", &parent))?;
            let path = dir.path().join(LOCK);
            // Whoever clears away what was left behind may take a directory that is not locked yet for that.
            match File::create(&path).map(|lock| lock.try_lock().is_ok().then_some(Lock(lock))) {
                Ok(Some(lock)) if path.exists() => return Ok(Self { dir, _lock: lock }),
                Ok(_) => {}
                Err(_) if !dir.path().exists() => {}
                Err(error) => return Err(file("create", &path)(error)),
            }
        }
    }
}

/// A directory that nobody else uses.
#[derive(Debug)]
pub(super) struct Taken {
    _dir: Option<Lock>,
    _file: Lock,
}

/// Takes the lock of a directory, which is gone when this process is.
///
/// The directory itself is locked, since somebody may remove the file; where directories cannot be, the file has to do.
pub(super) fn lock(dir: &Path) -> Result<Taken, DevnetError> {
    let of_dir = match File::open(dir).map(|dir| (dir.try_lock(), dir)) {
        Ok((Ok(()), dir)) => Some(Lock(dir)),
        Ok((Err(TryLockError::WouldBlock), _)) => {
            return Err(DevnetError::StateInUse { path: dir.to_path_buf() });
        }
        _ => None,
    };
    let path = dir.join(LOCK);
    let lock = File::create(&path).map_err(file("write to", &path))?;
    match lock.try_lock() {
        Ok(()) => Ok(Taken { _dir: of_dir, _file: Lock(lock) }),
        Err(TryLockError::WouldBlock) => Err(DevnetError::StateInUse { path: dir.to_path_buf() }),
        Err(TryLockError::Error(source)) => Err(file("lock", &path)(source)),
    }
}

/// The directory for temporary files; not the working directory, which the standard library makes of a variable that is set
/// to nothing.
fn temporary_files() -> PathBuf {
    let dir = std::env::temp_dir();
    if dir.as_os_str().is_empty() { PathBuf::from("/tmp") } else { dir }
}

/// Removes what devnets that were killed left in the directory for temporary files.
pub(super) fn clear_away_leftovers() {
    let Ok(entries) = fs::read_dir(temporary_files()) else { return };
    for entry in entries.flatten() {
        let is_ours = entry.file_name().as_encoded_bytes().starts_with(PREFIX.as_bytes());
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            remove_if_abandoned(&entry.path());
        }
    }
}

fn remove_if_abandoned(dir: &PathBuf) {
    let lock = File::open(dir.join(LOCK));
    let is_abandoned = match &lock {
        // Held until the directory is gone.
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => {
            let modified = dir.metadata().and_then(|meta| meta.modified()).ok();
            modified.and_then(|time| time.elapsed().ok()).is_some_and(|age| age > UNLOCKED_AGE)
        }
    };
    if is_abandoned {
        // Somebody else may have come first.
        let _ = fs::remove_dir_all(dir);
    }
}
