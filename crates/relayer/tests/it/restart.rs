//! A relayer that dies at a bad moment, and the next one.

use std::time::Duration;

use alloy::{
    network::TransactionBuilder, primitives::Address, providers::Provider, rpc::types::TransactionRequest,
};
use causeway_chain::ConnectOptions;
use causeway_client::ChainClient;
use causeway_relayer::{RelayerEvent, Route};
use causeway_store::{AttemptState, CostKey};
use tokio::time::{sleep, timeout};

use crate::support::{Mode, Net, PATIENCE, signers, start};

const SEND: &str = "eth_sendRawTransaction";
const TRY: &str = "eth_simulateV1";

#[tokio::test(flavor = "multi_thread")]
async fn death_before_the_commit_costs_nothing() {
    let net = Net::gated().await;
    net.gate_b.set(Mode::HoldRequest(TRY));
    let (relayer, _events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    net.gate_b.requests(TRY, 1).await;
    relayer.abort().await;
    net.gate_b.set(Mode::Pass);
    assert_eq!(net.store().await.attempts_of(sent.message_hash).await.unwrap(), []);

    let (relayer, mut events) = net.relayer().await;
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn death_between_commit_and_broadcast_sends_the_same_bytes() {
    let net = Net::gated().await;
    net.gate_b.set(Mode::HoldRequest(SEND));
    let (relayer, _events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    let before = net.gate_b.requests(SEND, 1).await;
    relayer.abort().await;
    net.gate_b.set(Mode::Pass);
    let store = net.store().await;
    let attempts = store.attempts_of(sent.message_hash).await.unwrap();
    assert_eq!(attempts.iter().map(|attempt| attempt.state).collect::<Vec<_>>(), [AttemptState::Signed]);

    let (relayer, mut events) = net.relayer().await;
    let after = net.gate_b.requests(SEND, 2).await;
    assert_eq!(after, [before[0].clone(), before[0].clone()]);
    net.pooled(1).await;
    net.b.mine().await;
    let (tx_hash, _) = events.delivered(sent.message_hash).await;
    assert_eq!(tx_hash, attempts[0].tx.tx_hash);
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
    let attempts = store.attempts_of(sent.message_hash).await.unwrap();
    assert_eq!(attempts.iter().map(|attempt| attempt.state).collect::<Vec<_>>(), [AttemptState::Included]);
}

/// Its key is not there any more. What it has signed may land at any time, so nothing is signed in its place.
#[tokio::test(flavor = "multi_thread")]
async fn the_bytes_of_an_account_that_is_gone_go_out_again() {
    let net = Net::gated().await;
    net.gate_b.set(Mode::HoldRequest(SEND));
    let (relayer, _events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    let before = net.gate_b.requests(SEND, 1).await;
    relayer.abort().await;
    net.gate_b.set(Mode::Pass);

    let other = net.funded().await;
    let (relayer, mut events) = start(net.config().await.with_signers(signers(&[other])));
    events.caught_up(902).await;
    net.b.mine().await;
    let after = net.gate_b.requests(SEND, 2).await;
    assert_eq!(after, [before[0].clone(), before[0].clone()]);
    net.pooled(1).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn death_after_the_broadcast_costs_nothing() {
    let net = Net::gated().await;
    net.gate_b.set(Mode::HoldAnswer(SEND));
    let (relayer, _events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    net.gate_b.requests(SEND, 1).await;
    // The node has it for certain when it has answered a later request.
    net.pooled(1).await;
    relayer.abort().await;
    net.gate_b.set(Mode::Pass);

    let (relayer, mut events) = net.relayer().await;
    net.gate_b.requests(SEND, 2).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn delivery_while_nobody_ran_is_not_repeated() {
    let net = Net::gated().await;
    net.gate_b.set(Mode::HoldAnswer(SEND));
    let (relayer, _events) = net.relayer().await;
    let first = net.send(1).await.remove(0);
    net.gate_b.requests(SEND, 1).await;
    net.pooled(1).await;
    relayer.abort().await;
    net.b.mine().await;
    net.gate_b.set(Mode::Pass);

    let (relayer, mut events) = net.relayer().await;
    events.delivered(first.message_hash).await;
    let second = net.send(1).await.remove(0);
    events.submitted(second.message_hash).await;
    net.b.mine().await;
    events.delivered(second.message_hash).await;
    assert_eq!(net.gate_b.requests(SEND, 2).await.len(), 2, "the first was not sent again");
    assert_eq!((net.paid().await, net.effects().await), (2, 2));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn shutdown_in_the_middle_of_many_loses_and_repeats_nothing() {
    let net = Net::gated().await.one_by_one().await;
    let sent = net.send(20).await;
    let (relayer, mut events) = net.relayer().await;
    events.submitted(sent[4].message_hash).await;
    relayer.shutdown().await.unwrap();

    let (relayer, mut events) = net.relayer().await;
    events.caught_up(902).await;
    // Blocks as they come, with whatever is there.
    for sent in &sent {
        loop {
            net.b.mine().await;
            if causeway_client::delivery::is_delivered(&net.b.provider, sent.message_hash).await.unwrap() {
                break;
            }
        }
        events.delivered(sent.message_hash).await;
    }
    assert_eq!((net.paid().await, net.effects().await), (20, 20));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn aborts_over_and_over_loses_and_repeats_nothing() {
    let net = Net::gated().await.one_by_one().await;
    let sent = net.send(30).await;
    for round in 1..=6 {
        let (relayer, _events) = net.relayer().await;
        net.gate_b.requests(SEND, round * 4).await;
        relayer.abort().await;
        if round % 2 == 0 {
            net.b.mine().await;
        }
    }
    let (relayer, mut events) = net.relayer().await;
    for sent in &sent {
        loop {
            net.b.mine().await;
            if causeway_client::delivery::is_delivered(&net.b.provider, sent.message_hash).await.unwrap() {
                break;
            }
        }
    }
    events.caught_up(902).await;
    assert_eq!((net.paid().await, net.effects().await), (30, 30));
    relayer.shutdown().await.unwrap();
}

/// Where a relayer has delivered a message, and has ended.
async fn after_a_delivery() -> Net {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let first = net.send(1).await.remove(0);
    events.submitted(first.message_hash).await;
    net.mine_until(1).await;
    events.delivered(first.message_hash).await;
    relayer.shutdown().await.unwrap();
    net
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_knows_what_was_spent_in_the_hour() {
    let net = after_a_delivery().await;
    let mut config = net.config().await;
    config.policy.max_gas_per_hour = Some(1);
    let (relayer, mut events) = start(config);
    net.send(1).await;
    // The hour is known before anything is signed.
    let comes_first = |event: &RelayerEvent| match event {
        RelayerEvent::Capped { gas, .. } => Some(*gas > 1),
        RelayerEvent::Submitted { .. } => Some(false),
        _ => None,
    };
    assert!(events.until(comes_first).await, "it spends more");
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_one_knows_what_a_route_spent_in_the_hour() {
    let net = after_a_delivery().await;
    let mut config = net.config().await;
    let cap = Route { source: Some(901), max_gas_per_hour: Some(1), ..Route::default() };
    config.routes.rules = vec![cap];
    let (relayer, mut events) = start(config);
    net.send(1).await;
    let comes_first = |event: &RelayerEvent| match event {
        RelayerEvent::Capped { source, gas, .. } => Some(*source == Some(901) && *gas > 1),
        RelayerEvent::Submitted { .. } => Some(false),
        _ => None,
    };
    assert!(events.until(comes_first).await, "it spends more");
    relayer.shutdown().await.unwrap();
}

/// One that does nothing is not written down before it is sent. Others of the account's are its owner's business.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_filler_cost_that_landed_meanwhile_is_entered() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    relayer.abort().await;

    let account = net.signer.address();
    let client = ChainClient::connect(&net.b.endpoint(), &ConnectOptions::default()).await.unwrap();
    let client = client.with_signer(net.signer.clone());
    for (nonce, to) in [(1, account), (2, Address::repeat_byte(1))] {
        let transfer = TransactionRequest::default().to(to).with_nonce(nonce).with_gas_limit(21_000);
        let _ = client.provider().send_transaction(transfer).await.unwrap();
        net.b.mine().await;
    }
    let (relayer, _events) = net.relayer().await;
    let store = net.store().await;
    let entered = async {
        loop {
            let overheads = store.overheads(None, None).await.unwrap();
            if !overheads.is_empty() {
                return overheads;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let overheads = timeout(PATIENCE, entered).await.expect("nothing is entered");
    assert_eq!(overheads[0].key, CostKey::Account { chain_id: 902, signer: account });
    assert_eq!((overheads[0].transactions, overheads[0].gas), (1, 21_000));
    relayer.shutdown().await.unwrap();
    assert_eq!(store.unaccounted(902, account, 0..3).await.unwrap(), [(2, false)]);
}
