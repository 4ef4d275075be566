use crate::{
    SeenBlock, SeenDelivery, SeenMessage, Store, StoreError,
    codec::int,
    database::{Connection, Durability, Row, sql},
    insert::{hashes, insert_blocks, insert_deliveries, insert_messages},
};
use alloy_primitives::B256;
use causeway_chain::BlockRef;
use std::collections::{BTreeMap, BTreeSet};

/// How many hashes are looked up by one statement.
const HASHES: usize = 500;

/// What applying blocks did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// How many of the blocks were applied; the others had been applied before.
    pub blocks: usize,
    /// The messages with a new initiation, in order.
    pub initiated: Vec<B256>,
    /// The messages with a new delivery, in order, whether known or not.
    pub delivered: Vec<B256>,
    /// Of the messages in the blocks, whether these were applied before or not, those that are not to be delivered any more:
    /// somebody has delivered them, or does not want them delivered.
    pub closed: BTreeSet<B256>,
    /// The position of the last change of messages that was noted with it; 0 if there is none. See
    /// [`Store::changes_after`].
    pub change: u64,
}

impl Store {
    /// The most recent applied blocks of a chain, oldest first: what `Start::After` takes.
    pub async fn window(&self, chain_id: u64) -> Result<Vec<BlockRef>, StoreError> {
        let query = sql(
            "SELECT number, hash, parent_hash, timestamp FROM blocks WHERE chain_id = $1 ORDER BY number",
        );
        let rows = self.read().await?.fetch_all(query.bind(int("chain id", chain_id)?)).await?;
        rows.iter().map(block).collect()
    }

    /// The last applied block of each of these chains that has any. Reads one row a chain, however long their windows are.
    pub async fn heads(&self, chain_ids: &[u64]) -> Result<BTreeMap<u64, BlockRef>, StoreError> {
        let mut connection = self.read().await?;
        let mut heads = BTreeMap::new();
        for chain_id in chain_ids {
            if let Some(head) = tip(&mut connection, int("chain id", *chain_id)?).await? {
                heads.insert(*chain_id, head);
            }
        }
        Ok(heads)
    }

    /// The hash of the applied block at a height; `None` above the last one, and below the window.
    pub async fn block_hash(&self, chain_id: u64, number: u64) -> Result<Option<B256>, StoreError> {
        let mut connection = self.read().await?;
        stored_hash(&mut connection, int("chain id", chain_id)?, number).await
    }

    /// The applied block at a height; `None` above the last one, and below the window.
    pub async fn block(&self, chain_id: u64, number: u64) -> Result<Option<BlockRef>, StoreError> {
        let query = sql(
            "SELECT number, hash, parent_hash, timestamp FROM blocks WHERE chain_id = $1 AND number = $2",
        );
        let query = query.bind(int("chain id", chain_id)?).bind(int("block number", number)?);
        let row = self.read().await?.fetch_optional(query).await?;
        row.as_ref().map(block).transpose()
    }

    /// Applies one block. See [`Store::apply_blocks`].
    pub async fn apply_block(
        &self,
        chain_id: u64,
        block: &BlockRef,
        messages: &[SeenMessage],
        deliveries: &[SeenDelivery],
        window_len: u64,
    ) -> Result<Applied, StoreError> {
        let seen = SeenBlock { block: *block, messages: messages.to_vec(), deliveries: deliveries.to_vec() };
        self.apply_blocks(chain_id, std::slice::from_ref(&seen), window_len).await
    }

