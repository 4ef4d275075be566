mod keeper;
mod pace;

use super::{
    effects::{Clock, Pin},
    quantity,
    rebirth::Rebirth,
    upstream::{Upstream, UpstreamError},
};
use crate::ChainKind;
use futures::future::join_all;
pub(super) use keeper::watch;
use pace::{Disturbance, Now, Pace};
use serde::Deserialize;
use serde_json::{Value, json};
use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::{sync::Mutex, time::sleep};

/// How soon the chain is looked at again when a block is late; twice as long each time.
const LATE: Duration = Duration::from_millis(15);

/// How often a chain is looked at whose next timestamps are pinned.
const WATCH: Duration = Duration::from_millis(250);
/// How many looks in a row have to find nothing pinned: three seconds, more than a pinned timestamp can pass for due.
const LOOKS: u32 = 12;
/// How many seconds the blocks of a chain may be late, whose timestamps are pinned to their distance from each other.
const TOLERANCE: u64 = 2;

/// The clock of a chain: what its next block's timestamp will be, and that it does not run behind those of the chains
/// that it exchanges messages with.
///
/// anvil's clock is the machine's plus an offset, which whoever warps time moves. Asking for the pending block would
/// tell the timestamp too, but the node executes its whole pool for that.
#[derive(Debug)]
pub(crate) struct ChainClock {
    node: Upstream,
    kind: ChainKind,
    /// The chains whose messages would come from the future if this clock ran behind theirs.
    others: OnceLock<Vec<Upstream>>,
    /// How often timestamps were pinned, or 0 once they follow from the offset again; until then only the pending
    /// block tells.
    pins: AtomicU64,
    /// Somebody pinned the distance of every block from the one before.
    paced: AtomicBool,
    /// One mover at a time: the offset that another one is about to mend is nothing to go by.
    moving: Mutex<()>,
    /// When blocks come that come at intervals.
    pace: Pace,
}

#[derive(Deserialize)]
struct Header {
    #[serde(with = "quantity")]
    number: u64,
    #[serde(with = "quantity")]
    timestamp: u64,
}

/// The newest block, and the lower bound of the next one's timestamp that the clock is.
struct ByTheClock {
    newest: u64,
    next: u64,
    offset: i64,
}

/// What may come before a second.
enum Before {
    Nothing,
    /// A block; when at the earliest, if that is known.
    Block {
        comes: Option<Instant>,
    },
}

impl ChainClock {
    pub(crate) fn new(node: Upstream, kind: ChainKind) -> Self {
        Self {
            node,
            kind,
            others: OnceLock::new(),
            pins: AtomicU64::new(0),
            paced: AtomicBool::new(false),
            moving: Mutex::default(),
            pace: Pace::default(),
        }
    }

    /// Names the nodes of the chains that messages come from.
    pub(crate) fn keep_up_with(&self, others: Vec<Upstream>) {
        let _ = self.others.set(others);
    }

    /// A lower bound of the next block's timestamp, in seconds, whoever has it made and when.
    pub(super) async fn next_timestamp(&self) -> Result<u64, UpstreamError> {
        if self.is_pinned() {
            return self.timestamp("pending").await;
        }
        Ok(self.by_the_clock().await?.next)
    }

    async fn by_the_clock(&self) -> Result<ByTheClock, UpstreamError> {
        let now = machine_time();
        let (latest, offset) = tokio::try_join!(self.header("latest"), self.offset())?;
        let next = now.saturating_add_signed(offset);
        // anvil lets timestamps stand still, but not go back.
        let next = if next < latest.timestamp { latest.timestamp.saturating_add(1) } else { next };
        Ok(ByTheClock { newest: latest.number, next, offset })
    }

    fn is_pinned(&self) -> bool {
        self.pins.load(Ordering::Relaxed) > 0
    }

    /// Whether blocks come at intervals, and not for each transaction or when they are asked for.
    pub(super) async fn has_intervals(&self) -> bool {
        self.interval().await.is_some()
    }

    async fn interval(&self) -> Option<Duration> {
        let seconds = self.node.call::<Option<u64>>("anvil_getIntervalMining", json!([])).await.ok()??;
        (seconds > 0).then(|| Duration::from_secs(seconds))
    }

