//! The configuration: defaults < `causeway.toml` < environment < flags.
//!
//! Every key can be set by the environment as `CAUSEWAY_<SECTION>__<KEY>`, e.g. `CAUSEWAY_DEVNET__BLOCK_TIME=1`.
//! Secrets are not part of it: keys come from flags, keystores or `CAUSEWAY_PRIVATE_KEY`. RPC URLs may hold
//! credentials, so they are redacted wherever the configuration is shown.

use crate::{
    environment,
    failure::{Failure, Outcome},
};
use causeway_chain::Endpoint;
use figment::{
    Figment,
    providers::{Env, Format, Serialized, Toml},
};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
};

/// The file that is read from the working directory when `--config` names none.
const DEFAULT_FILE: &str = "causeway.toml";

/// Everything that can be configured.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct Config {
    /// How `causeway devnet` runs chains.
    pub(crate) devnet: DevnetSection,
    /// How `causeway relayer` delivers messages.
    pub(crate) relayer: RelayerSection,
    /// How `causeway verifier` follows chains and answers.
    pub(crate) verifier: VerifierSection,
    /// Chains by name, beside those of a running devnet.
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
    /// Address that everything binds to.
    pub(crate) host: IpAddr,
    /// Port of the L1; 0 takes a free one.
    pub(crate) l1_port: u16,
    /// Port of the first L2, the others follow; 0 takes free ones.
    pub(crate) l2_starting_port: u16,
    /// Port of the admin API; 0 takes a free one.
    pub(crate) admin_port: u16,
    /// Whether a relayer runs inside the devnet.
    pub(crate) autorelay: bool,
    /// Whether a verifier runs inside the devnet.
    pub(crate) verifier: bool,
    /// Port of that verifier; 0 takes a free one.
    pub(crate) verifier_port: u16,
    /// Path of anvil; else `PATH` and the checkout's `node_modules` are searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) anvil: Option<PathBuf>,
}

impl Default for DevnetSection {
    fn default() -> Self {
        Self {
            l2_count: 2,
            block_time: 2,
            l1_block_time: 12,
            host: Ipv4Addr::LOCALHOST.into(),
            l1_port: 8545,
            l2_starting_port: 9545,
            admin_port: 8420,
            autorelay: false,
            verifier: false,
            verifier_port: 8450,
            anvil: None,
        }
    }
}

/// `[relayer]`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct RelayerSection {
    /// Path of the database; default `relayer.sqlite` in the state folder, on a devnet one of that run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) database: Option<PathBuf>,
}

/// `[verifier]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct VerifierSection {
    /// Address and port that JSON-RPC is served on; port 0 takes a free one.
    pub(crate) listen: SocketAddr,
    /// Path of the index; default `verifier.redb` in the state folder, on a devnet one of that run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) index: Option<PathBuf>,
    /// Megabytes of memory that the index may take: one half for the newest blocks, one for what was read of older ones.
    pub(crate) index_cache: usize,
    /// Path of a file with the secret of those who may use the admin methods: 32 bytes in hex.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwt_secret: Option<PathBuf>,
    /// Whether to believe the nodes, instead of checking their receipts against the hashes of the blocks.
    pub(crate) trust_nodes: bool,
    /// Whether a message may be executed in the second in which it was initiated.
    pub(crate) same_timestamp: bool,
    /// Seconds for which a message can be executed, where no devnet says; default: seven days, which is the most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expiry_window: Option<u64>,
    /// Blocks that a reorg may take back; a deeper one suspends the chain until an operator resumes it.
    pub(crate) max_reorg_depth: usize,
    /// Seconds that a node may be away until only final blocks of its chain count.
    pub(crate) stale_after: u64,
    /// Access-list entries of one request that are looked at.
    pub(crate) max_entries: usize,
    /// Units that a caller may use each second: one a call, and one an entry; 0 sets no limit.
    pub(crate) rate_limit: u32,
    /// Connections at once; further ones are turned away.
    pub(crate) max_connections: usize,
    /// The most of them that one caller may have.
    pub(crate) max_connections_per_caller: usize,
    /// The proxy in front, whose `X-Forwarded-For` is believed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) trusted_proxy: Option<IpAddr>,
}

impl Default for VerifierSection {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8450)),
            index: None,
            index_cache: 256,
            jwt_secret: None,
            trust_nodes: false,
            same_timestamp: true,
            expiry_window: None,
            max_reorg_depth: 1_024,
            stale_after: 60,
            max_entries: 4_096,
            rate_limit: 100_000,
            max_connections: 1_024,
            max_connections_per_caller: 256,
            trusted_proxy: None,
        }
    }
}

/// `[chains.NAME]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct ChainSection {
    /// The chain's id; the node is asked, and a different answer is an error.
    pub(crate) chain_id: u64,
    /// HTTP or WebSocket URL of its node.
    #[serde(with = "endpoint")]
    pub(crate) rpc_url: Endpoint,
    /// First block that messages are looked for in; default: the newest when a relayer first starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) start_block: Option<u64>,
    /// Seconds between its blocks.
    #[serde(default = "block_time")]
    pub(crate) block_time: u64,
    /// When interop activates there, in seconds since the epoch; 0 from genesis on.
    #[serde(default)]
    pub(crate) interop_activation: u64,
}

