//! A directory that keeps chains from one run of a devnet to the next.
//!
//! Each chain has its state in `<id>.json`. While it runs, its node writes `<id>.next.json`, from time to time and at
//! its end, and not atomically. The states of all chains belong together: a chain that is wound back beside others that
//! are not has lost messages which they executed. So the new ones take the places of the old ones all at once, or not.

use super::{
    file::file,
    genesis::{chain_genesis, initial_state},
    kept::{Kept, Unusable},
    lock::{Taken, lock},
};
use crate::{ChainKind, DevnetError, node::Origin};
use causeway_deploy::Namespace;
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::{Path, PathBuf},
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

/// Which chains the directory has.
const ROLL: &str = "chains.json";
/// There while new states take the places of old ones, and says of which chains.
const COMMIT: &str = "commit.json";
/// How long nodes whose devnet was killed are waited for.
const ORPHANS: Duration = Duration::from_secs(15);

/// A directory that keeps the chains' states; the lock on it is ours while this lives.
#[derive(Debug)]
pub(super) struct StateDir {
    pub(super) path: PathBuf,
    _lock: Taken,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Roll {
    /// The chains that have or had a state here.
    chains: BTreeSet<u64>,
    /// Those that run, or ran until they had no orderly end.
    running: BTreeSet<u64>,
}

impl StateDir {
    pub(super) fn open(path: &Path) -> Result<Self, DevnetError> {
        fs::create_dir_all(path).map_err(file("create the state directory", path))?;
        // The nodes have to find it, wherever they run.
        let path = path.canonicalize().map_err(file("find the state directory", path))?;
        let dir = Self { _lock: lock(&path)?, path };
        dir.wait_for_orphans();
        dir.settle()?;
        Ok(dir)
    }

    fn load(&self, chain_id: u64) -> PathBuf {
        self.path.join(format!("{chain_id}.json"))
    }

    fn dump(&self, chain_id: u64) -> PathBuf {
        self.path.join(format!("{chain_id}.next.json"))
    }

    /// Names the process that answers for a node, and is gone when that process has ended in order.
    fn marker(&self, chain_id: u64) -> PathBuf {
        self.path.join(format!("{chain_id}.running"))
    }

    /// Waits for nodes whose devnet was killed a moment ago: they are writing their states.
    fn wait_for_orphans(&self) {
        let start = Instant::now();
        loop {
            let markers = self.ids(".running");
            let alive = |id: &u64| is_process(fs::read_to_string(self.marker(*id)).ok());
            if !markers.iter().any(alive) || start.elapsed() > ORPHANS {
                for id in markers {
                    let _ = fs::remove_file(self.marker(id));
                }
                return;
            }
            sleep(Duration::from_millis(50));
        }
    }

    /// Decides about what a run that had no orderly end left behind.
    fn settle(&self) -> Result<(), DevnetError> {
        let commit = self.path.join(COMMIT);
        if let Ok(bytes) = fs::read(&commit)
            && let Ok(chains) = serde_json::from_slice::<BTreeSet<u64>>(&bytes)
        {
            self.finish(&chains)?;
        }
        let left = self.ids(".next.json");
        let roll = self.roll()?;
        let ran = match &roll {
            Some(roll) => roll.running.clone(),
            // Written by a version that had no roll.
            None => self.ids(".json"),
        };
        if ran.is_empty() && left.is_empty() {
            return Ok(());
        }
        match self.agreeing(&ran) {
            Ok(states) if !states.is_empty() => self.commit(states)?,
            Ok(_) if left.is_empty() => {}
            Ok(_) => self.set_aside(&left, "no run of a devnet is known to have written them")?,
            Err(_) if roll.is_none() && left.is_empty() => {}
            Err(reason) => self.set_aside(&left, &reason)?,
        }
        match roll {
            Some(roll) => self.write_roll(&Roll { running: BTreeSet::new(), ..roll }),
            None => Ok(()),
        }
    }

    /// The states that all these chains wrote while they ran, if they are whole and know each other's blocks.
    fn agreeing(&self, chains: &BTreeSet<u64>) -> Result<BTreeMap<u64, Kept>, String> {
        let mut states = BTreeMap::new();
        for &id in chains {
            let state = Kept::read(&self.dump(id)).and_then(|mut state| {
                state.straighten()?;
                Ok(state)
            });
            let state = state.map_err(|error| match error {
                Unusable::Io(error) if error.kind() == io::ErrorKind::NotFound => {
                    format!("chain {id} had not written its state")
                }
                error => format!("the state of chain {id} cannot be used ({error})"),
            })?;
            states.insert(id, state);
        }
        for (id, state) in &states {
            for (source, block) in state.claims().executed {
                if states.get(&source).is_some_and(|source| source.best() < block) {
                    return Err(format!("chain {id} executed a message of a block that chain {source} lost"));
                }
            }
        }
        Ok(states)
    }

    /// Puts the states in the places of their predecessors: a crash in between is made up for by the next start.
    fn commit(&self, states: BTreeMap<u64, Kept>) -> Result<(), DevnetError> {
        let mut chains = BTreeSet::new();
        for (id, mut state) in states {
            let path = self.dump(id);
            state.straighten().map_err(damaged(&path))?;
            if state.is_changed {
                state.write(&path).map_err(file("write", &path))?;
            }
            chains.insert(id);
        }
        let commit = self.path.join(COMMIT);
        write_json(&commit, &chains)?;
        self.finish(&chains)
    }

