use crate::{Store, StoreError, codec::int, database::sql};
use alloy_primitives::B256;

/// That an operator decided something about a message. What holds now is in its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The position in the order of decisions; what [`Store::decisions_after`] counts.
    pub id: u64,
    /// The message's hash.
    pub message: B256,
}

impl Store {
    /// At most `limit` decisions after this one, oldest first. Cheap enough to be asked for every second.
    pub async fn decisions_after(&self, id: u64, limit: u32) -> Result<Vec<Decision>, StoreError> {
        let query = sql("SELECT id, message_hash FROM decisions WHERE id > $1 ORDER BY id LIMIT $2")
            .bind(int("position", id)?)
            .bind(i64::from(limit));
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter()
            .map(|row| Ok(Decision { id: row.uint("id")?, message: row.b256("message_hash")? }))
            .collect()
    }

    /// The last decision; 0 if there is none.
    pub async fn newest_decision(&self) -> Result<u64, StoreError> {
        let query = sql("SELECT coalesce(max(id), 0) AS id FROM decisions");
        self.read().await?.fetch_one(query).await?.uint("id")
    }

    /// Puts a message back into delivery that was skipped. What failed so far counts still.
    pub async fn unskip(&self, hash: B256) -> Result<(), StoreError> {
        let mut transaction = self.begin_decision().await?;
        let query = sql("UPDATE messages SET skip_reason = NULL WHERE hash = $1").bind(hash);
        if transaction.execute(query).await? == 0 {
            return Err(StoreError::UnknownMessage { hash });
        }
        self.commit(transaction).await
    }
}
