use alloy_primitives::{B256, keccak256};
use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::Duration,
};
use tempfile::{Builder, NamedTempFile};

/// What became of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileReport {
    /// Where it is.
    pub path: PathBuf,
    /// How large it is.
    pub bytes: u64,
    /// Hash of what stands in it.
    pub keccak256: B256,
    /// What was done.
    pub state: FileState,
}

/// What was done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileState {
    /// It was not there, and is now.
    Written,
    /// There was another one, and this one took its place.
    Replaced,
    /// It was there already, byte by byte.
    Unchanged,
    /// It is no longer there, since nothing makes it any more.
    Removed,
}

impl FileState {
    /// Returns the word for it: `written`, `replaced`, `unchanged`, `removed`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Written => "written",
            Self::Replaced => "replaced",
            Self::Unchanged => "unchanged",
            Self::Removed => "removed",
        }
    }
}

/// Why files were not written.
#[derive(Debug, thiserror::Error)]
pub enum WriteFilesError {
    /// Other files are in their places. Nothing was changed.
    #[error("there are other files already: {}", names(.paths))]
    Differ {
        /// Where.
        paths: Vec<PathBuf>,
    },
    /// It was interrupted before the first of them stood in its place. Nothing was changed.
    #[error("interrupted: nothing was written")]
    Cancelled,
    /// The system refused, before anything was changed.
    #[error("cannot {what} {}: {source}", .path.display())]
    Io {
        /// What was tried.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// Why it did not work.
        source: io::Error,
    },
    /// The system refused when some of them stood in their places already. All are whole, old or new.
    #[error("cannot put {} in its place: {source}; {written} of {total} files are new", .path.display())]
    Halfway {
        /// The file.
        path: PathBuf,
        /// How many are in their places.
        written: usize,
        /// How many there are.
        total: usize,
        /// Why it did not work.
        source: io::Error,
    },
}

/// Writes files into a folder, which is made if it is not there. Each is a name, and a function that makes what stands in it.
///
/// A file that is there and differs is an error unless `overwrite` is set, and then none is touched. The rest is as
/// [`replace_files`] has it.
pub fn write_files<F: FnOnce() -> String>(
    folder: &Path,
    files: impl IntoIterator<Item = (String, F)>,
    overwrite: bool,
    cancelled: &AtomicBool,
) -> Result<Vec<FileReport>, WriteFilesError> {
    let terms = Terms { may_replace: &|_, _| overwrite, stale: &Vec::new, is_durable: true };
    replace_files(folder, files, &terms, cancelled)
}

/// How files take the places of others.
#[derive(Clone, Copy)]
pub struct Terms<'a> {
    /// Whether a file may be replaced: by its path, and what is in it.
    pub may_replace: &'a dyn Fn(&Path, &[u8]) -> bool,
    /// Tells the paths of files to remove when all others are there. It is asked when nobody else writes into the folder, since they
    /// may be another's who wrote just before.
    pub stale: &'a dyn Fn() -> Vec<PathBuf>,
    /// Whether they are to be there even if the machine loses its power in the next moment. That takes the disk's time for each
    /// file; without it they survive a kill, and what can be made again needs no more.
    pub is_durable: bool,
}

impl std::fmt::Debug for Terms<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Terms").field("is_durable", &self.is_durable).finish_non_exhaustive()
    }
}

/// Writes files into a folder, which is made if it is not there; a name may lead into folders below it, with `/`.
///
/// All of them are written under other names before the first takes its place, so that a full disk or a kill changes none
/// and leaves no half one; what a kill leaves behind is called `.causeway-*`. A file that is there and differs is an error unless
/// the terms say otherwise and then none is touched; whoever else writes there by this function comes
/// before or after, so that what is there is all of one. `cancelled` may be set while it works.
pub fn replace_files<F: FnOnce() -> String>(
    folder: &Path,
    files: impl IntoIterator<Item = (String, F)>,
    terms: &Terms<'_>,
    cancelled: &AtomicBool,
) -> Result<Vec<FileReport>, WriteFilesError> {
    fs::create_dir_all(folder).map_err(io_error("make the folder", folder))?;
    let _turn = turn(folder, cancelled)?;
    let mut staged = Vec::new();
    for (name, content) in files {
        stop_if(cancelled)?;
        staged.push(stage(folder.join(name), content(), folder, terms)?);
    }
    let differing: Vec<_> =
        staged.iter().filter(|one| one.is_others).map(|one| one.report.path.clone()).collect();
    if !differing.is_empty() {
        return Err(WriteFilesError::Differ { paths: differing });
    }
    stop_if(cancelled)?;
    let mut reports = commit(staged, terms.is_durable)?;
    reports.extend((terms.stale)().iter().filter_map(|path| remove(path)));
    Ok(reports)
}

