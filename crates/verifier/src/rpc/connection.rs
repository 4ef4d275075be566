use super::{
    ServerConfig,
    caller::Caller,
    gate::{Gate, Gates, Special},
    http::{invalid_request, json, json_post, metrics, no_content, text, too_long, unauthorized, with_body},
    ids,
    peers::{Peers, Place},
    ready::Readiness,
    subscriptions::Subscriptions,
};
use bytes::Bytes;
use http::{Method, Request, StatusCode, request::Parts};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use jsonrpsee_server::{
    BatchRequestConfig, ConnectionState, HttpResponse, Methods,
    http::response,
    middleware::rpc::{RpcService, RpcServiceBuilder},
};
use std::{net::IpAddr, sync::Arc, time::Duration};
use tokio::{sync::Semaphore, time::sleep};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long a caller without units waits for being told so: it shall not come back at once.
const TOO_FAST: Duration = Duration::from_millis(100);
/// Units that the pages which cost something take from a caller.
const PAGE_UNITS: u32 = 10;

/// What all connections share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) gates: Arc<Gates>,
    pub(super) methods: Methods,
    pub(super) config: ServerConfig,
    pub(super) transport: jsonrpsee_server::ServerConfig,
    pub(super) tasks: TaskTracker,
    /// Ends connections that do not end by themselves.
    pub(super) cut: CancellationToken,
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
    pub(super) _place: Arc<Place>,
    /// Lets the connection end after what is under way.
    pub(super) stop: CancellationToken,
}

/// How jsonrpsee is to read requests.
pub(super) fn transport(config: &ServerConfig, max_response: u32) -> jsonrpsee_server::ServerConfig {
    jsonrpsee_server::ServerConfig::builder()
        .max_request_body_size(config.max_body_bytes)
        .max_response_body_size(max_response)
        .set_batch_request_config(BatchRequestConfig::Limit(config.max_batch))
        .build()
}

impl Connection {
    /// Answers a request.
    pub(super) async fn respond(self, request: Request<Incoming>) -> HttpResponse {
        let service = &self.shared.gates.service;
        service.metrics.requested();
        let is_get = matches!(*request.method(), Method::GET | Method::HEAD);
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
        if hyper_tungstenite::is_upgrade_request(&request) {
            return self.upgrade(request, caller);
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
            return too_long(max);
        }
        let body = Limited::new(body, max as usize).collect();
        let body = match tokio::time::timeout(self.shared.config.body_timeout, body).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => return too_long(max),
            Ok(Err(_)) => return response::malformed(),
            Err(_) => return text(StatusCode::REQUEST_TIMEOUT, "the body took too long\n"),
        };
        let answer = self.answer(parts, body, caller, None).await;
        match answer.extensions().get::<Special>() {
            Some(Special::Unauthorized) => unauthorized(answer),
            Some(Special::NoContent) => no_content(),
            Some(Special::TooFast) | None => answer,
        }
    }

    /// JSON-RPC that came in a message of a WebSocket.
    pub(super) async fn dispatch(
        self,
        message: Bytes,
        caller: Caller,
        subscriptions: Subscriptions,
    ) -> HttpResponse {
        let (parts, message) = json_post(message).into_parts();
        self.answer(parts, message, caller, Some(subscriptions)).await
    }

    async fn answer(
        self,
        parts: Parts,
        body: Bytes,
        caller: Caller,
        subscriptions: Option<Subscriptions>,
    ) -> HttpResponse {
        let Some((body, ids)) = ids::replace(&body, self.shared.config.max_batch) else {
            let request = Request::from_parts(parts, Full::new(body.clone()));
            let answer = self.give(request, caller, subscriptions).await;
            return match answer.extensions().get() {
                Some(Special::NoContent) if ids::is_invalid(&body) => invalid_request(),
                _ => answer,
            };
        };
        let answer = self.give(Request::from_parts(parts, Full::new(body)), caller, subscriptions).await;
        with_body(answer, |body| ids.restore(body)).await
    }

    async fn give(
        self,
        request: Request<Full<Bytes>>,
        caller: Caller,
        subscriptions: Option<Subscriptions>,
    ) -> HttpResponse {
        let Self { shared, state, .. } = self;
        let gates = shared.gates.clone();
        let gate = RpcServiceBuilder::new().layer_fn(move |inner: RpcService| {
            Gate::new(gates.clone(), caller, inner).with_subscriptions(subscriptions.clone())
        });
        let (transport, methods) = (shared.transport.clone(), shared.methods.clone());
        let answer =
            jsonrpsee_server::http::call_with_service_builder(request, transport, state, methods, gate).await;
        if let Some(Special::TooFast) = answer.extensions().get() {
            sleep(TOO_FAST).await;
        }
        answer
    }
}
