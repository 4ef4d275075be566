use alloy::{
    primitives::{U256, keccak256},
    providers::Provider,
    rpc::json_rpc::RpcError,
    transports::TransportError,
};
use causeway_interop::{Disposition, RpcCode, SafetyLevel, encode_access_list};
use futures::future::join_all;
use serde_json::{Value, json};

use super::facts::Word;
use crate::{NodeFault, delivery::SentReceipt};

/// Asks a verifier (or whatever else answers `interop_checkAccessList`) whether a message may be executed, and how safe its
/// block is. `now` is the time of the destination's newest block, in seconds.
pub async fn ask_safety(verifier: &impl Provider, sent: &SentReceipt, destination: u64, now: u64) -> Word {
    let entries = encode_access_list([(&sent.identifier, keccak256(&sent.payload))]);
    // The next block is the first that could execute it, and a later one than its own.
    let timestamp = now.max(sent.identifier.timestamp).saturating_add(1);
    let descriptor =
        json!({ "chainID": U256::from(destination).to_string(), "timestamp": format!("{timestamp:#x}") });
    let asked = SafetyLevel::ALL.map(async |level| {
        let params = (&entries, level.as_str(), &descriptor);
        verifier.raw_request::<_, Value>("interop_checkAccessList".into(), params).await
    });
    read(&join_all(asked).await)
}

/// Reads the answers for all levels, the least first.
fn read(answers: &[Result<Value, TransportError>]) -> Word {
    let best = SafetyLevel::ALL.into_iter().zip(answers).rfind(|(_, answer)| answer.is_ok());
    if let (Some((level, _)), Some(Ok(_))) = (best, answers.first()) {
        return Word::Valid(level);
    }
    let Some(Err(error)) = answers.first() else {
        return Word::Silent(NodeFault::unavailable("it did not answer"));
    };
    let fault = NodeFault::read(error);
    let code = match error {
        RpcError::ErrorResp(payload) => i32::try_from(payload.code).ok().and_then(RpcCode::from_value),
        _ => None,
    };
    match code {
        // Malformed, or not spoken at all: nothing about the message.
        None | Some(RpcCode::InvalidParams) => Word::Silent(fault),
        Some(code) => match code.disposition() {
            Disposition::Retry | Disposition::Stop => Word::NotYet(fault),
            Disposition::Evict => Word::Invalid(fault),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::rpc::json_rpc::ErrorPayload;

    fn error(code: i64) -> Result<Value, TransportError> {
        Err(RpcError::ErrorResp(ErrorPayload { code, message: "words".into(), data: None }))
    }

    #[test]
    fn the_highest_level_counts_if_the_least_holds() {
        let ok = || Ok(Value::Null);
        let future = || error(-321401);
        assert_eq!(read(&[ok(), ok(), future(), future(), future()]), Word::Valid(SafetyLevel::CrossUnsafe));
        assert_eq!(read(&[ok(), ok(), ok(), ok(), ok()]), Word::Valid(SafetyLevel::Finalized));
        // One that does not know a level.
        assert_eq!(
            read(&[ok(), error(-32602), error(-32602), ok(), future()]),
            Word::Valid(SafetyLevel::Safe)
        );
        assert!(matches!(read(&[future(), ok(), ok(), ok(), ok()]), Word::NotYet(_)));
    }

    #[test]
    fn only_a_verdict_is_one() {
        let all = |code| read(&[error(code), error(code), error(code), error(code), error(code)]);
        assert!(matches!(all(-321401), Word::NotYet(_)));
        assert!(matches!(all(-320602), Word::NotYet(_)));
        assert!(matches!(all(-320600), Word::Invalid(_)));
        for code in [-32601, -32602, -32000, -32011, 429] {
            assert!(matches!(all(code), Word::Silent(_)), "{code}");
        }
    }
}
