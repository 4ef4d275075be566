//! How SQLite goes about what is asked often: never through all that ever was.

use causeway_store::Store;
use sqlx::{AssertSqlSafe, Connection, Row, SqliteConnection, sqlite::SqliteConnectOptions};

#[tokio::test]
async fn nothing_that_is_asked_often_walks_through_history() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    Store::open(&path).await.unwrap().close().await;
    let options = SqliteConnectOptions::new().filename(&path);
    let mut connection = SqliteConnection::connect_with(&options).await.unwrap();
    for (statement, index) in [
        ("SELECT * FROM holders WHERE message = 5", "attempts_by_signer"),
        ("SELECT * FROM message_records WHERE hash IN (x'00', x'01')", "sqlite_autoindex_messages_1"),
        ("SELECT * FROM message_records WHERE destination = x'00' AND delivered = 0", "messages_undelivered"),
        ("SELECT * FROM message_costs WHERE hash = x'00'", "sqlite_autoindex_messages_1"),
        ("SELECT * FROM message_costs WHERE chain_id = 1 AND landed_at >= 5", "attempts_by_time"),
        (
            "SELECT * FROM attempts WHERE chain_id = 1 AND block_number IS NOT NULL AND landed_at IS NULL
             AND cost_missing = 0 AND state IN ('included', 'failed') ORDER BY id LIMIT 9",
            "attempts_uncosted",
        ),
    ] {
        let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}")));
        let rows = rows.fetch_all(&mut connection).await.unwrap();
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        let plan = plan.join("\n");
        assert!(!plan.contains("SCAN ") && !plan.contains("attempts_landed"), "{statement}:\n{plan}");
        assert!(plan.contains(index), "{statement}:\n{plan}");
    }
    connection.close().await.unwrap();
}
