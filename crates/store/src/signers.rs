use crate::{
    Store, StoreError,
    codec::int,
    database::{Durability, sql},
};
use alloy_primitives::Address;

/// An account that has signed attempts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The chain that they went to.
    pub chain_id: u64,
    /// The account.
    pub account: Address,
    /// How many there are.
    pub attempts: u64,
}

impl Store {
    /// Notes the accounts that sign for a chain from now on, and that no others do.
    pub async fn note_signers(&self, chain_id: u64, accounts: &[Address]) -> Result<(), StoreError> {
        let chain = int("chain id", chain_id)?;
        let mut transaction = self.begin_as(Durability::Retold).await?;
        transaction.execute(sql("DELETE FROM signers WHERE chain_id = $1").bind(chain)).await?;
        for account in accounts {
            // Another relayer may note the same at the same time.
            let query = sql("INSERT INTO signers (chain_id, account) VALUES ($1, $2) ON CONFLICT DO NOTHING");
            transaction.execute(query.bind(chain).bind(*account)).await?;
        }
        self.commit(transaction).await
    }

    /// The accounts that sign, by chain, as was noted last; also when no relayer runs.
    pub async fn noted_signers(&self) -> Result<Vec<(u64, Address)>, StoreError> {
        let query = sql("SELECT chain_id, account FROM signers ORDER BY chain_id, account");
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter().map(|row| Ok((row.uint("chain_id")?, row.address("account")?))).collect()
    }

    /// The accounts that have ever signed attempts, by chain. Reads an entry of each attempt: for people, not for loops.
    pub async fn signers(&self) -> Result<Vec<Signer>, StoreError> {
        let query = sql("SELECT chain_id, signer, count(*) AS attempts FROM attempts
             GROUP BY chain_id, signer ORDER BY chain_id, signer");
        let rows = self.read().await?.fetch_all(query).await?;
        rows.iter()
            .map(|row| {
                Ok(Signer {
                    chain_id: row.uint("chain_id")?,
                    account: row.address("signer")?,
                    attempts: row.uint("attempts")?,
                })
            })
            .collect()
    }
}
