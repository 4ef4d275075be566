use std::{collections::BTreeSet, sync::Arc};

use alloy::primitives::Address;
use causeway_interop::SafetyLevel;
use tokio::{sync::broadcast, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::{
    RelayerConfig, RelayerControls, RelayerError, RelayerEvent, TopUp, actor::Shared, errand::TopUpLimits,
    routes::is_labelled, supervisor::Supervisor,
};

/// How many events may wait for a listener before it misses some.
const EVENT_CAPACITY: usize = 16_384;
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
    /// Starts to relay, in tasks of its own, until `cancel` is cancelled or the store fails for good. Must be called within a
    /// tokio runtime.
    ///
    /// Takes the store's relayer lock; where relayers may share the store, they divide the chains among them
    /// ([`RelayerEvent::ChainTaken`]), and one without a chain stands by ([`RelayerEvent::StandingBy`]). Nodes that cannot be reached are waited for, each for itself, and so is a store
    /// that is away: then all stand still, and are taken up from what it has recorded.
    pub fn spawn(
        mut config: RelayerConfig,
        cancel: &CancellationToken,
    ) -> Result<RelayerHandle, RelayerError> {
        if config.store.is_shared() {
            config.store = config.store.replica(&config.holder);
        }
        let lock = config.store.lock_relayer(&config.holder)?;
        let cancel = cancel.child_token();
        let (events, _) = broadcast::channel(EVENT_CAPACITY);
        let first = (0..FIRST_LISTENERS).map(|_| events.subscribe()).collect();
        check(&config)?;
        let shared = Arc::new(Shared::new(config, events.clone()));
        let controls = RelayerControls::new(Arc::clone(&shared), cancel.clone());
        let supervisor = Supervisor::new(shared, controls.clone(), cancel.clone())?;
        let task = tokio::spawn(async move {
            // Nobody else has the store while this runs.
            let _lock = lock;
            supervisor.run().await
        });
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
        let result = task.await.unwrap_or_else(|error| Err(RelayerError::Task { reason: error.to_string() }));
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

/// There are chains and an account, and none is named twice: an account would use its nonces twice.
fn check(config: &RelayerConfig) -> Result<(), RelayerError> {
    let mut ids = BTreeSet::new();
    if let Some(chain) = config.chains.iter().find(|chain| !ids.insert(chain.chain_id)) {
        return Err(RelayerError::DuplicateChain { chain_id: chain.chain_id });
    }
    check_safety(config)?;
    if config.chains.is_empty() {
        return Err(RelayerError::NoChains);
    }
    let accounts = config.accounts();
    let mut seen = BTreeSet::new();
    match accounts.iter().find(|account| !seen.insert(**account)) {
        Some(account) => Err(RelayerError::DuplicateSigner { account: *account }),
        None if accounts.is_empty() => Err(RelayerError::NoSigners),
        None => check_errands(config, &accounts),
    }
}

/// What delivers nothing is signed by accounts of its own.
fn check_errands(config: &RelayerConfig, signers: &[Address]) -> Result<(), RelayerError> {
    let resending = config.resend.as_ref().map(|resend| resend.signer.address());
    if let Some(account) = resending.filter(|account| signers.contains(account)) {
        return Err(RelayerError::ErrandSigner { account, role: "the account that sends messages again" });
    }
    let Some(TopUp { signer, limits }) = &config.top_up else { return Ok(()) };
    let account = signer.address();
    if resending == Some(account) {
        return Err(RelayerError::ErrandTwice { account });
    }
    if signers.contains(&account) {
        return Err(RelayerError::ErrandSigner { account, role: "the funding account" });
    }
    let TopUpLimits { below, to, .. } = *limits;
    if to < below { Err(RelayerError::TopUpBackwards { below, to }) } else { Ok(()) }
}

/// Somebody can tell how safe blocks are, where they have to be.
fn check_safety(config: &RelayerConfig) -> Result<(), RelayerError> {
    let ids = || config.chains.iter().map(|chain| chain.chain_id);
    let routes = ids().flat_map(|source| ids().map(move |destination| (source, destination)));
    let levels = routes.map(|(source, destination)| (source, config.routes.safety(source, destination)));
    let mut levels = levels.filter(|(_, level)| *level != SafetyLevel::Unsafe);
    if config.verifier.is_some() {
        return Ok(());
    }
    match levels.find(|(_, level)| !is_labelled(*level)) {
        Some((chain_id, level)) => Err(RelayerError::NoVerifier { chain_id, level }),
        None => Ok(()),
    }
}
