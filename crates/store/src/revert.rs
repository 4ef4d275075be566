use crate::{
    Store, StoreError,
    blocks::stored_hash,
    codec::{Columns, int},
    insert::insert_block,
};
use alloy_primitives::B256;
use causeway_chain::BlockRef;
use sqlx::SqliteConnection;

/// What a reorg took away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reverted {
    /// How many blocks of the window are void.
    pub blocks: u64,
    /// Messages whose last initiation is gone: they do not exist on the source any more.
    pub orphaned: Vec<B256>,
    /// Messages that lost an initiation and have an older one: their identifier has changed.
    pub reidentified: Vec<B256>,
    /// Known messages whose delivery is gone.
    pub undelivered: Vec<B256>,
    /// Transactions of ours that were in void blocks. Their fate is open again; the same bytes can be sent again.
    pub reopened: Vec<B256>,
}

impl Store {
    /// Takes back every block of a chain above `ancestor`, with all that it said, in one transaction.
    ///
    /// Doing it twice is harmless. The ancestor may be unknown when it is below the window; it then is the only
    /// block of the new window.
    pub async fn revert_to(&self, chain_id: u64, ancestor: &BlockRef) -> Result<Reverted, StoreError> {
        let chain = int("chain id", chain_id)?;
        let mut transaction = self.begin().await?;
        let stored = stored_hash(&mut transaction, chain, ancestor.number).await?;
        if let Some(stored) = stored
            && stored != ancestor.hash
        {
            let (number, hash) = (ancestor.number, ancestor.hash);
            return Err(StoreError::UnknownAncestor { chain_id, number, hash, stored });
        }
        let reverted = void_above(&mut transaction, chain, int("block number", ancestor.number)?).await?;
        if stored.is_none() {
            sqlx::query("DELETE FROM blocks WHERE chain_id = ?")
                .bind(chain)
                .execute(&mut *transaction)
                .await?;
            insert_block(&mut transaction, chain, ancestor).await?;
        }
        self.commit(transaction).await?;
        Ok(reverted)
    }

    /// Forgets everything that a chain has said, because it is another chain now: a development chain that was
    /// started anew under its old id. Messages from it become orphans; attempts on it are abandoned, so that their
    /// nonces do not haunt the new chain.
    pub async fn forget_chain(&self, chain_id: u64) -> Result<Reverted, StoreError> {
        let chain = int("chain id", chain_id)?;
        let mut transaction = self.begin().await?;
        let reverted = void_above(&mut transaction, chain, -1).await?;
        sqlx::query(
            "UPDATE attempts SET state = 'abandoned', block_number = NULL, error = 'the chain was started anew'
             WHERE chain_id = ? AND state <> 'abandoned'",
        )
        .bind(chain)
        .execute(&mut *transaction)
        .await?;
        self.commit(transaction).await?;
        Ok(Reverted { reopened: Vec::new(), ..reverted })
    }
}

/// Deletes what blocks above `number` said.
async fn void_above(
    connection: &mut SqliteConnection,
    chain: i64,
    number: i64,
) -> Result<Reverted, StoreError> {
    let uninitiated = hashes(
        connection,
        "SELECT DISTINCT m.hash FROM messages m JOIN initiations i ON i.message = m.seq
         WHERE i.chain_id = ? AND i.block_number > ? ORDER BY m.seq",
        chain,
        number,
    )
    .await?;
    let undelivered = hashes(
        connection,
        "SELECT m.hash FROM messages m JOIN deliveries d ON d.message_hash = m.hash
         WHERE d.chain_id = ? AND d.block_number > ? ORDER BY m.seq",
        chain,
        number,
    )
    .await?;
    let reopened = hashes(
        connection,
        "SELECT tx_hash AS hash FROM attempts WHERE chain_id = ? AND block_number > ? ORDER BY id",
        chain,
        number,
    )
    .await?;
    for sql in [
        "DELETE FROM initiations WHERE chain_id = ? AND block_number > ?",
        "DELETE FROM deliveries WHERE chain_id = ? AND block_number > ?",
        "UPDATE attempts SET state = 'broadcast', block_number = NULL, error = NULL
         WHERE chain_id = ? AND block_number > ?",
    ] {
        sqlx::query(sql).bind(chain).bind(number).execute(&mut *connection).await?;
    }
    let blocks = sqlx::query("DELETE FROM blocks WHERE chain_id = ? AND number > ?")
        .bind(chain)
        .bind(number)
        .execute(&mut *connection)
        .await?
        .rows_affected();
    let mut reverted = Reverted { blocks, undelivered, reopened, ..Reverted::default() };
    for hash in uninitiated {
        let list = if is_orphan(connection, hash).await? {
            &mut reverted.orphaned
        } else {
            &mut reverted.reidentified
        };
        list.push(hash);
    }
    Ok(reverted)
}

async fn hashes(
    connection: &mut SqliteConnection,
    sql: &'static str,
    chain: i64,
    number: i64,
) -> Result<Vec<B256>, StoreError> {
    let rows = sqlx::query(sql).bind(chain).bind(number).fetch_all(connection).await?;
    rows.iter().map(|row| row.b256("hash")).collect()
}

async fn is_orphan(connection: &mut SqliteConnection, hash: B256) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar(
        "SELECT NOT EXISTS (SELECT 1 FROM initiations WHERE message = m.seq) FROM messages m WHERE hash = ?",
    )
    .bind(hash.as_slice())
    .fetch_one(connection)
    .await?)
}
