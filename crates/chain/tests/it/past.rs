//! Reading downwards.

use crate::support::{Anvil, FakeChain, FakeNode, PATIENCE, extend, fake_chain, refusal};
use alloy::primitives::{B256, U64};
use causeway_chain::{
    Backfill, BackfillConfig, BackfillError, BackfillEvent, BackfillHandle, BlockLogs, BlockRef, Endpoint,
};
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

fn config(endpoint: Endpoint, below: BlockRef) -> BackfillConfig {
    let mut config = BackfillConfig::new(901, endpoint, below);
    config.max_batch = 10;
    config.concurrency = 4;
    config.max_backoff = Duration::from_millis(50);
    config.connect.request_timeout = Duration::from_millis(1500);
    config
}

/// What came of a backfill.
#[derive(Default)]
struct Past {
    blocks: Vec<BlockLogs>,
    offline: Vec<String>,
    online: usize,
    pruned: Vec<String>,
    is_complete: bool,
}

impl Past {
    async fn take(&mut self, handle: &mut BackfillHandle) -> bool {
        match timeout(PATIENCE, handle.recv()).await.expect("the backfill says nothing") {
            Some(BackfillEvent::Blocks(blocks)) => {
                assert!(!blocks.is_empty());
                self.blocks.extend(blocks);
            }
            Some(BackfillEvent::Offline { reason }) => self.offline.push(reason),
            Some(BackfillEvent::Pruned { reason }) => self.pruned.push(reason),
            Some(BackfillEvent::Online) => self.online += 1,
            Some(BackfillEvent::Complete) => self.is_complete = true,
            None => return false,
        }
        assert!(self.online <= self.offline.len());
        true
    }

    /// Everything until the end.
    async fn of(config: BackfillConfig) -> (Self, Result<(), BackfillError>) {
        let mut handle = Backfill::spawn(config, CancellationToken::new());
        let mut past = Self::default();
        while past.take(&mut handle).await {}
        (past, handle.join().await)
    }

    /// Compares it with the blocks `lowest..below` of the chain.
    fn assert_equals(&self, chain: &FakeChain, lowest: usize, below: usize) {
        assert_eq!(self.blocks.len(), below - lowest);
        for (found, truth) in self.blocks.iter().zip(chain.blocks()[lowest..below].iter().rev()) {
            assert_eq!((found.block, &found.logs), (truth.block(), &truth.entries()));
        }
    }
}

fn shared(length: u64) -> (FakeChain, Arc<Mutex<FakeChain>>) {
    let chain = fake_chain(length);
    (chain.clone(), Arc::new(Mutex::new(chain)))
}

#[tokio::test]
async fn goes_down_to_the_first_block() {
    let (chain, served) = shared(237);
    let node = FakeNode::of(&served).await;
    let (past, end) = Past::of(config(node.endpoint(), chain.head())).await;
    past.assert_equals(&chain, 0, 236);
    assert_eq!((end, past.is_complete, past.offline.len()), (Ok(()), true, 0));
    // There is nothing below block 0.
    let (past, end) = Past::of(config(node.endpoint(), chain.block_ref(0))).await;
    assert_eq!((end, past.is_complete, past.blocks.len()), (Ok(()), true, 0));
}

#[tokio::test]
async fn goes_down_to_the_first_block_that_is_old_enough() {
    let (chain, served) = shared(100);
    let node = FakeNode::of(&served).await;
    // Block n has timestamp 2n.
    for (until, lowest) in [(101, 50), (102, 50), (103, 51), (1, 0), (0, 0), (180, 89)] {
        let mut config = config(node.endpoint(), chain.block_ref(90));
        config.until_timestamp = until;
        let (past, end) = Past::of(config).await;
        past.assert_equals(&chain, lowest, 90);
        assert_eq!((end, past.is_complete), (Ok(()), true));
    }
    let mut config = config(node.endpoint(), chain.block_ref(90));
    config.until_timestamp = 181;
    assert_eq!(Past::of(config).await.0.blocks, []);
}

#[tokio::test]
async fn equals_what_a_real_node_says() {
    let anvil = Anvil::start(901).await;
    for round in 0..6 {
        anvil.mine_logs(round % 3).await;
        anvil.mine(9).await;
    }
    let (past, end) = Past::of(config(anvil.endpoint(), anvil.head().await)).await;
    assert_eq!((end, past.blocks.len(), past.offline.len()), (Ok(()), 60, 0));
    let logs = past.blocks.iter().rev().flat_map(|found| found.logs.iter().map(|log| log.tx_hash));
    let truth = anvil.logs(0, 60).await.into_iter().map(|log| log.transaction_hash.unwrap());
    assert!(logs.eq(truth));
}

#[tokio::test]
async fn a_node_that_comes_and_goes_is_waited_for() {
    let (chain, served) = shared(200);
    let node = FakeNode::of(&served).await;
    node.set_batch_limit(7);
    node.set_delay(Duration::from_millis(2));
    let mut config = config(node.endpoint(), chain.head());
    config.channel_capacity = 1;
    let mut handle = Backfill::spawn(config, CancellationToken::new());
    let mut past = Past::default();
    for round in 1..=3 {
        let known = past.blocks.len();
        while past.blocks.len() < known + 20 {
            assert!(past.take(&mut handle).await);
        }
        node.set_down(true);
        while past.offline.len() < round {
            assert!(past.take(&mut handle).await);
        }
        node.set_down(false);
        while past.online < round {
            assert!(past.take(&mut handle).await);
        }
    }
    while past.take(&mut handle).await {}
    past.assert_equals(&chain, 0, 199);
    assert_eq!((handle.join().await, past.offline.len()), (Ok(()), 3));
}

