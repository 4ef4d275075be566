use crate::{Network, cors};
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The admin API: `/health`, `/ready` and `/network`.
///
/// It answers from the moment that a devnet starts, and is ready when the devnet is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Admin {
    network: Arc<OnceLock<String>>,
    /// What is wrong with chains, by their ids.
    troubles: Arc<Mutex<BTreeMap<u64, String>>>,
}

impl Admin {
    pub(crate) fn serve(&self, listener: TcpListener, stop: CancellationToken, tasks: &TaskTracker) {
        let router = Router::new()
            .route("/health", get(async || "OK"))
            .route("/ready", get(ready))
            .route("/network", get(network))
            .layer(cors::everybody())
            .with_state(self.clone());
        tasks.spawn(async move {
            axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await
        });
    }

    /// Every chain answers.
    pub(crate) fn set_ready(&self, network: &Network) -> Result<(), serde_json::Error> {
        let json = serde_json::to_string_pretty(network)?;
        let _ = self.network.set(json);
        Ok(())
    }

    /// Something is wrong with a chain, or no longer.
    pub(crate) fn set_trouble(&self, chain_id: u64, trouble: Option<String>) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        match trouble {
            Some(trouble) => troubles.insert(chain_id, trouble),
            None => troubles.remove(&chain_id),
        };
    }
}

async fn ready(State(admin): State<Admin>) -> Response {
    if admin.network.get().is_none() {
        return starting();
    }
    let troubles = admin.troubles.lock().unwrap_or_else(PoisonError::into_inner);
    match troubles.values().cloned().collect::<Vec<_>>() {
        none if none.is_empty() => "OK".into_response(),
        troubles => (StatusCode::SERVICE_UNAVAILABLE, troubles.join("\n")).into_response(),
    }
}

async fn network(State(admin): State<Admin>) -> Response {
    match admin.network.get() {
        Some(json) => ([(header::CONTENT_TYPE, "application/json")], json.clone()).into_response(),
        None => starting(),
    }
}

fn starting() -> Response {
    (StatusCode::SERVICE_UNAVAILABLE, "starting").into_response()
}
