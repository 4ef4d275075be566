use super::difference::{Kind, Value};
use crate::{
    ADMIN_SLOT, ChainKind, Contract, GenesisConfig, IMPLEMENTATION_SLOT, Identity, Role, contracts, releases,
};
use alloy::primitives::{Address, B256, Bytes, U256, keccak256};
use causeway_bindings::PROXY_ADMIN;
use std::collections::BTreeMap;

/// What should be at an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Name of the contract.
    pub name: String,
    /// What it is there for, where that is known.
    pub role: Option<Role>,
    /// Address.
    pub address: Address,
    /// Where a genesis has it, if the chain has it elsewhere.
    pub instead_of: Option<Address>,
    /// What its code is, with its hash; none where code does not matter.
    pub code: Option<(Identity, B256)>,
    /// Code that the proxy leads to, wherever it stands.
    pub behind: Option<(Identity, B256)>,
    /// The values of slots.
    pub slots: BTreeMap<B256, B256>,
    /// It has at least so many wei.
    pub balance: U256,
    /// Its nonce is at least this.
    pub nonce: u64,
    /// What `version()` answers.
    pub version: Option<&'static str>,
}

/// The versions that our contracts answer with.
const VERSIONS: [(&str, &str); 8] = [
    ("CrossL2Inbox", "1.1.0"),
    ("L2ToL2CrossDomainMessenger", "1.3.2"),
    ("SuperchainETHBridge", "1.0.1"),
    ("ETHLiquidity", "1.1.1"),
    ("OptimismSuperchainERC20Factory", "1.0.1"),
    ("OptimismSuperchainERC20Beacon", "1.0.1"),
    ("SuperchainTokenBridge", "1.0.1"),
    ("WETH", "1.1.1"),
];

/// The contracts of the reference behind proxies, with the names of those of ours that stand there.
pub(super) const REFERENCE: [(&str, &str); 7] = [
    ("ProxyAdmin", "L2ProxyAdmin"),
    ("L2StandardBridgeInterop", "L2StandardBridge"),
    ("OptimismMintableERC20Factory", "OptimismMintableERC20Factory"),
    ("CrossL2Inbox", "CrossL2Inbox"),
    ("L2ToL2CrossDomainMessenger", "L2ToL2CrossDomainMessenger"),
    ("SuperchainETHBridge", "SuperchainETHBridge"),
    ("ETHLiquidity", "ETHLiquidity"),
];

/// What a genesis of ours gives a chain, apart from the devnet's token and from what stands in for predeploys that are not
/// ours. Without an owner, any account may own the ProxyAdmin.
pub fn genesis(chain_id: u64, owner: Option<Address>) -> Vec<Expected> {
    let mut config = GenesisConfig::l2(chain_id, owner.unwrap_or_default());
    if let ChainKind::L2 { devnet_token, .. } = &mut config.kind {
        *devnet_token = false;
    }
    let of_the_protocol = |contract: &Contract| !matches!(contract.role, Role::Absent | Role::Unused);
    contracts(&config)
        .into_iter()
        .filter(of_the_protocol)
        .map(|contract| of_contract(contract, owner))
        .collect()
}

fn of_contract(contract: Contract, owner: Option<Address>) -> Expected {
    let mut slots = contract.storage;
    if contract.address == PROXY_ADMIN && owner.is_none() {
        slots.remove(&B256::ZERO);
    }
    let answers = matches!(contract.role, Role::Proxy | Role::Unproxied);
    let version = VERSIONS.iter().find(|(name, _)| answers && *name == contract.name);
    Expected {
        name: contract.name.to_owned(),
        role: Some(contract.role),
        address: contract.address,
        instead_of: None,
        code: Some(known(&contract.code)),
        behind: None,
        slots,
        balance: contract.balance,
        nonce: contract.nonce,
        version: version.map(|(_, version)| *version),
    }
}

/// What the newest release of the reference gives a chain with interop: its own predeploys, and the same preinstalls.
pub fn reference(chain_id: u64, owner: Option<Address>) -> Vec<Expected> {
    let expected = genesis(chain_id, owner).into_iter();
    expected
        .filter_map(|mut expected| match expected.role {
            Some(Role::Preinstall) => Some(expected),
            Some(Role::Unproxied) => {
                expected.code = Some(released("WETH")?);
                Some(expected)
            }
            Some(Role::Proxy) => {
                let (_, reference) = REFERENCE.iter().find(|(ours, _)| *ours == expected.name)?;
                let behind = released(reference)?;
                if let Identity::Reference(release) = behind.0 {
                    expected.version = expected.version.and(Some(release.version));
                }
                expected.name = (*reference).to_owned();
                expected.slots.remove(&IMPLEMENTATION_SLOT);
                expected.code = Some(released("Proxy")?);
                Some(Expected { behind: Some(behind), ..expected })
            }
            _ => None,
        })
        .collect()
}

/// The newest release of a contract.
fn released(contract: &str) -> Option<(Identity, B256)> {
    let release = releases().iter().find(|release| release.contract == contract)?;
    Some((Identity::Reference(release), release.code_hash))
}

pub(super) fn known(code: &Bytes) -> (Identity, B256) {
    (Identity::of(code), keccak256(code))
}

impl Expected {
    /// The slots that are read: those that matter, and where a proxy leads.
    pub(super) fn slots_to_read(&self) -> Vec<B256> {
        let mut slots: Vec<_> = self.slots.keys().copied().collect();
        if self.is_proxy() {
            slots.extend([IMPLEMENTATION_SLOT, ADMIN_SLOT]);
        }
        if self.address == PROXY_ADMIN {
            slots.push(B256::ZERO);
        }
        slots.sort_unstable();
        slots.dedup();
        slots
    }

    pub(super) fn is_proxy(&self) -> bool {
        self.role == Some(Role::Proxy) || self.code.is_some_and(|(identity, _)| identity.is_proxy())
    }

    /// Whether code does what this implementation of ours does, though an upgrade has made it name another contract. Where
    /// that one is, is looked at, too.
    pub(super) fn is_ours(&self, found: Identity) -> bool {
        match (self.role, self.code, found) {
            (Some(Role::Implementation), Some((Identity::Ours(name), _)), Identity::OursNaming(other, _)) => {
                name == other
            }
            _ => false,
        }
    }

    /// What a slot is for, and how its value is shown.
    pub(super) fn slot_kind(&self, slot: B256) -> (Kind, fn(B256) -> Value) {
        let account = |word| Value::Account(Address::from_word(word), None);
        match slot {
            IMPLEMENTATION_SLOT => (Kind::Implementation, account),
            ADMIN_SLOT => (Kind::Admin, account),
            B256::ZERO if self.address == PROXY_ADMIN && self.is_proxy() => (Kind::Owner, account),
            slot => (Kind::Slot(slot), Value::Word),
        }
    }
}
