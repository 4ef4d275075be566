use alloy::{
    primitives::{B256, Bytes, U256},
    providers::Provider,
    rpc::types::TransactionReceipt,
};
use causeway_interop::{EventError, Identifier, Payload, SentMessage};

use crate::NodeFault;

/// A message that a transaction sent, and all that its delivery takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentReceipt {
    /// The message.
    pub message: SentMessage,
    /// Where its log stands.
    pub identifier: Identifier,
    /// The hash by which the messengers on both chains know it.
    pub message_hash: B256,
    /// The payload of its log, which `relayMessage` takes.
    pub payload: Bytes,
    /// The transaction that sent it.
    pub tx_hash: B256,
    /// The block that holds it.
    pub block_hash: B256,
}

/// Why the messages of a transaction cannot be told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SentError {
    /// The node has no receipt of the transaction: it is unknown or not in a block yet.
    #[error("no receipt of transaction {tx_hash}: it is unknown, or not in a block yet")]
    NoReceipt {
        /// The transaction.
        tx_hash: B256,
    },
    /// The block that held the transaction is no longer there.
    #[error("block {block_hash} of transaction {tx_hash} is gone: the chain reorganised")]
    BlockGone {
        /// The transaction.
        tx_hash: B256,
        /// The block.
        block_hash: B256,
    },
    /// A log of the messenger is not the event that it claims to be.
    #[error("log {log_index} of transaction {tx_hash} is no message: {reason}")]
    Malformed {
        /// The transaction.
        tx_hash: B256,
        /// The log's index within its block.
        log_index: u64,
        /// What is wrong with it.
        reason: EventError,
    },
    /// The receipt lacks what every mined transaction's receipt has.
    #[error("the receipt of transaction {tx_hash} lacks {what}")]
    Incomplete {
        /// The transaction.
        tx_hash: B256,
        /// What it lacks.
        what: &'static str,
    },
    /// The node could not be asked.
    #[error("cannot ask the node: {0}")]
    Node(#[from] NodeFault),
}

/// Finds the messages that a transaction sent, by its hash.
pub async fn sent_by(provider: &impl Provider, tx_hash: B256) -> Result<Vec<SentReceipt>, SentError> {
    let receipt = provider.get_transaction_receipt(tx_hash).await.map_err(NodeFault::from)?;
    let receipt = receipt.ok_or(SentError::NoReceipt { tx_hash })?;
    sent_messages(provider, &receipt).await
}

/// Finds the messages that a transaction sent, in their order. A transaction that sent none gives none.
pub async fn sent_messages(
    provider: &impl Provider,
    receipt: &TransactionReceipt,
) -> Result<Vec<SentReceipt>, SentError> {
    let tx_hash = receipt.transaction_hash;
    let mut found = Vec::new();
    for log in receipt.logs() {
        let Some(decoded) = SentMessage::from_log(log.address(), log.topics(), &log.data().data) else {
            continue;
        };
        let index = log.log_index.ok_or(SentError::Incomplete { tx_hash, what: "a log's index" })?;
        let message = decoded.map_err(|reason| SentError::Malformed { tx_hash, log_index: index, reason })?;
        let payload = Bytes::from(Payload::new(log.topics(), &log.data().data));
        found.push((message, payload, index, log.address()));
    }
    if found.is_empty() {
        return Ok(Vec::new());
    }

    let block_hash = receipt.block_hash.ok_or(SentError::NoReceipt { tx_hash })?;
    let (chain_id, block) =
        futures::try_join!(provider.get_chain_id(), async { provider.get_block_by_hash(block_hash).await })
            .map_err(NodeFault::from)?;
    let header = block.ok_or(SentError::BlockGone { tx_hash, block_hash })?.header;
    let source = U256::from(chain_id);

    let receipts = found.into_iter().map(|(message, payload, index, origin)| {
        let log_index = u32::try_from(index)
            .map_err(|_| SentError::Incomplete { tx_hash, what: "a log index of 32 bits" })?;
        let identifier = Identifier {
            origin,
            block_number: header.number,
            log_index,
            timestamp: header.timestamp,
            chain_id: source,
        };
        let message_hash = message.message_hash(source);
        Ok(SentReceipt { message, identifier, message_hash, payload, tx_hash, block_hash })
    });
    receipts.collect()
}
