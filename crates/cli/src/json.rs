//! The forms that values have in everything that `--json` prints. docs/json.md says which, and docs/json.schema.json holds
//! every command to them.

use alloy::primitives::{Address, U256};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use std::fmt;

/// The name of a chain; nothing for one that has none, being known by its URL.
pub(crate) fn chain_name(name: &str) -> Option<&str> {
    Some(name).filter(|name| !name.is_empty())
}

/// The id of a chain: decimal text, for ids have up to 256 bits and most readers' numbers 53.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ChainId(U256);

impl From<u64> for ChainId {
    fn from(id: u64) -> Self {
        Self(U256::from(id))
    }
}

impl From<U256> for ChainId {
    fn from(id: U256) -> Self {
        Self(id)
    }
}

impl fmt::Display for ChainId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for ChainId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// An address with its EIP-55 checksum, as people and explorers write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Checksummed(pub(crate) Address);

impl Serialize for Checksummed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A number that may exceed 53 bits, as decimal text: amounts in base units, and the nonces of messages.
pub(crate) fn decimal(number: U256) -> Value {
    number.to_string().into()
}

/// What came with keys in another form, as `interop_status` and the configuration have them. Only names of fields are
/// changed, and no names of chains: those are data.
pub(crate) fn with_camel_case_keys(value: Value) -> Value {
    match value {
        Value::Object(map) => {
            let fields = map.into_iter().map(|(key, value)| {
                let value = if key == "chains" { with_names(value) } else { with_camel_case_keys(value) };
                (camel_case(&key), value)
            });
            Value::Object(fields.collect())
        }
        Value::Array(items) => items.into_iter().map(with_camel_case_keys).collect(),
        other => other,
    }
}

/// Chains by name or id.
fn with_names(chains: Value) -> Value {
    match chains {
        Value::Object(chains) => {
            let chains = chains.into_iter().map(|(name, chain)| (name, with_camel_case_keys(chain)));
            Value::Object(chains.collect::<Map<_, _>>())
        }
        other => with_camel_case_keys(other),
    }
}

fn camel_case(key: &str) -> String {
    let mut words = key.split(['-', '_']);
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        name.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        name.push_str(letters.as_str());
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_become_camel_case_and_names_stay() {
        let value = json!({
            "block-time": 1,
            "chains": { "op-mainnet": { "chain_id": "10", "heads": { "cross-unsafe": null } } },
            "list": [{ "a-b-c": "x-y" }],
        });
        let expected = json!({
            "blockTime": 1,
            "chains": { "op-mainnet": { "chainId": "10", "heads": { "crossUnsafe": null } } },
            "list": [{ "aBC": "x-y" }],
        });
        assert_eq!(with_camel_case_keys(value), expected);
    }

    #[test]
    fn a_chain_id_of_any_size_is_exact() {
        assert_eq!(json!(ChainId::from(901)), "901");
        assert_eq!(json!(ChainId::from(U256::MAX)), U256::MAX.to_string());
    }
}
