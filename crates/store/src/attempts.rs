use crate::{
    Attempt, AttemptState, Landing, NewAttempt, Role, Store, StoreError,
    attempt_rows::{check_free, find, insert, load_all},
    codec::int,
    database::{Connection, Durability, Query, sql},
};
use alloy_primitives::{Address, B256};

/// Whether the block `$1` with the hash `$2` was applied. One that is older than all that are remembered is deeper than
/// any reorg that could be followed.
const IS_APPLIED: &str = " AND (
    EXISTS (SELECT 1 FROM blocks b WHERE b.chain_id = attempts.chain_id AND b.number = $1 AND b.hash = $2)
    OR $1 < (SELECT min(b.number) FROM blocks b WHERE b.chain_id = attempts.chain_id)
)";

impl Store {
    /// Records a signed transaction. To be called *before* it is sent: whatever happens then, its bytes are known,
    /// and sending them again does no harm.
    ///
    /// Recording the same attempt twice is harmless. A message that another transaction may deliver yet (signed, sent,
    /// or in a block that was not read, under another nonce or signer) is refused with [`StoreError::Held`], and the
    /// whole attempt with it; the database itself sees to that, whoever else writes to it.
    pub async fn record_attempt(&self, new: &NewAttempt) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        self.check_lease(&mut transaction, new.chain_id, Role::Signer(new.signer)).await?;
        if let Some(known) = find(&mut transaction, new.tx_hash).await? {
            return compare(&known, new);
        }
        let places = check_free(&mut transaction, new).await?;
        if insert(&mut transaction, new, &places).await? {
            return self.commit(transaction).await;
        }
        drop(transaction);
        let known = self.attempt(new.tx_hash).await?;
        compare(&known.ok_or(StoreError::UnknownAttempt { tx_hash: new.tx_hash })?, new)
    }

    /// Notes what became of a transaction, and why. Which block holds it is [`Store::record_landing`]'s to note;
    /// any other state takes it out of its block. That it was sent a file does not wait for: one that is only signed goes out again.
    pub async fn set_attempt_state(
        &self,
        tx_hash: B256,
        state: AttemptState,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        let query = sql("UPDATE attempts SET state = $1, error = $2,
             block_number = CASE WHEN $1 IN ('included', 'failed') THEN block_number END
             WHERE tx_hash = $3");
        let durability = match state {
            AttemptState::Broadcast => Durability::Retold,
            _ => Durability::Disk,
        };
        let transaction = self.begin_as(durability).await?;
        self.update(transaction, tx_hash, query.bind(state.as_str()).bind(error).bind(tx_hash)).await
    }

    /// Notes that a block holds a transaction: *included* when it succeeded, *failed* otherwise. A reorg of that
    /// block opens the attempt again.
    ///
    /// Returns whether it was noted: not when that block is not among those that were applied (any more). Below them
    /// every block is taken for the right one.
    pub async fn record_landing(
        &self,
        tx_hash: B256,
        landing: Landing,
        error: Option<&str>,
    ) -> Result<bool, StoreError> {
        let state = if landing.success { AttemptState::Included } else { AttemptState::Failed };
        let mut query =
            sql("UPDATE attempts SET state = $4, block_number = $1, error = $5 WHERE tx_hash = $3")
                .bind(int("block number", landing.block_number)?)
                .bind(landing.block_hash)
                .bind(tx_hash)
                .bind(state.as_str())
                .bind(error);
        query.push(IS_APPLIED);
        self.end_attempt(tx_hash, (landing.block_number, landing.block_hash), query).await
    }

    /// Notes that a block holds another transaction with the attempt's nonce. A reorg of that block opens the attempt
    /// again.
    ///
    /// Returns whether it was noted: as with [`Store::record_landing`], not when that block is gone.
    pub async fn record_replacement(
        &self,
        tx_hash: B256,
        block_number: u64,
        block_hash: B256,
        error: &str,
    ) -> Result<bool, StoreError> {
        let mut query =
            sql("UPDATE attempts SET state = 'replaced', block_number = $1, error = $4 WHERE tx_hash = $3")
                .bind(int("block number", block_number)?)
                .bind(block_hash)
                .bind(tx_hash)
                .bind(error);
        query.push(IS_APPLIED);
        self.end_attempt(tx_hash, (block_number, block_hash), query).await
    }

    /// Notes which messages of a transaction failed while others may not have, and why. Forgotten when a reorg takes the
    /// transaction out of its block. Messages that it does not carry are passed over.
    pub async fn record_item_failures(
        &self,
        tx_hash: B256,
        failures: &[(B256, String)],
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        self.check_lease_of(&mut transaction, tx_hash).await?;
        if find(&mut transaction, tx_hash).await?.is_none() {
            return Err(StoreError::UnknownAttempt { tx_hash });
        }
        for (message, reason) in failures {
            let query = sql("UPDATE attempt_messages SET error = $1
                 WHERE message = (SELECT seq FROM messages WHERE hash = $2)
                 AND attempt = (SELECT id FROM attempts WHERE tx_hash = $3)");
            transaction.execute(query.bind(reason.as_str()).bind(*message).bind(tx_hash)).await?;
        }
        self.commit(transaction).await
    }

    pub(crate) async fn update_attempt(&self, tx_hash: B256, update: Query) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        self.update(transaction, tx_hash, update).await
    }

    async fn update(
        &self,
        mut transaction: Connection,
        tx_hash: B256,
        update: Query,
    ) -> Result<(), StoreError> {
        self.check_lease_of(&mut transaction, tx_hash).await?;
        if transaction.execute(update).await? == 0 {
            return Err(StoreError::UnknownAttempt { tx_hash });
        }
        self.commit(transaction).await
    }

    /// Returns whether the update found the block that it is about. Whoever takes the block back meanwhile waits, and finds what
    /// was updated; or has done so, and then it is not found.
    async fn end_attempt(
        &self,
        tx_hash: B256,
        block: (u64, B256),
        update: Query,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        self.check_lease_of(&mut transaction, tx_hash).await?;
        let query = sql("SELECT chain_id FROM attempts WHERE tx_hash = $1").bind(tx_hash);
        if let Some(attempt) = transaction.fetch_optional(query).await? {
            lock_block(&mut transaction, attempt.int("chain_id")?, block).await?;
        }
        if transaction.execute(update).await? == 0 {
            let known = find(&mut transaction, tx_hash).await?;
            return known.map(|_| false).ok_or(StoreError::UnknownAttempt { tx_hash });
        }
        self.commit(transaction).await?;
        Ok(true)
    }

    /// The attempt with this transaction.
    pub async fn attempt(&self, tx_hash: B256) -> Result<Option<Attempt>, StoreError> {
        find(&mut self.read().await?, tx_hash).await
    }

    /// The attempts on a chain whose fate is open (signed or broadcast), oldest first.
    pub async fn open_attempts(&self, chain_id: u64) -> Result<Vec<Attempt>, StoreError> {
        let query = sql(
            "SELECT * FROM attempts WHERE chain_id = $1 AND state IN ('signed', 'broadcast') ORDER BY id",
        );
        load_all(&mut self.read().await?, query.bind(int("chain id", chain_id)?)).await
    }

    /// The attempts to deliver a message, oldest first.
    pub async fn attempts_of(&self, message: B256) -> Result<Vec<Attempt>, StoreError> {
        let query = sql("SELECT a.* FROM attempts a JOIN attempt_messages am ON am.attempt = a.id
             JOIN messages m ON m.seq = am.message WHERE m.hash = $1 ORDER BY a.id");
        load_all(&mut self.read().await?, query.bind(message)).await
    }

    /// The lowest nonce that no recorded transaction of the signer uses or has used, as far as this store knows;
    /// zero when it knows none. Attempts that were abandoned do not count.
    ///
    /// A floor, not the truth: the chain may be further, when the account is used elsewhere too, or less far, when
    /// a transaction was never sent, or its block is gone.
    pub async fn next_nonce_floor(&self, chain_id: u64, signer: Address) -> Result<u64, StoreError> {
        let query = sql("SELECT coalesce(max(nonce) + 1, 0) AS nonce FROM attempts
             WHERE chain_id = $1 AND signer = $2 AND state <> 'abandoned'");
        let query = query.bind(int("chain id", chain_id)?).bind(signer);
        self.read().await?.fetch_one(query).await?.uint("nonce")
    }
}

/// Lets nobody take this block back before the transaction ends; where it is older than all that are remembered, not the oldest
/// of them. Returns whether it is there.
pub(crate) async fn lock_block(
    transaction: &mut Connection,
    chain: i64,
    (number, hash): (u64, B256),
) -> Result<bool, StoreError> {
    let mut query =
        sql("SELECT number FROM blocks WHERE chain_id = $1 AND (number = $2 AND hash = $3 OR number > $2
         AND number = (SELECT min(b.number) FROM blocks b WHERE b.chain_id = blocks.chain_id))")
        .bind(chain)
        .bind(int("block number", number)?)
        .bind(hash);
    query.push(transaction.for_share());
    Ok(!transaction.fetch_all(query).await?.is_empty())
}

/// An attempt may be recorded again if it says the same.
fn compare(known: &Attempt, new: &NewAttempt) -> Result<(), StoreError> {
    let is_same = is_same(&known.tx, new);
    if is_same { Ok(()) } else { Err(StoreError::ConflictingAttempt { tx_hash: new.tx_hash }) }
}

/// Whether two attempts are the same but for the order of their messages.
fn is_same(known: &NewAttempt, new: &NewAttempt) -> bool {
    let sorted = |attempt: &NewAttempt| {
        let mut items = attempt.items.clone();
        items.sort_unstable();
        items.dedup_by_key(|item| item.message);
        NewAttempt { items, created_ms: 0, ..attempt.clone() }
    };
    sorted(known) == sorted(new)
}
