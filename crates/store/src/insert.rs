//! Writing what a block says, many rows at a time: a statement's way to the database and back costs more than a row.

use crate::{
    SeenBlock, SeenDelivery, SeenMessage, StoreError,
    codec::int,
    database::{Connection, Query, sql},
};
use alloy_primitives::{B256, U256};
use causeway_chain::BlockRef;
use std::collections::BTreeMap;

/// Rows per statement; SQLite takes 32,766 parameters at most, and a row has ten or fewer.
const ROWS: usize = 200;

pub(crate) async fn insert_blocks(
    connection: &mut Connection,
    chain: i64,
    blocks: impl IntoIterator<Item = BlockRef>,
) -> Result<(), StoreError> {
    let rows: Vec<_> = blocks.into_iter().collect();
    let rows = rows.iter().map(|block| Ok((Position::of(block)?, block.parent_hash)));
    let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
    for rows in rows.chunks(ROWS) {
        let mut query = sql("INSERT INTO blocks (chain_id, number, hash, parent_hash, timestamp) VALUES ");
        query.push_rows(rows, |query, (block, parent_hash)| {
            query.push_row(vec![
                chain.into(),
                block.number.into(),
                block.hash.into(),
                (*parent_hash).into(),
                block.timestamp.into(),
            ]);
        });
        connection.execute(query).await?;
    }
    Ok(())
}

/// Inserts the messages that are new and all their initiations. Returns the hashes of the messages.
pub(crate) async fn insert_messages(
    connection: &mut Connection,
    chain_id: u64,
    blocks: &[&SeenBlock],
) -> Result<Vec<B256>, StoreError> {
    let chain = int("chain id", chain_id)?;
    let mut all = Vec::new();
    for seen in blocks {
        let position = Position::of(&seen.block)?;
        let rows = seen.messages.iter();
        all.extend(rows.map(|seen| (seen.sent.message_hash(U256::from(chain_id)), seen, position)));
    }
    for rows in all.chunks(ROWS) {
        connection.execute(message_rows(rows, chain)).await?;
        connection.execute(initiation_rows(rows, chain)).await?;
    }
    Ok(all.into_iter().map(|(hash, ..)| hash).collect())
}

/// The hashes of a block's messages.
pub(crate) fn hashes(chain_id: u64, seen: &SeenBlock) -> impl Iterator<Item = B256> {
    seen.messages.iter().map(move |seen| seen.sent.message_hash(U256::from(chain_id)))
}

/// Inserts the deliveries, and marks our attempts that made them as included.
pub(crate) async fn insert_deliveries(
    connection: &mut Connection,
    chain: i64,
    blocks: &[&SeenBlock],
) -> Result<(), StoreError> {
    let mut all = Vec::new();
    for seen in blocks {
        let position = Position::of(&seen.block)?;
        all.extend(seen.deliveries.iter().map(|seen| (seen, position)));
    }
    for rows in all.chunks(ROWS) {
        connection.execute(delivery_rows(rows, chain)).await?;
    }
    let transactions: BTreeMap<B256, i64> =
        all.iter().map(|(seen, position)| (seen.tx_hash, position.number)).collect();
    let transactions: Vec<(B256, i64)> = transactions.into_iter().collect();
    for rows in transactions.chunks(ROWS) {
        let mut query = sql("WITH landed (tx_hash, number) AS (VALUES ");
        query.push_rows(rows, |query, (tx_hash, number)| {
            query.push_row(vec![(*tx_hash).into(), (*number).into()]);
        });
        query.push(
            ") UPDATE attempts SET state = 'included', block_number = landed.number, error = NULL
             FROM landed WHERE attempts.tx_hash = landed.tx_hash AND attempts.chain_id = ",
        );
        query.push_bind(chain);
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

fn message_rows(rows: &[(B256, &SeenMessage, Position)], chain: i64) -> Query {
    let mut query =
        sql("INSERT INTO messages (hash, source, destination, nonce, sender, target, message) VALUES ");
    query.push_rows(rows, |query, (hash, SeenMessage { sent, .. }, _)| {
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

fn initiation_rows(rows: &[(B256, &SeenMessage, Position)], chain: i64) -> Query {
    let mut query = sql(
        "INSERT INTO initiations (message, chain_id, block_number, block_hash, timestamp, log_index, tx_hash) VALUES ",
    );
    query.push_rows(rows, |query, (hash, seen, block)| {
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

fn delivery_rows(rows: &[(&SeenDelivery, Position)], chain: i64) -> Query {
    let mut query = sql(
        "INSERT INTO deliveries
         (message_hash, source, nonce, chain_id, block_number, block_hash, timestamp, log_index, tx_hash) VALUES ",
    );
    query.push_rows(rows, |query, (SeenDelivery { relayed, log_index, tx_hash }, block)| {
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
