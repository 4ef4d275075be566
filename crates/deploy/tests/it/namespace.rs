//! The whole namespace of predeploys, and chains before interop.

use crate::DEV_ACCOUNT;
use alloy::primitives::{Address, U256, address};
use causeway_bindings::{
    DEVNET_TOKEN, ERC7786_GATEWAY, OPTIMISM_SUPERCHAIN_ERC20, PROXY_ADMIN, Proxy, RELAY_BATCHER,
    conversion_predeploys, implementation_address, predeploys,
};
use causeway_deploy::{
    ADMIN_SLOT, GenesisConfig, IMPLEMENTATION_SLOT, PREDEPLOY_COUNT, genesis, predeploy_addresses,
    preinstalls,
};
use std::collections::BTreeSet;

const WETH: Address = address!("0x4200000000000000000000000000000000000006");
const GOVERNANCE_TOKEN: Address = address!("0x4200000000000000000000000000000000000042");

fn public() -> GenesisConfig {
    GenesisConfig::public_l2(901, DEV_ACCOUNT)
}

#[test]
fn the_namespace_is_that_of_public_chains() {
    let addresses: Vec<_> = predeploy_addresses().collect();
    assert_eq!(addresses.len(), usize::from(PREDEPLOY_COUNT));
    assert_eq!(addresses[0], address!("0x4200000000000000000000000000000000000000"));
    assert_eq!(addresses[2047], address!("0x42000000000000000000000000000000000007FF"));
    assert!(addresses.is_sorted());
}

#[test]
fn every_address_has_a_proxy_that_the_proxy_admin_administers() {
    let genesis = genesis(&public());
    let ours: BTreeSet<_> = predeploys()
        .iter()
        .chain(&conversion_predeploys())
        .map(|one| one.address)
        .chain([PROXY_ADMIN])
        .collect();
    for address in predeploy_addresses() {
        if address == GOVERNANCE_TOKEN {
            assert!(!genesis.alloc.contains_key(&address), "it has no proxy, and a chain may have none");
            continue;
        }
        let account = &genesis.alloc[&address];
        let storage = account.storage.clone().unwrap_or_default();
        if address == WETH {
            assert!(storage.is_empty() && account.code.as_ref() != Some(&Proxy::DEPLOYED_BYTECODE));
            continue;
        }
        assert_eq!(account.code.as_ref(), Some(&Proxy::DEPLOYED_BYTECODE), "{address}");
        assert_eq!(storage[&ADMIN_SLOT], PROXY_ADMIN.into_word(), "{address}");
        let implementation = ours.contains(&address).then(|| implementation_address(address).into_word());
        assert_eq!(storage.get(&IMPLEMENTATION_SLOT).copied(), implementation, "{address}");
        assert_eq!(account.nonce, Some(0), "{address}");
    }
}

#[test]
fn every_precompile_has_a_wei() {
    let alloc = genesis(&public()).alloc;
    for index in 0..=u8::MAX {
        assert_eq!(alloc[&Address::with_last_byte(index)].balance, U256::ONE, "{index}");
    }
    assert!(!alloc.contains_key(&address!("0x0000000000000000000000000000000000000100")));
    assert!(!genesis(&GenesisConfig::l2(901, DEV_ACCOUNT)).alloc.contains_key(&Address::with_last_byte(1)));
}

#[test]
fn a_chain_for_other_tools_has_no_open_mint_token_and_no_refusals() {
    let alloc = genesis(&public()).alloc;
    assert!(!alloc.contains_key(&DEVNET_TOKEN));
    assert!(!alloc.contains_key(&address!("0xDeadDeAddeAddEAddeadDEaDDEAdDeaDDeAD0000")));
    assert!(alloc.contains_key(&RELAY_BATCHER) && alloc.contains_key(&ERC7786_GATEWAY));
}

/// What an upgrade finds, and what it adds: nothing but the interop contracts may differ.
#[test]
fn before_interop_everything_is_there_but_interop() {
    let (before, after) = (genesis(&public().before_interop()).alloc, genesis(&public()).alloc);
    let interop: Vec<_> = predeploys().into_iter().chain(conversion_predeploys()).collect();
    for predeploy in &interop {
        let proxy = &before[&predeploy.address];
        assert_eq!(proxy.code.as_ref(), Some(&Proxy::DEPLOYED_BYTECODE));
        assert_eq!(
            proxy.storage.as_ref().map(|slots| slots.keys().copied().collect::<Vec<_>>()),
            Some(vec![ADMIN_SLOT])
        );
        assert_eq!(proxy.balance, U256::ZERO, "no liquidity yet");
        assert!(!before.contains_key(&predeploy.implementation));
    }
    let added: BTreeSet<_> = after.keys().filter(|address| !before.contains_key(*address)).copied().collect();
    let expected = interop
        .iter()
        .map(|one| one.implementation)
        .chain([OPTIMISM_SUPERCHAIN_ERC20, RELAY_BATCHER, ERC7786_GATEWAY])
        .collect();
    assert_eq!(added, expected);

    let changed: BTreeSet<_> = before
        .iter()
        .filter(|(address, one)| after[*address] != **one)
        .map(|(address, _)| *address)
        .collect();
    assert_eq!(changed, interop.iter().map(|one| one.address).collect());
    assert!(preinstalls().iter().all(|one| before.contains_key(&one.address)));
}
