use super::upstream::Answer;
use serde::Serialize;
use serde_json::{Value, json};

/// A JSON-RPC error object that the gateway answers with in the node's place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub(crate) struct Fault {
    pub(crate) code: i64,
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) data: Option<Value>,
}

impl Fault {
    const PARSE_ERROR: i64 = -32700;
    const INVALID_REQUEST: i64 = -32600;
    const METHOD_NOT_FOUND: i64 = -32601;
    const INVALID_PARAMS: i64 = -32602;
    pub(crate) const INTERNAL: i64 = -32603;
    /// What geth answers with when a transaction is not taken.
    const SERVER_ERROR: i64 = -32000;

    pub(crate) fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
    }

    /// The message is no JSON.
    pub(crate) fn parse_error(why: impl std::fmt::Display) -> Self {
        Self::new(Self::PARSE_ERROR, format!("Parse error: {why}"))
    }

    /// The message is no JSON-RPC request.
    pub(crate) fn invalid_request(why: &str) -> Self {
        Self::new(Self::INVALID_REQUEST, format!("Invalid request: {why}"))
    }

    /// The method would carry a transaction in a form that the gateway cannot read.
    pub(crate) fn method_not_found(method: &str) -> Self {
        let method: String = method.chars().take(80).collect();
        Self::new(Self::METHOD_NOT_FOUND, format!("Method not found: {method}"))
    }

    /// The parameters are not what the method takes.
    pub(crate) fn invalid_params(why: impl std::fmt::Display) -> Self {
        Self::new(Self::INVALID_PARAMS, format!("Invalid params: {why}"))
    }

    /// Something failed on our side; it says nothing about the request.
    pub(crate) fn internal(why: impl std::fmt::Display) -> Self {
        Self::new(Self::INTERNAL, why.to_string())
    }

    /// The chain takes no transactions of this type. The words are geth's.
    pub(crate) fn unsupported_type(kind: u8) -> Self {
        Self::new(Self::SERVER_ERROR, format!("transaction type not supported: received type {kind}"))
    }

    /// The transaction is signed for another chain. The words are geth's.
    pub(crate) fn signed_for(have: u64, want: u64) -> Self {
        let why = format!("invalid sender: invalid chain id for signer: have {have} want {want}");
        Self::new(Self::SERVER_ERROR, why)
    }

    /// The transaction is to be signed for another chain. The words are geth's.
    pub(crate) fn asked_for(have: u64, want: u64) -> Self {
        Self::new(Self::SERVER_ERROR, format!("chainId does not match node's (have={have}, want={want})"))
    }

    pub(crate) fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    /// The answer to one call. `id` is JSON.
    pub(crate) fn answer(self, id: &str) -> String {
        Answer::from(self).to(id)
    }
}

impl From<Fault> for Answer {
    fn from(fault: Fault) -> Self {
        Self::Error(json!(fault).to_string())
    }
}
