use super::{
    OnDeepReorg,
    blocks::{block_ref, header, indexed},
    leave::Leave,
    news::News,
    past::Past,
    source::Source,
};
use crate::{SourceEvent, SourceState, View};
use causeway_chain::{BlockLogs, BlockRef, ChainEvent, Follower, FollowerError, FollowerHandle, Start};
use std::{sync::Arc, time::Duration};
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// The following of a chain without a break.
pub(super) struct Session<'a> {
    pub(super) source: &'a Source,
    /// The first block, where it was found out that those below cannot be had.
    from: Option<u64>,
    generation: u64,
    /// Ends what this session has started, together with it.
    pub(super) cancel: CancellationToken,
    pub(super) past: Past,
    /// Whether any block of the chain is known.
    begun: bool,
    /// Whether the index has what the node has, the past aside.
    pub(super) is_caught_up: bool,
    /// When the chain goes stale, while its node is away.
    stale_at: Option<Instant>,
}

impl<'a> Session<'a> {
    pub(super) fn new(source: &'a Source, generation: u64, from: Option<u64>) -> Self {
        Self {
            source,
            from,
            generation,
            cancel: CancellationToken::new(),
            past: Past::default(),
            begun: false,
            is_caught_up: false,
            stale_at: None,
        }
    }

    /// Works until there is nothing more to do. It begins after a wait, if it is not the first of its source.
    pub(super) async fn run(mut self, wait: Option<Duration>, why: Option<Arc<str>>) -> Leave {
        let _ends_with_the_session = self.cancel.clone().drop_guard();
        match self.begin(wait, why).await {
            Ok(follower) => self.listen(follower).await,
            Err(leave) => leave,
        }
    }

    async fn begin(
        &mut self,
        wait: Option<Duration>,
        why: Option<Arc<str>>,
    ) -> Result<FollowerHandle, Leave> {
        let view = self.source.verifier.view();
        let state = view.chain(self.source.chain_id).map(|chain| &chain.state);
        if matches!(state, Some(SourceState::Suspended { .. })) {
            return Err(Leave::Idle);
        }
        self.begun = view.snapshot().chain(self.source.chain_id).is_some();
        drop(view);
        if self.begun {
            // What is known may be outdated until the node was heard of.
            let reason = match why {
                None => "its node was not reached yet since the start".into(),
                Some(why) => format!("its node's news do not fit: {why}").into(),
            };
            self.send(SourceEvent::Offline { reason }).await?;
            self.send(SourceEvent::Stale).await?;
        }
        if let Some(wait) = wait {
            sleep(wait).await;
        }
        let view = self.source.verifier.view();
        let known = self.newest_known(&view);
        let mut config = self.source.config.clone();
        config.start = if known.is_empty() {
            self.from.or(self.source.start_block).map_or(Start::Finalized, Start::Block)
        } else {
            Start::After(known)
        };
        let follower = Follower::spawn(config, self.cancel.clone());
        if let Some(chain) = view.snapshot().chain(self.source.chain_id) {
            self.look_back(&chain.first, &chain.tip).await?;
        }
        Ok(follower)
    }

    /// The newest blocks that the index has, oldest first, as many as a reorg may take back.
    fn newest_known(&self, view: &View) -> Vec<BlockRef> {
        let chain_id = self.source.chain_id;
        let Some(chain) = view.snapshot().chain(chain_id) else { return Vec::new() };
        let depth = self.source.config.window as u64;
        let oldest = chain.tip.number.saturating_sub(depth - 1).max(chain.first.number);
        // A header that cannot be read breaks the row, and what is below it is of no use.
        let headers = (oldest..=chain.tip.number).map(|number| view.snapshot().header(chain_id, number));
        headers.filter_map(|header| header.ok().flatten()).map(|header| block_ref(&header)).collect()
    }

    async fn listen(&mut self, mut follower: FollowerHandle) -> Leave {
        let mut subscribed = follower.subscribed.clone();
        loop {
            let (past_again_at, stale_at) = (self.past.again_at, self.stale_at);
            let heard = tokio::select! {
                event = follower.recv() => match event {
                    Some(event) => self.hear(event).await,
                    None => return self.follower_ended(follower).await,
                },
                Ok(()) = subscribed.changed() => {
                    let pushed = *subscribed.borrow_and_update();
                    self.hear_how(pushed).await
                }
                event = self.past.next() => self.look_at(event).await,
                () = at(past_again_at) => self.look_back_again().await,
                () = at(stale_at) => {
                    self.stale_at = None;
                    self.send(SourceEvent::Stale).await
                }
            };
            if let Err(leave) = heard {
                return leave;
            }
        }
    }

