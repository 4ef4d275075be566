//! Transactions are made here, and written down before anybody has them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::eip2718::Encodable2718,
    network::TransactionBuilder,
    primitives::{Address, B256, Bytes, Signature, TxKind, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
};
use causeway_store::{AttemptItem, NewAttempt, StoreError};
use tokio::time::timeout;

use super::{
    answer::Answer,
    bids::{Earlier, Excess},
    carrier::carry,
    fees::Fees,
    node::Node,
};
use crate::{
    RelaySigner, RelayerEvent,
    engine::{Event, Item, NotCommitted, SignedTx},
    remote_signer::never_executed,
};

/// A transfer of nothing to an account without code takes exactly this.
pub(super) const TRANSFER_GAS: u64 = 21_000;

/// After this time without an answer it is told that an account does not sign. It is waited for still.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long is waited at most, whatever deadline of its own a signer has. A signature that comes later is nobody's.
const LIMIT: Duration = Duration::from_secs(60);

/// The place of a transaction.
#[derive(Debug)]
pub(super) struct Slot {
    /// Who signs.
    pub(super) signer: Address,
    /// The transaction's nonce.
    pub(super) nonce: u64,
    /// The newest block that was taken in.
    pub(super) head: u64,
    /// The version that it takes the place of: its fees have to be outbid.
    pub(super) replaces: Option<SignedTx>,
    /// The first version of all.
    pub(super) first: Option<SignedTx>,
    /// The account could not pay the last time: it is looked at what it has.
    pub(super) was_poor: bool,
}

/// Why nothing was signed.
#[derive(Debug)]
enum Obstacle {
    Fault(String),
    /// It was told already.
    Unsigned(String),
    TooDear(Excess),
    Unfunded(String),
    Held(Vec<B256>),
}

impl From<String> for Obstacle {
    fn from(reason: String) -> Self {
        Self::Fault(reason)
    }
}

impl Node {
    /// Signs the transaction that delivers messages, and commits it to the store.
    pub(super) async fn submit(&self, slot: Slot, items: Vec<Item>) -> Answer {
        let signed = async {
            let fees = self.fees(&slot).await?;
            let request = carry(&items, fees.block_gas).map_err(|error| error.to_string())?;
            self.afford(&slot, &request, fees).await?;
            self.sign(&slot, request, fees).await
        };
        let tx = match signed.await {
            Ok(tx) => tx,
            Err(obstacle) => return self.not_committed(&slot, obstacle),
        };
        tracing::debug!(chain = self.chain_id, tx = %tx.hash, messages = items.len(), "signed");
        let Slot { signer, nonce, .. } = slot;
        match self.store.record_attempt(&self.attempt(&slot, &items, &tx)).await {
            Ok(()) => {
                tracing::debug!(chain = self.chain_id, tx = %tx.hash, "written down");
                Answer::Event(Event::Committed { signer, nonce, tx })
            }
            // Another relayer's, or this one's from before: nothing was written, and these bytes are nowhere.
            Err(StoreError::Held { messages }) => self.not_committed(&slot, Obstacle::Held(messages)),
            Err(error) => Answer::Store(error),
        }
    }

    fn attempt(&self, slot: &Slot, items: &[Item], tx: &SignedTx) -> NewAttempt {
        NewAttempt {
            items: items
                .iter()
                .map(|item| AttemptItem { message: item.message.hash, gas: item.gas })
                .collect(),
            chain_id: self.chain_id,
            signer: slot.signer,
            nonce: slot.nonce,
            tx_hash: tx.hash,
            raw_tx: tx.raw.clone(),
            created_ms: now_ms(),
        }
    }

    /// Signs a transaction that does nothing. It is not recorded: lost, it is made again.
    pub(super) async fn fill(&self, slot: Slot) -> Answer {
        let signed = async {
            let fees = self.fees(&slot).await?;
            let request = TransactionRequest::default().with_to(slot.signer).with_gas_limit(TRANSFER_GAS);
            self.sign(&slot, request, fees).await
        };
        match signed.await {
            Ok(tx) => Answer::Event(Event::Committed { signer: slot.signer, nonce: slot.nonce, tx }),
            Err(obstacle) => self.not_committed(&slot, obstacle),
        }
    }

    /// The fees of a transaction that a block is to prefer to the one that it replaces.
    async fn fees(&self, slot: &Slot) -> Result<Fees, Obstacle> {
        let fees = self.fees.at(slot.head, &self.provider).await.map_err(|fault| fault.reason)?;
        let earlier = slot.replaces.as_ref().map(|newest| {
            let first = slot.first.as_ref().unwrap_or(newest);
            Earlier { first: &first.raw, newest: &newest.raw }
        });
        self.bid(fees, earlier).map_err(Obstacle::TooDear)
    }

