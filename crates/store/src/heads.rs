//! How safe the blocks of a source are: what its reader says, for relayers that do not read it.

use crate::{
    Store, StoreError,
    codec::int,
    database::{Connection, Durability, sql},
};
use alloy_primitives::B256;
use causeway_chain::BlockRef;
use causeway_interop::SafetyLevel;

/// The newest block of a source that is so safe, and with it all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceHead {
    /// The chain.
    pub source: u64,
    /// How safe it is.
    pub level: SafetyLevel,
    /// The block's number.
    pub number: u64,
    /// The block's hash.
    pub hash: B256,
}

/// Whether a head is a block of the chain as it was applied. One that is older than all that are remembered is deeper than
/// any reorg that could be followed; without any block, nothing is known of the chain.
const IS_APPLIED: &str = "(
    EXISTS (SELECT 1 FROM blocks b WHERE b.chain_id = h.chain_id AND b.number = h.number AND b.hash = h.hash)
    OR h.number < (SELECT min(b.number) FROM blocks b WHERE b.chain_id = h.chain_id)
)";

impl Store {
    /// Notes the newest block of a chain that is so safe, its number and hash; without one, that none is. Takes the lease of the
    /// chain's blocks. A store that is not [shared](Self::is_shared) notes none: nobody needs it.
    ///
    /// Returns whether it holds: not when the block is none of those that were applied. Then what was noted before stays.
    pub async fn note_head(
        &self,
        chain_id: u64,
        level: SafetyLevel,
        block: Option<(u64, B256)>,
    ) -> Result<bool, StoreError> {
        if !self.is_shared() {
            return Ok(true);
        }
        let chain = int("chain id", chain_id)?;
        let mut transaction = self.begin_blocks(chain_id, Durability::Retold).await?;
        let Some((number, hash)) = block else {
            let query = sql("DELETE FROM source_heads WHERE chain_id = $1 AND level = $2");
            transaction.execute(query.bind(chain).bind(level.as_str())).await?;
            self.commit(transaction).await?;
            return Ok(true);
        };
        let number = int("block number", number)?;
        let query = sql("INSERT INTO source_heads (chain_id, level, number, hash) VALUES ($1, $2, $3, $4)
             ON CONFLICT (chain_id, level) DO UPDATE SET number = excluded.number, hash = excluded.hash");
        transaction.execute(query.bind(chain).bind(level.as_str()).bind(number).bind(hash)).await?;
        let holds = heads_of(&mut transaction, [&chain_id]).await?.iter().any(|head| head.level == level);
        if holds {
            self.commit(transaction).await?;
        }
        Ok(holds)
    }
}

/// The heads of these sources, those alone that are blocks of the chains as they stand.
pub(crate) async fn heads_of(
    connection: &mut Connection,
    sources: impl IntoIterator<Item = &u64>,
) -> Result<Vec<SourceHead>, StoreError> {
    let sources = sources.into_iter().map(|source| Ok(int("chain id", *source)?.into()));
    let sources = sources.collect::<Result<Vec<_>, StoreError>>()?;
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let mut query =
        sql("SELECT h.chain_id, h.level, h.number, h.hash FROM source_heads h WHERE h.chain_id IN ");
    query.push_row(sources).push(" AND ").push(IS_APPLIED);
    let mut heads = Vec::new();
    for row in connection.fetch_all(query).await? {
        // A newer version may know levels that this one does not.
        if let Ok(level) = row.text("level")?.parse() {
            let (source, number) = (row.uint("chain_id")?, row.uint("number")?);
            heads.push(SourceHead { source, level, number, hash: row.b256("hash")? });
        }
    }
    Ok(heads)
}

/// A chain's blocks above this one are no more; without one, none is left.
pub(crate) async fn lower_heads(
    connection: &mut Connection,
    chain: i64,
    ancestor: Option<&BlockRef>,
) -> Result<(), StoreError> {
    let query = match ancestor {
        None => sql("DELETE FROM source_heads WHERE chain_id = $1").bind(chain),
        Some(ancestor) => {
            sql("UPDATE source_heads SET number = $2, hash = $3 WHERE chain_id = $1 AND number > $2")
                .bind(chain)
                .bind(int("block number", ancestor.number)?)
                .bind(ancestor.hash)
        }
    };
    connection.execute(query).await.map(drop)
}
