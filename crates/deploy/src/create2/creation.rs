use super::{Factory, Salt, SaltError};
use alloy::{
    json_abi::JsonAbi,
    primitives::{Address, B256, Bytes, keccak256},
};
use causeway_bindings::{ERC7786Gateway, RelayBatcher};
use std::ops::Range;

/// A contract to create at one address on every chain.
#[derive(Clone, Debug)]
pub struct Creation {
    /// Name of the contract.
    pub name: String,
    /// What creates it.
    pub factory: Factory,
    /// The salt.
    pub salt: Salt,
    /// Creation bytecode, followed by the encoded arguments of the constructor.
    pub init_code: Bytes,
    /// Its runtime bytecode without what the constructor sets, as far as it is known.
    pub runtime: Bytes,
    /// Names of its errors, as far as they are known.
    pub abi: JsonAbi,
    /// Where values that the constructor sets stand in its runtime bytecode, as far as that is known.
    pub immutables: Vec<Range<usize>>,
    /// Libraries that it calls, which have to be there.
    pub libraries: Vec<(String, Address)>,
    /// Whether the factory may own it.
    pub may_factory_own: bool,
}

impl Creation {
    /// What creates a contract without arguments through the deterministic deployment proxy, with a salt of zero.
    pub fn new(name: impl Into<String>, init_code: Bytes) -> Self {
        Self {
            name: name.into(),
            factory: Factory::Proxy,
            salt: Salt::default(),
            init_code,
            runtime: Bytes::new(),
            abi: JsonAbi::default(),
            immutables: Vec::new(),
            libraries: Vec::new(),
            may_factory_own: false,
        }
    }

    /// The address that it will have, when `sender` calls the factory.
    pub fn address(&self, sender: Address) -> Result<Address, SaltError> {
        self.factory.address_of(self.salt.bytes(), self.init_code_hash(), sender)
    }

    /// Hash of the creation bytecode with the arguments.
    pub fn init_code_hash(&self) -> B256 {
        keccak256(&self.init_code)
    }

    /// The input for the factory.
    pub fn call(&self) -> Bytes {
        self.factory.call(self.salt.bytes(), &self.init_code)
    }

    /// Whether a contract's code is what a simulation of this creation gave, but for what the constructor set.
    pub(crate) fn is_same_code(&self, found: &[u8], simulated: &[u8]) -> bool {
        if found == simulated {
            return true;
        }
        let is_set = |index: usize| self.immutables.iter().any(|range| range.contains(&index));
        found.len() == simulated.len()
            && found
                .iter()
                .zip(simulated)
                .enumerate()
                .all(|(index, (one, other))| one == other || is_set(index))
    }
}

/// RelayBatcher and ERC7786Gateway, which stand where the deterministic deployment proxy puts them with a salt of zero.
pub fn deployed_at_salt_zero() -> [Creation; 2] {
    [
        Creation {
            runtime: RelayBatcher::DEPLOYED_BYTECODE.clone(),
            ..Creation::new("RelayBatcher", RelayBatcher::BYTECODE.clone())
        },
        Creation {
            runtime: ERC7786Gateway::DEPLOYED_BYTECODE.clone(),
            ..Creation::new("ERC7786Gateway", ERC7786Gateway::BYTECODE.clone())
        },
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_bindings::{ERC7786_GATEWAY, RELAY_BATCHER};

    #[test]
    fn batcher_and_gateway_get_the_addresses_that_everybody_knows() {
        let addresses = deployed_at_salt_zero().map(|creation| creation.address(Address::ZERO).unwrap());
        assert_eq!(addresses, [RELAY_BATCHER, ERC7786_GATEWAY]);
    }

    #[test]
    fn only_what_the_constructor_sets_may_differ() {
        let mut creation = Creation::new("X", Bytes::new());
        assert!(creation.is_same_code(&[1, 2, 3], &[1, 2, 3]));
        assert!(!creation.is_same_code(&[1, 2, 3], &[1, 9, 3]));
        creation.immutables.push(1..2);
        assert!(creation.is_same_code(&[1, 2, 3], &[1, 9, 3]));
        assert!(!creation.is_same_code(&[1, 2, 3], &[1, 2]));
        assert!(!creation.is_same_code(&[1, 2, 3], &[1, 2, 4]));
    }
}
