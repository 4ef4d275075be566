//! Nodes that are away or refuse, and others who use the same messages or the same account.

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
};
use causeway_chain::ConnectOptions;
use causeway_client::{ChainClient, delivery::relay_request};
use causeway_relayer::RelayerEvent;
use causeway_store::{AttemptState, CostBy, CostKey};
use serde_json::json;
use std::time::Duration;
use tokio::time::{sleep, timeout};

use crate::support::{Mode, Net, PATIENCE, USER};

const SEND: &str = "eth_sendRawTransaction";

#[tokio::test(flavor = "multi_thread")]
async fn node_that_was_away_is_served_when_it_is_back() {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    events.caught_up(902).await;
    net.gate_b.set(Mode::Down);
    events
        .until(|event| matches!(event, RelayerEvent::ChainOffline { chain_id: 902, .. }).then_some(()))
        .await;
    let sent = net.send(1).await.remove(0);
    events.seen(sent.message_hash).await;
    net.gate_b.set(Mode::Pass);
    events.until(|event| matches!(event, RelayerEvent::ChainOnline { chain_id: 902 }).then_some(())).await;
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn answer_that_is_lost_sends_the_same_bytes_again() {
    let net = Net::gated().await;
    net.gate_b.set(Mode::HoldAnswer(SEND));
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    net.gate_b.requests(SEND, 1).await;
    net.gate_b.set(Mode::Pass);
    let requests = net.gate_b.requests(SEND, 2).await;
    assert_eq!(requests[0], requests[1]);
    net.pooled(1).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn gateway_that_lags_behind_the_source_is_asked_again() {
    let net = Net::gated().await;
    let refuse = Mode::Refuse { method: SEND, times: 3, code: -321401, message: "future data" };
    net.gate_b.set(refuse);
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    // No block comes meanwhile.
    let (tx_hash, nonce) = events.submitted(sent.message_hash).await;
    let requests = net.gate_b.requests(SEND, 4).await;
    assert!(requests.iter().all(|request| *request == requests[0]), "always the same bytes");
    net.b.mine().await;
    assert_eq!((events.delivered(sent.message_hash).await.0, nonce), (tx_hash, 0));
    relayer.shutdown().await.unwrap();
}

/// A destination under failsafe is tried again and again; that it is closed, and open again, is told once.
#[tokio::test(flavor = "multi_thread")]
async fn a_failsafe_and_its_end_are_told_once() {
    let net = Net::gated().await;
    let refuse = Mode::Refuse { method: SEND, times: 3, code: -320602, message: "failsafe" };
    net.gate_b.set(refuse);
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    let mut told = Vec::new();
    events
        .until(|event| {
            match event {
                RelayerEvent::Closed { chain_id, .. } => told.push(("closed", *chain_id)),
                RelayerEvent::Opened { chain_id } => told.push(("opened", *chain_id)),
                RelayerEvent::Submitted { .. } => told.push(("submitted", 902)),
                _ => {}
            }
            matches!(event, RelayerEvent::Submitted { .. }).then_some(())
        })
        .await;
    assert_eq!(told, [("closed", 902), ("opened", 902), ("submitted", 902)]);
    assert_eq!(net.gate_b.requests(SEND, 4).await.len(), 4);
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn message_that_is_held_for_invalid_is_tried_again_later() {
    let net = Net::gated().await;
    let refuse = Mode::Refuse { method: SEND, times: 1, code: -320600, message: "conflicting data" };
    net.gate_b.set(refuse);
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    let (reason, tx_hash, retry) = events.failed(sent.message_hash).await;
    assert_eq!((reason.as_str(), tx_hash, retry), ("conflicting data (code -320600)", None, Some(1)));
    let attempts = net.store().await.attempts_of(sent.message_hash).await.unwrap();
    assert_eq!(attempts[0].state, AttemptState::Failed);
    assert_eq!(attempts[0].error.as_deref(), Some("conflicting data (code -320600)"));

    net.b.mine().await;
    assert_eq!(events.submitted(sent.message_hash).await.1, 0, "the nonce was free");
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (1, 1));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_else_who_is_faster_costs_one_failure_at_most() {
    let net = Net::gated().await;
    net.gate_b.set(Mode::HoldAnswer(SEND));
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    net.gate_b.requests(SEND, 1).await;
    net.pooled(1).await;
    // The other one pays more, so that the block has him first.
    let request = relay_request(&sent.identifier, &sent.payload)
        .with_from(USER)
        .with_gas_limit(500_000)
        .with_max_fee_per_gas(100_000_000_000)
        .with_max_priority_fee_per_gas(50_000_000_000);
    let theirs = *net.b.provider.send_transaction(request).await.unwrap().tx_hash();
    net.pooled(2).await;
    net.gate_b.set(Mode::Pass);
    net.b.mine().await;
    assert_eq!(events.delivered(sent.message_hash).await.0, theirs);

    // What comes next has the next nonce, and the failure is written down.
    let next = net.send(1).await.remove(0);
    assert_eq!(events.submitted(next.message_hash).await.1, 1);
    net.b.mine().await;
    events.delivered(next.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (2, 2));
    relayer.shutdown().await.unwrap();
    let attempts = net.store().await.attempts_of(sent.message_hash).await.unwrap();
    assert_eq!(attempts.iter().map(|attempt| attempt.state).collect::<Vec<_>>(), [AttemptState::Failed]);
}

/// A client with the relayer's key, which the relayer knows nothing of.
async fn stranger(net: &Net) -> ChainClient {
    let client = ChainClient::connect(&net.b.endpoint(), &ConnectOptions::default()).await.unwrap();
    client.with_signer(net.signer.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn transactions_of_others_with_the_key_are_let_land_first() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let first = net.send(1).await.remove(0);
    events.submitted(first.message_hash).await;
    net.b.mine().await;
    events.delivered(first.message_hash).await;
    relayer.shutdown().await.unwrap();

    // One in a block, one in the pool: it may deliver anything.
    let other = stranger(&net).await;
    let transfer = TransactionRequest::default().to(Address::repeat_byte(1)).value(U256::ONE);
    let _ = other.provider().send_transaction(transfer.clone()).await.unwrap();
    net.b.mine().await;
    let _ = other.provider().send_transaction(transfer).await.unwrap();

    let second = net.send(1).await.remove(0);
    let (relayer, mut events) = net.relayer().await;
    let busy = events
        .until(|event| match event {
            RelayerEvent::AccountBusy { first_nonce, next_nonce, .. } => Some((*first_nonce, *next_nonce)),
            _ => None,
        })
        .await;
    assert_eq!(busy, (2, 3));
    net.b.mine().await;
    assert_eq!(events.submitted(second.message_hash).await.1, 3);
    net.b.mine().await;
    events.delivered(second.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (4, 2));
    relayer.shutdown().await.unwrap();
}

/// With an empty database a relayer knows nothing of what it sent in its former life.
#[tokio::test(flavor = "multi_thread")]
async fn lost_database_pays_for_nothing_twice() {
    let mut net = Net::direct().await.one_by_one().await;
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(5).await;
    for sent in &sent {
        events.submitted(sent.message_hash).await;
    }
    relayer.abort().await;

    net.lose_database();
    let (relayer, mut events) = net.relayer().await;
    events.until(|event| matches!(event, RelayerEvent::AccountBusy { .. }).then_some(())).await;
    net.b.mine().await;
    for sent in &sent {
        events.delivered(sent.message_hash).await;
    }
    let next = net.send(1).await.remove(0);
    assert_eq!(events.submitted(next.message_hash).await.1, 5);
    assert_eq!((net.paid().await, net.effects().await), (5, 5));
    relayer.shutdown().await.unwrap();
}

/// What it sent waits in the node's queue behind a transaction that the node has lost: no count of the account tells of it.
#[tokio::test(flavor = "multi_thread")]
async fn lost_database_pays_for_nothing_twice_that_is_queued() {
    let mut net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let mut sent = Vec::new();
    for _ in 0..4 {
        let message = net.send(1).await.remove(0).message_hash;
        let (tx_hash, nonce) = events.submitted(message).await;
        let raw = net.b.call("eth_getRawTransactionByHash", json!([tx_hash])).await;
        sent.push((message, nonce, raw));
    }
    relayer.abort().await;
    net.b.call("anvil_dropAllTransactions", json!([])).await;
    for (_, nonce, raw) in &sent {
        if *nonce > 0 {
            net.b.call("eth_sendRawTransaction", json!([raw])).await;
        }
    }
    assert_eq!(net.b.call("txpool_status", json!([])).await["queued"], "0x3");

    net.lose_database();
    let (relayer, mut events) = net.relayer().await;
    let busy = events
        .until(|event| match event {
            RelayerEvent::AccountBusy { first_nonce, next_nonce, .. } => Some((*first_nonce, *next_nonce)),
            _ => None,
        })
        .await;
    assert_eq!(busy, (0, 4));
    // The account's owner uses the missing nonce: then all of them go into blocks.
    let transfer = TransactionRequest::default().to(Address::repeat_byte(1)).with_nonce(0);
    let _ = stranger(&net).await.provider().send_transaction(transfer).await.unwrap();
    net.b.mine().await;
    for (message, ..) in &sent[1..] {
        events.delivered(*message).await;
    }
    assert_eq!(events.submitted(sent[0].0).await.1, 4);
    net.b.mine().await;
    events.delivered(sent[0].0).await;
    assert_eq!((net.paid().await, net.effects().await), (5, 4));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nonce_that_somebody_else_used_is_proven_by_his_transaction() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    let (ours, nonce) = events.submitted(sent.message_hash).await;
    let transfer = TransactionRequest::default()
        .to(Address::repeat_byte(1))
        .with_nonce(nonce)
        .with_max_fee_per_gas(1_000_000_000_000)
        .with_max_priority_fee_per_gas(500_000_000_000);
    let account = net.signer.address();
    let before = net.b.provider.get_balance(account).await.unwrap();
    let _ = stranger(&net).await.provider().send_transaction(transfer).await.unwrap();
    net.b.mine().await;
    let replaced = events
        .until(|event| match event {
            RelayerEvent::Replaced { tx_hash, nonce, block_number, .. } => {
                Some((*tx_hash, *nonce, *block_number))
            }
            _ => None,
        })
        .await;
    assert_eq!(replaced, (ours, 0, 1));
    assert_eq!(events.submitted(sent.message_hash).await.1, 1);
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (2, 1));
    // The ledger has all that left the account: what the message cost, and what the other transaction did.
    let store = net.store().await;
    let entered = async {
        loop {
            let of_account = store.costs(CostBy::Account, None, None).await.unwrap();
            if let [total] = of_account.as_slice()
                && total.transactions == 2
            {
                return total.clone();
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    let total = timeout(PATIENCE, entered).await.expect("it is not all in the ledger");
    assert_eq!(total.key, CostKey::Account { chain_id: 902, signer: account });
    assert_eq!(total.fee, before - net.b.provider.get_balance(account).await.unwrap());
    assert_eq!(store.overheads(None, None).await.unwrap()[0].gas, 21_000);
    relayer.shutdown().await.unwrap();
    let attempts = store.attempts_of(sent.message_hash).await.unwrap();
    let states: Vec<_> = attempts.iter().map(|attempt| (attempt.state, attempt.block_number)).collect();
    assert_eq!(states, [(AttemptState::Replaced, Some(1)), (AttemptState::Included, Some(2))]);
}

/// Behind a balancer a node may know neither a transaction nor its receipt, for as long as it likes.
#[tokio::test(flavor = "multi_thread")]
async fn receipts_that_are_missing_cost_nothing() {
    let net = Net::gated().await;
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    let (tx_hash, _) = events.submitted(sent.message_hash).await;
    // It reverts: no log tells of it.
    net.b.set_code(Net::COUNTER, "0x5f5ffd").await;
    net.gate_b.set(Mode::Null("eth_getTransactionReceipt"));
    net.b.mine().await;
    for round in 1..6 {
        net.gate_b.requests("eth_getTransactionReceipt", round).await;
        net.b.mine().await;
    }
    assert_eq!(net.paid().await, 1);
    net.gate_b.set(Mode::Pass);
    net.b.mine().await;
    let (_, reverted, retry) = events.failed(sent.message_hash).await;
    assert_eq!(reverted, Some(tx_hash));
    assert!(retry.is_some());
    relayer.shutdown().await.unwrap();
    assert_eq!(net.paid().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn outage_is_charged_to_the_node() {
    let net = Net::gated().await;
    let refuse = Mode::Refuse {
        method: "eth_estimateGas",
        times: usize::MAX,
        code: -32603,
        message: "internal error",
    };
    net.gate_b.set(refuse);
    net.gate_b.without("eth_simulateV1");
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(3).await;
    for round in 1..40 {
        net.gate_b.requests("eth_estimateGas", round * 3).await;
        net.b.mine().await;
    }
    net.gate_b.set(Mode::Pass);
    let mut failed = false;
    for sent in &sent {
        let submitted = events.until(|event| match event {
            RelayerEvent::Failed { .. } | RelayerEvent::Postponed { .. } => {
                failed = true;
                None
            }
            RelayerEvent::Submitted { message_hash, .. } if *message_hash == sent.message_hash => Some(()),
            _ => None,
        });
        submitted.await;
    }
    assert!(!failed, "no message is to blame");
    relayer.shutdown().await.unwrap();
}
