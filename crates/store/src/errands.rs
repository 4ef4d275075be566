//! Transactions that deliver nothing, of accounts that are no signers.
//!
//! All of it is a chain's, and written by whoever has the lease for the chain's blocks.

use crate::{
    Cost, Errand, ErrandKind, ErrandState, ErrandVersion, NewErrand, Noted, Overhead, Store, StoreError,
    codec::int,
    database::{Connection, Durability, Query, Row, sql},
    overheads::insert_overhead,
};
use alloy_primitives::{Address, B256, Bytes, U256};
use std::{collections::BTreeMap, time::Duration};

/// A day, in milliseconds.
const DAY_MS: i64 = 86_400_000;

impl Store {
    /// Records an errand with its signed transaction, to be called *before* that is sent, if with it no more than `cap` is
    /// spent on the chain for its kind in a day, as far as this store knows. Whatever was recorded counts, whatever became of it;
    /// what is open counts however old it is.
    pub async fn record_errand(&self, new: &NewErrand, cap: U256) -> Result<Noted, StoreError> {
        let mut transaction = self.begin_blocks(new.chain_id, Durability::Disk).await?;
        let chain = int("chain id", new.chain_id)?;
        let nonce = int("nonce", new.nonce)?;
        let query = sql("SELECT 1 AS one FROM errands
             WHERE chain_id = $1 AND account = $2 AND (state = 'open' OR nonce = $3)");
        if transaction.fetch_optional(query.bind(chain).bind(new.account).bind(nonce)).await?.is_some() {
            return Ok(Noted::Busy);
        }
        let spent = spent(&mut transaction, chain, new.kind).await?;
        if spent.checked_add(new.amount).is_none_or(|spent| spent > cap) {
            return Ok(Noted::Capped { spent });
        }
        insert_errand(&mut transaction, new).await?;
        self.commit(transaction).await?;
        Ok(Noted::Yes)
    }

    /// Records a transaction that does nothing and takes a nonce which an errand of its account waits for, to be called *before* it
    /// is sent. Returns whether it was: not when an errand has that nonce, whatever became of it.
    pub async fn record_filler(
        &self,
        chain_id: u64,
        account: Address,
        nonce: u64,
        version: &ErrandVersion,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin_blocks(chain_id, Durability::Disk).await?;
        let query = sql("SELECT 1 AS one FROM errands WHERE chain_id = $1 AND account = $2 AND nonce = $3");
        let query = query.bind(int("chain id", chain_id)?).bind(account).bind(int("nonce", nonce)?);
        if transaction.fetch_optional(query).await?.is_some() {
            return Ok(false);
        }
        let (kind, subject, amount) = (ErrandKind::Filler, account.into_word(), U256::ZERO);
        let new = NewErrand { chain_id, account, nonce, kind, subject, amount, version: version.clone() };
        insert_errand(&mut transaction, &new).await?;
        self.commit(transaction).await?;
        Ok(true)
    }

    /// Records a further transaction of an errand, with the same nonce, before that is sent. Returns whether it may be: not
    /// when the errand has ended.
    pub async fn record_errand_version(
        &self,
        errand: &Errand,
        version: &ErrandVersion,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin_blocks(errand.chain_id, Durability::Disk).await?;
        let id = int("errand", errand.id)?;
        let query = sql("SELECT 1 AS one FROM errands WHERE id = $1 AND chain_id = $2 AND state = 'open'");
        let query = query.bind(id).bind(int("chain id", errand.chain_id)?);
        if transaction.fetch_optional(query).await?.is_none() {
            return Ok(false);
        }
        insert_version(&mut transaction, id, version).await?;
        self.commit(transaction).await?;
        Ok(true)
    }

    /// Notes how an open errand ended, and with which block. A reorg of that block opens it again.
    ///
    /// Returns whether it was noted: not when that block is not among those that were applied (any more). Below them every
    /// block is taken for the right one.
    pub async fn end_errand(
        &self,
        errand: &Errand,
        state: ErrandState,
        block: (u64, B256),
    ) -> Result<bool, StoreError> {
        self.end(errand, state, block, None).await
    }

    /// Notes how an open errand ended with this transaction of its own, and what that cost, as [`Store::end_errand`] does.
    pub async fn land_errand(
        &self,
        errand: &Errand,
        state: ErrandState,
        tx_hash: B256,
        cost: Cost,
    ) -> Result<bool, StoreError> {
        let (chain_id, signer, nonce) = (errand.chain_id, errand.account, errand.nonce);
        let overhead = Overhead { chain_id, signer, nonce, tx_hash, cost };
        self.end(errand, state, (cost.block_number, cost.block_hash), Some(overhead)).await
    }

    async fn end(
        &self,
        errand: &Errand,
        state: ErrandState,
        block: (u64, B256),
        overhead: Option<Overhead>,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin_blocks(errand.chain_id, Durability::Disk).await?;
        let mut query = sql("UPDATE errands SET state = $3, block_number = $1, ended_ms = ");
        query.push(transaction.clock()).push(
            " WHERE id = $4 AND chain_id = $5 AND state = 'open' AND (
             EXISTS (SELECT 1 FROM blocks b WHERE b.chain_id = errands.chain_id AND b.number = $1 AND b.hash = $2)
             OR $1 < (SELECT min(b.number) FROM blocks b WHERE b.chain_id = errands.chain_id))",
        );
        let query = query
            .bind(int("block number", block.0)?)
            .bind(block.1)
            .bind(state.as_str())
            .bind(int("errand", errand.id)?)
            .bind(int("chain id", errand.chain_id)?);
        let is_noted = transaction.execute(query).await? > 0;
        if let Some(overhead) = overhead.filter(|_| is_noted) {
            let is_useful = state == ErrandState::Landed && errand.kind != ErrandKind::Filler;
            insert_overhead(&mut transaction, &overhead, is_useful).await?;
        }
        self.commit(transaction).await?;
        Ok(is_noted)
    }

