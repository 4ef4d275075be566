use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use causeway_store::RelayerLock;
use tokio::{
    sync::{broadcast, mpsc},
    task::{JoinHandle, JoinSet},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    RelayerConfig, RelayerControls, RelayerError, RelayerEvent,
    actor::{ChainActor, Shared},
    control::Way,
    desk,
};

/// How many events may wait for a listener before it misses some.
const EVENT_CAPACITY: usize = 16_384;
/// How many blocks' messages may be on their way from one chain's actor to another's.
const ROUTE_CAPACITY: usize = 256;
/// How many listeners hear everything since the start.
const FIRST_LISTENERS: usize = 2;

/// Relays the messages between some chains. See [`Relayer::spawn`].
#[derive(Debug)]
pub struct Relayer;

/// A running relayer. Dropping it ends the relayer as [`RelayerHandle::shutdown`] does, without waiting.
#[derive(Debug)]
pub struct RelayerHandle {
    events: broadcast::Sender<RelayerEvent>,
    first: Vec<broadcast::Receiver<RelayerEvent>>,
    controls: RelayerControls,
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
        let (events, _) = broadcast::channel(EVENT_CAPACITY);
        let first = (0..FIRST_LISTENERS).map(|_| events.subscribe()).collect();
        let (actors, controls) = actors(config, &events, &cancel)?;
        let task = tokio::spawn(supervise(actors, controls.clone(), cancel.clone(), lock));
        let guard = cancel.clone().drop_guard();
        Ok(RelayerHandle { events, first, controls, cancel, _guard: guard, task: Some(task) })
    }
}

impl RelayerHandle {
    /// Listens to what happens from now on; the first two listeners hear everything since the start. A listener that is
    /// too slow misses the oldest events, which the channel tells.
    pub fn events(&mut self) -> broadcast::Receiver<RelayerEvent> {
        self.first.pop().unwrap_or_else(|| self.events.subscribe())
    }

    /// Returns what to have the relayer do things with, for whoever is in charge.
    pub fn controls(&self) -> RelayerControls {
        self.controls.clone()
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
) -> Result<(Vec<ChainActor>, RelayerControls), RelayerError> {
    if config.chains.is_empty() {
        return Err(RelayerError::NoChains);
    }
    check_signers(&config)?;
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
    let actors = actors.collect::<Result<Vec<_>, RelayerError>>()?;
    let way = |actor: &ChainActor| {
        let (chain_id, provider) = actor.chain();
        Some((chain_id, Way { inbox: routes.get(&chain_id)?.clone(), provider }))
    };
    let ways = actors.iter().filter_map(way).collect();
    Ok((actors, RelayerControls::new(shared, ways)))
}

/// There is an account, and none is named twice: it would use its nonces twice.
fn check_signers(config: &RelayerConfig) -> Result<(), RelayerError> {
    let accounts = config.accounts();
    let mut seen = BTreeSet::new();
    match accounts.iter().find(|account| !seen.insert(**account)) {
        Some(account) => Err(RelayerError::DuplicateSigner { account: *account }),
        None if accounts.is_empty() => Err(RelayerError::NoSigners),
        None => Ok(()),
    }
}

/// Runs the actors until they are done. One that fails ends all: it is the store that failed, which they share.
async fn supervise(
    actors: Vec<ChainActor>,
    controls: RelayerControls,
    cancel: CancellationToken,
    _lock: RelayerLock,
) -> Result<(), RelayerError> {
    // As of before the lanes are told what the store says: what is decided from now on, they are told besides.
    let last = controls.store().newest_decision().await.ok();
    // It ends when this does.
    let mut beside = JoinSet::new();
    beside.spawn(desk::watch(controls, cancel.clone(), last));
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
