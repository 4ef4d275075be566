use super::{
    config::BackfillConfig,
    event::{BackfillError, BackfillEvent},
};
use crate::{
    BlockLogs, BlockRef,
    backoff::Backoff,
    board::Need,
    node::Fault,
    nodes::Nodes,
    read_ahead::{BatchSize, ReadAhead},
};
use alloy::primitives::B256;
use std::{
    mem::{Discriminant, discriminant},
    time::Duration,
};
use tokio::{sync::mpsc, time::sleep};

/// After this many momentary faults in a row the node counts as lost.
const MAX_STRIKES: u32 = 5;
/// After naming another parent this many times in a row the node is taken at its word.
const MAX_DOUBTS: u32 = 3;
const FIRST_BACKOFF: Duration = Duration::from_millis(100);

/// The state of a backfill.
pub(super) struct Actor {
    config: BackfillConfig,
    nodes: Nodes,
    batch: BatchSize,
    events: mpsc::Sender<BackfillEvent>,
    /// The lowest block that is known.
    below: BlockRef,
    offline: Option<Discriminant<Fault>>,
    /// Whether it was told that the node has nothing older.
    is_pruned: bool,
    backoff: Backoff,
    strikes: u32,
    doubts: u32,
}

/// Why the actor leaves what it is doing.
enum Stop {
    /// Nobody listens any more.
    Closed,
    /// The node is of no use at the moment.
    Fault(Fault),
    /// Going on would be wrong.
    Fatal(BackfillError),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Actor {
    pub(super) fn new(config: BackfillConfig, nodes: Nodes, events: mpsc::Sender<BackfillEvent>) -> Self {
        Self {
            nodes,
            batch: BatchSize::new(config.max_batch),
            events,
            below: config.below,
            offline: None,
            is_pruned: false,
            backoff: Backoff::new(FIRST_BACKOFF, config.max_backoff),
            strikes: 0,
            doubts: 0,
            config,
        }
    }

    pub(super) async fn run(mut self) -> Result<(), BackfillError> {
        self.nodes.begin().await;
        loop {
            let stop = match self.descend().await {
                Err(Stop::Fault(fault)) => match self.lost(fault).await {
                    Ok(()) => continue,
                    Err(stop) => stop,
                },
                Err(stop) => stop,
                Ok(()) => self.emit(BackfillEvent::Complete).await.err().unwrap_or(Stop::Closed),
            };
            match stop {
                Stop::Fatal(error) => return Err(error),
                Stop::Closed | Stop::Fault(_) => return Ok(()),
            }
        }
    }

    async fn descend(&mut self) -> Result<(), Stop> {
        if !self.is_complete() {
            self.nodes.node().verify_chain_id().await?;
        }
        while !self.is_complete() {
            self.read_on().await?;
        }
        Ok(())
    }

    const fn is_complete(&self) -> bool {
        self.below.number == 0 || self.below.timestamp < self.config.until_timestamp
    }

    /// Reads from the lowest known block on, until it is done or the size of the batches has to change.
    async fn read_on(&mut self) -> Result<(), Stop> {
        let mut ahead = ReadAhead::new(self.nodes.node(), self.config.concurrency);
        let mut top = self.below.number.checked_sub(1);
        while !self.is_complete() {
            while let Some(to) = top.filter(|_| ahead.has_room()) {
                let from = to.saturating_sub(self.batch.get() - 1);
                ahead.read(from, to);
                top = from.checked_sub(1);
            }
            match ahead.next().await {
                None => return Ok(()),
                Some(Ok(blocks)) => self.deliver(blocks).await?,
                Some(Err(refusal)) if refusal.may_be_too_large() => {
                    self.batch.shrink(refusal.size);
                    let (fault, batch) = (refusal.fault, self.batch.get());
                    tracing::debug!(chain = self.config.chain_id, %fault, batch, "asking for less");
                    if fault.is_silence() {
                        drop(ahead);
                        self.nodes.node().verify_chain_id().await?;
                    }
                    return Ok(());
                }
                Some(Err(refusal)) => return Err(refusal.fault.into()),
            }
        }
        Ok(())
    }

    /// Hands on blocks, which come by ascending number, when they stand below what is known.
    async fn deliver(&mut self, mut blocks: Vec<BlockLogs>) -> Result<(), Stop> {
        blocks.reverse();
        match blocks.first() {
            Some(highest) if !self.below.is_child_of(&highest.block) => {
                return Err(self.doubt(highest.block.hash));
            }
            _ => {}
        }
        let until = self.config.until_timestamp;
        if let Some(last) = blocks.iter().position(|found| found.block.timestamp < until) {
            blocks.truncate(last + 1);
        }
        if let Some(lowest) = blocks.last() {
            self.below = lowest.block;
        }
        (self.strikes, self.doubts, self.is_pruned) = (0, 0, false);
        self.nodes.progress();
        self.backoff.reset();
        self.batch.grow();
        if self.offline.take().is_some() {
            self.emit(BackfillEvent::Online).await?;
        }
        self.emit(BackfillEvent::Blocks(blocks)).await
    }

    /// Behind a load balancer, or during a reorg, the next answer may be of the right branch again.
    fn doubt(&mut self, found: B256) -> Stop {
        self.doubts += 1;
        let (chain_id, below) = (self.config.chain_id, self.below);
        let error = BackfillError::Detached { chain_id, below, found };
        if self.doubts < MAX_DOUBTS {
            return Stop::Fault(Fault::Inconsistent { what: error.to_string() });
        }
        if self.nodes.next(Need::Block) {
            self.doubts = 0;
            Stop::Fault(Fault::Inconsistent { what: error.to_string() })
        } else {
            Stop::Fatal(error)
        }
    }

    /// Waits until it makes sense to try again, and reports the outage if it is one.
    async fn lost(&mut self, fault: Fault) -> Result<(), Stop> {
        if fault.is_momentary() && self.strikes < MAX_STRIKES {
            tracing::debug!(chain = self.config.chain_id, %fault, "asking again");
            self.strikes += 1;
        } else if self.nodes.next(Need::Block) {
            tracing::info!(chain = self.config.chain_id, %fault, "the past is read from another node from now on");
            self.strikes = 0;
            return Ok(());
        } else if fault.may_be_pruned() {
            self.nodes.retry();
            return self.pruned(&fault).await;
        } else {
            self.nodes.retry();
            if self.offline != Some(discriminant(&fault)) {
                self.offline = Some(discriminant(&fault));
                self.emit(BackfillEvent::Offline { reason: fault.to_string() }).await?;
            }
        }
        tokio::select! {
            () = sleep(self.backoff.next()) => Ok(()),
            () = self.events.closed() => Err(Stop::Closed),
        }
    }

    /// Reports that there is nothing older, and waits for long.
    async fn pruned(&mut self, fault: &Fault) -> Result<(), Stop> {
        self.strikes = 0;
        if self.offline.take().is_some() {
            self.emit(BackfillEvent::Online).await?;
        }
        if !std::mem::replace(&mut self.is_pruned, true) {
            self.emit(BackfillEvent::Pruned { reason: fault.to_string() }).await?;
        }
        tokio::select! {
            () = sleep(self.config.pruned_pause) => Ok(()),
            () = self.events.closed() => Err(Stop::Closed),
        }
    }

    /// Hands an event to the consumer, however long he takes.
    async fn emit(&self, event: BackfillEvent) -> Result<(), Stop> {
        self.events.send(event).await.map_err(|_| Stop::Closed)
    }
}
