//! An attempt as rows: one of its own, and one for each message that it carries.

use crate::{
    Attempt, AttemptItem, NewAttempt, StoreError,
    attempt::attempt,
    codec::int,
    database::{Connection, Query, sql},
};
use alloy_primitives::B256;
use std::collections::{BTreeMap, BTreeSet};

/// Rows per statement.
const ROWS: usize = 200;

/// Looks up the messages of an attempt, and whether another transaction may deliver one of them yet. Returns the places
/// of the messages in the order in which they were seen.
pub(crate) async fn check_free(
    connection: &mut Connection,
    new: &NewAttempt,
) -> Result<BTreeMap<B256, i64>, StoreError> {
    let hashes: Vec<B256> = new.messages().collect::<BTreeSet<_>>().into_iter().collect();
    let mut places = BTreeMap::new();
    for hashes in hashes.chunks(ROWS) {
        let mut query = sql("SELECT hash, seq FROM messages WHERE hash IN ");
        query.push_hashes(hashes);
        for row in connection.fetch_all(query).await? {
            places.insert(row.b256("hash")?, row.int("seq")?);
        }
    }
    if let Some(hash) = hashes.iter().find(|hash| !places.contains_key(*hash)) {
        return Err(StoreError::UnknownMessage { hash: *hash });
    }
    let mut in_order: Vec<i64> = places.values().copied().collect();
    in_order.sort_unstable();
    connection.lock_holds(&in_order, new).await?;
    let mut held = Vec::new();
    for hashes in hashes.chunks(ROWS) {
        let mut query = sql("SELECT m.hash FROM messages m JOIN holders h ON h.message = m.seq
             WHERE NOT (h.chain_id = $1 AND h.signer = $2 AND h.nonce = $3) AND m.hash IN ")
        .bind(int("chain id", new.chain_id)?)
        .bind(new.signer)
        .bind(int("nonce", new.nonce)?);
        query.push_hashes(hashes).push(" ORDER BY m.seq");
        for row in connection.fetch_all(query).await? {
            held.push(row.b256("hash")?);
        }
    }
    if held.is_empty() { Ok(places) } else { Err(StoreError::Held { messages: held }) }
}

/// Writes the attempt, with the messages at these places. Returns whether it did: not if somebody else just has.
pub(crate) async fn insert(
    connection: &mut Connection,
    new: &NewAttempt,
    places: &BTreeMap<B256, i64>,
) -> Result<bool, StoreError> {
    let query = sql("INSERT INTO attempts (tx_hash, chain_id, signer, nonce, raw_tx, state, created_ms, recorded_at)
         VALUES ($1, $2, $3, $4, $5, 'signed', $6,
         coalesce((SELECT max(number) FROM blocks WHERE chain_id = $2), 0)) ON CONFLICT (tx_hash) DO NOTHING RETURNING id")
    .bind(new.tx_hash)
    .bind(int("chain id", new.chain_id)?)
    .bind(new.signer)
    .bind(int("nonce", new.nonce)?)
    .bind(&new.raw_tx)
    .bind(int("time", new.created_ms)?);
    let Some(row) = connection.fetch_optional(query).await? else { return Ok(false) };
    let id = row.int("id")?;
    let mut rows = BTreeMap::new();
    for (position, item) in (0_i64..).zip(&new.items) {
        let Some(place) = places.get(&item.message) else { continue };
        rows.entry(*place).or_insert((position, int("gas limit", item.gas)?));
    }
    // In the order of the places: whoever writes the same ones waits at the first.
    let rows: Vec<_> = rows.into_iter().collect();
    for rows in rows.chunks(ROWS) {
        let mut query = sql("INSERT INTO attempt_messages (message, attempt, position, gas_limit) VALUES ");
        query.push_rows(rows, |query, (place, (position, gas))| {
            query.push_row(vec![(*place).into(), id.into(), (*position).into(), (*gas).into()]);
        });
        connection.execute(query).await?;
    }
    Ok(true)
}

/// The attempt with this transaction.
pub(crate) async fn find(connection: &mut Connection, tx_hash: B256) -> Result<Option<Attempt>, StoreError> {
    let query = sql("SELECT * FROM attempts WHERE tx_hash = $1").bind(tx_hash);
    Ok(load_all(connection, query).await?.pop())
}

/// The attempts that a query finds, with their items.
pub(crate) async fn load_all(connection: &mut Connection, query: Query) -> Result<Vec<Attempt>, StoreError> {
    let rows = connection.fetch_all(query).await?;
    let mut attempts = rows.iter().map(attempt).collect::<Result<Vec<_>, _>>()?;
    let ids = attempts.iter().map(|attempt| int("attempt", attempt.id)).collect::<Result<Vec<_>, _>>()?;
    let mut items: BTreeMap<u64, Vec<AttemptItem>> = BTreeMap::new();
    let mut failures: BTreeMap<u64, Vec<(B256, String)>> = BTreeMap::new();
    for ids in ids.chunks(ROWS) {
        let mut query = sql("SELECT am.attempt, m.hash, am.gas_limit, am.error FROM attempt_messages am
             JOIN messages m ON m.seq = am.message WHERE am.attempt IN ");
        query.push_row(ids.iter().map(|id| (*id).into()).collect());
        query.push(" ORDER BY am.attempt, am.position, am.message");
        for row in connection.fetch_all(query).await? {
            let (attempt, message) = (row.uint("attempt")?, row.b256("hash")?);
            items.entry(attempt).or_default().push(AttemptItem { message, gas: row.uint("gas_limit")? });
            if let Some(error) = row.optional_text("error")? {
                failures.entry(attempt).or_default().push((message, error));
            }
        }
    }
    for attempt in &mut attempts {
        attempt.tx.items = items.remove(&attempt.id).unwrap_or_default();
        attempt.failures = failures.remove(&attempt.id).unwrap_or_default();
    }
    Ok(attempts)
}
