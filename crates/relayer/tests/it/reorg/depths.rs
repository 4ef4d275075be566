//! Reorgs of one to five blocks, with messages delivered, in flight and on their way through.

use std::collections::BTreeSet;

use alloy::primitives::B256;
use causeway_client::delivery::sent_by;
use tokio::time::timeout;

use crate::support::{Net, PATIENCE, start};

/// The deepest reorg, and so many blocks with a message each come before it.
const DEEPEST: u64 = 5;

#[tokio::test(flavor = "multi_thread")]
async fn of_the_source_by_any_depth() {
    for depth in 1..=DEEPEST {
        undo(depth, true, false).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_the_destination_by_any_depth() {
    for depth in 1..=DEEPEST {
        undo(depth, false, true).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_both_by_any_depth() {
    for depth in 1..=DEEPEST {
        undo(depth, true, true).await;
    }
}

/// Five messages are delivered, a block each, three more are in the pool; then so many of the newest blocks are gone, on one side or
/// on both. Whatever the source still has is delivered, and no block has a message twice.
async fn undo(depth: u64, source: bool, destination: bool) {
    let net = Net::direct().await;
    let (relayer, mut events) = start(net.config().await);
    let mut sent = Vec::new();
    for _ in 0..DEEPEST {
        let one = net.send(1).await.remove(0);
        events.submitted(one.message_hash).await;
        net.b.mine().await;
        events.delivered(one.message_hash).await;
        sent.push(one.tx_hash);
    }
    for one in net.send(3).await {
        events.submitted(one.message_hash).await;
        sent.push(one.tx_hash);
    }
    if source {
        net.a.reorg(depth).await;
    }
    if destination {
        net.b.reorg(depth).await;
    }
    sent.extend(net.send(2).await.iter().map(|one| one.tx_hash));
    let wanted = still_there(&net, &sent).await;
    let all_there = async {
        loop {
            net.a.mine().await;
            net.b.mine().await;
            let delivered = delivered(&net).await;
            if wanted.iter().all(|hash| delivered.contains(hash)) {
                return;
            }
        }
    };
    timeout(PATIENCE, all_there).await.unwrap_or_else(|_| panic!("{depth} blocks: not all are delivered"));
    let (count, once) = (net.b.deliveries().await.len(), delivered(&net).await.len());
    assert_eq!(count, once, "{depth} blocks: a message is there twice");
    assert_eq!(net.effects().await, count as u64);
    relayer.shutdown().await.unwrap();
}

/// The messages of those of the transactions that blocks of the source have.
async fn still_there(net: &Net, sent: &[B256]) -> BTreeSet<B256> {
    let mut there = BTreeSet::new();
    for tx_hash in sent {
        // Whose block is gone has no receipt.
        if let Ok(found) = sent_by(&net.a.provider, *tx_hash).await {
            there.extend(found.into_iter().map(|one| one.message_hash));
        }
    }
    assert!(there.len() >= 2, "the newest are there");
    there
}

async fn delivered(net: &Net) -> BTreeSet<B256> {
    net.b.deliveries().await.into_iter().map(|(relayed, _)| relayed.message_hash).collect()
}
