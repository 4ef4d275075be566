//! The outbox of webhooks, and what waits.

use super::{new_store, with_messages};
use crate::support::{DESTINATION, SOURCE, attempt, chain, delivered, hash, message_hash};
use alloy_primitives::{B256, U256};
use causeway_store::{Backlog, MessageStatus, NewNews};

fn news(kind: &str, message: u64, cause: u64) -> NewNews {
    let (message_hash, cause) = (message_hash(message), hash(&[cause]));
    NewNews {
        kind: kind.to_owned(),
        message_hash,
        cause,
        body: format!("{kind} {message}"),
        created_ms: message,
    }
}

#[tokio::test]
async fn each_piece_is_there_once_and_in_order() {
    let store = new_store().await;
    assert_eq!(store.newest_news().await.unwrap(), 0);
    let many: Vec<_> = (0..250).map(|message| news("delivered", message, 1)).collect();
    store.post_news(&many).await.unwrap();
    store.post_news(&[news("delivered", 3, 1), news("delivered", 3, 2), news("failed", 3, 1)]).await.unwrap();
    let mut found = Vec::new();
    let mut position = 0;
    loop {
        let page = store.news_after(position, 100).await.unwrap();
        let Some(last) = page.last() else { break };
        position = last.id;
        found.extend(page.into_iter().map(|piece| piece.news));
    }
    let expected: Vec<_> = many.into_iter().chain([news("delivered", 3, 2), news("failed", 3, 1)]).collect();
    assert_eq!(found, expected);
    assert_eq!(store.newest_news().await.unwrap(), position);
    store.post_news(&[]).await.unwrap();
}

#[tokio::test]
async fn readers_go_on_where_they_ended_and_never_back() {
    let store = new_store().await;
    let (a, b) = (B256::repeat_byte(1), B256::repeat_byte(2));
    assert_eq!(store.news_position(a).await.unwrap(), None);
    store.set_news_position(a, 5).await.unwrap();
    store.set_news_position(b, 2).await.unwrap();
    store.set_news_position(a, 3).await.unwrap();
    assert_eq!(
        (store.news_position(a).await.unwrap(), store.news_position(b).await.unwrap()),
        (Some(5), Some(2))
    );
}

#[tokio::test]
async fn positions_are_never_given_twice() {
    let store = new_store().await;
    store.post_news(&[news("delivered", 1, 1), news("delivered", 2, 1)]).await.unwrap();
    let newest = store.newest_news().await.unwrap();
    assert_eq!(store.forget_news(10).await.unwrap(), 1, "the newest stays");
    assert_eq!(store.newest_news().await.unwrap(), newest);
    store.post_news(&[news("delivered", 1, 1)]).await.unwrap();
    assert!(store.newest_news().await.unwrap() > newest);
}

#[tokio::test]
async fn deliveries_are_found_from_a_height_on() {
    let store = with_messages(2).await;
    let blocks = chain(DESTINATION, 3);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], 64).await.unwrap();
    store.apply_block(DESTINATION, &blocks[1], &[], &[delivered(0, 0, hash(&[7]))], 64).await.unwrap();
    // The other one's message is unknown.
    let deliveries = [delivered(1, 0, hash(&[8])), delivered(9, 1, hash(&[9]))];
    store.apply_block(DESTINATION, &blocks[2], &[], &deliveries, 64).await.unwrap();
    let since = async |number| {
        let found = store.deliveries_since(DESTINATION, number, 10).await.unwrap();
        found.into_iter().map(|(message, delivery)| (message, delivery.block_number)).collect::<Vec<_>>()
    };
    assert_eq!(since(0).await, [(message_hash(0), 1), (message_hash(1), 2)]);
    assert_eq!(since(2).await, [(message_hash(1), 2)]);
    assert_eq!(since(3).await, []);
}

#[tokio::test]
async fn what_waits_is_counted_with_the_oldest() {
    let store = with_messages(4).await;
    store.record_attempt(&attempt(1, 0, &[1])).await.unwrap();
    store.skip(message_hash(2), "spam").await.unwrap();
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], 64).await.unwrap();
    store.apply_block(DESTINATION, &blocks[1], &[], &[delivered(3, 0, hash(&[7]))], 64).await.unwrap();
    let of = |status, count| Backlog {
        source: SOURCE,
        destination: U256::from(DESTINATION),
        status,
        is_expired: false,
        count,
        oldest: Some(1002),
    };
    let expected =
        [of(MessageStatus::Pending, 1), of(MessageStatus::Skipped, 1), of(MessageStatus::Submitted, 1)];
    let backlog = async |times: &[(u64, u64)]| store.backlog(&times.iter().copied().collect()).await.unwrap();
    assert_eq!(backlog(&[]).await, expected);
    // Nothing was sent before that, or it goes elsewhere.
    assert_eq!(backlog(&[(DESTINATION, 1002), (SOURCE, 2000)]).await, expected);
    // What is skipped, or on its way, is not told apart.
    let old = Backlog { is_expired: true, ..expected[0] };
    assert_eq!(backlog(&[(DESTINATION, 1003), (SOURCE, 0)]).await, [old, expected[1], expected[2]]);
    store.check_writable().await.unwrap();
}