    /// Whether the node pushes its heads.
    async fn hear_how(&self, pushed: bool) -> Result<(), Leave> {
        let chain_id = self.source.chain_id;
        if pushed {
            tracing::debug!(%chain_id, "the node pushes its heads");
        } else {
            tracing::info!(%chain_id, "the subscription to the node's heads was lost: it is polled meanwhile");
        }
        self.send(SourceEvent::Pushed(pushed)).await
    }

    async fn hear(&mut self, event: ChainEvent) -> Result<(), Leave> {
        match event {
            ChainEvent::Block(found) => {
                for block in self.hash(std::slice::from_ref(&found)).await? {
                    self.send(SourceEvent::Block(block)).await?;
                }
                if std::mem::replace(&mut self.begun, true) {
                    return Ok(());
                }
                let first = header(&found.block);
                self.look_back(&first, &first).await
            }
            ChainEvent::Reorg { ancestor, .. } => {
                self.send(SourceEvent::Reorg { ancestor: header(&ancestor) }).await
            }
            ChainEvent::Labels { safe, finalized } => {
                let label = |block: Option<BlockRef>| block.map(|block| (block.number, block.hash));
                self.send(SourceEvent::Labels { safe: label(safe), finalized: label(finalized) }).await
            }
            // What it said last is as good as it was: nothing becomes safe meanwhile.
            ChainEvent::Unlabelled { reason } => {
                tracing::warn!(chain_id = %self.source.chain_id, reason, "the node does not say what is safe");
                Ok(())
            }
            ChainEvent::CaughtUp { head } => {
                self.stale_at = None;
                if !std::mem::replace(&mut self.is_caught_up, true) {
                    tracing::info!(chain_id = %self.source.chain_id, head = head.number, "the node is followed");
                }
                self.send(SourceEvent::Online).await?;
                match self.past.trouble.clone() {
                    Some(reason) => self.send(SourceEvent::Offline { reason }).await,
                    None => Ok(()),
                }
            }
            ChainEvent::Offline { reason } => {
                self.is_caught_up = false;
                self.stale_at = self.stale_at.or_else(|| Some(Instant::now() + self.source.stale_after));
                tracing::warn!(chain_id = %self.source.chain_id, reason, "the node cannot be followed");
                self.send(SourceEvent::Offline { reason: reason.into() }).await
            }
            // It counts as heard of once everything up to its head has been announced.
            ChainEvent::Online => Ok(()),
        }
    }

    /// The follower ends by itself only where going on would be wrong.
    async fn follower_ended(&mut self, follower: FollowerHandle) -> Leave {
        match follower.join().await {
            Ok(()) => Leave::Closed,
            Err(error @ FollowerError::DeepReorg { .. })
                if self.source.on_deep_reorg == OnDeepReorg::Forget =>
            {
                tracing::warn!(%error, "the chain is followed anew");
                match self.forget().await {
                    Ok(()) => Leave::Again,
                    Err(leave) => leave,
                }
            }
            Err(error @ FollowerError::Pruned { lowest, .. }) => {
                tracing::warn!(
                    %error, from_block = lowest,
                    "the chain is followed anew from where the node's blocks begin, and what was known of it is forgotten"
                );
                match self.forget().await {
                    Ok(()) => Leave::AgainFrom(lowest),
                    Err(leave) => leave,
                }
            }
            Err(error) => self.suspend(&error.to_string()).await,
        }
    }

    /// Lets go of all that is known of the chain.
    async fn forget(&self) -> Result<(), Leave> {
        let mut views = self.source.verifier.views();
        self.send(SourceEvent::Forget).await?;
        let is_forgotten = |view: &Arc<View>| view.snapshot().chain(self.source.chain_id).is_none();
        views.wait_for(is_forgotten).await.map(drop).map_err(|_| Leave::Closed)
    }

    async fn suspend(&self, reason: &str) -> Leave {
        tracing::error!(
            chain_id = %self.source.chain_id, reason,
            "the chain is suspended: its messages are refused until an operator resumes it"
        );
        match self.send(SourceEvent::Suspended { reason: reason.into() }).await {
            Ok(()) => Leave::Idle,
            Err(leave) => leave,
        }
    }

    pub(super) async fn hash(&self, found: &[BlockLogs]) -> Result<Vec<crate::IndexedBlock>, Leave> {
        match found.iter().map(indexed).collect() {
            Ok(blocks) => Ok(blocks),
            Err(undecodable) => Err(self.suspend(&undecodable.to_string()).await),
        }
    }

    pub(super) async fn send(&self, event: SourceEvent) -> Result<(), Leave> {
        let news = News { chain_id: self.source.chain_id, generation: self.generation, event };
        self.source.news.send(news).await.map_err(|_| Leave::Closed)
    }
}

async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
