use super::{
    actor::Actor,
    config::Start,
    event::ChainEvent,
    fault::{FollowerError, Stop},
};
use crate::{
    BlockLogs, BlockRef,
    node::{Fault, Header},
    read_ahead::ReadAhead,
    window::{Place, Probe, Window},
};
use tokio::time::Instant;

/// So many blocks in a row have to be there when it is looked for where they begin.
const ROW: u64 = 15;

impl Actor {
    /// Announces everything up to `head`, which the node named as its head. `is_current` tells whether it was
    /// asked for just now; a pushed head may have waited in the queue, and then says nothing about blocks above.
    pub(super) async fn advance(&mut self, head: &Header, is_current: bool) -> Result<(), Stop> {
        loop {
            match self.window.place(&head.block()) {
                Place::Known { is_tip: true } => {
                    self.shrunk_since = None;
                    self.vouched = Some(self.nodes.current());
                    self.nodes.progress();
                    return Ok(());
                }
                Place::Known { is_tip: false } | Place::Below if !is_current => return Ok(()),
                Place::Known { is_tip: false } => return self.shrink(head.number()).await,
                Place::Below => return self.shrink_below(head).await,
                Place::Next => {
                    let block = self.node().block(head).await?;
                    return self.announce(block).await;
                }
                Place::Ahead { from } => self.fill(from, head.number() - 1).await?,
                Place::Fork if self.is_doubtful(head.number()) => return self.shrink(head.number()).await,
                Place::Fork => self.reorganise(head.number()).await?,
                Place::First => match self.first(head).await? {
                    // By itself: whoever waits for it to look below need not wait for all of a batch.
                    Some(first) if first < head.number() => self.fill(first, first).await?,
                    Some(first) if first == head.number() => {
                        let block = self.node().block(head).await?;
                        return self.announce(block).await;
                    }
                    _ => return Ok(()),
                },
            }
        }
    }

    /// The height to begin with.
    async fn first(&self, head: &Header) -> Result<Option<u64>, Stop> {
        Ok(match self.config.start {
            Start::Latest => Some(head.number()),
            Start::Finalized => {
                let (_, finalized) = self.node().labels().await?;
                Some(finalized.map_or(0, |block| block.number).min(head.number()))
            }
            Start::Genesis | Start::After(_) => Some(0),
            Start::Block(number) => Some(number),
        })
    }

    /// Finds out whether the node has pruned the block that comes next, as this fault may mean, and where its blocks begin.
    /// Gives back why the follower ends, if that is so.
    pub(super) async fn gap(&self, fault: &Fault) -> Result<Option<FollowerError>, Stop> {
        let is_fresh = !matches!(self.config.start, Start::After(_));
        // Who has much to lose believes no node that may only lag.
        let is_gap = fault.is_pruned() || (is_fresh && fault.may_be_pruned());
        if !self.config.skip_pruned || !is_gap {
            return Ok(None);
        }
        let head = self.node().latest().await?;
        let next = match self.window.tip() {
            Some(tip) => Some(tip.number + 1),
            None => self.first(&head).await?,
        };
        let Some(next) = next.filter(|next| *next < head.number()) else { return Ok(None) };
        match self.node().blocks(next, next).await {
            Err(fault) if fault.may_be_pruned() => {}
            _ => return Ok(None),
        }
        let lowest = self.lowest_available(next, head.number()).await?;
        let (chain_id, reason) = (self.config.chain_id, fault.to_string());
        Ok(Some(FollowerError::Pruned { chain_id, number: next, lowest, reason }))
    }

    /// The lowest block that the node has, by halving: it has `there`, and not `gone`.
    async fn lowest_available(&self, mut gone: u64, mut there: u64) -> Result<u64, Stop> {
        while there - gone > 1 {
            let middle = gone + (there - gone) / 2;
            // Blocks without logs need nothing that can be pruned.
            match self.node().blocks(middle, there.min(middle + ROW)).await {
                Ok(_) => there = middle,
                Err(fault) if fault.may_be_pruned() => gone = middle,
                Err(fault) => return Err(fault.into()),
            }
        }
        Ok(there)
    }

    /// Announces the blocks `from..=to`, or as many of them as can be had.
    async fn fill(&mut self, from: u64, to: u64) -> Result<(), Stop> {
        let mut ahead = ReadAhead::new(self.node(), self.config.concurrency);
        let mut next = from;
        loop {
            while ahead.has_room() && next <= to {
                let end = to.min(next.saturating_add(self.batch.get() - 1));
                ahead.read(next, end);
                next = end.saturating_add(1);
            }
            let blocks = match ahead.next().await {
                None => return Ok(()),
                Some(Ok(blocks)) => blocks,
                Some(Err(refusal)) if refusal.may_be_too_large() => {
                    self.batch.shrink(refusal.size);
                    let (fault, batch) = (refusal.fault, self.batch.get());
                    tracing::debug!(chain = self.config.chain_id, %fault, batch, "asking for less");
                    if fault.is_silence() {
                        // It may have been too much, or nobody is there: then that is known at once.
                        drop(ahead);
                        self.node().verify_chain_id().await?;
                    }
                    return Ok(());
                }
                Some(Err(refusal)) => return Err(refusal.fault.into()),
            };
            if let (Some(tip), Some(first)) = (self.window.tip(), blocks.first())
                && !first.block.is_child_of(tip)
            {
                return self.reorganise(first.block.number).await;
            }
            for block in blocks {
                self.announce(block).await?;
            }
            self.batch.grow();
        }
    }

