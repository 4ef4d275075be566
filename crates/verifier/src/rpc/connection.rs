use super::{
    ServerConfig,
    caller::Caller,
    gate::{Gate, Gates, Special},
    http::{json, metrics, no_content, text, unauthorized},
    peers::{Peers, Place},
    ready::Readiness,
};
use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use jsonrpsee_server::{
    BatchRequestConfig, ConnectionState, HttpResponse, Methods, PingConfig,
    http::response,
    middleware::rpc::{RpcService, RpcServiceBuilder},
    ws,
};
use std::{net::IpAddr, sync::Arc};
use tokio::sync::Semaphore;
use tokio_util::task::TaskTracker;

/// Units that the pages which cost something take from a caller.
const PAGE_UNITS: u32 = 10;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) gates: Arc<Gates>,
    pub(super) methods: Methods,
    pub(super) config: ServerConfig,
    pub(super) http: jsonrpsee_server::ServerConfig,
    pub(super) websocket: jsonrpsee_server::ServerConfig,
    pub(super) tasks: TaskTracker,
    /// One for each further connection, held until its last request or its WebSocket ends.
    pub(super) permits: Arc<Semaphore>,
    pub(super) peers: Arc<Peers>,
}

/// One connection of a peer.
#[derive(Clone, Debug)]
pub(super) struct Connection {
    pub(super) shared: Arc<Shared>,
    pub(super) peer: IpAddr,
    pub(super) state: ConnectionState,
    /// As long as the permit in `state`.
    pub(super) place: Arc<Place>,
}

/// How jsonrpsee is to serve: over HTTP, and over WebSocket.
pub(super) fn transports(config: &ServerConfig, max_response: u32) -> [jsonrpsee_server::ServerConfig; 2] {
    let builder = || {
        jsonrpsee_server::ServerConfig::builder()
            .max_request_body_size(config.max_body_bytes)
            .max_response_body_size(max_response)
            .set_batch_request_config(BatchRequestConfig::Limit(config.max_batch))
    };
    let websocket = builder()
        // This is also the limit of incoming messages.
        .max_response_body_size(config.max_body_bytes)
        .max_subscriptions_per_connection(config.max_subscriptions)
        .set_message_buffer_capacity(64)
        .enable_ws_ping(PingConfig::default());
    [builder().build(), websocket.build()]
}

impl Connection {
    /// Answers a request.
    pub(super) async fn respond(self, request: Request<Incoming>) -> HttpResponse {
        let service = &self.shared.gates.service;
        service.metrics.requested();
        let is_get = request.method() == Method::GET;
        let path = request.uri().path();
        if is_get && path == "/health" {
            return text(StatusCode::OK, "ok\n");
        }
        let config = &self.shared.config;
        let caller =
            Caller::of(self.peer, request.headers(), config.jwt_secret.as_ref(), config.trusted_proxy);
        let caller = match caller {
            Ok(caller) => caller,
            Err(error) => {
                tracing::debug!(peer = %self.peer, %error, "a token was refused");
                return unauthorized(text(StatusCode::UNAUTHORIZED, format!("{error}\n")));
            }
        };
        if is_get && matches!(path, "/ready" | "/metrics") {
            if !service.limiter.take(caller.key, PAGE_UNITS) {
                return text(StatusCode::TOO_MANY_REQUESTS, "rate limit exceeded\n");
            }
            return if path == "/ready" { self.ready() } else { self.metrics() };
        }
        if ws::is_upgrade_request(&request) {
            return self.upgrade(request, caller).await;
        }
        self.call(request, caller).await
    }

    fn metrics(&self) -> HttpResponse {
        let Shared { gates, permits, config, .. } = &*self.shared;
        let connections = config.max_connections.saturating_sub(permits.available_permits());
        metrics(gates.service.metrics.render(&gates.service.verifier, connections))
    }

    fn ready(&self) -> HttpResponse {
        let readiness = Readiness::of(&self.shared.gates.service.verifier.view());
        let status = if readiness.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
        json(status, &readiness)
    }

    /// JSON-RPC in the body of a request.
    async fn call(self, request: Request<Incoming>, caller: Caller) -> HttpResponse {
        let max = self.shared.config.max_body_bytes;
        let (parts, body) = request.into_parts();
        // What says itself that it is too long is not even received.
        if body.size_hint().lower() > u64::from(max) {
            return response::too_large(max);
        }
        let body = Limited::new(body, max as usize).collect();
        let body = match tokio::time::timeout(self.shared.config.body_timeout, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return response::too_large(max),
            Ok(Err(_)) => return response::malformed(),
            Err(_) => return text(StatusCode::REQUEST_TIMEOUT, "the body took too long\n"),
        };
        let request = Request::from_parts(parts, Full::<Bytes>::new(body));
        let Self { shared, state, .. } = self;
        let gates = shared.gates.clone();
        let gate = RpcServiceBuilder::new()
            .layer_fn(move |inner: RpcService| Gate::new(gates.clone(), caller, inner));
        let answer = jsonrpsee_server::http::call_with_service_builder(
            request,
            shared.http.clone(),
            state,
            shared.methods.clone(),
            gate,
        )
        .await;
        match answer.extensions().get::<Special>() {
            Some(Special::Unauthorized) => unauthorized(answer),
            Some(Special::NoContent) => no_content(),
            None => answer,
        }
    }

    /// JSON-RPC in the messages of a WebSocket.
    async fn upgrade(self, request: Request<Incoming>, caller: Caller) -> HttpResponse {
        let Self { shared, state, place, .. } = self;
        let gates = shared.gates.clone();
        let gate = RpcServiceBuilder::new()
            .layer_fn(move |inner: RpcService| Gate::new(gates.clone(), caller, inner));
        let upgraded =
            ws::connect(request, shared.websocket.clone(), shared.methods.clone(), state, gate).await;
        match upgraded {
            Ok((answer, connection)) => {
                shared.tasks.spawn(async move {
                    connection.await;
                    drop(place);
                });
                answer
            }
            Err(mut answer) => {
                *answer.status_mut() = StatusCode::BAD_REQUEST;
                answer
            }
        }
    }
}
