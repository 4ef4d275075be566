//! What a relayer that starts has to know of what it paid for before.

use crate::{
    Experience, Landed, Store, StoreError,
    codec::int,
    database::{Connection, Query, Row, sql},
};
use alloy_primitives::Address;
use std::{collections::BTreeMap, ops::Range};

/// What is told apart by time, in seconds.
const BIN: i64 = 600;
/// A slice of time with fewer costs than this was a small one: the next one is wider.
const FEW: u64 = 5_000;
/// How many transactions are read at once, at most.
const PAGE: i64 = 4_096;
/// What takes too long for so few is not a matter of how many they are.
const SMALLEST: i64 = 64;

impl Store {
    /// What came of messages on a chain in blocks from `since` (seconds) on, oldest first: also of those that were delivered in
    /// the end, or forgiven. Those to `bridge` are told apart by how they begin.
    ///
    /// Reads the costs of that time one by one, the newest first and `limit` of them at most; older ones are left out then, and
    /// so are those that the database takes too long to find. The log says so.
    pub async fn experience(
        &self,
        chain_id: u64,
        since: u64,
        bridge: Address,
        limit: u32,
    ) -> Result<Vec<Experience>, StoreError> {
        let (chain, since) = (int("chain id", chain_id)?, int("timestamp", since)?);
        let mut connection = self.read().await?;
        let query = sql("SELECT max(landed_at) AS at FROM attempts WHERE chain_id = $1 AND landed_at >= $2");
        let newest = connection.fetch_one(query.bind(chain).bind(since)).await?.optional_uint("at")?;
        let Some(newest) = newest else { return Ok(Vec::new()) };
        let (mut found, mut rest, mut width) = (Vec::new(), u64::from(limit), BIN);
        let mut end = (int("timestamp", newest)? / BIN).saturating_add(1).saturating_mul(BIN);
        while end > since && rest > 0 {
            let begin = end.saturating_sub(width).max(since);
            let query = slice(&connection, bridge, int("limit", rest)?, chain, begin..end);
            let rows = match connection.fetch_all(query).await {
                Err(StoreError::Database { source }) if source.is_cancelled() => {
                    tracing::warn!(chain = chain_id, %source, "what was paid before {end} is not remembered");
                    break;
                }
                rows => rows?,
            };
            let mut costs = 0;
            for row in &rows {
                found.push(experience(row)?);
                costs += row.uint("costs")?;
            }
            if costs < FEW {
                width = width.saturating_mul(4);
            }
            rest = rest.saturating_sub(costs);
            end = begin;
        }
        if rest == 0 {
            tracing::info!(chain = chain_id, limit, "more was paid lately than is remembered");
        }
        let key = |one: &Experience| (one.at, one.source, one.sender, one.target, one.beginning.clone());
        found.sort_by_cached_key(key);
        Ok(found)
    }

    /// The transactions that are in blocks of a chain from `since` (seconds) on, oldest first, and those of which it is not
    /// known yet what they cost.
    ///
    /// They are read in pages, which are made smaller where the database takes too long for one: none is left out, for what was
    /// spent counts against a cap.
    pub async fn landed(&self, chain_id: u64, since: u64) -> Result<Vec<Landed>, StoreError> {
        let (chain, since) = (int("chain id", chain_id)?, int("timestamp", since)?);
        let mut connection = self.read().await?;
        // One whose cost becomes known meanwhile is found twice, and never missed.
        let uncosted = pages(&mut connection, |last, limit| {
            let after = last.map_or(Ok(0), |row| row.int("id"))?;
            Ok(sql(UNCOSTED).bind(chain).bind(after).bind(limit))
        })
        .await?;
        let costed = pages(&mut connection, |last, limit| {
            let (at, after) = match last {
                Some(row) => (row.int("at")?, row.int("id")?),
                None => (since, 0),
            };
            Ok(sql(COSTED).bind(chain).bind(at).bind(after).bind(limit))
        })
        .await?;
        let mut found = BTreeMap::<_, Landed>::new();
        for rows in [&uncosted, &costed] {
            let mut read = BTreeMap::new();
            for row in rows {
                let one = landed(row)?;
                let shares = share(row)?;
                read.entry(one.tx_hash).or_insert(one).shares.extend(shares);
            }
            found.append(&mut read);
        }
        let mut found: Vec<_> = found.into_values().collect();
        found.sort_by_key(|one| (one.block_number, one.tx_hash));
        Ok(found)
    }
}

