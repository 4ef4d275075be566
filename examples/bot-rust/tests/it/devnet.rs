use std::{path::Path, time::Duration};

use causeway_devnet::{Devnet, DevnetConfig, find_anvil};

/// Longer than anything takes on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

/// A devnet of two chains with a block a second, on free ports. Nobody relays on it.
pub(crate) async fn devnet() -> Devnet {
    let anvil = find_anvil(None, None, None, Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let mut config = DevnetConfig::new(anvil).with_free_ports();
    config.block_time = 1;
    Devnet::start(config).await.unwrap()
}

/// The URL of a chain, as a dapp has it.
pub(crate) fn url(devnet: &Devnet, chain_id: u64) -> String {
    devnet.network().chain(chain_id).unwrap().rpc_url.clone()
}
