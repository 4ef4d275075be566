//! What relayers on one store tell each other of messages, where the source of a message is one's and its destination
//! another's.

use crate::{
    MessageRecord, SourceHead, Store, StoreError,
    codec::int,
    database::{Connection, sql},
    heads::heads_of,
    messages::by_hash,
};
use alloy_primitives::B256;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

/// Rows per statement.
const ROWS: usize = 500;

/// That something changed about a message on its source: it was sent, or a reorg gave it another identifier or took it away.
/// What holds now is in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The position in the order of changes; what [`Store::changes_after`] counts.
    pub id: u64,
    /// The chain that the message comes from.
    pub source: u64,
    /// The message's hash.
    pub message: B256,
    /// How long ago it was noted, by the clock of the database.
    pub age: Duration,
}

/// What is new of sources that others read.
#[derive(Clone, Debug, Default)]
pub struct SourceNews {
    /// What changed about messages, oldest first.
    pub changes: Vec<Change>,
    /// The messages that it was about, each once.
    pub messages: Vec<MessageRecord>,
    /// How safe the blocks of the sources are. Of a level that is missing, no block is known to be so safe.
    pub heads: Vec<SourceHead>,
}

impl Store {
    /// At most `limit` changes of messages, oldest first: of each of these sources those after the position that is named
    /// with it. A store that is not [shared](Self::is_shared) notes none.
    pub async fn changes_after(
        &self,
        positions: &BTreeMap<u64, u64>,
        limit: u32,
    ) -> Result<Vec<Change>, StoreError> {
        if positions.is_empty() || !self.is_shared() {
            return Ok(Vec::new());
        }
        changes_after(&mut self.read().await?, positions, limit).await
    }

    /// The same changes with the messages that they are of, and how safe the blocks of those among `cautious` are that are
    /// named, all as of one moment: a reorg is in all of it or in nothing. Where nobody is cautious, messages may be newer.
    pub async fn source_news(
        &self,
        positions: &BTreeMap<u64, u64>,
        limit: u32,
        cautious: &BTreeSet<u64>,
    ) -> Result<SourceNews, StoreError> {
        if positions.is_empty() || !self.is_shared() {
            return Ok(SourceNews::default());
        }
        let mut moment =
            if cautious.is_empty() { self.read().await? } else { self.database.read_moment().await? };
        let changes = changes_after(&mut moment, positions, limit).await?;
        let messages: BTreeSet<B256> = changes.iter().map(|change| change.message).collect();
        let messages: Vec<B256> = messages.into_iter().collect();
        let messages = by_hash(&mut moment, &messages).await?;
        let heads =
            heads_of(&mut moment, positions.keys().filter(|source| cautious.contains(source))).await?;
        moment.commit().await?;
        Ok(SourceNews { changes, messages, heads })
    }

    /// The position of the last change; 0 if there is none.
    pub async fn newest_change(&self) -> Result<u64, StoreError> {
        let query = sql("SELECT coalesce(max(id), 0) AS id FROM message_changes");
        self.read().await?.fetch_one(query).await?.uint("id")
    }

    /// Forgets changes that are older than this. The newest stays: its position is given to nobody else.
    pub async fn forget_changes(&self, age: Duration) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let age = int("age in milliseconds", u64::try_from(age.as_millis()).unwrap_or(u64::MAX))?;
        // Found from the oldest on, so that no more is read than is forgotten.
        let mut query = sql("DELETE FROM message_changes WHERE id < coalesce(
             (SELECT id FROM message_changes WHERE created_ms >= ");
        query.push(transaction.clock()).push(" - ").push_bind(age);
        query.push(" ORDER BY id LIMIT 1), (SELECT max(id) FROM message_changes))");
        transaction.execute(query).await?;
        self.commit(transaction).await
    }

    /// Notes changes of messages, within the transaction that makes them, which others who write such wait for. Returns the
    /// position of the last one; 0 where nobody needs them.
    pub(crate) async fn note_changes<'a>(
        &self,
        transaction: &mut Connection,
        chain: i64,
        messages: impl IntoIterator<Item = &'a B256>,
    ) -> Result<u64, StoreError> {
        let mut last = 0;
        if !self.is_shared() {
            return Ok(last);
        }
        let messages: Vec<B256> = messages.into_iter().copied().collect();
        for messages in messages.chunks(ROWS) {
            let mut query = sql("INSERT INTO message_changes (source, message_hash, created_ms) VALUES ");
            let now = transaction.clock();
            query.push_rows(messages, |query, message| {
                query.push("(").push_values(vec![chain.into(), (*message).into()]).push(", ");
                query.push(now).push(")");
            });
            query.push(" RETURNING id");
            for row in transaction.fetch_all(query).await? {
                last = last.max(row.uint("id")?);
            }
        }
        Ok(last)
    }
}

async fn changes_after(
    connection: &mut Connection,
    positions: &BTreeMap<u64, u64>,
    limit: u32,
) -> Result<Vec<Change>, StoreError> {
    let mut query = sql("SELECT id, source, message_hash, ");
    query.push(connection.clock()).push(" - created_ms AS age FROM message_changes WHERE ");
    for (index, (source, position)) in positions.iter().enumerate() {
        query.push(if index == 0 { "(source = " } else { " OR (source = " });
        query.push_bind(int("chain id", *source)?).push(" AND id > ");
        query.push_bind(int("position", *position)?).push(")");
    }
    query.push(" ORDER BY id LIMIT ").push_bind(i64::from(limit));
    let rows = connection.fetch_all(query).await?;
    rows.iter()
        .map(|row| {
            let (id, source) = (row.uint("id")?, row.uint("source")?);
            let age = Duration::from_millis(u64::try_from(row.int("age")?).unwrap_or(0));
            Ok(Change { id, source, message: row.b256("message_hash")?, age })
        })
        .collect()
}
