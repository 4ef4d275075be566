use super::answer::{self, Verdict};
use crate::{Endpoint, backoff::Backoff, board::Report};
use alloy::{
    rpc::json_rpc::{ErrorPayload, RequestPacket, ResponsePacket, ResponsePayload, RpcError},
    transports::{HttpError, Transport, TransportError, TransportErrorKind, TransportFut, TransportResult},
};
use serde_json::value::RawValue;
use std::{
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};
use tokio::time::{sleep, timeout};
use tower::Service;

/// How often a read that was refused since there were too many is repeated. Each time the pace is slower.
pub(crate) const OVERLOAD_RETRIES: u32 = 8;
/// What goes before everything else that waits for its turn.
pub(crate) const SEND: &str = "eth_sendRawTransaction";

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

/// What is asked when a missed answer shall be noticed soon.
const PROMPT: [&str; 3] = ["eth_chainId", "eth_blockNumber", "eth_getBlockByNumber"];

/// What the guard allows.
pub(crate) struct Policy {
    pub(crate) endpoint: Endpoint,
    pub(crate) request_timeout: Duration,
    /// The deadline of a single question that every node answers from memory, if it is another. A question whose answer
    /// did not come in time is then not asked again: who asks so wants to hear of the first answer that is missed.
    pub(crate) prompt_timeout: Option<Duration>,
    pub(crate) read_retries: u32,
    /// How often a read is repeated that the node had no time for.
    pub(crate) overload_retries: u32,
    pub(crate) first_backoff: Duration,
    pub(crate) max_backoff: Duration,
    /// Who hears how the endpoint does, where there are others beside it.
    pub(crate) report: Option<Report>,
}

/// A request, as far as the guard has to know it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    /// How many calls it is.
    pub(crate) calls: usize,
    /// Whether it may be asked twice.
    pub(crate) repeatable: bool,
    /// Whether it goes before others that wait.
    pub(crate) is_urgent: bool,
    /// For how long to wait for the answer.
    pub(crate) after: Duration,
}

/// Puts a deadline on every request, keeps the endpoint's pace, repeats those reads that met a transient fault, and
/// removes the endpoint's secrets from what comes back.
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
        let calls = request.method_names().count();
        let asked = Asked {
            calls,
            repeatable: request.method_names().all(is_idempotent_read),
            is_urgent: request.method_names().any(|method| method == SEND),
            after: self.policy.deadline(calls, request.method_names().next()),
        };
        let attempt = || self.inner.clone().call(request.clone());
        let packet = self.policy.guard(asked, attempt, answer::of_packet).await?;
        Ok(self.policy.scrub_packet(packet))
    }
}

impl Policy {
    /// For how long to wait for the answers to so many calls of a method.
    pub(crate) fn deadline(&self, calls: usize, method: Option<&str>) -> Duration {
        let is_prompt = calls == 1 && method.is_some_and(|method| PROMPT.contains(&method));
        let prompt = self.prompt_timeout.filter(|_| is_prompt);
        prompt.map_or(self.request_timeout, |prompt| prompt.min(self.request_timeout))
    }

