//! What SQLite's schema keeps, whoever writes to it.

use crate::support::*;
use causeway_store::Store;
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

#[tokio::test]
async fn the_database_itself_refuses() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store, 2).await;
    store.record_attempt(&attempt(1, 0, &[0])).await.unwrap();
    store.record_attempt(&attempt(2, 1, &[1])).await.unwrap();
    let options = SqliteConnectOptions::new().filename(&path);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    let statement =
        "INSERT INTO attempt_messages (message, attempt) SELECT 1, id FROM attempts WHERE nonce = 1";
    let error = sqlx::raw_sql(statement).execute(&mut connection).await.unwrap_err();
    assert!(error.to_string().contains("another transaction holds the message"), "{error}");
    connection.close().await.unwrap();
}