/// Those whose cost is known, from a time on, after one of that time: a row for each source of their messages.
const COSTED: &str = "SELECT p.id, p.tx_hash, p.block_number, p.at, p.gas, m.source,
     CAST(coalesce(sum(am.gas_share), 0) AS BIGINT) AS share FROM (
         SELECT a.id, a.tx_hash, a.block_number, a.landed_at AS at, a.gas_used AS gas FROM attempts a
         WHERE a.chain_id = $1 AND a.landed_at >= $2 AND (a.landed_at > $2 OR a.id > $3)
         ORDER BY a.landed_at, a.id LIMIT $4
     ) p LEFT JOIN attempt_messages am ON am.attempt = p.id LEFT JOIN messages m ON m.seq = am.message
     GROUP BY p.id, p.tx_hash, p.block_number, p.at, p.gas, m.source ORDER BY p.at, p.id";
/// Those whose cost is not known yet, in such rows.
const UNCOSTED: &str = "SELECT p.id, p.tx_hash, p.block_number, p.at, p.gas, m.source,
     CAST(coalesce(sum(am.gas_limit), 0) AS BIGINT) AS share FROM (
         SELECT a.id, a.tx_hash, a.block_number,
         (SELECT b.timestamp FROM blocks b WHERE b.chain_id = a.chain_id AND b.number = a.block_number) AS at,
         CAST((SELECT coalesce(sum(am.gas_limit), 0) FROM attempt_messages am WHERE am.attempt = a.id) AS BIGINT) AS gas
         FROM attempts a WHERE a.chain_id = $1 AND a.block_number IS NOT NULL AND a.landed_at IS NULL
         AND a.cost_missing = 0 AND a.state IN ('included', 'failed') AND a.id > $2 ORDER BY a.id LIMIT $3
     ) p LEFT JOIN attempt_messages am ON am.attempt = p.id LEFT JOIN messages m ON m.seq = am.message
     GROUP BY p.id, p.tx_hash, p.block_number, p.at, p.gas, m.source ORDER BY p.id";

/// All rows of a statement that is told the last row that was read, and how many transactions come next at most.
async fn pages(
    connection: &mut Connection,
    next: impl Fn(Option<&Row>, i64) -> Result<Query, StoreError>,
) -> Result<Vec<Row>, StoreError> {
    let (mut rows, mut limit) = (Vec::new(), PAGE);
    loop {
        let page = match connection.fetch_all(next(rows.last(), limit)?).await {
            Err(StoreError::Database { source }) if source.is_cancelled() && limit > SMALLEST => {
                limit /= 4;
                tracing::warn!(%source, limit, "the database takes too long: less is asked of it at once");
                continue;
            }
            page => page?,
        };
        let mut ids = page.iter().map(|row| row.int("id")).collect::<Result<Vec<_>, _>>()?;
        ids.dedup();
        let is_last = ids.len() < usize::try_from(limit).unwrap_or(usize::MAX);
        rows.extend(page);
        if is_last {
            return Ok(rows);
        }
    }
}

/// The costs of a time in seconds, the newest `limit` of them, added up. Whether somebody else was faster is only asked
/// where we were in vain. What is asked for each is no EXISTS, for which all deliveries that ever were might be read.
fn slice(connection: &Connection, bridge: Address, limit: i64, chain: i64, time: Range<i64>) -> Query {
    let mut query = sql("SELECT source, sender, target, beginning");
    for (fate, name) in [(0, "gas"), (2, "vain_gas")] {
        let sum = connection.sum(&format!("CASE WHEN fate = {fate} THEN gas ELSE 0 END"));
        query.push(", ").push(&sum).push(" AS ").push(name);
    }
    query.push(
        ",
         max(landed_at) AS at, count(*) AS costs
         FROM (
             SELECT m.source, m.sender, m.target, a.landed_at, am.gas_share AS gas,
             CASE WHEN m.target = $1 THEN substr(m.message, 1, 36) ELSE substr(m.message, 1, 0) END AS beginning,
             CASE WHEN (
                 SELECT 1 FROM deliveries d WHERE d.message_hash = m.hash AND d.tx_hash = a.tx_hash LIMIT 1
             ) IS NOT NULL THEN 0 WHEN (
                 SELECT 1 FROM deliveries d
                 WHERE d.message_hash = m.hash AND d.tx_hash <> a.tx_hash AND d.block_number <= a.block_number LIMIT 1
             ) IS NOT NULL THEN 1 ELSE 2 END AS fate
             FROM attempts a JOIN attempt_messages am ON am.attempt = a.id JOIN messages m ON m.seq = am.message
             WHERE a.chain_id = $2 AND a.landed_at >= $3 AND a.landed_at < $4 AND am.gas_share IS NOT NULL
             ORDER BY a.landed_at DESC, a.id DESC LIMIT $5
         ) costs
         GROUP BY source, sender, target, beginning, landed_at / 600",
    );
    query.bind(bridge).bind(chain).bind(time.start).bind(time.end).bind(limit)
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
        shares: Vec::new(),
    })
}

/// What of a transaction is for the messages of one source.
fn share(row: &Row) -> Result<Option<(u64, u64)>, StoreError> {
    Ok(row.optional_uint("source")?.zip(Some(row.uint("share")?)))
}
