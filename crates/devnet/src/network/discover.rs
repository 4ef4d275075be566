use super::{Network, ReadNetworkError};
use crate::gateway::client;
use futures::future::join_all;
use std::{
    error::Error,
    fmt, io, iter,
    path::{Path, PathBuf},
    time::Duration,
};

/// How long a devnet may take to say that it is there, for those who would do without it.
const PATIENCE: Duration = Duration::from_secs(2);
/// The same for those who would take it for gone: on a machine that is busy it may take long.
const LONG: Duration = Duration::from_secs(15);

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
    /// It may run, but does not answer. Nobody may go on as if there were none.
    #[error("a devnet seems to run (process {pid}, {}), and {url} does not answer", path.display())]
    Silent {
        /// Its network file.
        path: PathBuf,
        /// Its process.
        pid: u32,
        /// Its admin URL.
        url: String,
    },
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
    /// behind are removed. One that seems to run and does not answer is an error: it is not known then which is meant.
    pub async fn discover(dir: &Path) -> Result<Option<Self>, DiscoverError> {
        let Survey { mut running, silent, unreadable } = survey(dir, LONG).await?;
        match (running.len(), silent.into_iter().next(), unreadable) {
            (0, None, Some(error)) => Err(DiscoverError::Unreadable(error)),
            (0, Some((path, Self { pid, admin_url: url, .. })), _) => {
                Err(DiscoverError::Silent { path, pid, url })
            }
            (0 | 1, None, _) => Ok(running.pop().map(|(_, network)| network)),
            (_, silent, _) => {
                running.extend(silent);
                let found = running.into_iter().map(|(path, network)| (path, network.admin_url)).collect();
                Err(DiscoverError::Several { found })
            }
        }
    }

    /// Finds all devnets that answer, by the network files in a directory.
    pub async fn running(dir: &Path) -> Result<Vec<(PathBuf, Self)>, DiscoverError> {
        match survey(dir, PATIENCE).await? {
            Survey { running, unreadable: Some(error), .. } if running.is_empty() => {
                Err(DiscoverError::Unreadable(error))
            }
            Survey { running, .. } => Ok(running),
        }
    }

    /// The instances of all devnets that may run, whether or not they answer, by the network files in a directory. A
    /// file that cannot be read is an error: it may be that of one more.
    pub fn instances(dir: &Path) -> Result<Vec<String>, DiscoverError> {
        let paths = files(dir).map_err(|source| DiscoverError::Dir { dir: dir.to_path_buf(), source })?;
        let read = |path: PathBuf| match Self::read(&path) {
            Err(ReadNetworkError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => None,
            read => Some(read.map(|network| network.instance).map_err(DiscoverError::Unreadable)),
        };
        paths.into_iter().filter_map(read).collect()
    }
}

/// What the network files in a directory name.
#[derive(Default)]
struct Survey {
    running: Vec<(PathBuf, Network)>,
    /// Those that may be there, and do not answer.
    silent: Vec<(PathBuf, Network)>,
    /// Why a file cannot be read.
    unreadable: Option<ReadNetworkError>,
}

/// Looks at all of them, and removes those of devnets that are gone.
async fn survey(dir: &Path, patience: Duration) -> Result<Survey, DiscoverError> {
    let paths = files(dir).map_err(|source| DiscoverError::Dir { dir: dir.to_path_buf(), source })?;
    let client = client().map_err(|source| DiscoverError::Client { source })?;
    let mut found = Survey::default();
    for (path, state) in join_all(paths.into_iter().map(|path| look(&client, path, patience))).await {
        match state {
            State::Runs(network) => found.running.push((path, *network)),
            State::Stale => {
                let _ = std::fs::remove_file(&path);
            }
            State::Silent(network) => found.silent.push((path, *network)),
            State::Other => {}
            State::Unreadable(error) => found.unreadable = Some(error),
        }
    }
    Ok(found)
}

enum State {
    Runs(Box<Network>),
    /// The devnet is gone for certain.
    Stale,
    /// It may be there, but does not answer.
    Silent(Box<Network>),
    /// Something answers that is no devnet.
    Other,
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

async fn look(client: &reqwest::Client, path: PathBuf, patience: Duration) -> (PathBuf, State) {
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
    let answer = async { client.get(url).timeout(patience).send().await?.json::<Network>().await };
    let state = match answer.await {
        Ok(there) if there.instance == network.instance => State::Runs(Box::new(network)),
        Ok(_) => State::Stale,
        Err(error) if is_refused(&error) => State::Stale,
        Err(error) if error.is_decode() && !error.is_timeout() => State::Other,
        // It has ended meanwhile, and taken its file along.
        Err(_) if is_dead(network.pid) || !path.exists() => State::Stale,
        Err(_) => State::Silent(Box::new(network)),
    };
    (path, state)
}

/// Whether nobody listens there. That no connection could be made for another reason (too many open files, no port left)
/// says nothing of the devnet.
fn is_refused(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    let causes = iter::from_fn(|| {
        let this = cause?;
        cause = this.source();
        Some(this)
    });
    let mut systems = causes.filter_map(|cause| cause.downcast_ref::<io::Error>());
    systems.any(|cause| cause.kind() == io::ErrorKind::ConnectionRefused)
}

/// Whether a process is certainly gone, where the system tells without privileges.
fn is_dead(pid: u32) -> bool {
    let processes = Path::new("/proc");
    processes.join("self").exists() && !processes.join(pid.to_string()).exists()
}
