use crate::{board::Need, is_idempotent_read, transport::SEND};
use alloy::rpc::json_rpc::{RequestPacket, SerializedRequest};

/// What a request is, as far as it decides whom to ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A signed transaction.
    Transaction,
    /// A read, which may be asked twice.
    Read(Need),
    /// Anything else: it may do something, or belong to what one node remembers.
    Once,
}

/// What names its block by the hash alone.
const BY_HASH: [&str; 6] = [
    "eth_getBlockByHash",
    "eth_getBlockTransactionCountByHash",
    "eth_getTransactionByBlockHashAndIndex",
    "eth_getUncleByBlockHashAndIndex",
    "eth_getUncleCountByBlockHash",
    "debug_traceBlockByHash",
];
/// A hash as JSON.
const HASH: usize = 68;

impl Kind {
    /// Of a batch the part that allows the least counts.
    pub(super) fn of(packet: &RequestPacket) -> Self {
        let requests = packet.requests();
        if let [request] = requests
            && request.method() == SEND
        {
            return Self::Transaction;
        }
        if !requests.iter().all(|request| is_idempotent_read(request.method())) {
            return Self::Once;
        }
        Self::Read(if requests.iter().all(is_of_a_block) { Need::Block } else { Need::Newest })
    }
}

/// Whether the request names the hash of the block that it is about.
fn is_of_a_block(request: &SerializedRequest) -> bool {
    let params = request.params().map_or("", |params| params.get());
    if BY_HASH.contains(&request.method()) {
        return true;
    }
    if request.method() == "eth_getBlockReceipts" {
        let first = params.trim_start_matches(['[', ' ']).split([',', ']']).next().unwrap_or_default();
        return first.trim().len() == HASH;
    }
    // EIP-1898, and the filter of EIP-234. A null is none.
    let named = params.split_once("\"blockHash\"").map(|(_, rest)| rest.trim_start_matches([':', ' ']));
    named.is_some_and(|hash| hash.starts_with("\"0x"))
}

/// Which head the answer to a request tells, if it tells one.
pub(super) fn asks_for_head(packet: &RequestPacket) -> Option<AsksForHead> {
    let request = packet.as_single()?;
    match request.method() {
        "eth_blockNumber" => Some(AsksForHead::Number),
        "eth_getBlockByNumber" if request.params()?.get().starts_with("[\"latest\"") => {
            Some(AsksForHead::Block)
        }
        _ => None,
    }
}

/// How a head is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AsksForHead {
    /// As a number.
    Number,
    /// As a block.
    Block,
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{
        primitives::B256,
        rpc::json_rpc::{Id, Request},
    };
    use serde_json::{Value, json};

    fn request(method: &'static str, params: Value) -> SerializedRequest {
        Request::new(method, Id::Number(1), params).serialize().unwrap()
    }

    fn kind(method: &'static str, params: Value) -> Kind {
        Kind::of(&request(method, params).into())
    }

    #[test]
    fn what_may_go_where() {
        let hash = B256::repeat_byte(7);
        assert_eq!(kind("eth_sendRawTransaction", json!(["0x00"])), Kind::Transaction);
        for (method, params) in [
            ("eth_getBlockByHash", json!([hash, false])),
            ("eth_getBlockReceipts", json!([hash])),
            ("eth_getLogs", json!([{"blockHash": hash}])),
            ("eth_call", json!([{"to": null}, {"blockHash": hash}])),
        ] {
            assert_eq!(kind(method, params), Kind::Read(Need::Block), "{method}");
        }
        for (method, params) in [
            ("eth_blockNumber", json!([])),
            ("eth_getBlockReceipts", json!(["0x10"])),
            ("eth_getLogs", json!([{"fromBlock": "0x1", "blockHash": null}])),
            ("eth_getTransactionCount", json!([hash, "pending"])),
            ("eth_getTransactionReceipt", json!([hash])),
            ("eth_call", json!([{"to": null}, "latest"])),
        ] {
            assert_eq!(kind(method, params), Kind::Read(Need::Newest), "{method}");
        }
        for method in ["eth_sendTransaction", "eth_newFilter", "eth_getFilterChanges", "anvil_mine", "new"] {
            assert_eq!(kind(method, json!([])), Kind::Once, "{method}");
        }
    }

    #[test]
    fn a_batch_is_what_its_strictest_part_is() {
        let batch = |requests: &[(&'static str, Value)]| {
            let requests = requests.iter().map(|(method, params)| request(method, params.clone()));
            Kind::of(&RequestPacket::Batch(requests.collect()))
        };
        let by_hash = ("eth_getBlockByHash", json!([B256::ZERO, false]));
        assert_eq!(batch(&[by_hash.clone(), by_hash.clone()]), Kind::Read(Need::Block));
        assert_eq!(batch(&[by_hash.clone(), ("eth_blockNumber", json!([]))]), Kind::Read(Need::Newest));
        assert_eq!(batch(&[by_hash, ("eth_sendRawTransaction", json!(["0x"]))]), Kind::Once);
    }
}
