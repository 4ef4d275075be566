//! The port that users of a chain see: HTTP and WebSocket, in front of the chain's node.

mod batch;
mod clock;
mod decision;
mod effects;
mod envelope;
mod fault;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod handler;
mod http;
mod log_cache;
mod quantity;
mod refusal;
mod screen;
mod source;
mod strict;
mod transaction;
mod upstream;
mod ws;

pub(crate) use clock::ChainClock;
pub(crate) use handler::Handler;
pub(crate) use screen::Screen;
pub(crate) use source::Source;
pub(crate) use upstream::{Upstream, UpstreamError, client};

use axum::{
    Router,
    extract::{FromRequestParts, Request, State, WebSocketUpgrade},
    http::header,
    response::{IntoResponse, Response},
    serve::ListenerExt,
};
use fault::Fault;
use refusal::Refusal;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::cors::CorsLayer;

#[derive(Clone, Debug)]
struct Gateway {
    handler: Arc<Handler>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Serves a chain on a port until told to stop.
pub(crate) fn serve(listener: TcpListener, handler: Handler, stop: CancellationToken, tasks: &TaskTracker) {
    let gateway = Gateway { handler: Arc::new(handler), stop: stop.clone(), tasks: tasks.clone() };
    let router = Router::new().fallback(entry).layer(CorsLayer::permissive()).with_state(gateway);
    let listener = listener.tap_io(|stream| {
        // Small answers must not wait for the acknowledgement of earlier ones.
        let _ = stream.set_nodelay(true);
    });
    tasks.spawn(
        async move { axum::serve(listener, router).with_graceful_shutdown(stop.cancelled_owned()).await },
    );
}

async fn entry(State(gateway): State<Gateway>, request: Request) -> Response {
    // Some HTTP clients offer an upgrade to HTTP/2 with each request.
    let upgrade = request.headers().get(header::UPGRADE);
    if !upgrade.is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return http::handle(&gateway.handler, request).await;
    }
    let (mut parts, _) = request.into_parts();
    match WebSocketUpgrade::from_request_parts(&mut parts, &gateway).await {
        Ok(upgrade) => ws::accept(upgrade, gateway.handler, gateway.stop, &gateway.tasks),
        Err(rejection) => rejection.into_response(),
    }
}
