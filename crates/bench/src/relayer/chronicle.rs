//! What a chain told, and when.

use alloy::{
    primitives::{B256, U256},
    providers::{Provider, ProviderBuilder, RootProvider, WsConnect},
    rpc::types::{Filter, Log},
};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SentMessage};
use eyre::{ContextCompat, WrapErr};
use futures::StreamExt;
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};
use tokio::{sync::watch, task::JoinHandle, time::timeout};

/// How long one waits for the next message to be delivered. Only what fails takes that long.
const PATIENCE: Duration = Duration::from_secs(120);
/// Notifications that may wait to be read.
const WAITING: usize = 1 << 14;

/// What a chain told so far. Messages are named by their nonces, without the version.
#[derive(Debug, Default)]
pub(super) struct Events {
    /// When the log of a message that left was seen.
    pub(super) sent: HashMap<u64, Instant>,
    /// When the log of a message that arrived was seen, and whose it was.
    pub(super) relayed: HashMap<u64, (Instant, B256)>,
    /// When a transaction was seen in the pool.
    pub(super) pooled: HashMap<B256, Instant>,
}

/// When a message's delivery was where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Delivery {
    pub(super) pooled: Instant,
    pub(super) mined: Instant,
}

/// Listens to a chain. Ends with this value.
#[derive(Debug)]
pub(super) struct Chronicle {
    pub(super) provider: RootProvider,
    events: watch::Receiver<Events>,
    task: JoinHandle<()>,
}

impl Chronicle {
    /// Subscribes to the messenger's logs and to the pool.
    pub(super) async fn listen(ws: &str) -> eyre::Result<Self> {
        let provider = ProviderBuilder::default().connect_ws(WsConnect::new(ws)).await?;
        let filter = Filter::new().address(L2_TO_L2_CROSS_DOMAIN_MESSENGER);
        let mut logs = provider.subscribe_logs(&filter).channel_size(WAITING).await?.into_stream();
        let mut pool = provider.subscribe_pending_transactions().channel_size(WAITING).await?.into_stream();
        let (sender, events) = watch::channel(Events::default());
        let task = tokio::spawn(async move {
            loop {
                tokio::select! {
                    // A transaction is in the pool before it is in a block.
                    biased;
                    Some(hash) = pool.next() => {
                        sender.send_modify(|events| _ = events.pooled.insert(hash, Instant::now()));
                    }
                    Some(log) = logs.next() => sender.send_modify(|events| events.note(&log)),
                    else => return,
                }
            }
        });
        Ok(Self { provider, events, task })
    }

    /// Waits until the chain told enough, and has a look at it.
    pub(super) async fn when<T>(
        &self,
        mut enough: impl FnMut(&Events) -> bool,
        look: impl FnOnce(&Events) -> T,
    ) -> eyre::Result<T> {
        let mut events = self.events.clone();
        let told = timeout(PATIENCE, events.wait_for(|events| enough(events))).await;
        let told = told.wrap_err("messages did not arrive in time")?.wrap_err("the chain is gone")?;
        Ok(look(&told))
    }

    /// The number of its newest block.
    pub(super) async fn height(&self) -> eyre::Result<u64> {
        Ok(self.provider.get_block_number().await?)
    }

    /// How many messages arrived on this chain.
    pub(super) fn relayed(&self) -> u64 {
        self.events.borrow().relayed.len() as u64
    }

    /// How many messages left this chain.
    pub(super) fn sent(&self) -> u64 {
        self.events.borrow().sent.len() as u64
    }
}

impl Drop for Chronicle {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Events {
    fn note(&mut self, log: &Log) {
        let now = Instant::now();
        let (topics, data) = (log.topics(), &log.data().data);
        if let Ok(message) = SentMessage::decode(topics, data) {
            self.sent.insert(number(message.nonce), now);
        } else if let (Ok(message), Some(hash)) = (RelayedMessage::decode(topics, data), log.transaction_hash)
        {
            self.relayed.insert(number(message.nonce), (now, hash));
        }
    }

    /// When a message was delivered, and before that its transaction was in the pool.
    pub(super) fn delivery(&self, nonce: u64) -> eyre::Result<Delivery> {
        let (mined, hash) = self.relayed.get(&nonce).wrap_err("a message was not delivered")?;
        let pooled = self.pooled.get(hash).wrap_err("a delivery was in no pool")?;
        Ok(Delivery { pooled: *pooled, mined: *mined })
    }
}

fn number(nonce: U256) -> u64 {
    nonce.as_limbs()[0]
}
