use rustix::process::{Resource, getrlimit, setrlimit};

/// More is of no use, and some programs walk through all that they may have.
const ENOUGH: u64 = 1 << 16;

/// Raises the number of files that this process may have open as far as the system lets it, 65,536 at most, and tells it.
///
/// A devnet has room for as many connections as there are files: see [`Devnet::start`](crate::Devnet::start), which reads the
/// limit and does not change it. This changes it for the whole process, and for those that it starts.
pub fn raise_open_files() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    let wanted = limit.maximum.unwrap_or(ENOUGH).min(ENOUGH);
    if limit.current.is_some_and(|current| current < wanted) {
        limit.current = Some(wanted);
        // Where it fails there are as many as before.
        let _ = setrlimit(Resource::Nofile, limit);
    }
    open_files()
}

/// How many files this process may have open.
pub(crate) fn open_files() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(ENOUGH)
}
