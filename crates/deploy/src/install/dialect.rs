use super::change::Write;
use crate::batch::{self, Call};
use alloy::{
    primitives::U256,
    providers::DynProvider,
    rpc::json_rpc::{ErrorPayload, RpcError},
    transports::{TransportError, TransportResult},
};
use serde_json::{Value, json};

/// The methods by which a kind of node writes state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Whose methods they are.
    pub name: &'static str,
    code: &'static str,
    slot: &'static str,
    balance: &'static str,
    nonce: Option<&'static str>,
}

impl Dialect {
    /// All that are known, in the order in which a node that has several is spoken to.
    pub const ALL: [Self; 4] = [
        Self {
            name: "anvil",
            code: "anvil_setCode",
            slot: "anvil_setStorageAt",
            balance: "anvil_setBalance",
            nonce: Some("anvil_setNonce"),
        },
        Self {
            name: "hardhat",
            code: "hardhat_setCode",
            slot: "hardhat_setStorageAt",
            balance: "hardhat_setBalance",
            nonce: Some("hardhat_setNonce"),
        },
        Self {
            name: "tenderly",
            code: "tenderly_setCode",
            slot: "tenderly_setStorageAt",
            balance: "tenderly_setBalance",
            nonce: None,
        },
        Self {
            name: "ganache",
            code: "evm_setAccountCode",
            slot: "evm_setAccountStorageAt",
            balance: "evm_setAccountBalance",
            nonce: Some("evm_setAccountNonce"),
        },
    ];

    /// The method that sets code, by which the dialect is told.
    pub const fn set_code(&self) -> &'static str {
        self.code
    }

    /// The call that writes this; none where the node cannot.
    pub(super) fn call(&self, write: &Write) -> Option<Call> {
        Some(match write {
            Write::Code(address, code) => Call::new(self.code, json!([address, code])),
            // Hardhat takes the slot only as a number without leading zeros, ganache only with all of them.
            Write::Slot(address, slot, value) if matches!(self.name, "tenderly" | "ganache") => {
                Call::new(self.slot, json!([address, slot, value]))
            }
            Write::Slot(address, slot, value) => {
                Call::new(self.slot, json!([address, U256::from_be_bytes(slot.0), value]))
            }
            Write::Balance(address, balance) => Call::new(self.balance, json!([address, balance])),
            Write::Nonce(address, nonce) => Call::new(self.nonce?, json!([address, U256::from(*nonce)])),
        })
    }

    /// Finds out how a node writes state, by calls that lack their parameters and so change nothing. Otherwise the
    /// answers, one for each dialect.
    pub(super) async fn probe(provider: &DynProvider) -> TransportResult<Result<Self, Vec<String>>> {
        let calls = Self::ALL.map(|dialect| Call::new(dialect.code, json!([])));
        let answers = batch::ask(provider, &calls).await?;
        let found = Self::ALL.into_iter().zip(&answers).find(|(_, answer)| is_there(answer));
        Ok(match found {
            Some((dialect, _)) => Ok(dialect),
            None => Err(answers.iter().map(refusal).collect()),
        })
    }
}

/// How nodes, and the proxies before them, say that there is no such method. Their codes for it differ.
const NO_METHOD: [&str; 12] = [
    "not found",
    "not supported",
    "unsupported",
    "does not exist",
    "not available",
    "not allowed",
    "whitelist",
    "forbidden",
    "unauthorized",
    "disabled",
    "unknown method",
    "no such method",
];

/// Whether the node has the method: it misses the parameters.
fn is_there(answer: &TransportResult<Value>) -> bool {
    let Err(RpcError::ErrorResp(ErrorPayload { code, message, .. })) = answer else { return false };
    let message = message.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|words| message.contains(words));
    // Ganache says everything with the code of JSON that cannot be parsed.
    !says(&NO_METHOD) && (*code == -32602 || *code == -32700 && says(&["argument", "param"]))
}

fn refusal(answer: &TransportResult<Value>) -> String {
    match answer {
        Ok(value) => format!("it answers {value} without being told what to set"),
        Err(TransportError::ErrorResp(error)) => format!("{} ({})", error.message, error.code),
        Err(error) => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::{Address, B256, Bytes};

    fn answer(code: i64, message: &str) -> TransportResult<Value> {
        Err(RpcError::ErrorResp(ErrorPayload { code, message: message.to_owned().into(), data: None }))
    }

    #[test]
    fn a_node_that_misses_parameters_has_the_method() {
        for (code, message) in [
            (-32602, "invalid length 0, expected tuple of 2 elements"),
            // Hardhat and ganache, word for word.
            (-32602, "invalid length 0, expected tuple variant MethodInvocation::SetCode with 2 elements"),
            (-32700, "Incorrect number of arguments. 'evm_setAccountCode' requires exactly 2 arguments."),
        ] {
            assert!(is_there(&answer(code, message)), "{message}");
        }
        for (code, message) in [
            (-32601, "Method not found"),
            (-32601, "the method anvil_setCode does not exist/is not available"),
            (-32004, "Method anvil_setCode is not supported"),
            (-32700, "The method anvil_setCode does not exist/is not available"),
            (-32700, "parse error"),
            (-32001, "rpc method is not whitelisted"),
            (-32600, "method not allowed"),
            (-32602, "unsupported method"),
            (-32000, "unauthorized"),
            (403, "forbidden"),
        ] {
            assert!(!is_there(&answer(code, message)), "{code} {message}");
        }
        assert!(!is_there(&Ok(Value::Null)), "one that swallows anything has set nothing");
    }

    #[test]
    fn every_write_is_a_call_of_the_dialect() {
        let at = Address::repeat_byte(1);
        let slot = Write::Slot(at, U256::from(4).into(), B256::with_last_byte(9));
        for dialect in Dialect::ALL {
            let call = dialect.call(&Write::Code(at, Bytes::from_static(&[0xfe]))).unwrap();
            assert_eq!((call.method, &call.params[1]), (dialect.set_code(), &json!("0xfe")));
            let is_whole = dialect.call(&slot).unwrap().params[1] != json!("0x4");
            assert_eq!(is_whole, ["tenderly", "ganache"].contains(&dialect.name));
        }
    }
}
