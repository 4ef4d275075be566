//! Databases that earlier versions wrote.

use crate::support::*;
use alloy_primitives::U256;
use causeway_store::{
    AttemptState, Cost, CostBy, ErrandVersion, Landing, MessageStatus, Overhead, Store, StoreError,
};
use sqlx::{
    Connection, SqlSafeStr, SqliteConnection,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::SqliteConnectOptions,
};
use std::path::Path;

/// A database of schema 1 in which the message 0 was sent, with two transactions for it under way.
async fn write_schema_1(path: &Path) {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let text = include_str!("../../migrations/sqlite/0001_messages.sql").into_sql_str();
    let first = Migration::new(1, "messages".into(), MigrationType::Simple, text, false);
    Migrator::with_migrations(vec![first]).run_direct(None, &mut connection, false).await.unwrap();
    sqlx::raw_sql("PRAGMA application_id = 1129535321").execute(&mut connection).await.unwrap();
    let sent = sent(0);
    sqlx::query(
        "INSERT INTO messages (seq, hash, source, destination, nonce, sender, target, message)
         VALUES (1, $1, 901, $2, $3, $4, $5, $6)",
    )
    .bind(message_hash(0).to_vec())
    .bind(sent.destination.to_be_bytes_vec())
    .bind(sent.nonce.to_be_bytes_vec())
    .bind(sent.sender.to_vec())
    .bind(sent.target.to_vec())
    .bind(sent.message.to_vec())
    .execute(&mut connection)
    .await
    .unwrap();
    sqlx::query(
        "INSERT INTO initiations (message, chain_id, block_number, block_hash, timestamp, log_index, tx_hash)
         VALUES (1, 901, 1, $1, 1000, 0, $1)",
    )
    .bind(hash(&[1]).to_vec())
    .execute(&mut connection)
    .await
    .unwrap();
    for (tx, state) in [(1, "signed"), (2, "broadcast"), (3, "failed")] {
        sqlx::query(
            "INSERT INTO attempts (id, tx_hash, chain_id, signer, nonce, raw_tx, state, created_ms)
             VALUES ($1, $2, 902, $3, $1, x'02', $4, 7)",
        )
        .bind(tx)
        .bind(hash(&[tx as u64, 77]).to_vec())
        .bind(SIGNER.to_vec())
        .bind(state)
        .execute(&mut connection)
        .await
        .unwrap();
        let carried = "INSERT INTO attempt_messages (message, attempt) VALUES (1, $1)";
        sqlx::query(carried).bind(tx).execute(&mut connection).await.unwrap();
    }
    connection.close().await.unwrap();
}

#[tokio::test]
async fn what_schema_1_knew_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    write_schema_1(&path).await;
    let store = Store::open(&path).await.unwrap();
    let record = store.message(message_hash(0)).await.unwrap().unwrap();
    assert_eq!((record.sent, record.status), (sent(0), MessageStatus::Submitted));
    let attempts = store.attempts_of(message_hash(0)).await.unwrap();
    assert_eq!(attempts.len(), 3);
    assert!(attempts.iter().all(|attempt| attempt.tx.items == [item(0, 0)] && attempt.cost.is_none()));
    // The last one that is under way holds the message.
    for (tx, nonce, is_free) in [(4, 1, false), (5, 3, false), (6, 2, true)] {
        let result = store.record_attempt(&attempt(tx, nonce, &[0])).await;
        assert_eq!(result.is_ok(), is_free, "nonce {nonce}");
        assert!(result.is_ok() || matches!(result, Err(StoreError::Held { .. })), "{result:?}");
    }
    for tx in [1, 2, 6] {
        store.set_attempt_state(hash(&[tx, 77]), AttemptState::Failed, None).await.unwrap();
    }
    store.record_attempt(&attempt(5, 3, &[0])).await.unwrap();
}

