use alloy::primitives::Bytes;
use causeway_bindings::{
    CrossL2Inbox, ERC7786Gateway, ETHLiquidity, L2ToL2CrossDomainMessenger, OptimismSuperchainERC20,
    OptimismSuperchainERC20Beacon, OptimismSuperchainERC20Factory, RelayBatcher, SuperchainETHBridge,
    SuperchainTokenBridge,
};
use std::collections::{BTreeMap, BTreeSet};

/// The code by which contracts are created, by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifacts {
    codes: BTreeMap<String, Bytes>,
    foreign: BTreeSet<String>,
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
