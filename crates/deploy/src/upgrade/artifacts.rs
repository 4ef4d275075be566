use alloy::primitives::{Bytes, hex};
use causeway_bindings::{
    CrossL2Inbox, ERC7786Gateway, ETHLiquidity, L2ToL2CrossDomainMessenger, OptimismSuperchainERC20,
    OptimismSuperchainERC20Beacon, OptimismSuperchainERC20Factory, RelayBatcher, SuperchainETHBridge,
    SuperchainTokenBridge,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The code by which contracts are created, by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifacts {
    codes: BTreeMap<String, Bytes>,
    foreign: BTreeSet<String>,
}

/// Why a file is no artifact to create a contract from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ArtifactError {
    /// It is no JSON.
    #[error("it is no JSON: {0}")]
    NotJson(String),
    /// It has no code: it is of an interface, or of another tool.
    #[error("it has no creation code under `bytecode`")]
    NoCode,
    /// A library is missing in its code.
    #[error("its code is not linked: {0} is missing")]
    Unlinked(String),
}

impl Artifacts {
    /// Ours.
    pub fn ours() -> Self {
        let codes = [
            ("CrossL2Inbox", &CrossL2Inbox::BYTECODE),
            ("L2ToL2CrossDomainMessenger", &L2ToL2CrossDomainMessenger::BYTECODE),
            ("SuperchainETHBridge", &SuperchainETHBridge::BYTECODE),
            ("ETHLiquidity", &ETHLiquidity::BYTECODE),
            ("SuperchainTokenBridge", &SuperchainTokenBridge::BYTECODE),
            ("OptimismSuperchainERC20", &OptimismSuperchainERC20::BYTECODE),
            ("OptimismSuperchainERC20Beacon", &OptimismSuperchainERC20Beacon::BYTECODE),
            ("OptimismSuperchainERC20Factory", &OptimismSuperchainERC20Factory::BYTECODE),
            ("RelayBatcher", &RelayBatcher::BYTECODE),
            ("ERC7786Gateway", &ERC7786Gateway::BYTECODE),
        ];
        let codes = codes.into_iter().map(|(name, code)| (name.to_owned(), Bytes::clone(code)));
        Self { codes: codes.collect(), foreign: BTreeSet::new() }
    }

    /// Adds a contract, or takes other code for one that is there.
    pub fn insert(&mut self, name: impl Into<String>, creation: Bytes) {
        let name = name.into();
        self.foreign.insert(name.clone());
        self.codes.insert(name, creation);
    }

    /// The code that creates a contract.
    pub fn get(&self, name: &str) -> Option<&Bytes> {
        self.codes.get(name)
    }

    /// Whether its code is not ours, so that no figure of ours holds for it.
    pub fn is_foreign(&self, name: &str) -> bool {
        self.foreign.contains(name)
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.codes.keys().map(String::as_str)
    }
}

/// The creation code in an artifact of forge or hardhat.
///
/// # Errors
///
/// If there is none, or if a library is missing in it.
pub fn creation_code_of(artifact: &str) -> Result<Bytes, ArtifactError> {
    let artifact: Value =
        serde_json::from_str(artifact).map_err(|error| ArtifactError::NotJson(error.to_string()))?;
    let code = &artifact["bytecode"];
    let code = code.as_str().or_else(|| code["object"].as_str()).ok_or(ArtifactError::NoCode)?;
    let digits = code.strip_prefix("0x").unwrap_or(code);
    if let Some(start) = digits.find("__") {
        let placeholder: String = digits[start..].chars().take(40).collect();
        return Err(ArtifactError::Unlinked(placeholder));
    }
    match hex::decode(digits) {
        Ok(code) if !code.is_empty() => Ok(code.into()),
        _ => Err(ArtifactError::NoCode),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_forge_and_of_hardhat_is_read() {
        for text in [r#"{"bytecode":{"object":"0x6001"}}"#, r#"{"bytecode":"0x6001"}"#] {
            assert_eq!(creation_code_of(text), Ok(Bytes::from_static(&[0x60, 1])), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_created_is_refused() {
        assert!(matches!(creation_code_of("{"), Err(ArtifactError::NotJson(_))));
        for text in ["{}", r#"{"bytecode":{"object":"0x"}}"#, r#"{"bytecode":"0xzz"}"#] {
            assert_eq!(creation_code_of(text), Err(ArtifactError::NoCode), "{text}");
        }
        let unlinked = r#"{"bytecode":{"object":"0x60__$0123456789012345678901234567890123$__00"}}"#;
        let missing = "__$0123456789012345678901234567890123$__".to_owned();
        assert_eq!(creation_code_of(unlinked), Err(ArtifactError::Unlinked(missing)));
    }
}
