//! Keeps the actors at work, and makes them anew after an outage of the store.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use causeway_client::Disposition;
use tokio::{
    sync::mpsc,
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    RelayerControls, RelayerError, RelayerEvent,
    actor::{ChainActor, Shared},
    control::Way,
    desk,
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
    /// The first actors, and what ends them.
    first: Crew,
}

/// One actor per chain, connected, and what ends them.
struct Crew {
    actors: Vec<ChainActor>,
    cancel: CancellationToken,
}

impl Supervisor {
    /// With actors that are ready to begin. What is wrong with the configuration comes up here.
    pub(crate) fn new(
        shared: Arc<Shared>,
        controls: RelayerControls,
        cancel: CancellationToken,
    ) -> Result<Self, RelayerError> {
        let first = crew(&shared, &controls, &cancel)?;
        Ok(Self { shared, controls, cancel, first })
    }

    /// Works until it is cancelled, or something fails that does not pass.
    pub(crate) async fn run(self) -> Result<(), RelayerError> {
        let Self { shared, controls, cancel, first } = self;
        // However it ends, whoever holds the controls learns of it.
        let _ended = cancel.clone().drop_guard();
        // As of before the lanes are told what the store says: what is decided from now on, they are told besides.
        let last = controls.store().newest_decision().await.ok();
        // It ends when this does.
        let mut beside = JoinSet::new();
        beside.spawn(desk::watch(controls.clone(), cancel.clone(), last));
        let (mut next, mut pause) = (first, FIRST_PAUSE);
        loop {
            let since = Instant::now();
            let Err(error) = work(next).await else { return Ok(()) };
            if error.disposition() != Disposition::Wait || cancel.is_cancelled() {
                tracing::error!(%error, "the relayer stops");
                return Err(error);
            }
            if since.elapsed() >= STEADY {
                pause = FIRST_PAUSE;
            }
            shared.announce(RelayerEvent::StoreUnwell { reason: error.to_string() });
            if !rest(&controls, &cancel, &mut pause).await {
                return Ok(());
            }
            // New inboxes besides: what the old ones hold may not be so any more, and the store has it all.
            next = crew(&shared, &controls, &cancel)?;
            shared.announce(RelayerEvent::StoreWell);
        }
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

/// Runs the actors until all are done. One that fails ends all: it is the store that failed, which they share. What
/// does not pass by itself is told rather than what does.
async fn work(crew: Crew) -> Result<(), RelayerError> {
    let mut running = JoinSet::new();
    for actor in crew.actors {
        running.spawn(actor.run());
    }
    let mut result = Ok(());
    while let Some(end) = running.join_next().await {
        let end = end.unwrap_or_else(|error| Err(RelayerError::Task { reason: error.to_string() }));
        let Err(error) = end else { continue };
        crew.cancel.cancel();
        result = match result {
            Err(first) if error.disposition() == Disposition::Wait => Err(first),
            Err(first) if RelayerError::disposition(&first) != Disposition::Wait => Err(first),
            Ok(()) | Err(_) => Err(error),
        };
    }
    result
}

/// Makes one actor per chain and connects them, and has the controls lead to them.
fn crew(
    shared: &Arc<Shared>,
    controls: &RelayerControls,
    cancel: &CancellationToken,
) -> Result<Crew, RelayerError> {
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
    controls.lead(actors.iter().filter_map(way).collect());
    Ok(Crew { actors, cancel })
}
