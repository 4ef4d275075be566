use super::{Query, Row};
use crate::StoreError;
use sqlx::{Database, Sqlite, Transaction, pool::PoolConnection};
use std::ops::DerefMut;

/// A connection to read from, or a transaction.
pub(crate) enum Connection {
    Sqlite(Held<Sqlite>),
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

    async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Reader(_) => Ok(()),
            Self::Transaction(transaction) => Ok(transaction.commit().await?),
        }
    }
}

impl Connection {
    /// Runs a statement. Returns how many rows it changed.
    pub(crate) async fn execute(&mut self, query: Query) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(held) => Ok(query.of_sqlite().execute(held.connection()).await?.rows_affected()),
        }
    }

    /// All rows of a statement.
    pub(crate) async fn fetch_all(&mut self, query: Query) -> Result<Vec<Row>, StoreError> {
        match self {
            Self::Sqlite(held) => {
                let rows = query.of_sqlite().fetch_all(held.connection()).await?;
                Ok(rows.into_iter().map(Row::Sqlite).collect())
            }
        }
    }

    /// The row of a statement, if there is one.
    pub(crate) async fn fetch_optional(&mut self, query: Query) -> Result<Option<Row>, StoreError> {
        match self {
            Self::Sqlite(held) => {
                Ok(query.of_sqlite().fetch_optional(held.connection()).await?.map(Row::Sqlite))
            }
        }
    }

    /// The row of a statement that always has one.
    pub(crate) async fn fetch_one(&mut self, query: Query) -> Result<Row, StoreError> {
        match self {
            Self::Sqlite(held) => Ok(Row::Sqlite(query.of_sqlite().fetch_one(held.connection()).await?)),
        }
    }

    /// Makes what was written last. A reader has written nothing.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(held) => held.commit().await,
        }
    }
}