    /// Applies consecutive blocks of a chain, all or none.
    ///
    /// Each must stand on the last applied one, if there is any. Blocks that were applied before, and are still
    /// within the window, are passed over, so that applying twice is harmless. Keeps the newest `window_len` blocks
    /// (at least one), the rest is forgotten, but not the messages in it. Attempts of ours whose transaction
    /// delivered something are marked as included. A file does not wait for the disk, except for a chain's first block.
    pub async fn apply_blocks(
        &self,
        chain_id: u64,
        blocks: &[SeenBlock],
        window_len: u64,
    ) -> Result<Applied, StoreError> {
        let chain = int("chain id", chain_id)?;
        let (mut transaction, mut tip) = self.begin_after_tip(chain_id).await?;
        let mut applied = Applied::default();
        let mut new: Vec<&SeenBlock> = Vec::with_capacity(blocks.len());
        for seen in blocks {
            if let Some(tip) = &tip
                && !seen.block.is_child_of(tip)
            {
                let is_known = new.iter().any(|new| new.block == seen.block)
                    || stored_hash(&mut transaction, chain, seen.block.number).await?
                        == Some(seen.block.hash);
                if is_known {
                    continue;
                }
                return Err(not_linked(chain_id, &seen.block, tip));
            }
            new.push(seen);
            tip = Some(seen.block);
        }
        insert_blocks(&mut transaction, chain, new.iter().map(|seen| seen.block)).await?;
        applied.initiated = insert_messages(&mut transaction, chain_id, &new).await?;
        insert_deliveries(&mut transaction, chain, &new).await?;
        let deliveries = new.iter().flat_map(|seen| &seen.deliveries);
        applied.delivered = deliveries.map(|seen| seen.relayed.message_hash).collect();
        applied.blocks = new.len();
        if let Some(tip) = tip
            && applied.blocks > 0
        {
            prune(&mut transaction, chain, tip.number, window_len).await?;
        }
        applied.closed = closed(&mut transaction, chain_id, blocks).await?;
        applied.change = self.note_changes(&mut transaction, chain, &applied.initiated).await?;
        self.commit(transaction).await?;
        Ok(applied)
    }

    /// Begins to apply blocks after the last applied one. Where there is none, the block that the chain is begun with has to be
    /// on disk: begun anew, it could be a later one, and what is between them would be missed.
    async fn begin_after_tip(&self, chain_id: u64) -> Result<(Connection, Option<BlockRef>), StoreError> {
        let chain = int("chain id", chain_id)?;
        let mut transaction = self.begin_blocks(chain_id, Durability::Retold).await?;
        if let Some(tip) = tip(&mut transaction, chain).await? {
            return Ok((transaction, Some(tip)));
        }
        drop(transaction);
        let mut transaction = self.begin_blocks(chain_id, Durability::Disk).await?;
        let tip = tip(&mut transaction, chain).await?;
        Ok((transaction, tip))
    }
}

/// The messages of blocks that are delivered, or skipped.
async fn closed(
    connection: &mut Connection,
    chain_id: u64,
    blocks: &[SeenBlock],
) -> Result<BTreeSet<B256>, StoreError> {
    let mut closed = BTreeSet::new();
    let all: Vec<B256> = blocks.iter().flat_map(|seen| hashes(chain_id, seen)).collect();
    for some in all.chunks(HASHES) {
        let mut query = sql("SELECT hash FROM messages WHERE hash IN ");
        query.push_hashes(some).push(" AND (delivered = 1 OR skip_reason IS NOT NULL)");
        for row in connection.fetch_all(query).await? {
            closed.insert(row.b256("hash")?);
        }
    }
    Ok(closed)
}

fn block(row: &Row) -> Result<BlockRef, StoreError> {
    Ok(BlockRef {
        number: row.uint("number")?,
        hash: row.b256("hash")?,
        parent_hash: row.b256("parent_hash")?,
        timestamp: row.uint("timestamp")?,
    })
}

fn not_linked(chain_id: u64, block: &BlockRef, tip: &BlockRef) -> StoreError {
    StoreError::NotLinked {
        chain_id,
        number: block.number,
        hash: block.hash,
        tip_number: tip.number,
        tip_hash: tip.hash,
    }
}

/// The last applied block.
pub(crate) async fn tip(connection: &mut Connection, chain: i64) -> Result<Option<BlockRef>, StoreError> {
    let query = sql(
        "SELECT number, hash, parent_hash, timestamp FROM blocks WHERE chain_id = $1 ORDER BY number DESC LIMIT 1",
    );
    let row = connection.fetch_optional(query.bind(chain)).await?;
    row.as_ref().map(block).transpose()
}

/// The hash of the applied block at a height, while it is within the window.
pub(crate) async fn stored_hash(
    connection: &mut Connection,
    chain: i64,
    number: u64,
) -> Result<Option<B256>, StoreError> {
    let query = sql("SELECT hash FROM blocks WHERE chain_id = $1 AND number = $2");
    let row = connection.fetch_optional(query.bind(chain).bind(int("block number", number)?)).await?;
    row.map(|row| row.b256("hash")).transpose()
}

async fn prune(connection: &mut Connection, chain: i64, tip: u64, window_len: u64) -> Result<(), StoreError> {
    let keep_above = i128::from(tip) - i128::from(window_len.max(1));
    let Ok(keep_above) = i64::try_from(keep_above) else { return Ok(()) };
    let query = sql("DELETE FROM blocks WHERE chain_id = $1 AND number <= $2");
    connection.execute(query.bind(chain).bind(keep_above)).await?;
    Ok(())
}
