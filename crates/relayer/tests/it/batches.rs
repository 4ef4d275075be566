//! Many messages in one transaction.

use alloy::{
    primitives::{Address, U256},
    providers::Provider,
};
use causeway_relayer::RelayerEvent;
use causeway_store::AttemptState;

use crate::support::{Mode, Net, PATIENCE, send_each, signers, start};

const SEND: &str = "eth_sendRawTransaction";
/// Reverts with the text "no".
const EXPLAINER: &str = "0x7f08c379a0000000000000000000000000000000000000000000000000000000005f5260206004526002\
    6024527f6e6f00000000000000000000000000000000000000000000000000000000000060445260645ffd";

#[tokio::test(flavor = "multi_thread")]
async fn a_burst_goes_out_in_few_transactions() {
    let net = Net::direct().await;
    let mut config = net.config().await;
    // Later ones do not pass those whose trial takes long, as it may on a busy machine.
    config.policy.guard_patience = PATIENCE;
    let (relayer, mut events) = start(config);
    events.caught_up(902).await;
    let sent = net.send(300).await;
    for sent in &sent {
        events.submitted(sent.message_hash).await;
    }
    net.mine_until(300).await;
    for sent in &sent {
        events.delivered(sent.message_hash).await;
    }
    net.delivered_once(300).await;
    let paid = net.paid().await;
    assert!(paid <= 12, "{paid} transactions for 300 messages");
    let delivered: Vec<_> =
        net.b.deliveries().await.iter().map(|(relayed, _)| relayed.message_hash).collect();
    assert_eq!(delivered, sent.iter().map(|sent| sent.message_hash).collect::<Vec<_>>(), "in order");
    relayer.shutdown().await.unwrap();
}

/// What passes every trial and fails in the block.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_fails_in_a_batch_fails_alone() {
    let net = Net::direct().await;
    let target = Address::repeat_byte(0xbd);
    let targets = [Net::COUNTER, Net::COUNTER, target, Net::COUNTER, Net::COUNTER];
    let mut good = send_each(&net.a, 902, &targets).await;
    let bad = good.remove(2);
    let (relayer, mut events) = net.relayer().await;
    let mut carrier = None;
    for sent in good.iter().chain([&bad]) {
        let (tx_hash, nonce) = events.submitted(sent.message_hash).await;
        assert_eq!((nonce, *carrier.get_or_insert(tx_hash)), (0, tx_hash), "all go together");
    }
    net.b.set_code(target, EXPLAINER).await;
    net.b.mine().await;
    for sent in &good {
        assert_eq!(Some(events.delivered(sent.message_hash).await.0), carrier);
    }
    let (reason, tx_hash, retry) = events.failed(bad.message_hash).await;
    assert_eq!((reason.as_str(), tx_hash), ("execution reverted: \"no\"", carrier));
    assert!(retry.is_some(), "it is tried again");
    net.delivered_once(4).await;

    net.b.set_code(target, "0x00").await;
    net.mine_until(5).await;
    events.delivered(bad.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (2, 4));
    relayer.shutdown().await.unwrap();
    let attempts = net.store().await.attempts_of(bad.message_hash).await.unwrap();
    let states: Vec<_> = attempts.iter().map(|attempt| attempt.state).collect();
    assert_eq!(states, [AttemptState::Included, AttemptState::Included]);
    assert_eq!(attempts[0].failures, [(bad.message_hash, "execution reverted: \"no\"".to_owned())]);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_accounts_share_the_work() {
    let net = Net::direct().await;
    let accounts = [net.signer.clone(), net.funded().await];
    let mut config = net.config().await.with_signers(signers(&accounts));
    config.policy.limits.messages = 10;
    let (relayer, mut events) = start(config);
    events.caught_up(902).await;
    let sent = net.send(100).await;
    for sent in &sent {
        events.submitted(sent.message_hash).await;
    }
    net.mine_until(100).await;
    for sent in &sent {
        events.delivered(sent.message_hash).await;
    }
    let paid = [net.b.nonce(accounts[0].address()).await, net.b.nonce(accounts[1].address()).await];
    assert!(paid.iter().all(|paid| *paid >= 3), "{paid:?}");
    assert_eq!(paid[0] + paid[1], net.carriers().await.len() as u64);
    assert_eq!((net.b.deliveries().await.len(), net.effects().await), (100, 100));
    relayer.shutdown().await.unwrap();
}

