use crate::{Contract, Role, permit2_domain_separator};
use alloy::primitives::{Address, B256, Bytes, U256};
use serde::Deserialize;
use std::{collections::BTreeMap, sync::LazyLock};

/// A contract that users expect at the same address on every chain.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preinstall {
    /// Name of the contract.
    pub name: &'static str,
    /// Address.
    pub address: Address,
    /// Nonce right after its creation: 1, or more if its constructor created contracts.
    pub nonce: u64,
    /// The account whose first transaction creates it on public chains, if one does.
    #[serde(default)]
    pub deployer: Option<Address>,
    /// Licence of the contract (SPDX).
    pub license: &'static str,
    /// Where the code was taken from.
    pub source: &'static str,
    /// How the code was proven to be the one of public chains.
    pub verified: &'static str,
    /// Where values that depend on the chain stand in [`Self::runtime`], which has zeros there.
    #[serde(default)]
    pub immutables: Option<Immutables>,
    /// The slots that its constructor wrote.
    pub storage: BTreeMap<B256, B256>,
    /// Runtime bytecode. See [`Self::runtime_on`] for the one of a chain.
    pub runtime: Bytes,
}

/// Byte offsets of the 32-byte values in Permit2's code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Immutables {
    /// Offset of the chain id.
    pub chain_id: usize,
    /// Offset of the EIP-712 domain separator.
    pub domain_separator: usize,
}

/// The preinstalls in alphabetical order.
pub fn preinstalls() -> &'static [Preinstall] {
    &PREINSTALLS
}

static PREINSTALLS: LazyLock<Vec<Preinstall>> = LazyLock::new(|| {
    let parse = |file| serde_json::from_str(file).expect("the files are checked by a test");
    FILES.into_iter().map(parse).collect()
});

/// `script/preinstalls.mjs` writes and checks them.
const FILES: [&str; 16] = [
    include_str!("../preinstalls/BeaconBlockRoots.json"),
    include_str!("../preinstalls/Create2Deployer.json"),
    include_str!("../preinstalls/CreateX.json"),
    include_str!("../preinstalls/DeterministicDeploymentProxy.json"),
    include_str!("../preinstalls/EntryPointV06.json"),
    include_str!("../preinstalls/EntryPointV07.json"),
    include_str!("../preinstalls/HistoryStorage.json"),
    include_str!("../preinstalls/MultiSend.json"),
    include_str!("../preinstalls/MultiSendCallOnly.json"),
    include_str!("../preinstalls/Multicall3.json"),
    include_str!("../preinstalls/Permit2.json"),
    include_str!("../preinstalls/Safe.json"),
    include_str!("../preinstalls/SafeL2.json"),
    include_str!("../preinstalls/SafeSingletonFactory.json"),
    include_str!("../preinstalls/SenderCreatorV06.json"),
    include_str!("../preinstalls/SenderCreatorV07.json"),
];

impl Preinstall {
    /// Runtime bytecode on a chain.
    pub fn runtime_on(&self, chain_id: u64) -> Bytes {
        let Some(Immutables { chain_id: chain, domain_separator: domain }) = self.immutables else {
            return self.runtime.clone();
        };
        let mut runtime = self.runtime.to_vec();
        runtime[chain..chain + 32].copy_from_slice(&U256::from(chain_id).to_be_bytes::<32>());
        runtime[domain..domain + 32].copy_from_slice(permit2_domain_separator(chain_id).as_slice());
        runtime.into()
    }

    pub(crate) fn contract(&self, chain_id: u64) -> Contract {
        let mut contract =
            Contract::new(self.name, Role::Preinstall, self.address, self.runtime_on(chain_id));
        contract.nonce = self.nonce;
        contract.storage.clone_from(&self.storage);
        contract
    }
}
