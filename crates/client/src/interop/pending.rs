use std::time::Duration;

use alloy::{
    network::Ethereum, primitives::B256, providers::PendingTransactionBuilder, rpc::types::TransactionReceipt,
};

use super::InteropError;
use crate::delivery::{SentReceipt, sent_messages};

/// A transaction that sends messages, on its way into a block: alloy's pending transaction, whose receipt tells the messages.
#[derive(Debug)]
#[must_use = "what was sent is known when its receipt is"]
pub struct PendingMessages {
    pending: PendingTransactionBuilder<Ethereum>,
}

/// The receipt of a transaction that sent messages.
#[derive(Clone, Debug)]
pub struct MessageReceipt {
    /// The transaction's own receipt.
    pub transaction: TransactionReceipt,
    /// The message that it sent; of several, the first.
    pub message: SentReceipt,
    /// All messages that it sent, in their order, with their identifiers.
    pub messages: Vec<SentReceipt>,
}

impl PendingMessages {
    pub(super) const fn new(pending: PendingTransactionBuilder<Ethereum>) -> Self {
        Self { pending }
    }

    /// Returns the transaction's hash.
    pub const fn tx_hash(&self) -> B256 {
        *self.pending.tx_hash()
    }

    /// Waits for so many blocks, the transaction's own included.
    pub fn with_required_confirmations(self, confirmations: u64) -> Self {
        Self { pending: self.pending.with_required_confirmations(confirmations) }
    }

    /// Waits no longer than this.
    pub fn with_timeout(self, timeout: Option<Duration>) -> Self {
        Self { pending: self.pending.with_timeout(timeout) }
    }

    /// Returns alloy's own pending transaction.
    pub fn into_inner(self) -> PendingTransactionBuilder<Ethereum> {
        self.pending
    }

    /// Waits until the transaction is in a block, and reads what it sent.
    pub async fn get_receipt(self) -> Result<MessageReceipt, InteropError> {
        let (tx_hash, provider) = (self.tx_hash(), self.pending.provider().clone());
        let transaction =
            self.pending.get_receipt().await.map_err(|source| InteropError::Unseen { tx_hash, source })?;
        if !transaction.status() {
            return Err(InteropError::Reverted { tx_hash });
        }
        let messages = sent_messages(&provider, &transaction).await?;
        match messages.first().cloned() {
            Some(message) => Ok(MessageReceipt { transaction, message, messages }),
            None => Err(InteropError::NoMessage { tx_hash }),
        }
    }
}
