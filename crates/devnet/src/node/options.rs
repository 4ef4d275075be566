use crate::{AnvilBinary, ChainKind, accounts::MNEMONIC};
use std::path::PathBuf;

/// How a node starts.
#[derive(Clone, Debug)]
pub(crate) struct NodeOptions {
    pub(crate) binary: AnvilBinary,
    pub(crate) chain_id: u64,
    pub(crate) kind: ChainKind,
    /// Seconds between blocks; 0 mines on demand.
    pub(crate) block_time: u64,
    /// Time of the genesis block, in seconds since the epoch.
    pub(crate) timestamp: u64,
    pub(crate) origin: Origin,
    /// Where anvil may put states that it moves out of memory.
    pub(crate) cache_dir: PathBuf,
}

/// What a chain starts from.
#[derive(Clone, Debug)]
pub(crate) enum Origin {
    /// A genesis file.
    Genesis(PathBuf),
    /// A state file; the state at the end goes to another file, and replaces this one if the end was orderly.
    State { load: PathBuf, dump: PathBuf },
}

impl NodeOptions {
    pub(crate) const fn is_persistent(&self) -> bool {
        matches!(self.origin, Origin::State { .. })
    }

    /// The arguments for anvil.
    pub(super) fn arguments(&self) -> Vec<String> {
        let path = |path: &PathBuf| path.to_string_lossy().into_owned();
        let mut arguments = Vec::new();
        let mut add = |flag: &str, value: String| arguments.extend([flag.to_owned(), value]);
        // The user's port is the gateway's; whoever wants to pass by the gateway has to look for this one.
        add("--host", "127.0.0.1".to_owned());
        add("--port", "0".to_owned());
        add("--chain-id", self.chain_id.to_string());
        add("--mnemonic", MNEMONIC.to_owned());
        add("--accounts", "10".to_owned());
        add("--balance", "10000".to_owned());
        add("--timestamp", self.timestamp.to_string());
        add("--cache-path", path(&self.cache_dir));
        // Each costs a megabyte on disk. anvil keeps 3,600 otherwise, four gigabytes for a chain.
        add("--max-persisted-states", "128".to_owned());
        add("--color", "never".to_owned());
        if self.block_time > 0 {
            add("--block-time", self.block_time.to_string());
        }
        if self.kind == ChainKind::L2 {
            add("--network", "optimism".to_owned());
        }
        match &self.origin {
            Origin::Genesis(file) => add("--init", path(file)),
            Origin::State { load, dump } => {
                add("--load-state", path(load));
                add("--dump-state", path(dump));
            }
        }
        // The gateway sets the permissive headers, and bounds requests more generously than anvil's 2 MB.
        arguments.extend(["--no-cors".to_owned(), "--no-request-size-limit".to_owned()]);
        arguments
    }
}