/// A node that has pruned what is below a block: what it says of it, by method.
#[tokio::test]
async fn a_pruned_past_is_read_as_far_as_it_goes() {
    let (chain, _) = shared(200);
    let cases = [
        ("eth_getBlockByNumber", json!({"result": null})),
        ("eth_getBlockByNumber", refusal(-32000, "header not found")),
        ("eth_getBlockReceipts", refusal(4444, "pruned history unavailable")),
        ("eth_getBlockReceipts", json!({"result": null})),
        ("eth_getBlockReceipts", refusal(-32000, "missing trie node 12ab (path )")),
    ];
    for (pruned, says) in cases {
        let bound = Arc::new(Mutex::new(121));
        let (truth, lowest, words) = (chain.clone(), Arc::clone(&bound), says.clone());
        let node = FakeNode::start(move |method, params| {
            let number = truth.refs().iter().position(|block| {
                params[0] == json!(block.hash) || params[0] == json!(U64::from(block.number))
            });
            let is_old = number.is_some_and(|number| number < *lowest.lock().unwrap());
            if method == pruned && is_old { words.clone() } else { truth.answer(method, params) }
        })
        .await;
        let mut config = config(node.endpoint(), chain.head());
        config.pruned_pause = Duration::from_millis(20);
        let mut handle = Backfill::spawn(config, CancellationToken::new());
        let mut past = Past::default();
        while past.pruned.is_empty() {
            assert!(past.take(&mut handle).await);
        }
        // Blocks without logs need no receipts.
        let lowest = past.blocks.last().unwrap().block.number as usize;
        assert!((118..=121).contains(&lowest), "{pruned} {says}: {lowest}");
        past.assert_equals(&chain, lowest, 199);
        assert_eq!((past.offline.len(), past.is_complete), (0, false));
        // Another node takes its place.
        *bound.lock().unwrap() = 0;
        while past.take(&mut handle).await {}
        past.assert_equals(&chain, 0, 199);
        assert_eq!((past.pruned.len(), past.is_complete), (1, true), "{:?}", past.pruned);
    }
}

#[tokio::test]
async fn another_parent_ends_it() {
    let (chain, served) = shared(60);
    let node = FakeNode::of(&served).await;
    let below = BlockRef { parent_hash: B256::repeat_byte(7), ..chain.block_ref(50) };
    let (past, end) = Past::of(config(node.endpoint(), below)).await;
    let found = chain.block_ref(49).hash;
    assert_eq!(end, Err(BackfillError::Detached { chain_id: 901, below, found }));
    assert_eq!((past.blocks.len(), past.is_complete), (0, false));
}

#[tokio::test]
async fn a_reorg_below_ends_it() {
    let (mut chain, served) = shared(200);
    let node = FakeNode::of(&served).await;
    let mut config = config(node.endpoint(), chain.head());
    config.channel_capacity = 1;
    config.concurrency = 1;
    let mut handle = Backfill::spawn(config, CancellationToken::new());
    let mut past = Past::default();
    assert!(past.take(&mut handle).await);
    chain.rewind(20);
    extend(&mut chain, 179, 1);
    *served.lock().unwrap() = chain.clone();
    while past.take(&mut handle).await {}
    let below = past.blocks.last().unwrap().block;
    let found = chain.block_ref(below.number - 1).hash;
    assert_eq!(handle.join().await, Err(BackfillError::Detached { chain_id: 901, below, found }));
}

#[tokio::test]
async fn lies_and_other_chains_are_named() {
    let (chain, _) = shared(60);
    for (liar, named) in [("eth_getBlockReceipts", "do not hash to"), ("eth_chainId", "wrong chain")] {
        let (truth, mut left) = (chain.clone(), 3);
        let seventh = json!(chain.block_ref(7).hash);
        let node = FakeNode::start(move |method, params| {
            let mut answer = truth.answer(method, params);
            if method == liar && left > 0 && (params[0].is_null() || params[0] == seventh) {
                left -= 1;
                answer["result"] = if method == "eth_chainId" { "0xa".into() } else { json!([]) };
            }
            answer
        })
        .await;
        let (past, end) = Past::of(config(node.endpoint(), chain.head())).await;
        past.assert_equals(&chain, 0, 59);
        assert_eq!((end, past.offline.len(), past.online), (Ok(()), 1, 1));
        assert!(past.offline[0].contains(named), "{}", past.offline[0]);
    }
}

#[tokio::test]
async fn nobody_listening_ends_it() {
    let (chain, served) = shared(200);
    let node = FakeNode::of(&served).await;
    let mut handle = Backfill::spawn(config(node.endpoint(), chain.head()), CancellationToken::new());
    assert!(Past::default().take(&mut handle).await);
    assert_eq!(timeout(PATIENCE, handle.join()).await.unwrap(), Ok(()));
    let cancel = CancellationToken::new();
    node.set_down(true);
    let handle = Backfill::spawn(config(node.endpoint(), chain.head()), cancel.clone());
    cancel.cancel();
    assert_eq!(timeout(PATIENCE, handle.task).await.unwrap().unwrap(), Ok(()));
}
