//! What transactions cost: written down once their receipts are there, and taken back by reorgs.

use crate::{
    Attempt, Cost, Spent, Store, StoreError,
    attempt_rows::{find, load_all},
    codec::int,
    cost::{divide, gwei_and_rest},
    database::{Connection, sql},
};
use alloy_primitives::{B256, U256};
use std::collections::BTreeMap;

/// Items per statement.
const ROWS: usize = 200;

impl Store {
    /// Notes what a transaction cost, and what of it each message that it carries: in proportion to the gas that their
    /// items may use, or evenly where that is not known.
    ///
    /// Returns whether it was noted: not when the transaction is not in that block (any more). A file does not wait for the
    /// disk.
    pub async fn record_cost(&self, tx_hash: B256, cost: &Cost) -> Result<bool, StoreError> {
        let mut transaction = self.begin_retold().await?;
        self.check_lease_of(&mut transaction, tx_hash).await?;
        let attempt = find(&mut transaction, tx_hash).await?;
        let attempt = attempt.ok_or(StoreError::UnknownAttempt { tx_hash })?;
        let (fee_gwei, fee_rest) = gwei_and_rest(cost.fee)?;
        let query = sql(
            "UPDATE attempts SET block_hash = $1, landed_at = $2, gas_used = $3, gas_price = $4, fee_gwei = $5,
             fee_rest = $6, l1_fee = $7, gas_refund = $8, cost_missing = 0
             WHERE tx_hash = $9 AND block_number = $10 AND state IN ('included', 'failed') AND NOT EXISTS (
                 SELECT 1 FROM blocks b
                 WHERE b.chain_id = attempts.chain_id AND b.number = attempts.block_number AND b.hash <> $1
             )",
        )
        .bind(cost.block_hash)
        .bind(int("timestamp", cost.landed_at)?)
        .bind(int("gas", cost.gas_used)?)
        .bind(U256::from(cost.gas_price))
        .bind(fee_gwei)
        .bind(fee_rest)
        .bind(cost.l1_fee)
        .bind(cost.gas_refund.map(|gas| int("gas", gas)).transpose()?)
        .bind(tx_hash)
        .bind(int("block number", cost.block_number)?);
        if transaction.execute(query).await? == 0 {
            return Ok(false);
        }
        record_shares(&mut transaction, &attempt, cost).await?;
        self.commit(transaction).await?;
        Ok(true)
    }

    /// Notes that no node knows what a transaction cost any more, so that it is not asked for again.
    pub async fn record_cost_missing(&self, tx_hash: B256) -> Result<(), StoreError> {
        let query = sql("UPDATE attempts SET cost_missing = 1 WHERE tx_hash = $1").bind(tx_hash);
        self.update_attempt(tx_hash, query).await
    }

    /// At most `limit` transactions that are in blocks of a chain and whose cost was not noted yet, oldest first.
    pub async fn uncosted_attempts(&self, chain_id: u64, limit: u32) -> Result<Vec<Attempt>, StoreError> {
        let query = sql(
            "SELECT * FROM attempts WHERE chain_id = $1 AND block_number IS NOT NULL AND landed_at IS NULL
             AND cost_missing = 0 AND state IN ('included', 'failed') ORDER BY id LIMIT $2",
        );
        let query = query.bind(int("chain id", chain_id)?).bind(i64::from(limit));
        load_all(&mut self.read().await?, query).await
    }

    /// What was paid for in vain on a chain: for every message to it that is not delivered, the attempts that are in
    /// blocks, except those that an operator has forgiven.
    pub async fn spent(&self, chain_id: u64) -> Result<BTreeMap<B256, Vec<Spent>>, StoreError> {
        let query = sql("SELECT m.hash, a.tx_hash, am.gas_share FROM messages m
             CROSS JOIN attempt_messages am JOIN attempts a ON a.id = am.attempt
             WHERE am.message = m.seq AND m.destination = $1 AND m.delivered = 0 AND am.attempt > m.forgiven
             AND a.block_number IS NOT NULL AND a.state IN ('failed', 'included') ORDER BY a.id");
        let rows = self.read().await?.fetch_all(query.bind(U256::from(chain_id))).await?;
        let mut spent: BTreeMap<B256, Vec<Spent>> = BTreeMap::new();
        for row in rows {
            let one = Spent { tx_hash: row.b256("tx_hash")?, gas: row.optional_uint("gas_share")? };
            spent.entry(row.b256("hash")?).or_default().push(one);
        }
        Ok(spent)
    }
}

/// Gives every item its share of the cost.
async fn record_shares(
    connection: &mut Connection,
    attempt: &Attempt,
    cost: &Cost,
) -> Result<(), StoreError> {
    let items = &attempt.tx.items;
    let weights: Vec<u64> = items.iter().map(|item| item.gas).collect();
    let shares = divide(U256::from(cost.gas_used), &weights).into_iter().zip(divide(cost.fee, &weights));
    let mut rows = Vec::with_capacity(items.len());
    for (item, (gas, fee)) in items.iter().zip(shares) {
        let (gwei, rest) = gwei_and_rest(fee)?;
        rows.push((item.message, int("gas", gas.saturating_to())?, gwei, rest));
    }
    for rows in rows.chunks(ROWS) {
        let mut query = sql("WITH shares (hash, gas, gwei, rest) AS (VALUES ");
        query.push_rows(rows, |query, (hash, gas, gwei, rest)| {
            query.push_row(vec![(*hash).into(), (*gas).into(), (*gwei).into(), (*rest).into()]);
        });
        query
            .push(
                ") UPDATE attempt_messages SET gas_share = shares.gas, fee_gwei = shares.gwei, fee_rest = shares.rest
                 FROM shares JOIN messages m ON m.hash = shares.hash
                 WHERE attempt_messages.message = m.seq AND attempt_messages.attempt = ",
            )
            .push_bind(int("attempt", attempt.id)?);
        connection.execute(query).await?;
    }
    Ok(())
}
