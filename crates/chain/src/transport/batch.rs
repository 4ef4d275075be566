use super::{
    answer::Verdict,
    guard::{Asked, Policy, is_idempotent_read},
    http::{HttpTransport, Reply},
};
use alloy::{
    rpc::json_rpc::Id,
    transports::{TransportError, TransportErrorKind, TransportResult},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned, de::IgnoredAny};
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

/// JSON-RPC batches of one method over HTTP, whose answers are decoded where they stand in the body: alloy's batches look
/// through every answer twice and copy it in between.
#[derive(Clone)]
pub(crate) struct HttpBatch {
    http: HttpTransport,
    policy: Arc<Policy>,
    /// The id of the next call. None is given twice, so that no answer is taken for that to another call.
    next: Arc<AtomicU64>,
}

#[derive(Serialize)]
struct Call<'a, P> {
    jsonrpc: &'static str,
    id: u64,
    method: &'static str,
    params: &'a P,
}

/// An answer that is a result. An error has no `result`, or an `error` besides, and is looked at again.
#[derive(Deserialize)]
#[serde(bound = "T: DeserializeOwned")]
struct Answer<T> {
    id: u64,
    // A field that is named in `deserialize_with` must be there, even if it may be null.
    #[serde(deserialize_with = "Option::deserialize")]
    result: Option<T>,
    #[serde(default)]
    error: Option<IgnoredAny>,
}

impl HttpBatch {
    pub(crate) fn new(http: HttpTransport, policy: Arc<Policy>) -> Self {
        Self { http, policy, next: Arc::default() }
    }

    /// The results, one for each of the parameters; `None` where the node has none. An error of one is that of all.
    pub(crate) async fn ask<P: Serialize, T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: &[P],
    ) -> TransportResult<Vec<Option<T>>> {
        let first = self.next.fetch_add(params.len() as u64, Ordering::Relaxed);
        let calls = (first..).zip(params);
        let calls: Vec<_> = calls.map(|(id, params)| Call { jsonrpc: "2.0", id, method, params }).collect();
        let body = serde_json::to_string(&calls).map_err(TransportError::ser_err)?;
        let attempt = || async { read(&self.http.post(body.clone()).await?, first, params.len()) };
        let judge =
            |result: &TransportResult<_>| result.as_ref().map_or_else(Verdict::of, |_| Verdict::Final);
        let asked = Asked {
            calls: params.len(),
            repeatable: is_idempotent_read(method),
            is_urgent: false,
            after: self.policy.deadline(params.len(), Some(method)),
        };
        self.policy.guard(asked, attempt, judge).await
    }
}

