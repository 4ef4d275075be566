//! Delivered is what a log of the messenger says: neither a transaction that succeeded nor a flag in its storage.

use alloy::{
    primitives::B256,
    providers::Provider,
    rpc::types::{Filter, TransactionReceipt},
    transports::TransportError,
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage};

use crate::NodeFault;

/// Blocks asked for at once; halved when a node finds a range too large.
const RANGE: u64 = 50_000;

/// Returns whether this transaction delivered the message.
pub fn delivers(receipt: &TransactionReceipt, message_hash: B256) -> bool {
    receipt.logs().iter().any(|log| {
        matches!(RelayedMessage::from_log(log.address(), log.topics(), &log.data().data),
            Some(Ok(relayed)) if relayed.message_hash == message_hash)
    })
}

/// Looks for the log that delivered a message, the newest blocks first: its transaction and the number of its block.
///
/// `None` is no proof that it was not delivered: a node may know a block and not its logs yet.
pub async fn find_delivery(
    provider: &impl Provider,
    message_hash: B256,
) -> Result<Option<(B256, u64)>, NodeFault> {
    let found = find_relayed(provider, message_hash).await?;
    Ok(found.map(|(_, tx_hash, block_number)| (tx_hash, block_number)))
}

/// Looks for the log that delivered a message, as [`find_delivery`] does, and returns what it says as well.
pub async fn find_relayed(
    provider: &impl Provider,
    message_hash: B256,
) -> Result<Option<(RelayedMessage, B256, u64)>, NodeFault> {
    let mut to = provider.get_block_number().await?;
    let mut range = RANGE;
    loop {
        let from = to.saturating_sub(range - 1);
        let filter = Filter::new()
            .address(L2_TO_L2_CROSS_DOMAIN_MESSENGER)
            .event_signature(RelayedMessage::TOPIC)
            .topic3(message_hash)
            .from_block(from)
            .to_block(to);
        match provider.get_logs(&filter).await {
            Ok(logs) => {
                let found = logs.iter().find_map(|log| {
                    let relayed = RelayedMessage::from_log(log.address(), log.topics(), &log.data().data)?;
                    Some((relayed.ok()?, log.transaction_hash?, log.block_number?))
                });
                if found.is_some() || from == 0 {
                    return Ok(found);
                }
                to = from - 1;
            }
            Err(TransportError::ErrorResp(_)) if range > 1 => range /= 2,
            Err(error) => return Err(error.into()),
        }
    }
}
