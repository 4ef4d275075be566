use super::MAX_ANSWER;
use crate::Endpoint;
use alloy::{
    rpc::json_rpc::{Id, RequestPacket, ResponsePacket},
    transports::{
        TransportError, TransportErrorKind, TransportFut, TransportResult,
        http::reqwest::{
            Client, Error, Response, StatusCode,
            header::{CONTENT_TYPE, HeaderMap, RETRY_AFTER},
            redirect,
        },
    },
};
use std::{
    task::{Context, Poll},
    time::{Duration, SystemTime},
};
use tower::Service;

/// The most memory that is set aside because a node announces a long answer.
const TRUSTED_LENGTH: usize = 8 * 1024 * 1024;

/// JSON-RPC over HTTP. alloy's own transport puts the URL, and with it the credential, into its tracing spans.
#[derive(Clone)]
pub(crate) struct HttpTransport {
    client: Client,
    endpoint: Endpoint,
}

impl HttpTransport {
    pub(crate) fn new(endpoint: Endpoint, connect_timeout: Duration) -> Result<Self, String> {
        let mut client =
            Client::builder().connect_timeout(connect_timeout).redirect(redirect::Policy::none());
        if endpoint.is_loopback() {
            // A proxy on the way out of the company knows nothing about a node on this machine.
            client = client.no_proxy();
            if endpoint.url().scheme() == "http" {
                // Nothing will ever be checked against the roots of the system, and to read them takes a while.
                client = client.tls_certs_only([]);
            }
        }
        let client = client.build().map_err(|error| describe(error, &endpoint))?;
        Ok(Self { client, endpoint })
    }

    async fn send(self, request: RequestPacket) -> TransportResult<ResponsePacket> {
        let id = request.as_single().map(|request| request.id().clone());
        let body = request.serialize().map_err(TransportError::ser_err)?.get().to_owned();
        let packet = self.post(body).await?.packet()?;
        if is_answer_to(id.as_ref(), &packet) {
            return Ok(packet);
        }
        Err(TransportErrorKind::custom_str("what came is the answer to another request"))
    }

    /// Sends the text of a request.
    pub(super) async fn post(&self, body: String) -> TransportResult<Reply> {
        let fail = |error| TransportErrorKind::custom_str(&describe(error, &self.endpoint));
        let response = self
            .client
            .post(self.endpoint.url().clone())
            .header(CONTENT_TYPE, "application/json")
            .body(body)
            .send()
            .await
            .map_err(fail)?;
        let status = response.status();
        let retry_after = retry_after(response.headers(), SystemTime::now());
        let body = read_body(response).await.map_err(|error| match error {
            BodyError::Broken(error) => fail(error),
            BodyError::TooLarge => TransportErrorKind::non_retryable_str(&format!(
                "the answer is larger than {MAX_ANSWER} bytes"
            )),
        })?;
        Ok(Reply { status, retry_after, body })
    }
}

/// What came back, not read yet.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    /// For how long the node wants to be left alone.
    pub(super) retry_after: Option<Duration>,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn packet(&self) -> TransportResult<ResponsePacket> {
        let parsed = serde_json::from_slice::<ResponsePacket>(&self.body);
        if self.status.is_success() {
            return parsed.map_err(|error| self.unreadable(error));
        }
        // Some nodes answer JSON-RPC errors with an HTTP error status: the inner error says more.
        match parsed {
            Ok(packet) if packet.is_error() && self.retry_after.is_none() => Ok(packet),
            _ => {
                let (status, body) = (self.status.as_u16(), self.excerpt());
                Err(TransportErrorKind::http_error_with_retry_after(status, body, self.retry_after))
            }
        }
    }

    pub(super) fn unreadable(&self, error: serde_json::Error) -> TransportError {
        TransportError::deser_err(error, self.excerpt())
    }

    /// The beginning of a text that the node chose: enough to recognise it, not enough to flood a log.
    fn excerpt(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(300).collect()
    }
}

impl Service<RequestPacket> for HttpTransport {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: RequestPacket) -> Self::Future {
        Box::pin(self.clone().send(request))
    }
}

/// Whether what came is about the request: something between may have mixed answers up, and a number is like any other. Who
/// could not read the request does not know its id, and says so by an error without one. Of batches alloy sees to it.
fn is_answer_to(id: Option<&Id>, packet: &ResponsePacket) -> bool {
    match (id, packet) {
        (Some(id), ResponsePacket::Single(response)) => {
            response.id == *id || (response.id.is_none() && response.is_error())
        }
        _ => true,
    }
}

enum BodyError {
    Broken(Error),
    TooLarge,
}

/// Reads the body, piece by piece so that its size can be limited.
async fn read_body(mut response: Response) -> Result<Vec<u8>, BodyError> {
    let announced = response.content_length().and_then(|length| usize::try_from(length).ok()).unwrap_or(0);
    let mut body = Vec::with_capacity(announced.min(TRUSTED_LENGTH));
    while let Some(piece) = response.chunk().await.map_err(BodyError::Broken)? {
        if body.len() + piece.len() > MAX_ANSWER {
            return Err(BodyError::TooLarge);
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}

/// What `Retry-After` says (RFC 9110, 10.2.3): a number of seconds, or a date.
fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    match text.parse::<f64>() {
        Ok(seconds) => Duration::try_from_secs_f64(seconds).ok(),
        Err(_) => Some(httpdate::parse_http_date(text).ok()?.duration_since(now).unwrap_or_default()),
    }
}

/// The error with its causes, since reqwest's own text stops at "error sending request", without the URL.
fn describe(error: Error, endpoint: &Endpoint) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(&error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !text.contains(&inner_text) {
            text = format!("{text}: {inner_text}");
        }
        cause = inner.source();
    }
    endpoint.scrub(&text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::UNIX_EPOCH;

    #[test]
    fn an_answer_to_another_request_is_none() {
        for (answer, is_ours) in [
            (r#"{"jsonrpc":"2.0","id":7,"result":"0x5208"}"#, true),
            (r#"{"jsonrpc":"2.0","id":7,"error":{"code":3,"message":"execution reverted"}}"#, true),
            (r#"{"jsonrpc":"2.0","id":null,"error":{"code":-32016,"message":"over rate limit"}}"#, true),
            (r#"{"jsonrpc":"2.0","id":6,"result":"0x5"}"#, false),
            (r#"{"jsonrpc":"2.0","id":null,"result":"0x5"}"#, false),
            (r#"{"jsonrpc":"2.0","id":6,"error":{"code":3,"message":"execution reverted"}}"#, false),
        ] {
            let packet = serde_json::from_str(answer).unwrap();
            assert_eq!(is_answer_to(Some(&Id::Number(7)), &packet), is_ours, "{answer}");
        }
    }

    #[test]
    fn retry_after_is_a_number_or_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_770);
        let read = |text: &'static str| {
            let headers = [(RETRY_AFTER, text.parse().unwrap())].into_iter().collect();
            retry_after(&headers, now)
        };
        assert_eq!(read("3"), Some(Duration::from_secs(3)));
        assert_eq!(read(" 0.5 "), Some(Duration::from_millis(500)));
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(Duration::from_secs(7)));
        assert_eq!(read("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
        for nonsense in ["", "-1", "soon", "NaN", "inf", "1e400"] {
            assert_eq!(read(nonsense), None, "{nonsense}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }
}