/// Waits until nobody else writes into the folder. Where the system locks no folders, nobody waits.
fn turn(folder: &Path, cancelled: &AtomicBool) -> Result<Option<File>, WriteFilesError> {
    let Ok(file) = File::open(folder) else { return Ok(None) };
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => {
                stop_if(cancelled)?;
                thread::sleep(Duration::from_millis(20));
            }
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
}

/// A file that waits for its place.
struct Staged {
    report: FileReport,
    /// Another one is there that may not be replaced.
    is_others: bool,
    file: Option<NamedTempFile>,
}

fn stage(
    path: PathBuf,
    content: String,
    folder: &Path,
    terms: &Terms<'_>,
) -> Result<Staged, WriteFilesError> {
    // To read a pipe is to wait for whoever writes into it.
    if fs::metadata(&path).is_ok_and(|found| !found.is_file()) {
        return Err(io_error("read", &path)(io::Error::other("it is no file")));
    }
    let mut is_others = false;
    let state = match fs::read(&path) {
        Ok(found) if found == content.as_bytes() => FileState::Unchanged,
        Ok(found) => {
            is_others = !(terms.may_replace)(&path, &found);
            FileState::Replaced
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => FileState::Written,
        Err(error) => return Err(io_error("read", &path)(error)),
    };
    let file = if state == FileState::Unchanged || is_others {
        None
    } else {
        Some(temporary(&content, folder, terms.is_durable).map_err(io_error("write into", folder))?)
    };
    let (bytes, keccak256) = (content.len() as u64, keccak256(content));
    Ok(Staged { report: FileReport { path, bytes, keccak256, state }, is_others, file })
}

fn temporary(content: &str, folder: &Path, is_durable: bool) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".causeway-");
    // What others may do with it is up to the user's mask, as with any file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(content.as_bytes())?;
    if is_durable {
        file.as_file().sync_all()?;
    }
    Ok(file)
}

fn commit(staged: Vec<Staged>, is_durable: bool) -> Result<Vec<FileReport>, WriteFilesError> {
    let total = staged.len();
    let mut reports: Vec<FileReport> = Vec::new();
    for Staged { report, file, .. } in staged {
        if let Some(file) = file {
            let halfway = |source: io::Error| WriteFilesError::Halfway {
                path: report.path.clone(),
                written: reports.len(),
                total,
                source,
            };
            fs::create_dir_all(report.path.parent().unwrap_or(Path::new(""))).map_err(halfway)?;
            file.persist(&report.path).map_err(|error| halfway(error.error))?;
        }
        reports.push(report);
    }
    // The names last, too. Not every system lets a folder be opened for that.
    let folders: BTreeSet<_> = reports.iter().filter_map(|report| report.path.parent()).collect();
    for folder in folders.into_iter().filter(|_| is_durable) {
        let _ = File::open(folder).and_then(|folder| folder.sync_all());
    }
    Ok(reports)
}

/// A file that cannot be removed stays, and is stale again the next time.
fn remove(path: &Path) -> Option<FileReport> {
    let content = fs::read(path).ok()?;
    fs::remove_file(path).ok()?;
    let (bytes, keccak256) = (content.len() as u64, keccak256(content));
    Some(FileReport { path: path.to_path_buf(), bytes, keccak256, state: FileState::Removed })
}

fn stop_if(cancelled: &AtomicBool) -> Result<(), WriteFilesError> {
    if cancelled.load(Ordering::Relaxed) { Err(WriteFilesError::Cancelled) } else { Ok(()) }
}

fn io_error(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> WriteFilesError + use<> {
    let path = path.to_path_buf();
    move |source| WriteFilesError::Io { what, path, source }
}

fn names(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ")
}