    fn finish(&self, chains: &BTreeSet<u64>) -> Result<(), DevnetError> {
        for &id in chains {
            let (next, current) = (self.dump(id), self.load(id));
            match fs::rename(&next, &current) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(file("replace", &current)(error));
                }
                // It took its place before the crash.
                _ => {}
            }
        }
        let commit = self.path.join(COMMIT);
        fs::remove_file(&commit).map_err(file("remove", &commit))
    }

    fn set_aside(&self, chains: &BTreeSet<u64>, reason: &str) -> Result<(), DevnetError> {
        for id in chains {
            let aside = self.path.join(format!("{id}.aside.json"));
            fs::rename(self.dump(*id), &aside).map_err(file("replace", &aside))?;
        }
        // What is lost is lost by no wish of the user.
        tracing::error!(
            reason,
            dir = %self.path.display(),
            "the last run had no orderly end: all chains go on from the state before it; what was written is in *.aside.json",
        );
        Ok(())
    }

    /// What a chain starts from: what it left behind, or its genesis.
    pub(super) fn origin(
        &self,
        chain_id: u64,
        kind: ChainKind,
        namespace: Namespace,
        now: u64,
    ) -> Result<Origin, DevnetError> {
        let (load, dump, marker) = (self.load(chain_id), self.dump(chain_id), self.marker(chain_id));
        if !load.exists() {
            let known = self.roll()?.unwrap_or_default().chains;
            // Chains are numbered: one that is missing before others was there once.
            if known.contains(&chain_id) || self.ids(".json").iter().any(|id| *id > chain_id) {
                return Err(DevnetError::StateMissing { chain_id, path: load });
            }
            write_json(&load, &initial_state(chain_genesis(chain_id, kind, namespace, now)))?;
            return Ok(Origin::State { load, dump, marker, genesis_time: now, is_new: true });
        }
        let mut state = Kept::read(&load).map_err(damaged(&load))?;
        state.straighten().map_err(damaged(&load))?;
        if state.is_changed {
            state.write(&load).map_err(file("write", &load))?;
        }
        if let Some(&found) = state.claims().chain_ids.iter().find(|id| **id != chain_id) {
            return Err(DevnetError::StateOfOtherChain { path: load, expected: chain_id, found });
        }
        let genesis_time = state.genesis_time().unwrap_or(now);
        let is_new = state.best() == 0;
        Ok(Origin::State { load, dump, marker, genesis_time, is_new })
    }

    /// Notes that the chains run now.
    pub(super) fn begin(&self, chains: impl Iterator<Item = u64>) -> Result<(), DevnetError> {
        let mut roll = self.roll()?.unwrap_or_default();
        roll.chains.extend(self.ids(".json"));
        roll.running = chains.collect();
        roll.chains.extend(&roll.running);
        self.write_roll(&roll)
    }

    /// Keeps the states that the nodes wrote at their orderly end, which began at a time.
    pub(super) fn keep(&self, chains: &BTreeSet<u64>, since: SystemTime) -> Result<(), DevnetError> {
        let mut states = BTreeMap::new();
        for &chain_id in chains {
            let path = self.dump(chain_id);
            let written = fs::metadata(&path).and_then(|meta| meta.modified());
            let not_kept =
                |reason: String| DevnetError::StateNotKept { chain_id, path: path.clone(), reason };
            match written {
                // Some file systems count in whole seconds.
                Ok(time) if time + Duration::from_secs(2) >= since => {}
                Ok(_) => return Err(not_kept("the node could not write it again".to_owned())),
                Err(error) => return Err(not_kept(error.to_string())),
            }
            let state = Kept::read(&path).map_err(|error| not_kept(error.to_string()))?;
            states.insert(chain_id, state);
        }
        self.commit(states)?;
        let roll = self.roll()?.unwrap_or_default();
        self.write_roll(&Roll { running: BTreeSet::new(), ..roll })
    }

    /// The chains that have a file with this ending.
    fn ids(&self, ending: &str) -> BTreeSet<u64> {
        let Ok(entries) = fs::read_dir(&self.path) else { return BTreeSet::new() };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        names.filter_map(|name| name.strip_suffix(ending)?.parse().ok()).collect()
    }

    fn roll(&self) -> Result<Option<Roll>, DevnetError> {
        let path = self.path.join(ROLL);
        match fs::read(&path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .map(Some)
                .map_err(|error| damaged(&path)(Unusable::Json(error))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(file("read", &path)(error)),
        }
    }

    fn write_roll(&self, roll: &Roll) -> Result<(), DevnetError> {
        write_json(&self.path.join(ROLL), roll)
    }
}

fn damaged(path: &Path) -> impl FnOnce(Unusable) -> DevnetError + use<> {
    let path = path.to_path_buf();
    move |error| match error {
        Unusable::Io(source) => file("read", &path)(source),
        other => DevnetError::StateDamaged { path, reason: other.to_string() },
    }
}

/// Whether the text is the number of a process that is not known to be gone.
fn is_process(pid: Option<String>) -> bool {
    let Some(pid) = pid.and_then(|pid| pid.trim().parse::<u32>().ok()) else { return false };
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(pid.to_string()).exists()
}

/// Writes a file that nobody ever sees half of.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<(), DevnetError> {
    let dir = path.parent().unwrap_or(Path::new("."));
    let write = || -> io::Result<()> {
        let mut written = tempfile::Builder::new().prefix(".write").tempfile_in(dir)?;
        let mut buffer = io::BufWriter::new(&mut written);
        serde_json::to_writer(&mut buffer, value)?;
        io::Write::flush(&mut buffer)?;
        drop(buffer);
        written.as_file().sync_all()?;
        written.persist(path).map(drop).map_err(|error| error.error)
    };
    write().map_err(file("write", path))
}
