//! Where the chains' files are: a temporary directory, or one that survives.

mod dir;
mod file;
mod genesis;
mod kept;
mod lock;

pub use genesis::funded_accounts;
pub(crate) use genesis::{BALANCE, genesis_accounts};

use crate::{ChainKind, DevnetConfig, DevnetError, node::Origin};
use causeway_deploy::Namespace;
use dir::{StateDir, write_json};
use genesis::chain_genesis;
use lock::Temporary;
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// The files of a devnet.
#[derive(Debug)]
pub(crate) struct Files {
    temporary: Temporary,
    state: Option<StateDir>,
    namespace: Namespace,
}

impl Files {
    /// Makes the directories ready. May take as long as nodes that were left behind take to write their states.
    pub(crate) fn prepare(config: &DevnetConfig) -> Result<Self, DevnetError> {
        lock::clear_away_leftovers();
        let state = config.state_dir.as_deref().map(StateDir::open).transpose()?;
        Ok(Self { temporary: Temporary::create()?, state, namespace: config.namespace() })
    }

    /// A directory for what the nodes need while they run.
    pub(crate) fn cache_dir(&self) -> PathBuf {
        self.temporary.dir.path().join("cache")
    }

    /// A place for the relayer's record, which lives as long as the chains do.
    pub(crate) fn relayer_store(&self) -> PathBuf {
        let dir = self.state.as_ref().map_or(self.temporary.dir.path(), |state| &state.path);
        dir.join("relayer.sqlite")
    }

    /// The directory that keeps the states, if one does.
    pub(crate) fn state_dir(&self) -> Option<&Path> {
        self.state.as_ref().map(|state| state.path.as_path())
    }

    /// Writes what a chain starts from, or finds what it left behind.
    pub(crate) fn origin(&self, chain_id: u64, kind: ChainKind, now: u64) -> Result<Origin, DevnetError> {
        if let Some(state) = &self.state {
            return state.origin(chain_id, kind, self.namespace, now);
        }
        let path = self.temporary.dir.path().join(format!("{chain_id}.genesis.json"));
        write_json(&path, &chain_genesis(chain_id, kind, self.namespace, now))?;
        Ok(Origin::Genesis { file: path, time: now })
    }

    /// Notes that the chains run: from now on their states belong together.
    pub(crate) fn begin(&self, chains: impl Iterator<Item = u64>) -> Result<(), DevnetError> {
        self.state.as_ref().map_or(Ok(()), |state| state.begin(chains))
    }

    /// Keeps the states that the chains' nodes wrote at their orderly end, which began at a time.
    pub(crate) fn keep(&self, chains: &BTreeSet<u64>, since: SystemTime) -> Result<(), DevnetError> {
        self.state.as_ref().map_or(Ok(()), |state| state.keep(chains, since))
    }
}
