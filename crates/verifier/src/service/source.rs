use super::{
    OnDeepReorg, SourceConfig, VerifierConfig,
    blocks::{block_ref, header, indexed},
    news::{Beginning, Held, News},
    pause::Pause,
};
use crate::{Header, SourceEvent, SourceState, Verifier, View};
use alloy_primitives::U256;
use causeway_chain::{
    Backfill, BackfillConfig, BackfillEvent, BackfillHandle, BlockLogs, BlockRef, ChainEvent, Content,
    Follower, FollowerConfig, FollowerError, FollowerHandle, Start,
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

/// Follows one chain, and passes on what happens there.
pub(super) struct Source {
    chain_id: U256,
    config: FollowerConfig,
    start_block: Option<u64>,
    /// How old a message can be when it is executed, in seconds.
    window: u64,
    /// When the chain begins to have messages, in seconds.
    activation: u64,
    stale_after: Duration,
    on_deep_reorg: OnDeepReorg,
    verifier: Verifier,
    news: mpsc::Sender<News>,
    held: Held,
}

/// Why a source leaves what it is doing.
enum Leave {
    /// The chain is to be followed anew, now that nothing is known of it.
    Again,
    /// It can do nothing more until it is told to begin anew.
    Idle,
    /// Nobody listens any more.
    Closed,
}

impl Source {
    pub(super) fn new(
        source: &SourceConfig,
        config: &VerifierConfig,
        verifier: Verifier,
        news: mpsc::Sender<News>,
        held: Held,
    ) -> Self {
        let chain_id = U256::from(source.chain_id);
        let mut follower = FollowerConfig::new(source.chain_id, source.endpoint.clone());
        follower.content = Content::Receipts { trusted: config.trust_nodes };
        follower.heads = source.heads.clone();
        follower.labels = true;
        // Below as many blocks as may go there has to be one that stays.
        follower.window = config.max_reorg_depth.saturating_add(1);
        follower.max_batch = config.batch;
        follower.concurrency = config.concurrency;
        follower.connect = config.connect.clone();
        follower.max_backoff = config.connect.max_backoff;
        follower.poll_interval = config.poll_interval;
        Self {
            chain_id,
            config: follower,
            start_block: source.start_block,
            window: config.dependency_set.expiry_window(),
            activation: config.dependency_set.member(chain_id).map_or(0, |member| member.activation),
            stale_after: config.stale_after,
            on_deep_reorg: config.on_deep_reorg,
            verifier,
            news,
            held,
        }
    }

    /// Works until it is stopped.
    pub(super) async fn run(mut self, stop: CancellationToken) {
        tokio::select! {
            () = self.follow() => {}
            () = stop.cancelled() => {}
        }
    }

    /// One session after the other; each begins where the index ends.
    async fn follow(&mut self) {
        let mut told = self.held.clone();
        let mut pause = Pause::new();
        let mut wait = None;
        loop {
            let Beginning { generation, why } = told.borrow_and_update().clone();
            let began = Instant::now();
            let session = async {
                let mut wait = wait;
                loop {
                    match Session::new(self, generation).run(wait.take(), why.clone()).await {
                        Leave::Again => {}
                        Leave::Idle => std::future::pending().await,
                        Leave::Closed => return,
                    }
                }
            };
            tokio::select! {
                biased;
                changed = told.changed() => if changed.is_err() { return },
                () = session => return,
            }
            // What went well for long has nothing to do with the troubles before.
            if began.elapsed() > 2 * Pause::LONGEST {
                pause = Pause::new();
            }
            wait = Some(pause.next());
        }
    }
}

/// The following of a chain without a break.
struct Session<'a> {
    source: &'a Source,
    generation: u64,
    /// Ends what this session has started, together with it.
    cancel: CancellationToken,
    past: Option<BackfillHandle>,
    /// When to try again to fetch the past, after that was given up.
    past_at: Option<Instant>,
    past_pause: Pause,
    /// What is wrong with the past that the node tells, if anything is.
    past_trouble: Option<Arc<str>>,
    /// Whether any block of the chain is known.
    begun: bool,
    /// Whether the index has what the node has, the past aside.
    is_caught_up: bool,
    /// When the chain goes stale, while its node is away.
    stale_at: Option<Instant>,
}

impl<'a> Session<'a> {
    fn new(source: &'a Source, generation: u64) -> Self {
        Self {
            source,
            generation,
            cancel: CancellationToken::new(),
            past: None,
            past_at: None,
            past_pause: Pause::new(),
            past_trouble: None,
            begun: false,
            is_caught_up: false,
            stale_at: None,
        }
    }

