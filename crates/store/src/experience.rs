//! What a relayer that starts has to know of what it paid for before.

use crate::{
    Experience, Landed, Store, StoreError,
    codec::int,
    database::{Row, sql},
};
use alloy_primitives::Address;

impl Store {
    /// What came of messages on a chain in blocks from `since` (seconds) on, oldest first: also of those that were delivered in
    /// the end, or forgiven. Those to `bridge` are told apart by how they begin. Reads the costs of that time one by one.
    pub async fn experience(
        &self,
        chain_id: u64,
        since: u64,
        bridge: Address,
    ) -> Result<Vec<Experience>, StoreError> {
        let query = sql(
            "SELECT c.source, c.sender, c.target,
             CASE WHEN c.target = $1 THEN substr(m.message, 1, 36) ELSE substr(m.message, 1, 0) END AS beginning,
             CAST(sum(CASE WHEN c.in_vain = 0 THEN c.gas ELSE 0 END) AS BIGINT) AS gas,
             CAST(sum(CASE WHEN c.in_vain = 1 AND c.late = 0 THEN c.gas ELSE 0 END) AS BIGINT) AS vain_gas,
             max(c.landed_at) AS at
             FROM message_costs c JOIN messages m ON m.seq = c.message
             WHERE c.chain_id = $2 AND c.landed_at >= $3
             GROUP BY 1, 2, 3, 4, c.landed_at / 600 ORDER BY at, 1, 2, 3, 4",
        );
        let query = query.bind(bridge).bind(int("chain id", chain_id)?).bind(int("timestamp", since)?);
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter().map(experience).collect()
    }

    /// The transactions that are in blocks of a chain from `since` (seconds) on, oldest first, and those of which it is not
    /// known yet what they cost.
    pub async fn landed(&self, chain_id: u64, since: u64) -> Result<Vec<Landed>, StoreError> {
        let query = sql(
            "SELECT a.tx_hash, a.block_number, a.landed_at AS at, a.gas_used AS gas
             FROM attempts a WHERE a.chain_id = $1 AND a.landed_at >= $2
             UNION ALL
             SELECT a.tx_hash, a.block_number,
             (SELECT b.timestamp FROM blocks b WHERE b.chain_id = a.chain_id AND b.number = a.block_number) AS at,
             CAST((SELECT coalesce(sum(am.gas_limit), 0) FROM attempt_messages am WHERE am.attempt = a.id) AS BIGINT) AS gas
             FROM attempts a WHERE a.chain_id = $1 AND a.block_number IS NOT NULL AND a.landed_at IS NULL
             AND a.cost_missing = 0 AND a.state IN ('included', 'failed')
             ORDER BY 2, 1",
        );
        let query = query.bind(int("chain id", chain_id)?).bind(int("timestamp", since)?);
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter().map(landed).collect()
    }
}

fn experience(row: &Row) -> Result<Experience, StoreError> {
    Ok(Experience {
        source: row.uint("source")?,
        sender: row.address("sender")?,
        target: row.address("target")?,
        beginning: row.bytes("beginning")?,
        gas: row.uint("gas")?,
        vain_gas: row.uint("vain_gas")?,
        at: row.uint("at")?,
    })
}

fn landed(row: &Row) -> Result<Landed, StoreError> {
    Ok(Landed {
        tx_hash: row.b256("tx_hash")?,
        block_number: row.uint("block_number")?,
        timestamp: row.optional_uint("at")?,
        gas: row.uint("gas")?,
    })
}
