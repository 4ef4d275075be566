//! The configuration: defaults < `causeway.toml` < environment < flags.
//!
//! Every key can be set by the environment as `CAUSEWAY_<SECTION>__<KEY>`, e.g. `CAUSEWAY_DEVNET__BLOCK_TIME=1`.
//! Secrets are not part of it: keys come from flags, keystores or `CAUSEWAY_PRIVATE_KEY`. RPC URLs may hold
//! credentials, so they are redacted wherever the configuration is shown.

mod based;
mod chain_section;
mod file;
mod funds;
mod genesis_section;
#[cfg(test)]
pub(crate) mod keys;
mod kms_account;
mod list;
mod load;
mod mistake;
mod relayer_section;
mod remote_account;
mod removed;
mod routes;
mod span;
mod table;
mod urls;
mod variables;
mod webhook_url;
mod wei;
mod weight;
mod zero;

pub(crate) use funds::{Funds, fund};
pub(crate) use genesis_section::{GenesisSection, PredeployNamespace};
#[cfg(feature = "gcp-kms")]
pub(crate) use kms_account::GcpVersion;
pub(crate) use kms_account::{KmsAccount, KmsKey};
pub(crate) use list::List;
pub(crate) use load::{DEFAULT_FILE, Loaded, load, load_what_is_right};
pub(crate) use relayer_section::RelayerSection;
pub(crate) use remote_account::RemoteAccount;
pub(crate) use span::Span;
pub(crate) use wei::Wei;

use crate::environment;
use causeway_chain::{Endpoint, Endpoints, PoolOptions, RateLimit};
use causeway_interop::MESSAGE_EXPIRY_WINDOW;
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    num::{NonZeroU32, NonZeroU64, NonZeroUsize},
    path::PathBuf,
};

/// Everything that can be configured.
///
/// Of a key that limits something, 0 sets no limit. What cannot be without one is a `NonZero`, so that 0 is refused.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Config {
    /// How `causeway devnet` runs chains.
    #[serde(deserialize_with = "table::section")]
    pub(crate) devnet: DevnetSection,
    /// How `causeway relayer` delivers messages.
    #[serde(deserialize_with = "table::section")]
    pub(crate) relayer: RelayerSection,
    /// How `causeway verifier` follows chains and answers.
    #[serde(deserialize_with = "table::section")]
    pub(crate) verifier: VerifierSection,
    /// What `causeway genesis` makes chains of.
    #[serde(deserialize_with = "table::section")]
    pub(crate) genesis: GenesisSection,
    /// Chains by name, beside those of a running devnet.
    #[serde(deserialize_with = "table::sections")]
    pub(crate) chains: BTreeMap<String, ChainSection>,
}

/// `[devnet]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct DevnetSection {
    /// Number of L2 chains, ids 901, 902, ...
    pub(crate) l2_count: u16,
    /// Seconds between L2 blocks; 0 mines a block when a transaction comes.
    pub(crate) block_time: u64,
    /// Seconds between L1 blocks; 0 mines a block when a transaction comes.
    pub(crate) l1_block_time: u64,
    /// Whether every address that is kept for predeploys has a proxy, as on public chains.
    pub(crate) full_namespace: bool,
    /// Address that everything binds to.
    pub(crate) host: IpAddr,
    /// Port of the L1; 0 takes a free one.
    pub(crate) l1_port: u16,
    /// Port of the first L2, the others follow; 0 takes free ones.
    pub(crate) l2_starting_port: u16,
    /// Port of the admin API; 0 takes a free one.
    pub(crate) admin_port: u16,
    /// Whether messages may be executed in the second in which they were initiated.
    pub(crate) same_timestamp: bool,
    /// Whether a relayer runs inside the devnet.
    pub(crate) autorelay: bool,
    /// Whether a verifier runs inside the devnet.
    pub(crate) verifier: bool,
    /// Port of that verifier; 0 takes a free one.
    pub(crate) verifier_port: u16,
    /// Path of anvil; else `PATH` and the checkout's `node_modules` are searched.
    #[serde(deserialize_with = "path")]
    pub(crate) anvil: Option<PathBuf>,
}

impl Default for DevnetSection {
    fn default() -> Self {
        Self {
            l2_count: 2,
            block_time: 2,
            l1_block_time: 12,
            full_namespace: false,
            host: Ipv4Addr::LOCALHOST.into(),
            l1_port: 8545,
            l2_starting_port: 9545,
            admin_port: 8420,
            same_timestamp: false,
            autorelay: false,
            verifier: false,
            verifier_port: 8450,
            anvil: None,
        }
    }
}

