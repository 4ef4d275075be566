//! From signed bytes to a contract that is seen to be there.

use super::{
    Creation, NodeError, Plan, Target,
    node::{self, Sent},
    probe,
};
use crate::journal::{Entry, Mined};
use alloy::{
    eips::BlockId,
    primitives::{B256, U256, keccak256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionReceipt,
};
use serde_json::Value;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout, timeout_at};

/// A contract that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The transaction created it.
    Created(Created),
    /// Another transaction did: anybody's, or another one of the account's under the same nonce.
    Found {
        /// Hash of the code that is there now.
        code_hash: B256,
        /// Whether the transaction itself is in a block, too, where it reverted and cost its fee.
        reverted: bool,
    },
}

/// A contract that a transaction created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
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
    /// The account used the nonce for another transaction, which did not create the contract.
    #[error(
        "the account used nonce {nonce} for another transaction than {tx_hash}, which cannot be mined any more"
    )]
    Displaced {
        /// The transaction.
        tx_hash: B256,
        /// Its nonce.
        nonce: u64,
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

/// How long the first sending may take at least, however short the patience: what is cut off there may have been sent.
const SENDING: Duration = Duration::from_secs(10);

/// How often a node has to say that the nonce is used and know nothing of the transaction, before that is believed: nodes that
/// answer by turns behind one address are not equally far.
const SURE: u32 = 3;

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
    let (provider, tx_hash, nonce) = (&target.provider, entry.tx_hash, entry.nonce);
    let end = Instant::now() + patience;
    let first = timeout(patience.max(SENDING), broadcast(provider, entry)).await;
    let mut doubt = match first.unwrap_or_else(|_| Sent::Unknown("no answer".to_owned())) {
        Sent::Taken => None,
        Sent::Refused(reason) if is_fresh && !is_known(provider, tx_hash).await => {
            return Err(Unsettled::Refused { tx_hash, reason });
        }
        Sent::Refused(reason) | Sent::Unknown(reason) => Some(reason),
    };
    // Asked once at least, and then as long as there is time.
    let first = timeout(patience.max(SENDING), look(provider, creation, plan, entry)).await;
    match first.unwrap_or(Seen::Nothing) {
        Seen::Result(result) => return *result,
        seen => {
            let watched = watch(provider, (creation, plan, entry), seen, &mut doubt);
            if let Ok(result) = timeout_at(end, watched).await {
                return result;
            }
        }
    }
    let base_fee = timeout(SENDING, base_fee(provider)).await.ok().flatten();
    let base_fee = base_fee.filter(|fee| entry.is_below(*fee));
    Err(Unsettled::Unseen { tx_hash, nonce, after: patience, base_fee, doubt })
}

/// Asks again until something is known.
async fn watch(
    provider: &DynProvider,
    (creation, plan, entry): (&Creation, &Plan, &Entry),
    mut seen: Seen,
    doubt: &mut Option<String>,
) -> Result<Settled, Unsettled> {
    let (mut pause, mut used) = (ASK_AGAIN, 0);
    loop {
        match seen {
            Seen::Result(result) => return *result,
            Seen::Used => used += 1,
            Seen::Nothing => used = 0,
        }
        if used >= SURE
            && let Some(result) = displaced(provider, creation, plan, entry).await
        {
            return result;
        }
        sleep(pause).await;
        pause = (pause * 2).min(ASK_AGAIN_AT_MOST);
        if doubt.is_some() && pause >= ASK_AGAIN_AT_MOST / 2 {
            // After an unknown answer no refusal counts: it may be that of bytes which are mined already.
            *doubt = match broadcast(provider, entry).await {
                Sent::Taken => None,
                Sent::Refused(reason) | Sent::Unknown(reason) => Some(reason),
            };
        }
        seen = look(provider, creation, plan, entry).await;
    }
}

/// What a node says of a transaction.
enum Seen {
    /// It is in a block, and what it did is known.
    Result(Box<Result<Settled, Unsettled>>),
    /// The account has used its nonce, and there is no receipt of it.
    Used,
    /// Nothing, or what cannot be read yet.
    Nothing,
}

