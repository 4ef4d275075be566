use super::difference::{Kind, Value};
use crate::{
    ADMIN_SLOT, ChainKind, Contract, GenesisConfig, IMPLEMENTATION_SLOT, Identity, Role, contracts, releases,
};
use alloy::primitives::{Address, B256, Bytes, U256, keccak256};
use causeway_bindings::{PROXY_ADMIN, predeploys};
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
    /// Who owns it unless the chain has its own in its place.
    pub usual_owner: Option<Address>,
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
const REFERENCE: [(&str, &str); 7] = [
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

/// The same with this owner of the ProxyAdmin, if that is ours: one that the chain had before belongs to whom it did.
pub fn devnet(chain_id: u64, usual_owner: Address) -> Vec<Expected> {
    let mut expected = genesis(chain_id, None);
    for expected in expected.iter_mut().filter(|expected| expected.address == PROXY_ADMIN) {
        expected.usual_owner = Some(usual_owner);
    }
    expected
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
        usual_owner: None,
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

    /// Whether code is the reference's, and does for a chain what ours would: what [`install`](crate::install) leaves where it
    /// finds it. What interop is made of is not among it.
    pub(super) fn is_as_good(&self, found: Identity) -> bool {
        let (Some((Identity::Ours(_), _)), Identity::Reference(release)) = (self.code, found) else {
            return false;
        };
        let is_equal = release.contract == self.name || REFERENCE.contains(&(&self.name, release.contract));
        match self.role {
            Some(Role::Proxy) => release.contract == "Proxy",
            Some(Role::Implementation) => {
                is_equal && !predeploys().iter().any(|predeploy| predeploy.name == self.name)
            }
            Some(Role::Unproxied) => is_equal,
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What `install` leaves where it finds it, and nothing that interop is made of.
    #[test]
    fn the_references_are_as_good_where_interop_works_with_them() {
        let expected = genesis(901, None);
        let accepted = |name: &str, role: Role, contract: &str| {
            let place = expected.iter().find(|place| place.name == name && place.role == Some(role)).unwrap();
            let (found, _) = released(contract).unwrap();
            place.is_as_good(found)
        };
        for (name, role, contract) in [
            ("CrossL2Inbox", Role::Proxy, "Proxy"),
            ("ProxyAdmin", Role::Proxy, "Proxy"),
            ("ProxyAdmin", Role::Implementation, "L2ProxyAdmin"),
            ("ProxyAdmin", Role::Implementation, "ProxyAdmin"),
            ("L2StandardBridgeInterop", Role::Implementation, "L2StandardBridge"),
            ("OptimismMintableERC20Factory", Role::Implementation, "OptimismMintableERC20Factory"),
            ("WETH", Role::Unproxied, "WETH"),
        ] {
            assert!(accepted(name, role, contract), "{name} {contract}");
        }
        for (name, role, contract) in [
            ("CrossL2Inbox", Role::Implementation, "CrossL2Inbox"),
            ("ETHLiquidity", Role::Implementation, "ETHLiquidity"),
            ("SuperchainTokenBridge", Role::Implementation, "SuperchainTokenBridge"),
            ("CrossL2Inbox", Role::Proxy, "WETH"),
            ("ProxyAdmin", Role::Implementation, "L2StandardBridge"),
            ("WETH", Role::Unproxied, "Proxy"),
        ] {
            assert!(!accepted(name, role, contract), "{name} {contract}");
        }
        let unknown = Identity::Unknown(B256::ZERO);
        assert!(
            expected.iter().all(|place| !place.is_as_good(unknown) && !place.is_as_good(Identity::Empty))
        );
        assert!(reference(901, None).iter().all(|place| !place.is_as_good(released("Proxy").unwrap().0)));
    }
}
