use super::{Anvil, EMITTER, PATIENCE, TOPIC};
use causeway_chain::{
    BlockLogs, BlockRef, ChainEvent, Content, Endpoints, Follower, FollowerConfig, FollowerError,
    FollowerHandle, Start,
};
use std::time::Duration;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// A consumer that keeps what it is told and checks that every event continues the sequence.
pub(crate) struct Mirror {
    follower: FollowerHandle,
    pub(crate) cancel: CancellationToken,
    /// The tip to begin with, if there was one.
    base: Vec<BlockRef>,
    pub(crate) blocks: Vec<BlockLogs>,
    pub(crate) reorgs: Vec<(BlockRef, Vec<BlockRef>)>,
    pub(crate) caught_up: usize,
    pub(crate) labels: Vec<(Option<BlockRef>, Option<BlockRef>)>,
    pub(crate) unlabelled: Vec<String>,
    pub(crate) offline: Vec<String>,
    pub(crate) online: usize,
}

/// A configuration for the emitter's logs, quick enough for tests.
pub(crate) fn config(endpoints: impl Into<Endpoints>, start: Start) -> FollowerConfig {
    let mut config = FollowerConfig::new(901, endpoints);
    config.content = Content::Logs { addresses: vec![EMITTER], topics: vec![TOPIC] };
    config.start = start;
    config.poll_interval = Duration::from_millis(50);
    config.idle_poll_interval = Duration::from_millis(300);
    config.shrink_grace = Duration::from_millis(150);
    config.max_backoff = Duration::from_millis(200);
    config.connect.request_timeout = Duration::from_millis(1500);
    config
}

impl Mirror {
    pub(crate) fn follow(endpoints: impl Into<Endpoints>, start: Start) -> Self {
        Self::with(config(endpoints, start))
    }

    pub(crate) fn with(config: FollowerConfig) -> Self {
        let base = match &config.start {
            Start::After(blocks) => blocks.clone(),
            _ => Vec::new(),
        };
        let cancel = CancellationToken::new();
        let follower = Follower::spawn(config, cancel.clone());
        Self {
            follower,
            cancel,
            base,
            blocks: vec![],
            reorgs: vec![],
            caught_up: 0,
            labels: vec![],
            unlabelled: vec![],
            offline: vec![],
            online: 0,
        }
    }

    pub(crate) fn tip(&self) -> Option<BlockRef> {
        self.blocks.last().map(|found| found.block).or_else(|| self.base.last().copied())
    }

    /// Everything that is known, oldest first.
    pub(crate) fn known(&self) -> Vec<BlockRef> {
        self.base.iter().copied().chain(self.blocks.iter().map(|found| found.block)).collect()
    }

    /// Takes the next event. `None` when the follower has ended.
    pub(crate) async fn next(&mut self) -> Option<ChainEvent> {
        let event = timeout(PATIENCE, self.follower.recv()).await.expect("the follower says nothing")?;
        match event.clone() {
            ChainEvent::Block(found) => {
                if let Some(tip) = self.tip() {
                    assert!(found.block.is_child_of(&tip), "{:?} does not stand on {tip:?}", found.block);
                }
                self.blocks.push(found);
            }
            ChainEvent::Reorg { ancestor, removed } => self.rewind(ancestor, removed),
            ChainEvent::CaughtUp { head } => {
                self.caught_up += 1;
                assert_eq!(self.tip().unwrap_or(head), head);
            }
            ChainEvent::Labels { safe, finalized } => self.labels.push((safe, finalized)),
            ChainEvent::Unlabelled { reason } => self.unlabelled.push(reason),
            ChainEvent::Offline { reason } => {
                self.offline.push(reason);
            }
            ChainEvent::Online => {
                self.online += 1;
                assert!(self.online <= self.offline.len());
            }
        }
        Some(event)
    }

    fn rewind(&mut self, ancestor: BlockRef, removed: Vec<BlockRef>) {
        assert!(!removed.is_empty(), "a reorg of nothing");
        for void in &removed {
            assert_eq!(self.tip(), Some(*void), "removed blocks come newest first");
            if self.blocks.pop().is_none() {
                self.base.pop();
            }
        }
        match self.tip() {
            Some(tip) => assert_eq!(tip, ancestor),
            // Everything is void: the ancestor was never announced.
            None => self.base.push(ancestor),
        }
        self.reorgs.push((ancestor, removed));
    }

    /// Takes events until the condition holds.
    pub(crate) async fn until(&mut self, condition: impl Fn(&Self) -> bool) {
        while !condition(self) {
            assert!(self.next().await.is_some(), "the follower has ended");
        }
    }

    /// Takes events until the mirror has the node's head.
    pub(crate) async fn reach(&mut self, anvil: &Anvil) {
        let head = anvil.head().await;
        self.until(|mirror| mirror.tip() == Some(head)).await;
    }

    /// Compares blocks and logs with what the node says itself.
    pub(crate) async fn assert_equals(&self, anvil: &Anvil) {
        let (first, last) = (self.blocks[0].block.number, self.tip().unwrap().number);
        let mut truth = anvil.logs(first, last).await.into_iter().peekable();
        for found in &self.blocks {
            assert_eq!(found.block, anvil.block(found.block.number).await);
            for log in &found.logs {
                let true_log = truth.next().expect("a log too many");
                assert_eq!(true_log.block_hash, Some(found.block.hash));
                assert_eq!(true_log.log_index, Some(u64::from(log.log_index)));
                assert_eq!(true_log.transaction_hash, Some(log.tx_hash));
                assert_eq!(true_log.topics(), log.topics);
                assert_eq!((true_log.address(), &true_log.inner.data.data), (log.address, &log.data));
            }
        }
        assert_eq!(truth.next(), None, "a log too few");
    }

    /// How many logs were announced and remain.
    pub(crate) fn log_count(&self) -> usize {
        self.blocks.iter().map(|found| found.logs.len()).sum()
    }

    /// Takes events until the follower ends, and tells why.
    pub(crate) async fn end(mut self) -> Result<(), FollowerError> {
        while self.next().await.is_some() {}
        timeout(PATIENCE, self.follower.join()).await.expect("the follower does not end")
    }
}
