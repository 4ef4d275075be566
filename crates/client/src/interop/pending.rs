use std::time::Duration;

use alloy::{
    network::Ethereum,
    primitives::B256,
    providers::{PendingTransactionBuilder, Provider},
    rpc::types::TransactionReceipt,
};
use tokio::time::{sleep, timeout};

use super::InteropError;
use crate::{
    NodeFault,
    delivery::{SentError, SentReceipt, sent_messages},
};

/// How long a node is asked for the block of a receipt that it has, and how often.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(500);

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
    ///
    /// A node that has the receipt and not its block is asked again for some seconds, before it is [`InteropError::Unread`]:
    /// what was sent is known by the transaction's hash, also to [`find_messages`](super::Interop::find_messages).
    pub async fn get_receipt(self) -> Result<MessageReceipt, InteropError> {
        let (tx_hash, provider) = (self.tx_hash(), self.pending.provider().clone());
        let mut transaction =
            self.pending.get_receipt().await.map_err(|source| InteropError::Unseen { tx_hash, source })?;
        let mut unread = NodeFault::unavailable("no answer").into();
        let reading = async {
            loop {
                if !transaction.status() {
                    return Err(InteropError::Reverted { tx_hash });
                }
                match sent_messages(&provider, &transaction).await {
                    Ok(messages) => return Ok((transaction, messages)),
                    Err(source) => unread = source,
                }
                if !matches!(unread, SentError::Node(_) | SentError::BlockGone { .. }) {
                    return Err(InteropError::Unread { tx_hash, source: Box::new(unread.clone()) });
                }
                // The block is not known yet, or no more: a reorg may have put the transaction into another one.
                sleep(PAUSE).await;
                if let Ok(Some(found)) = provider.get_transaction_receipt(tx_hash).await {
                    transaction = found;
                }
            }
        };
        let read = timeout(PATIENCE, reading).await;
        let (transaction, messages) =
            read.unwrap_or_else(|_| Err(InteropError::Unread { tx_hash, source: Box::new(unread) }))?;
        match messages.first().cloned() {
            Some(message) => Ok(MessageReceipt { transaction, message, messages }),
            None => Err(InteropError::NoMessage { tx_hash }),
        }
    }
}
