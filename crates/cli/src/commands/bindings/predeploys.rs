//! Interop's own contracts, with their addresses.

use alloy::primitives::Address;
use causeway_artifact::Artifact;
use causeway_bindgen::{Addresses, Contract};
use std::collections::BTreeMap;

// `ARTIFACTS: &[(name, JSON)]`, those of crates/bindings/artifacts: see build.rs.
include!(concat!(env!("OUT_DIR"), "/artifacts.rs"));

/// What stands at the same address on every chain that has it, by name.
const ADDRESSES: &str = include_str!("../../../../bindings/addresses.json");

pub(super) fn contracts() -> Vec<Contract> {
    // Both are committed, and a test reads each of them.
    let addresses: BTreeMap<String, Address> = serde_json::from_str(ADDRESSES).unwrap_or_default();
    let artifacts = ARTIFACTS.iter().filter_map(|(name, json)| Some((name, Artifact::parse(json).ok()?)));
    let contracts = artifacts.map(|(name, artifact)| {
        let mut contract = Contract::new(artifact, name);
        contract.addresses = addresses.get(*name).copied().map(Addresses::everywhere).unwrap_or_default();
        contract
    });
    contracts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use causeway_bindings as bindings;
    use causeway_interop as interop;

    #[test]
    fn every_artifact_is_read_and_every_address_used() {
        let contracts = contracts();
        assert_eq!(contracts.len(), ARTIFACTS.len());
        assert!(contracts.iter().all(|contract| contract.omitted.is_empty() && !contract.abi.is_empty()));
        let placed = contracts.iter().filter_map(|one| Some((&*one.name, one.addresses.everywhere?)));
        let known = [
            ("CrossL2Inbox", interop::CROSS_L2_INBOX),
            ("ERC7786Gateway", bindings::ERC7786_GATEWAY),
            ("ETHLiquidity", interop::ETH_LIQUIDITY),
            ("L2StandardBridgeInterop", bindings::L2_STANDARD_BRIDGE),
            ("L2ToL2CrossDomainMessenger", interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER),
            ("OptimismMintableERC20Factory", bindings::OPTIMISM_MINTABLE_ERC20_FACTORY),
            ("OptimismSuperchainERC20Beacon", interop::OPTIMISM_SUPERCHAIN_ERC20_BEACON),
            ("OptimismSuperchainERC20Factory", interop::OPTIMISM_SUPERCHAIN_ERC20_FACTORY),
            ("ProxyAdmin", bindings::PROXY_ADMIN),
            ("RelayBatcher", bindings::RELAY_BATCHER),
            ("SuperchainETHBridge", interop::SUPERCHAIN_ETH_BRIDGE),
            ("SuperchainTokenBridge", interop::SUPERCHAIN_TOKEN_BRIDGE),
            ("WETH", bindings::WETH_ADDRESS),
        ];
        assert_eq!(placed.collect::<Vec<_>>(), known);
    }
}
