use crate::{
    MessageFilter, MessageRecord, MessageStatus, StatusCount, Store, StoreError,
    codec::int,
    database::{Connection, Query, sql},
    error::MAX_REASON,
    message::{record, status},
};
use alloy_primitives::{B256, U256};

/// How many hashes are looked up by one statement.
const HASHES: usize = 500;

impl Store {
    /// The message with this hash.
    pub async fn message(&self, hash: B256) -> Result<Option<MessageRecord>, StoreError> {
        let query = sql("SELECT * FROM message_records WHERE hash = $1").bind(hash);
        let row = self.read().await?.fetch_optional(query).await?;
        row.as_ref().map(record).transpose()
    }

    /// The messages with these hashes, in the order in which they were first seen. Those that are unknown are left out.
    pub async fn messages_by_hash(&self, hashes: &[B256]) -> Result<Vec<MessageRecord>, StoreError> {
        by_hash(&mut self.read().await?, hashes).await
    }

    /// The messages that match, in the order in which they were first seen.
    pub async fn messages(&self, filter: &MessageFilter) -> Result<Vec<MessageRecord>, StoreError> {
        let rows = self.read().await?.fetch_all(select(filter)?).await?;
        rows.iter().map(record).collect()
    }

    /// At most `limit` messages that wait to be delivered to a chain, in the order of their initiations: by
    /// timestamp, then source chain, block and log index.
    pub async fn pending(&self, destination: U256, limit: u32) -> Result<Vec<MessageRecord>, StoreError> {
        let query = sql(
            "SELECT * FROM message_records WHERE delivered = 0 AND destination = $1 AND status = 'pending'
             ORDER BY i_timestamp, source, i_block_number, i_log_index LIMIT $2",
        );
        let rows = self.read().await?.fetch_all(query.bind(destination).bind(i64::from(limit))).await?;
        rows.iter().map(record).collect()
    }

    /// At most `limit` messages of a route that are not delivered, nor on their way, and were sent before a time (seconds), in the
    /// order in which they were first seen, behind the one with this [`MessageRecord::seq`].
    pub async fn overdue(
        &self,
        source: u64,
        destination: U256,
        before: u64,
        after: u64,
        limit: u32,
    ) -> Result<Vec<MessageRecord>, StoreError> {
        let query =
            sql("SELECT * FROM message_records WHERE delivered = 0 AND destination = $1 AND source = $2
             AND i_timestamp < $3 AND seq > $4 AND status IN ('pending', 'failed') ORDER BY seq LIMIT $5")
            .bind(destination)
            .bind(int("chain id", source)?)
            .bind(int("timestamp", before)?)
            .bind(int("position", after)?)
            .bind(i64::from(limit));
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter().map(record).collect()
    }

    /// How many messages there are, by route and status. Reads every message: for people, not for loops.
    pub async fn counts(&self) -> Result<Vec<StatusCount>, StoreError> {
        let query = sql("SELECT source, destination, status, count(*) AS count FROM message_records
             GROUP BY source, destination, status ORDER BY source, destination, status");
        let rows = self.read().await?.fetch_all(query).await?;
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
    ///
    /// # Errors
    ///
    /// [`StoreError::Reason`] when the reason has no words, more than 500 bytes, or characters that no terminal should get.
    pub async fn skip(&self, hash: B256, reason: &str) -> Result<(), StoreError> {
        readable(reason)?;
        let mut transaction = self.begin_decision().await?;
        let query = sql("UPDATE messages SET skip_reason = $1 WHERE hash = $2").bind(reason).bind(hash);
        if transaction.execute(query).await? == 0 {
            return Err(StoreError::UnknownMessage { hash });
        }
        self.commit(transaction).await
    }

    /// Puts a message back into delivery: it is no longer skipped, and what failed so far no longer counts.
    pub async fn retry(&self, hash: B256) -> Result<(), StoreError> {
        let mut transaction = self.begin_decision().await?;
        let query = sql("UPDATE messages SET skip_reason = NULL,
             forgiven = coalesce((SELECT max(attempt) FROM attempt_messages WHERE message = seq), 0)
             WHERE hash = $1");
        if transaction.execute(query.bind(hash)).await? == 0 {
            return Err(StoreError::UnknownMessage { hash });
        }
        self.commit(transaction).await
    }
}

/// Whether whoever asks later can read why.
fn readable(reason: &str) -> Result<(), StoreError> {
    let is_hidden = |c: char| c.escape_debug().len() > 1 && !matches!(c, '"' | '\'' | '\\');
    let problem = if reason.trim().is_empty() {
        "has no words"
    } else if reason.len() > MAX_REASON {
        "is longer"
    } else if reason.chars().any(is_hidden) {
        "has control characters, or such as are not seen"
    } else {
        return Ok(());
    };
    Err(StoreError::Reason { problem })
}

pub(crate) async fn by_hash(
    connection: &mut Connection,
    hashes: &[B256],
) -> Result<Vec<MessageRecord>, StoreError> {
    let mut records = Vec::with_capacity(hashes.len());
    for hashes in hashes.chunks(HASHES) {
        let mut query = sql("SELECT * FROM message_records WHERE hash IN ");
        query.push_hashes(hashes);
        for row in connection.fetch_all(query).await? {
            records.push(record(&row)?);
        }
    }
    records.sort_unstable_by_key(|record| record.seq);
    records.dedup_by_key(|record| record.seq);
    Ok(records)
}

fn select(filter: &MessageFilter) -> Result<Query, StoreError> {
    let mut query = sql("SELECT * FROM message_records WHERE TRUE");
    if let Some(source) = filter.source {
        query.push(" AND source = ").push_bind(int("chain id", source)?);
    }
    if let Some(destination) = filter.destination {
        query.push(" AND destination = ").push_bind(destination);
    }
    if let Some(status) = filter.status {
        // Says the same as the status, in words that an index understands.
        let delivered = status == MessageStatus::Delivered;
        query.push(if delivered { " AND delivered = 1" } else { " AND delivered = 0" });
        query.push(" AND status = ").push_bind(status.as_str());
    }
    if let Some(sender) = filter.sender {
        query.push(" AND sender = ").push_bind(sender);
    }
    if let Some(target) = filter.target {
        query.push(" AND target = ").push_bind(target);
    }
    if let Some(tx_hash) = filter.tx_hash {
        query.push(" AND seq IN (SELECT message FROM initiations WHERE tx_hash = ");
        query.push_bind(tx_hash).push(")");
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
