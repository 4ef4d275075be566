use alloy::primitives::B256;
use causeway_store::{CostKey, CostTotal, MessageCost};
use serde::Serialize;

use super::forms::{ChainId, Checksummed, Decimal};

/// What a message has cost in one transaction: its share of a batch.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct CostView {
    transaction_hash: B256,
    gas: u64,
    /// In wei, the share of what is paid for L1 included.
    fee: Decimal,
    in_vain: bool,
}

impl From<&MessageCost> for CostView {
    fn from(cost: &MessageCost) -> Self {
        Self { transaction_hash: cost.tx_hash, gas: cost.gas, fee: Decimal(cost.fee), in_vain: cost.in_vain }
    }
}

/// A sum of the ledger; what it is of tells which of the first five there are.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct CostTotalView {
    source: Option<ChainId>,
    destination: Option<ChainId>,
    sender: Option<Checksummed>,
    account: Option<Checksummed>,
    day: Option<String>,
    messages: u64,
    transactions: u64,
    gas: u64,
    fee: Decimal,
    vain_gas: u64,
    vain_fee: Decimal,
}

impl From<CostTotal> for CostTotalView {
    fn from(total: CostTotal) -> Self {
        let mut of_application = None;
        let (source, destination, account, day) = match total.key {
            CostKey::Application { source, sender, chain_id, target } => {
                of_application = Some(Checksummed(sender));
                (Some(source.into()), Some(chain_id.into()), Some(Checksummed(target)), None)
            }
            CostKey::Route { source, destination } => {
                (Some(source.into()), Some(ChainId(destination)), None, None)
            }
            CostKey::Target { chain_id, target } => {
                (None, Some(chain_id.into()), Some(Checksummed(target)), None)
            }
            CostKey::Account { chain_id, signer } => {
                (None, Some(chain_id.into()), Some(Checksummed(signer)), None)
            }
            CostKey::Sender { source, sender } => {
                (Some(source.into()), None, Some(Checksummed(sender)), None)
            }
            CostKey::Day { chain_id, day } => (None, Some(chain_id.into()), None, Some(day)),
        };
        Self {
            source,
            destination,
            sender: of_application,
            account,
            day,
            messages: total.messages,
            transactions: total.transactions,
            gas: total.gas,
            fee: Decimal(total.fee),
            vain_gas: total.vain_gas,
            vain_fee: Decimal(total.vain_fee),
        }
    }
}
