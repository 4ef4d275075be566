//! The outbox of webhooks.

use crate::{
    Delivery, Store, StoreError,
    codec::int,
    database::{Row, sql},
};
use alloy_primitives::B256;

/// Pieces per statement.
const ROWS: usize = 100;

/// Something that others are to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewNews {
    /// What kind of news it is.
    pub kind: String,
    /// The message that it is about.
    pub message_hash: B256,
    /// What makes it another piece of the same kind about the same message.
    pub cause: B256,
    /// What is told.
    pub body: String,
    /// When it was written, in milliseconds since the epoch.
    pub created_ms: u64,
}

/// Something that others are to be told, in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct News {
    /// The position in the order of writing.
    pub id: u64,
    /// What was written.
    pub news: NewNews,
}

impl Store {
    /// Writes down what is to be told. What was written before, by kind, message and cause, is left as it is.
    pub async fn post_news(&self, news: &[NewNews]) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        transaction.execute(sql("UPDATE news_turns SET turn = turn + 1")).await?;
        for news in news.chunks(ROWS) {
            let mut query = sql("INSERT INTO news (kind, message_hash, cause, body, created_ms) VALUES ");
            let mut rows = Vec::with_capacity(news.len());
            for one in news {
                let created = int("time", one.created_ms)?;
                rows.push(vec![
                    one.kind.as_str().into(),
                    one.message_hash.into(),
                    one.cause.into(),
                    one.body.as_str().into(),
                    created.into(),
                ]);
            }
            query.push_rows(rows, |query, row| {
                query.push_row(row);
            });
            query.push(" ON CONFLICT (kind, message_hash, cause) DO NOTHING");
            transaction.execute(query).await?;
        }
        self.commit(transaction).await
    }

    /// At most `limit` pieces after a position, in the order of writing.
    pub async fn news_after(&self, id: u64, limit: u32) -> Result<Vec<News>, StoreError> {
        let query = sql("SELECT * FROM news WHERE id > $1 ORDER BY id LIMIT $2");
        let query = query.bind(int("position", id)?).bind(i64::from(limit));
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter()
            .map(|row| {
                let news = NewNews {
                    kind: row.text("kind")?,
                    message_hash: row.b256("message_hash")?,
                    cause: row.b256("cause")?,
                    body: row.text("body")?,
                    created_ms: row.uint("created_ms")?,
                };
                Ok(News { id: row.uint("id")?, news })
            })
            .collect()
    }

    /// The position of the newest piece; zero when there is none.
    pub async fn newest_news(&self) -> Result<u64, StoreError> {
        let query = sql("SELECT coalesce(max(id), 0) AS id FROM news");
        self.read().await?.fetch_one(query).await?.uint("id")
    }

    /// Up to where a reader has come; `None` for one that never said.
    pub async fn news_position(&self, reader: B256) -> Result<Option<u64>, StoreError> {
        let query = sql("SELECT position FROM news_readers WHERE reader = $1").bind(reader);
        let row = self.read().await?.fetch_optional(query).await?;
        row.map(|row| row.uint("position")).transpose()
    }

    /// Notes up to where a reader has come. It does not go back.
    pub async fn set_news_position(&self, reader: B256, id: u64) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let query = sql("INSERT INTO news_readers (reader, position) VALUES ($1, $2)
             ON CONFLICT (reader) DO UPDATE SET position = excluded.position
             WHERE news_readers.position < excluded.position");
        transaction.execute(query.bind(reader).bind(int("position", id)?)).await?;
        self.commit(transaction).await
    }

    /// Forgets what was written before a time, in milliseconds since the epoch.
    pub async fn forget_news(&self, before_ms: u64) -> Result<u64, StoreError> {
        let mut transaction = self.begin().await?;
        // The newest stays: its position is given to nobody else.
        let query = sql("DELETE FROM news WHERE created_ms < $1 AND id < (SELECT max(id) FROM news)");
        let forgotten = transaction.execute(query.bind(int("time", before_ms)?)).await?;
        self.commit(transaction).await?;
        Ok(forgotten)
    }

    /// At most `limit` deliveries of known messages in blocks of a chain from a height on, with the messages' hashes.
    pub async fn deliveries_since(
        &self,
        chain_id: u64,
        block_number: u64,
        limit: u32,
    ) -> Result<Vec<(B256, Delivery)>, StoreError> {
        let query = sql("SELECT d.* FROM deliveries d JOIN messages m ON m.hash = d.message_hash
             WHERE d.chain_id = $1 AND d.block_number >= $2 ORDER BY d.block_number, d.log_index LIMIT $3");
        let query = query
            .bind(int("chain id", chain_id)?)
            .bind(int("block number", block_number)?)
            .bind(i64::from(limit));
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter().map(|row| Ok((row.b256("message_hash")?, delivery(row)?))).collect()
    }
}

fn delivery(row: &Row) -> Result<Delivery, StoreError> {
    Ok(Delivery {
        chain_id: row.uint("chain_id")?,
        block_number: row.uint("block_number")?,
        block_hash: row.b256("block_hash")?,
        timestamp: row.uint("timestamp")?,
        log_index: row.uint32("log_index")?,
        tx_hash: row.b256("tx_hash")?,
    })
}
