use crate::{MessageStatus, Store, StoreError, database::sql, message::status};
use alloy_primitives::U256;

/// The undelivered messages of a route that have the same status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The source.
    pub source: u64,
    /// The destination.
    pub destination: U256,
    /// The status.
    pub status: MessageStatus,
    /// How many there are.
    pub count: u64,
    /// When the oldest of them was sent, in seconds as on its chain; `None` for orphans.
    pub oldest: Option<u64>,
}

impl Store {
    /// How many messages wait, by route and status, and since when. Reads those only that are not delivered.
    pub async fn backlog(&self) -> Result<Vec<Backlog>, StoreError> {
        let query = sql("SELECT source, destination, status, count(*) AS count, min(i_timestamp) AS oldest
             FROM message_records WHERE delivered = 0
             GROUP BY source, destination, status ORDER BY source, destination, status");
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter()
            .map(|row| {
                Ok(Backlog {
                    source: row.uint("source")?,
                    destination: row.u256("destination")?,
                    status: status(row)?,
                    count: row.uint("count")?,
                    oldest: row.optional_uint("oldest")?,
                })
            })
            .collect()
    }

    /// Takes the place of a writer and gives it back: whether what is to be recorded could be.
    pub async fn check_writable(&self) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        // Postgres lets one that takes no writes begin a transaction; a statement that writes is refused, though it finds nothing.
        transaction.execute(sql("UPDATE leases SET epoch = epoch WHERE 1 = 0")).await?;
        self.commit(transaction).await
    }
}
