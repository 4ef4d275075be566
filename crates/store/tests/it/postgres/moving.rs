//! From a file to a server.

use super::new_store;
use crate::support::*;
use alloy_primitives::{Address, U256};
use causeway_store::{
    AttemptState, Cost, CostBy, ErrandKind, ErrandState, ErrandVersion, Landing, MigrateError, NewAttempt,
    NewErrand, NewNews, Overhead, Store, StoreError, migrate,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use std::path::Path;

/// A store in which there is one of everything.
async fn full(path: &Path) -> Store {
    let store = Store::open(path).await.unwrap();
    fill(&store, 700).await;
    let blocks = chain(DESTINATION, 3);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    let items = (0..100).map(|nonce| item(nonce, 1000 + nonce)).rev().collect();
    let batch = NewAttempt { items, ..attempt(1, 0, &[]) };
    store.record_attempt(&batch).await.unwrap();
    let deliveries: Vec<_> = (0..90).map(|nonce| delivered(nonce, nonce as u32, batch.tx_hash)).collect();
    store.apply_block(DESTINATION, &blocks[1], &[], &deliveries, WINDOW).await.unwrap();
    let cost = Cost { block_hash: blocks[1].hash, ..cost(1) };
    assert!(store.record_cost(batch.tx_hash, &cost).await.unwrap());
    let (chain_id, signer) = (DESTINATION, SIGNER);
    let filler = Overhead { chain_id, signer, nonce: 7, tx_hash: hash(&[9, 78]), cost };
    assert!(store.record_overhead(&filler).await.unwrap());
    store.record_item_failures(batch.tx_hash, &[(message_hash(95), "poison".to_owned())]).await.unwrap();
    // A remnant of a reorg beside the one that holds the message.
    store.apply_block(DESTINATION, &blocks[2], &[], &[], WINDOW).await.unwrap();
    store.record_attempt(&attempt(2, 1, &[200])).await.unwrap();
    let landing = Landing { block_number: 2, block_hash: blocks[2].hash, success: false };
    assert!(store.record_landing(hash(&[2, 77]), landing, Some("no")).await.unwrap());
    store.record_attempt(&attempt(3, 2, &[200])).await.unwrap();
    store.revert_to(DESTINATION, &blocks[1]).await.unwrap();
    store.record_attempt(&attempt(4, 3, &[])).await.unwrap();
    store.set_attempt_state(hash(&[4, 77]), AttemptState::Abandoned, Some("why")).await.unwrap();
    let news = |nonce| NewNews {
        kind: "message.delivered".to_owned(),
        message_hash: message_hash(nonce),
        cause: hash(&[9]),
        body: "{}".to_owned(),
        created_ms: 77 + nonce,
    };
    store.post_news(&[news(1), news(2)]).await.unwrap();
    store.set_news_position(hash(&[8]), 1).await.unwrap();
    store.skip(message_hash(300), "why").await.unwrap();
    store.retry(message_hash(95)).await.unwrap();
    let version = ErrandVersion { tx_hash: hash(&[5]), raw_tx: vec![2].into() };
    let errand = NewErrand {
        chain_id: DESTINATION,
        account: Address::repeat_byte(9),
        nonce: 3,
        kind: ErrandKind::TopUp,
        subject: SIGNER.into_word(),
        amount: U256::from(5),
        version,
    };
    store.record_errand(&errand, U256::MAX).await.unwrap();
    let errand = store.open_errands(DESTINATION).await.unwrap().remove(0);
    assert!(store.end_errand(&errand, ErrandState::Landed, (1, blocks[1].hash)).await.unwrap());
    store
}

#[tokio::test]
async fn a_file_moves_into_a_database_with_all_that_it_knows() {
    let dir = tempfile::tempdir().unwrap();
    let (from, to) = (full(&dir.path().join("causeway.db")).await, new_store().await);
    let mut told = Vec::new();
    let ids = [from.id().await.unwrap(), to.id().await.unwrap()];
    let migrated = migrate(&from, &to, |done, of| told.push((done, of))).await.unwrap();
    // They are two stores: the file may be taken back.
    assert_eq!([from.id().await.unwrap(), to.id().await.unwrap()], ids);
    assert_ne!(ids[0], ids[1]);
    assert_eq!((migrated.messages, migrated.attempts), (700, 4));
    assert_eq!(told.last(), Some(&(migrated.rows, migrated.rows)));
    // The file says where it went, until it is taken back.
    assert_eq!(from.moved_to().await.unwrap(), Some(to.place()));
    assert_eq!(to.moved_to().await.unwrap(), None);
    assert!(from.take_back().await.unwrap() && !from.take_back().await.unwrap());
    assert_eq!(from.moved_to().await.unwrap(), None);
    for store in [&from, &to] {
        assert_eq!(store.messages(&Default::default()).await.unwrap().len(), 700);
    }
    assert_eq!(
        from.messages(&Default::default()).await.unwrap(),
        to.messages(&Default::default()).await.unwrap()
    );
    assert_eq!(from.window(DESTINATION).await.unwrap(), to.window(DESTINATION).await.unwrap());
    assert_eq!(from.counts().await.unwrap(), to.counts().await.unwrap());
    assert_eq!(from.spent(DESTINATION).await.unwrap(), to.spent(DESTINATION).await.unwrap());
    for by in
        [CostBy::Route, CostBy::Target, CostBy::Application, CostBy::Sender, CostBy::Account, CostBy::Day]
    {
        assert_eq!(from.costs(by, None, None).await.unwrap(), to.costs(by, None, None).await.unwrap());
    }
    // Both go on from there in the same way: the next messages, who holds what, what happens by itself.
    for store in [&from, &to] {
        let next = child(SOURCE, &chain(SOURCE, 2)[1], 0);
        store.apply_block(SOURCE, &next, &[seen(700, 0)], &[], WINDOW).await.unwrap();
        let held = store.record_attempt(&attempt(5, 4, &[200])).await;
        assert!(matches!(held, Err(StoreError::Held { .. })), "{held:?}");
        store.record_attempt(&attempt(6, 2, &[200, 700])).await.unwrap();
        let block = child(DESTINATION, &chain(DESTINATION, 2)[1], 1);
        let delivery = delivered(700, 0, hash(&[6, 77]));
        store.apply_block(DESTINATION, &block, &[], &[delivery], WINDOW).await.unwrap();
    }
    assert_eq!(
        from.messages(&Default::default()).await.unwrap(),
        to.messages(&Default::default()).await.unwrap()
    );
}

/// What is not copied, on purpose: who works at the file now; what those who work tell each other; a row that writers wait for each other at; and what the
/// databases note for themselves.
const LEFT_OUT: [&str; 9] = [
    "leases",
    "message_changes",
    "source_heads",
    "news_turns",
    "moved",
    "signers",
    "store_id",
    "sqlite_sequence",
    "_sqlx_migrations",
];

/// The schema says which tables and columns there are, so that nothing new is forgotten.
#[tokio::test]
async fn each_column_of_each_table_is_copied() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let url = super::new_url().await;
    let (from, to) = (full(&path).await, Store::connect(&url).await.unwrap());
    migrate(&from, &to, |_, _| {}).await.unwrap();
    let mut file = SqliteConnection::connect(&format!("sqlite://{}", path.display())).await.unwrap();
    let mut server = PgConnection::connect(&url).await.unwrap();
    let columns: Vec<(String, String)> = sqlx::query_as(
        "SELECT t.name, c.name FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'",
    )
    .fetch_all(&mut file)
    .await
    .unwrap();
    let mut empty = Vec::new();
    for (table, column) in columns.iter().filter(|(table, _)| !LEFT_OUT.contains(&table.as_str())) {
        let count = format!("SELECT count({column}), count(DISTINCT {column}) FROM {table}");
        let original: (i64, i64) =
            sqlx::query_as(AssertSqlSafe(count.as_str())).fetch_one(&mut file).await.unwrap();
        let copy: (i64, i64) =
            sqlx::query_as(AssertSqlSafe(count.as_str())).fetch_one(&mut server).await.unwrap();
        assert_eq!(copy, original, "{table}.{column}");
        if original.0 == 0 {
            empty.push(format!("{table}.{column}"));
        }
    }
    assert!(empty.is_empty(), "the store of this test has nothing in {empty:?}");
    assert_eq!(from.decisions_after(0, 10).await.unwrap(), to.decisions_after(0, 10).await.unwrap());
    assert_eq!(from.news_after(0, 10).await.unwrap(), to.news_after(0, 10).await.unwrap());
    assert_eq!(to.news_position(hash(&[8])).await.unwrap(), Some(1));
    let errands = async |store: &Store| {
        store.errands_for(DESTINATION, ErrandKind::TopUp, SIGNER.into_word()).await.unwrap()
    };
    assert_eq!(errands(&from).await, errands(&to).await);
    // What is decided next comes after what was decided, for whoever has read so far.
    let read = to.newest_decision().await.unwrap();
    to.skip(message_hash(301), "why").await.unwrap();
    assert_eq!(to.decisions_after(read, 10).await.unwrap().len(), 1);
    file.close().await.unwrap();
    server.close().await.unwrap();
}

