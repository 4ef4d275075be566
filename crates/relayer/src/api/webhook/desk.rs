use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use causeway_store::{NewNews, StoreError};
use tokio::{
    sync::{mpsc, watch},
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{expiring::expiring, notice::Notice, teller::Teller};
use crate::{RelayerEvent, api::state::State};

/// How many notices may wait to be written down.
const CAPACITY: usize = 4_096;
/// How many are written at once.
const AT_ONCE: usize = 256;
/// How many blocks may have been taken in, and what they deliver not written down, when a process is killed.
const UNWRITTEN: u64 = 64;
/// The most deliveries that are written down anew at a start.
const MOST: u32 = 10_000;
/// How long to wait for a store that does not answer.
const PAUSE: Duration = Duration::from_secs(1);
/// For how long it is remembered what was told.
const KEEP_MS: u64 = 14 * 86_400_000;
/// How often is looked for messages that expire.
const LOOK: Duration = Duration::from_secs(60);

/// Takes what is to be told, writes it down, and has everybody told.
#[derive(Clone, Debug)]
pub(in crate::api) struct Desk {
    /// `None` when nobody is to be told.
    papers: Option<mpsc::Sender<Paper>>,
}

/// What comes to the desk.
#[derive(Debug)]
enum Paper {
    News(NewNews),
    /// A relayer begins on these chains.
    Begin(Vec<u64>),
}

impl Desk {
    /// Begins to tell the webhooks of the configuration.
    pub(in crate::api) fn open(state: &Arc<State>) -> Result<Self, reqwest::Error> {
        let stop = &state.stop;
        if state.config.webhooks.is_empty() {
            return Ok(Self { papers: None });
        }
        let (written, news) = watch::channel(0);
        let mut tellers = Vec::new();
        for webhook in &state.config.webhooks {
            let teller = Teller::new(webhook.clone(), state.clone(), news.clone(), stop.clone())?;
            tellers.push(teller);
        }
        let (papers, waiting) = mpsc::channel(CAPACITY);
        tokio::spawn(write(state.clone(), waiting, written, tellers));
        tokio::spawn(look(state.clone(), papers.clone(), stop.clone()));
        Ok(Self { papers: Some(papers) })
    }

    /// Takes an event in. Waits while too many notices are not written down yet.
    pub(in crate::api) async fn hear(&self, event: &RelayerEvent) {
        if let Some(news) = Notice::of_event(event, SystemTime::now()) {
            self.give(Paper::News(news)).await;
        }
    }

    /// A relayer begins on these chains.
    pub(in crate::api) async fn begin(&self, chains: Vec<u64>) {
        self.give(Paper::Begin(chains)).await;
    }

    async fn give(&self, paper: Paper) {
        if let Some(papers) = &self.papers {
            // It ends before those that it hears only when all end.
            drop(papers.send(paper).await);
        }
    }
}

/// Writes down what comes, many at a time, and has it told.
async fn write(
    state: Arc<State>,
    mut waiting: mpsc::Receiver<Paper>,
    written: watch::Sender<u64>,
    tellers: Vec<Teller>,
) {
    let stop = state.stop.clone();
    // Of several on one store, those that work write: each what happens on its chains.
    let mut active = state.active();
    if !matches!(stop.run_until_cancelled(active.wait_for(|is_active| *is_active)).await, Some(Ok(_))) {
        return;
    }
    let known = until_done(&stop, || settle(&state)).await;
    tellers.into_iter().for_each(|teller| drop(tokio::spawn(teller.run())));
    let mut papers = Vec::new();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            count = waiting.recv_many(&mut papers, AT_ONCE) => {
                if count == 0 {
                    return;
                }
            }
        }
        let mut news = Vec::with_capacity(papers.len());
        for paper in papers.drain(..) {
            match paper {
                Paper::News(one) => news.push(one),
                Paper::Begin(chains) if known == Some(true) => {
                    let missed = until_done(&stop, || unwritten(&state, &chains)).await;
                    news.extend(missed.unwrap_or_default());
                }
                Paper::Begin(_) => {}
            }
        }
        until_done(&stop, || state.store.post_news(&news)).await;
        written.send_modify(|count| *count += 1);
    }
}

/// Begins: a webhook that is new hears from now on. Returns whether there is one that is not.
async fn settle(state: &State) -> Result<bool, StoreError> {
    let newest = state.store.newest_news().await?;
    let mut is_known = false;
    for webhook in &state.config.webhooks {
        match state.store.news_position(webhook.key()).await? {
            Some(_) => is_known = true,
            None => state.store.set_news_position(webhook.key(), newest).await?,
        }
    }
    Ok(is_known)
}

/// What the last process may have been killed before it wrote it down. All else that happened meanwhile is read from the
/// chains, and told as it is; what was written before is not written again.
async fn unwritten(state: &State, chains: &[u64]) -> Result<Vec<NewNews>, StoreError> {
    let mut news = Vec::new();
    for chain_id in chains {
        let tip = state.store.window(*chain_id).await?.last().map_or(0, |tip| tip.number);
        let found = state.store.deliveries_since(*chain_id, tip.saturating_sub(UNWRITTEN), MOST).await?;
        news.extend(found.iter().map(|(hash, delivery)| {
            Notice::delivered(*hash, *chain_id, delivery.tx_hash, delivery.block_number, SystemTime::now())
        }));
    }
    Ok(news)
}

/// Tries it until it is done; `None` when all ends before.
async fn until_done<T, F: Future<Output = Result<T, StoreError>>>(
    stop: &CancellationToken,
    mut once: impl FnMut() -> F,
) -> Option<T> {
    loop {
        match once().await {
            Ok(done) => return Some(done),
            Err(error) => tracing::warn!(%error, "the store does not take what webhooks are to be told"),
        }
        stop.run_until_cancelled(sleep(PAUSE)).await?;
    }
}

/// Looks for messages that will soon be too old.
async fn look(state: Arc<State>, papers: mpsc::Sender<Paper>, stop: CancellationToken) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if !*state.telling().borrow() {
            continue;
        }
        let now = SystemTime::now();
        forget(&state, now).await;
        match expiring(&state, now).await {
            Ok(found) => {
                for news in found {
                    if papers.send(Paper::News(news)).await.is_err() {
                        return;
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "the store does not tell which messages expire"),
        }
    }
}

/// Forgets what was told long ago.
async fn forget(state: &State, now: SystemTime) {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let before = u64::try_from(since.as_millis()).unwrap_or_default().saturating_sub(KEEP_MS);
    if let Err(error) = state.store.forget_news(before).await {
        tracing::warn!(%error, "the store does not forget what webhooks were told");
    }
}
