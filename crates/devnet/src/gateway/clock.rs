use super::{
    decision::Clock,
    quantity,
    upstream::{Upstream, UpstreamError},
};
use serde::Deserialize;
use serde_json::json;
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

/// The clock of a chain: what its next block's timestamp will be, and that the chains' clocks agree.
///
/// anvil's clock is the machine's plus an offset, which whoever warps time moves. Asking for the pending block would
/// tell the timestamp too, but the node executes its whole pool for that.
#[derive(Debug)]
pub(crate) struct ChainClock {
    node: Upstream,
    /// Somebody pinned a timestamp; from then on only the pending block tells.
    pinned: AtomicBool,
}

#[derive(Deserialize)]
struct Header {
    #[serde(with = "quantity")]
    timestamp: u64,
}

impl ChainClock {
    pub(crate) const fn new(node: Upstream) -> Self {
        Self { node, pinned: AtomicBool::new(false) }
    }

    /// A lower bound of the next block's timestamp, in seconds.
    pub(super) async fn next_timestamp(&self) -> Result<u64, UpstreamError> {
        if self.pinned.load(Ordering::Relaxed) {
            let pending: Header = self.node.call("eth_getBlockByNumber", json!(["pending", false])).await?;
            return Ok(pending.timestamp);
        }
        let now = machine_time();
        let latest = self.node.call::<Header>("eth_getBlockByNumber", json!(["latest", false]));
        let (latest, offset) = tokio::try_join!(latest, self.offset())?;
        let next = now.saturating_add_signed(offset);
        // anvil lets timestamps stand still, but not go back.
        Ok(if next < latest.timestamp { latest.timestamp.saturating_add(1) } else { next })
    }

    /// The offset that a message may take away again, read before the node sees it.
    pub(super) async fn before(&self, clock: Clock) -> Option<i64> {
        if clock.pinned {
            self.pinned.store(true, Ordering::Relaxed);
        }
        if clock.set_back { self.offset().await.ok() } else { clock.restored.then_some(0) }
    }

    /// Brings the clock back to that offset if it has fallen behind.
    ///
    /// anvil sets its clock to the last block that remains: after a reorg three blocks deep the chain would run six
    /// seconds late for the rest of its life, and messages to it would come from the future.
    pub(crate) async fn catch_up(&self, wanted: Option<i64>) {
        let Some(wanted) = wanted else { return };
        // A node that does not answer has no clock either.
        let Ok(offset) = self.offset().await else { return };
        if let Ok(behind @ 1..) = u64::try_from(wanted.saturating_sub(offset)) {
            let _ = self.node.call::<i64>("evm_increaseTime", json!([behind])).await;
        }
    }

    /// The offset from the machine's clock, in seconds; moving by nothing tells it.
    async fn offset(&self) -> Result<i64, UpstreamError> {
        self.node.call("evm_increaseTime", json!([0])).await
    }
}

fn machine_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}
