use crate::{AnvilBinary, ChainKind, accounts::MNEMONIC};
use alloy::primitives::Address;
use causeway_deploy::GenesisConfig;
use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// How a node starts.
#[derive(Clone, Debug)]
pub(crate) struct NodeOptions {
    pub(crate) binary: AnvilBinary,
    pub(crate) chain_id: u64,
    pub(crate) kind: ChainKind,
    /// How long the process may take to listen.
    pub(crate) patience: Duration,
    pub(crate) origin: Origin,
    /// Where anvil may put states that it moves out of memory.
    pub(crate) cache_dir: PathBuf,
}

/// What a chain starts from. The time of its genesis block is in seconds since the epoch.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// A genesis file.
    Genesis { file: PathBuf, time: u64 },
    /// A state file.
    State {
        load: PathBuf,
        /// Where the node writes its state; it takes the place of the other one if the end is orderly.
        dump: PathBuf,
        /// A file that names the guard of the node for as long as it lives.
        marker: PathBuf,
        genesis_time: u64,
        /// Whether it has no block yet but the genesis.
        is_new: bool,
    },
}

impl NodeOptions {
    pub(crate) const fn is_persistent(&self) -> bool {
        matches!(self.origin, Origin::State { .. })
    }

    pub(super) fn marker(&self) -> Option<&Path> {
        match &self.origin {
            Origin::Genesis { .. } => None,
            Origin::State { marker, .. } => Some(marker),
        }
    }

    /// The arguments for anvil. It mines on demand: blocks at intervals begin when the clocks of all chains agree.
    pub(super) fn arguments(&self) -> Vec<String> {
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        // Chain id, network and hardfork: what anvil takes for the latter by itself changes with its version.
        let mut arguments = match self.kind {
            ChainKind::L1 => GenesisConfig::l1(self.chain_id).anvil_args(),
            ChainKind::L2 => GenesisConfig::l2(self.chain_id, Address::ZERO).anvil_args(),
        };
        let mut add = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
        // The user's port is the gateway's; whoever wants to pass by the gateway has to look for this one.
        add("--host", "127.0.0.1".to_owned());
        add("--port", "0".to_owned());
        add("--mnemonic", MNEMONIC.to_owned());
        add("--accounts", "10".to_owned());
        add("--balance", "10000".to_owned());
        add("--cache-path", path(&self.cache_dir));
        // Each costs half a megabyte on disk. anvil keeps 3,600 otherwise, gigabytes for a chain.
        add("--max-persisted-states", "128".to_owned());
        // By fees, anvil would try a sender's later transaction before an earlier one that pays less when it gave out the nonces
        // itself, find its nonce too high, and forget it together with all that come after.
        add("--order", "fifo".to_owned());
        add("--color", "never".to_owned());
        match &self.origin {
            Origin::Genesis { file, time } => {
                add("--init", path(file));
                add("--timestamp", time.to_string());
            }
            Origin::State { load, dump, genesis_time, .. } => {
                add("--load-state", path(load));
                add("--dump-state", path(dump));
                // The node makes a genesis block from this, at every start: the same one as at the first.
                add("--timestamp", genesis_time.to_string());
            }
        }
        // The gateway sets the permissive headers, and bounds requests more generously than anvil's 2 MB.
        arguments.extend(["--no-cors".to_owned(), "--no-request-size-limit".to_owned()]);
        arguments
    }
}
