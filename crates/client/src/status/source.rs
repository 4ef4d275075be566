//! The questions to the source.

use alloy::{eips::BlockNumberOrTag, providers::Provider};
use causeway_interop::SafetyLevel;

use super::facts::Standing;
use crate::{
    ChainView, NodeFault,
    delivery::{SentError, SentReceipt, sent_by},
};

/// Asks the source whether it still has a message.
///
/// That it has not takes two answers that say so: no receipt, and another block in the place of its own.
pub async fn standing(source: &ChainView, sent: &SentReceipt) -> Standing {
    match sent_by(source.provider(), sent.tx_hash).await {
        Ok(found) => among(found, sent),
        Err(SentError::NoReceipt { .. } | SentError::BlockGone { .. }) => without_receipt(source, sent).await,
        Err(SentError::Node(fault)) => Standing::Unknown(fault),
        Err(error) => Standing::Unknown(NodeFault::refused(&error.to_string())),
    }
}

/// What the transaction sent where it is now.
fn among(found: Vec<SentReceipt>, sent: &SentReceipt) -> Standing {
    let same = |found: &&SentReceipt| found.identifier == sent.identifier && found.payload == sent.payload;
    if found.iter().any(|found| same(&found)) {
        return Standing::There;
    }
    let moved = found.into_iter().find(|found| found.message_hash == sent.message_hash);
    moved.map_or(Standing::Replaced, |moved| Standing::Moved(Box::new(moved)))
}

async fn without_receipt(source: &ChainView, sent: &SentReceipt) -> Standing {
    let provider = source.provider();
    let number = sent.identifier.block_number;
    let block = match provider.get_block_by_number(number.into()).await {
        Ok(Some(block)) => block,
        Ok(None) => {
            return Standing::Unknown(NodeFault::unavailable("its node is behind the block that sent it"));
        }
        Err(error) => return Standing::Unknown(error.into()),
    };
    if block.header.hash == sent.block_hash {
        // Receipts come later than blocks.
        return Standing::There;
    }
    match provider.get_transaction_by_hash(sent.tx_hash).await {
        Ok(None) => Standing::Replaced,
        Ok(Some(transaction)) if transaction.block_hash.is_none() => Standing::Pooled,
        // In a block since the first question.
        Ok(Some(_)) => match sent_by(provider, sent.tx_hash).await {
            Ok(found) => among(found, sent),
            Err(_) => {
                Standing::Unknown(NodeFault::unavailable("its transaction has just come into another block"))
            }
        },
        Err(error) => Standing::Unknown(error.into()),
    }
}

/// Asks a node how safe it holds its block with this number to be; `None` where it does not tell.
pub async fn block_safety(chain: &ChainView, number: u64) -> Option<SafetyLevel> {
    let head = async |tag: BlockNumberOrTag| {
        chain.provider().get_block_by_number(tag).await.ok().flatten().map(|block| block.header.number)
    };
    let (finalized, safe) = tokio::join!(head(BlockNumberOrTag::Finalized), head(BlockNumberOrTag::Safe));
    match (finalized, safe) {
        (Some(head), _) if number <= head => Some(SafetyLevel::Finalized),
        (_, Some(head)) if number <= head => Some(SafetyLevel::Safe),
        (_, Some(_)) => Some(SafetyLevel::Unsafe),
        (_, None) => None,
    }
}