    /// The errands on a chain whose fate is open, oldest first.
    pub async fn open_errands(&self, chain_id: u64) -> Result<Vec<Errand>, StoreError> {
        let query =
            sql("SELECT e.*, v.tx_hash, v.raw_tx FROM errands e JOIN errand_versions v ON v.errand = e.id
             WHERE e.chain_id = $1 AND e.state = 'open' ORDER BY v.id");
        self.load_errands(query.bind(int("chain id", chain_id)?)).await
    }

    /// The errands of this kind on a chain that were run for somebody, or something, oldest first.
    pub async fn errands_for(
        &self,
        chain_id: u64,
        kind: ErrandKind,
        subject: B256,
    ) -> Result<Vec<Errand>, StoreError> {
        let query =
            sql("SELECT e.*, v.tx_hash, v.raw_tx FROM errands e JOIN errand_versions v ON v.errand = e.id
             WHERE e.chain_id = $1 AND e.kind = $2 AND e.subject = $3 ORDER BY v.id");
        self.load_errands(query.bind(int("chain id", chain_id)?).bind(kind.as_str()).bind(subject)).await
    }

    /// The errands of this kind on a chain whose nonce another transaction has, in a block that is among those that were applied,
    /// oldest first. A reorg of that block opens them again.
    pub async fn replaced_errands(&self, chain_id: u64, kind: ErrandKind) -> Result<Vec<Errand>, StoreError> {
        let query =
            sql("SELECT e.*, v.tx_hash, v.raw_tx FROM errands e JOIN errand_versions v ON v.errand = e.id
             WHERE e.chain_id = $1 AND e.kind = $2 AND e.state = 'replaced'
             AND e.block_number >= coalesce((SELECT min(b.number) FROM blocks b WHERE b.chain_id = $1), 0) ORDER BY v.id");
        self.load_errands(query.bind(int("chain id", chain_id)?).bind(kind.as_str())).await
    }

    /// The newest block of its chain that was applied when a transaction was written down, a delivery's or an errand's: none up to
    /// that can have it. Where a reorg has taken blocks back since, the newest that it left; 0 where that is not known. `None` where it was not recorded.
    pub async fn recorded_at(&self, tx_hash: B256) -> Result<Option<u64>, StoreError> {
        let query = sql("SELECT recorded_at FROM attempts WHERE tx_hash = $1 UNION ALL
             SELECT e.recorded_at FROM errands e JOIN errand_versions v ON v.errand = e.id WHERE v.tx_hash = $1");
        let row = self.read().await?.fetch_optional(query.bind(tx_hash)).await?;
        Ok(row.map(|row| row.optional_uint("recorded_at")).transpose()?.flatten())
    }

    /// The bytes of a transaction that was recorded, an attempt's or an errand's; `None` where it was not.
    pub async fn raw_tx(&self, tx_hash: B256) -> Result<Option<Bytes>, StoreError> {
        let query = sql("SELECT raw_tx FROM attempts WHERE tx_hash = $1 UNION ALL
             SELECT raw_tx FROM errand_versions WHERE tx_hash = $1");
        let row = self.read().await?.fetch_optional(query.bind(tx_hash)).await?;
        row.map(|row| row.bytes("raw_tx")).transpose()
    }

    /// Whether an errand of this kind was recorded for somebody, or something, within this time, or is open. One whose nonce another
    /// transaction has was never run.
    pub async fn has_errand_within(
        &self,
        chain_id: u64,
        kind: ErrandKind,
        subject: B256,
        time: Duration,
    ) -> Result<bool, StoreError> {
        let mut connection = self.read().await?;
        let mut query = sql("SELECT 1 AS one FROM errands WHERE chain_id = $1 AND kind = $2 AND subject = $3
             AND state <> 'replaced' AND (state = 'open' OR coalesce(ended_ms, created_ms) > ")
        .bind(int("chain id", chain_id)?)
        .bind(kind.as_str())
        .bind(subject);
        let time = int("time in milliseconds", u64::try_from(time.as_millis()).unwrap_or(u64::MAX))?;
        query.push(connection.clock()).push(" - ").push_bind(time).push(")");
        Ok(connection.fetch_optional(query).await?.is_some())
    }

    /// What was spent on a chain for this kind in the past day, or may be still, in the unit of the kind.
    pub async fn errand_spending(&self, chain_id: u64, kind: ErrandKind) -> Result<U256, StoreError> {
        spent(&mut self.read().await?, int("chain id", chain_id)?, kind).await
    }

    async fn load_errands(&self, query: Query) -> Result<Vec<Errand>, StoreError> {
        let rows = self.read().await?.fetch_all(query).await?;
        let mut errands: BTreeMap<u64, Errand> = BTreeMap::new();
        for row in &rows {
            let next = errand(row)?;
            match errands.get_mut(&next.id) {
                Some(known) => known.versions.extend(next.versions),
                None => drop(errands.insert(next.id, next)),
            }
        }
        Ok(errands.into_values().collect())
    }
}

async fn insert_errand(transaction: &mut Connection, new: &NewErrand) -> Result<(), StoreError> {
    let chain = int("chain id", new.chain_id)?;
    let mut query = sql(
        "INSERT INTO errands (chain_id, account, nonce, kind, subject, amount, state, created_ms, recorded_at)
         VALUES (",
    );
    query.push_values(vec![
        chain.into(),
        new.account.into(),
        int("nonce", new.nonce)?.into(),
        new.kind.as_str().into(),
        new.subject.into(),
        new.amount.into(),
        ErrandState::Open.as_str().into(),
    ]);
    query.push(", ").push(transaction.clock());
    query
        .push(", coalesce((SELECT max(number) FROM blocks WHERE chain_id = ")
        .push_bind(chain)
        .push("), 0)) RETURNING id");
    let id = transaction.fetch_one(query).await?.int("id")?;
    insert_version(transaction, id, &new.version).await
}

async fn insert_version(
    transaction: &mut Connection,
    errand: i64,
    version: &ErrandVersion,
) -> Result<(), StoreError> {
    let query = sql("INSERT INTO errand_versions (errand, tx_hash, raw_tx) VALUES ($1, $2, $3)");
    transaction.execute(query.bind(errand).bind(version.tx_hash).bind(&version.raw_tx)).await.map(drop)
}

/// One row each: there are as many as a day has transfers.
async fn spent(connection: &mut Connection, chain: i64, kind: ErrandKind) -> Result<U256, StoreError> {
    // What landed long after it was written down counts from then.
    let mut query = sql("SELECT amount FROM errands WHERE chain_id = $1 AND kind = $2
         AND (state = 'open' OR coalesce(ended_ms, created_ms) > ")
    .bind(chain)
    .bind(kind.as_str());
    query.push(connection.clock()).push(" - ").push_bind(DAY_MS).push(")");
    let mut spent = U256::ZERO;
    for row in connection.fetch_all(query).await? {
        spent = spent.saturating_add(row.u256("amount")?);
    }
    Ok(spent)
}

fn errand(row: &Row) -> Result<Errand, StoreError> {
    let (kind, state) = (row.text("kind")?, row.text("state")?);
    let unknown = |column, name: &str| StoreError::Decode { column, reason: format!("unknown `{name}`") };
    Ok(Errand {
        id: row.uint("id")?,
        chain_id: row.uint("chain_id")?,
        account: row.address("account")?,
        nonce: row.uint("nonce")?,
        kind: ErrandKind::from_name(&kind).ok_or_else(|| unknown("kind", &kind))?,
        subject: row.b256("subject")?,
        amount: row.u256("amount")?,
        state: ErrandState::from_name(&state).ok_or_else(|| unknown("state", &state))?,
        block_number: row.optional_uint("block_number")?,
        versions: vec![ErrandVersion { tx_hash: row.b256("tx_hash")?, raw_tx: row.bytes("raw_tx")? }],
    })
}
