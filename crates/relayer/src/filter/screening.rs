use std::{
    fs, io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{ScreeningError, ScreeningList};

/// A screening list in a file, read again when that changes.
///
/// Cheap to clone; all clones have the same list.
#[derive(Clone, Debug)]
pub struct Screening {
    path: Arc<Path>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    list: Arc<ScreeningList>,
    /// As of which file it is, or the attempt to read it.
    stamp: Option<Stamp>,
}

/// What of a file tells that it was changed. Whoever writes it anew in its place gives it another inode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    inode: u64,
    size: u64,
    changed: (i64, i64),
}

/// What came of a list whose file changed.
#[derive(Debug)]
pub enum ScreeningNews {
    /// It was read.
    Read {
        /// How many are denied.
        denied: usize,
        /// How many are allowed.
        allowed: usize,
    },
    /// It cannot be read: the one from before counts still.
    Kept {
        /// Why not.
        error: ScreeningFault,
    },
}

/// Why a screening list cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ScreeningFault {
    /// The file cannot be read.
    #[error("cannot read the screening list {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
    /// A line of it is wrong.
    #[error("the screening list {} is wrong, {source}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Which, and why.
        source: ScreeningError,
    },
}

impl Screening {
    /// Reads the list. Without it nothing may begin.
    pub fn open(path: &Path) -> Result<Self, ScreeningFault> {
        let stamp = stamp(path);
        let state = State { list: Arc::new(read(path)?), stamp };
        Ok(Self { path: path.into(), state: Arc::new(Mutex::new(state)) })
    }

    /// Returns the list that counts.
    pub fn list(&self) -> Arc<ScreeningList> {
        Arc::clone(&self.state().list)
    }

    /// Reads the list again if its file changed since, and says what came of it. One that cannot be read leaves the one from
    /// before in force, which is told once.
    pub fn refresh(&self) -> Option<ScreeningNews> {
        let now = stamp(&self.path);
        let mut state = self.state();
        if state.stamp == now {
            return None;
        }
        state.stamp = now;
        Some(match read(&self.path) {
            Ok(list) => {
                let (denied, allowed) = (list.denied(), list.allowed());
                state.list = Arc::new(list);
                ScreeningNews::Read { denied, allowed }
            }
            Err(error) => ScreeningNews::Kept { error },
        })
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Taken before the file is read: what is written meanwhile is noticed the next time.
fn stamp(path: &Path) -> Option<Stamp> {
    let meta = fs::metadata(path).ok()?;
    Some(Stamp { inode: meta.ino(), size: meta.size(), changed: (meta.ctime(), meta.ctime_nsec()) })
}

fn read(path: &Path) -> Result<ScreeningList, ScreeningFault> {
    let text =
        fs::read_to_string(path).map_err(|source| ScreeningFault::Io { path: path.to_owned(), source })?;
    text.parse().map_err(|source| ScreeningFault::Line { path: path.to_owned(), source })
}
