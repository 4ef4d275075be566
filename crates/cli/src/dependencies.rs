//! Who accepts messages of whom: as the devnet says, or else all chains that are named, of one another.

use crate::{
    chains::KnownChain,
    config::Config,
    failure::{Failure, Outcome},
};
use alloy::primitives::U256;
use causeway_devnet::Network;
use causeway_interop::{DependencySet, Member};

/// The dependency set of the devnet, if all of these chains are in it.
pub(crate) fn of_devnet(
    network: &Network,
    mut chain_ids: impl Iterator<Item = u64>,
) -> Option<DependencySet> {
    if !chain_ids.all(|chain_id| network.dependency_sets.contains_key(&chain_id)) {
        return None;
    }
    let mut builder = DependencySet::builder().expiry_window(network.expiry_window);
    for chain in &network.chains {
        builder =
            builder.chain(U256::from(chain.chain_id), Member { activation: 0, block_time: chain.block_time });
    }
    for (chain_id, sources) in &network.dependency_sets {
        builder = builder.restrict(U256::from(*chain_id), sources.iter().copied().map(U256::from));
    }
    builder.build().ok()
}

/// The dependency set of these chains.
pub(crate) fn of_chains(
    chains: &[KnownChain],
    network: Option<&Network>,
    config: &Config,
) -> Outcome<DependencySet> {
    let on_devnet = network.and_then(|network| of_devnet(network, chains.iter().map(|chain| chain.id)));
    if let Some(set) = on_devnet {
        return Ok(set);
    }
    let window = config.verifier.expiry_window.unwrap_or(0);
    let builder = chains.iter().fold(DependencySet::builder().expiry_window(window), |builder, chain| {
        builder.chain(U256::from(chain.id), chain.member)
    });
    builder.build().map_err(|error| {
        Failure::usage(error).context("the chains make no dependency set").with_hint(
            "name each chain once with --chain, --rpc-url or [chains.NAME]; verifier.expiry-window is at most 604800",
        )
    })
}