    /// Carries out attempts at one request until one does not deserve another. A batch that is too much at once is for the
    /// caller to divide, see [`Pace::at_once`](crate::pace::Pace::at_once).
    pub(crate) async fn guard<T, F: Future<Output = TransportResult<T>>>(
        &self,
        asked: Asked,
        mut attempt: impl FnMut() -> F,
        judge: impl Fn(&TransportResult<T>) -> Verdict,
    ) -> TransportResult<T> {
        let Asked { calls, repeatable, is_urgent, after } = asked;
        let mut retries_left = if repeatable { self.read_retries } else { 0 };
        let mut overloads_left = if repeatable && calls == 1 { self.overload_retries } else { 0 };
        let mut backoff = Backoff::new(self.first_backoff, self.max_backoff);
        let (pace, tally) = (self.endpoint.pace(), self.endpoint.tally());
        loop {
            let turn = pace.turn_of(calls, is_urgent).await;
            tally.request();
            let answered = timeout(after, attempt()).await;
            if answered.is_err() && self.prompt_timeout.is_some() {
                retries_left = 0;
            }
            let result = answered.unwrap_or_else(|_| Err(RequestTimeout { after }.into()));
            let verdict = judge(&result);
            if let Some(report) = &self.report {
                self.tell(report, verdict, result.as_ref().err());
            }
            match verdict {
                Verdict::Overload(overload) => {
                    tally.refusal();
                    pace.refused(turn, overload.retry_after);
                    if overloads_left > 0 {
                        overloads_left -= 1;
                        continue;
                    }
                }
                Verdict::Transient { retry_after } => {
                    tally.failure();
                    retry_after.into_iter().for_each(|length| pace.pause(length));
                    if retries_left > 0 {
                        retries_left -= 1;
                        sleep(backoff.next()).await;
                        continue;
                    }
                }
                Verdict::Final => pace.answered(turn),
            }
            return result.map_err(|error| self.scrub(error));
        }
    }

    /// Tells how the node did at an attempt. What is no JSON-RPC answer, such as the page of a provider that does not know
    /// our key, is a fault of the node even if it would be the same again.
    fn tell(&self, report: &Report, verdict: Verdict, error: Option<&TransportError>) {
        let Report { board, node } = report;
        let reason = || match error {
            Some(error) => self.endpoint.scrub(&error.to_string()),
            None => "it tells of an outage".to_owned(),
        };
        match (verdict, error) {
            (Verdict::Overload(overload), _) => board.overloaded(*node, overload.retry_after),
            (Verdict::Transient { retry_after }, _) => board.failed(*node, &reason(), retry_after),
            (Verdict::Final, Some(error)) if answer::is_fault_of_node(error) => {
                board.failed(*node, &reason(), None);
            }
            (Verdict::Final, _) => board.answered(*node),
        }
    }

    /// The same error without secrets, and still recognisable as what it is.
    fn scrub(&self, error: TransportError) -> TransportError {
        use TransportErrorKind as Kind;
        let endpoint = &self.endpoint;
        match error {
            RpcError::ErrorResp(payload) => RpcError::ErrorResp(self.scrub_payload(payload)),
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
            RpcError::Transport(Kind::HttpErrorWithRetryAfter { error, retry_after }) => {
                let body = endpoint.scrub(&error.body);
                Kind::http_error_with_retry_after(error.status, body, Some(retry_after))
            }
            // serde repeats the value that it did not expect.
            RpcError::DeserError { err, text } => {
                let err = serde::de::Error::custom(endpoint.scrub(&err.to_string()));
                RpcError::DeserError { err, text: endpoint.scrub(&text) }
            }
            other => other,
        }
    }

    fn scrub_packet(&self, mut packet: ResponsePacket) -> ResponsePacket {
        let responses = match &mut packet {
            ResponsePacket::Single(response) => std::slice::from_mut(response),
            ResponsePacket::Batch(responses) => responses,
        };
        for response in responses {
            match &mut response.payload {
                ResponsePayload::Failure(payload) => *payload = self.scrub_payload(payload.clone()),
                // What cannot be read is repeated by the error that says so.
                ResponsePayload::Success(result) => self.scrub_data(result),
            }
        }
        packet
    }

    fn scrub_payload(&self, mut payload: ErrorPayload) -> ErrorPayload {
        payload.message = self.endpoint.scrub(&payload.message).into();
        payload.data = payload.data.map(|data| json(self.endpoint.scrub_error_data(data.get())));
        payload
    }

    fn scrub_data(&self, data: &mut Box<RawValue>) {
        if let Some(scrubbed) = self.endpoint.scrub_data(data.get()) {
            *data = json(scrubbed);
        }
    }
}

/// Scrubbed JSON. Only a secret with a quotation mark can have torn it.
fn json(scrubbed: String) -> Box<RawValue> {
    RawValue::from_string(scrubbed).unwrap_or_else(|_| RawValue::NULL.to_owned())
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

#[cfg(test)]
mod tests;
