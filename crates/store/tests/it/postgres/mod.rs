//! What is said of Postgres alone.

mod cancelled;
mod changes;
mod contention;
mod distance;
mod fences;
mod heads;
mod moving;
mod opening;
mod tls;

use causeway_store::{Store, test_utils::PostgresServer};
use sqlx::{Connection, PgConnection};
use std::sync::LazyLock;

/// The server that tests share, each in a schema of its own.
static SERVER: LazyLock<PostgresServer> = LazyLock::new(PostgresServer::start);

/// The URL of an empty database.
pub(crate) async fn new_url() -> String {
    SERVER.new_url().await
}

/// An empty store.
pub(crate) async fn new_store() -> Store {
    Store::connect(&new_url().await).await.unwrap()
}

/// Runs statements on the database, past the store.
async fn meddle(url: &str, statements: &'static str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

/// Waits until so many wait for this connection's transaction, or for one that does, unless it is over before.
async fn wait_for_waiters(holder: &mut PgConnection, count: usize, is_over: impl Fn() -> bool) {
    let text = "WITH RECURSIVE waiting (pid) AS (
            SELECT pid FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
            UNION SELECT l.pid FROM pg_locks l JOIN waiting w ON w.pid = ANY (pg_blocking_pids(l.pid)) WHERE NOT l.granted
        ) SELECT count(*) FROM waiting";
    while !is_over() {
        let waiting: i64 = sqlx::query_scalar(text).fetch_one(&mut *holder).await.unwrap();
        if waiting >= count as i64 {
            return;
        }
        tokio::task::yield_now().await;
    }
}
