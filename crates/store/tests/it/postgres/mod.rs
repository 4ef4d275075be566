//! What is said of Postgres alone.

mod contention;
mod moving;
mod opening;
mod server;

use causeway_store::Store;
use server::Server;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

/// The server that tests share, each in a schema of its own. It need not survive a loss of power.
static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start("off"));
static SCHEMAS: AtomicU64 = AtomicU64::new(0);

/// The URL of an empty database.
pub(crate) async fn new_url() -> String {
    new_url_at(&SERVER).await
}

/// The URL of an empty database of this server.
pub(crate) async fn new_url_at(server: &Server) -> String {
    let schema = format!("s{}", SCHEMAS.fetch_add(1, Ordering::Relaxed));
    let mut connection = PgConnection::connect(&server.url("public")).await.unwrap();
    let statement = AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    server.url(&schema)
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
