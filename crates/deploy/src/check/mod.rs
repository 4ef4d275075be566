//! What is on chains, held against what should be. Nothing is written, and every node will do.

mod across;
mod compare;
mod difference;
mod expected;
mod file;
mod follow;
mod say;
mod tokens;

pub use across::settle;
pub use difference::{ChainReport, Difference, Finding, Kind, Token, Value};
pub use expected::{Expected, devnet, genesis, reference};
pub use file::{ExpectedFile, ExpectedFileError};

use crate::{
    AccountState, IMPLEMENTATION_SLOT,
    account::{self, Query},
};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, B256},
    providers::{DynProvider, Provider},
    transports::TransportError,
};
use compare::Seen;
use std::collections::BTreeMap;

/// Why nothing is known of a chain.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The node cannot be asked.
    #[error("the node cannot be asked")]
    Unreachable(#[source] TransportError),
    /// The node names no newest block.
    #[error("the node names no newest block")]
    NoBlock,
    /// The block was replaced while it was read, twice.
    #[error("block {0} was replaced while it was read")]
    Replaced(u64),
}

/// Looks at one chain, as of its newest block, and reads the tokens at these addresses, too. What takes other chains to judge
/// is for [`settle`].
///
/// # Errors
///
/// If nothing is known of the chain. Where something is not known of a contract, its [`Finding::is`] says so.
pub async fn check(
    provider: &DynProvider,
    chain_id: u64,
    expected: &[Expected],
    tokens: &[Address],
) -> Result<ChainReport, CheckError> {
    let mut replaced = 0;
    for is_last in [false, true] {
        let head = head(provider, BlockNumberOrTag::Latest).await?;
        let block = BlockNumberOrTag::Number(head.0);
        let seen = look(provider, expected, block).await.map_err(CheckError::Unreachable)?;
        let mut findings: Vec<_> =
            seen.into_iter().map(|(expected, seen)| compare::finding(&expected, seen)).collect();
        findings.extend(tokens::findings(provider, tokens, block).await.map_err(CheckError::Unreachable)?);
        compare::blame_the_code(&mut findings);
        // Everything was read by number: it is of this block if that is still the one. Nodes that set state outside of blocks
        // show it as of their newest block only, so one that came meanwhile is looked at once.
        let newest = self::head(provider, BlockNumberOrTag::Latest).await?;
        if newest == head || is_last && self::head(provider, block).await?.1 == head.1 {
            return Ok(ChainReport { chain_id, block: head, findings });
        }
        replaced = head.0;
    }
    Err(CheckError::Replaced(replaced))
}

async fn head(provider: &DynProvider, block: BlockNumberOrTag) -> Result<(u64, B256), CheckError> {
    let found = provider.get_block_by_number(block).await.map_err(CheckError::Unreachable)?;
    let header = found.ok_or(CheckError::NoBlock)?.header;
    Ok((header.number, header.hash))
}

/// What is expected where the chain has it, and what is there.
async fn look(
    provider: &DynProvider,
    expected: &[Expected],
    block: BlockNumberOrTag,
) -> Result<Vec<(Expected, Seen)>, TransportError> {
    let queries: Vec<_> = expected
        .iter()
        .map(|expected| Query { address: expected.address, slots: expected.slots_to_read() })
        .collect();
    let states = account::read(provider, &queries, block).await?;
    let asked: Vec<_> = expected
        .iter()
        .filter(|expected| expected.version.is_some())
        .map(|expected| expected.address)
        .collect();
    let versions = say::versions(provider, &asked, block).await?;
    let mut versions: BTreeMap<_, _> = asked.into_iter().zip(versions).collect();
    let behind = behind(provider, expected, &states, block).await?;
    let mut places: Vec<_> = expected.iter().cloned().zip(states).collect();
    follow::proxies(&mut places, &behind);
    if let Some((place, address)) = follow::beacon(&places) {
        let query = Query { address, slots: Vec::new() };
        let state = account::read(provider, &[query], block).await?.pop();
        follow::moved(
            &mut places[place],
            address,
            state.unwrap_or_else(|| Err("it was not read".to_owned())),
        );
    }
    let seen = places.into_iter().map(|(expected, state)| {
        let leads_to = leads_to(&expected, &state);
        let behind = leads_to.and_then(|address| Some((address, behind.get(&address)?.clone())));
        let version = versions.remove(&expected.address);
        (expected, Seen { behind, version, state })
    });
    Ok(seen.collect())
}

/// Where a proxy leads, if anywhere.
fn leads_to(expected: &Expected, state: &Result<AccountState, String>) -> Option<Address> {
    let state = state.as_ref().ok().filter(|_| expected.is_proxy())?;
    let address = Address::from_word(state.slot(IMPLEMENTATION_SLOT));
    (!address.is_zero()).then_some(address)
}

/// What stands where proxies lead, by address: read again, since that is seldom where it should not be.
async fn behind(
    provider: &DynProvider,
    expected: &[Expected],
    states: &[Result<AccountState, String>],
    block: BlockNumberOrTag,
) -> Result<BTreeMap<Address, Result<AccountState, String>>, TransportError> {
    let read: BTreeMap<_, _> =
        expected.iter().zip(states).map(|(expected, state)| (expected.address, state.clone())).collect();
    let mut found = BTreeMap::new();
    let mut queries = Vec::new();
    for (expected, state) in expected.iter().zip(states) {
        let Some(address) = leads_to(expected, state) else { continue };
        match read.get(&address) {
            Some(state) => drop(found.insert(address, state.clone())),
            None => queries.push(Query { address, slots: Vec::new() }),
        }
    }
    queries.sort_by_key(|query| query.address);
    queries.dedup();
    let states = account::read(provider, &queries, block).await?;
    found.extend(queries.into_iter().map(|query| query.address).zip(states));
    Ok(found)
}
