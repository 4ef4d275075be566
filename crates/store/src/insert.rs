//! Writing what a block says, many rows at a time: a statement's way to the database and back costs more than a row.

use crate::{
    SeenBlock, SeenDelivery, SeenMessage, StoreError,
    codec::int,
    database::{Connection, Query, sql},
};
use alloy_primitives::{B256, U256};
use causeway_chain::BlockRef;
use std::collections::BTreeSet;

/// Rows per statement; SQLite takes 32,766 parameters at most, and a row has ten or fewer.
const ROWS: usize = 200;

pub(crate) async fn insert_block(
    connection: &mut Connection,
    chain: i64,
    block: &BlockRef,
) -> Result<(), StoreError> {
    let query = sql(
        "INSERT INTO blocks (chain_id, number, hash, parent_hash, timestamp) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(chain)
    .bind(int("block number", block.number)?)
    .bind(block.hash)
    .bind(block.parent_hash)
    .bind(int("timestamp", block.timestamp)?);
    connection.execute(query).await?;
    Ok(())
}

/// Inserts the messages that are new and all their initiations. Returns the hashes of the messages.
pub(crate) async fn insert_messages(
    connection: &mut Connection,
    chain_id: u64,
    seen: &SeenBlock,
) -> Result<Vec<B256>, StoreError> {
    let (chain, position) = (int("chain id", chain_id)?, Position::of(&seen.block)?);
    let mut hashes = Vec::with_capacity(seen.messages.len());
    for messages in seen.messages.chunks(ROWS) {
        let rows: Vec<_> =
            messages.iter().map(|seen| (seen.sent.message_hash(U256::from(chain_id)), seen)).collect();
        connection.execute(message_rows(&rows, chain)).await?;
        connection.execute(initiation_rows(&rows, chain, position)).await?;
        hashes.extend(rows.iter().map(|(hash, _)| *hash));
    }
    Ok(hashes)
}

/// The hashes of a block's messages.
pub(crate) fn hashes(chain_id: u64, seen: &SeenBlock) -> impl Iterator<Item = B256> {
    seen.messages.iter().map(move |seen| seen.sent.message_hash(U256::from(chain_id)))
}

/// Inserts the deliveries, and marks our attempts that made them as included.
pub(crate) async fn insert_deliveries(
    connection: &mut Connection,
    chain: i64,
    seen: &SeenBlock,
) -> Result<(), StoreError> {
    let position = Position::of(&seen.block)?;
    for deliveries in seen.deliveries.chunks(ROWS) {
        connection.execute(delivery_rows(deliveries, chain, position)).await?;
    }
    let transactions: BTreeSet<B256> = seen.deliveries.iter().map(|seen| seen.tx_hash).collect();
    let transactions: Vec<B256> = transactions.into_iter().collect();
    for transactions in transactions.chunks(ROWS) {
        let mut query = sql(
            "UPDATE attempts SET state = 'included', block_number = $1, error = NULL WHERE chain_id = $2",
        )
        .bind(position.number)
        .bind(chain);
        query.push(" AND tx_hash IN ").push_hashes(transactions);
        connection.execute(query).await?;
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

fn message_rows(rows: &[(B256, &SeenMessage)], chain: i64) -> Query {
    let mut query =
        sql("INSERT INTO messages (hash, source, destination, nonce, sender, target, message) VALUES ");
    query.push_rows(rows, |query, (hash, SeenMessage { sent, .. })| {
        query.push_row(vec![
            (*hash).into(),
            chain.into(),
            sent.destination.into(),
            sent.nonce.into(),
            sent.sender.into(),
            sent.target.into(),
            (&sent.message).into(),
        ]);
    });
    query.push(" ON CONFLICT (hash) DO NOTHING");
    query
}

fn initiation_rows(rows: &[(B256, &SeenMessage)], chain: i64, block: Position) -> Query {
    let mut query = sql(
        "INSERT INTO initiations (message, chain_id, block_number, block_hash, timestamp, log_index, tx_hash) VALUES ",
    );
    query.push_rows(rows, |query, (hash, seen)| {
        query.push("((SELECT seq FROM messages WHERE hash = ").push_bind(*hash).push("), ");
        query.push_values(vec![
            chain.into(),
            block.number.into(),
            block.hash.into(),
            block.timestamp.into(),
            i64::from(seen.log_index).into(),
            seen.tx_hash.into(),
        ]);
        query.push(")");
    });
    query
}

fn delivery_rows(rows: &[SeenDelivery], chain: i64, block: Position) -> Query {
    let mut query = sql(
        "INSERT INTO deliveries
         (message_hash, source, nonce, chain_id, block_number, block_hash, timestamp, log_index, tx_hash) VALUES ",
    );
    query.push_rows(rows, |query, SeenDelivery { relayed, log_index, tx_hash }| {
        query.push_row(vec![
            relayed.message_hash.into(),
            relayed.source.into(),
            relayed.nonce.into(),
            chain.into(),
            block.number.into(),
            block.hash.into(),
            block.timestamp.into(),
            i64::from(*log_index).into(),
            (*tx_hash).into(),
        ]);
    });
    query
}
