use super::call_error::busy;
use bytes::Bytes;
use http::{
    HeaderValue, Method, Request, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use http_body_util::BodyExt;
use jsonrpsee_server::{
    HttpBody, HttpResponse,
    types::{ErrorCode, ErrorObject, ErrorObjectOwned, Id, Response, ResponsePayload},
};
use serde::Serialize;

/// The type that Prometheus asks for.
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";

pub(super) fn text(status: StatusCode, text: impl Into<String>) -> HttpResponse {
    response(status, "text/plain; charset=utf-8", text.into())
}

pub(super) fn metrics(text: String) -> HttpResponse {
    response(StatusCode::OK, PROMETHEUS, text)
}

pub(super) fn json(status: StatusCode, value: &impl Serialize) -> HttpResponse {
    match serde_json::to_string(value) {
        Ok(json) => response(status, "application/json", json),
        Err(error) => text(StatusCode::INTERNAL_SERVER_ERROR, error.to_string()),
    }
}

/// Makes an answer the refusal of a token.
pub(super) fn unauthorized(mut response: HttpResponse) -> HttpResponse {
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// An answer to whom wants none.
pub(super) fn no_content() -> HttpResponse {
    let mut response = HttpResponse::new(HttpBody::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

/// An answer to what is no request.
pub(super) fn invalid_request() -> HttpResponse {
    error(StatusCode::OK, ErrorObject::from(ErrorCode::InvalidRequest))
}

/// The answer to a body that is longer than what is read: it says nothing of a transaction, so nobody shall drop one for it.
pub(super) fn too_long(max: u32) -> HttpResponse {
    let refusal = busy(
        "body-too-long",
        format!("the request is longer than {max} bytes; try again with fewer entries"),
    );
    error(StatusCode::PAYLOAD_TOO_LARGE, refusal)
}

/// An error of JSON-RPC that belongs to no call.
fn error(status: StatusCode, error: ErrorObjectOwned) -> HttpResponse {
    json(status, &Response::new(ResponsePayload::<()>::error(error), Id::Null))
}

/// A request whose body is JSON.
pub(super) fn json_post(body: Bytes) -> Request<Bytes> {
    let mut request = Request::new(body);
    *request.method_mut() = Method::POST;
    request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    request
}

/// Writes the body of an answer anew, unless there is nothing to write.
pub(super) async fn with_body(
    answer: HttpResponse,
    write: impl FnOnce(&[u8]) -> Option<Bytes>,
) -> HttpResponse {
    let (mut parts, body) = answer.into_parts();
    let Ok(body) = body.collect().await else { return text(StatusCode::INTERNAL_SERVER_ERROR, "") };
    let body = body.to_bytes();
    let body = write(&body).unwrap_or(body);
    parts.headers.remove(CONTENT_LENGTH);
    HttpResponse::from_parts(parts, HttpBody::from(body.to_vec()))
}

fn response(status: StatusCode, content_type: &'static str, body: String) -> HttpResponse {
    let mut response = HttpResponse::new(HttpBody::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
