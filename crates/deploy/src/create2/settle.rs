//! From signed bytes to a contract that is seen to be there.

use super::{
    Creation, NodeError, Plan, Target,
    node::{self, Sent},
};
use crate::journal::{Entry, Mined};
use alloy::{
    primitives::{B256, U256, keccak256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionReceipt,
};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// A contract that was created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The transaction.
    pub tx_hash: B256,
    /// Its block.
    pub mined: Mined,
    /// Gas that it used.
    pub gas_used: u64,
    /// What it paid in all, in wei.
    pub cost: U256,
    /// Hash of the code that is there now.
    pub code_hash: B256,
}

/// Why a contract is not known to be there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsettled {
    /// The node does not take the transaction.
    #[error("the node refused transaction {tx_hash}: {reason}")]
    Refused {
        /// The transaction.
        tx_hash: B256,
        /// What the node said.
        reason: String,
    },
    /// The transaction is in a block and reverted: nothing but its fee was spent.
    #[error("transaction {tx_hash} reverted")]
    Reverted {
        /// The transaction.
        tx_hash: B256,
    },
    /// It was sent, or may have been, and was not seen in a block.
    #[error("transaction {tx_hash} (nonce {nonce}) was not seen in a block within {} s{}{}", after.as_secs_f64(), Stuck(*base_fee), Doubt(doubt.as_deref()))]
    Unseen {
        /// The transaction.
        tx_hash: B256,
        /// Its nonce.
        nonce: u64,
        /// How long it was waited.
        after: Duration,
        /// The base fee of the latest block in wei, where that is above what the transaction pays at most.
        base_fee: Option<u128>,
        /// What came in place of the node's word that it has the transaction.
        doubt: Option<String>,
    },
    /// What is there is not what should be.
    #[error("transaction {tx_hash} left other code at the address: its hash is {found}, expected {expected}")]
    CodeDiffers {
        /// The transaction.
        tx_hash: B256,
        /// Hash of the code that is there.
        found: B256,
        /// Hash of the code that the simulation gave.
        expected: B256,
    },
}

struct Stuck(Option<u128>);

impl std::fmt::Display for Stuck {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |fee| write!(f, ": it pays less than the base fee, which is {fee} wei now"))
    }
}

struct Doubt<'a>(Option<&'a str>);

impl std::fmt::Display for Doubt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.map_or(Ok(()), |doubt| write!(f, ", and the node did not say that it has it ({doubt})"))
    }
}

/// When a node is first asked again, and how rarely at last.
const ASK_AGAIN: Duration = Duration::from_millis(50);
const ASK_AGAIN_AT_MOST: Duration = Duration::from_secs(1);

/// Sends the bytes of an entry that is in the journal, waits for its block, and looks at what it left behind.
///
/// Unless the entry is fresh, it may have been sent before, and no refusal counts: another node may have it.
///
/// Where the answer to sending is lost, the same bytes are sent again while there is time: they can be mined once.
pub async fn settle(
    target: &Target,
    creation: &Creation,
    plan: &Plan,
    entry: &Entry,
    is_fresh: bool,
    patience: Duration,
) -> Result<Settled, Unsettled> {
    let (provider, tx_hash) = (&target.provider, entry.tx_hash);
    let end = Instant::now() + patience;
    let mut doubt = match broadcast(provider, entry).await {
        Sent::Taken => None,
        Sent::Refused(reason) if is_fresh => return Err(Unsettled::Refused { tx_hash, reason }),
        Sent::Refused(reason) | Sent::Unknown(reason) => Some(reason),
    };
    let mut pause = ASK_AGAIN;
    loop {
        // What is in a block and cannot be read yet is read again.
        if let Ok(Some(receipt)) = provider.get_transaction_receipt(tx_hash).await
            && let Some(result) = read(provider, creation, plan, &receipt).await
        {
            return result;
        }
        if Instant::now() >= end {
            break;
        }
        sleep(pause).await;
        pause = (pause * 2).min(ASK_AGAIN_AT_MOST);
        if doubt.is_some() && pause >= ASK_AGAIN_AT_MOST / 2 {
            // After an unknown answer no refusal counts: it may be that of bytes which are mined already.
            match broadcast(provider, entry).await {
                Sent::Taken => doubt = None,
                Sent::Refused(reason) | Sent::Unknown(reason) => doubt = Some(reason),
            }
        }
    }
    let base_fee = base_fee(provider).await.filter(|fee| entry.is_below(*fee));
    Err(Unsettled::Unseen { tx_hash, nonce: entry.nonce, after: patience, base_fee, doubt })
}

async fn broadcast(provider: &DynProvider, entry: &Entry) -> Sent {
    node::sent(provider.send_raw_transaction(&entry.raw).await)
}

async fn base_fee(provider: &DynProvider) -> Option<u128> {
    let block = provider.get_block_by_number(Default::default()).await.ok()??;
    block.header.base_fee_per_gas.map(u128::from)
}

/// What a receipt tells; nothing as long as the node does not show what the transaction did.
async fn read(
    provider: &DynProvider,
    creation: &Creation,
    plan: &Plan,
    receipt: &TransactionReceipt,
) -> Option<Result<Settled, Unsettled>> {
    let tx_hash = receipt.transaction_hash;
    let mined = Mined { block_number: receipt.block_number?, block_hash: receipt.block_hash? };
    if !receipt.status() {
        return Some(Err(Unsettled::Reverted { tx_hash }));
    }
    let code = provider.get_code_at(plan.address).await.ok()?;
    if code.is_empty() {
        return None;
    }
    if !creation.is_same_code(&code, &plan.code) {
        let (found, expected) = (keccak256(&code), keccak256(&plan.code));
        return Some(Err(Unsettled::CodeDiffers { tx_hash, found, expected }));
    }
    let gas_used = receipt.gas_used;
    let price = U256::from(receipt.effective_gas_price);
    let cost = U256::from(gas_used) * price + l1_fee(provider, tx_hash).await.unwrap_or_default();
    Some(Ok(Settled { tx_hash, mined, gas_used, cost, code_hash: keccak256(&code) }))
}

/// What an OP Stack chain took beside the gas.
async fn l1_fee(provider: &DynProvider, tx_hash: B256) -> Result<U256, NodeError> {
    let receipt: Value = provider.raw_request("eth_getTransactionReceipt".into(), [tx_hash]).await?;
    let fee = receipt["l1Fee"].as_str().and_then(|fee| fee.parse().ok());
    Ok(fee.unwrap_or_default())
}
