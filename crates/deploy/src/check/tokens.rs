//! Tokens, and the code that those lead to that are proxies.

use super::{
    difference::{Difference, Finding, Kind, Token, Value},
    expected::known,
    say,
};
use crate::{
    AccountState, IMPLEMENTATION_SLOT, Role,
    account::{self, Query},
};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, B256, b256},
    providers::DynProvider,
    transports::TransportError,
};
use std::collections::BTreeMap;

/// Storage slot of a proxy's beacon (ERC-1967): keccak256("eip1967.proxy.beacon") - 1.
const BEACON_SLOT: B256 = b256!("0xa3f0ad74e5423aebfd80d3ef4346578335a9a72aeaee59ff6cb3582b35133d50");

pub(super) async fn findings(
    provider: &DynProvider,
    tokens: &[Address],
    block: BlockNumberOrTag,
) -> Result<Vec<Finding>, TransportError> {
    let slots = vec![IMPLEMENTATION_SLOT, BEACON_SLOT];
    let queries: Vec<_> = tokens.iter().map(|&address| Query { address, slots: slots.clone() }).collect();
    let states = account::read(provider, &queries, block).await?;
    let mut said = say::tokens(provider, tokens, block).await?;
    behind(provider, &states, &mut said, block).await?;
    let pairs = tokens.iter().zip(states).zip(said);
    Ok(pairs.map(|((&address, state), token)| finding(address, state, token)).collect())
}

/// Adds the code that a proxy leads to, by itself or by a beacon.
async fn behind(
    provider: &DynProvider,
    states: &[Result<AccountState, String>],
    said: &mut [Result<Token, String>],
    block: BlockNumberOrTag,
) -> Result<(), TransportError> {
    let named = |state: &Result<AccountState, String>, slot| {
        let state = state.as_ref().ok().filter(|state| !state.code.is_empty())?;
        Some(Address::from_word(state.slot(slot))).filter(|address| !address.is_zero())
    };
    let beacons: Vec<_> = states
        .iter()
        .filter(|state| named(state, IMPLEMENTATION_SLOT).is_none())
        .filter_map(|state| named(state, BEACON_SLOT))
        .collect();
    let answers = say::implementations(provider, &beacons, block).await?;
    let of_beacons: BTreeMap<_, _> = beacons.into_iter().zip(answers).collect();
    let mut places = Vec::new();
    for (index, state) in states.iter().enumerate() {
        let by_beacon = || of_beacons.get(&named(state, BEACON_SLOT)?).cloned();
        match named(state, IMPLEMENTATION_SLOT).map(|address| Ok(Some(address))).or_else(by_beacon) {
            Some(Ok(Some(address))) => places.push((index, address)),
            Some(Err(reason)) => said[index] = Err(reason),
            Some(Ok(None)) | None => {}
        }
    }
    let queries: Vec<_> = places.iter().map(|&(_, address)| Query { address, slots: Vec::new() }).collect();
    let states = account::read(provider, &queries, block).await?;
    for ((index, _), state) in places.into_iter().zip(states) {
        match (state, &mut said[index]) {
            (Ok(state), Ok(token)) => token.behind = Some(known(&state.code)),
            (Err(reason), said) => *said = Err(reason),
            (Ok(_), Err(_)) => {}
        }
    }
    Ok(())
}

fn finding(address: Address, state: Result<AccountState, String>, token: Result<Token, String>) -> Finding {
    let mut finding = Finding::new("token", Some(Role::Token), address);
    let (state, token) = match (state, token) {
        (Ok(state), Ok(token)) => (state, token),
        (Err(reason), _) | (_, Err(reason)) => return Finding { is: Err(reason), ..finding },
    };
    if let Some(symbol) = token.symbol.as_ref().filter(|symbol| !symbol.is_empty()) {
        finding.name = format!("token {symbol}");
    }
    let (is, code_hash) = known(&state.code);
    (finding.is, finding.code_hash) = (Ok(is), code_hash);
    let mut differ = |kind, expected: &str| {
        let expected = Value::Text(expected.to_owned());
        finding.differences.push(Difference { kind, expected, found: Value::Nothing });
    };
    if state.code.is_empty() {
        differ(Kind::Missing, "a token");
    } else if !token.is_crosschain {
        differ(Kind::Crosschain, "ERC-7802, for the bridge");
    }
    finding.token = Some(token);
    finding
}
