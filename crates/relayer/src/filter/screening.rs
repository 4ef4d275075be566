use std::{
    fs::{self, File},
    io::{self, Read as _},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{ScreeningError, ScreeningList};

/// The longest list, in bytes: some hundred thousand addresses.
const LONGEST: u64 = 16 << 20;
/// A list that stops fewer than the one before counts when its file was left alone for so long: while it is written, a part of it
/// may be missing, and what is delivered then nobody takes back.
const SETTLING: Duration = Duration::from_secs(2);

/// A screening list in a file, read again when that changes. One that stops more counts at once, one that lets somebody through
/// when its file has been left alone for two seconds.
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
    /// Since when that file says less than the list, which it waits with.
    laxer_since: Option<Instant>,
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
    /// There is nothing in it, as while it is being written. A list that stops nobody has a note that says so.
    #[error("the screening list {} is empty: one that stops nobody has a line `# nobody`", path.display())]
    Empty {
        /// The file.
        path: PathBuf,
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
        let state = State { list: Arc::new(read(path)?), stamp, laxer_since: None };
        Ok(Self { path: path.into(), state: Arc::new(Mutex::new(state)) })
    }

    /// What is said of a file whose disk does not answer.
    pub(crate) fn hangs(&self) -> ScreeningFault {
        let source = io::Error::new(io::ErrorKind::TimedOut, "its disk does not answer");
        ScreeningFault::Io { path: self.path.to_path_buf(), source }
    }

    /// Returns the list that counts.
    pub fn list(&self) -> Arc<ScreeningList> {
        Arc::clone(&self.state().list)
    }

    /// Reads the list again if its file changed since, and says what came of it. One that cannot be read leaves the one from
    /// before in force, which is told once. May take as long as the file's disk does.
    pub fn refresh(&self) -> Option<ScreeningNews> {
        self.refresh_at(Instant::now())
    }

    pub(super) fn refresh_at(&self, now: Instant) -> Option<ScreeningNews> {
        let stamp = stamp(&self.path);
        let is_settled = {
            let state = self.state();
            let is_settled = state.laxer_since.is_some_and(|since| now.duration_since(since) >= SETTLING);
            if state.stamp == stamp && !is_settled {
                return None;
            }
            is_settled && state.stamp == stamp
        };
        // Whoever wants the list need not wait for the disk.
        let list = read(&self.path);
        let mut state = self.state();
        (state.stamp, state.laxer_since) = (stamp, None);
        match list {
            Ok(list) if list.lets_through(&state.list) && !is_settled => {
                state.laxer_since = Some(now);
                None
            }
            Ok(list) => {
                let (denied, allowed) = (list.denied(), list.allowed());
                state.list = Arc::new(list);
                Some(ScreeningNews::Read { denied, allowed })
            }
            Err(error) => Some(ScreeningNews::Kept { error }),
        }
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
    let failed = |source| ScreeningFault::Io { path: path.to_owned(), source };
    // Whoever opened a pipe would wait for somebody who writes.
    if !fs::metadata(path).map_err(failed)?.is_file() {
        return Err(failed(io::Error::new(io::ErrorKind::InvalidInput, "it is no file")));
    }
    let mut text = String::new();
    let length = File::open(path).and_then(|file| file.take(LONGEST + 1).read_to_string(&mut text));
    if length.map_err(failed)? as u64 > LONGEST {
        return Err(failed(io::Error::new(io::ErrorKind::FileTooLarge, "it is larger than 16 MiB")));
    }
    if text.trim().is_empty() {
        return Err(ScreeningFault::Empty { path: path.to_owned() });
    }
    text.parse().map_err(|source| ScreeningFault::Line { path: path.to_owned(), source })
}
