use std::time::Duration;

use alloy::{primitives::B256, providers::Provider, rpc::types::TransactionReceipt};
use causeway_chain::{
    BlockLogs, ChainEvent, Content, Follower, FollowerConfig, FollowerError, FollowerHandle, Start,
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage};
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    ChainClient, NodeFault,
    delivery::{find_delivery, is_delivered},
};

/// A delivery that was waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The message.
    pub message_hash: B256,
    /// The transaction whose log says so, and the number of its block.
    pub transaction: (B256, u64),
}

/// Why waiting ended without what was waited for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    /// The time is over.
    #[error("not within {after:?}")]
    Timeout {
        /// How long it was waited.
        after: Duration,
    },
    /// The chain cannot be followed.
    #[error("cannot follow the chain: {0}")]
    Follower(#[from] FollowerError),
    /// The follower of the chain ended.
    #[error("the chain's follower ended")]
    Ended,
}

/// Waits until a message is delivered on this chain, woken by its blocks.
///
/// A message that was delivered before is reported at once. An unreachable node is waited for as long as there is
/// time.
pub async fn wait_delivered(
    destination: &ChainClient,
    message_hash: B256,
    patience: Duration,
) -> Result<Delivery, WaitError> {
    within(patience, async {
        let mut blocks = Blocks::of(destination);
        loop {
            let found = blocks.next().await?;
            if let Some(transaction) = delivery_in(&found, message_hash) {
                return Ok(Delivery { message_hash, transaction });
            }
            // It may have been delivered before the first block that we saw. The flag is cheap to ask for; the log counts.
            match delivered_before(destination, message_hash).await {
                Ok(Some(transaction)) => return Ok(Delivery { message_hash, transaction }),
                Ok(None) => {}
                Err(fault) => note(destination, &fault),
            }
        }
    })
    .await
}

async fn delivered_before(
    destination: &ChainClient,
    message_hash: B256,
) -> Result<Option<(B256, u64)>, NodeFault> {
    let provider = destination.provider();
    if !is_delivered(provider, message_hash).await? {
        return Ok(None);
    }
    find_delivery(provider, message_hash).await
}

/// Waits until a transaction is in a block of this chain, woken by its blocks. Whether it succeeded is in the receipt.
pub async fn wait_receipt(
    chain: &ChainClient,
    tx_hash: B256,
    patience: Duration,
) -> Result<TransactionReceipt, WaitError> {
    within(patience, async {
        let mut blocks = Blocks::of(chain);
        loop {
            blocks.next().await?;
            match chain.provider().get_transaction_receipt(tx_hash).await {
                Ok(Some(receipt)) => return Ok(receipt),
                Ok(None) => {}
                Err(error) => note(chain, &NodeFault::from(error)),
            }
        }
    })
    .await
}

async fn within<T>(
    after: Duration,
    waiting: impl Future<Output = Result<T, WaitError>>,
) -> Result<T, WaitError> {
    timeout(after, waiting).await.unwrap_or(Err(WaitError::Timeout { after }))
}

fn note(chain: &ChainClient, fault: &NodeFault) {
    tracing::debug!(chain = chain.chain_id(), %fault, "asking again at the next block");
}

/// The transaction in this block that delivered the message.
fn delivery_in(found: &BlockLogs, message_hash: B256) -> Option<(B256, u64)> {
    let delivers = |log: &&causeway_chain::LogEntry| {
        matches!(RelayedMessage::from_log(log.address, &log.topics, &log.data),
            Some(Ok(relayed)) if relayed.message_hash == message_hash)
    };
    found.logs.iter().find(delivers).map(|log| (log.tx_hash, found.block.number))
}

/// The blocks of a chain from now on, with the deliveries in them.
struct Blocks {
    follower: FollowerHandle,
    _cancel: DropGuard,
}

impl Blocks {
    fn of(chain: &ChainClient) -> Self {
        let mut config = FollowerConfig::new(chain.chain_id(), chain.endpoint().clone());
        config.start = Start::Latest;
        config.content = Content::Logs {
            addresses: vec![L2_TO_L2_CROSS_DOMAIN_MESSENGER],
            topics: vec![RelayedMessage::TOPIC],
        };
        let cancel = CancellationToken::new();
        let follower = Follower::spawn(config, cancel.clone());
        Self { follower, _cancel: cancel.drop_guard() }
    }

    async fn next(&mut self) -> Result<BlockLogs, WaitError> {
        loop {
            match self.follower.recv().await {
                Some(ChainEvent::Block(found)) => return Ok(found),
                Some(
                    ChainEvent::CaughtUp { .. }
                    | ChainEvent::Reorg { .. }
                    | ChainEvent::Labels { .. }
                    | ChainEvent::Offline { .. }
                    | ChainEvent::Online,
                ) => {}
                None => return Err(self.ended().await),
            }
        }
    }

    async fn ended(&mut self) -> WaitError {
        match (&mut self.follower.task).await {
            Ok(Ok(())) => WaitError::Ended,
            Ok(Err(error)) => error.into(),
            Err(error) => FollowerError::Aborted { reason: error.to_string() }.into(),
        }
    }
}
