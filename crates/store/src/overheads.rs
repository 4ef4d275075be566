//! What transactions cost that carry no message of ours.

use crate::{
    Cost, Role, Store, StoreError,
    attempts::lock_block,
    codec::int,
    cost::gwei_and_rest,
    database::{Connection, sql},
};
use alloy_primitives::{Address, B256};
use std::{collections::BTreeMap, ops::Range};

/// How many nonces are looked at.
const MOST: u64 = 1_024;

/// A transaction of one of our accounts that carries no message: one that does nothing and takes a nonce, or somebody else's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Overhead {
    /// The chain.
    pub chain_id: u64,
    /// The account.
    pub signer: Address,
    /// Its nonce.
    pub nonce: u64,
    /// The transaction.
    pub tx_hash: B256,
    /// What it cost.
    pub cost: Cost,
}

impl Store {
    /// Notes what a transaction cost that no message is to be charged for. A reorg of its block takes it back. Noting it twice is
    /// harmless.
    ///
    /// Returns whether it was noted: not when its block is not among those that were applied (any more), and not when it is
    /// a recorded attempt, whose cost is [`Store::record_cost`]'s to note.
    pub async fn record_overhead(&self, overhead: &Overhead) -> Result<bool, StoreError> {
        let Overhead { chain_id, signer, tx_hash, cost, .. } = *overhead;
        let mut transaction = self.begin().await?;
        self.check_lease(&mut transaction, chain_id, Role::Signer(signer)).await?;
        let known = sql("SELECT id FROM attempts WHERE tx_hash = $1").bind(tx_hash);
        if transaction.fetch_optional(known).await?.is_some() {
            return Ok(false);
        }
        let chain = int("chain id", chain_id)?;
        if !lock_block(&mut transaction, chain, (cost.block_number, cost.block_hash)).await? {
            return Ok(false);
        }
        insert_overhead(&mut transaction, overhead, false).await?;
        self.commit(transaction).await?;
        Ok(true)
    }

    /// Of the nonces in a range, those of which it is not recorded what used them, of a signer that has signed attempts before:
    /// each with whether an attempt has it that is in no block. The last 1,024 are looked at.
    pub async fn unaccounted(
        &self,
        chain_id: u64,
        signer: Address,
        nonces: Range<u64>,
    ) -> Result<Vec<(u64, bool)>, StoreError> {
        let (chain, mut connection) = (int("chain id", chain_id)?, self.read().await?);
        let query = sql("SELECT min(nonce) AS nonce FROM attempts WHERE chain_id = $1 AND signer = $2");
        let first = connection.fetch_one(query.bind(chain).bind(signer)).await?.optional_uint("nonce")?;
        let Some(first) = first else { return Ok(Vec::new()) };
        let first = first.max(nonces.start).max(nonces.end.saturating_sub(MOST));
        let query = sql(
            "SELECT nonce, CAST(max(CASE WHEN block_number IS NOT NULL AND state IN ('included', 'failed')
             THEN 1 ELSE 0 END) AS BIGINT) AS landed FROM attempts
             WHERE chain_id = $1 AND signer = $2 AND nonce >= $3 AND nonce < $4 GROUP BY nonce",
        )
        .bind(chain)
        .bind(signer)
        .bind(int("nonce", first)?)
        .bind(int("nonce", nonces.end)?);
        let mut known = BTreeMap::new();
        for row in connection.fetch_all(query).await? {
            known.insert(row.uint("nonce")?, row.int("landed")? == 1);
        }
        let query = sql("SELECT nonce FROM overheads WHERE chain_id = $1 AND signer = $2 AND nonce >= $3");
        let query = query.bind(chain).bind(signer).bind(int("nonce", first)?);
        for row in connection.fetch_all(query).await? {
            known.insert(row.uint("nonce")?, true);
        }
        let open = (first..nonces.end).filter(|nonce| known.get(nonce) != Some(&true));
        Ok(open.map(|nonce| (nonce, known.contains_key(&nonce))).collect())
    }
}

/// Writes it down, and whether it did what it was for.
pub(crate) async fn insert_overhead(
    transaction: &mut Connection,
    overhead: &Overhead,
    is_useful: bool,
) -> Result<(), StoreError> {
    let Overhead { chain_id, signer, nonce, tx_hash, cost } = *overhead;
    let (fee_gwei, fee_rest) = gwei_and_rest(cost.fee)?;
    let query =
        sql("INSERT INTO overheads (tx_hash, chain_id, signer, nonce, block_number, block_hash, landed_at,
         gas_used, fee_gwei, fee_rest, useful) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (tx_hash) DO UPDATE SET block_number = excluded.block_number,
         block_hash = excluded.block_hash, landed_at = excluded.landed_at, gas_used = excluded.gas_used,
         fee_gwei = excluded.fee_gwei, fee_rest = excluded.fee_rest, useful = excluded.useful")
        .bind(tx_hash)
        .bind(int("chain id", chain_id)?)
        .bind(signer)
        .bind(int("nonce", nonce)?)
        .bind(int("block number", cost.block_number)?)
        .bind(cost.block_hash)
        .bind(int("timestamp", cost.landed_at)?)
        .bind(int("gas", cost.gas_used)?)
        .bind(fee_gwei)
        .bind(fee_rest)
        .bind(i64::from(is_useful));
    transaction.execute(query).await.map(drop)
}

/// A chain's blocks above this number are no more.
pub(crate) async fn void_overheads(
    connection: &mut Connection,
    chain: i64,
    number: i64,
) -> Result<(), StoreError> {
    let query = sql("DELETE FROM overheads WHERE chain_id = $1 AND block_number > $2");
    connection.execute(query.bind(chain).bind(number)).await.map(drop)
}
