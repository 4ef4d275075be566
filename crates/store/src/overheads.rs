//! What transactions cost that carry no message of ours.

use crate::{
    Cost, Role, Store, StoreError,
    attempts::lock_block,
    codec::int,
    cost::gwei_and_rest,
    database::{Connection, sql},
};
use alloy_primitives::{Address, B256};

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
        let Overhead { chain_id, signer, nonce, tx_hash, cost } = *overhead;
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
        let (fee_gwei, fee_rest) = gwei_and_rest(cost.fee)?;
        let query = sql(
            "INSERT INTO overheads (tx_hash, chain_id, signer, nonce, block_number, block_hash, landed_at,
             gas_used, fee_gwei, fee_rest) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             ON CONFLICT (tx_hash) DO UPDATE SET block_number = excluded.block_number,
             block_hash = excluded.block_hash, landed_at = excluded.landed_at, gas_used = excluded.gas_used,
             fee_gwei = excluded.fee_gwei, fee_rest = excluded.fee_rest",
        )
        .bind(tx_hash)
        .bind(chain)
        .bind(signer)
        .bind(int("nonce", nonce)?)
        .bind(int("block number", cost.block_number)?)
        .bind(cost.block_hash)
        .bind(int("timestamp", cost.landed_at)?)
        .bind(int("gas", cost.gas_used)?)
        .bind(fee_gwei)
        .bind(fee_rest);
        transaction.execute(query).await?;
        self.commit(transaction).await?;
        Ok(true)
    }
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
