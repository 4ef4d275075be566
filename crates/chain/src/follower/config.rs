use crate::{BlockRef, ConnectOptions, Content, Endpoint, Endpoints};
use std::time::Duration;

/// What to follow, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FollowerConfig {
    /// The chain that the node must serve; another one is reported as [`ChainEvent::Offline`], never followed.
    ///
    /// [`ChainEvent::Offline`]: crate::ChainEvent::Offline
    pub chain_id: u64,
    /// The node, or several: one of them is followed until it fails or lags, then another.
    pub endpoints: Endpoints,
    /// Which logs the blocks are announced with, and how far the node is believed.
    pub content: Content,
    /// Where to begin.
    pub start: Start,
    /// Whether to end with [`FollowerError::Pruned`](crate::FollowerError::Pruned) when the node has pruned the block that
    /// comes next. Whoever must not miss a block waits for a node that has it.
    pub skip_pruned: bool,
    /// How to hear about new blocks.
    pub heads: HeadSource,
    /// How many blocks are remembered to find the common ancestor after a reorg. A deeper reorg ends the follower
    /// with [`FollowerError::DeepReorg`](crate::FollowerError::DeepReorg).
    pub window: usize,
    /// How often to ask for the head while nobody tells.
    pub poll_interval: Duration,
    /// After how long without a pushed head to ask nevertheless.
    pub idle_poll_interval: Duration,
    /// How long the node's head must stay where it is, below the newest known block and without contradicting it, until
    /// that counts as a reorg to a shorter chain; at least three times as long as blocks usually take to come, and 10
    /// seconds at most. Behind a load balancer a lagging node looks the same for a moment. Blocks of [`Start::After`] that
    /// the node has not shown yet are none that it has taken back: it is waited for.
    pub shrink_grace: Duration,
    /// The most blocks to ask for at once when catching up. Halved when the node refuses.
    pub max_batch: u64,
    /// How many such batches are read at the same time. They are announced in order all the same.
    pub concurrency: usize,
    /// Whether to ask also which blocks are safe and finalized, and report
    /// [`ChainEvent::Labels`](crate::ChainEvent::Labels): when the head has moved, and when it is polled, but not
    /// more often than every `poll_interval`, and beside the following: where a node does not answer it within
    /// [`ConnectOptions::request_timeout`], or not at all, they are as they were, and the log says so once.
    pub labels: bool,
    /// How many events may wait for the consumer. The follower pauses when it is full.
    pub channel_capacity: usize,
    /// Timeouts and retries of single requests.
    pub connect: ConnectOptions,
    /// The longest wait between two attempts to reach a lost node.
    pub max_backoff: Duration,
}

/// Where a follower begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// With block 0.
    Genesis,
    /// With this block; waits for it when the chain is not there yet.
    Block(u64),
    /// With the block that is the head when the node is first reached.
    Latest,
    /// With the newest block that is finalized when the node is first reached, or block 0 when none is.
    Finalized,
    /// After the last of these blocks, oldest first: what an earlier follower had announced. When some of them are
    /// no longer canonical a [`ChainEvent::Reorg`](crate::ChainEvent::Reorg) comes first. Empty means
    /// [`Start::Genesis`].
    After(Vec<BlockRef>),
}

/// How a follower hears about new blocks. Polling is always there as the safety net.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum HeadSource {
    /// `eth_subscribe` at the endpoint itself: over WebSocket at the same host, port and path when it is an HTTP
    /// endpoint. When the node does not speak WebSocket, by polling. Of several nodes at the one that is followed, or the
    /// first of the others that has it: what another pushes is a reason to ask, and nothing more.
    #[default]
    Auto,
    /// `eth_subscribe` at this other endpoint of the same chain.
    Subscribe(Endpoint),
    /// Only by polling.
    Poll,
}

impl FollowerConfig {
    /// A configuration with the defaults: every log, from the current head on.
    pub fn new(chain_id: u64, endpoints: impl Into<Endpoints>) -> Self {
        Self {
            chain_id,
            endpoints: endpoints.into(),
            content: Content::default(),
            start: Start::Latest,
            skip_pruned: false,
            heads: HeadSource::Auto,
            window: 1024,
            poll_interval: Duration::from_secs(1),
            idle_poll_interval: Duration::from_secs(4),
            shrink_grace: Duration::from_secs(1),
            max_batch: 100,
            concurrency: 1,
            labels: false,
            channel_capacity: 256,
            // Few retries: the follower itself tries again, and should tell soon that the node is lost.
            connect: ConnectOptions {
                request_timeout: Duration::from_secs(5),
                read_retries: 1,
                ..ConnectOptions::default()
            },
            max_backoff: Duration::from_secs(2),
        }
    }

    /// Where to subscribe to new heads: each with its place among the nodes, if it is one of them.
    pub(super) fn head_endpoints(&self) -> Vec<(Option<usize>, Endpoint)> {
        match &self.heads {
            HeadSource::Auto => {
                self.endpoints.iter().enumerate().map(|(node, at)| (Some(node), at.to_websocket())).collect()
            }
            HeadSource::Subscribe(endpoint) => {
                let node = self.endpoints.single().map(|_| 0);
                vec![(node, endpoint.to_websocket())]
            }
            HeadSource::Poll => Vec::new(),
        }
    }
}
