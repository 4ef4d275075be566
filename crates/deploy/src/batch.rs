//! Many questions to a node in one request, divided only where a node takes fewer at once.

use alloy::{
    providers::{DynProvider, Provider},
    rpc::{
        client::BatchRequest,
        json_rpc::{ErrorPayload, RpcError},
    },
    transports::{TransportError, TransportErrorKind, TransportResult},
};
use causeway_chain::RequestTimeout;
use serde_json::Value;

/// So few calls are answered in time by every node that answers at all, a fork that fetches each of them included.
const FEW: usize = 16;

/// One call of a method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) params: Value,
}

impl Call {
    pub(crate) const fn new(method: &'static str, params: Value) -> Self {
        Self { method, params }
    }
}

/// The answer to each call, in their order; an error of the node is the answer to that call only.
///
/// # Errors
///
/// If the node cannot be asked: nothing is known of any answer then.
pub(crate) async fn ask(
    provider: &DynProvider,
    calls: &[Call],
) -> TransportResult<Vec<TransportResult<Value>>> {
    let (mut answers, mut left, mut size) = (Vec::with_capacity(calls.len()), calls, calls.len());
    while !left.is_empty() {
        let (now, later) = left.split_at(size.min(left.len()));
        match at_once(provider, now).await {
            Ok(found) => {
                answers.extend(found);
                left = later;
            }
            Err(error) => size = smaller(now.len(), &error).ok_or(error)?,
        }
    }
    Ok(answers)
}

/// How many calls to try at once after so many failed together, if fewer may help.
fn smaller(size: usize, error: &TransportError) -> Option<usize> {
    match error {
        RpcError::Transport(TransportErrorKind::Custom(error)) if error.is::<RequestTimeout>() => {
            (size > FEW).then_some(FEW)
        }
        RpcError::Transport(
            TransportErrorKind::HttpError(_)
            | TransportErrorKind::HttpErrorWithRetryAfter { .. }
            | TransportErrorKind::MissingBatchResponse(_),
        )
        | RpcError::ErrorResp(_)
        | RpcError::DeserError { .. } => (size > 1).then_some(size / 2),
        _ => None,
    }
}

async fn at_once(provider: &DynProvider, calls: &[Call]) -> TransportResult<Vec<TransportResult<Value>>> {
    let client = provider.client();
    if let [call] = calls {
        return match client.request(call.method, &call.params).await {
            Err(RpcError::ErrorResp(error)) => Ok(vec![Err(RpcError::ErrorResp(error))]),
            answer => Ok(vec![Ok(answer?)]),
        };
    }
    let mut batch = BatchRequest::new(client);
    let waiters: Vec<_> = calls
        .iter()
        .map(|call| batch.add_call::<_, Value>(call.method, &call.params))
        .collect::<TransportResult<_>>()?;
    batch.send().await?;
    let mut answers = Vec::with_capacity(waiters.len());
    for waiter in waiters {
        match waiter.await {
            Err(RpcError::ErrorResp(error)) if is_too_many(&error) => return Err(RpcError::ErrorResp(error)),
            Err(error @ RpcError::Transport(_)) => return Err(error),
            answer => answers.push(answer),
        }
    }
    Ok(answers)
}

/// Whether a node says of one call that there were too many.
fn is_too_many(error: &ErrorPayload) -> bool {
    let message = error.message.to_lowercase();
    matches!(error.code, -32005 | -32016 | -32017 | 429)
        || ["batch", "too many requests", "rate limit"].iter().any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fewer_calls_are_tried_only_where_that_may_help() {
        let http = TransportErrorKind::http_error(413, String::new());
        assert_eq!(smaller(300, &http), Some(150));
        assert_eq!(smaller(1, &http), None);
        let slow: TransportError = RequestTimeout { after: std::time::Duration::from_secs(1) }.into();
        assert_eq!(smaller(300, &slow), Some(FEW));
        assert_eq!(smaller(FEW, &slow), None, "a node that hangs is not asked for ever");
        assert_eq!(smaller(300, &TransportErrorKind::custom_str("connection refused")), None);
    }
}
