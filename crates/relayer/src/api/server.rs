use std::{sync::Arc, time::Duration};

use causeway_service::Room;
use causeway_store::Store;
use tokio::{
    net::TcpListener,
    sync::broadcast::{Receiver, error::RecvError},
    task::JoinHandle,
    time::{MissedTickBehavior, interval, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    ApiConfig, Control, http,
    metrics::Metrics,
    state::{ApiChain, Present, State},
    webhook::Desk,
};
use crate::{RelayChain, RelayerEvent};

/// How often samples are put into buckets.
const UPKEEP: Duration = Duration::from_secs(5);

/// The HTTP API of a relayer, see docs/relayer.md. It outlives single relayers: one that begins anew with further chains is
/// [attached](Self::attach) in the place of the one before.
#[derive(Clone, Debug)]
pub struct Api {
    state: Arc<State>,
    desk: Desk,
}

/// Why there is no API.
#[derive(Debug, thiserror::Error)]
pub enum ApiSetupError {
    /// The metrics contradict each other.
    #[error("the metrics are put together wrongly: {reason}")]
    Metrics {
        /// In words.
        reason: String,
    },
    /// There is no client to tell webhooks with.
    #[error("cannot make an HTTP client: {reason}")]
    Client {
        /// In words.
        reason: String,
    },
}

impl Api {
    /// An API over this store, until `stop` is cancelled. No port is opened and nobody
    /// listened to yet, but webhooks are told what is left to tell. Must be called within a tokio runtime.
    pub fn new(store: Store, config: ApiConfig, stop: CancellationToken) -> Result<Self, ApiSetupError> {
        let metrics = Metrics::new(&config.build)
            .map_err(|error| ApiSetupError::Metrics { reason: error.to_string() })?;
        let state = Arc::new(State::new(store, config, metrics, stop));
        let desk = Desk::open(&state)
            .map_err(|error| ApiSetupError::Client { reason: error.without_url().to_string() })?;
        Ok(Self { state, desk })
    }

    /// Shows a relayer that works on these chains and tells these events, until it ends. Must be called within a tokio
    /// runtime.
    pub fn attach(&self, chains: &[RelayChain], events: Receiver<RelayerEvent>, control: Arc<dyn Control>) {
        let accounts = control.accounts();
        let endpoints = chains.iter().map(|chain| (chain.chain_id, chain.endpoints.clone())).collect();
        let chains = chains.iter().map(|chain| ApiChain {
            chain_id: chain.chain_id,
            name: chain.name.clone(),
            rpc_url: chain.endpoints.to_string(),
        });
        let present =
            Present { chains: chains.collect(), control: Some(control.clone()), accounts: accounts.clone() };
        self.state.begin(present);
        let ended = self.state.stop.child_token();
        let (state, ends) = (self.state.clone(), ended.clone());
        tokio::spawn(async move { state.balances.watch(endpoints, accounts, ended).await });
        let (state, desk) = (self.state.clone(), self.desk.clone());
        tokio::spawn(async move {
            desk.begin(state.chain_ids()).await;
            listen(&state, &desk, events, &ends).await;
            ends.cancel();
            state.end(&control);
        });
    }

    /// Answers at a port that was opened before.
    pub fn serve(&self, listener: TcpListener) -> ApiHandle {
        let (state, stop) = (self.state.clone(), self.state.stop.clone());
        ApiHandle(tokio::spawn(async move {
            let (tasks, grace) = (TaskTracker::new(), state.config.grace);
            let room = Room::with(state.config.max_connections);
            tokio::join!(
                causeway_service::serve(listener, http::router(&state), room, stop.clone(), tasks.clone()),
                upkeep(&state, &stop),
            );
            tasks.close();
            // Those that take longer end with the program; what they read stays whole.
            drop(timeout(grace, tasks.wait()).await);
        }))
    }
}

/// An API that answers.
#[derive(Debug)]
pub struct ApiHandle(JoinHandle<()>);

impl ApiHandle {
    /// Waits for the end, after the token given to [`Api::new`] was cancelled.
    pub async fn stopped(self) {
        // It fails only if the task panicked or its runtime went away; either way it has ended.
        drop(self.0.await);
    }
}

/// Hears what a relayer tells until it ends.
async fn listen(state: &State, desk: &Desk, mut events: Receiver<RelayerEvent>, ended: &CancellationToken) {
    loop {
        let event = tokio::select! {
            () = ended.cancelled() => return,
            event = events.recv() => event,
        };
        match event {
            Ok(event) => {
                state.hear(&event);
                if let RelayerEvent::ChainTaken { chain_id } = event {
                    // What the one before had no time to write down.
                    desk.begin(vec![chain_id]).await;
                }
                desk.hear(&event).await;
            }
            Err(RecvError::Lagged(missed)) => state.missed(missed),
            Err(RecvError::Closed) => return,
        }
    }
}

async fn upkeep(state: &State, stop: &CancellationToken) {
    let mut ticks = interval(UPKEEP);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => state.metrics.upkeep(),
        }
    }
}
