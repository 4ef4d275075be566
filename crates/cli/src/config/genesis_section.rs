//! `[genesis]`.

use super::Funds;
use crate::parse;
use alloy::primitives::Address;
use causeway_deploy::{GenesisConfig, Namespace};
use clap::ValueEnum;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// `[genesis]`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(crate) struct GenesisSection {
    /// Owner of the ProxyAdmin, who may upgrade the predeploys.
    #[serde(serialize_with = "checksummed", deserialize_with = "address")]
    pub(crate) owner: Option<Address>,
    /// Time of the genesis blocks, in seconds since the epoch.
    pub(crate) timestamp: u64,
    /// Gas limit of a block.
    pub(crate) gas_limit: u64,
    /// Base fee of the genesis blocks, in wei.
    pub(crate) base_fee: u64,
    /// Accounts and what each has, as `ADDRESS=AMOUNT` with commas between them.
    pub(crate) fund: Option<Funds>,
    /// What stands at the addresses that are kept for predeploys and that no contract fills.
    pub(crate) namespace: PredeployNamespace,
    /// Whether interop is left out, for an upgrade to bring it.
    pub(crate) before_interop: bool,
    /// Whether the batcher and the ERC-7786 gateway are there.
    pub(crate) helpers: bool,
    /// Whether the open-mint token of devnets is there.
    pub(crate) token: bool,
    /// Seconds for which a message can be executed, if fewer than seven days.
    pub(crate) expiry_window: Option<u64>,
}

impl Default for GenesisSection {
    fn default() -> Self {
        Self {
            owner: None,
            timestamp: 0,
            gas_limit: GenesisConfig::GAS_LIMIT,
            base_fee: u64::try_from(GenesisConfig::BASE_FEE).unwrap_or(u64::MAX),
            fund: None,
            namespace: PredeployNamespace::Full,
            before_interop: false,
            helpers: true,
            token: false,
            expiry_window: None,
        }
    }
}

/// What stands where no contract does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PredeployNamespace {
    /// A proxy at each of the 2,048 addresses, as on public chains.
    Full,
    /// Code that refuses with a reason where a predeploy is not there, as on a devnet.
    Refusals,
}

impl From<PredeployNamespace> for Namespace {
    fn from(namespace: PredeployNamespace) -> Self {
        match namespace {
            PredeployNamespace::Full => Self::Full,
            PredeployNamespace::Refusals => Self::Refusals,
        }
    }
}

/// Mixed case must be a right checksum, as on the command line.
fn address<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Address>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?;
    text.map(|text| parse::address(&text)).transpose().map_err(D::Error::custom)
}

fn checksummed<S: Serializer>(owner: &Option<Address>, serializer: S) -> Result<S::Ok, S::Error> {
    match owner {
        Some(owner) => serializer.collect_str(owner),
        None => serializer.serialize_none(),
    }
}
