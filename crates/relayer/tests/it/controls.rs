//! What whoever is in charge has a running relayer do.

use std::time::Duration;

use alloy::primitives::{Address, B256};
use causeway_chain::Start;
use causeway_relayer::{ControlError, RelayerEvent};
use causeway_store::MessageStatus;

use crate::support::{Net, start};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_retried_is_tried_at_once() {
    let net = Net::direct().await;
    let target = Address::repeat_byte(0xbd);
    net.b.set_code(target, "0x5f5ffd").await;
    let bad = net.send_to(target, 1).await.remove(0);
    let (relayer, mut events) = net.relayer().await;
    assert_eq!(events.failed(bad.message_hash).await.2, Some(1));
    net.b.set_code(target, "0x00").await;
    // No block comes.
    relayer.controls().retry(bad.message_hash).await.unwrap();
    events.submitted(bad.message_hash).await;
    net.b.mine().await;
    events.delivered(bad.message_hash).await;
    assert_eq!(net.paid().await, 1);
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_skipped_is_not_tried_until_it_is_retried() {
    let net = Net::direct().await;
    let target = Address::repeat_byte(0xbd);
    net.b.set_code(target, "0x5f5ffd").await;
    let bad = net.send_to(target, 1).await.remove(0);
    let (relayer, mut events) = net.relayer().await;
    events.failed(bad.message_hash).await;
    let controls = relayer.controls();
    controls.skip(bad.message_hash, "not wanted").await.unwrap();
    net.b.set_code(target, "0x00").await;
    for _ in 0..3 {
        net.b.mine().await;
    }
    // Whatever would be done about it is done before the next message.
    let good = net.send(1).await.remove(0);
    assert_eq!(events.submitted(good.message_hash).await.1, 0);
    net.b.mine().await;
    events.delivered(good.message_hash).await;
    let record = net.store().await.message(bad.message_hash).await.unwrap().unwrap();
    assert_eq!((record.status, record.skip_reason.as_deref()), (MessageStatus::Skipped, Some("not wanted")));

    controls.retry(bad.message_hash).await.unwrap();
    assert_eq!(events.submitted(bad.message_hash).await.1, 1);
    net.b.mine().await;
    events.delivered(bad.message_hash).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_messages_of_a_transaction_are_tried_at_once() {
    let net = Net::direct().await;
    let target = Address::repeat_byte(0xbd);
    net.b.set_code(target, "0x5f5ffd").await;
    let bad = net.send_to(target, 1).await.remove(0);
    let (relayer, mut events) = net.relayer().await;
    events.failed(bad.message_hash).await;
    net.b.set_code(target, "0x00").await;
    let controls = relayer.controls();
    let told = controls.relay_tx(901, bad.tx_hash).await.unwrap();
    assert_eq!(told, [bad.message_hash]);
    events.submitted(bad.message_hash).await;

    let unknown = controls.relay_tx(901, B256::repeat_byte(1)).await.unwrap_err();
    assert!(matches!(unknown, ControlError::NoTransaction { source_id: 901, .. }), "{unknown:?}");
    let elsewhere = controls.relay_tx(7, bad.tx_hash).await.unwrap_err();
    assert!(matches!(elsewhere, ControlError::NotRelayed { .. }), "{elsewhere:?}");
    let unknown = controls.retry(B256::repeat_byte(1)).await.unwrap_err();
    assert!(matches!(unknown, ControlError::Unknown { .. }), "{unknown:?}");
    relayer.shutdown().await.unwrap();
    let ended = controls.retry(bad.message_hash).await.unwrap_err();
    assert!(matches!(ended, ControlError::Stopped), "{ended:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_listeners_hear_everything_since_the_start() {
    let net = Net::direct().await;
    let sent = net.send(1).await.remove(0);
    let (mut relayer, mut events) = net.relayer().await;
    events.submitted(sent.message_hash).await;
    let mut second = relayer.events();
    loop {
        let event = second.recv().await.unwrap();
        if matches!(event, RelayerEvent::Seen { message_hash, .. } if message_hash == sent.message_hash) {
            break;
        }
    }
    relayer.shutdown().await.unwrap();
}

/// Nobody tells of blocks, and the next look at them is far away.
#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_is_named_is_looked_for_at_once() {
    let net = Net::gated().await;
    let mut config = net.config().await;
    config.poll_interval = Duration::from_secs(3_600);
    let (relayer, mut events) = start(config);
    events.caught_up(901).await;
    events.caught_up(902).await;
    let sent = net.send(1).await.remove(0);
    assert_eq!(relayer.controls().relay_tx(901, sent.tx_hash).await.unwrap(), [sent.message_hash]);
    events.submitted(sent.message_hash).await;
    relayer.shutdown().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_before_all_that_is_read_does_not_come() {
    let net = Net::direct().await;
    let sent = net.send(1).await.remove(0);
    net.a.mine().await;
    let mut config = net.config().await;
    config.chains[0].start = Start::Latest;
    let (relayer, mut events) = start(config);
    events.caught_up(901).await;
    let fault = relayer.controls().relay_tx(901, sent.tx_hash).await.unwrap_err();
    let ControlError::NotRead { source_id, message, block, first } = fault else { panic!("{fault:?}") };
    assert_eq!((source_id, message, block), (901, sent.message_hash, sent.identifier.block_number));
    assert!(block < first);
    relayer.shutdown().await.unwrap();
}
