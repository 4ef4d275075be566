use super::{Query, Row, sql};
use crate::{NewAttempt, StoreError, codec::int, tables::Table};
use sqlx::{Database, Postgres, Sqlite, Transaction, pool::PoolConnection};
use std::{ops::DerefMut, time::Duration};

/// How long to wait for an answer of a server: it may be cut off, and nobody tells.
const DEADLINE: Duration = Duration::from_secs(40);

/// A connection to read from, or a transaction.
pub(crate) enum Connection {
    Sqlite(Held<Sqlite>),
    Postgres(Held<Postgres>),
}

/// What is given back to the pool, or rolled back, when it is dropped.
pub(crate) enum Held<D: Database> {
    Reader(PoolConnection<D>),
    Transaction(Transaction<'static, D>),
}

impl<D: Database> Held<D> {
    fn connection(&mut self) -> &mut D::Connection {
        match self {
            Self::Reader(connection) => connection.deref_mut(),
            Self::Transaction(transaction) => transaction.deref_mut(),
        }
    }

    async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Reader(_) => Ok(()),
            Self::Transaction(transaction) => transaction.commit().await,
        }
    }
}

/// What a server answers, if it does in time.
pub(super) async fn within<T>(answer: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, StoreError> {
    match tokio::time::timeout(DEADLINE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_) => Err(StoreError::NoAnswer { seconds: DEADLINE.as_secs() }),
    }
}

impl Connection {
    /// Runs a statement. Returns how many rows it changed.
    pub(crate) async fn execute(&mut self, query: Query) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Sqlite(held) => query.of_sqlite().execute(held.connection()).await?.rows_affected(),
            Self::Postgres(held) => {
                within(query.of_postgres().execute(held.connection())).await?.rows_affected()
            }
        })
    }

    /// All rows of a statement.
    pub(crate) async fn fetch_all(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite(held) => {
                let rows = query.of_sqlite().fetch_all(held.connection()).await?;
                rows.into_iter().map(Row::Sqlite).collect()
            }
            Self::Postgres(held) => {
                let rows = within(query.of_postgres().fetch_all(held.connection())).await?;
                rows.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The row of a statement, if there is one.
    pub(crate) async fn fetch_optional(&mut self, query: Query) -> Result<Option<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite(held) => query.of_sqlite().fetch_optional(held.connection()).await?.map(Row::Sqlite),
            Self::Postgres(held) => {
                within(query.of_postgres().fetch_optional(held.connection())).await?.map(Row::Postgres)
            }
        })
    }

    /// The row of a statement that always has one.
    pub(crate) async fn fetch_one(&mut self, query: Query) -> Result<Row, StoreError> {
        let row = self.fetch_optional(query).await?;
        row.ok_or(StoreError::from(sqlx::Error::RowNotFound))
    }

    /// Makes what was written last. A reader has written nothing.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(held) => Ok(held.commit().await?),
            Self::Postgres(held) => within(held.commit()).await,
        }
    }

    /// Waits until nobody else applies or takes back blocks, until this transaction ends. Those of two chains meet in the
    /// messages between them.
    pub(crate) async fn lock_blocks(&mut self) -> Result<(), StoreError> {
        if let Self::Postgres(_) = self {
            let query = sql("SELECT pg_advisory_xact_lock(hashtext('causeway ' || current_schema()), 1)");
            self.fetch_all(query).await?;
        }
        Ok(())
    }

    /// Waits until nobody else takes one of these messages into a transaction, until this transaction ends. The places of
    /// the messages are in order, so that two never wait for each other.
    pub(crate) async fn lock_holds(&mut self, places: &[i64], new: &NewAttempt) -> Result<(), StoreError> {
        if places.is_empty() || matches!(self, Self::Sqlite(_)) {
            return Ok(());
        }
        // Who is the first to take a message has no row to lock.
        let (chain, nonce) = (int("chain id", new.chain_id)?, int("nonce", new.nonce)?);
        let mut query = sql("INSERT INTO holds (message, chain_id, signer, nonce) VALUES ");
        query.push_rows(places, |query, place| {
            query.push_row(vec![(*place).into(), chain.into(), new.signer.into(), nonce.into()]);
        });
        query.push(" ON CONFLICT (message) DO NOTHING");
        self.execute(query).await?;
        let mut query = sql("SELECT message FROM holds WHERE message IN ");
        query.push_row(places.iter().map(|place| (*place).into()).collect());
        query.push(" ORDER BY message FOR UPDATE");
        self.fetch_all(query).await?;
        Ok(())
    }

    /// The time, in milliseconds since the epoch, by the clock that all who use the database share.
    pub(crate) const fn clock(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
            Self::Postgres(_) => "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
        }
    }

    /// A sum of a column, or of what is computed of columns, as a 64-bit integer: the largest there is where it would be more. A sum
    /// that cannot be told would have nobody start who has to know it. (SQLite's is exact up to 2^53.)
    pub(crate) fn sum(&self, of: &str) -> String {
        match self {
            Self::Sqlite(_) => format!("CAST(total({of}) AS INTEGER)"),
            Self::Postgres(_) => format!("CAST(least(sum({of}), {}) AS BIGINT)", i64::MAX),
        }
    }

    /// Locks the rows that a statement reads against changes by others, until the transaction ends.
    pub(crate) const fn for_share(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " FOR SHARE",
        }
    }

    /// Locks the keys of the rows that a statement reads against changes by others, until the transaction ends. Other columns
    /// may change meanwhile.
    pub(crate) const fn for_key_share(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " FOR KEY SHARE",
        }
    }

    /// Lets the database do what it does by itself when rows are written, or not while they are copied.
    pub(crate) async fn set_triggers(&mut self, on: bool) -> Result<(), StoreError> {
        if let Self::Postgres(_) = self {
            for table in ["messages", "deliveries", "attempts", "attempt_messages"] {
                let mut query = sql("ALTER TABLE ");
                query.push(table).push(if on { " ENABLE TRIGGER USER" } else { " DISABLE TRIGGER USER" });
                self.execute(query).await?;
            }
        }
        Ok(())
    }

    /// Lets the next row that is written to a table have a higher key than those that were copied there. SQLite does so by
    /// itself.
    pub(crate) async fn continue_after(&mut self, table: &Table) -> Result<(), StoreError> {
        let (Self::Postgres(_), Some(counter)) = (&self, table.counter) else { return Ok(()) };
        let mut query =
            sql("SELECT setval(pg_get_serial_sequence($1, $2), max(").bind(table.name).bind(counter);
        query.push(counter).push(")) FROM ").push(table.name);
        self.fetch_all(query).await?;
        Ok(())
    }

    /// Lets the database count what it has, after much has come at once, so that it knows the short ways.
    pub(crate) async fn analyze(&mut self, tables: &[Table]) -> Result<(), StoreError> {
        if let Self::Postgres(_) = self {
            let mut query = sql("ANALYZE ");
            query.push_rows(tables, |query, table| {
                query.push(table.name);
            });
            self.execute(query).await?;
        }
        Ok(())
    }
}