    /// Waits until no block can come any more that is earlier than a second which is about to begin: until it has begun, or until
    /// the last block before it has come. Returns the second, or zero if that does not come: where timestamps are pinned it may
    /// not.
    ///
    /// Where the second is not there yet, whatever makes blocks out of turn or moves time waits for it from then on.
    pub(super) async fn reach(&self, second: u64) -> Result<u64, UpstreamError> {
        let end = Instant::now() + Now::with(0).until_turn() + Duration::from_secs(1);
        let mut late = LATE;
        loop {
            let Before::Block { comes } = self.before_second(second).await? else { return Ok(second) };
            let now = Instant::now();
            if now >= end {
                return Ok(0);
            }
            let turn = Now::with(0).until_turn();
            let pause = comes.map_or(turn, |comes| {
                late = if comes > now { LATE } else { late * 2 };
                (comes.saturating_duration_since(now) + late).min(turn)
            });
            sleep(pause).await;
        }
    }

    async fn before_second(&self, second: u64) -> Result<Before, UpstreamError> {
        let changes = self.pace.changes();
        if self.is_pinned() {
            let has_come = self.timestamp("pending").await? >= second;
            return Ok(if has_come { Before::Nothing } else { Before::Block { comes: None } });
        }
        let ByTheClock { newest, next, offset } = self.by_the_clock().await?;
        if next >= second {
            return Ok(Before::Nothing);
        }
        Ok(match self.pace.promise(changes, newest, Now::with(offset), second) {
            Ok(()) => Before::Nothing,
            Err(comes) => Before::Block { comes },
        })
    }

