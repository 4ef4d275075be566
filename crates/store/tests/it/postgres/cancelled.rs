//! What is read once, and takes the server too long.

use super::{new_store, new_url};
use crate::support::*;
use alloy_primitives::Address;
use causeway_store::Store;
use sqlx::{Connection, PgConnection};
use std::{future::poll_fn, task::Poll};

/// The server is there: what it gave up is no outage, and who waits for it would wait for ever.
#[tokio::test]
async fn a_memory_that_takes_too_long_is_done_without() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    fill(&store, 1).await;
    let new = attempt(1, 0, &[0]);
    store.record_attempt(&new).await.unwrap();
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    store.apply_block(DESTINATION, &blocks[1], &[], &[delivered(0, 0, new.tx_hash)], WINDOW).await.unwrap();
    let cost = causeway_store::Cost { block_hash: blocks[1].hash, ..cost(1) };
    assert!(store.record_cost(new.tx_hash, &cost).await.unwrap());

    let mut barrier = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE attempt_messages").execute(&mut barrier).await.unwrap();
    let reader = store.clone();
    let reading =
        tokio::spawn(async move { reader.experience(DESTINATION, 0, Address::ZERO, u32::MAX).await });
    // As the server does itself when a statement takes too long.
    let cancel = "SELECT pg_cancel_backend(pid) FROM pg_locks
         WHERE relation = 'attempt_messages'::regclass AND NOT granted";
    while sqlx::query(cancel).fetch_optional(&mut barrier).await.unwrap().is_none() {
        tokio::task::yield_now().await;
    }
    assert_eq!(reading.await.unwrap().unwrap(), []);
    barrier.close().await.unwrap();
    let found = store.experience(DESTINATION, 0, Address::ZERO, u32::MAX).await.unwrap();
    assert_eq!(found.iter().map(|one| one.gas).collect::<Vec<_>>(), [cost.gas_used]);
}

/// What was spent counts against a cap, so it is not done without; nor is the server away.
#[tokio::test]
async fn what_landed_is_asked_for_in_smaller_pieces() {
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    fill(&store, 3).await;
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    let attempts = [0, 1, 2].map(|nonce| attempt(nonce + 1, nonce, &[nonce]));
    for attempt in &attempts {
        store.record_attempt(attempt).await.unwrap();
    }
    let deliveries: Vec<_> = attempts
        .iter()
        .zip(0..)
        .map(|(attempt, nonce)| delivered(nonce, nonce as u32, attempt.tx_hash))
        .collect();
    store.apply_block(DESTINATION, &blocks[1], &[], &deliveries, WINDOW).await.unwrap();
    let cost = causeway_store::Cost { block_hash: blocks[1].hash, ..cost(1) };
    assert!(store.record_cost(attempts[0].tx_hash, &cost).await.unwrap());
    let expected = store.landed(DESTINATION, 0).await.unwrap();
    assert_eq!(expected.len(), 3);

    let mut barrier = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql("BEGIN; LOCK TABLE attempts").execute(&mut barrier).await.unwrap();
    let reader = store.clone();
    let reading = tokio::spawn(async move { reader.landed(DESTINATION, 0).await });
    let cancel = "SELECT pg_cancel_backend(pid) FROM pg_locks
         WHERE relation = 'attempts'::regclass AND NOT granted";
    for _ in 0..2 {
        while sqlx::query(cancel).fetch_optional(&mut barrier).await.unwrap().is_none() {
            tokio::task::yield_now().await;
        }
    }
    barrier.close().await.unwrap();
    assert_eq!(reading.await.unwrap().unwrap(), expected);
}

/// Who stops waiting while a transaction begins leaves no connection in it to the next one.
#[tokio::test]
async fn who_stops_waiting_leaves_nothing_begun() {
    let store = new_store().await;
    store.source_news(&[(SOURCE, 0)].into(), 9, &[SOURCE].into()).await.unwrap();
    for polls in 0..600 {
        let positions = [(SOURCE, 0)].into();
        let cautious = [SOURCE].into();
        let mut news = std::pin::pin!(store.source_news(&positions, 9, &cautious));
        for _ in 0..polls {
            if poll_fn(|context| Poll::Ready(news.as_mut().poll(context))).await.is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        let written = store.check_writable().await;
        assert!(written.is_ok(), "after {polls} looks: {written:?}");
    }
}