    /// Whether the account can pay, if it could not the last time: what no node takes need not be written down with every block.
    async fn afford(&self, slot: &Slot, request: &TransactionRequest, fees: Fees) -> Result<(), Obstacle> {
        if !slot.was_poor {
            return Ok(());
        }
        let gas = U256::from(request.gas.unwrap_or_default());
        let need = gas.saturating_mul(U256::from(fees.max_fee));
        match self.provider.get_balance(slot.signer).await {
            Ok(have) if have < need => Err(Obstacle::Unfunded(format!("it has {have} wei, needs {need}"))),
            // A node that does not say so is asked to take it.
            Ok(_) | Err(_) => Ok(()),
        }
    }

    async fn sign(&self, slot: &Slot, request: TransactionRequest, fees: Fees) -> Result<SignedTx, Obstacle> {
        let signer = self.signers.get(&slot.signer).ok_or_else(|| "no such account".to_owned())?;
        let mut tx = TxEip1559 {
            chain_id: self.chain_id,
            nonce: slot.nonce,
            gas_limit: request.gas.unwrap_or_default(),
            max_fee_per_gas: fees.max_fee,
            max_priority_fee_per_gas: fees.priority_fee,
            to: request.to.unwrap_or(TxKind::Call(slot.signer)),
            access_list: request.access_list.unwrap_or_default(),
            input: request.input.into_input().unwrap_or_default(),
            ..TxEip1559::default()
        };
        let signature = self.signature(signer, &mut tx).await.map_err(Obstacle::Unsigned)?;
        let envelope = TxEnvelope::from(tx.into_signed(signature));
        Ok(SignedTx { hash: *envelope.tx_hash(), raw: Bytes::from(envelope.encoded_2718()) })
    }

    /// Has an account sign, and tells listeners while it does not. The error says why, in words without secrets.
    pub(super) async fn signature(
        &self,
        signer: &RelaySigner,
        tx: &mut TxEip1559,
    ) -> Result<Signature, String> {
        let (account, asked) = (signer.address(), SystemTime::now());
        let mut signing = signer.sign_transaction(tx);
        let signed = match timeout(PATIENCE, &mut signing).await {
            Ok(signed) => Some(signed),
            Err(_) => {
                // What it said the last time says more.
                if !self.signatures.is_known(account) {
                    let reason = format!("it does not answer within {} s", PATIENCE.as_secs());
                    self.does_not_sign(account, asked, &reason);
                }
                timeout(LIMIT.saturating_sub(PATIENCE), signing).await.ok()
            }
        };
        let reason = match signed {
            Some(Ok(signature)) => {
                if self.signatures.signed(account) {
                    tracing::info!(chain = self.chain_id, signer = %account, "it signs again");
                    self.shared.announce(RelayerEvent::SignerWell { chain_id: self.chain_id, account });
                }
                return Ok(signature);
            }
            Some(Err(error)) => error.to_string(),
            None => format!("it does not answer within {} s", LIMIT.as_secs()),
        };
        self.does_not_sign(account, asked, &reason);
        Err(reason)
    }

    /// Has accounts sign what no chain takes, to know whether they do again: there may be nothing else for them to sign.
    pub(super) async fn ask_signers(&self, accounts: Vec<Address>) -> Answer {
        let errands = self.shared.config().errand_signers();
        let all: Vec<_> = self.signers.values().chain(errands).collect();
        let of = |account: Address| all.iter().copied().find(|signer| signer.address() == account);
        for signer in accounts.into_iter().filter_map(of) {
            // It is told what comes of it.
            drop(self.signature(signer, &mut never_executed(self.chain_id)).await);
        }
        Answer::Signers
    }

    /// Each block asks again: it is said once, for each reason, until it signs.
    fn does_not_sign(&self, account: Address, asked: SystemTime, reason: &str) {
        if let Some(since) = self.signatures.failed(account, asked, reason) {
            tracing::warn!(chain = self.chain_id, signer = %account, reason, "nothing signed");
            let (chain_id, reason) = (self.chain_id, reason.to_owned());
            self.shared.announce(RelayerEvent::SignerUnwell { chain_id, account, since, reason });
        }
    }

    fn not_committed(&self, slot: &Slot, obstacle: Obstacle) -> Answer {
        let Slot { signer, nonce, .. } = *slot;
        let chain = self.chain_id;
        let reason = match obstacle {
            Obstacle::Fault(reason) => {
                tracing::warn!(chain, %signer, nonce, reason, "nothing signed");
                NotCommitted::Fault
            }
            Obstacle::Unsigned(reason) => {
                tracing::debug!(chain, %signer, nonce, reason, "nothing signed still");
                NotCommitted::Fault
            }
            Obstacle::TooDear(excess) => {
                tracing::debug!(chain, %signer, nonce, ?excess, "nothing signed: it takes more than may be offered");
                NotCommitted::Ceiling
            }
            Obstacle::Unfunded(reason) => {
                tracing::debug!(chain, %signer, nonce, reason, "nothing signed: the account cannot pay");
                NotCommitted::Unfunded { reason }
            }
            Obstacle::Held(messages) => {
                tracing::debug!(chain, %signer, nonce, ?messages, "not written down: other transactions hold these");
                NotCommitted::Held { messages }
            }
        };
        Answer::Event(Event::NotCommitted { signer, nonce, reason })
    }
}

/// For people who read the store; nothing is decided by it.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
