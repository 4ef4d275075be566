use crate::{MessageStatus, Store, StoreError, codec::int, database::sql, message::status};
use alloy_primitives::U256;
use std::collections::BTreeMap;

/// The undelivered messages of a route that have the same status, and are too old or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backlog {
    /// The source.
    pub source: u64,
    /// The destination.
    pub destination: U256,
    /// The status.
    pub status: MessageStatus,
    /// Whether they wait, or failed, and were sent before the time that was named for their destination.
    pub is_expired: bool,
    /// How many there are.
    pub count: u64,
    /// When the oldest of them was sent, in seconds as on its chain; `None` for orphans.
    pub oldest: Option<u64>,
}

impl Store {
    /// How many messages wait, by route and status, and since when. What waits or failed and was sent before the time that is
    /// named for its destination (seconds) is told apart. Reads those only that are not delivered.
    pub async fn backlog(&self, expired_before: &BTreeMap<u64, u64>) -> Result<Vec<Backlog>, StoreError> {
        let mut query = sql("SELECT source, destination, status, is_expired, count(*) AS count,
             min(i_timestamp) AS oldest FROM (SELECT source, destination, status, i_timestamp,
             CAST(CASE WHEN status IN ('pending', 'failed') AND (FALSE");
        for (destination, time) in expired_before {
            query.push(" OR destination = ").push_bind(U256::from(*destination));
            query.push(" AND i_timestamp < ").push_bind(int("timestamp", *time)?);
        }
        query.push(
            ") THEN 1 ELSE 0 END AS BIGINT) AS is_expired FROM message_records WHERE delivered = 0) AS undelivered
             GROUP BY source, destination, status, is_expired
             ORDER BY source, destination, status, is_expired",
        );
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter()
            .map(|row| {
                Ok(Backlog {
                    source: row.uint("source")?,
                    destination: row.u256("destination")?,
                    status: status(row)?,
                    is_expired: row.uint("is_expired")? == 1,
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
