//! Reading what is asked for, with errors that say what is wrong.

use std::str::FromStr;

use alloy::primitives::{Address, B256, U256};
use axum::{
    extract::{FromRequestParts, Path, Query, rejection::JsonRejection},
    http::{StatusCode, request::Parts},
};
use causeway_interop::parse_chain_id;
use serde::de::DeserializeOwned;

use crate::api::error::ApiError;

/// The parameters behind the question mark. Those that nobody knows are refused: a filter that was mistyped would show
/// everything.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        Query::try_from_uri(&parts.uri)
            .map(|Query(asked)| Self(asked))
            .map_err(|error| ApiError::bad_request(format!("the query does not read: {}", error.body_text())))
    }
}

/// The message that a path names.
pub(super) struct MessageHash(pub(super) B256);

impl<S: Send + Sync> FromRequestParts<S> for MessageHash {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Path(text) = Path::<String>::from_request_parts(parts, state)
            .await
            .map_err(|error| ApiError::bad_request(error.body_text()))?;
        hash("the message hash", &text).map(Self)
    }
}

pub(super) fn hash(what: &str, text: &str) -> Result<B256, ApiError> {
    if !text.starts_with("0x") {
        return Err(ApiError::bad_request(format!("{what} is not 0x and 64 hex digits")));
    }
    read(what, "0x and 64 hex digits", text)
}

pub(super) fn address(what: &str, text: &str) -> Result<Address, ApiError> {
    read(what, "0x and 40 hex digits", text)
}

pub(super) fn chain(what: &str, text: &str) -> Result<U256, ApiError> {
    parse_chain_id(text)
        .map_err(|_| ApiError::bad_request(format!("{what} is not the id of a chain: {text:?}")))
}

/// The id of a chain that something is sent from.
pub(super) fn source(what: &str, text: &str) -> Result<u64, ApiError> {
    let id = chain(what, text)?;
    u64::try_from(id)
        .map_err(|_| ApiError::bad_request(format!("{what} is larger than the id of any source here")))
}

/// A number that the store can compare with, such as a timestamp.
pub(super) fn number(what: &str, text: &str) -> Result<u64, ApiError> {
    let number = text.parse().ok().filter(|number| i64::try_from(*number).is_ok());
    number.ok_or_else(|| ApiError::bad_request(format!("{what} is not a number: {text:?}")))
}

fn read<T: FromStr>(what: &str, form: &str, text: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| ApiError::bad_request(format!("{what} is not {form}: {text:?}")))
}

/// Why the body of a request is of no use.
pub(super) fn of_body(rejection: &JsonRejection) -> ApiError {
    let status = rejection.status();
    let code = match status {
        StatusCode::PAYLOAD_TOO_LARGE => "body-too-long",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "not-json",
        _ => "bad-request",
    };
    let status = if status == StatusCode::UNPROCESSABLE_ENTITY { StatusCode::BAD_REQUEST } else { status };
    ApiError::new(status, code, format!("the body does not read: {}", rejection.body_text()))
}
