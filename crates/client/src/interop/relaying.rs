use std::time::Duration;

use alloy::{
    eips::BlockNumberOrTag,
    network::Ethereum,
    primitives::B256,
    providers::{PendingTransactionBuilder, Provider},
    rpc::types::TransactionReceipt,
};
use tokio::time::sleep;

use super::{Interop, InteropError};
use crate::{
    ChainView, NodeFault,
    delivery::{RelayError, SentReceipt, delivers, is_refusal, rehearse_relay},
};

/// A transaction that delivers a message, on its way into a block.
#[derive(Debug)]
#[must_use = "whether the message was delivered is known when its receipt is"]
pub struct PendingRelay {
    message_hash: B256,
    pending: PendingTransactionBuilder<Ethereum>,
}

impl Interop {
    /// Delivers a message to its destination: the provider's own chain, or one that [`with_chain`](Interop::with_chain)
    /// added.
    ///
    /// It is tried out first, with its access list; what would revert, or was delivered before, is not sent. The access list,
    /// the price and the gas limit come with it, whatever fillers the provider has. A message that was sent in this second is
    /// waited with until the next one, before which sequencers do not take it. One that they do not take later, either, since
    /// they do not know its block yet, is an error that [`is_early`](InteropError::is_early): try again in a moment. Do so with
    /// nonces that are asked for ([`SimpleNonceManager`](alloy::providers::fillers::SimpleNonceManager)), for alloy's
    /// cached ones, its default, do not come back when a node refuses a transaction.
    pub async fn relay(&self, sent: &SentReceipt) -> Result<PendingRelay, InteropError> {
        let destination = sent.message.destination;
        let here = self.here().await?;
        let there = match u64::try_from(destination) {
            Ok(chain_id) if chain_id == here.chain_id() => here,
            Ok(chain_id) => self.chain(chain_id).await?,
            Err(_) => return Err(RelayError::WrongDestination { chain_id: here.chain_id() }.into()),
        };
        let there = self.with_sender(there).await?;
        until_later(&there, sent.identifier.timestamp).await;
        let request = rehearse_relay(&there, &sent.identifier, &sent.payload).await?;
        match there.provider().send_transaction(request).await {
            Ok(pending) => Ok(PendingRelay { message_hash: sent.message_hash, pending }),
            Err(error) if is_refusal(&error) => Err(InteropError::Refused(NodeFault::from(error))),
            Err(error) => Err(InteropError::Unsure(NodeFault::from(error))),
        }
    }
}

/// Waits until the destination's clock is past a timestamp: for a second at least if its newest block is not, since the next
/// one may come at any time.
async fn until_later(there: &ChainView, timestamp: u64) {
    let head = there.provider().get_block_by_number(BlockNumberOrTag::Latest).await;
    // What a node does not tell here, it tells when it is asked to relay.
    if let Ok(Some(head)) = head
        && head.header.timestamp <= timestamp
    {
        sleep(Duration::from_secs(1)).await;
    }
}

impl PendingRelay {
    /// Returns the transaction's hash.
    pub const fn tx_hash(&self) -> B256 {
        *self.pending.tx_hash()
    }

    /// Waits no longer than this.
    pub fn with_timeout(self, timeout: Option<Duration>) -> Self {
        Self { pending: self.pending.with_timeout(timeout), ..self }
    }

    /// Waits until the transaction is in a block, and checks that it delivered the message there: by the messenger's log. A
    /// transaction that somebody else was faster than reverts, or delivers nothing.
    pub async fn get_receipt(self) -> Result<TransactionReceipt, InteropError> {
        let (tx_hash, message_hash) = (self.tx_hash(), self.message_hash);
        let receipt =
            self.pending.get_receipt().await.map_err(|source| InteropError::Unseen { tx_hash, source })?;
        match (receipt.status(), delivers(&receipt, message_hash)) {
            (_, true) => Ok(receipt),
            (false, _) => Err(InteropError::Reverted { tx_hash }),
            (true, _) => Err(InteropError::NotDelivered { tx_hash, message_hash }),
        }
    }
}
