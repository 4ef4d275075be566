//! A node that says what cannot be.

use causeway_relayer::RelayerEvent;
use causeway_store::CostBy;
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::support::{Net, PATIENCE};

const RECEIPT: &str = "eth_getTransactionReceipt";

/// Delivers a message while the node of B lies in receipts, and has what it cost told when it is honest again.
async fn with_a_receipt_that_says(field: &'static str, value: Value) {
    let net = Net::gated().await;
    net.gate_b.lie(RECEIPT, field, value);
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    let (tx_hash, _) = events.delivered(sent.message_hash).await;
    // It was disbelieved, and is asked for again with the next blocks.
    let asked = net.gate_b.requests(RECEIPT, 1).await.len();
    net.b.mine().await;
    net.gate_b.requests(RECEIPT, asked + 1).await;
    let store = net.store().await;
    assert_eq!(store.attempt(tx_hash).await.unwrap().unwrap().cost, None);

    net.gate_b.be_honest();
    let known = async {
        while store.attempt(tx_hash).await.unwrap().unwrap().cost.is_none() {
            net.b.mine().await;
        }
    };
    timeout(PATIENCE, known).await.expect("the cost is not told");
    let total = store.costs(CostBy::Route, None, None).await.unwrap().remove(0);
    assert!((21_000..1_000_000).contains(&total.gas), "{total:?}");
    relayer.shutdown().await.unwrap();
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_that_nobody_can_have_paid_is_asked_for_again() {
    with_a_receipt_that_says("l1Fee", json!("0xffffffffffffffffffffffffffffffffffffffff")).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn gas_that_the_transaction_did_not_have_is_asked_for_again() {
    with_a_receipt_that_says("gasUsed", json!("0x4000000000000000")).await;
}

/// Whoever has one such node works for all other chains, and for this one when it is honest again.
#[tokio::test(flavor = "multi_thread")]
async fn numbers_that_no_chain_has_are_that_nodes_fault_alone() {
    let net = Net::gated().await;
    let most = json!("0xffffffffffffffff");
    net.gate_b.lie("eth_getTransactionCount", "", most.clone());
    let (relayer, mut events) = net.relayer().await;
    let first = net.send(1).await.remove(0);
    let asked = net.gate_b.requests("eth_getTransactionCount", 2).await.len();
    net.b.mine().await;
    net.gate_b.requests("eth_getTransactionCount", asked + 2).await;
    net.gate_b.be_honest();
    net.b.mine().await;
    events.submitted(first.message_hash).await;
    net.b.mine().await;
    events.delivered(first.message_hash).await;

    net.gate_b.lie("eth_getBlockByNumber", "timestamp", most);
    net.b.mine().await;
    events
        .until(|event| matches!(event, RelayerEvent::ChainOffline { chain_id: 902, .. }).then_some(()))
        .await;
    let second = net.send(1).await.remove(0);
    net.gate_b.be_honest();
    events.submitted(second.message_hash).await;
    net.b.mine().await;
    events.delivered(second.message_hash).await;
    relayer.shutdown().await.unwrap();
}

/// For some blocks a node says that it is a month later.
#[tokio::test(flavor = "multi_thread")]
async fn what_expired_by_a_wrong_clock_is_delivered_when_it_is_right_again() {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    events.caught_up(902).await;
    net.gate_b.lie("eth_getBlockByNumber", "timestamp", json!("0xf0000000"));
    net.b.mine().await;
    let sent = net.send(1).await.remove(0);
    let hash = sent.message_hash;
    events
        .until(|event| match event {
            RelayerEvent::Expired { message_hash, .. } => (*message_hash == hash).then_some(()),
            _ => None,
        })
        .await;
    net.gate_b.be_honest();
    net.b.mine().await;
    events
        .until(|event| match event {
            RelayerEvent::TakenUp { message_hash, .. } => (*message_hash == hash).then_some(()),
            _ => None,
        })
        .await;
    events.submitted(hash).await;
    net.b.mine().await;
    events.delivered(hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}
