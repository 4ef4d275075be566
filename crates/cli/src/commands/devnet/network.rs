use crate::json::{ChainId, Checksummed};
use causeway_devnet::{Network, NetworkChain};
use serde_json::{Map, Value, json};

/// What runs, for programs: what the network file says, in the forms of `--json`. The funded account's key is for commands,
/// which find it in the file.
pub(super) fn object(network: &Network) -> Value {
    let sets = network.dependency_sets.iter().map(|(chain_id, sources)| {
        let sources: Vec<_> = sources.iter().copied().map(ChainId::from).collect();
        (chain_id.to_string(), json!(sources))
    });
    let contracts =
        network.contracts.iter().map(|(name, address)| (name.clone(), json!(Checksummed(*address))));
    json!({
        "instance": network.instance,
        "pid": network.pid,
        "startedAt": network.started_at,
        "adminUrl": network.admin_url,
        "l1": chain(&network.l1),
        "chains": network.chains.iter().map(chain).collect::<Vec<_>>(),
        "dependencySets": sets.collect::<Map<_, _>>(),
        "expiryWindow": network.expiry_window,
        "contracts": contracts.collect::<Map<_, _>>(),
        "fundedAccount": { "address": Checksummed(network.funded_account.address) },
        "devAccounts": network.dev_accounts.iter().copied().map(Checksummed).collect::<Vec<_>>(),
        "relayer": network.relayer.map(Checksummed),
        "verifierUrl": network.verifier_url,
    })
}

fn chain(chain: &NetworkChain) -> Value {
    json!({
        "chainId": ChainId::from(chain.chain_id),
        "name": chain.name,
        "kind": chain.kind,
        "rpcUrl": chain.rpc_url,
        "wsUrl": chain.ws_url,
        "blockTime": chain.block_time,
        "client": chain.client,
    })
}
