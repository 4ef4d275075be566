//! What relayers tell each other of how safe the blocks of a source are.

use super::{new_store, wait_for_waiters};
use crate::support::*;
use alloy_primitives::B256;
use causeway_chain::BlockRef;
use causeway_interop::SafetyLevel::{self, CrossUnsafe, Finalized, Safe};
use causeway_store::{Role, Store, StoreError};
use sqlx::{Connection, PgConnection};
use std::{collections::BTreeMap, time::Duration};

const HOUR: Duration = Duration::from_secs(3_600);

/// What another relayer learns of the source.
async fn heads(store: &Store) -> BTreeMap<&'static str, (u64, B256)> {
    let positions = [(SOURCE, 0), (DESTINATION, 0)].into();
    let heads = store.source_news(&positions, 9, &[SOURCE].into()).await.unwrap().heads;
    assert!(heads.iter().all(|head| head.source == SOURCE));
    heads.into_iter().map(|head| (head.level.as_str(), (head.number, head.hash))).collect()
}

async fn note(store: &Store, level: SafetyLevel, block: &BlockRef) -> bool {
    store.note_head(SOURCE, level, Some((block.number, block.hash))).await.unwrap()
}

async fn apply(store: &Store, blocks: &[BlockRef]) {
    for block in blocks {
        store.apply_block(SOURCE, block, &[], &[], 3).await.unwrap();
    }
}

#[tokio::test]
async fn what_is_safe_is_told_as_long_as_it_is_on_the_chain() {
    let store = new_store().await;
    let blocks = chain(SOURCE, 6);
    assert!(!note(&store, Safe, &blocks[0]).await, "nothing is known of the chain");
    // The newest three are remembered: 3, 4 and 5.
    apply(&store, &blocks).await;
    assert!(heads(&store).await.is_empty());
    assert!(note(&store, Safe, &blocks[4]).await);
    assert!(note(&store, CrossUnsafe, &blocks[5]).await);
    assert!(note(&store, Finalized, &blocks[1]).await, "below what is remembered no reorg can be");
    let [one, four, five] = [1, 4, 5].map(|number| (blocks[number].number, blocks[number].hash));
    let all = BTreeMap::from([("safe", four), ("cross-unsafe", five), ("finalized", one)]);
    assert_eq!(heads(&store).await, all);

    // Of another branch, or still to come: what was said before stays.
    assert!(!note(&store, Safe, &child(SOURCE, &blocks[4], 1)).await);
    assert!(!note(&store, Safe, &child(SOURCE, &blocks[5], 0)).await);
    assert_eq!(heads(&store).await, all);

    // What is left of it after a reorg.
    store.revert_to(SOURCE, &blocks[3]).await.unwrap();
    let three = (3, blocks[3].hash);
    assert_eq!(heads(&store).await, [("safe", three), ("cross-unsafe", three), ("finalized", one)].into());
    apply(&store, &[child(SOURCE, &blocks[3], 1)]).await;
    assert!(!note(&store, Safe, &blocks[4]).await, "it was safe, and is gone");

    // It may be less than before, too, and nothing.
    assert!(note(&store, Safe, &blocks[2]).await);
    assert!(store.note_head(SOURCE, CrossUnsafe, None).await.unwrap());
    assert_eq!(heads(&store).await, [("safe", (2, blocks[2].hash)), ("finalized", one)].into());
    store.forget_chain(SOURCE).await.unwrap();
    assert!(heads(&store).await.is_empty());
}

/// Whoever wrote it, and whenever.
#[tokio::test]
async fn what_stands_there_of_another_branch_counts_for_nothing() {
    let url = super::new_url().await;
    let store = Store::connect(&url).await.unwrap();
    apply(&store, &chain(SOURCE, 3)).await;
    super::meddle(
        &url,
        "INSERT INTO source_heads VALUES (901, 'safe', 1, decode(repeat('11', 32), 'hex')),
             (901, 'finalized', 9, (SELECT hash FROM blocks WHERE number = 2)),
             (901, 'beyond-doubt', 2, (SELECT hash FROM blocks WHERE number = 2))",
    )
    .await;
    assert!(heads(&store).await.is_empty());
}

#[tokio::test]
async fn who_lost_the_source_says_no_more_of_it() {
    let store = new_store().await;
    let blocks = chain(SOURCE, 3);
    apply(&store, &blocks).await;
    let (first, second) = (store.replica("A"), store.replica("B"));
    first.acquire(SOURCE, Role::Index, Duration::ZERO).await.unwrap();
    assert!(note(&first, Safe, &blocks[1]).await);
    second.acquire(SOURCE, Role::Index, HOUR).await.unwrap();
    for block in [Some((2, blocks[2].hash)), None] {
        let error = first.note_head(SOURCE, Safe, block).await.unwrap_err();
        assert!(matches!(error, StoreError::Fenced { chain_id: SOURCE, role: Role::Index }), "{error}");
    }
    assert_eq!(heads(&store).await, [("safe", (1, blocks[1].hash))].into());
}

/// What is written while it is read is in nothing of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_are_of_one_moment() {
    let url = super::new_url().await;
    let store = Store::connect(&url).await.unwrap();
    fill(&store, 1).await;
    let block = chain(SOURCE, 2)[1];
    assert!(note(&store, Safe, &block).await);
    // It has read the messages, and is held up at the heads.
    let mut holder = PgConnection::connect(&url).await.unwrap();
    let hold = "BEGIN; LOCK TABLE source_heads IN ACCESS EXCLUSIVE MODE";
    sqlx::raw_sql(hold).execute(&mut holder).await.unwrap();
    let reading =
        tokio::spawn(
            async move { store.source_news(&[(SOURCE, 0)].into(), 9, &[SOURCE].into()).await.unwrap() },
        );
    wait_for_waiters(&mut holder, 1, || reading.is_finished()).await;
    sqlx::raw_sql("DELETE FROM source_heads; COMMIT").execute(&mut holder).await.unwrap();
    let news = reading.await.unwrap();
    assert_eq!((news.messages.len(), news.heads.len()), (1, 1));
    assert_eq!((news.heads[0].number, news.heads[0].hash), (1, block.hash));
    holder.close().await.unwrap();
}

/// It needs nobody to tell it.
#[tokio::test]
async fn a_file_notes_no_heads() {
    let store = Store::in_memory().await.unwrap();
    assert!(note(&store, Safe, &genesis(SOURCE)).await);
    assert!(heads(&store).await.is_empty());
}