/// `[verifier]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct VerifierSection {
    /// Address and port that JSON-RPC is served on; port 0 takes a free one.
    pub(crate) listen: SocketAddr,
    /// Path of the index; default `verifier.redb` in the state folder, on a devnet one of that run.
    #[serde(deserialize_with = "path")]
    pub(crate) index: Option<PathBuf>,
    /// Megabytes of memory that the index may take: one half for the newest blocks, one for what was read of older ones.
    pub(crate) index_cache: NonZeroUsize,
    /// Path of a file with the secret of those who may use the admin methods: 32 bytes in hex.
    #[serde(deserialize_with = "path")]
    pub(crate) jwt_secret: Option<PathBuf>,
    /// Whether to believe the nodes, instead of checking their receipts against the hashes of the blocks.
    pub(crate) trust_nodes: bool,
    /// Whether a message may be admitted to a block of the second in which it was initiated.
    pub(crate) same_timestamp: bool,
    /// Seconds for which a message can be executed, where no devnet says; default, and 0: seven days, which is the most.
    pub(crate) expiry_window: Option<u64>,
    /// Path of a file with the dependency set, of op-node, kona or the registry; default: all chains that are followed.
    #[serde(deserialize_with = "path")]
    pub(crate) dependency_set: Option<PathBuf>,
    /// How far back blocks are fetched; default: as far as messages can be executed.
    pub(crate) history: Option<Span>,
    /// How often a node is asked for its head that does not push heads over WebSocket.
    pub(crate) poll_interval: Span,
    /// Blocks that a reorg may take back; a deeper one suspends the chain until an operator resumes it.
    pub(crate) max_reorg_depth: NonZeroUsize,
    /// Seconds that a node may be away until only final blocks of its chain count.
    pub(crate) stale_after: NonZeroU64,
    /// Access-list entries of one request that are looked at; 0 sets no limit.
    pub(crate) max_entries: usize,
    /// Units that a caller may use each second: one a call, and one an entry; 0 sets no limit.
    pub(crate) rate_limit: u32,
    /// Connections at once; further ones are turned away. 0 sets no limit.
    pub(crate) max_connections: usize,
    /// The most of them that one caller may have; 0 sets no limit.
    pub(crate) max_connections_per_caller: usize,
    /// The proxy in front, whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxy: Option<IpAddr>,
}

impl Default for VerifierSection {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8450)),
            index: None,
            index_cache: const { NonZeroUsize::new(256).unwrap() },
            jwt_secret: None,
            trust_nodes: false,
            same_timestamp: false,
            expiry_window: None,
            dependency_set: None,
            history: None,
            poll_interval: Span::SECOND,
            max_reorg_depth: const { NonZeroUsize::new(1_024).unwrap() },
            stale_after: const { NonZeroU64::new(60).unwrap() },
            max_entries: 32_768,
            rate_limit: 100_000,
            max_connections: 1_024,
            max_connections_per_caller: 256,
            trusted_proxy: None,
        }
    }
}

impl VerifierSection {
    /// Seconds for which a message can be executed, where no devnet says.
    pub(crate) fn expiry_window(&self) -> u64 {
        self.expiry_window.filter(|seconds| *seconds > 0).unwrap_or(MESSAGE_EXPIRY_WINDOW)
    }
}

/// `[chains.NAME]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ChainSection {
    /// The chain's id; the node is asked, and a different answer is an error.
    pub(crate) chain_id: u64,
    /// HTTP or WebSocket URL of its node, or of several, the preferred one first. Never `None` once the configuration was
    /// loaded.
    #[serde(with = "urls", default)]
    pub(crate) rpc_url: Option<Vec<Endpoint>>,
    /// Path of a file that holds the URLs instead.
    #[serde(default, deserialize_with = "path")]
    pub(crate) rpc_url_file: Option<PathBuf>,
    /// Requests a second that each of the nodes gets at most; 0 sets no limit.
    #[serde(default)]
    pub(crate) rpc_rate_limit: u32,
    /// After how long without an answer a read also goes to the next node.
    #[serde(default = "rpc_hedge_after")]
    pub(crate) rpc_hedge_after: Span,
    /// First block that messages are looked for in; default: the newest when a relayer first starts.
    #[serde(default)]
    pub(crate) start_block: Option<u64>,
    /// Seconds between its blocks.
    #[serde(default = "block_time")]
    pub(crate) block_time: u64,
    /// When interop activates there, in seconds since the epoch; 0 from genesis on.
    #[serde(default)]
    pub(crate) interop_activation: u64,
    /// Ids of the chains whose messages it accepts besides its own; default: of all that are configured.
    #[serde(default)]
    pub(crate) accepts: Option<Vec<u64>>,
}

const fn block_time() -> u64 {
    2
}

const fn rpc_hedge_after() -> Span {
    Span::QUARTER
}

impl ChainSection {
    /// The URLs of its nodes.
    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Endpoint> {
        self.rpc_url.iter().flatten()
    }

    /// Its nodes, as they are to be asked.
    pub(crate) fn endpoints(&self) -> Option<Endpoints> {
        let limit = NonZeroU32::new(self.rpc_rate_limit).map(RateLimit::per_second);
        let mut nodes =
            self.nodes().map(|node| limit.map_or_else(|| node.clone(), |limit| node.limited_to(limit)));
        let options = PoolOptions { hedge_after: Some(self.rpc_hedge_after.get()), ..PoolOptions::default() };
        Some(Endpoints::new(nodes.next()?, nodes).with_options(options).of_chain(self.chain_id))
    }
}

/// A path may begin with `~/`.
fn path<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<PathBuf>, D::Error> {
    let path = Option::<PathBuf>::deserialize(deserializer)?;
    path.map(|path| environment::expand(&path)).transpose().map_err(D::Error::custom)
}
