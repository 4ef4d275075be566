//! What the nodes of the two chains answer.

use super::world::{DESTINATION, SOURCE, World, relayed};
use alloy::primitives::{Address, B256, Bytes, Log, U64};
use causeway_bindings::{RELAY_BATCHER, RelayBatcher};
use causeway_chain::test_utils::{FakeNode, refusal};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::sync::Notify;

/// What the delivery of one message uses.
const GAS: u64 = 60_000;

/// Starts the node of a chain, which tells when it has taken a transaction.
#[expect(clippy::unwrap_used, reason = "whoever panics with the lock ends the benchmark")]
pub(super) async fn start(world: &Arc<Mutex<World>>, taken: &Arc<Notify>, id: u64) -> FakeNode {
    let (world, taken) = (Arc::clone(world), Arc::clone(taken));
    FakeNode::start(move |method, params| {
        let answer = answer(&mut world.lock().unwrap(), id, method, params);
        if method == "eth_sendRawTransaction" {
            taken.notify_one();
        }
        answer
    })
    .await
}

fn answer(world: &mut World, id: u64, method: &str, params: &Value) -> Value {
    match method {
        "eth_getCode" if params[0] == json!(RELAY_BATCHER) => {
            json!({"result": RelayBatcher::DEPLOYED_BYTECODE})
        }
        "eth_getCode" => json!({"result": "0xfe"}),
        "eth_getBalance" => json!({"result": "0x152d02c7e14af6800000"}),
        "eth_maxPriorityFeePerGas" => json!({"result": "0x1"}),
        "eth_feeHistory" => json!({"result": {
            "oldestBlock": U64::from(world.chain(id).head().number), "gasUsedRatio": [0.5],
            "baseFeePerGas": ["0x3b9aca00", "0x3b9aca00"], "reward": [["0x1"]],
        }}),
        "eth_getTransactionCount" => json!({"result": U64::from(nonce(world, id, &params[1]))}),
        "eth_simulateV1" => json!({"result": [{"calls": trials(&params[0])}]}),
        "eth_sendRawTransaction" => match bytes(&params[0]).map(|raw| world.take(&raw)) {
            Some(Ok(hash)) => json!({"result": hash}),
            Some(Err(reason)) => refusal(-32000, reason),
            None => refusal(-32602, "no bytes"),
        },
        "eth_getTransactionReceipt" => json!({"result": receipt(world, &params[0])}),
        "eth_getBlockReceipts" | "eth_getLogs" if id == SOURCE => {
            world.note_told();
            world.chain(id).answer(method, params)
        }
        _ => world.chain(id).answer(method, params),
    }
}

fn bytes(value: &Value) -> Option<Bytes> {
    serde_json::from_value(value.clone()).ok()
}

/// The relayer sends on the destination only.
fn nonce(world: &World, id: u64, block: &Value) -> u64 {
    let hash = block.get("blockHash").and_then(|hash| serde_json::from_value::<B256>(hash.clone()).ok());
    match block.as_str() {
        _ if id != DESTINATION => 0,
        Some("pending") => world.pending_nonce(),
        _ => {
            let chain = world.chain(id);
            let mut blocks = chain.blocks().iter().rev().map(|found| found.block());
            let found = hash.and_then(|hash| blocks.find(|found| found.hash == hash));
            world.nonce_at(found.unwrap_or_else(|| chain.head()).number)
        }
    }
}

/// What calls that are tried out do.
fn trials(payload: &Value) -> Vec<Value> {
    let blocks = payload["blockStateCalls"].as_array().into_iter().flatten();
    let calls = blocks.filter_map(|block| block["calls"].as_array()).flatten();
    let logs = calls.map(|call| {
        let input = bytes(&call["input"]).or_else(|| bytes(&call["data"])).unwrap_or_default();
        relayed(&input).unwrap_or_default()
    });
    let trial = |logs: Vec<Log>| {
        let logs: Vec<_> = logs.iter().map(told).collect();
        json!({"status": "0x1", "gasUsed": U64::from(GAS), "returnData": "0x", "logs": logs})
    };
    logs.map(trial).collect()
}

fn told(log: &Log) -> Value {
    json!({
        "address": log.address, "topics": log.topics(), "data": log.data.data, "removed": false,
        "blockNumber": "0x1", "blockHash": B256::ZERO, "blockTimestamp": "0x1",
        "transactionHash": B256::ZERO, "transactionIndex": "0x0", "logIndex": "0x0",
    })
}

fn receipt(world: &World, hash: &Value) -> Option<Value> {
    let hash: B256 = serde_json::from_value(hash.clone()).ok()?;
    let (block, index) = world.place(hash)?;
    let block = world.chain(DESTINATION).blocks().get(usize::try_from(block).ok()?)?;
    let mut receipt = block.receipts().get(index)?.clone();
    let items = receipt["logs"].as_array().map_or(0, |logs| logs.len() as u64);
    receipt["from"] = json!(Address::ZERO);
    receipt["gasUsed"] = json!(U64::from(GAS * items.max(1)));
    receipt["effectiveGasPrice"] = "0x3b9aca01".into();
    Some(receipt)
}
