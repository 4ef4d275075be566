use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use causeway_store::{NewNews, News, StoreError};
use reqwest::{Client, header::CONTENT_TYPE, redirect::Policy};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{Webhook, notice::id_of, signature::signature};
use crate::api::state::State;

/// How many notices are read at once.
const PAGE: u32 = 32;
/// The longest wait between two tries.
const LONGEST: Duration = Duration::from_secs(300);
/// How long to wait for a store that does not answer, and for news that nobody told of.
const PAUSE: Duration = Duration::from_secs(30);
/// How often is looked for news that others on the same store wrote.
const LOOK: Duration = Duration::from_secs(1);
/// After how many failed tries in sequence a webhook counts as one that does not take what it is told.
const UNWELL: u32 = 3;

/// Tells one webhook everything, in order, each until it was taken: beside everything else, and however long that takes.
pub(super) struct Teller {
    webhook: Webhook,
    client: Client,
    state: Arc<State>,
    /// How many tries in sequence have failed.
    failed: u32,
    /// Changes when there are news.
    news: watch::Receiver<u64>,
    stop: CancellationToken,
}

/// How telling ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Told {
    Taken,
    /// It was tried for as long as is tried.
    GivenUp,
    Stopped,
}

impl Teller {
    pub(super) fn new(
        webhook: Webhook,
        state: Arc<State>,
        news: watch::Receiver<u64>,
        stop: CancellationToken,
    ) -> Result<Self, reqwest::Error> {
        // A redirect is refused: what is signed for one place is sent to no other.
        let client =
            Client::builder().redirect(Policy::none()).timeout(webhook.timeout).no_proxy().build()?;
        Ok(Self { webhook, client, state, failed: 0, news, stop })
    }

    /// Tells until told to stop.
    pub(super) async fn run(mut self) {
        let mut telling = self.state.telling();
        let pause = if self.state.store.is_shared() { LOOK } else { PAUSE };
        while !self.stop.is_cancelled() {
            // Of several on one store, one tells.
            match self.stop.run_until_cancelled(telling.wait_for(|is_telling| *is_telling)).await {
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return,
            }
            let told = self.tell_page().await;
            match told {
                Ok(0) => {
                    tokio::select! {
                        () = self.stop.cancelled() => return,
                        _ = self.news.changed() => {}
                        () = sleep(pause) => {}
                    }
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(webhook = %self.webhook, %error, "the store does not give what is to be told");
                    self.pause(PAUSE).await;
                }
            }
        }
    }

    /// Tells what is there; returns how much that was.
    async fn tell_page(&mut self) -> Result<usize, StoreError> {
        let (store, key) = (self.state.store.clone(), self.webhook.key());
        let position = store.news_position(key).await?.unwrap_or_default();
        let page = store.news_after(position, PAGE).await?;
        for News { id, news } in &page {
            if !*self.state.telling().borrow() {
                break;
            }
            match self.tell(news).await {
                Told::Taken => self.state.metrics.webhook("told").increment(1),
                Told::GivenUp => self.state.metrics.webhook("dropped").increment(1),
                Told::Stopped => return Ok(page.len()),
            }
            // Not before: whoever is killed here tells it once more.
            store.set_news_position(key, *id).await?;
        }
        Ok(page.len())
    }

    async fn tell(&mut self, news: &NewNews) -> Told {
        let mut wait = self.webhook.first_retry;
        loop {
            let Some(sent) = self.stop.run_until_cancelled(self.post(news)).await else {
                return Told::Stopped;
            };
            let Err(reason) = sent else {
                if self.recover() {
                    tracing::info!(webhook = %self.webhook, "the webhook takes again what it is told");
                }
                return Told::Taken;
            };
            if !*self.state.active().borrow() {
                // The one that works tells it, and what comes behind.
                self.recover();
                return Told::Stopped;
            }
            self.state.metrics.webhook("failed").increment(1);
            self.fail(&reason);
            let id = id_of(news);
            let age = now_ms().saturating_sub(news.created_ms);
            if u128::from(age) > self.webhook.keep.as_millis() {
                tracing::warn!(webhook = %self.webhook, id, reason, "not told: it was tried for too long");
                return Told::GivenUp;
            }
            tracing::debug!(webhook = %self.webhook, id, reason, ?wait, "not told, and tried again");
            self.pause(wait).await;
            wait = (wait * 2).min(LONGEST);
        }
    }

    /// A try has failed. It is said once of a webhook, not of each try.
    fn fail(&mut self, reason: &str) {
        self.failed = self.failed.saturating_add(1);
        if self.failed == UNWELL {
            self.state.metrics.webhooks_unwell().increment(1);
            tracing::warn!(webhook = %self.webhook, reason, "the webhook does not take what it is told: it is tried again");
        }
    }

    /// It takes what it is told, or that is another relayer's from here on. Returns whether it did not take it before.
    fn recover(&mut self) -> bool {
        let was_unwell = std::mem::take(&mut self.failed) >= UNWELL;
        if was_unwell {
            self.state.metrics.webhooks_unwell().decrement(1);
        }
        was_unwell
    }

    /// Sends it once. The error says nothing of the URL.
    async fn post(&self, news: &NewNews) -> Result<(), String> {
        let (id, timestamp) = (id_of(news), now_ms() / 1_000);
        let request = self
            .client
            .post(self.webhook.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", &id)
            .header("webhook-timestamp", timestamp.to_string())
            .header("webhook-signature", signature(self.webhook.secret(), &id, timestamp, &news.body))
            .body(news.body.clone());
        let response = request.send().await.map_err(|error| reason_of(&error.without_url()))?;
        let status = response.status();
        if status.is_success() { Ok(()) } else { Err(format!("it answers with {status}")) }
    }

    async fn pause(&self, time: Duration) {
        // Whoever is told to stop looks at that next.
        let _ = self.stop.run_until_cancelled(sleep(time)).await;
    }
}

/// An error with what caused it: the first line alone is that a request failed.
fn reason_of(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}
