use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::from_fn_with_state,
    routing::{get, post},
};

use super::{
    super::{error::ApiError, state::State},
    commands, costs, events, guard, messages, operations,
};

/// What is answered, and by whom. docs/relayer.openapi.json lists the same.
pub(in crate::api) fn router(state: &Arc<State>) -> Router {
    // Listening to events takes as long as it takes.
    let endless = Router::new().route("/v1/events", get(events::listen));
    let told = Router::new()
        .route("/v1/messages", get(messages::list))
        .route("/v1/messages/{hash}", get(messages::one))
        .route("/v1/routes", get(operations::routes))
        .route("/v1/signers", get(operations::signers))
        .route("/v1/costs", get(costs::costs))
        .layer(from_fn_with_state(state.clone(), guard::in_time))
        .merge(endless)
        // Before the layer, which has to see it: what asks for leave, asks by a method of its own.
        .method_not_allowed_fallback(other_method);
    // What others' pages may read, where some may, and nothing that changes anything.
    let told = match state.config.origins.layer() {
        Some(layer) => told.layer(layer),
        None => told,
    };
    let brief = Router::new()
        .route("/v1/messages/{hash}/retry", post(commands::retry))
        .route("/v1/messages/{hash}/skip", post(commands::skip))
        .route("/v1/relay", post(commands::relay))
        .route("/openapi.json", get(operations::openapi))
        .route("/health", get(operations::health))
        .route("/ready", get(operations::ready))
        .route("/metrics", get(operations::metrics))
        .layer(from_fn_with_state(state.clone(), guard::in_time));
    brief
        .merge(told)
        .fallback(async || {
            ApiError::new(StatusCode::NOT_FOUND, "no-such-path", "there is no such path")
                .with_hint("GET /openapi.json lists those that there are")
        })
        .method_not_allowed_fallback(other_method)
        .layer(DefaultBodyLimit::max(state.config.max_body_bytes))
        .layer(from_fn_with_state(state.clone(), guard::of_us))
        .with_state(state.clone())
}

async fn other_method() -> ApiError {
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "this path takes another method")
        .with_hint("GET /openapi.json lists the methods of every path")
}
