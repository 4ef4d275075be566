use super::{
    OnDeepReorg, SourceConfig, VerifierConfig,
    news::{Held, News},
};
use crate::Verifier;
use alloy_primitives::U256;
use causeway_chain::{Content, FollowerConfig};
use std::time::Duration;
use tokio::sync::mpsc;

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
    pub(super) held: Held,
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
        let mut follower = FollowerConfig::new(source.chain_id, source.endpoints.clone());
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
}
