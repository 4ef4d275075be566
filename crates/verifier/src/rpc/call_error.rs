use crate::RefusalData;
use causeway_interop::RpcCode;
use jsonrpsee_server::types::{ErrorObject, ErrorObjectOwned};
use serde::Serialize;

/// The code of what went wrong with the server or the nodes behind it, and with callers that may not.
pub(super) const SERVER_ERROR: i32 = -32000;
/// The code of methods that need a token.
pub(super) const UNAUTHORIZED: i32 = -32001;

/// How much of a message is kept: what came may be long.
const MAX_MESSAGE: usize = 400;

#[derive(Serialize)]
struct ParameterData<'a> {
    rule: &'static str,
    parameter: &'a str,
    retry: bool,
}

/// A parameter is missing or malformed.
pub(super) fn invalid_parameter(parameter: &str, problem: &str) -> ErrorObjectOwned {
    let message = cut(format!("invalid parameter {parameter}: {problem}"));
    let data = ParameterData { rule: "invalid-params", parameter, retry: false };
    ErrorObject::owned(RpcCode::InvalidParams.value(), message, Some(data))
}

/// The chain is not in the dependency set.
pub(super) fn unknown_chain(chain_id: alloy_primitives::U256) -> ErrorObjectOwned {
    let message = format!("unknown chain: chain {chain_id} is not in the dependency set");
    ErrorObject::owned(RpcCode::UnknownChain.value(), message, None::<()>)
}

/// The server or a node behind it failed.
pub(super) fn server_error(problem: &impl ToString) -> ErrorObjectOwned {
    ErrorObject::owned(SERVER_ERROR, cut(problem.to_string()), None::<()>)
}

/// The server does not look at the request for now: a code on which clients try again, never one on which they evict.
pub(super) fn busy(rule: &'static str, message: impl Into<String>) -> ErrorObjectOwned {
    let code = RpcCode::UninitializedChainDatabase.value();
    ErrorObject::owned(code, message, Some(RefusalData::of_rule(rule, code)))
}

/// Shortens what may hold a caller's text of any length.
pub(super) fn cut(mut message: String) -> String {
    if message.len() > MAX_MESSAGE {
        message.truncate(message.floor_char_boundary(MAX_MESSAGE));
        message.push_str("...");
    }
    message
}
