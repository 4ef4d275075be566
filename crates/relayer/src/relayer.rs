use std::{collections::BTreeMap, sync::Arc};

use causeway_store::RelayerLock;
use tokio::{
    sync::{broadcast, mpsc},
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    RelayerConfig, RelayerError, RelayerEvent,
    actor::{ChainActor, Shared},
};

/// How many events may wait for a listener before it misses some.
const EVENT_CAPACITY: usize = 4_096;
/// How many messages may be on their way from one chain's actor to another's.
const ROUTE_CAPACITY: usize = 256;

/// Relays the messages between some chains. See [`Relayer::spawn`].
#[derive(Debug)]
pub struct Relayer;

/// A running relayer. Dropping it ends the relayer as [`RelayerHandle::shutdown`] does, without waiting.
#[derive(Debug)]
pub struct RelayerHandle {
    events: broadcast::Sender<RelayerEvent>,
    first: Option<broadcast::Receiver<RelayerEvent>>,
    cancel: CancellationToken,
    _guard: DropGuard,
    /// `None` once it was seen to end.
    task: Option<JoinHandle<Result<(), RelayerError>>>,
}

impl Relayer {
    /// Starts to relay, in tasks of its own, until `cancel` is cancelled or the store fails. Must be called within a
    /// tokio runtime.
    ///
    /// Takes the store's relayer lock. Nodes that cannot be reached are waited for, each for itself.
    pub fn spawn(config: RelayerConfig, cancel: &CancellationToken) -> Result<RelayerHandle, RelayerError> {
        let lock = config.store.lock_relayer(&config.holder)?;
        let cancel = cancel.child_token();
        let (events, first) = broadcast::channel(EVENT_CAPACITY);
        let actors = actors(config, &events, &cancel)?;
        let task = tokio::spawn(supervise(actors, cancel.clone(), lock));
        let guard = cancel.clone().drop_guard();
        Ok(RelayerHandle { events, first: Some(first), cancel, _guard: guard, task: Some(task) })
    }
}

impl RelayerHandle {
    /// Listens to what happens from now on; the first listener hears everything since the start. A listener that is
    /// too slow misses the oldest events, which the channel tells.
    pub fn events(&mut self) -> broadcast::Receiver<RelayerEvent> {
        self.first.take().unwrap_or_else(|| self.events.subscribe())
    }

    /// Waits until the relayer ends by itself, or is cancelled. Once it has, later calls return at once, without the
    /// error. May be dropped at any time.
    pub async fn wait(&mut self) -> Result<(), RelayerError> {
        let Some(task) = &mut self.task else { return Ok(()) };
        let result = ended(task.await);
        self.task = None;
        result
    }

    /// Ends the relayer and waits until it has. What is being signed or sent is finished and recorded first.
    pub async fn shutdown(mut self) -> Result<(), RelayerError> {
        self.cancel.cancel();
        self.wait().await
    }

    /// Ends the relayer as a killed process would end: at once, in the middle of anything. The next one on the same
    /// store takes over without harm.
    pub async fn abort(mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
        // The only answer is that it was aborted.
        drop(self.wait().await);
    }
}

fn ended(result: Result<Result<(), RelayerError>, tokio::task::JoinError>) -> Result<(), RelayerError> {
    result.unwrap_or_else(|error| Err(RelayerError::Task { reason: error.to_string() }))
}

/// Makes one actor per chain and connects them.
fn actors(
    config: RelayerConfig,
    events: &broadcast::Sender<RelayerEvent>,
    cancel: &CancellationToken,
) -> Result<Vec<ChainActor>, RelayerError> {
    if config.chains.is_empty() {
        return Err(RelayerError::NoChains);
    }
    let mut routes = BTreeMap::new();
    let mut inboxes = Vec::new();
    for chain in &config.chains {
        let (sender, receiver) = mpsc::channel(ROUTE_CAPACITY);
        if routes.insert(chain.chain_id, sender).is_some() {
            return Err(RelayerError::DuplicateChain { chain_id: chain.chain_id });
        }
        inboxes.push(receiver);
    }
    let chains = config.chains.clone();
    let shared = Arc::new(Shared::new(config, events.clone()));
    let actors = chains.into_iter().zip(inboxes).map(|(chain, inbox)| {
        // Nothing goes from a chain to itself, and an actor that held its own inbox open would never see it end.
        let routes = routes.iter().filter(|(id, _)| **id != chain.chain_id);
        let routes = routes.map(|(id, sender)| (*id, sender.clone())).collect();
        ChainActor::new(chain, Arc::clone(&shared), inbox, routes, cancel.clone())
    });
    actors.collect()
}

/// Runs the actors until they are done. One that fails ends all: it is the store that failed, which they share.
async fn supervise(
    actors: Vec<ChainActor>,
    cancel: CancellationToken,
    _lock: RelayerLock,
) -> Result<(), RelayerError> {
    let mut running = JoinSet::new();
    for actor in actors {
        running.spawn(actor.run());
    }
    let mut result = Ok(());
    while let Some(end) = running.join_next().await {
        if let Err(error) = ended(end) {
            tracing::error!(%error, "the relayer stops");
            cancel.cancel();
            result = result.and(Err(error));
        }
    }
    result
}
