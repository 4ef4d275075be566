//! Where the relayers of this machine listen: each leaves its address in the state folder, for as long as it runs. It may have taken
//! a free port, or one that a flag named, and the configuration knows of neither.

use super::database::Database;
use crate::home;
use alloy::primitives::keccak256;
use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

/// No address is longer.
const LONGEST: u64 = 100;

/// What a relayer leaves. The operating system locks it for as long as the process runs, however it ends.
#[derive(Debug)]
pub(super) struct Beacon {
    path: PathBuf,
    _lock: File,
}

impl Beacon {
    /// Says that a relayer on a database listens at an address.
    pub(super) fn light(database: &Database, address: SocketAddr) -> io::Result<Option<Self>> {
        let Some(folder) = folder() else { return Ok(None) };
        Self::light_in(&folder, &key(database), address).map(Some)
    }

    fn light_in(folder: &Path, key: &str, address: SocketAddr) -> io::Result<Self> {
        home::make_folder(folder)?;
        let path = folder.join(format!("{key}-{}", std::process::id()));
        let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path)?;
        // It has something in it only while it is locked: who looks removes none that is just being made.
        file.lock()?;
        writeln!(file, "{address}")?;
        Ok(Self { path, _lock: file })
    }
}

impl Drop for Beacon {
    fn drop(&mut self) {
        // One that stays is of no process, and removed by whoever looks next.
        let _ = fs::remove_file(&self.path);
    }
}

/// Where relayers on a database listen on this machine, as one here reaches them.
pub(super) fn seen(database: &Database) -> Vec<SocketAddr> {
    folder().map(|folder| seen_in(&folder, &key(database))).unwrap_or_default()
}

fn seen_in(folder: &Path, key: &str) -> Vec<SocketAddr> {
    let mut seen = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(key)) {
            seen.extend(read(&entry.path()));
        }
    }
    seen.sort_unstable();
    seen
}

fn read(path: &Path) -> Option<SocketAddr> {
    let file = File::open(path).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => {}
        Ok(()) => {
            if file.metadata().is_ok_and(|meta| meta.len() > 0) {
                let _ = fs::remove_file(path);
            }
            return None;
        }
        Err(TryLockError::Error(_)) => return None,
    }
    let mut text = String::new();
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    text.trim().parse().ok().map(from_here)
}

/// The address by which one that listens on all of its machine is asked there.
pub(super) fn from_here(mut address: SocketAddr) -> SocketAddr {
    if address.ip().is_unspecified() {
        let here: IpAddr = match address.is_ipv4() {
            true => Ipv4Addr::LOCALHOST.into(),
            false => Ipv6Addr::LOCALHOST.into(),
        };
        address.set_ip(here);
    }
    address
}

fn folder() -> Option<PathBuf> {
    home::kept("listening")
}

/// What tells a database from others, and may be a file's name.
fn key(database: &Database) -> String {
    let identity = database.identities().into_iter().next().unwrap_or_default();
    let hash = keccak256(identity).to_string();
    hash.get(2..34).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relayer_is_seen_as_long_as_it_runs() {
        let folder = tempfile::tempdir().unwrap();
        let at = |text: &str| text.parse::<SocketAddr>().unwrap();
        assert!(seen_in(folder.path(), "ab").is_empty());
        let beacon = Beacon::light_in(folder.path(), "ab", at("0.0.0.0:4711")).unwrap();
        assert_eq!(seen_in(folder.path(), "ab"), [at("127.0.0.1:4711")]);
        assert!(seen_in(folder.path(), "cd").is_empty(), "another database's");
        drop(beacon);
        assert!(seen_in(folder.path(), "ab").is_empty());
        // One that was killed has left its file.
        let stale = folder.path().join("ab-1");
        fs::write(&stale, "127.0.0.1:4711\n").unwrap();
        assert!(seen_in(folder.path(), "ab").is_empty() && !stale.exists());
    }
}
