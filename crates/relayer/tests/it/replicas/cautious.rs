//! Those that wait for a source to be safe, of which another one reads the blocks.

use super::*;

/// Waits until it waits for its block to be safe.
async fn waits_for_safety(relayer: &RelayerHandle, net: &Net, url: &str, message: B256) {
    let waits =
        |record: &MessageRecord, prospect| record.initiation.is_some() && prospect == Prospect::Safety;
    waits_for(relayer, url, message, waits).await;
    net.b.mine().await;
    let store = Store::connect(url).await.unwrap();
    assert!(store.attempts_of(message).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_delivers_learns_from_who_reads_the_source_what_is_safe() {
    let (net, url) = (Net::direct().await, SERVER.new_url().await);
    let ((first, mut events_of_first), (second, mut events)) =
        cautious_pair(&net, [&url, &url], SafetyLevel::Safe).await;
    let sent = net.send(2).await;
    waits_for_safety(&second, &net, &url, sent[1].message_hash).await;
    assert!(second.controls().safety(901, 902).1.is_none_or(|up_to| up_to < sent[0].identifier.block_number));
    net.make_safe().await;
    events.submitted(sent[1].message_hash).await;
    assert!(second.controls().safety(901, 902).1.unwrap() >= sent[1].identifier.block_number);
    net.mine_until(2).await;
    net.delivered_once(2).await;

    // What a reorg takes away, or moves, before it is safe costs nothing.
    let lost = net.send(1).await.remove(0);
    waits_for_safety(&second, &net, &url, lost.message_hash).await;
    net.a.reorg(1).await;
    events_of_first
        .until(|event| {
            matches!(event, RelayerEvent::Orphaned { message_hash, .. } if *message_hash == lost.message_hash)
                .then_some(())
        })
        .await;
    net.a.mine().await;
    let moved = net.send(1).await.remove(0);
    assert_eq!(moved.message_hash, lost.message_hash);
    waits_for_safety(&second, &net, &url, moved.message_hash).await;
    net.make_safe().await;
    events.submitted(moved.message_hash).await;
    net.mine_until(3).await;
    net.delivered_once(3).await;
    for relayer in [first, second] {
        relayer.shutdown().await.unwrap();
    }
}

/// Waits until its delivery was tried out, and would fail.
async fn refused(events: &mut Listener, message: B256) {
    events
        .until(|event| {
            matches!(event, RelayerEvent::Postponed { message_hash, .. } if *message_hash == message)
                .then_some(())
        })
        .await;
}

/// Nothing new becomes safe when a chain changes hands: what is known of it goes with it.
#[tokio::test(flavor = "multi_thread")]
async fn who_comes_later_learns_what_has_been_safe() {
    let (net, url) = (Net::direct().await, SERVER.new_url().await);
    let ((first, mut events_of_first), (second, mut events)) =
        cautious_pair(&net, [&url, &url], SafetyLevel::Safe).await;
    // It would fail for now, so that it still waits when the chain changes hands: first to who reads the source itself.
    net.b.set_code(Net::COUNTER, "0x5f5ffd").await;
    let sent = net.send(1).await.remove(0);
    net.make_safe().await;
    refused(&mut events, sent.message_hash).await;
    set_counter(&net.b).await;
    second.shutdown().await.unwrap();
    events_of_first.submitted(sent.message_hash).await;
    net.mine_until(1).await;
    events_of_first.delivered(sent.message_hash).await;
    // Then to another one.
    net.b.set_code(Net::COUNTER, "0x5f5ffd").await;
    let later = net.send(1).await.remove(0);
    net.make_safe().await;
    refused(&mut events_of_first, later.message_hash).await;
    set_counter(&net.b).await;
    let (third, mut events) =
        Replica::new(&net, &url, "third", LONG).cautious(SafetyLevel::Safe).start().await;
    events.submitted(later.message_hash).await;
    net.mine_until(2).await;
    net.delivered_once(2).await;
    for relayer in [first, third] {
        relayer.shutdown().await.unwrap();
    }
}