    /// Notes that something comes which makes blocks out of turn or moves time, and lets it wait for what was promised.
    async fn disturb(&self) -> Disturbance<'_> {
        const TURNS: usize = 2;
        let (disturbance, promised) = self.pace.disturb();
        for _ in 0..TURNS {
            // A node that does not answer makes no block either.
            if promised == 0 || self.next_timestamp().await.is_ok_and(|next| next >= promised) {
                break;
            }
            sleep(Now::with(0).until_turn()).await;
        }
        self.pace.keep(promised);
        disturbance
    }

    /// Notes what a message is about to do to timestamps, before the node sees it.
    pub(super) async fn before(self: &Arc<Self>, effects: Clock) {
        // It ends when nobody knows, soon.
        let _disturbance = if effects.disturbs { Some(self.disturb().await) } else { None };
        self.pin(effects).await;
    }

    async fn pin(self: &Arc<Self>, effects: Clock) {
        match effects.pin {
            Some(Pin::Released) => self.paced.store(false, Ordering::Relaxed),
            Some(pin) => self.watch(pin).await,
            None => {}
        }
    }

    /// Lets the node have a message, and sees to it that this has not set the clock behind the others.
    ///
    /// anvil sets its clock to the last block that remains: after a reorg three blocks deep the chain would run six
    /// seconds late for the rest of its life, and messages to it would come from the future. After a reset it would be
    /// late by its whole life until then. Whoever sent the message may be gone by the time that it is done.
    pub(super) async fn around<T: Send + 'static>(
        self: &Arc<Self>,
        effects: Clock,
        exchange: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let exchange = Box::pin(exchange);
        if !effects.moves() {
            let _disturbance = if effects.disturbs { Some(self.disturb().await) } else { None };
            self.pin(effects).await;
            if !effects.retimes {
                return exchange.await;
            }
            let _one = self.moving.lock().await;
            let answer = exchange.await;
            self.pace.forget();
            return answer;
        }
        let clock = self.clone();
        let task = tokio::spawn(async move {
            let _disturbance = if effects.disturbs { Some(clock.disturb().await) } else { None };
            clock.pin(effects).await;
            let _one = clock.moving.lock().await;
            let before = clock.offset().await.unwrap_or(0);
            let rebirth = match effects.reset {
                true => Rebirth::prepare(&clock.node).await.ok(),
                false => None,
            };
            let answer = exchange.await;
            if let Some(rebirth) = rebirth
                && let Err(error) = rebirth.complete(&clock.node, clock.kind).await
            {
                tracing::error!(chain_id = clock.node.chain_id(), %error, "the chain that was reset has not got its genesis back");
            }
            if effects.retimes {
                clock.pace.forget();
            }
            let wanted = if effects.restored { clock.shared(before).await } else { before };
            let lead = clock.lead().await.unwrap_or(0);
            clock.catch_up(wanted.max(lead)).await;
            answer
        });
        match task.await.map_err(tokio::task::JoinError::try_into_panic) {
            Ok(answer) => answer,
            Err(Ok(panic)) => std::panic::resume_unwind(panic),
            // The runtime ends, and everything with it.
            Err(Err(_)) => std::future::pending().await,
        }
    }

    /// How far the newest block is ahead of the machine's clock, in seconds.
    pub(crate) async fn lead(&self) -> Result<i64, UpstreamError> {
        let latest = self.timestamp("latest").await?;
        let lead = i128::from(latest) - i128::from(machine_time());
        Ok(i64::try_from(lead).unwrap_or(i64::MAX).max(0))
    }

    /// Brings the clock up to this offset from the machine's, or to the machine's, if it has fallen behind.
    pub(crate) async fn catch_up(&self, wanted: i64) {
        // A node that does not answer has no clock either.
        let Ok(offset) = self.offset().await else { return };
        if let Ok(behind @ 1..) = u64::try_from(wanted.max(0).saturating_sub(offset)) {
            let _ = self.node.call::<i64>("evm_increaseTime", json!([behind])).await;
        }
    }

    /// The offset that is not behind any other chain which it was not behind before.
    ///
    /// The others' warps count as far as this chain had taken part in them: to set one chain's clock ahead is how one
    /// makes messages expire.
    async fn shared(&self, before: i64) -> i64 {
        let others = self.others.get().map(Vec::as_slice).unwrap_or_default();
        let offsets = join_all(others.iter().map(offset_of)).await;
        let furthest = offsets.into_iter().flatten().max().unwrap_or(0);
        furthest.min(before).max(0)
    }

    /// Looks after timestamps that are pinned, until they follow from the offset again.
    ///
    /// The distance between a block with a pinned timestamp and the machine's clock is the offset from then on. When
    /// that block comes, nobody tells.
    async fn watch(self: &Arc<Self>, pin: Pin) {
        let before = self.offset().await.unwrap_or(0);
        if pin == Pin::Every {
            self.paced.store(true, Ordering::Relaxed);
        }
        if self.pins.fetch_add(1, Ordering::Relaxed) == 0 {
            let clock = self.clone();
            tokio::spawn(async move { while clock.look(before).await.is_ok_and(|pinned| pinned) {} });
        }
    }

    /// Mends what can be mended now; tells whether timestamps still are pinned.
    async fn look(&self, before: i64) -> Result<bool, UpstreamError> {
        let pins = self.pins.load(Ordering::Relaxed);
        let mut follows = true;
        // A pinned timestamp may be one of these seconds, but not of all of them.
        for _ in 0..LOOKS {
            sleep(WATCH).await;
            let mut offset = self.offset().await?;
            if offset < before.max(0) {
                self.catch_up(self.shared(before).await).await;
                offset = self.offset().await?;
            }
            let (now, pending) = (machine_time(), self.timestamp("pending").await?);
            if !self.paced.load(Ordering::Relaxed) {
                let due = now.saturating_add_signed(offset);
                follows &= (due..=due.saturating_add(1)).contains(&pending);
                continue;
            }
            follows = false;
            let due = now.saturating_add_signed(offset);
            if pending + TOLERANCE < due {
                self.node.call::<Value>("evm_setNextBlockTimestamp", json!([due])).await?;
            }
        }
        // Whoever pinned again in the meantime relies on this watch.
        let ends =
            follows && self.pins.compare_exchange(pins, 0, Ordering::Relaxed, Ordering::Relaxed).is_ok();
        Ok(!ends)
    }

    /// The offset from the machine's clock, in seconds; moving by nothing tells it.
    async fn offset(&self) -> Result<i64, UpstreamError> {
        offset_of(&self.node).await
    }

    async fn timestamp(&self, block: &'static str) -> Result<u64, UpstreamError> {
        Ok(self.header(block).await?.timestamp)
    }

    async fn header(&self, block: &'static str) -> Result<Header, UpstreamError> {
        self.node.call("eth_getBlockByNumber", json!([block, false])).await
    }
}

/// How long blocks of every second have to wait now to begin off the turn of one.
pub(crate) fn until_off_the_turn() -> Duration {
    Now::with(0).until_off_the_turn()
}

async fn offset_of(node: &Upstream) -> Result<i64, UpstreamError> {
    node.call("evm_increaseTime", json!([0])).await
}

fn machine_time() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}