    /// Works until there is nothing more to do. It begins after a wait, if it is not the first of its source.
    async fn run(mut self, wait: Option<Duration>, why: Option<Arc<str>>) -> Leave {
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
            self.source.start_block.map_or(Start::Finalized, Start::Block)
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

    /// Begins to fetch what is older than the oldest block known, as far back as it can be executed.
    async fn look_back(&mut self, first: &Header, newest: &Header) -> Result<(), Leave> {
        let until = newest.timestamp.saturating_sub(self.source.window).max(self.source.activation);
        if first.number == 0 || first.timestamp < until {
            return self.send(SourceEvent::HistoryComplete).await;
        }
        let config = &self.source.config;
        let mut backfill = BackfillConfig::new(config.chain_id, config.endpoint.clone(), block_ref(first));
        backfill.content = config.content.clone();
        backfill.until_timestamp = until;
        backfill.max_batch = config.max_batch;
        backfill.concurrency = config.concurrency;
        backfill.connect = config.connect.clone();
        backfill.max_backoff = config.max_backoff;
        self.past = Some(Backfill::spawn(backfill, self.cancel.clone()));
        Ok(())
    }

    async fn look_back_again(&mut self) -> Result<(), Leave> {
        self.past_at = None;
        let view = self.source.verifier.view();
        let chain = view.snapshot().chain(self.source.chain_id).map(|chain| (chain.first, chain.tip));
        match chain {
            Some((first, tip)) => self.look_back(&first, &tip).await,
            None => Ok(()),
        }
    }

    async fn listen(&mut self, mut follower: FollowerHandle) -> Leave {
        loop {
            let heard = tokio::select! {
                event = follower.recv() => match event {
                    Some(event) => self.hear(event).await,
                    None => return self.follower_ended(follower).await,
                },
                event = next(&mut self.past) => self.look_at(event).await,
                () = at(self.past_at) => self.look_back_again().await,
                () = at(self.stale_at) => {
                    self.stale_at = None;
                    self.send(SourceEvent::Stale).await
                }
            };
            if let Err(leave) = heard {
                return leave;
            }
        }
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
            ChainEvent::CaughtUp { .. } => {
                self.stale_at = None;
                self.is_caught_up = true;
                self.send(SourceEvent::Online).await?;
                match self.past_trouble.clone() {
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

    /// Takes in what the backfill tells; `None` when it has ended.
    async fn look_at(&mut self, event: Option<BackfillEvent>) -> Result<(), Leave> {
        match event {
            Some(BackfillEvent::Blocks(found)) => {
                self.past_pause = Pause::new();
                let blocks = self.hash(&found).await?;
                self.send(SourceEvent::Older(blocks)).await?;
                self.past_is_sound().await
            }
            Some(BackfillEvent::Complete) => {
                self.past = None;
                self.send(SourceEvent::HistoryComplete).await?;
                self.past_is_sound().await
            }
            Some(BackfillEvent::Offline { reason }) => self.past_fails(&reason).await,
            Some(BackfillEvent::Online) => self.past_is_sound().await,
            None => {
                // It ends early only when the node insists on another past than the one that is known.
                if let Some(past) = self.past.take()
                    && let Err(error) = past.join().await
                {
                    self.past_at = Some(Instant::now() + self.past_pause.next());
                    self.past_fails(&error.to_string()).await?;
                }
                Ok(())
            }
        }
    }

    /// The node is not to be believed, or of no use, where the past is concerned. What is known of the chain counts.
    async fn past_fails(&mut self, reason: &str) -> Result<(), Leave> {
        let reason: Arc<str> = format!("its history cannot be fetched: {reason}").into();
        if self.past_trouble.as_ref() == Some(&reason) {
            return Ok(());
        }
        tracing::warn!(chain_id = %self.source.chain_id, %reason, "the node cannot be used");
        self.past_trouble = Some(Arc::clone(&reason));
        if self.is_caught_up { self.send(SourceEvent::Offline { reason }).await } else { Ok(()) }
    }

    async fn past_is_sound(&mut self) -> Result<(), Leave> {
        let was_not = self.past_trouble.take().is_some();
        if was_not && self.is_caught_up { self.send(SourceEvent::Online).await } else { Ok(()) }
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

    async fn hash(&self, found: &[BlockLogs]) -> Result<Vec<crate::IndexedBlock>, Leave> {
        match found.iter().map(indexed).collect() {
            Ok(blocks) => Ok(blocks),
            Err(undecodable) => Err(self.suspend(&undecodable.to_string()).await),
        }
    }

    async fn send(&self, event: SourceEvent) -> Result<(), Leave> {
        let news = News { chain_id: self.source.chain_id, generation: self.generation, event };
        self.source.news.send(news).await.map_err(|_| Leave::Closed)
    }
}

async fn next(past: &mut Option<BackfillHandle>) -> Option<BackfillEvent> {
    match past {
        Some(past) => past.recv().await,
        None => std::future::pending().await,
    }
}

async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