/// A node once said what no transaction can have cost, and was believed.
#[tokio::test]
async fn what_cannot_have_been_paid_is_forgotten_and_asked_for_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store, 1).await;
    let blocks = chain(DESTINATION, 2);
    for block in &blocks {
        store.apply_block(DESTINATION, block, &[], &[], WINDOW).await.unwrap();
    }
    let fair = Cost { block_hash: blocks[1].hash, ..cost(1) };
    let ether = U256::from(1_000_000_000_000_000_000_u64);
    let costs = [
        fair,
        Cost { gas_used: 1 << 62, ..fair },
        Cost { fee: ether * U256::from(2_000_000), ..fair },
        Cost { landed_at: 1 << 50, ..fair },
    ];
    for (tx, cost) in (1..).zip(costs) {
        store.record_attempt(&attempt(tx, tx, &[0])).await.unwrap();
        let landing = Landing { block_number: 1, block_hash: fair.block_hash, success: false };
        assert!(store.record_landing(hash(&[tx, 77]), landing, None).await.unwrap());
        assert!(store.record_cost(hash(&[tx, 77]), &cost).await.unwrap());
        let (chain_id, signer, nonce) = (DESTINATION, SIGNER, tx + 50);
        let overhead = Overhead { chain_id, signer, nonce, tx_hash: hash(&[tx, 78]), cost };
        assert!(store.record_overhead(&overhead).await.unwrap());
    }
    store.close().await;
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.unwrap();
    sqlx::raw_sql("DELETE FROM _sqlx_migrations WHERE version = 21").execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();

    let store = Store::open(&path).await.unwrap();
    let asked: Vec<_> =
        store.uncosted_attempts(DESTINATION, 9).await.unwrap().iter().map(|it| it.tx.nonce).collect();
    assert_eq!(asked, [2, 3, 4]);
    let total = store.costs(CostBy::Account, None, None).await.unwrap().remove(0);
    assert_eq!((total.transactions, total.gas), (2, 2 * fair.gas_used));
    assert!(store.record_cost(hash(&[2, 77]), &fair).await.unwrap());
}

/// Blocks that are not remembered can have it, too: none could while nothing was said of when it was written down.
#[tokio::test]
async fn what_was_written_down_at_no_block_can_be_in_any() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store, 1).await;
    for block in chain(DESTINATION, 2) {
        store.apply_block(DESTINATION, &block, &[], &[], WINDOW).await.unwrap();
    }
    let txs = [hash(&[1, 77]), hash(&[0, 88])];
    store.record_attempt(&attempt(1, 1, &[0])).await.unwrap();
    let version = ErrandVersion { tx_hash: txs[1], raw_tx: vec![2].into() };
    assert!(store.record_filler(DESTINATION, SIGNER, 7, &version).await.unwrap());
    for tx in txs {
        assert!(store.recorded_at(tx).await.unwrap().is_some_and(|head| head > 0));
    }
    store.close().await;
    let mut connection =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(&path)).await.unwrap();
    sqlx::raw_sql(
        "UPDATE attempts SET recorded_at = NULL; UPDATE errands SET recorded_at = NULL;
         DELETE FROM _sqlx_migrations WHERE version = 23",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    connection.close().await.unwrap();

    let store = Store::open(&path).await.unwrap();
    for tx in txs {
        assert_eq!(store.recorded_at(tx).await.unwrap(), Some(0));
    }
}

/// A copy that was made before stores had ids is the same store as what became of the original.
#[tokio::test]
async fn copies_of_an_older_one_are_the_same_store() {
    let dir = tempfile::tempdir().unwrap();
    let (path, copy) = (dir.path().join("causeway.db"), dir.path().join("copy.db"));
    write_schema_1(&path).await;
    std::fs::copy(&path, &copy).unwrap();
    let (one, other) = (Store::open(&path).await.unwrap(), Store::open(&copy).await.unwrap());
    let id = one.id().await.unwrap();
    assert!(id.starts_with("since 2"), "{id}");
    assert_eq!(other.id().await.unwrap(), id);
}
