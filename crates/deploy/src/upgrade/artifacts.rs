use alloy::primitives::Bytes;
use causeway_bindings::{
    CrossL2Inbox, ERC7786Gateway, ETHLiquidity, L2ToL2CrossDomainMessenger, OptimismSuperchainERC20,
    OptimismSuperchainERC20Beacon, OptimismSuperchainERC20Factory, RelayBatcher, SuperchainETHBridge,
    SuperchainTokenBridge,
};
use std::collections::{BTreeMap, BTreeSet};

/// The code of contracts, by their names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Artifacts {
    codes: BTreeMap<String, Code>,
    foreign: BTreeSet<String>,
}

/// The code of a contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// What creates it.
    pub creation: Bytes,
    /// What stands there afterwards, if that can be told.
    pub runtime: Option<Bytes>,
}

impl Artifacts {
    /// Ours.
    pub fn ours() -> Self {
        let codes = [
            ("CrossL2Inbox", &CrossL2Inbox::BYTECODE, &CrossL2Inbox::DEPLOYED_BYTECODE),
            (
                "L2ToL2CrossDomainMessenger",
                &L2ToL2CrossDomainMessenger::BYTECODE,
                &L2ToL2CrossDomainMessenger::DEPLOYED_BYTECODE,
            ),
            ("SuperchainETHBridge", &SuperchainETHBridge::BYTECODE, &SuperchainETHBridge::DEPLOYED_BYTECODE),
            ("ETHLiquidity", &ETHLiquidity::BYTECODE, &ETHLiquidity::DEPLOYED_BYTECODE),
            (
                "SuperchainTokenBridge",
                &SuperchainTokenBridge::BYTECODE,
                &SuperchainTokenBridge::DEPLOYED_BYTECODE,
            ),
            (
                "OptimismSuperchainERC20",
                &OptimismSuperchainERC20::BYTECODE,
                &OptimismSuperchainERC20::DEPLOYED_BYTECODE,
            ),
            (
                "OptimismSuperchainERC20Beacon",
                &OptimismSuperchainERC20Beacon::BYTECODE,
                &OptimismSuperchainERC20Beacon::DEPLOYED_BYTECODE,
            ),
            (
                "OptimismSuperchainERC20Factory",
                &OptimismSuperchainERC20Factory::BYTECODE,
                &OptimismSuperchainERC20Factory::DEPLOYED_BYTECODE,
            ),
            ("RelayBatcher", &RelayBatcher::BYTECODE, &RelayBatcher::DEPLOYED_BYTECODE),
            ("ERC7786Gateway", &ERC7786Gateway::BYTECODE, &ERC7786Gateway::DEPLOYED_BYTECODE),
        ];
        let codes = codes.into_iter().map(|(name, creation, runtime)| {
            let code = Code { creation: Bytes::clone(creation), runtime: Some(Bytes::clone(runtime)) };
            (name.to_owned(), code)
        });
        Self { codes: codes.collect(), foreign: BTreeSet::new() }
    }

    /// Adds a contract, or takes other code for one that is there.
    pub fn insert(&mut self, name: impl Into<String>, code: Code) {
        let name = name.into();
        self.foreign.insert(name.clone());
        self.codes.insert(name, code);
    }

    /// The code of a contract.
    pub fn get(&self, name: &str) -> Option<&Code> {
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
