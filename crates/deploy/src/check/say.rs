//! What contracts say of themselves.

use super::difference::Token;
use crate::batch::{self, Call};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, Bytes, FixedBytes, fixed_bytes},
    providers::DynProvider,
    rpc::json_rpc::RpcError,
    sol,
    sol_types::SolCall,
    transports::{TransportError, TransportResult},
};
use serde_json::{Value, json};

sol! {
    function version() external view returns (string memory version_);
    function name() external view returns (string memory name_);
    function symbol() external view returns (string memory symbol_);
    function decimals() external view returns (uint8 decimals_);
    function implementation() external view returns (address implementation_);
    function supportsInterface(bytes4 id) external view returns (bool supported_);
}

/// The interface of ERC-7802.
const CROSSCHAIN: FixedBytes<4> = fixed_bytes!("0x33331994");

/// What `version()` answers at each address; `Ok(None)` where there is no such function.
pub(super) async fn versions(
    provider: &DynProvider,
    addresses: &[Address],
    block: BlockNumberOrTag,
) -> TransportResult<Vec<Result<Option<String>, String>>> {
    let calls: Vec<_> = addresses.iter().map(|&to| call(to, &versionCall {}, block)).collect();
    let answers = batch::ask(provider, &calls).await?;
    Ok(answers.into_iter().map(decoded::<versionCall>).collect())
}

/// Which implementation these beacons name; `Ok(None)` from one that is none.
pub(super) async fn implementations(
    provider: &DynProvider,
    beacons: &[Address],
    block: BlockNumberOrTag,
) -> TransportResult<Vec<Result<Option<Address>, String>>> {
    let calls: Vec<_> = beacons.iter().map(|&to| call(to, &implementationCall {}, block)).collect();
    let answers = batch::ask(provider, &calls).await?;
    Ok(answers.into_iter().map(decoded::<implementationCall>).collect())
}

/// What the tokens at these addresses say of themselves.
pub(super) async fn tokens(
    provider: &DynProvider,
    addresses: &[Address],
    block: BlockNumberOrTag,
) -> TransportResult<Vec<Result<Token, String>>> {
    let calls: Vec<_> = addresses
        .iter()
        .flat_map(|&to| {
            [
                call(to, &nameCall {}, block),
                call(to, &symbolCall {}, block),
                call(to, &decimalsCall {}, block),
                call(to, &supportsInterfaceCall { id: CROSSCHAIN }, block),
            ]
        })
        .collect();
    let mut answers = batch::ask(provider, &calls).await?.into_iter();
    let mut next = || answers.next().unwrap_or_else(|| Err(TransportError::NullResp));
    let token = |_: &Address| {
        let said = (
            decoded::<nameCall>(next()),
            decoded::<symbolCall>(next()),
            decoded::<decimalsCall>(next()),
            decoded::<supportsInterfaceCall>(next()),
        );
        Ok(Token {
            name: said.0?,
            symbol: said.1?,
            decimals: said.2?,
            is_crosschain: said.3?.unwrap_or_default(),
            behind: None,
        })
    };
    Ok(addresses.iter().map(token).collect())
}

fn call(to: Address, call: &impl SolCall, block: BlockNumberOrTag) -> Call {
    Call::new("eth_call", json!([{ "to": to, "data": Bytes::from(call.abi_encode()) }, block]))
}

/// What a function returned; none if it reverted or is none. A node that does not say so has said nothing.
fn decoded<C: SolCall>(answer: TransportResult<Value>) -> Result<Option<C::Return>, String> {
    match answer {
        Ok(value) => match serde_json::from_value::<Bytes>(value.clone()) {
            Ok(bytes) if value.is_string() => Ok(C::abi_decode_returns(&bytes).ok()),
            _ => Err(format!("the node answers a call with {value}")),
        },
        Err(RpcError::ErrorResp(error)) if is_of_the_contract(error.code, &error.message) => Ok(None),
        Err(error) => Err(format!("the node answers a call with: {error}")),
    }
}

/// Whether it was the contract that failed.
fn is_of_the_contract(code: i64, message: &str) -> bool {
    let message = message.to_lowercase();
    // A node that gave up says nothing of the contract, though it speaks of the execution: geth's "execution aborted
    // (timeout = 5s)".
    if ["timeout", "timed out", "aborted", "cancel"].iter().any(|words| message.contains(words)) {
        return false;
    }
    code == 3
        || ["revert", "invalid opcode", "execution", "out of gas", "stack underflow", "invalid jump", "halt"]
            .iter()
            .any(|words| message.contains(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::rpc::json_rpc::ErrorPayload;

    #[test]
    fn a_contract_without_the_function_is_told_from_a_node_without_an_answer() {
        let text = Bytes::from(nameCall::abi_encode_returns(&"T".to_owned()));
        assert_eq!(decoded::<nameCall>(Ok(json!(text))), Ok(Some("T".to_owned())));
        assert_eq!(decoded::<nameCall>(Ok(json!("0x"))), Ok(None));
        let refused = |code, message: &'static str| {
            decoded::<nameCall>(Err(RpcError::ErrorResp(ErrorPayload {
                code,
                message: message.into(),
                data: None,
            })))
        };
        assert_eq!(refused(3, "execution reverted"), Ok(None));
        assert_eq!(refused(-32003, "EVM error InvalidFEOpcode: invalid opcode"), Ok(None));
        assert!(refused(-32000, "header not found").is_err());
        assert!(refused(-32000, "execution aborted (timeout = 5s)").is_err());
        assert!(refused(-32603, "execution timed out").is_err());
        assert!(decoded::<nameCall>(Ok(Value::Null)).is_err());
    }
}
