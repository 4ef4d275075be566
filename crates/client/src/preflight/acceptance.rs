//! Whether a chain accepts messages of another: by what is written down, or by a verifier's word.

use alloy::{
    primitives::{B256, U256},
    providers::Provider,
    rpc::json_rpc::RpcError,
    transports::TransportError,
};
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, RpcCode, encode_access_list};
use serde_json::{Value, json};

use super::PreflightError;
use crate::NodeFault;

/// Whether a destination accepts messages of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Acceptance {
    /// It does.
    Accepted,
    /// It does not.
    Refused {
        /// Who says so.
        says: String,
    },
    /// Nobody says.
    Unknown {
        /// Who was asked, without avail.
        why: String,
    },
}

impl Acceptance {
    pub(super) fn demand(&self, source_id: u64, destination_id: u64) -> Result<(), PreflightError> {
        match self {
            Self::Accepted => Ok(()),
            Self::Refused { says } => {
                Err(PreflightError::NotAccepted { source_id, destination_id, says: says.clone() })
            }
            Self::Unknown { why } => {
                Err(PreflightError::NotKnownToBeAccepted { source_id, destination_id, why: why.clone() })
            }
        }
    }
}

/// Asks a verifier (or whatever else answers `interop_checkAccessList`) whether a destination accepts messages of a source.
///
/// It is asked about a message that does not exist. That the message is false, or not known yet, is said only of one whose
/// chains are in the dependency set; of the others it says that the chain is unknown. `now` is a timestamp of the
/// destination, in seconds.
pub async fn ask_verifier(
    verifier: &impl Provider,
    source_id: u64,
    destination_id: u64,
    now: u64,
) -> Acceptance {
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        // A block that nobody has: what is asked for is not whether it is known.
        block_number: u64::from(u32::MAX),
        log_index: 0,
        timestamp: now,
        chain_id: U256::from(source_id),
    };
    let entries = encode_access_list([(&identifier, B256::ZERO)]);
    let descriptor = json!({ "chainID": destination_id.to_string(), "timestamp": format!("{:#x}", now.saturating_add(1)) });
    let asked = verifier
        .raw_request::<_, Value>("interop_checkAccessList".into(), (entries, "unsafe", descriptor))
        .await;
    read(asked)
}

fn read(asked: Result<Value, TransportError>) -> Acceptance {
    let Err(error) = asked else { return Acceptance::Accepted };
    let code = match &error {
        RpcError::ErrorResp(payload) => i32::try_from(payload.code).ok().and_then(RpcCode::from_value),
        _ => None,
    };
    let reason = NodeFault::from(error).reason;
    match code {
        Some(RpcCode::UnknownChain) => Acceptance::Refused { says: format!("the verifier says: {reason}") },
        Some(RpcCode::ConflictingData | RpcCode::FutureData) => Acceptance::Accepted,
        _ => Acceptance::Unknown { why: format!("the verifier does not say: {reason}") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{rpc::json_rpc::ErrorPayload, transports::TransportErrorKind};

    #[test]
    fn only_a_verdict_on_the_message_accepts_its_chain() {
        let answer =
            |code| read(Err(RpcError::ErrorResp(ErrorPayload { code, message: "words".into(), data: None })));
        for code in [-320600, -321401] {
            assert_eq!(answer(code), Acceptance::Accepted, "{code}");
        }
        assert!(matches!(answer(-320501), Acceptance::Refused { .. }));
        for code in [-320602, -320400, -32602, -32601, -32000] {
            assert!(matches!(answer(code), Acceptance::Unknown { .. }), "{code}");
        }
        assert!(matches!(read(Err(TransportErrorKind::backend_gone())), Acceptance::Unknown { .. }));
        assert_eq!(read(Ok(Value::Null)), Acceptance::Accepted);
    }
}
