//! Several processes with one database.

use super::new_url;
use crate::support::*;
use alloy_primitives::B256;
use causeway_store::{MessageStatus, NewAttempt, Store, StoreError};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_that_take_the_same_message_one_does() {
    let url = new_url().await;
    let (first, second) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    fill(&first, 60).await;
    for round in 0..20_u64 {
        let base = round * 3;
        let (one, other) =
            (attempt(2 * round, round, &[base, base + 1]), attempt(2 * round + 1, round, &[base + 1, base]));
        let other = NewAttempt { signer: alloy_primitives::Address::ZERO, ..other };
        let (left, right) = tokio::join!(
            {
                let (store, new) = (first.clone(), one.clone());
                tokio::spawn(async move { store.record_attempt(&new).await })
            },
            {
                let (store, new) = (second.clone(), other.clone());
                tokio::spawn(async move { store.record_attempt(&new).await })
            },
        );
        let results = [left.unwrap(), right.unwrap()];
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let Some(Err(StoreError::Held { messages })) = results.iter().find(|result| result.is_err()) else {
            panic!("{results:?}");
        };
        assert_eq!(*messages, [base, base + 1].map(message_hash));
        let attempts = first.attempts_of(message_hash(base)).await.unwrap();
        assert_eq!(attempts.len(), 1, "nothing of the other was written");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_attempt_may_be_recorded_by_two_at_once() {
    let url = new_url().await;
    let (first, second) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    fill(&first, 20).await;
    for nonce in 0..20 {
        let carried: &[u64] = if nonce % 2 == 0 { &[nonce] } else { &[] };
        let new = attempt(nonce, nonce, carried);
        let (left, right) = tokio::join!(first.record_attempt(&new), second.record_attempt(&new));
        left.unwrap();
        right.unwrap();
    }
    assert_eq!(first.open_attempts(DESTINATION).await.unwrap().len(), 20);
}

/// A message and its delivery are seen at the same moment, by two that do not see each other's writes yet.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_delivery_is_noted_whoever_is_first() {
    let url = new_url().await;
    let (source, destination) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    let sending = tokio::spawn(async move {
        for block in chain(SOURCE, 60) {
            source.apply_block(SOURCE, &block, &[seen(block.number, 0)], &[], WINDOW).await.unwrap();
        }
        source
    });
    for block in chain(DESTINATION, 60) {
        let delivery = delivered(block.number, 0, B256::repeat_byte(9));
        destination.apply_block(DESTINATION, &block, &[], &[delivery], WINDOW).await.unwrap();
    }
    let store = sending.await.unwrap();
    let records = store.messages(&Default::default()).await.unwrap();
    assert_eq!(records.len(), 60);
    for record in records {
        assert_eq!(record.status, MessageStatus::Delivered, "message {}", record.sent.nonce);
    }
}

/// Who follows the decisions of operators hears of each, in whatever order they are made.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_decision_is_overheard() {
    let url = new_url().await;
    let (first, second) = (Store::connect(&url).await.unwrap(), Store::connect(&url).await.unwrap());
    fill(&first, 100).await;
    let skip = |store: Store, messages: std::ops::Range<u64>| {
        tokio::spawn(async move {
            for message in messages {
                store.skip(message_hash(message), "why").await.unwrap();
            }
        })
    };
    let skipping = [skip(first.clone(), 0..50), skip(second, 50..100)];
    let (mut last, mut heard) = (0, std::collections::BTreeSet::new());
    while heard.len() < 100 {
        let is_over = skipping.iter().all(|task| task.is_finished());
        let decisions = first.decisions_after(last, 100).await.unwrap();
        last = decisions.last().map_or(last, |decision| decision.id);
        assert!(!is_over || !decisions.is_empty(), "only {} were heard of", heard.len());
        heard.extend(decisions.into_iter().map(|decision| decision.message));
    }
}

/// Also for a program that does not ask.
#[tokio::test]
async fn the_database_itself_refuses() {
    use sqlx::{Connection, PgConnection};
    let url = new_url().await;
    let store = Store::connect(&url).await.unwrap();
    fill(&store, 2).await;
    store.record_attempt(&attempt(1, 0, &[0])).await.unwrap();
    store.record_attempt(&attempt(2, 1, &[1])).await.unwrap();
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let statement =
        "INSERT INTO attempt_messages (message, attempt) SELECT 1, id FROM attempts WHERE nonce = 1";
    let error = sqlx::raw_sql(statement).execute(&mut connection).await.unwrap_err();
    assert!(error.to_string().contains("another transaction holds the message"), "{error}");
    connection.close().await.unwrap();
}
