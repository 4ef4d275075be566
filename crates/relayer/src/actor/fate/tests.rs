//! What is made of nodes that contradict themselves.

use std::sync::Arc;

use alloy::{
    primitives::{Bytes, U64},
    signers::local::PrivateKeySigner,
};
use causeway_chain::{ConnectOptions, connect, test_utils::FakeNode};
use causeway_store::{NewAttempt, Store};
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::*;
use crate::{RelayChain, RelayerConfig, actor::Shared};

const CHAIN: u64 = 902;
const TX: B256 = B256::repeat_byte(7);
/// The newest block, and how many are remembered.
const TIP: u64 = 9;
const WINDOW: u64 = 4;
/// The oldest of them.
const OLDEST: u64 = TIP + 1 - WINDOW;
const ACCOUNT: Address = Address::repeat_byte(0xa1);

/// What a node is that says of each block that the account has used the nonce, and nothing else.
fn says_used(method: &str) -> Value {
    match method {
        "eth_getTransactionCount" => json!({"result": "0x1"}),
        _ => json!({"result": null}),
    }
}

/// What a node is that says so, and has a receipt of the transaction in this block, which has another hash on every other node.
fn says_landed(method: &str, number: u64) -> Value {
    match method {
        "eth_getTransactionReceipt" => json!({"result": {
            "transactionHash": TX, "blockNumber": U64::from(number), "blockHash": B256::repeat_byte(0x11), "status": "0x1",
            "from": ACCOUNT, "gasUsed": "0x5208", "effectiveGasPrice": "0x1", "logs": [],
        }}),
        method => says_used(method),
    }
}

/// What becomes of a transaction with the nonce 0 that was written down when this block was the newest, with a node that answers so.
async fn fate_of(head: u64, says: impl Fn(&str) -> Value + Send + Sync + 'static) -> Fate {
    let said = FakeNode::start(move |method, _| says(method)).await;
    let store = Store::in_memory().await.unwrap();
    for number in 0..=TIP {
        let hash = |number: u64| B256::with_last_byte(number as u8 + 1);
        let parent_hash = number.checked_sub(1).map(hash).unwrap_or_default();
        let block = BlockRef { number, hash: hash(number), parent_hash, timestamp: 1_000_000 + number };
        store.apply_block(CHAIN, &block, &[], &[], WINDOW).await.unwrap();
        if number == head {
            store.record_attempt(&attempt()).await.unwrap();
        }
    }
    let chain = RelayChain::new(CHAIN, "B", said.endpoint());
    let provider = connect(&chain.endpoints, &ConnectOptions::default()).unwrap();
    let config = RelayerConfig::new(vec![chain], PrivateKeySigner::random(), store);
    let node = Node::new(CHAIN, provider, &Arc::new(Shared::new(config, broadcast::channel(1).0)));
    node.whereabouts(ACCOUNT, 0, &[TX]).await.unwrap_or_else(|_| panic!("no answer"))
}

/// Written down by a clock that is no chain's.
fn attempt() -> NewAttempt {
    NewAttempt {
        items: Vec::new(),
        chain_id: CHAIN,
        signer: ACCOUNT,
        nonce: 0,
        tx_hash: TX,
        raw_tx: Bytes::from(vec![2]),
        created_ms: 7,
    }
}

/// Nothing that a node says ends what was written down while the oldest of these blocks was there: a block would show it. Nobody's
/// clock counts.
#[tokio::test]
async fn a_nonce_is_not_used_before_its_transaction_was_written_down() {
    for head in [OLDEST, TIP] {
        assert!(matches!(fate_of(head, says_used).await, Fate::Unknown), "{head}");
    }
}

/// A relayer that was down for longer than blocks are remembered goes on.
#[tokio::test]
async fn what_is_older_than_all_blocks_can_be_buried() {
    let fate = fate_of(OLDEST - 1, says_used).await;
    assert!(matches!(fate, Fate::Buried { block_number: OLDEST, .. }), "{fate:?}");
}

/// Of a block that is not remembered any more nobody knows the hash; but it is not older than what it has.
#[tokio::test]
async fn no_block_has_what_was_written_down_after_it() {
    let landed = |number| move |method: &str| says_landed(method, number);
    for (head, number) in [(OLDEST, 1), (TIP, 1), (3, 1), (3, 3)] {
        let fate = fate_of(head, landed(number)).await;
        assert!(matches!(fate, Fate::Unknown), "{number} after {head}: {fate:?}");
    }
    for (head, number) in [(2, 3), (3, OLDEST), (3, TIP), (TIP, TIP + 1)] {
        let fate = fate_of(head, landed(number)).await;
        // Those that are remembered are told by their hashes, later.
        assert!(matches!(fate, Fate::Ours(_)), "{number} after {head}: {fate:?}");
    }
}