async fn look(provider: &DynProvider, creation: &Creation, plan: &Plan, entry: &Entry) -> Seen {
    // Before the receipt: what is mined between the two has one.
    let nonce = provider.get_transaction_count(entry.account).await;
    match provider.get_transaction_receipt(entry.tx_hash).await {
        // What is in a block and cannot be read yet is read again.
        Ok(Some(receipt)) => match read(provider, creation, plan, &receipt).await {
            Some(result) => Seen::Result(Box::new(result)),
            None => Seen::Nothing,
        },
        Ok(None) if nonce.is_ok_and(|nonce| nonce > entry.nonce) => Seen::Used,
        _ => Seen::Nothing,
    }
}

/// What became of a contract whose transaction cannot be mined; nothing as long as the node does not tell.
async fn displaced(
    provider: &DynProvider,
    creation: &Creation,
    plan: &Plan,
    entry: &Entry,
) -> Option<Result<Settled, Unsettled>> {
    let (tx_hash, nonce) = (entry.tx_hash, entry.nonce);
    let code = node::code_at(provider, plan.address, BlockId::latest()).await.ok()?;
    Some(match code.is_empty() {
        true => Err(Unsettled::Displaced { tx_hash, nonce }),
        false => found(creation, plan, &code, tx_hash)
            .map(|code_hash| Settled::Found { code_hash, reverted: false }),
    })
}

/// Hash of the code, if it is the contract's.
fn found(creation: &Creation, plan: &Plan, code: &[u8], tx_hash: B256) -> Result<B256, Unsettled> {
    match creation.is_same_code(code, &plan.code) {
        true => Ok(keccak256(code)),
        false => {
            let (found, expected) = (keccak256(code), keccak256(&plan.code));
            Err(Unsettled::CodeDiffers { tx_hash, found, expected })
        }
    }
}

async fn broadcast(provider: &DynProvider, entry: &Entry) -> Sent {
    node::sent(provider.send_raw_transaction(&entry.raw).await)
}

/// Whether a node has a transaction that it refused: one behind the same address may have taken it before.
async fn is_known(provider: &DynProvider, tx_hash: B256) -> bool {
    matches!(provider.get_transaction_by_hash(tx_hash).await, Ok(Some(_)))
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
    let code = node::code_at(provider, plan.address, BlockId::latest()).await.ok()?;
    if !receipt.status() {
        // Somebody was faster, if it is there all the same.
        let found = found(creation, plan, &code, tx_hash);
        let there = found.map(|code_hash| Settled::Found { code_hash, reverted: true });
        return Some(there.map_err(|_| Unsettled::Reverted { tx_hash }));
    }
    if code.is_empty() {
        return None;
    }
    let code_hash = match found(creation, plan, &code, tx_hash) {
        Ok(code_hash) => code_hash,
        // A constructor may ask for its block, which is another one than when the chain was looked at.
        Err(differs) => {
            let (sender, block) = (receipt.from, mined.block_number);
            match probe::gives(provider, creation, plan.address, sender, block, &code).await {
                true => keccak256(&code),
                false => return Some(Err(differs)),
            }
        }
    };
    let gas_used = receipt.gas_used;
    let price = U256::from(receipt.effective_gas_price);
    let cost = U256::from(gas_used) * price + l1_fee(provider, tx_hash).await.unwrap_or_default();
    Some(Ok(Settled::Created(Created { tx_hash, mined, gas_used, cost, code_hash })))
}

/// What an OP Stack chain took beside the gas.
async fn l1_fee(provider: &DynProvider, tx_hash: B256) -> Result<U256, NodeError> {
    let receipt: Value = provider.raw_request("eth_getTransactionReceipt".into(), [tx_hash]).await?;
    let fee = receipt["l1Fee"].as_str().and_then(|fee| fee.parse().ok());
    Ok(fee.unwrap_or_default())
}
