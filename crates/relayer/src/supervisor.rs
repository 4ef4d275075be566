//! Keeps the actors at work, and makes them anew after an outage of the store.

use std::{sync::Arc, time::Duration};

use causeway_client::Disposition;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    RelayerControls, RelayerError, RelayerEvent,
    actor::Shared,
    crew::{Crew, Recruit},
    desk,
    divide::divide,
    feed::Feed,
};

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
    feed: Option<Feed>,
    /// The first actors of one that has the store for itself.
    first: Option<(Crew, Vec<Recruit>)>,
}

impl Supervisor {
    /// With actors that are ready to begin. What is wrong with the configuration comes up here.
    pub(crate) fn new(
        shared: Arc<Shared>,
        controls: RelayerControls,
        cancel: CancellationToken,
    ) -> Result<Self, RelayerError> {
        let first = crew(&shared, &cancel)?;
        let feed = shared.store().is_shared().then(|| Feed::new(&shared));
        if feed.is_some() {
            shared.config().chains.iter().for_each(|chain| shared.ways().close(chain.chain_id));
        }
        let first = feed.is_none().then_some(first);
        Ok(Self { shared, controls, cancel, feed, first })
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
                Ok(()) if self.cancel.is_cancelled() => return Ok(()),
                // Everything is taken up anew.
                Ok(()) => {
                    self.cancel.run_until_cancelled(sleep(FIRST_PAUSE)).await;
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

    /// Works until all actors are done: together with others, or alone.
    async fn take_a_turn(&mut self) -> Result<(), RelayerError> {
        if let Some(feed) = &self.feed {
            return divide(&self.shared, feed, &self.cancel).await;
        }
        let (crew, recruits) = self.first.take().map_or_else(|| crew(&self.shared, &self.cancel), Ok)?;
        work(crew, recruits).await
    }
}

/// Waits until the store takes writes. Returns whether it does, rather than that all was cancelled.
async fn rest(controls: &RelayerControls, cancel: &CancellationToken, pause: &mut Duration) -> bool {
    loop {
        let asked = async {
            sleep(*pause).await;
            controls.store().check_writable().await
        };
        let answer = tokio::select! {
            () = cancel.cancelled() => return false,
            answer = asked => answer,
        };
        *pause = LONGEST_PAUSE.min(*pause * 2);
        match answer {
            Ok(()) => return true,
            Err(error) => tracing::warn!(%error, "the database is still away"),
        }
    }
}

/// Runs the actors until all are done.
///
/// One that fails ends all: it is the store that failed, which they share. What does not pass by itself is told rather than
/// what does.
async fn work(mut crew: Crew, recruits: Vec<Recruit>) -> Result<(), RelayerError> {
    recruits.into_iter().for_each(|recruit| crew.start(recruit));
    let mut result: Result<(), RelayerError> = Ok(());
    while let Some((_, end)) = crew.next().await {
        let Err(error) = end else { continue };
        crew.end_all();
        result = match result {
            Err(first) if first.gravity() >= error.gravity() => Err(first),
            Ok(()) | Err(_) => Err(error),
        };
    }
    result
}

/// Makes one actor per chain.
fn crew(shared: &Arc<Shared>, cancel: &CancellationToken) -> Result<(Crew, Vec<Recruit>), RelayerError> {
    let crew = Crew::new(shared, cancel);
    let recruits = shared.config().chains.iter().map(|chain| crew.recruit(chain));
    let recruits = recruits.collect::<Result<_, _>>()?;
    Ok((crew, recruits))
}
