use crate::{Contract, Role};
use alloy::primitives::{Address, B256, Bytes, b256};
use causeway_bindings::{PROXY_ADMIN, Proxy, implementation_address};

/// Storage slot of a proxy's implementation (ERC-1967): keccak256("eip1967.proxy.implementation") - 1.
pub const IMPLEMENTATION_SLOT: B256 =
    b256!("0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc");

/// Storage slot of a proxy's administrator (ERC-1967): keccak256("eip1967.proxy.admin") - 1.
pub const ADMIN_SLOT: B256 = b256!("0xb53127684a568b3173ae13b9f8a6016e243e63b6e8ee1178d6a717850b5d6103");

/// The two contracts that make a predeploy: a proxy at its address, and `runtime` in the code namespace.
pub(crate) fn proxied(name: &'static str, address: Address, runtime: &Bytes) -> [Contract; 2] {
    let implementation = implementation_address(address);
    let mut proxy = Contract::new(name, Role::Proxy, address, Proxy::DEPLOYED_BYTECODE.clone());
    proxy
        .storage
        .extend([(IMPLEMENTATION_SLOT, implementation.into_word()), (ADMIN_SLOT, PROXY_ADMIN.into_word())]);
    [proxy, Contract::new(name, Role::Implementation, implementation, runtime.clone())]
}

/// A proxy whose implementation nobody has set: every call and transfer reverts, until the ProxyAdmin's owner sets one.
pub(crate) fn unused_proxy(address: Address) -> Contract {
    let mut proxy = Contract::new("Proxy", Role::Unused, address, Proxy::DEPLOYED_BYTECODE.clone());
    proxy.storage.insert(ADMIN_SLOT, PROXY_ADMIN.into_word());
    proxy
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::primitives::{U256, keccak256};

    #[test]
    fn slots_are_the_hashes_less_one() {
        for (name, slot) in [("implementation", IMPLEMENTATION_SLOT), ("admin", ADMIN_SLOT)] {
            let hash: U256 = keccak256(format!("eip1967.proxy.{name}")).into();
            assert_eq!(slot, B256::from(hash - U256::ONE), "{name}");
        }
    }
}