    async fn announce(&mut self, found: BlockLogs) -> Result<(), Stop> {
        self.recovered().await?;
        self.window.push(found.block).map_err(|error| Fault::Inconsistent { what: error.to_string() })?;
        self.shrunk_since = None;
        self.strikes = 0;
        self.vouched = Some(self.nodes.current());
        self.nodes.progress();
        self.rhythm.beat(Instant::now());
        self.emit(ChainEvent::Block(found)).await
    }

    /// The node's head is a block that we know, below our tip.
    async fn shrink(&mut self, head: u64) -> Result<(), Stop> {
        let now = Instant::now();
        let (since, lowest) = *self.shrunk_since.get_or_insert((now, head));
        if head > lowest {
            // It comes up along blocks that we know: a node that lags, and not a chain that was cut.
            self.shrunk_since = Some((now, head));
            return Ok(());
        }
        // A node that lags may stand still until its next block comes.
        let grace = self.config.shrink_grace.max(self.rhythm.patience());
        if since + grace > now {
            return Ok(());
        }
        self.shrunk_since = None;
        // A node that has not shown yet what was recorded, through whatever node, has taken nothing back.
        if let Some(tip) = self.window.tip()
            && (self.vouched.is_none() || !self.is_believed())
        {
            return Err(Fault::NotThere { head, tip: tip.number }.into());
        }
        self.reorganise(head).await
    }

    /// Whether our tip was told by the node that is followed, or can be from nobody else.
    fn is_believed(&self) -> bool {
        !self.nodes.are_several() || self.vouched == Some(self.nodes.current())
    }

    /// Whether another block than ours, up to the height of our tip, may be one that another node has left behind already.
    fn is_doubtful(&self, number: u64) -> bool {
        !self.is_believed() && self.window.tip().is_some_and(|tip| number <= tip.number)
    }

    /// The node's head is below everything that we remember.
    async fn shrink_below(&mut self, head: &Header) -> Result<(), Stop> {
        match self.window.oldest() {
            Some(oldest) if !self.window.is_complete() => {
                // Not a proof of a reorg: a node that syncs anew passes through here.
                Err(Fault::Behind { head: head.number(), oldest: oldest.number }.into())
            }
            _ => self.shrink(head.number()).await,
        }
    }

    /// Finds the newest block that is still canonical and takes back those above it. The node said that it has a block at
    /// the height `top`.
    async fn reorganise(&mut self, top: u64) -> Result<(), Stop> {
        // The other explanation for strange blocks is a strange node.
        self.node().verify_chain_id().await?;
        let mut search = self.window.search();
        let mut oldest_canonical = None;
        loop {
            match search.next() {
                Probe::Compare(number) => {
                    let canonical = self.node().header(number).await?.map(|header| header.block());
                    if canonical.is_none() && number <= top {
                        // Behind a load balancer, another node lags: that it lacks a block says nothing about it.
                        return Err(Fault::Missing { number }.into());
                    }
                    let ours = self.window.get(number).map(|block| block.hash);
                    search.observe(number, canonical.is_some_and(|block| Some(block.hash) == ours));
                    oldest_canonical = canonical;
                }
                Probe::Ancestor(number) => return self.rewind(number).await,
                Probe::Exhausted => return self.nothing_in_common(oldest_canonical).await,
            }
        }
    }

    async fn rewind(&mut self, number: u64) -> Result<(), Stop> {
        let removed = self.window.rewind(number);
        match self.window.tip() {
            Some(ancestor) if !removed.is_empty() => {
                let ancestor = *ancestor;
                self.vouched = Some(self.nodes.current());
                self.recovered().await?;
                self.emit(ChainEvent::Reorg { ancestor, removed }).await
            }
            _ => Err(Fault::Inconsistent { what: "its head is not on its own chain".to_owned() }.into()),
        }
    }

    /// No remembered block is canonical. When there never were others, that is a reorg of everything; otherwise we
    /// cannot know how much is void, and go no further. `canonical` is the node's block at our oldest height.
    async fn nothing_in_common(&mut self, canonical: Option<BlockRef>) -> Result<(), Stop> {
        let Some(oldest) = self.window.oldest().copied() else { return Ok(()) };
        if self.nodes.is_stranger() {
            return Err(Fault::Stranger { window: self.window.len() }.into());
        }
        if self.window.is_complete() && oldest.number > 0 {
            let below = match self.node().header(oldest.number - 1).await? {
                Some(header) => header,
                None => self.node().latest().await?,
            };
            if below.number() >= oldest.number {
                return Err(Fault::Inconsistent { what: "its head moved up and down".to_owned() }.into());
            }
            return self.begin_on(below.block()).await;
        }
        let Some(canonical) = canonical else { return Err(Fault::Missing { number: oldest.number }.into()) };
        Err(Stop::Fatal(FollowerError::DeepReorg {
            chain_id: self.config.chain_id,
            window: self.window.len(),
            oldest,
            canonical: canonical.hash,
        }))
    }

    /// Takes everything back and goes on above `ancestor`.
    async fn begin_on(&mut self, ancestor: BlockRef) -> Result<(), Stop> {
        let removed = self.window.iter().rev().copied().collect();
        let mut window = Window::new(self.config.window);
        // An empty window takes any block.
        let _ = window.push(ancestor);
        self.window = window;
        self.vouched = Some(self.nodes.current());
        self.recovered().await?;
        self.emit(ChainEvent::Reorg { ancestor, removed }).await
    }
}