/// Reads the answers to as many calls, whose ids count on from the first.
fn read<T: DeserializeOwned>(reply: &Reply, first: u64, count: usize) -> TransportResult<Vec<Option<T>>> {
    // Looking for what is no text once in all of it is quicker than in every string of it.
    let parsed = match std::str::from_utf8(&reply.body) {
        Ok(text) => serde_json::from_str::<Vec<Answer<T>>>(text),
        Err(_) => serde_json::from_slice(&reply.body),
    };
    let answers = match parsed {
        Ok(answers) if reply.status.is_success() && answers.iter().all(|answer| answer.error.is_none()) => {
            answers
        }
        unfit => {
            return Err(match (reply.packet()?.as_error(), unfit) {
                (Some(error), _) => TransportError::ErrorResp(error.clone()),
                (None, Err(error)) => reply.unreadable(error),
                (None, Ok(_)) => TransportErrorKind::custom_str("an answer is a result and an error"),
            });
        }
    };
    let mut results: Vec<Option<Option<T>>> = (0..count).map(|_| None).collect();
    for Answer { id, result, .. } in answers {
        let place = id.checked_sub(first).and_then(|place| results.get_mut(usize::try_from(place).ok()?));
        if let Some(place) = place {
            *place = Some(result);
        }
    }
    let missing = |id: u64| TransportErrorKind::missing_batch_response(Id::Number(id));
    (first..).zip(results).map(|(id, result)| result.ok_or_else(|| missing(id))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConnectOptions, connection::Connection};
    use alloy::transports::http::reqwest::StatusCode;
    use axum::{Json, Router};
    use serde_json::{Value, json};
    use std::sync::OnceLock;
    use tokio::net::TcpListener;

    fn answer(status: StatusCode, body: &str) -> TransportResult<Vec<Option<u64>>> {
        read(&Reply { status, retry_after: None, body: body.as_bytes().to_vec() }, 0, 3)
    }

    /// A node that answers the second request with the answers to the first, as one behind a broken balancer.
    #[tokio::test]
    async fn answers_to_an_earlier_batch_are_none() {
        let first: Arc<OnceLock<Value>> = Arc::default();
        let answer = move |Json(calls): Json<Value>| async move {
            let answer =
                |call: &Value| json!({ "jsonrpc": "2.0", "id": call["id"], "result": call["params"][0] });
            let answers = || calls.as_array().unwrap().iter().map(answer).collect();
            Json(first.get_or_init(answers).clone())
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let server =
            tokio::spawn(async { axum::serve(listener, Router::new().fallback(answer)).await.unwrap() });
        let options = ConnectOptions { read_retries: 0, ..ConnectOptions::default() };
        let connection = Connection::new(&url.parse().unwrap(), &options).unwrap();
        let ask = |blocks: [u64; 2]| {
            let connection = connection.clone();
            async move { connection.ask::<_, u64>("eth_getBlockByNumber", &blocks.map(|block| [block])).await }
        };
        assert_eq!(ask([7, 8]).await.unwrap(), [Some(7), Some(8)]);
        let believed = ask([9, 10]).await;
        assert!(believed.is_err(), "{believed:?}");
        server.abort();
    }

    #[test]
    fn results_are_told_apart_by_their_ids() {
        let told = answer(
            StatusCode::OK,
            r#"[{"id":2,"result":7},{"jsonrpc":"2.0","result":5,"id":0,"error":null},{"id":1,"result":null},{"id":9,"result":1}]"#,
        );
        assert_eq!(told.unwrap(), [Some(5), None, Some(7)]);
    }

    #[test]
    fn one_error_is_the_error_of_all() {
        let bodies = [
            r#"[{"id":0,"result":1},{"id":1,"error":{"code":-7,"message":"no"}},{"id":2,"result":1}]"#,
            r#"{"jsonrpc":"2.0","id":null,"error":{"code":-7,"message":"no batches"}}"#,
        ];
        for (body, status) in bodies.iter().zip([StatusCode::OK, StatusCode::BAD_REQUEST]) {
            let error = answer(status, body).unwrap_err();
            assert!(matches!(&error, TransportError::ErrorResp(payload) if payload.code == -7), "{error}");
        }
    }

    #[test]
    fn what_is_no_answer_is_none() {
        let missing = answer(StatusCode::OK, r#"[{"id":0,"result":1},{"id":2,"result":1}]"#).unwrap_err();
        let TransportError::Transport(kind) = &missing else { panic!("{missing}") };
        assert!(kind.recoverable(), "{missing}");
        let both = r#"[{"id":0,"result":1,"error":{"code":-7,"message":"no"}}]"#;
        for body in ["", "try later", "[{}]", r#"[{"id":0}]"#, r#"[{"id":0,"result":"x"}]"#, both] {
            let error = answer(StatusCode::OK, body).unwrap_err();
            assert!(matches!(error, TransportError::DeserError { .. }), "{body}: {error}");
            let error = answer(StatusCode::BAD_GATEWAY, body).unwrap_err();
            assert!(error.as_transport_err().is_some_and(|kind| kind.is_http_error()), "{body}: {error}");
        }
        let bytes = read::<String>(
            &Reply {
                status: StatusCode::OK,
                retry_after: None,
                body: b"[{\"id\":0,\"result\":\"\xff\"}]".to_vec(),
            },
            0,
            1,
        );
        assert!(matches!(bytes, Err(TransportError::DeserError { .. })));
    }
}
