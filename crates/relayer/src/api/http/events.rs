//! Server-sent events: what happens, as it happens, and what happened while a listener was away, as far as that is remembered.

use std::{convert::Infallible, sync::Arc, time::Duration};

use axum::{
    extract::State as Shared,
    http::{HeaderMap, StatusCode},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures::{Stream, stream};
use serde_json::json;
use tokio::sync::watch;

use crate::api::{error::ApiError, journal::Resumed, state::State, streams::StreamPlace};

/// How often a listener is told that there is nothing new.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How many events are taken at once.
const BATCH: usize = 64;

/// Where a listener is.
struct Listener {
    state: Arc<State>,
    /// The last event that it was given, or was told to have missed.
    position: u64,
    /// What is to be told before anything else: the listener comes from another run.
    anew: bool,
    ready: std::vec::IntoIter<Event>,
    newest: watch::Receiver<u64>,
    place: StreamPlace,
}

pub(super) async fn listen(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let Some(place) = state.streams.enter(&state.stop) else {
        let message = "as many listen to events as may";
        return Err(ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "too-many-listeners", message)
            .with_hint("try again when one of them has gone"));
    };
    let last_id = headers.get("last-event-id").map(|id| id.to_str().unwrap_or_default());
    let newest = state.journal.watch();
    let (position, anew) = match state.journal.resume(last_id) {
        Resumed::After(position) => (position, false),
        Resumed::Anew(position) => (position, true),
    };
    let listener = Listener { state, position, anew, ready: Vec::new().into_iter(), newest, place };
    let keep_alive = KeepAlive::new().interval(KEEP_ALIVE);
    Ok(Sse::new(events(listener)).keep_alive(keep_alive).into_response())
}

/// The events, one after the other. Nothing waits in a queue for a listener that is slow: it misses some, and is told.
fn events(listener: Listener) -> impl Stream<Item = Result<Event, Infallible>> {
    stream::unfold(listener, |mut listener| async move {
        loop {
            if listener.place.ended().is_cancelled() {
                return None;
            }
            if let Some(event) = listener.ready.next() {
                return Some((Ok(event), listener));
            }
            // Before looking, so that what comes meanwhile is noticed.
            listener.newest.mark_unchanged();
            listener.fill();
            if listener.ready.len() == 0 {
                let ended = listener.place.ended().clone();
                ended.run_until_cancelled(listener.newest.changed()).await?.ok()?;
            }
        }
    })
}

impl Listener {
    /// Takes what is there.
    fn fill(&mut self) {
        let mut events = Vec::new();
        if std::mem::take(&mut self.anew) {
            // Nobody knows how many.
            events.push(self.gap(None));
        }
        let batch = self.state.journal.after(self.position, BATCH);
        if batch.missed > 0 {
            self.position += batch.missed;
            events.push(self.gap(Some(batch.missed)));
        }
        for entry in batch.entries {
            self.position = entry.number;
            let id = self.state.journal.id(entry.number);
            events.push(Event::default().id(id).event(entry.name).data(&entry.data));
        }
        self.ready = events.into_iter();
    }

    fn gap(&self, missed: Option<u64>) -> Event {
        let data = json!({ "event": "gap", "missed": missed }).to_string();
        Event::default().id(self.state.journal.id(self.position)).event("gap").data(data)
    }
}
