use super::{Network, ReadNetworkError};
use crate::gateway::client;
use futures::future::join_all;
use std::{
    fmt, io,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long a devnet may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why it is not clear which devnet runs.
#[derive(Debug, thiserror::Error)]
pub enum DiscoverError {
    /// The directory of network files cannot be read.
    #[error("cannot look for running devnets in {}", dir.display())]
    Dir {
        /// The directory.
        dir: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No client for the admin API could be made.
    #[error("cannot ask running devnets")]
    Client {
        /// What went wrong.
        source: reqwest::Error,
    },
    /// A devnet runs, but another version of this program wrote its file.
    #[error(transparent)]
    Unreadable(ReadNetworkError),
    /// More than one runs.
    #[error("several devnets run: {}", List(found))]
    Several {
        /// Their network files and admin URLs.
        found: Vec<(PathBuf, String)>,
    },
}

/// The tail of the sentence "several devnets run".
struct List<'a>(&'a [(PathBuf, String)]);

impl fmt::Display for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (path, url)) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{} ({url})", path.display())?;
        }
        Ok(())
    }
}

impl Network {
    /// Finds the devnet that runs, by the network files in a directory.
    ///
    /// A file counts when the devnet that it names answers and is the one that wrote it. Files that a crash left
    /// behind are removed.
    pub async fn discover(dir: &Path) -> Result<Option<Self>, DiscoverError> {
        let mut running = Self::running(dir).await?;
        if running.len() > 1 {
            let found = running.into_iter().map(|(path, network)| (path, network.admin_url)).collect();
            return Err(DiscoverError::Several { found });
        }
        Ok(running.pop().map(|(_, network)| network))
    }

    /// Finds all devnets that run, by the network files in a directory.
    pub async fn running(dir: &Path) -> Result<Vec<(PathBuf, Self)>, DiscoverError> {
        let paths = files(dir).map_err(|source| DiscoverError::Dir { dir: dir.to_path_buf(), source })?;
        let client = client().map_err(|source| DiscoverError::Client { source })?;
        let mut running = Vec::new();
        let mut unreadable = None;
        for (path, state) in join_all(paths.into_iter().map(|path| look(&client, path))).await {
            match state {
                State::Runs(network) => running.push((path, *network)),
                State::Stale => {
                    let _ = std::fs::remove_file(&path);
                }
                State::Silent => {}
                State::Unreadable(error) => unreadable = Some(error),
            }
        }
        match unreadable {
            Some(error) if running.is_empty() => Err(DiscoverError::Unreadable(error)),
            _ => Ok(running),
        }
    }
}

enum State {
    Runs(Box<Network>),
    /// The devnet is gone for certain.
    Stale,
    /// It may be there, but does not answer.
    Silent,
    Unreadable(ReadNetworkError),
}

fn files(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .filter(|path| path.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b".")))
        .collect();
    paths.sort();
    Ok(paths)
}

async fn look(client: &reqwest::Client, path: PathBuf) -> (PathBuf, State) {
    let network = match Network::read(&path) {
        Ok(network) => network,
        // Removed between the listing and now.
        Err(ReadNetworkError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return (path, State::Stale);
        }
        Err(error) => return (path, State::Unreadable(error)),
    };
    if is_dead(network.pid) {
        return (path, State::Stale);
    }
    let url = format!("{}/network", network.admin_url.trim_end_matches('/'));
    let answer = async { client.get(url).timeout(PATIENCE).send().await?.json::<Network>().await };
    let state = match answer.await {
        Ok(there) if there.instance == network.instance => State::Runs(Box::new(network)),
        Ok(_) => State::Stale,
        Err(error) if error.is_connect() => State::Stale,
        Err(_) => State::Silent,
    };
    (path, state)
}

/// Whether a process is certainly gone, where the system tells without privileges.
fn is_dead(pid: u32) -> bool {
    let processes = Path::new("/proc");
    processes.join("self").exists() && !processes.join(pid.to_string()).exists()
}
