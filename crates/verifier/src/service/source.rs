use super::{
    OnDeepReorg, SourceConfig, VerifierConfig,
    news::{Beginning, Held, News},
    pause::Pause,
    session::Session,
};
use crate::Verifier;
use alloy_primitives::U256;
use causeway_chain::{Content, FollowerConfig};
use std::time::Duration;
use tokio::{sync::mpsc, time::Instant};
use tokio_util::sync::CancellationToken;

/// Follows one chain, and passes on what happens there.
pub(super) struct Source {
    pub(super) chain_id: U256,
    pub(super) config: FollowerConfig,
    pub(super) start_block: Option<u64>,
    /// How old a message can be when it is executed, in seconds.
    pub(super) window: u64,
    /// How far back to fetch, in seconds, if not that far.
    pub(super) history: Option<u64>,
    /// When the chain begins to have messages, in seconds.
    pub(super) activation: u64,
    pub(super) stale_after: Duration,
    pub(super) on_deep_reorg: OnDeepReorg,
    pub(super) verifier: Verifier,
    pub(super) news: mpsc::Sender<News>,
    held: Held,
}

/// Why a source leaves what it is doing.
pub(super) enum Leave {
    /// The chain is to be followed anew, now that nothing is known of it.
    Again,
    /// The same, from this block on: the node has none below.
    AgainFrom(u64),
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
        follower.skip_pruned = true;
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
            // What is older is pruned.
            history: config.history.map(|history| history.min(2 * config.dependency_set.expiry_window())),
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
                let (mut wait, mut from) = (wait, None);
                loop {
                    match Session::new(self, generation, from).run(wait.take(), why.clone()).await {
                        Leave::Again => from = None,
                        Leave::AgainFrom(lowest) => from = Some(lowest),
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
