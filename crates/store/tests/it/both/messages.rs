use super::{new_store, with_messages};
use crate::support::*;
use alloy_primitives::{Address, B256, U256};
use causeway_interop::SentMessage;
use causeway_store::{MessageFilter, MessageStatus, SeenMessage, StoreError};

fn nonces(records: &[causeway_store::MessageRecord]) -> Vec<u64> {
    records.iter().map(|record| record.sent.nonce.to()).collect()
}

#[tokio::test]
async fn filters_narrow_down() {
    let store = with_messages(6).await;
    let elsewhere = SeenMessage {
        sent: SentMessage { destination: U256::MAX, target: Address::repeat_byte(1), ..sent(6) },
        log_index: 0,
        tx_hash: hash(&[6, 1]),
    };
    let next = child(SOURCE, &chain(SOURCE, 2)[1], 0);
    store.apply_block(SOURCE, &next, &[elsewhere], &[], WINDOW).await.unwrap();

    let list = async |filter: MessageFilter| nonces(&store.messages(&filter).await.unwrap());
    let all = MessageFilter::default;
    assert_eq!(list(all()).await, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(list(MessageFilter { source: Some(SOURCE), ..all() }).await.len(), 7);
    assert_eq!(list(MessageFilter { source: Some(DESTINATION), ..all() }).await, [0_u64; 0]);
    assert_eq!(list(MessageFilter { destination: Some(U256::MAX), ..all() }).await, [6]);
    assert_eq!(list(MessageFilter { sender: Some(Address::with_last_byte(3)), ..all() }).await, [3]);
    assert_eq!(list(MessageFilter { target: Some(Address::repeat_byte(1)), ..all() }).await, [6]);
    assert_eq!(list(MessageFilter { tx_hash: Some(hash(&[4, 1])), ..all() }).await, [4]);
    assert_eq!(list(MessageFilter { limit: Some(2), ..all() }).await, [0, 1]);
    assert_eq!(list(MessageFilter { limit: Some(2), newest_first: true, ..all() }).await, [6, 5]);

    // Pages in both directions.
    let third = store.messages(&MessageFilter { limit: Some(3), ..all() }).await.unwrap()[2].seq;
    assert_eq!(list(MessageFilter { after: Some(third), limit: Some(2), ..all() }).await, [3, 4]);
    assert_eq!(list(MessageFilter { after: Some(third), newest_first: true, ..all() }).await, [1, 0]);

    for status in MessageStatus::ALL {
        let expected = if status == MessageStatus::Pending { 7 } else { 0 };
        assert_eq!(list(MessageFilter { status: Some(status), ..all() }).await.len(), expected, "{status}");
        assert_eq!(MessageStatus::from_name(status.as_str()), Some(status));
    }
    assert_eq!(store.message(B256::ZERO).await.unwrap(), None);
}

#[tokio::test]
async fn wide_numbers_survive() {
    let store = new_store().await;
    let sent = SentMessage { destination: U256::MAX - U256::ONE, nonce: U256::MAX, ..sent(0) };
    let seen = SeenMessage { sent: sent.clone(), log_index: u32::MAX, tx_hash: B256::ZERO };
    store.apply_block(SOURCE, &genesis(SOURCE), &[seen], &[], WINDOW).await.unwrap();
    let record = store.message(sent.message_hash(U256::from(SOURCE))).await.unwrap().unwrap();
    assert_eq!(record.sent, sent);
    assert_eq!(record.initiation.unwrap().identifier.log_index, u32::MAX);
}

#[tokio::test]
async fn pending_comes_in_source_order() {
    let store = new_store().await;
    // Chain 903 is seen first, but its block is younger.
    let mut late = chain(903, 4);
    let mut late_sent = sent(50);
    late_sent.sender = Address::repeat_byte(3);
    let late_seen = SeenMessage { sent: late_sent, log_index: 0, tx_hash: hash(&[1]) };
    let last = late.pop().unwrap();
    for block in &late {
        store.apply_block(903, block, &[], &[], WINDOW).await.unwrap();
    }
    store.apply_block(903, &last, &[late_seen], &[], WINDOW).await.unwrap();
    let blocks = chain(SOURCE, 3);
    store.apply_block(SOURCE, &blocks[0], &[], &[], WINDOW).await.unwrap();
    store.apply_block(SOURCE, &blocks[1], &[seen(2, 9), seen(1, 3)], &[], WINDOW).await.unwrap();
    store.apply_block(SOURCE, &blocks[2], &[seen(0, 0)], &[], WINDOW).await.unwrap();

    let destination = U256::from(DESTINATION);
    assert_eq!(nonces(&store.pending(destination, 10).await.unwrap()), [1, 2, 0, 50]);
    assert_eq!(nonces(&store.pending(destination, 2).await.unwrap()), [1, 2]);
    assert_eq!(store.pending(U256::from(SOURCE), 10).await.unwrap(), []);
}

#[tokio::test]
async fn skipping_and_retrying() {
    let store = with_messages(2).await;
    let status = async || store.message(message_hash(0)).await.unwrap().unwrap().status;
    store.skip(message_hash(0), "poison").await.unwrap();
    assert_eq!(status().await, MessageStatus::Skipped);
    let record = store.message(message_hash(0)).await.unwrap().unwrap();
    assert_eq!(record.skip_reason.as_deref(), Some("poison"));
    assert_eq!(nonces(&store.pending(U256::from(DESTINATION), 10).await.unwrap()), [1]);
    store.retry(message_hash(0)).await.unwrap();
    assert_eq!(status().await, MessageStatus::Pending);

    for unknown in [store.skip(B256::ZERO, "x").await, store.retry(B256::ZERO).await] {
        assert!(matches!(unknown, Err(StoreError::UnknownMessage { hash: B256::ZERO })));
    }
}

#[tokio::test]
async fn counts_by_route_and_status() {
    let store = with_messages(5).await;
    store.skip(message_hash(0), "x").await.unwrap();
    let delivery = delivered(1, 0, hash(&[1]));
    store.apply_block(DESTINATION, &genesis(DESTINATION), &[], &[delivery], WINDOW).await.unwrap();
    let counts = store.counts().await.unwrap();
    let found: Vec<_> = counts.iter().map(|count| (count.status, count.count)).collect();
    assert_eq!(
        found,
        [(MessageStatus::Delivered, 1), (MessageStatus::Pending, 3), (MessageStatus::Skipped, 1)]
    );
    assert!(
        counts.iter().all(|count| count.source == SOURCE && count.destination == U256::from(DESTINATION))
    );
}

#[tokio::test]
async fn nonces_are_those_of_messages_that_stand_on_their_chain() {
    let store = with_messages(6).await;
    let recent = async |chain_id, limit| {
        let nonces = store.recent_nonces(chain_id, limit).await.unwrap();
        nonces.into_iter().map(|nonce| nonce.to()).collect::<Vec<u64>>()
    };
    assert_eq!(recent(SOURCE, 4).await, [5, 4, 3, 2]);
    assert_eq!(recent(DESTINATION, 4).await, [0_u64; 0]);
    let next = child(SOURCE, &chain(SOURCE, 2)[1], 0);
    let seen = SeenMessage { sent: sent(6), log_index: 0, tx_hash: hash(&[6, 1]) };
    store.apply_block(SOURCE, &next, &[seen], &[], WINDOW).await.unwrap();
    assert_eq!(recent(SOURCE, 2).await, [6, 5]);
    store.revert_to(SOURCE, &chain(SOURCE, 2)[1]).await.unwrap();
    assert_eq!(recent(SOURCE, 2).await, [5, 4]);
}
