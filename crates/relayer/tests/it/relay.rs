use std::time::Instant;

use alloy::{
    primitives::{Address, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use causeway_bindings::SuperchainETHBridge::sendETHCall;
use causeway_client::delivery::sent_by;
use causeway_interop::SUPERCHAIN_ETH_BRIDGE;
use causeway_relayer::RelayerEvent;

use crate::support::{Net, USER, send};

#[tokio::test(flavor = "multi_thread")]
async fn message_is_delivered_in_the_next_block() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    events.caught_up(901).await;
    events.caught_up(902).await;

    for round in 1..=5 {
        let sent = net.send(1).await.remove(0);
        let start = Instant::now();
        let (tx_hash, nonce) = events.submitted(sent.message_hash).await;
        println!("submitted {:?} after the source block was known to the test", start.elapsed());
        net.b.mine().await;
        assert_eq!(events.delivered(sent.message_hash).await, (tx_hash, round));
        assert_eq!((nonce, net.paid().await, net.effects().await), (round - 1, round, round));
    }
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_messages_keep_their_order() {
    let net = Net::direct().await.one_by_one().await;
    let (relayer, mut events) = crate::support::start(net.config().await);
    events.caught_up(902).await;

    let sent = net.send(50).await;
    let start = Instant::now();
    for (sent, expected) in sent.iter().zip(0..) {
        assert_eq!(events.submitted(sent.message_hash).await.1, expected);
    }
    println!("50 messages submitted after {:?}", start.elapsed());
    net.b.mine().await;
    for sent in &sent {
        assert_eq!(events.delivered(sent.message_hash).await.1, 1);
    }
    let delivered: Vec<_> =
        net.b.deliveries().await.iter().map(|(relayed, _)| relayed.message_hash).collect();
    let expected: Vec<_> = sent.iter().map(|sent| sent.message_hash).collect();
    assert_eq!(delivered, expected);
    assert_eq!((net.paid().await, net.effects().await), (50, 50));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn both_directions_work_at_once() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let there = net.send(3).await;
    let back = send(&net.b, net.a.chain_id, Net::COUNTER, 3).await;
    for sent in there.iter().chain(&back) {
        events.submitted(sent.message_hash).await;
    }
    net.a.mine().await;
    net.b.mine().await;
    for sent in there.iter().chain(&back) {
        events.delivered(sent.message_hash).await;
    }
    assert_eq!((net.a.deliveries().await.len(), net.b.deliveries().await.len()), (3, 3));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn history_is_relayed_and_what_was_delivered_is_not() {
    let net = Net::direct().await;
    let sent = net.send(3).await;
    let (relayer, mut events) = net.relayer().await;
    for sent in &sent {
        events.submitted(sent.message_hash).await;
    }
    net.b.mine().await;
    for sent in &sent {
        events.delivered(sent.message_hash).await;
    }
    relayer.shutdown().await.unwrap();

    let before = net.paid().await;
    // Another relayer with an empty store finds all that on the chains.
    let mut config = net.config().await;
    config.store = causeway_store::Store::in_memory().await.unwrap();
    let (relayer, mut events) = crate::support::start(config);
    let new = net.send(1).await.remove(0);
    events.submitted(new.message_hash).await;
    net.b.mine().await;
    events.delivered(new.message_hash).await;
    assert_eq!(net.paid().await, before + 1);
    net.delivered_once(4).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn delivered_message_that_is_sent_again_is_not_relayed_again() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let first = net.send(1).await.remove(0);
    events.submitted(first.message_hash).await;
    net.b.mine().await;
    events.delivered(first.message_hash).await;
    events.seen(first.message_hash).await;

    net.resend(&first).await;
    events.seen(first.message_hash).await;
    // Whatever would be done about it is done before the next message.
    let second = net.send(1).await.remove(0);
    assert_eq!(events.submitted(second.message_hash).await.1, 1);
    net.b.mine().await;
    events.delivered(second.message_hash).await;
    assert_eq!((net.paid().await, net.effects().await), (2, 2));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn failing_target_is_retried_and_blocks_nobody() {
    let net = Net::direct().await;
    let (relayer, mut events) = net.relayer().await;
    let target = Address::repeat_byte(0xbd);
    // Reverts with the text "no".
    net.b.set_code(target, "0x5f5ffd").await;
    let bad = net.send_to(target, 1).await.remove(0);
    let (reason, tx_hash, retry) = events.failed(bad.message_hash).await;
    assert_eq!((reason.as_str(), tx_hash, retry), ("execution reverted: no reason given", None, Some(1)));

    let good = net.send(1).await.remove(0);
    assert_eq!(events.submitted(good.message_hash).await.1, 0, "nothing was paid for the bad one");
    net.b.mine().await;
    events.delivered(good.message_hash).await;
    let (_, _, retry) = events.failed(bad.message_hash).await;
    assert_eq!(retry, Some(3));

    net.b.set_code(target, "0x00").await;
    net.b.mine().await;
    net.b.mine().await;
    assert_eq!(events.submitted(bad.message_hash).await.1, 1);
    net.b.mine().await;
    events.delivered(bad.message_hash).await;
    assert_eq!(net.paid().await, 2);
    relayer.shutdown().await.unwrap();
}

/// Delivered to a place without code, a message would be used up, and what it carries lost.
#[tokio::test(flavor = "multi_thread")]
async fn value_waits_for_the_bridge_that_pays_it_out() {
    let net = Net::direct().await;
    let code = net.b.provider.get_code_at(SUPERCHAIN_ETH_BRIDGE).await.unwrap();
    net.b.set_code(SUPERCHAIN_ETH_BRIDGE, "0x").await;
    let (relayer, mut events) = net.relayer().await;
    let to = Address::repeat_byte(0x77);
    let call = sendETHCall { _to: to, _chainId: U256::from(902) }.abi_encode();
    let request = TransactionRequest::default().from(USER).to(SUPERCHAIN_ETH_BRIDGE).value(U256::from(5));
    let pending = net.a.provider.send_transaction(request.input(call.into())).await.unwrap();
    net.a.mine().await;
    let sent = sent_by(&net.a.provider, *pending.tx_hash()).await.unwrap().remove(0);
    let (reason, tx_hash, retry) = events.failed(sent.message_hash).await;
    assert!(reason.contains("has no SuperchainETHBridge"), "{reason}");
    assert_eq!((tx_hash, retry), (None, Some(1)));

    net.b.set_code(SUPERCHAIN_ETH_BRIDGE, &code.to_string()).await;
    net.b.mine().await;
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    assert_eq!(net.b.provider.get_balance(to).await.unwrap(), U256::from(5));
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn second_relayer_on_the_same_store_is_turned_away() {
    let net = Net::direct().await;
    let (relayer, _events) = net.relayer().await;
    let again = causeway_relayer::Relayer::spawn(net.config().await, &Default::default());
    let error = again.unwrap_err();
    assert_eq!(error.disposition(), causeway_client::Disposition::Wait);
    assert!(error.to_string().contains(&format!("relayer {}", net.signer.address())), "{error}");
    relayer.shutdown().await.unwrap();
    net.relayer().await.0.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_account_is_told_and_paid_for_later() {
    let mut net = Net::direct().await;
    net.signer = alloy::signers::local::PrivateKeySigner::random();
    let (relayer, mut events) = net.relayer().await;
    let sent = net.send(1).await.remove(0);
    let told = events
        .until(|event| match event {
            RelayerEvent::LowBalance { chain_id, account, balance } => Some((*chain_id, *account, *balance)),
            _ => None,
        })
        .await;
    assert_eq!(told, (902, net.signer.address(), Some(alloy::primitives::U256::ZERO)));

    let ether = serde_json::json!([net.signer.address(), "0xde0b6b3a7640000"]);
    net.b.call("anvil_setBalance", ether).await;
    net.b.mine().await;
    events.submitted(sent.message_hash).await;
    net.b.mine().await;
    events.delivered(sent.message_hash).await;
    relayer.shutdown().await.unwrap();
}
