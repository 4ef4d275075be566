//! Keeps the actors at work, and makes them anew after an outage of the store, or when the work was another's meanwhile.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use causeway_client::Disposition;
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{
    RelayerControls, RelayerError, RelayerEvent,
    actor::{ChainActor, Shared},
    control::Way,
    desk,
    keeper::Keeper,
};

/// How many blocks' messages may be on their way from one chain's actor to another's.
const ROUTE_CAPACITY: usize = 256;
/// How long the store is left alone after its first outage. Each further one doubles it.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
/// It is never left alone for longer.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// Actors that worked for so long had a store that was well: what comes is another outage.
const STEADY: Duration = Duration::from_secs(60);

pub(crate) struct Supervisor {
    shared: Arc<Shared>,
    controls: RelayerControls,
    cancel: CancellationToken,
    /// Where several relayers share the store.
    keeper: Option<Keeper>,
    /// The first actors, and what ends them.
    first: Option<Crew>,
}

/// One actor per chain, connected, and what ends them.
struct Crew {
    actors: Vec<ChainActor>,
    ways: BTreeMap<u64, Way>,
    cancel: CancellationToken,
}

/// How work ended that did not fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// It was told to.
    Cancelled,
    /// It is another relayer's now, or may be.
    Lost,
}

impl Supervisor {
    /// With actors that are ready to begin. What is wrong with the configuration comes up here.
    pub(crate) fn new(
        shared: Arc<Shared>,
        controls: RelayerControls,
        cancel: CancellationToken,
    ) -> Result<Self, RelayerError> {
        let first = crew(&shared, &cancel)?;
        let keeper = Keeper::of(&shared, &controls);
        match keeper {
            Some(_) => controls.stand_by("not known yet"),
            None => controls.lead(first.ways.clone()),
        }
        Ok(Self { shared, controls, cancel, keeper, first: Some(first) })
    }

    /// Works until it is cancelled, or something fails that does not pass.
    pub(crate) async fn run(mut self) -> Result<(), RelayerError> {
        // However it ends, whoever holds the controls learns of it.
        let _ended = self.cancel.clone().drop_guard();
        // As of before the lanes are told what the store says: what is decided from now on, they are told besides.
        let last = self.controls.store().newest_decision().await.ok();
        // It ends when this does.
        let mut beside = JoinSet::new();
        beside.spawn(desk::watch(self.controls.clone(), self.cancel.clone(), last));
        let mut pause = FIRST_PAUSE;
        loop {
            let since = Instant::now();
            let error = match self.take_a_turn().await {
                Ok(End::Cancelled) => return Ok(()),
                Ok(End::Lost) => {
                    // Whoever has lost it waits a moment at least.
                    self.cancel.run_until_cancelled(sleep_until(since + FIRST_PAUSE)).await;
                    continue;
                }
                Err(error) => error,
            };
            if error.disposition() != Disposition::Wait || self.cancel.is_cancelled() {
                tracing::error!(%error, "the relayer stops");
                return Err(error);
            }
            if since.elapsed() >= STEADY {
                pause = FIRST_PAUSE;
            }
            self.shared.announce(RelayerEvent::StoreUnwell { reason: error.to_string() });
            if !rest(&self.controls, &self.cancel, &mut pause).await {
                return Ok(());
            }
            self.shared.announce(RelayerEvent::StoreWell);
        }
    }

    /// Works, and before that waits until the work is this relayer's.
    async fn take_a_turn(&mut self) -> Result<End, RelayerError> {
        let Some(keeper) = &self.keeper else {
            let crew = self.first.take().map_or_else(|| crew(&self.shared, &self.cancel), Ok)?;
            self.controls.lead(crew.ways.clone());
            return work(crew, std::future::pending()).await;
        };
        let turn = async {
            if !keeper.stand_by(&self.cancel).await.map_err(|source| RelayerError::Leases { source })? {
                return Ok(End::Cancelled);
            }
            // New inboxes besides: what the old ones hold may not be so any more, and the store has it all.
            let crew = self.first.take().map_or_else(|| crew(&self.shared, &self.cancel), Ok)?;
            self.controls.lead(crew.ways.clone());
            work(crew, keeper.keep()).await
        };
        let result = match turn.await {
            Err(error) if error.is_fenced() => {
                tracing::warn!(%error, "the work is another relayer's");
                Ok(End::Lost)
            }
            result => result,
        };
        let is_store_away = result.as_ref().is_err_and(|error| error.disposition() == Disposition::Wait);
        keeper.step_down(!is_store_away).await;
        result
    }
}

/// Waits until the store answers. Returns whether it does, rather than that all was cancelled.
async fn rest(controls: &RelayerControls, cancel: &CancellationToken, pause: &mut Duration) -> bool {
    loop {
        let asked = async {
            sleep(*pause).await;
            controls.store().newest_decision().await
        };
        let answer = tokio::select! {
            () = cancel.cancelled() => return false,
            answer = asked => answer,
        };
        *pause = LONGEST_PAUSE.min(*pause * 2);
        match answer {
            Ok(_) => return true,
            Err(error) => tracing::warn!(%error, "the database is still away"),
        }
    }
}

/// Runs the actors until all are done, or the work is lost to another relayer: then they end where they are.
///
/// One that fails ends all: it is the store that failed, which they share. What does not pass by itself is told rather than
/// what does.
async fn work(crew: Crew, lost: impl Future<Output = ()>) -> Result<End, RelayerError> {
    let mut running = JoinSet::new();
    for actor in crew.actors {
        running.spawn(actor.run());
    }
    let mut result = Ok(End::Cancelled);
    tokio::pin!(lost);
    loop {
        let end = tokio::select! {
            () = &mut lost => {
                running.shutdown().await;
                return Ok(End::Lost);
            }
            end = running.join_next() => end,
        };
        let Some(end) = end else { return result };
        let end = end.unwrap_or_else(|error| Err(RelayerError::Task { reason: error.to_string() }));
        let Err(error) = end else { continue };
        crew.cancel.cancel();
        result = match result {
            Err(first) if first.gravity() >= error.gravity() => Err(first),
            Ok(_) | Err(_) => Err(error),
        };
    }
}

/// Makes one actor per chain and connects them.
fn crew(shared: &Arc<Shared>, cancel: &CancellationToken) -> Result<Crew, RelayerError> {
    let cancel = cancel.child_token();
    let chains = &shared.config().chains;
    let (mut routes, mut inboxes) = (BTreeMap::new(), Vec::new());
    for chain in chains {
        let (sender, receiver) = mpsc::channel(ROUTE_CAPACITY);
        routes.insert(chain.chain_id, sender);
        inboxes.push(receiver);
    }
    let actors = chains.iter().zip(inboxes).map(|(chain, inbox)| {
        // Nothing goes from a chain to itself, and an actor that held its own inbox open would never see it end.
        let routes = routes.iter().filter(|(id, _)| **id != chain.chain_id);
        let routes = routes.map(|(id, sender)| (*id, sender.clone())).collect();
        ChainActor::new(chain.clone(), Arc::clone(shared), inbox, routes, cancel.clone())
    });
    let actors = actors.collect::<Result<Vec<_>, RelayerError>>()?;
    let way = |actor: &ChainActor| {
        let (chain_id, provider) = actor.chain();
        Some((chain_id, Way { inbox: routes.get(&chain_id)?.clone(), provider }))
    };
    let ways = actors.iter().filter_map(way).collect();
    Ok(Crew { actors, ways, cancel })
}
