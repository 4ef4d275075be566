//! The file of an index: whose it is, and that it is still the one that was opened.

use super::IndexError;
use std::{
    fs::{self, Metadata},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

/// No database is shorter than its first page.
const SHORTEST: u64 = 4096;

/// The file of an index that is open.
#[derive(Debug)]
pub(super) struct IndexFile {
    path: PathBuf,
    /// Which file it was when it was opened, whatever its name.
    identity: Option<(u64, u64)>,
}

impl IndexFile {
    /// Opens what is at `path`, which is made if it is not there, for its owner alone.
    ///
    /// What cannot be read is told as [`IndexError::Corrupt`], also where the database gives up on its pages with a panic.
    pub(super) fn open<T>(
        path: &Path,
        open: impl FnOnce(Self) -> Result<T, IndexError>,
    ) -> Result<T, IndexError> {
        make_private(path);
        let identity = fs::metadata(path).ok().as_ref().and_then(identity);
        let file = Self { path: path.to_owned(), identity };
        let opened = catch_unwind(AssertUnwindSafe(|| open(file)))
            .unwrap_or(Err(IndexError::Corrupt { what: "its pages cannot be read" }))?;
        tighten(path);
        Ok(opened)
    }

    /// What the file takes of the disk, in bytes.
    ///
    /// Fails if it is not the file any more that is written: what was written would be gone at the next start.
    pub(super) fn disk_bytes(&self) -> Result<u64, IndexError> {
        let lost = |what| Err(IndexError::Lost { path: self.path.clone(), what });
        match fs::metadata(&self.path) {
            Ok(metadata) if identity(&metadata) != self.identity => lost("another file has taken its place"),
            Ok(metadata) if metadata.len() < SHORTEST => lost("it was emptied"),
            Ok(metadata) => Ok(allocated(&metadata)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => lost("it was removed or renamed"),
            Err(error) => Err(redb::StorageError::from(error).into()),
        }
    }
}

/// Makes an empty file when there is none, for its owner alone whatever the mask of the process. What is wrong if it cannot
/// be made, opening it will tell.
#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::OpenOptionsExt;
    let _ = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
}

/// Takes from others what an earlier version had let them read. Who is not the owner cannot.
#[cfg(unix)]
fn tighten(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = fs::metadata(path) else { return };
    let mode = metadata.permissions().mode();
    if metadata.is_file() && mode & 0o077 != 0 {
        let _ = fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700));
    }
}

/// Device and number of a file.
#[cfg(unix)]
fn identity(metadata: &Metadata) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    Some((metadata.dev(), metadata.ino()))
}

/// The database makes its file larger in leaps; what it did not write yet takes nothing of the disk.
#[cfg(unix)]
fn allocated(metadata: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::blocks(metadata) * 512
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}

#[cfg(not(unix))]
fn tighten(_: &Path) {}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Option<(u64, u64)> {
    None
}

#[cfg(not(unix))]
fn allocated(metadata: &Metadata) -> u64 {
    metadata.len()
}
