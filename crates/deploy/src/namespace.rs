//! The 2,048 addresses that an OP Stack chain keeps for predeploys.

use crate::{Contract, proxy::unused_proxy};
use alloy::primitives::{Address, address};
use causeway_bindings::WETH_ADDRESS;
use std::collections::BTreeSet;

/// How many addresses there are: 0x4200…0000 to 0x4200…07FF.
pub const PREDEPLOY_COUNT: u16 = 2048;

/// How many of the lowest addresses hold one wei on a public chain: those of precompiles, today's and to come.
pub(crate) const PRECOMPILE_COUNT: u16 = 256;

/// The governance token, which has no proxy and is not there unless a chain has one.
const GOVERNANCE_TOKEN: Address = address!("0x4200000000000000000000000000000000000042");

/// The addresses kept for predeploys, in ascending order.
pub fn predeploy_addresses() -> impl ExactSizeIterator<Item = Address> {
    (0..PREDEPLOY_COUNT).map(|index| {
        let mut address = address!("0x4200000000000000000000000000000000000000");
        address[18..].copy_from_slice(&index.to_be_bytes());
        address
    })
}

/// Whether a predeploy at this address stands behind a proxy on public chains: all but WETH and the governance token do.
pub const fn is_proxied(address: &Address) -> bool {
    !address.const_eq(&WETH_ADDRESS) && !address.const_eq(&GOVERNANCE_TOKEN)
}

/// A proxy without implementation for each address that has one on public chains and none among these.
pub(crate) fn unused(taken: &[Contract]) -> Vec<Contract> {
    let taken: BTreeSet<_> = taken.iter().map(|contract| contract.address).collect();
    predeploy_addresses()
        .filter(|address| is_proxied(address) && !taken.contains(address))
        .map(unused_proxy)
        .collect()
}

/// The addresses of precompiles, in ascending order, from 0 on.
pub(crate) fn precompile_addresses() -> impl Iterator<Item = Address> {
    (0..PRECOMPILE_COUNT).map(|index| {
        let mut address = Address::ZERO;
        address[18..].copy_from_slice(&index.to_be_bytes());
        address
    })
}
