use crate::{Endpoint, backoff::Backoff};
use alloy::{
    rpc::json_rpc::{RequestPacket, ResponsePacket, RpcError},
    transports::{HttpError, Transport, TransportError, TransportErrorKind, TransportFut, TransportResult},
};
use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{sleep, timeout};
use tower::Service;

/// The node did not answer in time. For anything but a read this says nothing about whether the request took
/// effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer within {after:?}")]
pub struct RequestTimeout {
    /// How long we waited.
    pub after: Duration,
}

impl From<RequestTimeout> for TransportError {
    fn from(error: RequestTimeout) -> Self {
        TransportErrorKind::custom(error)
    }
}

/// What the guard allows.
pub(crate) struct Policy {
    pub(crate) endpoint: Endpoint,
    pub(crate) request_timeout: Duration,
    pub(crate) read_retries: u32,
    pub(crate) first_backoff: Duration,
    pub(crate) max_backoff: Duration,
}

/// Puts a deadline on every request, repeats those reads that met a transient fault, and removes the endpoint's
/// secrets from every error.
#[derive(Clone)]
pub(crate) struct Guard<S> {
    inner: S,
    policy: Arc<Policy>,
}

impl<S> Guard<S> {
    pub(crate) const fn new(inner: S, policy: Arc<Policy>) -> Self {
        Self { inner, policy }
    }
}

impl<S: Transport + Clone> Guard<S> {
    async fn run(self, request: RequestPacket) -> TransportResult<ResponsePacket> {
        let repeatable = request.method_names().all(is_idempotent_read);
        let attempt = || self.inner.clone().call(request.clone());
        self.policy.guard(repeatable, attempt, should_retry).await
    }
}

impl Policy {
    /// Carries out attempts at one request until one does not deserve another.
    pub(crate) async fn guard<T, F: Future<Output = TransportResult<T>>>(
        &self,
        repeatable: bool,
        mut attempt: impl FnMut() -> F,
        should_retry: impl Fn(&TransportResult<T>) -> bool,
    ) -> TransportResult<T> {
        let mut retries_left = if repeatable { self.read_retries } else { 0 };
        let mut backoff = Backoff::new(self.first_backoff, self.max_backoff);
        let after = self.request_timeout;
        loop {
            let result =
                timeout(after, attempt()).await.unwrap_or_else(|_| Err(RequestTimeout { after }.into()));
            if retries_left == 0 || !should_retry(&result) {
                return result.map_err(|error| scrub(error, &self.endpoint));
            }
            retries_left -= 1;
            sleep(backoff.next()).await;
        }
    }
}

impl<S: Transport + Clone> Service<RequestPacket> for Guard<S> {
    type Response = ResponsePacket;
    type Error = TransportError;
    type Future = TransportFut<'static>;

    fn poll_ready(&mut self, _cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: RequestPacket) -> Self::Future {
        Box::pin(self.clone().run(request))
    }
}

/// Whether a JSON-RPC method only reads, so that asking twice does no harm.
///
/// A list of what is known to be safe, not of what is not: an unknown method is sent once. Sending a signed
/// transaction is not on it. Resending the same bytes could do no harm on the chain either (one nonce, one hash),
/// but the second answer is "already known" instead of the hash, and whoever sends a transaction has recorded it
/// and must judge that himself.
pub fn is_idempotent_read(method: &str) -> bool {
    const PREFIXES: [&str; 3] = ["eth_get", "debug_trace", "trace_"];
    const EXCEPTIONS: [&str; 2] = ["eth_getFilterChanges", "eth_getWork"];
    const METHODS: [&str; 12] = [
        "eth_accounts",
        "eth_blobBaseFee",
        "eth_blockNumber",
        "eth_call",
        "eth_chainId",
        "eth_createAccessList",
        "eth_estimateGas",
        "eth_feeHistory",
        "eth_gasPrice",
        "eth_maxPriorityFeePerGas",
        "net_version",
        "web3_clientVersion",
    ];
    METHODS.contains(&method)
        || (PREFIXES.iter().any(|prefix| method.starts_with(prefix)) && !EXCEPTIONS.contains(&method))
}

/// Whether the same request may well succeed later: lost connections, timeouts, overload. Not: an answer that the
/// node gave on purpose, such as a revert.
pub fn is_transient(error: &TransportError) -> bool {
    match error {
        RpcError::Transport(kind) => match kind {
            TransportErrorKind::HttpError(error)
            | TransportErrorKind::HttpErrorWithRetryAfter { error, .. } => is_transient_status(error.status),
            TransportErrorKind::PubsubUnavailable | TransportErrorKind::NonRetryable(_) => false,
            // What remains are lost connections and timeouts.
            _ => true,
        },
        RpcError::ErrorResp(payload) => is_transient_code(payload.code),
        // A cut-off or foreign body: a proxy that says "try later" in HTML, for instance.
        RpcError::DeserError { .. } => true,
        _ => false,
    }
}

const fn is_transient_status(status: u16) -> bool {
    matches!(status, 408 | 425 | 429 | 500 | 502..=504)
}

/// EIP-1474's "limit exceeded", and the HTTP status that some providers put there instead.
const fn is_transient_code(code: i64) -> bool {
    matches!(code, -32005 | 429)
}

fn should_retry(result: &TransportResult<ResponsePacket>) -> bool {
    match result {
        Ok(packet) => packet.iter_errors().any(|error| is_transient_code(error.code)),
        Err(error) => is_transient(error),
    }
}

/// The same error without secrets, and still recognisable as a timeout.
fn scrub(error: TransportError, endpoint: &Endpoint) -> TransportError {
    use TransportErrorKind as Kind;
    match error {
        RpcError::Transport(Kind::Custom(error)) => match error.downcast::<RequestTimeout>() {
            Ok(timeout) => (*timeout).into(),
            Err(error) => Kind::custom_str(&endpoint.scrub(&error.to_string())),
        },
        RpcError::Transport(Kind::NonRetryable(error)) => {
            Kind::non_retryable_str(&endpoint.scrub(&error.to_string()))
        }
        RpcError::Transport(Kind::HttpError(HttpError { status, body })) => {
            Kind::http_error(status, endpoint.scrub(&body))
        }
        RpcError::DeserError { err, text } => RpcError::DeserError { err, text: endpoint.scrub(&text) },
        other => other,
    }
}

#[cfg(test)]
mod tests;