const fn block_time() -> u64 {
    2
}

/// A configuration and where it came from.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) config: Config,
    /// The file that was read, if any.
    pub(crate) file: Option<PathBuf>,
    /// Names of the environment variables that set keys.
    pub(crate) variables: Vec<String>,
}

/// Reads the configuration. A file that is named must exist; the default one may be missing.
pub(crate) fn load(named: Option<&Path>, working_directory: &Path) -> Outcome<Loaded> {
    let file = match named {
        Some(path) if !path.is_file() => {
            return Err(Failure::usage(format!("there is no configuration file at {}", path.display()))
                .with_hint("name an existing file with --config, or leave the flag away"));
        }
        Some(path) => Some(path.to_owned()),
        None => Some(working_directory.join(DEFAULT_FILE)).filter(|path| path.is_file()),
    };
    let mut figment = Figment::from(Serialized::defaults(Config::default()));
    if let Some(file) = &file {
        figment = figment.merge(Toml::file_exact(file));
    }
    let variables = variables();
    let names: Vec<String> =
        variables.iter().map(|name| name[environment::CONFIG_PREFIX.len()..].to_owned()).collect();
    let env = Env::prefixed(environment::CONFIG_PREFIX)
        .filter(move |key| names.iter().any(|name| key.as_str().eq_ignore_ascii_case(name)))
        .map(|key| key.as_str().to_ascii_lowercase().replace("__", ".").replace('_', "-").into());
    let config = figment.merge(env).extract::<Config>().map_err(|error| explain(&error))?;
    Ok(Loaded { config, file, variables })
}

fn variables() -> Vec<String> {
    let mut names: Vec<String> = std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with(environment::CONFIG_PREFIX))
        .filter(|name| !environment::NOT_CONFIGURATION.contains(&name.as_str()))
        .collect();
    names.sort();
    names
}

/// Figment's error names key and source but may also quote the value, and a value may be a URL with a password:
/// the key and the kind of the fault are enough.
fn explain(error: &figment::Error) -> Failure {
    use figment::error::Kind;
    let key = if error.path.is_empty() { String::new() } else { format!(" at `{}`", error.path.join(".")) };
    let why = match &error.kind {
        Kind::InvalidType(found, expected) => format!("expected {expected}, found {}", kind_of(found)),
        Kind::InvalidValue(found, expected) => format!("expected {expected}, found {}", kind_of(found)),
        Kind::UnknownField(field, _) => format!("there is no key `{field}`"),
        Kind::MissingField(field) => format!("the key `{field}` is missing"),
        Kind::DuplicateField(field) => format!("the key `{field}` stands twice"),
        Kind::Message(message) => message.clone(),
        other => other.to_string(),
    };
    let source = error.metadata.as_ref().map(|meta| match &meta.source {
        Some(source) => format!(" in {source}"),
        None => format!(" in {}", meta.name),
    });
    Failure::usage(format!("the configuration is wrong{key}{}: {why}", source.unwrap_or_default()))
        .with_hint("`causeway config show` prints every key with its value in force")
}

const fn kind_of(found: &figment::error::Actual) -> &'static str {
    use figment::error::Actual;
    match found {
        Actual::Bool(_) => "a boolean",
        Actual::Unsigned(_) | Actual::Signed(_) => "a whole number",
        Actual::Float(_) => "a number with a fraction",
        Actual::Str(_) | Actual::Char(_) => "a text",
        Actual::Seq => "a list",
        Actual::Map => "a table",
        _ => "something else",
    }
}

/// Endpoints are read from text and shown redacted.
mod endpoint {
    use causeway_chain::Endpoint;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(endpoint: &Endpoint, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(endpoint)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Endpoint, D::Error> {
        // The parse error never quotes the text: it may hold a password.
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_overrides_defaults_and_urls_are_redacted() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(
            folder.path().join(DEFAULT_FILE),
            "[devnet]\nblock-time = 1\n[chains.main]\nchain-id = 10\nrpc-url = \"https://user:hunter2@node.example/v3/s3cret\"\n",
        )
        .unwrap();
        let loaded = load(None, folder.path()).unwrap();
        assert_eq!(loaded.config.devnet.block_time, 1);
        assert_eq!(loaded.config.devnet.l2_count, 2);
        let shown = toml::to_string(&loaded.config).unwrap() + &format!("{:?}", loaded.config);
        assert!(!shown.contains("hunter2") && !shown.contains("s3cret"), "{shown}");
    }

    #[test]
    fn mistakes_name_key_and_file_but_no_value() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("c.toml");
        for (text, expected) in [
            ("[devnet]\nblok-time = 1\n", "blok-time"),
            ("[devnet]\nblock-time = \"s3cret\"\n", "devnet.block-time"),
            ("[chains.x]\nchain-id = 1\n", "rpc-url"),
            ("[chains.x]\nchain-id = 1\nrpc-url = \"ftp://u:s3cret@h\"\n", "chains.x.rpc-url"),
        ] {
            std::fs::write(&file, text).unwrap();
            let message = load(Some(&file), folder.path()).unwrap_err().message();
            assert!(message.contains(expected), "{message}");
            assert!(!message.contains("s3cret"), "{message}");
        }
    }
}
