use crate::{
    Attempt, AttemptState, Landing, NewAttempt, Store, StoreError,
    attempt::attempt,
    codec::{Columns, int, word},
};
use alloy_primitives::{Address, B256, U256};
use sqlx::{SqliteConnection, sqlite::SqliteRow};
use std::collections::BTreeMap;

impl Store {
    /// Records a signed transaction. To be called *before* it is sent: whatever happens then, its bytes are known,
    /// and sending them again does no harm.
    ///
    /// Recording the same attempt twice is harmless.
    pub async fn record_attempt(&self, new: &NewAttempt) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        if let Some(row) = find(&mut transaction, new.tx_hash).await? {
            let same = is_same(&load(&mut transaction, &row).await?.tx, new);
            return if same { Ok(()) } else { Err(StoreError::ConflictingAttempt { tx_hash: new.tx_hash }) };
        }
        let id = insert(&mut transaction, new).await?;
        for hash in &new.messages {
            link(&mut transaction, id, *hash).await?;
        }
        self.commit(transaction).await?;
        Ok(())
    }

    /// Notes what became of a transaction, and why. Which block holds it is [`Store::record_landing`]'s to note;
    /// any other state takes it out of its block.
    pub async fn set_attempt_state(
        &self,
        tx_hash: B256,
        state: AttemptState,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let updated = sqlx::query(
            "UPDATE attempts SET state = ?1, error = ?2,
             block_number = CASE WHEN ?1 IN ('included', 'failed') THEN block_number END
             WHERE tx_hash = ?3",
        )
        .bind(state.as_str())
        .bind(error)
        .bind(tx_hash.as_slice())
        .execute(&mut *transaction)
        .await?;
        if updated.rows_affected() == 0 {
            return Err(StoreError::UnknownAttempt { tx_hash });
        }
        self.commit(transaction).await?;
        Ok(())
    }

    /// Notes that a block holds a transaction: *included* when it succeeded, *failed* otherwise. A reorg of that
    /// block opens the attempt again.
    pub async fn record_landing(
        &self,
        tx_hash: B256,
        landing: Landing,
        error: Option<&str>,
    ) -> Result<(), StoreError> {
        let state = if landing.success { AttemptState::Included } else { AttemptState::Failed };
        let mut transaction = self.begin().await?;
        let updated =
            sqlx::query("UPDATE attempts SET state = ?, block_number = ?, error = ? WHERE tx_hash = ?")
                .bind(state.as_str())
                .bind(int("block number", landing.block_number)?)
                .bind(error)
                .bind(tx_hash.as_slice())
                .execute(&mut *transaction)
                .await?;
        if updated.rows_affected() == 0 {
            return Err(StoreError::UnknownAttempt { tx_hash });
        }
        self.commit(transaction).await?;
        Ok(())
    }

    /// Notes that a block holds another transaction with the attempt's nonce. A reorg of that block opens the attempt
    /// again.
    pub async fn record_replacement(
        &self,
        tx_hash: B256,
        block_number: u64,
        error: &str,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let updated = sqlx::query(
            "UPDATE attempts SET state = 'replaced', block_number = ?, error = ? WHERE tx_hash = ?",
        )
        .bind(int("block number", block_number)?)
        .bind(error)
        .bind(tx_hash.as_slice())
        .execute(&mut *transaction)
        .await?;
        if updated.rows_affected() == 0 {
            return Err(StoreError::UnknownAttempt { tx_hash });
        }
        self.commit(transaction).await?;
        Ok(())
    }

    /// What was paid for in vain on a chain: for every message to it that is not delivered, the attempts that are in
    /// blocks, except those that an operator has forgiven.
    pub async fn spent(&self, chain_id: u64) -> Result<BTreeMap<B256, Vec<B256>>, StoreError> {
        let rows = sqlx::query(
            "SELECT m.hash, a.tx_hash FROM messages m CROSS JOIN attempt_messages am ON am.message = m.seq
             JOIN attempts a ON a.id = am.attempt
             WHERE m.destination = ? AND m.delivered = 0 AND am.attempt > m.forgiven
             AND a.block_number IS NOT NULL AND a.state IN ('failed', 'included') ORDER BY a.id",
        )
        .bind(word(U256::from(chain_id)))
        .fetch_all(self.readers())
        .await?;
        let mut spent: BTreeMap<B256, Vec<B256>> = BTreeMap::new();
        for row in rows {
            spent.entry(row.b256("hash")?).or_default().push(row.b256("tx_hash")?);
        }
        Ok(spent)
    }

    /// The attempt with this transaction.
    pub async fn attempt(&self, tx_hash: B256) -> Result<Option<Attempt>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        match find(&mut connection, tx_hash).await? {
            Some(row) => Ok(Some(load(&mut connection, &row).await?)),
            None => Ok(None),
        }
    }

    /// The attempts on a chain whose fate is open (signed or broadcast), oldest first.
    pub async fn open_attempts(&self, chain_id: u64) -> Result<Vec<Attempt>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        let rows = sqlx::query(
            "SELECT * FROM attempts WHERE chain_id = ? AND state IN ('signed', 'broadcast') ORDER BY id",
        )
        .bind(int("chain id", chain_id)?)
        .fetch_all(&mut *connection)
        .await?;
        load_all(&mut connection, &rows).await
    }

    /// The attempts to deliver a message, oldest first.
    pub async fn attempts_of(&self, message: B256) -> Result<Vec<Attempt>, StoreError> {
        let mut connection = self.readers().acquire().await?;
        let rows = sqlx::query(
            "SELECT a.* FROM attempts a JOIN attempt_messages am ON am.attempt = a.id
             JOIN messages m ON m.seq = am.message WHERE m.hash = ? ORDER BY a.id",
        )
        .bind(message.as_slice())
        .fetch_all(&mut *connection)
        .await?;
        load_all(&mut connection, &rows).await
    }

    /// The lowest nonce that no recorded transaction of the signer uses or has used, as far as this store knows;
    /// zero when it knows none. Attempts that were abandoned do not count.
    ///
    /// A floor, not the truth: the chain may be further, when the account is used elsewhere too, or less far, when
    /// a transaction was never sent, or its block is gone.
    pub async fn next_nonce_floor(&self, chain_id: u64, signer: Address) -> Result<u64, StoreError> {
        let row = sqlx::query(
            "SELECT coalesce(max(nonce) + 1, 0) AS nonce FROM attempts
             WHERE chain_id = ? AND signer = ? AND state <> 'abandoned'",
        )
        .bind(int("chain id", chain_id)?)
        .bind(signer.as_slice())
        .fetch_one(self.readers())
        .await?;
        row.uint("nonce")
    }
}

