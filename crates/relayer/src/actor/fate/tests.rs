//! What is made of nodes that contradict themselves.

use std::sync::Arc;

use alloy::{primitives::Bytes, signers::local::PrivateKeySigner};
use causeway_chain::{ConnectOptions, connect, test_utils::FakeNode};
use causeway_store::{NewAttempt, Store};
use serde_json::json;
use tokio::sync::broadcast;

use super::*;
use crate::{RelayChain, RelayerConfig, actor::Shared};

const CHAIN: u64 = 902;
const TX: B256 = B256::repeat_byte(7);
/// The seconds at which the oldest block that is remembered was made.
const OLDEST: u64 = 1_000_000;

/// What becomes of a transaction with the nonce 0 that was written down then, with a node that knows no receipt of it and says
/// of each block that the account has used the nonce.
async fn fate_of(created_ms: u64) -> Fate {
    let said = FakeNode::start(|method, _| match method {
        "eth_getTransactionCount" => json!({"result": "0x1"}),
        _ => json!({"result": null}),
    })
    .await;
    let store = Store::in_memory().await.unwrap();
    for number in 0..5_u64 {
        let hash = |number: u64| B256::with_last_byte(number as u8 + 1);
        let parent_hash = number.checked_sub(1).map(hash).unwrap_or_default();
        let block = BlockRef { number, hash: hash(number), parent_hash, timestamp: OLDEST + number };
        store.apply_block(CHAIN, &block, &[], &[], 256).await.unwrap();
    }
    let signer = PrivateKeySigner::random();
    let account = signer.address();
    let attempt = NewAttempt {
        items: Vec::new(),
        chain_id: CHAIN,
        signer: account,
        nonce: 0,
        tx_hash: TX,
        raw_tx: Bytes::from(vec![2]),
        created_ms,
    };
    store.record_attempt(&attempt).await.unwrap();
    let chain = RelayChain::new(CHAIN, "B", said.endpoint());
    let provider = connect(&chain.endpoints, &ConnectOptions::default()).unwrap();
    let config = RelayerConfig::new(vec![chain], signer, store);
    let node = Node::new(CHAIN, provider, &Arc::new(Shared::new(config, broadcast::channel(1).0)));
    node.whereabouts(account, 0, &[TX]).await.unwrap().unwrap()
}

/// Nothing that a node says ends what was written down while the oldest of these blocks was there: a block would show it.
#[tokio::test]
async fn a_nonce_is_not_used_before_its_transaction_was_written_down() {
    assert!(matches!(fate_of(OLDEST * MILLIS).await, Fate::Unknown));
    assert!(matches!(fate_of((OLDEST + 3) * MILLIS).await, Fate::Unknown));
}

/// A relayer that was down for longer than blocks are remembered goes on.
#[tokio::test]
async fn what_is_older_than_all_blocks_can_be_buried() {
    assert!(matches!(fate_of(OLDEST * MILLIS - 1).await, Fate::Buried { block_number: 0, .. }));
}
