//! The vectors, as `tests/data/interop.json` has them.

use std::{collections::BTreeMap, sync::LazyLock};

use alloy_primitives::{Address, B256, Bytes, U256};
use causeway_interop::{Identifier, parse_chain_id};
use serde::{Deserialize, Deserializer, de::Error};

/// All vectors, read once.
pub(crate) static VECTORS: LazyLock<Vectors> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../data/interop.json")).expect("the vectors have the shape below")
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vectors {
    #[serde(rename = "about")]
    _about: serde_json::Value,
    pub(crate) constants: Vec<Constant>,
    pub(crate) rpc_error_codes: RpcErrorCodes,
    pub(crate) json_shapes: Vec<JsonShape>,
    pub(crate) log_hash: Vec<LogHash>,
    pub(crate) checksum: Vec<ChecksumCase>,
    pub(crate) access_list_encoding: Vec<AccessList>,
    pub(crate) access_list_parse_errors: Cases<ParseError>,
    pub(crate) expiry_window_differential: Cases<Expiry>,
    pub(crate) cycle_detection: Cases<Cycle>,
    pub(crate) message_graph: MessageGraph,
    pub(crate) access_check_timing: Cases<Timing>,
    pub(crate) executing_message_decode_errors: Cases<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Cases<T> {
    pub(crate) cases: Vec<T>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Constant {
    pub(crate) name: String,
    pub(crate) expected: serde_json::Value,
}

#[derive(Debug, Deserialize)]
pub(crate) struct RpcErrorCodes {
    pub(crate) codes: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct JsonShape {
    #[serde(rename = "type")]
    pub(crate) name: String,
    pub(crate) value: Option<serde_json::Value>,
    pub(crate) json: Option<String>,
    pub(crate) values: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LogHash {
    pub(crate) name: String,
    pub(crate) address: Address,
    pub(crate) topics: Vec<B256>,
    pub(crate) data: Bytes,
    pub(crate) msg_hash: B256,
    pub(crate) log_hash: B256,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChecksumCase {
    pub(crate) name: String,
    pub(crate) origin: Address,
    #[serde(deserialize_with = "number")]
    pub(crate) block_number: u64,
    pub(crate) log_index: u32,
    #[serde(deserialize_with = "number")]
    pub(crate) timestamp: u64,
    #[serde(deserialize_with = "chain_id")]
    pub(crate) chain_id: U256,
    pub(crate) msg_hash: B256,
    pub(crate) log_hash: B256,
    pub(crate) checksum: B256,
    pub(crate) access_list_entries: Vec<B256>,
}

impl ChecksumCase {
    pub(crate) fn identifier(&self) -> Identifier {
        let Self { origin, block_number, log_index, timestamp, chain_id, .. } = *self;
        Identifier { origin, block_number, log_index, timestamp, chain_id }
    }
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessList {
    pub(crate) name: String,
    pub(crate) origin: Option<Address>,
    #[serde(deserialize_with = "number")]
    pub(crate) block_number: u64,
    pub(crate) log_index: u32,
    #[serde(deserialize_with = "number")]
    pub(crate) timestamp: u64,
    #[serde(deserialize_with = "chain_id")]
    pub(crate) chain_id: U256,
    pub(crate) message_payload: Option<Bytes>,
    #[serde(alias = "entries")]
    pub(crate) storage_keys: Vec<B256>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ParseError {
    pub(crate) entries: Vec<B256>,
    pub(crate) error: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Expiry {
    #[serde(deserialize_with = "number")]
    pub(crate) init: u64,
    #[serde(deserialize_with = "number")]
    pub(crate) exec: u64,
    #[serde(rename = "override")]
    pub(crate) window: u64,
    pub(crate) reason: String,
}

/// Executing chain, log index and timestamp, then initiating chain, log index and timestamp.
pub(crate) type CycleMessage = (u64, u32, u64, u64, u32, u64);

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cycle {
    pub(crate) name: String,
    pub(crate) timestamp: u64,
    pub(crate) ems: Vec<CycleMessage>,
    pub(crate) expected_cycle_chains: CycleChains,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(crate) enum CycleChains {
    These(Vec<u64>),
    Some(String),
}

#[derive(Debug, Deserialize)]
pub(crate) struct MessageGraph {
    pub(crate) defaults: GraphDefaults,
    pub(crate) cases: Vec<GraphCase>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GraphDefaults {
    pub(crate) block_time: u64,
    pub(crate) chain_a_timestamp: u64,
    pub(crate) chain_b_timestamp: u64,
    pub(crate) interop_time: u64,
    pub(crate) message: Bytes,
    pub(crate) msg_hash: B256,
}

#[derive(Debug, Deserialize)]
pub(crate) struct GraphCase {
    pub(crate) name: String,
    pub(crate) expected: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Timing {
    pub(crate) name: String,
    #[serde(deserialize_with = "number")]
    pub(crate) exec_timestamp: u64,
    #[serde(deserialize_with = "number")]
    pub(crate) timeout: u64,
    pub(crate) expiry_window: u64,
    #[serde(deserialize_with = "number")]
    pub(crate) init_timestamp: u64,
    pub(crate) error: Option<String>,
}

fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

fn chain_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<U256, D::Error> {
    parse_chain_id(&String::deserialize(deserializer)?).map_err(D::Error::custom)
}
