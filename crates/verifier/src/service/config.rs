use crate::{Admission, IndexOptions};
use causeway_chain::{ConnectOptions, Endpoints, HeadSource};
use causeway_interop::{DependencySet, SameTimestamp};
use std::{path::PathBuf, time::Duration};

/// What a verifier follows, and how.
#[derive(Clone, Debug)]
pub struct VerifierConfig {
    /// The chains that accept messages of each other.
    pub dependency_set: DependencySet,
    /// A node for each of them. A chain without a node is answered for with *try again*.
    pub sources: Vec<SourceConfig>,
    /// File of the index; in memory when there is none.
    pub index: Option<PathBuf>,
    /// How the index is kept.
    pub index_options: IndexOptions,
    /// Whether a message may be executed in the second in which it was initiated. Blocks that have one are valid either way.
    pub same_timestamp: SameTimestamp,
    /// How many access-list entries of one request are looked at; 0 sets no limit.
    pub max_entries: usize,
    /// How many verdicts are remembered, about 200 bytes each.
    pub remembered_verdicts: usize,
    /// Whether the nodes are believed; otherwise headers and receipts are checked against the hashes of the blocks.
    pub trust_nodes: bool,
    /// How many blocks a reorg may take back.
    pub max_reorg_depth: usize,
    /// What becomes of a chain after a deeper one.
    pub on_deep_reorg: OnDeepReorg,
    /// For how long a node may be away until only final blocks of its chain count.
    pub stale_after: Duration,
    /// How far back blocks are fetched, in seconds before the newest one; by default as far as messages can be executed,
    /// and at most twice as far.
    pub history: Option<u64>,
    /// How many blocks are asked for at once when catching up.
    pub batch: u64,
    /// How many such requests are under way at a time, for each chain.
    pub concurrency: usize,
    /// Timeouts and retries of single requests.
    pub connect: ConnectOptions,
    /// How often a node is asked for its head while it does not tell by itself, and for what is safe.
    pub poll_interval: Duration,
}

/// What becomes of a chain when none of the blocks is left on it that a reorg may reach.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OnDeepReorg {
    /// It is suspended: its messages are refused until the operator resumes it.
    #[default]
    Suspend,
    /// All that was known of it is forgotten, and it is followed anew. For devnets, whose chains may begin anew.
    Forget,
}

/// A chain and its nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceConfig {
    /// The chain; the node is asked, and one of another chain is not followed.
    pub chain_id: u64,
    /// The node, or several, of which one is followed at a time.
    pub endpoints: Endpoints,
    /// How to hear of new blocks.
    pub heads: HeadSource,
    /// The first block of a chain that the index does not know yet, which is taken for safe as it is; by default the newest
    /// that is final.
    pub start_block: Option<u64>,
}

impl VerifierConfig {
    /// The defaults, with an index in memory.
    pub fn new(dependency_set: DependencySet, sources: Vec<SourceConfig>) -> Self {
        Self {
            dependency_set,
            sources,
            index: None,
            index_options: IndexOptions::default(),
            same_timestamp: SameTimestamp::Forbidden,
            max_entries: Admission::MAX_ENTRIES,
            remembered_verdicts: 262_144,
            trust_nodes: false,
            max_reorg_depth: 1_024,
            on_deep_reorg: OnDeepReorg::Suspend,
            stale_after: Duration::from_secs(60),
            history: None,
            batch: 64,
            concurrency: 8,
            connect: ConnectOptions {
                request_timeout: Duration::from_secs(10),
                read_retries: 1,
                ..ConnectOptions::default()
            },
            poll_interval: Duration::from_secs(1),
        }
    }
}

impl SourceConfig {
    /// Follows a chain from its newest final block on.
    pub fn new(chain_id: u64, endpoints: impl Into<Endpoints>) -> Self {
        let endpoints = endpoints.into().of_chain(chain_id);
        Self { chain_id, endpoints, heads: HeadSource::Auto, start_block: None }
    }
}
