//! The devnet's own relayer: the same as everybody's, between the gateways, so that it is checked like everybody.

use crate::{ChainKind, DevnetError, RunningChain, accounts::RELAYER_KEY};
use alloy::signers::local::PrivateKeySigner;
use causeway_chain::Endpoint;
use causeway_interop::DependencySet;
use causeway_relayer::{OnReset, RelayChain, Relayer, RelayerConfig, RelayerHandle};
use causeway_store::Store;
use std::path::Path;
use tokio_util::sync::CancellationToken;

/// Starts a relayer between the L2 chains, whose record is at `store`.
pub(crate) async fn start(
    chains: &[RunningChain],
    set: &DependencySet,
    store: &Path,
) -> Result<RelayerHandle, DevnetError> {
    let failed = |reason: String| DevnetError::Relayer { reason };
    let store = Store::open(store).await.map_err(|error| failed(error.to_string()))?;
    let signer = PrivateKeySigner::from_bytes(&RELAYER_KEY).map_err(|error| failed(error.to_string()))?;
    let relayed = chains
        .iter()
        .filter(|chain| chain.kind == ChainKind::L2)
        .map(|chain| {
            let endpoint: Endpoint = chain.http_url.parse().map_err(|_| failed(chain.http_url.clone()))?;
            let relayed = RelayChain::new(chain.chain_id, chain.name.clone(), endpoint);
            // Whoever plays with a devnet may take its chains back to where nothing is left of what was seen.
            Ok(RelayChain { on_reset: OnReset::Forget, ..relayed })
        })
        .collect::<Result<_, DevnetError>>()?;
    let mut config = RelayerConfig::new(relayed, signer, store);
    config.dependency_set = Some(set.clone());
    config.policy.expiry_window = set.expiry_window();
    Relayer::spawn(config, &CancellationToken::new()).map_err(|error| failed(error.to_string()))
}
