//! What has become of a message, state after state.

use std::time::Duration;

use alloy::{
    primitives::{B256, Bytes, U256},
    providers::{Provider, ProviderBuilder, fillers::SimpleNonceManager},
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger::{resendMessageCall, sendMessageCall};
use causeway_client::{
    Interop, InteropError, InteropExt, MessageEvent, MessageFilter, State,
    delivery::{SentReceipt, relay_request, sent_by},
    diagnosis::Obstacle,
    status::Waiting,
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, SafetyLevel};
use futures::StreamExt;
use serde_json::json;
use tokio::time::timeout;

use crate::support::{Anvil, COUNTER, Mining, PATIENCE, USER, send_message, signer};

/// Two chains that make blocks when they are told to.
pub(crate) async fn quiet() -> (Anvil, Anvil) {
    let (a, b) = tokio::join!(Anvil::start(901, Mining::WhenTold), Anvil::start(902, Mining::WhenTold));
    b.set_code(COUNTER, "0x5f546001015f5500").await;
    (a, b)
}

pub(crate) fn interop(a: &Anvil, b: &Anvil) -> Interop {
    let wallet = ProviderBuilder::new()
        .with_nonce_management(SimpleNonceManager::default())
        .wallet(signer())
        .connect_provider(b.provider.clone());
    a.provider.interop().with_chain(wallet).assume_accepted()
}

/// Has a message sent to the counter; its transaction is in no block yet.
async fn send(a: &Anvil, data: &[u8]) -> B256 {
    let call = sendMessageCall {
        _destination: U256::from(902),
        _target: COUNTER,
        _message: Bytes::copy_from_slice(data),
    };
    a.send(L2_TO_L2_CROSS_DOMAIN_MESSENGER, call.abi_encode()).await
}

/// The same, in a block.
pub(crate) async fn sent(a: &Anvil, data: &[u8]) -> SentReceipt {
    let tx_hash = send(a, data).await;
    a.mine().await;
    sent_by(&a.provider, tx_hash).await.unwrap().remove(0)
}

pub(crate) async fn state(interop: &Interop, sent: &SentReceipt) -> State {
    interop.status(sent).await.unwrap().state
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_pool_of_one_chain_to_a_block_of_the_other() {
    let (a, b) = quiet().await;
    let interop = interop(&a, &b);
    let tx_hash = send(&a, b"x").await;
    let status = interop.status(tx_hash).await.unwrap();
    assert_eq!(status.state, State::Pending { waiting: Waiting::Inclusion });
    assert_eq!(status.message, None);

    a.mine().await;
    // The destination's clock has to come to where the message can be executed.
    b.call("evm_setNextBlockTimestamp", json!([1_700_001_000])).await;
    b.mine().await;
    let status = interop.status(tx_hash).await.unwrap();
    assert_eq!(status.state, State::Ready, "{status:?}");
    let sent = status.message.unwrap();
    assert_eq!((sent.tx_hash, status.state.reason()), (tx_hash, None));
    assert_eq!(interop.status(sent.message_hash).await.unwrap().message, Some(sent.clone()));

    let waiting = tokio::spawn({
        let (interop, hash) = (interop.clone(), sent.message_hash);
        async move { interop.wait_delivered(hash, PATIENCE).await }
    });
    let relay = interop.relay(&sent).await.unwrap();
    let carrier = relay.tx_hash();
    assert_eq!(state(&interop, &sent).await, State::InFlight { tx_hash: carrier });
    b.mine().await;
    let status = interop.status(&sent).await.unwrap();
    let State::Delivered { delivery: Some(delivery) } = &status.state else { panic!("{status:?}") };
    assert_eq!((delivery.tx_hash, &waiting.await.unwrap().unwrap()), (carrier, delivery));
    assert_eq!(delivery.return_data_hash, alloy::primitives::keccak256([]));
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["state"], "delivered");
    assert_eq!(json["transactionHash"], json!(carrier));
    assert_eq!(json["returnDataHash"], json!(delivery.return_data_hash));

    // A reorg of the destination takes it back.
    b.reorg(1).await;
    let after = state(&interop, &sent).await;
    assert!(!matches!(after, State::Delivered { .. } | State::Reorged), "{after:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reorg_of_the_source_takes_it_away_or_moves_it() {
    let (a, b) = quiet().await;
    let interop = interop(&a, &b);
    let lost = sent(&a, b"lost").await;
    a.reorg(1).await;
    // anvil forgets the transaction. That it is not there takes the word of the block that is.
    let status = interop.status(&lost).await.unwrap();
    assert_eq!((&status.state, status.safety), (&State::Reorged, None));
    assert!(status.state.is_final());
    let over = interop.wait_delivered(&lost, PATIENCE).await.unwrap_err();
    assert!(matches!(over, InteropError::Over { .. }), "{over}");

    // A node that is behind is none that has lost it.
    let ahead = SentReceipt {
        tx_hash: B256::repeat_byte(1),
        identifier: causeway_interop::Identifier { block_number: 1_000, ..lost.identifier },
        ..lost.clone()
    };
    let behind = interop.status(&ahead).await.unwrap().state;
    assert!(matches!(behind, State::Pending { waiting: Waiting::Source { .. } }), "{behind:?}");

    // The same transaction in a later block: the same message, at another place.
    let tx_hash = send(&a, b"moved").await;
    let raw = a.call("eth_getRawTransactionByHash", json!([tx_hash])).await;
    a.mine().await;
    let moved = sent_by(&a.provider, tx_hash).await.unwrap().remove(0);
    a.reorg(1).await;
    a.mine().await;
    a.call("eth_sendRawTransaction", json!([raw])).await;
    let pooled = state(&interop, &moved).await;
    assert_eq!(pooled, State::Pending { waiting: Waiting::Inclusion });
    a.mine().await;
    let status = interop.status(&moved).await.unwrap();
    let now = status.message.unwrap();
    assert_eq!(now.message_hash, moved.message_hash);
    assert_ne!(now.identifier, moved.identifier);
    assert!(!matches!(status.state, State::Reorged), "{:?}", status.state);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_delivered_says_why() {
    let (a, b) = quiet().await;
    let interop = interop(&a, &b);
    let message = sent(&a, b"x").await;
    b.call("evm_setNextBlockTimestamp", json!([1_700_001_000])).await;
    b.mine().await;
    b.set_code(COUNTER, "0x5f5ffd").await;
    let failed = state(&interop, &message).await;
    assert!(matches!(failed, State::Failed { obstacle: Obstacle::Reverts { .. } }), "{failed:?}");
    assert!(failed.reason().is_some() && !failed.is_final());
    b.set_code(COUNTER, "0x00").await;
    assert_eq!(state(&interop, &message).await, State::Ready);

    // Nobody has called its block final yet.
    let careful = interop.clone().with_min_safety(SafetyLevel::Finalized);
    let waits = state(&careful, &message).await;
    assert!(matches!(waits, State::Ready | State::Pending { waiting: Waiting::Safety { .. } }), "{waits:?}");

    b.call("evm_setNextBlockTimestamp", json!([1_700_900_000])).await;
    b.mine().await;
    let expired = state(&interop, &message).await;
    assert!(matches!(expired, State::Expired { window: 604_800, .. }), "{expired:?}");
    let over = interop.wait_delivered(&message, PATIENCE).await.unwrap_err();
    assert!(over.to_string().contains("expired"), "{over}");

    // Sent again, it is young again, also to who knows the old log only.
    let again = resendMessageCall {
        _destination: message.message.destination,
        _nonce: message.message.nonce,
        _sender: message.message.sender,
        _target: message.message.target,
        _message: message.message.message.clone(),
    };
    a.call("evm_setNextBlockTimestamp", json!([1_700_900_000])).await;
    a.send(L2_TO_L2_CROSS_DOMAIN_MESSENGER, again.abi_encode()).await;
    a.mine().await;
    b.mine().await;
    let status = interop.status(&message).await.unwrap();
    assert_eq!(status.state, State::Ready);
    assert!(status.message.unwrap().identifier.timestamp > message.identifier.timestamp);

    let unknown = interop.status(B256::repeat_byte(9)).await.unwrap_err();
    assert!(matches!(unknown, InteropError::Unknown { .. }), "{unknown}");
    let alone = a.provider.interop().status(&message).await.unwrap_err();
    assert!(matches!(alone, InteropError::NoProvider { chain_id: 902 }), "{alone}");
    let late = interop.wait_delivered(B256::repeat_byte(9), Duration::from_secs(1)).await.unwrap_err();
    assert!(matches!(late, InteropError::Unknown { .. }), "{late}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_of_somebody_else_in_the_pool_is_seen() {
    let (a, b) = quiet().await;
    let interop = interop(&a, &b);
    let message = sent(&a, b"x").await;
    b.call("evm_setNextBlockTimestamp", json!([1_700_001_000])).await;
    b.mine().await;
    let request = relay_request(&message.identifier, &message.payload)
        .from(USER)
        .gas_limit(500_000)
        .max_fee_per_gas(5_000_000_000)
        .max_priority_fee_per_gas(1);
    let pending = *b.provider.send_transaction(request.clone()).await.unwrap().tx_hash();
    assert_eq!(state(&interop, &message).await, State::InFlight { tx_hash: pending });

    // Through a contract that nobody here knows: what is executed has to be declared.
    b.call("anvil_dropTransaction", json!([pending])).await;
    assert_eq!(state(&interop, &message).await, State::Ready);
    let through = request.to(alloy::primitives::Address::repeat_byte(0x55)).input(Bytes::new().into());
    let pending = *b.provider.send_transaction(through).await.unwrap().tx_hash();
    assert_eq!(state(&interop, &message).await, State::InFlight { tx_hash: pending });
}

async fn next<E: std::fmt::Debug>(
    stream: &mut (impl futures::Stream<Item = Result<MessageEvent, E>> + Unpin),
) -> MessageEvent {
    timeout(PATIENCE, stream.next()).await.unwrap().unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_a_stream() {
    let a = Anvil::start(901, Mining::PerTransaction).await;
    let filter = MessageFilter { from_block: Some(0), destination: Some(902), ..Default::default() };
    let mut all = Box::pin(a.provider.interop().messages(filter.clone()));
    let mut some = Box::pin(a.provider.interop().messages(MessageFilter { target: Some(USER), ..filter }));
    let elsewhere = send_message(&a, 903, COUNTER, b"elsewhere").await;
    let first = send_message(&a, 902, COUNTER, b"first").await;
    let second = send_message(&a, 902, USER, b"second").await;
    assert_eq!(next(&mut all).await, MessageEvent::Sent(first.clone()));
    assert_eq!(next(&mut all).await, MessageEvent::Sent(second.clone()));
    assert_eq!(next(&mut some).await, MessageEvent::Sent(second.clone()));
    assert_ne!(elsewhere.message_hash, first.message_hash);

    // Both are taken away, the last first, and what comes then is told.
    a.reorg(2).await;
    let third = send_message(&a, 902, COUNTER, b"third").await;
    assert_eq!(next(&mut all).await, MessageEvent::Removed(second.clone()));
    assert_eq!(next(&mut all).await, MessageEvent::Removed(first));
    assert_eq!(next(&mut all).await, MessageEvent::Sent(third));
    assert_eq!(next(&mut some).await, MessageEvent::Removed(second));

    // Of the past, in ranges; from now on, nothing of it.
    a.call("anvil_mine", json!([U256::from(500)])).await;
    let late = send_message(&a, 902, COUNTER, b"late").await;
    let from = MessageFilter { from_block: Some(0), ..Default::default() };
    let past: Vec<_> =
        timeout(PATIENCE, a.provider.interop().messages(from).take(3).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(past.last().unwrap().as_ref().unwrap(), &MessageEvent::Sent(late));
    let mut now = Box::pin(a.provider.interop().messages(MessageFilter::default()));
    let started = timeout(Duration::from_millis(300), now.next()).await;
    assert!(started.is_err(), "{started:?}");
    let fresh = send_message(&a, 902, COUNTER, b"fresh").await;
    assert_eq!(next(&mut now).await, MessageEvent::Sent(fresh));
}
