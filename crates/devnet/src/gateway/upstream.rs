use reqwest::{
    Client, Method, Request, Url,
    header::{self, HeaderValue},
};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, value::RawValue};
use std::time::Duration;

/// How long a node may take to tell a fact. It is on the same machine; longer means that it hangs.
const FACT_TIMEOUT: Duration = Duration::from_secs(30);

/// The node behind a gateway.
#[derive(Clone, Debug)]
pub(crate) struct Upstream {
    client: Client,
    chain_id: u64,
    port: u16,
    /// Read once: to read it takes longer than all checks of a call.
    url: Url,
}

/// What a node answers a caller, as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The result.
    Result(String),
    /// The error object.
    Error(String),
}

impl Answer {
    /// Reads what a node answered.
    pub(super) fn of(result: Option<&RawValue>, error: Option<&RawValue>) -> Self {
        match error {
            Some(error) => Self::Error(error.get().to_owned()),
            None => Self::Result(result.map_or("null", RawValue::get).to_owned()),
        }
    }

    /// The result, if it is one and what is expected.
    pub(super) fn result<T: DeserializeOwned>(self) -> Option<T> {
        match self {
            Self::Result(json) => serde_json::from_str(&json).ok(),
            Self::Error(_) => None,
        }
    }

    /// The whole answer to the call with this id, which is JSON.
    pub(super) fn to(&self, id: &str) -> String {
        match self {
            Self::Result(json) => format!(r#"{{"jsonrpc":"2.0","id":{id},"result":{json}}}"#),
            Self::Error(json) => format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{json}}}"#),
        }
    }
}

/// Why a node did not answer a question of the gateway's own. It says nothing about what was asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UpstreamError {
    /// No answer came.
    #[error("the node of chain {chain_id} does not answer")]
    Transport {
        chain_id: u64,
        #[source]
        source: reqwest::Error,
    },
    /// The answer is an error.
    #[error("the node of chain {chain_id} answered {method} with an error: {message}")]
    Rpc { chain_id: u64, method: &'static str, message: String },
    /// The answer is not what the method answers.
    #[error("the node of chain {chain_id} answered {method} with something else: {reason}")]
    Shape { chain_id: u64, method: &'static str, reason: String },
}

/// A client for all nodes: connections are kept, and nothing on the way is consulted.
pub(crate) fn client() -> Result<Client, reqwest::Error> {
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).tcp_nodelay(true).build()
}

impl Upstream {
    pub(crate) fn new(client: Client, chain_id: u64, port: u16) -> Result<Self, reqwest::Error> {
        let url = client.post(http_url(port)).build()?.url().clone();
        Ok(Self { client, chain_id, port, url })
    }

    pub(crate) const fn chain_id(&self) -> u64 {
        self.chain_id
    }

    pub(crate) const fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn http_url(&self) -> String {
        http_url(self.port)
    }

    pub(crate) fn ws_url(&self) -> String {
        format!("ws://127.0.0.1:{}", self.port)
    }

    /// Posts a JSON-RPC message and returns the bytes of the answer; empty when there is none.
    pub(crate) async fn post(&self, body: impl Into<reqwest::Body>) -> Result<Vec<u8>, UpstreamError> {
        self.exchange(body.into(), None).await
    }

    /// The request that posts a JSON-RPC message.
    pub(super) fn request(&self, body: impl Into<reqwest::Body>) -> Request {
        let mut request = Request::new(Method::POST, self.url.clone());
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        request
    }

    async fn exchange(&self, body: reqwest::Body, limit: Option<Duration>) -> Result<Vec<u8>, UpstreamError> {
        let mut request = self.request(body);
        *request.timeout_mut() = limit;
        let answer = async { self.client.execute(request).await?.bytes().await };
        match answer.await {
            Ok(bytes) => Ok(bytes.into()),
            Err(source) => {
                Err(UpstreamError::Transport { chain_id: self.chain_id, source: source.without_url() })
            }
        }
    }

    /// Asks the node on behalf of a caller: its error is an answer, too.
    pub(super) async fn ask(&self, method: &'static str, params: Value) -> Result<Answer, UpstreamError> {
        #[derive(Deserialize)]
        struct Either<'a> {
            #[serde(borrow)]
            result: Option<&'a RawValue>,
            error: Option<&'a RawValue>,
        }

        let chain_id = self.chain_id;
        let request = serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let bytes = self.post(request.to_string()).await?;
        let answer: Either<'_> = serde_json::from_slice(&bytes).map_err(|error| UpstreamError::Shape {
            chain_id,
            method,
            reason: error.to_string(),
        })?;
        Ok(Answer::of(answer.result, answer.error))
    }

    /// Asks several questions at once: the node's errors are answers, too, and come in the order of the calls.
    pub(super) async fn batch(&self, calls: &[(&'static str, Value)]) -> Result<Vec<Answer>, UpstreamError> {
        #[derive(Deserialize)]
        struct Numbered<'a> {
            id: usize,
            #[serde(borrow)]
            result: Option<&'a RawValue>,
            error: Option<&'a RawValue>,
        }

        let Some((method, _)) = calls.first() else { return Ok(Vec::new()) };
        let chain_id = self.chain_id;
        let shape = |reason: String| UpstreamError::Shape { chain_id, method, reason };
        let call = |(id, (method, params)): (usize, &(&str, Value))| serde_json::json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        let request: Value = calls.iter().enumerate().map(call).collect();
        let bytes = self.exchange(request.to_string().into(), Some(FACT_TIMEOUT)).await?;
        let numbered: Vec<Numbered<'_>> =
            serde_json::from_slice(&bytes).map_err(|error| shape(error.to_string()))?;
        let mut answers = vec![None; calls.len()];
        for Numbered { id, result, error } in numbered {
            if let Some(answer) = answers.get_mut(id) {
                *answer = Some(Answer::of(result, error));
            }
        }
        let answers: Option<Vec<_>> = answers.into_iter().collect();
        answers.ok_or_else(|| shape("a call of the batch has no answer".to_owned()))
    }

    /// Calls a method of the node.
    pub(crate) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        params: Value,
    ) -> Result<T, UpstreamError> {
        #[derive(Deserialize)]
        struct Answer<'a> {
            #[serde(borrow)]
            result: Option<&'a RawValue>,
            error: Option<RpcError>,
        }
        #[derive(Deserialize)]
        struct RpcError {
            message: String,
        }

        let chain_id = self.chain_id;
        let request = serde_json::json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let bytes = self.exchange(request.to_string().into(), Some(FACT_TIMEOUT)).await?;
        let shape =
            |error: serde_json::Error| UpstreamError::Shape { chain_id, method, reason: error.to_string() };
        let answer: Answer<'_> = serde_json::from_slice(&bytes).map_err(shape)?;
        if let Some(RpcError { message }) = answer.error {
            return Err(UpstreamError::Rpc { chain_id, method, message });
        }
        serde_json::from_str(answer.result.map_or("null", RawValue::get)).map_err(shape)
    }
}

fn http_url(port: u16) -> String {
    format!("http://127.0.0.1:{port}")
}
