use crate::StoreError;
use std::{
    ffi::OsString,
    fs::{self, File, Metadata, OpenOptions, Permissions, TryLockError},
    io,
    mem::ManuallyDrop,
    os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

/// Only for the owner: the record tells who was paid what for, and quotes what nodes say.
const PRIVATE: u32 = 0o600;
/// No database is shorter than its header page.
const SHORTEST: u64 = 512;

/// The files of an open database, and which ones they were when it was opened.
///
/// They are only ever looked at from outside: to open one of them and close it again would drop the locks that SQLite
/// holds on it for this process (POSIX says so of all descriptors of a file).
#[derive(Debug)]
pub(crate) struct Files {
    /// With symbolic links resolved, as SQLite does before it names the other files.
    database: PathBuf,
    identity: Identity,
    log: PathBuf,
    log_identity: Option<Identity>,
}

/// A file, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
}

impl Identity {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), inode: metadata.ino() }
    }
}

impl Files {
    /// Makes an empty file when there is none, so that SQLite need not: the mask of the process says nothing about who
    /// may read it. SQLite gives its other files the rights of this one, and says what is wrong if it cannot be made.
    pub(crate) fn create(path: &Path) {
        if OpenOptions::new().write(true).create_new(true).mode(PRIVATE).open(path).is_ok() {
            let _ = fs::set_permissions(path, Permissions::from_mode(PRIVATE));
        }
    }

    /// Whether a relayer works on the file without the log being where it would be under this name.
    pub(crate) fn has_another_name(path: &Path) -> bool {
        let database = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if !cfg!(target_os = "linux") || with_suffix(&database, "-wal").exists() {
            return false;
        }
        // Not closed, for the sake of connections that this process may have under the other name.
        let Ok(file) = File::open(&database).map(ManuallyDrop::new) else { return false };
        match file.try_lock_shared() {
            Ok(()) => {
                let _ = file.unlock();
                false
            }
            Err(error) => matches!(error, TryLockError::WouldBlock),
        }
    }

    /// Takes from others what an earlier version, or its mask, had let them read. Who is not the owner cannot.
    pub(crate) fn tighten(path: &Path) {
        for suffix in ["", "-wal", "-shm", ".relayer-lock"] {
            let path = with_suffix(path, suffix);
            let Ok(metadata) = fs::metadata(&path) else { continue };
            let mode = metadata.permissions().mode();
            if metadata.is_file() && mode & 0o077 != 0 {
                let _ = fs::set_permissions(&path, Permissions::from_mode(mode & 0o700));
            }
        }
    }

    /// Notes which files these are.
    pub(crate) fn find(path: &Path) -> io::Result<Self> {
        let database = fs::canonicalize(path)?;
        let identity = Identity::of(&fs::metadata(&database)?);
        let log = with_suffix(&database, "-wal");
        let log_identity = fs::metadata(&log).ok().as_ref().map(Identity::of);
        Ok(Self { database, identity, log, log_identity })
    }

    pub(crate) fn database(&self) -> &Path {
        &self.database
    }

    pub(crate) const fn identity(&self) -> Identity {
        self.identity
    }

    /// Where the relayer that works here says who it is.
    pub(crate) fn holder(&self) -> PathBuf {
        with_suffix(&self.database, ".relayer-lock")
    }

    /// Whether what is written goes where the next one will find it.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let lost = |path: &Path, what| Err(StoreError::Lost { path: path.to_owned(), what });
        match fs::metadata(&self.database) {
            Ok(metadata) if Identity::of(&metadata) != self.identity => {
                return lost(&self.database, "another file has taken its place");
            }
            Ok(metadata) if metadata.len() < SHORTEST => return lost(&self.database, "it was emptied"),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return lost(&self.database, "it was removed or renamed");
            }
            // What cannot be looked at for now may be there.
            Err(_) => {}
        }
        let Some(identity) = self.log_identity else { return Ok(()) };
        match fs::metadata(&self.log) {
            Ok(metadata) if Identity::of(&metadata) != identity => {
                lost(&self.log, "another file has taken its place")
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                lost(&self.log, "it was removed or renamed")
            }
            _ => Ok(()),
        }
    }
}

pub(crate) fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}
