use crate::Network;
use axum::{
    Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use std::sync::{Arc, OnceLock};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The admin API: `/health`, `/ready` and `/network`.
///
/// It answers from the moment that a devnet starts, and is ready when the devnet is.
#[derive(Clone, Debug, Default)]
pub(crate) struct Admin {
    network: Arc<OnceLock<String>>,
}

impl Admin {
    pub(crate) fn serve(&self, listener: TcpListener, stop: CancellationToken, tasks: &TaskTracker) {
        let router = Router::new()
            .route("/health", get(async || "OK"))
            .route("/ready", get(ready))
            .route("/network", get(network))
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
}

async fn ready(State(admin): State<Admin>) -> Response {
    match admin.network.get() {
        Some(_) => "OK".into_response(),
        None => starting(),
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
