//! Reading what was paid, and for what.

use crate::{
    CostBy, CostKey, CostTotal, MessageCost, Store, StoreError,
    codec::int,
    cost::wei,
    database::{Row, sql},
};
use alloy_primitives::B256;

/// What is added up, and what the sum is called.
const SUMS: [(&str, &str); 6] = [
    ("gas", "gas"),
    ("fee_gwei", "fee_gwei"),
    ("fee_rest", "fee_rest"),
    ("gas * in_vain", "vain_gas"),
    ("fee_gwei * in_vain", "vain_gwei"),
    ("fee_rest * in_vain", "vain_rest"),
];

impl Store {
    /// What was paid in blocks from `since` on and before `until` (seconds), added up. Reads the costs of
    /// that time one by one: for people, not for loops.
    pub async fn costs(
        &self,
        by: CostBy,
        since: Option<u64>,
        until: Option<u64>,
    ) -> Result<Vec<CostTotal>, StoreError> {
        self.totals(by, by.rows(), since, until).await
    }

    /// What accounts paid for transactions without messages, added up by [`CostBy::Account`] over the same time.
    pub async fn overheads(
        &self,
        since: Option<u64>,
        until: Option<u64>,
    ) -> Result<Vec<CostTotal>, StoreError> {
        self.totals(CostBy::Account, "account_costs WHERE message IS NULL AND", since, until).await
    }

    async fn totals(
        &self,
        by: CostBy,
        rows: &str,
        since: Option<u64>,
        until: Option<u64>,
    ) -> Result<Vec<CostTotal>, StoreError> {
        let (columns, mut connection) = (by.columns(), self.read().await?);
        let mut query = sql("SELECT ");
        query
            .push(columns)
            .push(", count(DISTINCT message) AS messages, count(DISTINCT attempt) AS transactions");
        for (of, name) in SUMS {
            query.push(", ").push(&connection.sum(of)).push(" AS ").push(name);
        }
        query.push(" FROM ");
        query.push(rows).push(" landed_at >= ").push_bind(int("timestamp", since.unwrap_or(0))?);
        if let Some(until) = until {
            query.push(" AND landed_at < ").push_bind(int("timestamp", until)?);
        }
        query.push(" GROUP BY ").push(columns).push(" ORDER BY ").push(columns);
        let rows = connection.fetch_all(query).await?;
        rows.iter().map(|row| total(by, row)).collect()
    }

    /// What a message cost, by transaction, oldest first.
    pub async fn costs_of(&self, message: B256) -> Result<Vec<MessageCost>, StoreError> {
        let query = sql("SELECT tx_hash, landed_at, gas, fee_gwei, fee_rest, in_vain FROM message_costs
             WHERE hash = $1 ORDER BY attempt");
        let rows = self.read().await?.fetch_all(query.bind(message)).await?;
        rows.iter()
            .map(|row| {
                Ok(MessageCost {
                    tx_hash: row.b256("tx_hash")?,
                    landed_at: row.uint("landed_at")?,
                    gas: row.uint("gas")?,
                    fee: wei(row, "fee_gwei", "fee_rest")?,
                    in_vain: row.uint("in_vain")? == 1,
                })
            })
            .collect()
    }
}

impl CostBy {
    const fn columns(self) -> &'static str {
        match self {
            Self::Route => "source, destination",
            Self::Target => "chain_id, target",
            Self::Application => "source, sender, chain_id, target",
            Self::Sender => "source, sender",
            Self::Account => "chain_id, signer",
            Self::Day => "day, chain_id",
        }
    }

    /// What is added up.
    const fn rows(self) -> &'static str {
        match self {
            Self::Route | Self::Target | Self::Application | Self::Sender => "message_costs WHERE",
            Self::Account | Self::Day => "account_costs WHERE",
        }
    }

    fn key(self, row: &Row) -> Result<CostKey, StoreError> {
        Ok(match self {
            Self::Route => {
                CostKey::Route { source: row.uint("source")?, destination: row.u256("destination")? }
            }
            Self::Target => {
                CostKey::Target { chain_id: row.uint("chain_id")?, target: row.address("target")? }
            }
            Self::Application => CostKey::Application {
                source: row.uint("source")?,
                sender: row.address("sender")?,
                chain_id: row.uint("chain_id")?,
                target: row.address("target")?,
            },
            Self::Sender => CostKey::Sender { source: row.uint("source")?, sender: row.address("sender")? },
            Self::Account => {
                CostKey::Account { chain_id: row.uint("chain_id")?, signer: row.address("signer")? }
            }
            Self::Day => CostKey::Day { chain_id: row.uint("chain_id")?, day: row.text("day")? },
        })
    }
}

fn total(by: CostBy, row: &Row) -> Result<CostTotal, StoreError> {
    Ok(CostTotal {
        key: by.key(row)?,
        messages: row.uint("messages")?,
        transactions: row.uint("transactions")?,
        gas: row.uint("gas")?,
        fee: wei(row, "fee_gwei", "fee_rest")?,
        vain_gas: row.uint("vain_gas")?,
        vain_fee: wei(row, "vain_gwei", "vain_rest")?,
    })
}
