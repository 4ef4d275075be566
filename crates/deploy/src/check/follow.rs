//! Contracts that a chain has elsewhere than a genesis, and rightly: an upgrade creates implementations at addresses of their
//! own, which proxies name then, and leaves a chain its own bridge.

use super::{
    expected::{Expected, known},
    leads_to,
};
use crate::{AccountState, IMPLEMENTATION_SLOT, Identity, Role};
use alloy::primitives::{Address, B256};
use causeway_bindings::{OPTIMISM_SUPERCHAIN_ERC20, conversion_predeploys};
use std::collections::BTreeMap;

/// What is expected, and what was read there.
pub(super) type Place = (Expected, Result<AccountState, String>);

/// Where a proxy leads to the right code, that is where its implementation is, wherever that may be; likewise where a genesis'
/// own was never there, as on a chain that was upgraded. What it leads to otherwise is a difference of the proxy.
pub(super) fn proxies(places: &mut Vec<Place>, behind: &BTreeMap<Address, Result<AccountState, String>>) {
    let mut not_ours = Vec::new();
    for index in 0..places.len() {
        let (proxy, state) = &places[index];
        let (Some(&usual), true) = (proxy.slots.get(&IMPLEMENTATION_SLOT), proxy.is_proxy()) else {
            continue;
        };
        let usual = Address::from_word(usual);
        let is_there =
            |(place, _): &Place| place.role == Some(Role::Implementation) && place.address == usual;
        let Some(implementation) = places.iter().position(is_there) else { continue };
        let leads_to = leads_to(proxy, state);
        let is_upgraded = places[implementation].1.as_ref().is_ok_and(|state| state.code.is_empty());
        let led_to = leads_to.and_then(|address| behind.get(&address));
        if state.is_ok() && is_without_bridge(&proxy.name, leads_to, is_upgraded) {
            places[index].0.slots.remove(&IMPLEMENTATION_SLOT);
            not_ours.push(usual);
            continue;
        }
        let Some((address, found)) = leads_to.filter(|address| *address != usual).zip(led_to) else {
            continue;
        };
        let is_right = |found: &AccountState| is_right(&places[implementation].0, found);
        if is_upgraded || found.as_ref().map_or(true, is_right) {
            places[index].0.slots.insert(IMPLEMENTATION_SLOT, address.into_word());
            moved(&mut places[implementation], address, found.clone());
        }
    }
    places.retain(|(place, _)| !not_ours.contains(&place.address));
    owner(places);
}

/// Whether there is still no bridge or factory of bridged tokens, as before an upgrade, which brings none.
fn is_without_bridge(name: &str, leads_to: Option<Address>, is_upgraded: bool) -> bool {
    is_upgraded
        && leads_to.is_none()
        && conversion_predeploys().iter().any(|predeploy| predeploy.name == name)
}

fn is_right(implementation: &Expected, found: &AccountState) -> bool {
    let (is, hash): (Identity, B256) = known(&found.code);
    implementation.code.is_some_and(|(_, wanted)| hash == wanted)
        || implementation.is_ours(is)
        || implementation.is_as_good(is)
}

/// A ProxyAdmin of ours has the owner that it was given.
fn owner(places: &mut [Place]) {
    let is_ours = |(place, state): &Place| {
        place.role == Some(Role::Implementation)
            && place.name == "ProxyAdmin"
            && !state.as_ref().is_ok_and(|state| place.is_as_good(Identity::of(&state.code)))
    };
    if places.iter().any(is_ours) {
        for (place, _) in places {
            let owner = place.usual_owner.map(|owner| (B256::ZERO, owner.into_word()));
            place.slots.extend(owner);
        }
    }
}

/// Which expectation the beacon moves to which address, if it names another one than usual.
pub(super) fn beacon(places: &[Place]) -> Option<(usize, Address)> {
    let named = places.iter().find_map(|(place, state)| {
        let state = state.as_ref().ok().filter(|_| place.role == Some(Role::Implementation))?;
        match Identity::of(&state.code) {
            Identity::OursNaming(_, address) => Some(address),
            _ => None,
        }
    })?;
    let is_there = |(place, _): &Place| {
        place.role == Some(Role::Implementation) && place.address == OPTIMISM_SUPERCHAIN_ERC20
    };
    Some((places.iter().position(is_there)?, named))
}

/// It is here, and was read so.
pub(super) fn moved(place: &mut Place, address: Address, state: Result<AccountState, String>) {
    place.0.instead_of = Some(place.0.address);
    place.0.address = address;
    place.1 = state;
}