#[tokio::test]
async fn nothing_is_moved_over_what_is_there() {
    let dir = tempfile::tempdir().unwrap();
    let from = Store::open(&dir.path().join("causeway.db")).await.unwrap();
    fill(&from, 3).await;
    let to = new_store().await;
    to.apply_block(DESTINATION, &genesis(DESTINATION), &[], &[], WINDOW).await.unwrap();
    let error = migrate(&from, &to, |_, _| {}).await.unwrap_err();
    assert!(matches!(error, MigrateError::NotEmpty { table: "blocks", .. }), "{error}");
    assert_eq!(from.moved_to().await.unwrap(), None);
    assert_eq!(to.messages(&Default::default()).await.unwrap(), []);
    let error = migrate(&to, &from, |_, _| {}).await.unwrap_err();
    assert!(matches!(error, MigrateError::Direction { .. }), "{error}");
}

/// A copy that does not say the same is none.
#[tokio::test]
async fn a_copy_that_differs_is_undone() {
    let dir = tempfile::tempdir().unwrap();
    let from = Store::open(&dir.path().join("causeway.db")).await.unwrap();
    fill(&from, 400).await;
    let url = super::new_url().await;
    let to = Store::connect(&url).await.unwrap();
    // A view that lies about one of the messages.
    super::meddle(
        &url,
        "ALTER VIEW message_records RENAME TO honest;
         CREATE VIEW message_records AS SELECT seq, hash, source, destination, nonce, sender, target, message, delivered,
             skip_reason, CASE WHEN seq = 350 THEN 'delivered' ELSE status END AS status, i_id, i_block_number,
             i_block_hash, i_timestamp, i_log_index, i_tx_hash, d_id, d_chain_id, d_block_number, d_block_hash,
             d_timestamp, d_log_index, d_tx_hash FROM honest",
    )
    .await;
    let error = migrate(&from, &to, |_, _| {}).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("the copy of message {} differs from the original", message_hash(349))
    );
    assert_eq!(to.messages(&Default::default()).await.unwrap(), []);
    assert_eq!(from.messages(&Default::default()).await.unwrap().len(), 400);
}
