//! What runs, in the words of the network file.

use crate::{
    DevnetConfig, FundedAccount, Network, RunningChain, SecretKey,
    accounts::{DEV_ACCOUNTS, FUNDED_KEY, RELAYER_ACCOUNT},
    chain::ReadyNode,
    config::chain_name,
};
use alloy::primitives::U256;
use causeway_bindings::{DEVNET_TOKEN, ERC7786_GATEWAY, RELAY_BATCHER, conversion_predeploys, predeploys};
use causeway_interop::DependencySet;
use std::{
    hash::{BuildHasher, RandomState},
    net::SocketAddr,
};

pub(crate) fn running(node: &ReadyNode, address: SocketAddr) -> RunningChain {
    RunningChain {
        chain_id: node.chain_id,
        name: chain_name(node.chain_id),
        kind: node.kind,
        http_url: format!("http://{address}"),
        ws_url: format!("ws://{address}"),
        node_url: node.upstream.http_url(),
        node_pid: node.node.pid,
        block_time: node.block_time,
        client: node.client.clone(),
    }
}

pub(crate) fn describe(
    config: &DevnetConfig,
    chains: &[RunningChain],
    set: &DependencySet,
    admin: SocketAddr,
    started_at: u64,
) -> Network {
    let accepts = |chain_id: u64| {
        let id = U256::from;
        config.l2_chain_ids().filter(|source| set.can_execute(id(chain_id), id(*source))).collect()
    };
    let others = [
        ("RelayBatcher", RELAY_BATCHER),
        ("ERC7786Gateway", ERC7786_GATEWAY),
        ("L2NativeSuperchainERC20", DEVNET_TOKEN),
    ];
    let predeploys = conversion_predeploys().into_iter().chain(predeploys());
    let contracts = predeploys.map(|predeploy| (predeploy.name, predeploy.address)).chain(others);
    Network {
        schema_version: Network::SCHEMA_VERSION,
        instance: instance(),
        pid: std::process::id(),
        started_at,
        admin_url: format!("http://{admin}"),
        l1: chains[0].entry(),
        chains: chains[1..].iter().map(RunningChain::entry).collect(),
        dependency_sets: config.l2_chain_ids().map(|chain_id| (chain_id, accepts(chain_id))).collect(),
        expiry_window: set.expiry_window(),
        contracts: contracts.map(|(name, address)| (name.to_owned(), address)).collect(),
        funded_account: FundedAccount { address: DEV_ACCOUNTS[0], private_key: SecretKey::new(FUNDED_KEY) },
        dev_accounts: DEV_ACCOUNTS.to_vec(),
        relayer: config.autorelay.then_some(RELAYER_ACCOUNT),
        verifier_url: None,
    }
}

/// A name that no other run has: the standard library seeds each map by the system's randomness.
fn instance() -> String {
    let random = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", random(), random())
}
