use crate::{
    MessageFilter, MessageRecord, MessageStatus, StatusCount, Store, StoreError,
    codec::{Columns, int, word},
    message::{record, status},
};
use alloy_primitives::{B256, U256};
use sqlx::{QueryBuilder, Sqlite};

impl Store {
    /// The message with this hash.
    pub async fn message(&self, hash: B256) -> Result<Option<MessageRecord>, StoreError> {
        let row = sqlx::query("SELECT * FROM message_records WHERE hash = ?")
            .bind(hash.as_slice())
            .fetch_optional(self.readers())
            .await?;
        row.as_ref().map(record).transpose()
    }

    /// The messages that match, in the order in which they were first seen.
    pub async fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageRecord>, StoreError> {
        let mut query = select(filter)?;
        let rows = query.build().fetch_all(self.readers()).await?;
        rows.iter().map(record).collect()
    }

    /// At most `limit` messages that wait to be delivered to a chain, in the order of their initiations: by
    /// timestamp, then source chain, block and log index.
    pub async fn pending(&self, destination: U256, limit: u32) -> Result<Vec<MessageRecord>, StoreError> {
        let rows = sqlx::query(
            "SELECT * FROM message_records WHERE delivered = 0 AND destination = ? AND status = 'pending'
             ORDER BY i_timestamp, source, i_block_number, i_log_index LIMIT ?",
        )
        .bind(word(destination))
        .bind(i64::from(limit))
        .fetch_all(self.readers())
        .await?;
        rows.iter().map(record).collect()
    }

    /// How many messages there are, by route and status. Reads every message: for people, not for loops.
    pub async fn counts(&self) -> Result<Vec<StatusCount>, StoreError> {
        let rows = sqlx::query(
            "SELECT source, destination, status, count(*) AS count FROM message_records
             GROUP BY source, destination, status ORDER BY source, destination, status",
        )
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                Ok(StatusCount {
                    source: row.uint("source")?,
                    destination: row.u256("destination")?,
                    status: status(row)?,
                    count: row.uint("count")?,
                })
            })
            .collect()
    }

    /// Takes a message out of delivery, for the reason given.
    pub async fn skip(&self, hash: B256, reason: &str) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let updated = sqlx::query("UPDATE messages SET skip_reason = ? WHERE hash = ?")
            .bind(reason)
            .bind(hash.as_slice())
            .execute(&mut *transaction)
            .await?;
        if updated.rows_affected() == 0 {
            return Err(StoreError::UnknownMessage { hash });
        }
        self.commit(transaction).await?;
        Ok(())
    }

    /// Puts a message back into delivery: it is no longer skipped, and what failed so far no longer counts.
    pub async fn retry(&self, hash: B256) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let updated = sqlx::query(
            "UPDATE messages SET skip_reason = NULL,
             forgiven = coalesce((SELECT max(attempt) FROM attempt_messages WHERE message = seq), 0)
             WHERE hash = ?",
        )
        .bind(hash.as_slice())
        .execute(&mut *transaction)
        .await?;
        if updated.rows_affected() == 0 {
            return Err(StoreError::UnknownMessage { hash });
        }
        self.commit(transaction).await?;
        Ok(())
    }
}

fn select(filter: &MessageFilter) -> Result<QueryBuilder<Sqlite>, StoreError> {
    let mut query = QueryBuilder::new("SELECT * FROM message_records WHERE TRUE");
    if let Some(source) = filter.source {
        query.push(" AND source = ").push_bind(int("chain id", source)?);
    }
    if let Some(destination) = filter.destination {
        query.push(" AND destination = ").push_bind(word(destination));
    }
    if let Some(status) = filter.status {
        // Says the same as the status, in words that an index understands.
        let delivered = status == MessageStatus::Delivered;
        query.push(if delivered { " AND delivered = 1" } else { " AND delivered = 0" });
        query.push(" AND status = ").push_bind(status.as_str());
    }
    if let Some(sender) = filter.sender {
        query.push(" AND sender = ").push_bind(sender.to_vec());
    }
    if let Some(target) = filter.target {
        query.push(" AND target = ").push_bind(target.to_vec());
    }
    if let Some(tx_hash) = filter.tx_hash {
        query.push(" AND seq IN (SELECT message FROM initiations WHERE tx_hash = ");
        query.push_bind(tx_hash.to_vec()).push(")");
    }
    if let Some(after) = filter.after {
        query.push(if filter.newest_first { " AND seq < " } else { " AND seq > " });
        query.push_bind(int("position", after)?);
    }
    query.push(if filter.newest_first { " ORDER BY seq DESC" } else { " ORDER BY seq" });
    if let Some(limit) = filter.limit {
        query.push(" LIMIT ").push_bind(i64::from(limit));
    }
    Ok(query)
}
