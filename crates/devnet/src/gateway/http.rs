use super::{
    Fault,
    effects::Clock,
    handler::{Course, Handler},
    upstream::UpstreamError,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};

/// The largest request body: that of the largest WebSocket message, many times what a node takes by default.
pub(super) const MAX_BODY: usize = 64 << 20;

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
    match parts.method {
        // The node has a few pages to read; nothing enters it by this way.
        Method::GET | Method::HEAD => proxy(handler, parts, Bytes::new(), Clock::default()).await,
        Method::POST => match to_bytes(body, MAX_BODY).await {
            Ok(message) => handle_message(handler, parts, message).await,
            Err(_) => {
                let fault = Fault::invalid_request("the body is too large or did not arrive whole");
                json(StatusCode::PAYLOAD_TOO_LARGE, fault.answer("null"))
            }
        },
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

async fn handle_message(handler: &Handler, parts: Parts, message: Bytes) -> Response {
    match handler.course(&message, false).await {
        Course::Forward(clock) => proxy(handler, parts, message, clock).await,
        Course::Answer(answer) => reply(answer),
        Course::Partial { partial, clock } => match handler.divide(partial, clock).await {
            Ok(answer) => reply(answer),
            Err(error) => json(StatusCode::BAD_GATEWAY, handler.silence(&error)),
        },
    }
}

/// Passes a request on as it is, and the response back as it is.
async fn proxy(handler: &Handler, parts: Parts, body: Bytes, clock: Clock) -> Response {
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{}{path}", handler.node.http_url());
    let request =
        handler.node.client().request(parts.method, url).headers(end_to_end(parts.headers)).body(body);
    match handler.clock.around(clock, request.send()).await {
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
            json(StatusCode::BAD_GATEWAY, handler.silence(&error))
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

fn reply(answer: Option<String>) -> Response {
    // As the node does for notifications.
    answer.map_or_else(|| StatusCode::NO_CONTENT.into_response(), |answer| json(StatusCode::OK, answer))
}

fn json(status: StatusCode, body: String) -> Response {
    (status, [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], body).into_response()
}
