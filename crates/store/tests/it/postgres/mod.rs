//! What is said of Postgres alone.

mod changes;
mod contention;
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