async fn insert(connection: &mut SqliteConnection, new: &NewAttempt) -> Result<i64, StoreError> {
    Ok(sqlx::query_scalar(
        "INSERT INTO attempts (tx_hash, chain_id, signer, nonce, raw_tx, state, created_ms)
         VALUES (?, ?, ?, ?, ?, 'signed', ?) RETURNING id",
    )
    .bind(new.tx_hash.as_slice())
    .bind(int("chain id", new.chain_id)?)
    .bind(new.signer.as_slice())
    .bind(int("nonce", new.nonce)?)
    .bind(new.raw_tx.as_ref())
    .bind(int("time", new.created_ms)?)
    .fetch_one(connection)
    .await?)
}

/// Notes that an attempt carries a message.
async fn link(connection: &mut SqliteConnection, id: i64, hash: B256) -> Result<(), StoreError> {
    let message: Option<i64> = sqlx::query_scalar("SELECT seq FROM messages WHERE hash = ?")
        .bind(hash.as_slice())
        .fetch_optional(&mut *connection)
        .await?;
    let message = message.ok_or(StoreError::UnknownMessage { hash })?;
    sqlx::query("INSERT INTO attempt_messages (message, attempt) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(message)
        .bind(id)
        .execute(connection)
        .await?;
    Ok(())
}

async fn find(connection: &mut SqliteConnection, tx_hash: B256) -> Result<Option<SqliteRow>, StoreError> {
    Ok(sqlx::query("SELECT * FROM attempts WHERE tx_hash = ?")
        .bind(tx_hash.as_slice())
        .fetch_optional(connection)
        .await?)
}

/// The attempt in a row, with its messages in the order in which they were first seen.
async fn load(connection: &mut SqliteConnection, row: &SqliteRow) -> Result<Attempt, StoreError> {
    let rows = sqlx::query(
        "SELECT m.hash FROM attempt_messages am JOIN messages m ON m.seq = am.message
         WHERE am.attempt = ? ORDER BY m.seq",
    )
    .bind(int("attempt", row.uint("id")?)?)
    .fetch_all(connection)
    .await?;
    let messages = rows.iter().map(|row| row.b256("hash")).collect::<Result<_, _>>()?;
    attempt(row, messages)
}

async fn load_all(connection: &mut SqliteConnection, rows: &[SqliteRow]) -> Result<Vec<Attempt>, StoreError> {
    let mut attempts = Vec::with_capacity(rows.len());
    for row in rows {
        attempts.push(load(connection, row).await?);
    }
    Ok(attempts)
}

/// Whether two attempts are the same but for the order of their messages.
fn is_same(known: &NewAttempt, new: &NewAttempt) -> bool {
    let sorted = |attempt: &NewAttempt| {
        let mut messages = attempt.messages.clone();
        messages.sort_unstable();
        messages.dedup();
        NewAttempt { messages, created_ms: 0, ..attempt.clone() }
    };
    sorted(known) == sorted(new)
}
