//! What the rest of the crate knows of a database: statements, values, rows and connections. Which engine it is, SQLite or
//! Postgres, matters here and where a store is opened, and nowhere else.
//!
//! Statements are written once, in what both understand: parameters are `$1`, `$2`, …, numbers are 64-bit integers,
//! truth is 0 or 1, and a sum is cast to BIGINT. What they do not share (views, triggers) stands in the migrations.

mod connection;
mod fault;
mod query;
mod row;

use crate::StoreError;
use sqlx::{PgPool, Postgres, SqlitePool, Transaction};
use std::time::Duration;
use tokio::time::timeout;

pub(crate) use connection::Connection;
pub(crate) use fault::{is_cancelled, is_outage};
pub(crate) use query::{Query, Value, sql};
pub(crate) use row::Row;

use connection::{Held, within};

/// How long leaving a server may take.
const CLOSING: Duration = Duration::from_secs(5);

/// The way to a database. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) enum Database {
    /// One connection that writes, and some that read beside it.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

/// What a write has to survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// The end of power, too: it is on disk when it is committed, and so is all that was committed before it.
    Disk,
    /// The end of this process: the chains tell again what the end of power takes away, and nobody waits for the disk.
    Retold,
}

impl Durability {
    /// How SQLite begins; a connection keeps what it was told last, so it is told each time. With `NORMAL` the end of the
    /// write-ahead log may be lost with the power, and never anything in its middle.
    ///
    /// Postgres always waits for its disk: what relayers there read of each other must not be taken back.
    const fn begin(self) -> &'static str {
        match self {
            Self::Disk => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
            Self::Retold => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
        }
    }
}

impl Database {
    /// A connection to read from.
    pub(crate) async fn read(&self) -> Result<Connection, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => Connection::Sqlite(Held::Reader(readers.acquire().await?)),
            Self::Postgres(pool) => Connection::Postgres(Held::Reader(within(pool.acquire()).await?)),
        })
    }

    /// A connection to read from that sees, in all that it is asked, the state of one moment.
    pub(crate) async fn read_moment(&self) -> Result<Connection, StoreError> {
        Ok(match self {
            Self::Sqlite { readers, .. } => {
                Connection::Sqlite(Held::Transaction(readers.begin_with("BEGIN").await?))
            }
            Self::Postgres(pool) => {
                let moment = begun(pool, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
                Connection::Postgres(Held::Transaction(moment))
            }
        })
    }

    /// Begins to write. SQLite lets one write at a time: its lock is taken at once, so that nothing can change between
    /// reading and writing. With Postgres several write at once, and who depends on what another does locks it.
    pub(crate) async fn begin(&self, durability: Durability) -> Result<Connection, StoreError> {
        Ok(match self {
            Self::Sqlite { writer, .. } => {
                let begun = writer.begin_with(durability.begin()).await;
                Connection::Sqlite(Held::Transaction(begun.map_err(after_another)?))
            }
            Self::Postgres(pool) => Connection::Postgres(Held::Transaction(begun(pool, "BEGIN").await?)),
        })
    }

    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            // What a server that does not answer was asked last is read first, and there is nothing to be saved.
            Self::Postgres(pool) => drop(timeout(CLOSING, pool.close()).await),
        }
    }
}

/// Begins a transaction, whether or not somebody waits for it until then. Given up on the way, it would go back into the pool with
/// its connection, and whoever is given that one next would be in it: reading what was true then, and not allowed to write.
async fn begun(pool: &PgPool, statement: &'static str) -> Result<Transaction<'static, Postgres>, StoreError> {
    let pool = pool.clone();
    let begun = tokio::spawn(async move { pool.begin_with(statement).await });
    let ended = |error| Err(sqlx::Error::Io(std::io::Error::other(error)));
    within(async { begun.await.unwrap_or_else(ended) }).await
}

/// SQLite undoes a transaction by itself when it cannot write, and sqlx counts it still. Whoever begins the next one may be
/// heard before who had that error, so it has to say what matters.
fn after_another(error: sqlx::Error) -> sqlx::Error {
    match error {
        sqlx::Error::InvalidSavePointStatement => {
            let words = "the write before this one failed and was undone: is the disk full?";
            sqlx::Error::InvalidArgument(words.to_owned())
        }
        error => error,
    }
}
