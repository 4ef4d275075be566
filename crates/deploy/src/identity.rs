//! What code is, told by its hash and never by the address that it stands at.

use crate::{GenesisConfig, PERMIT2, Release, Role, contracts, link, preinstalls, releases};
use alloy::primitives::{Address, B256, U256, keccak256};
use causeway_bindings::{OPTIMISM_SUPERCHAIN_ERC20, OptimismSuperchainERC20Beacon};
use std::{collections::HashMap, fmt, sync::LazyLock};

/// What code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A contract of this toolkit.
    Ours(&'static str),
    /// The same, compiled with metadata behind it, which ours has not.
    OursWithMetadata(&'static str),
    /// The same, with the address of another contract in it than ours has: one that an upgrade has created.
    OursNaming(&'static str, Address),
    /// Ours in the place of a predeploy that is not there.
    Refusal(&'static str),
    /// A contract of a release of the reference.
    Reference(&'static Release),
    /// A preinstall.
    Preinstall(&'static str),
    /// Permit2, with the values of a chain of this id in it.
    Permit2Of(U256),
    /// None that is known.
    Unknown(B256),
    /// There is no code.
    Empty,
}

impl Identity {
    /// Tells what code is.
    pub fn of(code: &[u8]) -> Self {
        if code.is_empty() {
            return Self::Empty;
        }
        let hash = keccak256(code);
        if let Some(known) = KNOWN.get(&hash) {
            return *known;
        }
        if let Some(Self::Ours(name)) = without_metadata(code).and_then(|code| KNOWN.get(&keccak256(code))) {
            return Self::OursWithMetadata(name);
        }
        if let Some(implementation) =
            link::linked(&OptimismSuperchainERC20Beacon::DEPLOYED_BYTECODE, OPTIMISM_SUPERCHAIN_ERC20, code)
        {
            return Self::OursNaming("OptimismSuperchainERC20Beacon", implementation);
        }
        permit2(code).map_or(Self::Unknown(hash), Self::Permit2Of)
    }

    /// Whether it is this contract of ours, whatever address it names within and whether or not it has metadata.
    pub fn is_our(&self, contract: &str) -> bool {
        matches!(self, Self::Ours(name) | Self::OursWithMetadata(name) | Self::OursNaming(name, _) if *name == contract)
    }

    /// Whether it is the proxy that predeploys stand behind, ours or the reference's: both keep implementation and
    /// administrator in the same slots, and obey the same calls.
    pub fn is_proxy(&self) -> bool {
        self.is_our("Proxy") || matches!(self, Self::Reference(release) if release.contract == "Proxy")
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ours(name) => write!(f, "our {name}"),
            Self::OursWithMetadata(name) => write!(f, "our {name} with metadata"),
            Self::OursNaming(name, other) => write!(f, "our {name} that names {other}"),
            Self::Refusal(name) => write!(f, "our refusal of {name}"),
            Self::Reference(Release { contract, version: "", .. }) => {
                write!(f, "{contract} of the reference")
            }
            Self::Reference(Release { contract, version, .. }) => {
                write!(f, "{contract} {version} of the reference")
            }
            Self::Preinstall(name) => f.write_str(name),
            Self::Permit2Of(chain_id) => write!(f, "Permit2 of chain {chain_id}"),
            Self::Unknown(hash) => {
                let hash = hash.to_string();
                write!(f, "unknown code {}…{}", &hash[..6], &hash[62..])
            }
            Self::Empty => f.write_str("no code"),
        }
    }
}

static KNOWN: LazyLock<HashMap<B256, Identity>> = LazyLock::new(|| {
    let ours = contracts(&GenesisConfig::l2(0, Address::ZERO)).into_iter().filter_map(|contract| {
        let identity = match contract.role {
            Role::Preinstall if contract.address == PERMIT2 => return None,
            Role::Preinstall => Identity::Preinstall(contract.name),
            Role::Absent => Identity::Refusal(contract.name),
            Role::Proxy => Identity::Ours("Proxy"),
            _ => Identity::Ours(contract.name),
        };
        Some((keccak256(&contract.code), identity))
    });
    // What is ours has our name, even where it is the reference's to the byte.
    let reference = releases().iter().map(|release| (release.code_hash, Identity::Reference(release)));
    let mut known: HashMap<_, _> = reference.collect();
    for (hash, identity) in ours {
        // Two preinstalls have the same code.
        if !matches!((identity, known.get(&hash)), (Identity::Preinstall(_), Some(Identity::Preinstall(_)))) {
            known.insert(hash, identity);
        }
    }
    known
});

/// The code before the metadata that solc puts behind it: a CBOR map, and its length in two bytes.
fn without_metadata(code: &[u8]) -> Option<&[u8]> {
    let (rest, length) = code.split_last_chunk::<2>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    let (code, metadata) = rest.split_at_checked(rest.len().checked_sub(length)?)?;
    // A map of one to three entries.
    matches!(metadata.first(), Some(0xa1..=0xa3)).then_some(code)
}

/// The chain that Permit2's code was made for.
fn permit2(code: &[u8]) -> Option<U256> {
    let permit2 = preinstalls().iter().find(|preinstall| preinstall.address == PERMIT2)?;
    let at = permit2.immutables?.chain_id;
    let chain_id = U256::from_be_slice(code.get(at..at + 32)?);
    let expected = permit2.runtime_on(chain_id.try_into().ok()?);
    (*code == *expected).then_some(chain_id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_bindings::{CrossL2Inbox, Proxy};

    #[test]
    fn code_is_told_by_its_hash() {
        let inbox = &*CrossL2Inbox::DEPLOYED_BYTECODE;
        assert_eq!(Identity::of(inbox), Identity::Ours("CrossL2Inbox"));
        assert_eq!(Identity::of(&[]), Identity::Empty);
        assert!(Identity::of(&Proxy::DEPLOYED_BYTECODE).is_proxy());
        let mut other = inbox.to_vec();
        other[20] ^= 1;
        assert_eq!(Identity::of(&other), Identity::Unknown(keccak256(&other)));
    }

    #[test]
    fn metadata_makes_no_other_contract() {
        // {"solc": 0.8.25}
        let metadata = alloy::primitives::hex!("a164736f6c6343000819000a");
        let code = [&**CrossL2Inbox::DEPLOYED_BYTECODE, &metadata].concat();
        assert_eq!(Identity::of(&code), Identity::OursWithMetadata("CrossL2Inbox"));
    }

    #[test]
    fn permit2_tells_its_chain() {
        let permit2 = preinstalls().iter().find(|preinstall| preinstall.address == PERMIT2).unwrap();
        for id in [1, 10, 901, u64::MAX] {
            assert_eq!(Identity::of(&permit2.runtime_on(id)), Identity::Permit2Of(U256::from(id)), "{id}");
        }
        let mut torn = permit2.runtime_on(10).to_vec();
        torn[permit2.immutables.unwrap().domain_separator] ^= 1;
        assert!(matches!(Identity::of(&torn), Identity::Unknown(_)));
    }
}
