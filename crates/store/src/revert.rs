use crate::{
    Store, StoreError,
    blocks::stored_hash,
    codec::int,
    database::{Connection, Durability, sql},
    heads::lower_heads,
    insert::insert_blocks,
    overheads::void_overheads,
};
use alloy_primitives::B256;
use causeway_chain::BlockRef;
use std::collections::BTreeSet;

/// How many hashes are looked up by one statement.
const HASHES: usize = 500;

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
    /// The position of the last change of messages that was noted with it; 0 if there is none. See
    /// [`Store::changes_after`].
    pub change: u64,
}

impl Reverted {
    /// The messages that do not stand on their source as they did.
    fn moved(&self) -> impl Iterator<Item = &B256> {
        self.orphaned.iter().chain(&self.reidentified)
    }
}

impl Store {
    /// Takes back every block of a chain above `ancestor`, with all that it said, in one transaction.
    ///
    /// Doing it twice is harmless. The ancestor may be unknown when it is below the window; it then is the only
    /// block of the new window. A file does not wait for the disk.
    pub async fn revert_to(&self, chain_id: u64, ancestor: &BlockRef) -> Result<Reverted, StoreError> {
        let chain = int("chain id", chain_id)?;
        let mut transaction = self.begin_blocks(chain_id, Durability::Retold).await?;
        let stored = stored_hash(&mut transaction, chain, ancestor.number).await?;
        if let Some(stored) = stored
            && stored != ancestor.hash
        {
            let (number, hash) = (ancestor.number, ancestor.hash);
            return Err(StoreError::UnknownAncestor { chain_id, number, hash, stored });
        }
        let mut reverted = void_above(&mut transaction, chain, int("block number", ancestor.number)?).await?;
        if stored.is_none() {
            transaction.execute(sql("DELETE FROM blocks WHERE chain_id = $1").bind(chain)).await?;
            insert_blocks(&mut transaction, chain, [*ancestor]).await?;
        }
        lower_heads(&mut transaction, chain, Some(ancestor)).await?;
        reverted.change = self.note_changes(&mut transaction, chain, reverted.moved()).await?;
        self.commit(transaction).await?;
        Ok(reverted)
    }

    /// Forgets everything that a chain has said, because it is another chain now: a development chain that was
    /// started anew under its old id. Messages from it become orphans; attempts on it are abandoned, so that their
    /// nonces do not haunt the new chain.
    pub async fn forget_chain(&self, chain_id: u64) -> Result<Reverted, StoreError> {
        let chain = int("chain id", chain_id)?;
        let mut transaction = self.begin_blocks(chain_id, Durability::Disk).await?;
        let mut reverted = void_above(&mut transaction, chain, -1).await?;
        lower_heads(&mut transaction, chain, None).await?;
        reverted.change = self.note_changes(&mut transaction, chain, reverted.moved()).await?;
        let query = sql(
            "UPDATE attempts SET state = 'abandoned', block_number = NULL, error = 'the chain was started anew'
             WHERE chain_id = $1 AND state <> 'abandoned'",
        );
        transaction.execute(query.bind(chain)).await?;
        // On the new chain nothing was spent, and the same bytes may be signed anew.
        for text in [
            "DELETE FROM errand_versions WHERE errand IN (SELECT id FROM errands WHERE chain_id = $1)",
            "DELETE FROM errands WHERE chain_id = $1",
        ] {
            transaction.execute(sql(text).bind(chain)).await?;
        }
        self.commit(transaction).await?;
        Ok(Reverted { reopened: Vec::new(), ..reverted })
    }
}

/// Deletes what blocks above `number` said.
async fn void_above(connection: &mut Connection, chain: i64, number: i64) -> Result<Reverted, StoreError> {
    // First: what somebody is noting of these blocks is found below, and nobody notes more.
    let query = sql("DELETE FROM blocks WHERE chain_id = $1 AND number > $2");
    let blocks = connection.execute(query.bind(chain).bind(number)).await?;
    let uninitiated = hashes(
        connection,
        "SELECT m.hash FROM messages m WHERE m.seq IN
         (SELECT message FROM initiations WHERE chain_id = $1 AND block_number > $2) ORDER BY m.seq",
        chain,
        number,
    )
    .await?;
    let undelivered = hashes(
        connection,
        "SELECT m.hash FROM messages m JOIN deliveries d ON d.message_hash = m.hash
         WHERE d.chain_id = $1 AND d.block_number > $2 ORDER BY m.seq",
        chain,
        number,
    )
    .await?;
    let reopened = hashes(
        connection,
        "SELECT tx_hash AS hash FROM attempts WHERE chain_id = $1 AND block_number > $2 ORDER BY id",
        chain,
        number,
    )
    .await?;
    for text in [
        "DELETE FROM initiations WHERE chain_id = $1 AND block_number > $2",
        "DELETE FROM deliveries WHERE chain_id = $1 AND block_number > $2",
        "UPDATE attempts SET state = 'broadcast', block_number = NULL, error = NULL
         WHERE chain_id = $1 AND block_number > $2",
        "UPDATE errands SET state = 'open', block_number = NULL, ended_ms = NULL WHERE chain_id = $1 AND block_number > $2",
    ] {
        connection.execute(sql(text).bind(chain).bind(number)).await?;
    }
    // What is open may be in a block that takes the place of one of these.
    for text in [
        "UPDATE attempts SET recorded_at = $2
         WHERE chain_id = $1 AND state IN ('signed', 'broadcast') AND recorded_at > $2",
        "UPDATE errands SET recorded_at = $2 WHERE chain_id = $1 AND state = 'open' AND recorded_at > $2",
    ] {
        connection.execute(sql(text).bind(chain).bind(number.max(0))).await?;
    }
    void_overheads(connection, chain, number).await?;
    let (reidentified, orphaned) = by_initiation(connection, uninitiated).await?;
    Ok(Reverted { blocks, orphaned, reidentified, undelivered, reopened, change: 0 })
}

async fn hashes(
    connection: &mut Connection,
    text: &'static str,
    chain: i64,
    number: i64,
) -> Result<Vec<B256>, StoreError> {
    let rows = connection.fetch_all(sql(text).bind(chain).bind(number)).await?;
    rows.iter().map(|row| row.b256("hash")).collect()
}

/// Divides messages into those that have an initiation and those that have none.
async fn by_initiation(
    connection: &mut Connection,
    messages: Vec<B256>,
) -> Result<(Vec<B256>, Vec<B256>), StoreError> {
    let mut initiated = BTreeSet::new();
    for hashes in messages.chunks(HASHES) {
        let mut query = sql("SELECT hash FROM messages WHERE hash IN ");
        query.push_hashes(hashes).push(" AND EXISTS (SELECT 1 FROM initiations WHERE message = seq)");
        for row in connection.fetch_all(query).await? {
            initiated.insert(row.b256("hash")?);
        }
    }
    Ok(messages.into_iter().partition(|hash| initiated.contains(hash)))
}