/// An account that cannot pay is told of, and holds nobody up.
#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_ether_leaves_the_work_to_the_other() {
    let net = Net::direct().await;
    let poor = alloy::signers::local::PrivateKeySigner::random();
    let config = net.config().await.with_signers(signers(&[poor.clone(), net.signer.clone()]));
    let (relayer, mut events) = start(config);
    for round in 1..=3 {
        let sent = net.send(2).await;
        for sent in &sent {
            events.submitted(sent.message_hash).await;
        }
        net.mine_until(round * 2).await;
    }
    let told = events
        .until(|event| match event {
            RelayerEvent::LowBalance { account, .. } => Some(*account),
            _ => None,
        })
        .await;
    assert_eq!((told, net.b.nonce(poor.address()).await), (poor.address(), 0));
    net.delivered_once(6).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_sends_the_same_batch() {
    let net = Net::gated().await;
    let sent = net.send(6).await;
    net.gate_b.set(Mode::HoldRequest(SEND));
    let (relayer, _events) = net.relayer().await;
    let before = net.gate_b.requests(SEND, 1).await;
    relayer.abort().await;
    net.gate_b.set(Mode::Pass);
    let attempts = net.store().await.attempts_of(sent[5].message_hash).await.unwrap();
    assert_eq!(attempts.len(), 1);
    let signed: Vec<_> = attempts[0].tx.messages().collect();
    assert_eq!(signed, sent.iter().map(|sent| sent.message_hash).collect::<Vec<_>>());

    let (relayer, mut events) = net.relayer().await;
    let all = net.gate_b.requests(SEND, 2).await;
    assert_eq!(all[1], before[0], "the same bytes");
    net.pooled(1).await;
    net.b.mine().await;
    for sent in &sent {
        assert_eq!(events.delivered(sent.message_hash).await.0, attempts[0].tx.tx_hash);
    }
    net.delivered_once(6).await;
    assert_eq!(net.paid().await, 1);
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn aborts_in_the_middle_of_batches_lose_and_repeat_nothing() {
    let net = Net::gated().await;
    let mut sent = net.send(30).await;
    for round in 1..=6 {
        let (relayer, _events) = net.relayer().await;
        net.gate_b.requests(SEND, round).await;
        relayer.abort().await;
        sent.extend(net.send(10).await);
        if round % 2 == 0 {
            net.b.mine().await;
        }
    }
    let (relayer, _events) = net.relayer().await;
    net.mine_until(sent.len()).await;
    net.delivered_once(sent.len()).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_that_a_reorg_undid_goes_out_again_as_it_was() {
    let net = Net::gated().await;
    let sent = net.send(5).await;
    let (relayer, mut events) = net.relayer().await;
    for sent in &sent {
        events.submitted(sent.message_hash).await;
    }
    net.b.mine().await;
    let mut carrier = None;
    for sent in &sent {
        carrier = Some(events.delivered(sent.message_hash).await.0);
    }
    let first = net.gate_b.requests(SEND, 1).await;
    net.b.reorg(1).await;
    for sent in &sent {
        events
            .until(|event| {
                matches!(event, RelayerEvent::Undelivered { message_hash, .. } if *message_hash == sent.message_hash)
                    .then_some(())
            })
            .await;
    }
    let all = net.gate_b.requests(SEND, 2).await;
    assert_eq!(all, [first[0].clone(), first[0].clone()], "the same bytes");
    net.pooled(1).await;
    net.b.mine().await;
    for sent in &sent {
        assert_eq!(Some(events.delivered(sent.message_hash).await.0), carrier);
    }
    net.delivered_once(5).await;
    relayer.shutdown().await.unwrap();
}

/// After a reorg of the source some of a batch's messages stand elsewhere and one is gone: what the pool has is no good.
#[tokio::test(flavor = "multi_thread")]
async fn a_batch_whose_messages_move_gets_a_next_version_with_the_same_nonce() {
    let net = Net::gated().await;
    let before = net.send(3).await;
    let (relayer, mut events) = net.relayer().await;
    let (first, nonce) = events.submitted(before[0].message_hash).await;
    for sent in &before[1..] {
        assert_eq!(events.submitted(sent.message_hash).await, (first, nonce));
    }
    net.pooled(1).await;
    net.a.reorg(1).await;
    net.a.mine().await;
    let after = net.send(2).await;
    assert_eq!(after[1].message_hash, before[1].message_hash);
    let (second, again) = events.submitted(after[0].message_hash).await;
    assert_ne!(first, second);
    assert_eq!((nonce, again), (0, 0), "a block takes one of them");
    assert_eq!(events.submitted(after[1].message_hash).await, (second, 0));
    net.mine_until(2).await;
    for sent in &after {
        assert_eq!(events.delivered(sent.message_hash).await.0, second);
    }
    net.delivered_once(2).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_batcher_every_message_has_its_own_transaction() {
    let net = Net::direct().await.one_by_one().await;
    let sent = net.send(5).await;
    let (relayer, mut events) = net.relayer().await;
    for (sent, expected) in sent.iter().zip(0..) {
        assert_eq!(events.submitted(sent.message_hash).await.1, expected);
    }
    net.mine_until(5).await;
    net.delivered_once(5).await;
    assert_eq!(net.paid().await, 5);
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_tries_nothing_out_in_groups_is_asked_one_by_one() {
    let net = Net::gated().await;
    net.gate_b.without("eth_simulateV1");
    let sent = net.send(12).await;
    let (relayer, mut events) = net.relayer().await;
    for sent in &sent {
        events.submitted(sent.message_hash).await;
    }
    net.mine_until(12).await;
    net.delivered_once(12).await;
    assert_eq!(net.paid().await, 1);
    assert_eq!(net.gate_b.requests("eth_simulateV1", 1).await.len(), 1, "it was asked once");
    relayer.shutdown().await.unwrap();
}

/// Nothing is paid above the ceiling; what waits goes out when the chain is cheaper.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_while_gas_is_above_the_ceiling() {
    let net = Net::gated().await;
    net.b.call("anvil_setNextBlockBaseFeePerGas", serde_json::json!(["0x2540be400"])).await;
    net.b.mine().await;
    let mut config = net.config().await;
    config.max_fee_per_gas = Some(5_000_000_000);
    let (relayer, mut events) = start(config);
    let sent = net.send(3).await;
    events.seen(sent[2].message_hash).await;
    net.gate_b.requests("eth_simulateV1", 1).await;
    net.b.mine().await;
    assert_eq!(net.gate_b.requests(SEND, 0).await.len(), 0);
    net.b.call("anvil_setNextBlockBaseFeePerGas", serde_json::json!(["0x3b9aca00"])).await;
    net.b.mine().await;
    while net.paid().await == 0 {
        net.b.mine().await;
    }
    for sent in &sent {
        events.delivered(sent.message_hash).await;
    }
    net.delivered_once(3).await;
    relayer.shutdown().await.unwrap();
}

/// What a batch cost is in the books, divided among its messages, soon after its block; and so it is after a restart.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_batch_costs_is_written_down() {
    let net = Net::gated().await;
    let sent = net.send(4).await;
    net.gate_b.set(Mode::Null("eth_getTransactionReceipt"));
    let (relayer, mut events) = net.relayer().await;
    for sent in &sent {
        events.submitted(sent.message_hash).await;
    }
    net.b.mine().await;
    let (tx_hash, _) = events.delivered(sent[3].message_hash).await;
    net.gate_b.requests("eth_getTransactionReceipt", 1).await;
    relayer.shutdown().await.unwrap();
    let store = net.store().await;
    assert_eq!(store.costs_of(sent[0].message_hash).await.unwrap(), []);

    net.gate_b.set(Mode::Pass);
    let (relayer, _events) = net.relayer().await;
    let known = async {
        while store.costs_of(sent[0].message_hash).await.unwrap().is_empty() {
            net.b.mine().await;
        }
    };
    tokio::time::timeout(PATIENCE, known).await.expect("no cost");
    let receipt = net.b.provider.get_transaction_receipt(tx_hash).await.unwrap().unwrap();
    let (mut gas, mut fee) = (0, U256::ZERO);
    for sent in &sent {
        let costs = store.costs_of(sent.message_hash).await.unwrap();
        assert_eq!((costs.len(), costs[0].tx_hash, costs[0].in_vain), (1, tx_hash, false));
        gas += costs[0].gas;
        fee += costs[0].fee;
    }
    assert_eq!(gas, receipt.gas_used);
    let l1_fee = net.b.call("eth_getTransactionReceipt", serde_json::json!([tx_hash])).await["l1Fee"].clone();
    let l1_fee: U256 = serde_json::from_value(l1_fee).unwrap_or_default();
    assert_eq!(fee, U256::from(receipt.gas_used) * U256::from(receipt.effective_gas_price) + l1_fee);
    relayer.shutdown().await.unwrap();
}
