use crate::{Store, StoreError, codec::int, database::sql};
use alloy_primitives::U256;

impl Store {
    /// The nonces of a chain's messages that were seen first last and stand on it, at most `limit`, with the version in their top
    /// 16 bits.
    pub async fn recent_nonces(&self, chain_id: u64, limit: u32) -> Result<Vec<U256>, StoreError> {
        let query = sql("SELECT nonce FROM messages WHERE source = $1
             AND EXISTS (SELECT 1 FROM initiations WHERE message = seq) ORDER BY seq DESC LIMIT $2");
        let query = query.bind(int("chain id", chain_id)?).bind(i64::from(limit));
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter().map(|row| row.u256("nonce")).collect()
    }
}
