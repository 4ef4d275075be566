use std::time::Duration;

use alloy::{primitives::B256, providers::Provider, rpc::types::TransactionReceipt};
use causeway_chain::{
    BlockLogs, ChainEvent, Content, Follower, FollowerConfig, FollowerError, FollowerHandle, Start,
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage};
use tokio::time::{sleep, timeout};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    ChainClient, NodeFault,
    delivery::{find_delivery, is_delivered},
};

/// When a node is first asked again for a log that it has to have or for a receipt, and how rarely at last.
const ASK_AGAIN: Duration = Duration::from_millis(250);
const ASK_AGAIN_AT_MOST: Duration = Duration::from_secs(4);

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
    #[error("not within {}", span(*after))]
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

/// `60s`, `500ms`, and `0s`, which would be `0ns`.
fn span(time: Duration) -> String {
    if time.is_zero() { "0s".to_owned() } else { format!("{time:?}") }
}

/// Waits until a message is delivered on this chain, woken by its blocks.
///
/// A message that was delivered before is reported at once. An unreachable node is waited for as long as there is
/// time, and so is one that holds a message for delivered and does not find the log of that yet.
pub async fn wait_delivered(
    destination: &ChainClient,
    message_hash: B256,
    patience: Duration,
) -> Result<Delivery, WaitError> {
    within(patience, async {
        let mut blocks = Blocks::of(destination);
        let mut pause = None;
        loop {
            let found = blocks.next_or_after(pause).await?;
            if let Some(transaction) = found.and_then(|found| delivery_in(&found, message_hash)) {
                return Ok(Delivery { message_hash, transaction });
            }
            // It may have been delivered before the first block that we saw. The flag is cheap to ask for; the log counts.
            pause = match delivered_before(destination, message_hash).await {
                Ok(Past::Found(transaction)) => return Ok(Delivery { message_hash, transaction }),
                Ok(Past::Unproven) => Some(longer(pause)),
                Ok(Past::Undelivered) => None,
                Err(fault) => {
                    note(destination, &fault);
                    Some(longer(pause))
                }
            };
        }
    })
    .await
}

/// How long to wait before a node is asked again that has not found a log yet: a chain without new blocks does not wake us.
fn longer(pause: Option<Duration>) -> Duration {
    pause.map_or(ASK_AGAIN, |pause| (pause * 2).min(ASK_AGAIN_AT_MOST))
}

/// What a chain says of a delivery before now.
enum Past {
    /// The messenger does not hold the message for delivered.
    Undelivered,
    /// It does, and the node does not find the log: its index of logs may lag behind its blocks.
    Unproven,
    /// The log's transaction, and the number of its block.
    Found((B256, u64)),
}

async fn delivered_before(destination: &ChainClient, message_hash: B256) -> Result<Past, NodeFault> {
    let provider = destination.provider();
    if !is_delivered(provider, message_hash).await? {
        return Ok(Past::Undelivered);
    }
    Ok(find_delivery(provider, message_hash).await?.map_or(Past::Unproven, Past::Found))
}

/// Waits until a transaction is in a block of this chain, woken by its blocks. Whether it succeeded is in the receipt.
pub async fn wait_receipt(
    chain: &ChainClient,
    tx_hash: B256,
    patience: Duration,
) -> Result<TransactionReceipt, WaitError> {
    within(patience, async {
        let mut blocks = Blocks::of(chain);
        let mut pause = None;
        loop {
            blocks.next_or_after(pause).await?;
            // A node may tell of a receipt later than of its block, and there may be no other.
            pause = Some(longer(pause));
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
    tracing::debug!(chain = chain.chain_id(), %fault, "asking again");
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
        let mut config = FollowerConfig::new(chain.chain_id(), chain.endpoints().clone());
        config.start = Start::Latest;
        config.content = Content::Logs {
            addresses: vec![L2_TO_L2_CROSS_DOMAIN_MESSENGER],
            topics: vec![RelayedMessage::TOPIC],
        };
        let cancel = CancellationToken::new();
        let follower = Follower::spawn(config, cancel.clone());
        Self { follower, _cancel: cancel.drop_guard() }
    }

    /// The next block, or nothing when there is none before the pause is over.
    async fn next_or_after(&mut self, pause: Option<Duration>) -> Result<Option<BlockLogs>, WaitError> {
        match pause {
            None => self.next().await.map(Some),
            Some(pause) => tokio::select! {
                found = self.next() => found.map(Some),
                () = sleep(pause) => Ok(None),
            },
        }
    }

    async fn next(&mut self) -> Result<BlockLogs, WaitError> {
        loop {
            match self.follower.recv().await {
                Some(ChainEvent::Block(found)) => return Ok(found),
                Some(
                    ChainEvent::CaughtUp { .. }
                    | ChainEvent::Reorg { .. }
                    | ChainEvent::Labels { .. }
                    | ChainEvent::Unlabelled { .. }
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
