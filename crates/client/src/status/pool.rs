//! Transactions that wait at the destination's node.

use alloy::{
    eips::eip2930::AccessList,
    primitives::{Address, B256, Bytes},
    providers::Provider,
};
use causeway_interop::{CROSS_L2_INBOX, ExecutingMessage};
use serde_json::{Value, json};

use crate::{ChainView, Execution};

/// Looks in the pool of the destination's node for a transaction that executes a message: by its calldata, where that can be
/// read, or because its access list declares the message.
///
/// `None` is no proof that there is none: many nodes do not tell of their pool, and none of other nodes'.
pub async fn find_carrier(destination: &ChainView, message: &ExecutingMessage) -> Option<B256> {
    let provider = destination.provider();
    let executes = |transaction: &Value| carried(transaction, destination.chain_id(), message);
    // Of any network: what is in a pool or a block may be no transaction of Ethereum.
    let pool = provider.raw_request::<_, Value>("txpool_content".into(), ()).await;
    match pool {
        Ok(pool) => transactions(&pool["pending"]).chain(transactions(&pool["queued"])).find_map(executes),
        Err(_) => {
            let pending = provider
                .raw_request::<_, Value>("eth_getBlockByNumber".into(), json!(["pending", true]))
                .await;
            let pending = pending.ok().filter(is_pending)?;
            pending["transactions"].as_array()?.iter().find_map(executes)
        }
    }
}

/// Whether a transaction that waits executes a message. `None` where the destination's node does not have it, or does not answer.
pub(super) async fn carries(
    destination: &ChainView,
    tx_hash: B256,
    message: &ExecutingMessage,
) -> Option<bool> {
    let asked = destination.provider().raw_request::<_, Value>("eth_getTransactionByHash".into(), (tx_hash,));
    let transaction = asked.await.ok().filter(Value::is_object)?;
    Some(carried(&transaction, destination.chain_id(), message).is_some())
}

/// Some nodes answer their newest block in place of a pending one: what is in it waits no more.
fn is_pending(block: &Value) -> bool {
    block["hash"].is_null()
}

/// The transactions by accounts and nonces.
fn transactions(pool: &Value) -> impl Iterator<Item = &Value> {
    pool.as_object()
        .into_iter()
        .flat_map(|accounts| accounts.values())
        .filter_map(Value::as_object)
        .flat_map(|nonces| nonces.values())
}

/// The transaction's hash, if it executes the message.
fn carried(transaction: &Value, chain_id: u64, message: &ExecutingMessage) -> Option<B256> {
    let executes = executes(transaction, chain_id, message.msg_hash).unwrap_or_default();
    (executes || declares(transaction, message)).then(|| transaction["hash"].as_str()?.parse().ok())?
}

fn executes(transaction: &Value, chain_id: u64, payload_hash: B256) -> Option<bool> {
    let to: Address = transaction["to"].as_str()?.parse().ok()?;
    let input: Bytes = transaction["input"].as_str()?.parse().ok()?;
    let execution = Execution::of(to, &input, Some(chain_id)).ok()?;
    Some(execution.messages.iter().any(|message| message.msg_hash == payload_hash))
}

/// Whether the access list names the message's checksum: whatever contract it goes through, no other way executes it.
fn declares(transaction: &Value, message: &ExecutingMessage) -> bool {
    let Ok(list) = serde_json::from_value::<AccessList>(transaction["accessList"].clone()) else {
        return false;
    };
    let checksum = B256::from(message.access().checksum);
    list.iter().any(|item| item.address == CROSS_L2_INBOX && item.storage_keys.contains(&checksum))
}
