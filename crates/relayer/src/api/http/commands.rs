//! What changes something. All of it takes the token.

use std::sync::Arc;

use alloy::primitives::B256;
use axum::{
    Json,
    extract::{State as Shared, rejection::JsonRejection},
    http::{HeaderMap, StatusCode},
};
use causeway_store::StoreError;
use serde::{Deserialize, Serialize};

use super::{
    guard::authorize,
    query::{MessageHash, hash, of_body, source},
};
use crate::api::{Control, ControlFault, error::ApiError, state::State, view::Standing};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RelayBody {
    chain: String,
    transaction: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SkipBody {
    reason: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Taken {
    /// The messages that it is about.
    message_hashes: Vec<B256>,
}

type Answer = Result<(StatusCode, Json<Taken>), ApiError>;

pub(super) async fn retry(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    MessageHash(hash): MessageHash,
) -> Answer {
    authorize(&state, &headers)?;
    let record = state.store.message(hash).await.map_err(|error| ApiError::store(&error))?;
    if let Some(record) = record
        && state.standing(&record).await == Standing::Expired
    {
        let text = format!("message {hash} has expired: trying it again would not have it delivered");
        return Err(ApiError::new(StatusCode::CONFLICT, "expired", text)
            .with_hint("resendMessage on its source makes it young, and it is delivered then; where the messenger's version() is 2.x, \
                 expiry goes over L1"));
    }
    control(&state)?.retry(hash).await.map_err(refused)?;
    tracing::info!(message = %hash, "retried by request");
    Ok(taken(vec![hash]))
}

pub(super) async fn skip(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    MessageHash(hash): MessageHash,
    body: Result<Json<SkipBody>, JsonRejection>,
) -> Answer {
    authorize(&state, &headers)?;
    let Json(SkipBody { reason }) = body.map_err(|rejection| of_body(&rejection))?;
    control(&state)?.skip(hash, reason).await.map_err(refused)?;
    tracing::info!(message = %hash, "skipped by request");
    Ok(taken(vec![hash]))
}

pub(super) async fn relay(
    Shared(state): Shared<Arc<State>>,
    headers: HeaderMap,
    body: Result<Json<RelayBody>, JsonRejection>,
) -> Answer {
    authorize(&state, &headers)?;
    let Json(RelayBody { chain, transaction }) = body.map_err(|rejection| of_body(&rejection))?;
    let (chain, transaction) = (source("chain", &chain)?, hash("transaction", &transaction)?);
    let hashes = control(&state)?.relay(chain, transaction).await.map_err(refused)?;
    Ok(taken(hashes))
}

fn control(state: &State) -> Result<Arc<dyn Control>, ApiError> {
    state.present().control.ok_or_else(|| refused(ControlFault::Stopped))
}

/// What was asked for is written down; it happens when its turn comes.
fn taken(message_hashes: Vec<B256>) -> (StatusCode, Json<Taken>) {
    (StatusCode::ACCEPTED, Json(Taken { message_hashes }))
}

fn refused(fault: ControlFault) -> ApiError {
    let message = fault.to_string();
    match fault {
        ControlFault::Unknown { .. } => ApiError::not_found(message),
        ControlFault::NotRelayed { .. } => {
            ApiError::not_found(message).with_hint("GET /v1/routes lists the chains that are")
        }
        ControlFault::NoTransaction { .. } => ApiError::not_found(message)
            .with_hint("try again when it is in a block; GET /v1/routes says whether its chain is followed"),
        ControlFault::NotRead { .. } => ApiError::new(StatusCode::CONFLICT, "not-read", message).with_hint(
            "`causeway message relay` delivers it by hand; resendMessage on its source has it sent anew",
        ),
        ControlFault::Node { .. } => ApiError::new(StatusCode::BAD_GATEWAY, "node-unavailable", message)
            .with_hint("try again: nothing is concluded from it"),
        ControlFault::Store(StoreError::Reason { .. }) => ApiError::bad_request(message),
        ControlFault::Store(error) => ApiError::store(&error),
        ControlFault::StandingBy { .. } => {
            ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "standing-by", message)
                .with_hint("ask the one that works")
        }
        ControlFault::Stopped => ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "stopped", message)
            .with_hint("try again in a moment"),
    }
}
