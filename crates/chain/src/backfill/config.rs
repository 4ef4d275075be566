use crate::{BlockRef, ConnectOptions, Content, Endpoints};
use std::time::Duration;

/// Which blocks to read, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackfillConfig {
    /// The chain that the node must serve; another one is reported as
    /// [`BackfillEvent::Offline`](crate::BackfillEvent::Offline).
    pub chain_id: u64,
    /// The node, or several: one of them is read from until it fails, then another.
    pub endpoints: Endpoints,
    /// Which logs the blocks come with, and how far the node is believed.
    pub content: Content,
    /// The oldest block that is known: the first one that is read is its parent.
    pub below: BlockRef,
    /// Seconds since the epoch: the last block that is read is the first one, going down, that is older. 0 for
    /// everything down to block 0.
    pub until_timestamp: u64,
    /// The most blocks to ask for at once. Halved when the node refuses.
    pub max_batch: u64,
    /// How many such batches are read at the same time.
    pub concurrency: usize,
    /// How many batches may wait for the consumer. Reading pauses when it is full.
    pub channel_capacity: usize,
    /// Timeouts and retries of single requests.
    pub connect: ConnectOptions,
    /// The longest wait between two attempts to reach a lost node.
    pub max_backoff: Duration,
    /// The wait until a node that has pruned its history is asked for it again.
    pub pruned_pause: Duration,
}

impl BackfillConfig {
    /// A configuration with the defaults: all logs below a block, proven, down to block 0.
    pub fn new(chain_id: u64, endpoints: impl Into<Endpoints>, below: BlockRef) -> Self {
        Self {
            chain_id,
            endpoints: endpoints.into(),
            content: Content::Receipts { trusted: false },
            below,
            until_timestamp: 0,
            max_batch: 100,
            concurrency: 8,
            channel_capacity: 4,
            connect: ConnectOptions { read_retries: 1, ..ConnectOptions::default() },
            max_backoff: Duration::from_secs(2),
            pruned_pause: Duration::from_mins(1),
        }
    }
}
