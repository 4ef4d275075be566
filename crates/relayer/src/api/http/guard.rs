//! What stands before the endpoints.

use std::sync::Arc;

use axum::{
    extract::{Request, State as Shared},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use tokio::time::timeout;

use crate::api::{error::ApiError, state::State};

/// Only requests that name us are answered, and none for longer in a browser than it takes.
pub(super) async fn of_us(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    state.metrics.requested();
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    // Who only asks whether the process lives learns nothing, and often asks by a name of its own.
    let mut response = if request.uri().path() == "/health" || state.config.hosts.admits(host) {
        next.run(request).await
    } else {
        ApiError::new(
            StatusCode::FORBIDDEN,
            "host-not-allowed",
            "this is not the host that the request names",
        )
        .with_hint("use the address, or name the host to the relayer with --api-host")
        .into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// No answer takes longer than is allowed.
pub(super) async fn in_time(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    timeout(state.config.request_timeout, next.run(request)).await.unwrap_or_else(|_| {
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "too-slow", "the answer took too long")
            .with_hint("try again, or ask for less at once")
            .into_response()
    })
}

/// Whether the caller may change something.
pub(super) fn authorize(state: &State, headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(token) = &state.config.token else {
        let message = "this relayer takes no commands: it was started without a token";
        return Err(ApiError::new(StatusCode::FORBIDDEN, "commands-off", message).with_hint(
            "start it with --api-token-file FILE, and send `Authorization: Bearer` with what is in it",
        ));
    };
    let shown = headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
    if shown.is_some_and(|shown| token.admits(shown)) {
        return Ok(());
    }
    let message = if shown.is_some() { "the token is not this relayer's" } else { "this takes a token" };
    Err(ApiError::new(StatusCode::UNAUTHORIZED, "unauthorized", message)
        .with_hint("send `Authorization: Bearer` with what is in the relayer's --api-token-file"))
}
