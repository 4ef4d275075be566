//! Writing what a block says, many rows at a time: a statement's way to the database and back costs more than a row.

use crate::{
    SeenBlock, SeenDelivery, SeenMessage, StoreError,
    codec::{int, word},
};
use alloy_primitives::{B256, U256};
use causeway_chain::BlockRef;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::BTreeSet;

/// Rows per statement; SQLite takes 32,766 parameters at most, and a row has ten or fewer.
const ROWS: usize = 200;

pub(crate) async fn insert_block(
    connection: &mut SqliteConnection,
    chain: i64,
    block: &BlockRef,
) -> Result<(), StoreError> {
    sqlx::query("INSERT INTO blocks (chain_id, number, hash, parent_hash, timestamp) VALUES (?, ?, ?, ?, ?)")
        .bind(chain)
        .bind(int("block number", block.number)?)
        .bind(block.hash.as_slice())
        .bind(block.parent_hash.as_slice())
        .bind(int("timestamp", block.timestamp)?)
        .execute(connection)
        .await?;
    Ok(())
}

/// Inserts the messages that are new and all their initiations. Returns the hashes of the messages.
pub(crate) async fn insert_messages(
    connection: &mut SqliteConnection,
    chain_id: u64,
    seen: &SeenBlock,
) -> Result<Vec<B256>, StoreError> {
    let (chain, position) = (int("chain id", chain_id)?, Position::of(&seen.block)?);
    let mut hashes = Vec::with_capacity(seen.messages.len());
    for messages in seen.messages.chunks(ROWS) {
        let rows: Vec<_> =
            messages.iter().map(|seen| (seen.sent.message_hash(U256::from(chain_id)), seen)).collect();
        message_rows(&rows, chain).build().execute(&mut *connection).await?;
        initiation_rows(&rows, chain, position).build().execute(&mut *connection).await?;
        hashes.extend(rows.iter().map(|(hash, _)| *hash));
    }
    Ok(hashes)
}

/// Inserts the deliveries, and marks our attempts that made them as included.
pub(crate) async fn insert_deliveries(
    connection: &mut SqliteConnection,
    chain: i64,
    seen: &SeenBlock,
) -> Result<(), StoreError> {
    let position = Position::of(&seen.block)?;
    for deliveries in seen.deliveries.chunks(ROWS) {
        delivery_rows(deliveries, chain, position).build().execute(&mut *connection).await?;
    }
    let transactions: BTreeSet<B256> = seen.deliveries.iter().map(|seen| seen.tx_hash).collect();
    for tx_hash in transactions {
        sqlx::query(
            "UPDATE attempts SET state = 'included', block_number = ?, error = NULL
             WHERE tx_hash = ? AND chain_id = ?",
        )
        .bind(position.number)
        .bind(tx_hash.as_slice())
        .bind(chain)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// A block in the types of the database.
#[derive(Clone, Copy)]
struct Position {
    number: i64,
    hash: B256,
    timestamp: i64,
}

impl Position {
    fn of(block: &BlockRef) -> Result<Self, StoreError> {
        let (number, timestamp) = (int("block number", block.number)?, int("timestamp", block.timestamp)?);
        Ok(Self { number, hash: block.hash, timestamp })
    }
}

fn message_rows(rows: &[(B256, &SeenMessage)], chain: i64) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "INSERT INTO messages (hash, source, destination, nonce, sender, target, message) ",
    );
    query.push_values(rows, |mut row, (hash, SeenMessage { sent, .. })| {
        row.push_bind(hash.to_vec())
            .push_bind(chain)
            .push_bind(word(sent.destination))
            .push_bind(word(sent.nonce))
            .push_bind(sent.sender.to_vec())
            .push_bind(sent.target.to_vec())
            .push_bind(sent.message.to_vec());
    });
    query.push(" ON CONFLICT (hash) DO NOTHING");
    query
}

fn initiation_rows(rows: &[(B256, &SeenMessage)], chain: i64, block: Position) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "INSERT INTO initiations (message, chain_id, block_number, block_hash, timestamp, log_index, tx_hash) ",
    );
    query.push_values(rows, |mut row, (hash, seen)| {
        row.push("(SELECT seq FROM messages WHERE hash = ")
            .push_bind_unseparated(hash.to_vec())
            .push_unseparated(")")
            .push_bind(chain)
            .push_bind(block.number)
            .push_bind(block.hash.to_vec())
            .push_bind(block.timestamp)
            .push_bind(i64::from(seen.log_index))
            .push_bind(seen.tx_hash.to_vec());
    });
    query
}

fn delivery_rows(rows: &[SeenDelivery], chain: i64, block: Position) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(
        "INSERT INTO deliveries
         (message_hash, source, nonce, chain_id, block_number, block_hash, timestamp, log_index, tx_hash) ",
    );
    query.push_values(rows, |mut row, SeenDelivery { relayed, log_index, tx_hash }| {
        row.push_bind(relayed.message_hash.to_vec())
            .push_bind(word(relayed.source))
            .push_bind(word(relayed.nonce))
            .push_bind(chain)
            .push_bind(block.number)
            .push_bind(block.hash.to_vec())
            .push_bind(block.timestamp)
            .push_bind(i64::from(*log_index))
            .push_bind(tx_hash.to_vec());
    });
    query
}
