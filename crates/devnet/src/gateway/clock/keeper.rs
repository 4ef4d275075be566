use super::{
    ChainClock,
    pace::{Now, Step},
    until_off_the_turn,
};
use crate::gateway::{custody::Heads, upstream::UpstreamError};
use serde_json::{Value, json};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How long to wait before the node is asked for its blocks again.
const AGAIN: Duration = Duration::from_secs(1);
/// How long a block may take to be there for which the timer has gone off: half of the shortest interval.
const MADE: Duration = Duration::from_millis(500);

/// Keeps it known when the blocks of a chain come that come at intervals, for as long as the devnet runs.
pub(in crate::gateway) async fn watch(clock: Arc<ChainClock>, stop: CancellationToken) {
    tokio::select! {
        () = clock.keep_pace() => {}
        () = stop.cancelled() => {}
    }
}

impl ChainClock {
    /// Has blocks come at intervals, of a chain that nobody else knows yet.
    pub(crate) async fn begin(&self, interval: Duration) -> Result<(), UpstreamError> {
        let changes = self.pace.changes();
        let block = self.header("latest").await?.number;
        let set = self.set(interval).await?;
        self.pace.know(changes, Step { block, next: set + interval, interval });
        self.pace.news.notify_one();
        Ok(())
    }

    async fn keep_pace(&self) {
        loop {
            self.pace.news.notified().await;
            while self.interval().await.is_some() {
                // What cannot be asked has no pace either.
                let _ = self.follow().await;
                sleep(AGAIN).await;
            }
        }
    }

    /// Follows the chain for as long as its blocks come at intervals.
    async fn follow(&self) -> Result<(), UpstreamError> {
        let Ok(mut heads) = Heads::open(&self.node).await else { return Ok(()) };
        while let Some(block) = heads.next().await {
            if !self.pace.is_to_be_set(block, Now::with(0)) {
                continue;
            }
            let Some(interval) = self.interval().await else { return Ok(()) };
            self.set_anew(interval).await?;
        }
        Ok(())
    }

    /// Sets the timer anew. It goes off a little later than it would have, never sooner: what is known of it stays true.
    async fn set_anew(&self, interval: Duration) -> Result<(), UpstreamError> {
        let changes = self.pace.changes();
        if interval == Duration::from_secs(1) {
            sleep(until_off_the_turn()).await;
        }
        let set = {
            // Nobody else sets it meanwhile.
            let _one = self.moving.lock().await;
            if self.pace.changes() != changes || self.interval().await != Some(interval) {
                return Ok(());
            }
            self.set(interval).await?
        };
        // One that the timer had gone off for is made first.
        sleep(MADE).await;
        let block = self.header("latest").await?.number;
        self.pace.know(changes, Step { block, next: set + interval, interval });
        Ok(())
    }

    /// Sets the timer; returns a moment before that.
    async fn set(&self, interval: Duration) -> Result<Instant, UpstreamError> {
        let set = Instant::now();
        self.node.call::<Value>("evm_setIntervalMining", json!([interval.as_secs()])).await?;
        Ok(set)
    }
}
