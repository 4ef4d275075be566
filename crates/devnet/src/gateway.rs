//! The port that users of a chain see: HTTP and WebSocket, in front of the chain's node.

mod admission;
mod clock;
mod custody;
mod effects;
mod envelope;
mod fault;
mod fees;
#[cfg(feature = "fuzzing")]
pub(crate) mod fuzzing;
mod handler;
mod history;
mod http;
mod json;
mod log_cache;
mod outbox;
mod plan;
mod price;
mod quantity;
mod questions;
mod rebirth;
mod refusal;
mod second;
mod sends;
mod simulation;
mod source;
mod terms;
mod traffic;
mod transaction;
mod triage;
mod turns;
mod upstream;
mod ws;

pub(crate) use admission::{Admission, Rules};
pub(crate) use clock::{ChainClock, until_off_the_turn};
pub(crate) use handler::Handler;
pub(crate) use source::Source;
pub(crate) use upstream::{Upstream, UpstreamError, client};

use crate::cors;
use axum::{
    extract::{FromRequestParts, Request, WebSocketUpgrade},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use causeway_service::{Place, Room};
use fault::Fault;
use refusal::Refusal;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::{Layer, service_fn};

#[derive(Clone, Debug)]
struct Gateway {
    handler: Arc<Handler>,
    room: Room,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Serves a chain on a port until told to stop.
pub(crate) fn serve(
    listener: TcpListener,
    handler: Handler,
    room: Room,
    stop: CancellationToken,
    tasks: &TaskTracker,
) {
    let handler = Arc::new(handler);
    tasks.spawn(custody::watch(
        handler.custody.clone(),
        handler.node.clone(),
        handler.admission.clone(),
        stop.clone(),
    ));
    // Elsewhere nothing depends on when a block comes.
    if handler.admission.is_some() {
        tasks.spawn(clock::watch(handler.clock.clone(), stop.clone()));
    }
    let gateway = Gateway { handler, room: room.clone(), stop: stop.clone(), tasks: tasks.clone() };
    let gateway = Arc::new(gateway);
    // No router: there is one address, and each request would be boxed for it several times.
    let service = cors::everybody().layer(service_fn(move |request| {
        let gateway = gateway.clone();
        async move { Ok(entry(&gateway, request).await) }
    }));
    tasks.spawn(causeway_service::serve(listener, service, room, stop, tasks.clone()));
}

async fn entry(gateway: &Gateway, request: Request) -> Response {
    // Some HTTP clients offer an upgrade to HTTP/2 with each request.
    let upgrade = request.headers().get(header::UPGRADE);
    if !upgrade.is_some_and(|to| to.as_bytes().eq_ignore_ascii_case(b"websocket")) {
        return http::handle(&gateway.handler, request).await;
    }
    let (mut parts, _) = request.into_parts();
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, gateway).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    match parts.extensions.get::<Place>().and_then(|place| gateway.room.stay(place)) {
        Some(place) => {
            ws::accept(upgrade, gateway.handler.clone(), gateway.stop.clone(), &gateway.tasks, place)
        }
        None => (StatusCode::SERVICE_UNAVAILABLE, "there are too many WebSockets\n").into_response(),
    }
}
