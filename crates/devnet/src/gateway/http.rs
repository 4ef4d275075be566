use super::{
    Fault,
    effects::Effects,
    handler::{Course, Handler},
    history::explained,
    plan::Tag,
    upstream::UpstreamError,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

/// The largest request body: that of the largest WebSocket message, many times what a node takes by default.
pub(super) const MAX_BODY: usize = 64 << 20;
/// How long a request's body may take to arrive.
const BODY_TIME: Duration = Duration::from_secs(60);

/// How long a node may take to show that it is there.
const HEALTH_TIME: Duration = Duration::from_secs(5);

/// The content types of JSON-RPC, as geth has them.
const CONTENT_TYPES: [&str; 3] = ["application/json", "application/json-rpc", "application/jsonrequest"];

/// How many bytes an answer may have that is read before it is passed on.
const SHORT: u64 = 2048;

/// What concerns one connection only, or is set anew for the next one.
const HOP_BY_HOP: [header::HeaderName; 10] = [
    header::CONNECTION,
    header::HOST,
    header::CONTENT_LENGTH,
    header::EXPECT,
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Handles a request that is no WebSocket upgrade.
pub(super) async fn handle(handler: &Handler, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    match (&parts.method, parts.uri.path()) {
        // As geth does for those who only look whether somebody is there.
        (&Method::GET | &Method::HEAD, "/") => StatusCode::OK.into_response(),
        (&Method::GET | &Method::HEAD, "/health") => health(handler).await,
        // The node has a few pages to read; nothing enters it by this way.
        (&Method::GET | &Method::HEAD, _) => page(handler, parts).await,
        (&Method::POST, "/") if !is_json_rpc(&parts.headers) => {
            let why = format!("invalid content type, only {} is supported\n", CONTENT_TYPES[0]);
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, why).into_response()
        }
        (&Method::POST, "/") => match timeout(BODY_TIME, to_bytes(body, MAX_BODY)).await {
            Ok(Ok(message)) => handle_message(handler, message).await,
            Ok(Err(_)) => {
                let fault = Fault::invalid_request("the body is too large or did not arrive whole");
                json(StatusCode::PAYLOAD_TOO_LARGE, fault.answer("null"))
            }
            Err(_) => (StatusCode::REQUEST_TIMEOUT, "the body took too long\n").into_response(),
        },
        (&Method::POST, _) => StatusCode::NOT_FOUND.into_response(),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// The same for every message, whatever is in it: what a page can send without asking is not JSON-RPC.
fn is_json_rpc(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let content_type = content_type.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    CONTENT_TYPES.iter().any(|known| known.eq_ignore_ascii_case(content_type))
}

async fn health(handler: &Handler) -> Response {
    match timeout(HEALTH_TIME, handler.node.call::<String>("eth_chainId", json!([]))).await {
        Ok(Ok(_)) => "OK".into_response(),
        Ok(Err(error)) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")).into_response(),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the node does not answer\n").into_response(),
    }
}

async fn handle_message(handler: &Handler, message: Bytes) -> Response {
    match handler.course(&message, Tag::None).await {
        Course::Forward { effects, sends, .. } if sends.is_empty() => {
            forward(handler, message, effects).await
        }
        Course::Forward { effects, sends, .. } => match handler.post_whole(message, effects, &sends).await {
            Ok(answer) if answer.is_empty() => StatusCode::NO_CONTENT.into_response(),
            Ok(answer) => json(StatusCode::OK, answer),
            Err(error) => json(StatusCode::BAD_GATEWAY, handler.silence(&error).answer("null")),
        },
        Course::Answer(answer) => json(StatusCode::OK, answer),
        Course::Plan { plan, .. } => match handler.carry_out(plan, Tag::None).await {
            Ok(Some(answer)) => json(StatusCode::OK, answer),
            // As the node does for notifications.
            Ok(None) => StatusCode::NO_CONTENT.into_response(),
            Err(answer) => json(StatusCode::BAD_GATEWAY, answer),
        },
    }
}

/// Passes a message on as it is, and the answer back as it is.
async fn forward(handler: &Handler, message: Bytes, effects: Effects) -> Response {
    let sent = handler.node.client().execute(handler.node.request(message));
    let response = handler.around(effects, sent).await;
    match response {
        Ok(response) if response.content_length().is_some_and(|length| length <= SHORT) => {
            short_answer(handler, response).await
        }
        response => answer(handler, response),
    }
}

/// Passes on an answer that may be an error with words of which there are better ones.
async fn short_answer(handler: &Handler, response: reqwest::Response) -> Response {
    let status = response.status();
    match response.bytes().await {
        Ok(bytes) => {
            let better = std::str::from_utf8(&bytes).ok().and_then(explained);
            let body = better.map_or_else(|| Body::from(bytes), Body::from);
            (status, [(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPES[0]))], body)
                .into_response()
        }
        Err(error) => answer(handler, Err(error)),
    }
}

/// Passes on a request for a page.
async fn page(handler: &Handler, parts: Parts) -> Response {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{}{path}", handler.node.http_url());
    let request = handler.node.client().request(parts.method, url).headers(end_to_end(parts.headers));
    answer(handler, request.send().await)
}

fn answer(handler: &Handler, response: Result<reqwest::Response, reqwest::Error>) -> Response {
    match response {
        Ok(response) => {
            let (parts, body) = axum::http::Response::<reqwest::Body>::from(response).into_parts();
            let mut response = Response::new(Body::new(body));
            *response.status_mut() = parts.status;
            *response.headers_mut() = end_to_end(parts.headers);
            response
        }
        Err(source) => {
            let error =
                UpstreamError::Transport { chain_id: handler.node.chain_id(), source: source.without_url() };
            json(StatusCode::BAD_GATEWAY, handler.silence(&error).answer("null"))
        }
    }
}

fn end_to_end(mut headers: HeaderMap) -> HeaderMap {
    for name in &HOP_BY_HOP {
        headers.remove(name);
    }
    headers.remove("keep-alive");
    headers.remove("http2-settings");
    headers
}

fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPES[0]))], body.into())
        .into_response()
}
