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
    const INVALID_REQUEST: i64 = -32600;
    const METHOD_NOT_FOUND: i64 = -32601;
    const INVALID_PARAMS: i64 = -32602;
    const INTERNAL: i64 = -32603;

    pub(crate) fn new(code: i64, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), data: None }
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

    pub(crate) fn with_data(mut self, data: Value) -> Self {
        self.data = Some(data);
        self
    }

    /// The answer to one call. `id` is JSON.
    pub(crate) fn answer(&self, id: &str) -> String {
        let error = json!(self);
        format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{error}}}"#)
    }
}
