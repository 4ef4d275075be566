use alloy::{
    primitives::{B256, U256, b256},
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use causeway_bindings::{DEVNET_TOKEN, L2NativeSuperchainERC20};
pub(crate) use causeway_chain::test_utils::{Gate, Mode};
use causeway_client::{ChainClient, delivery::wait_receipt};
pub(crate) use causeway_deploy::test_utils::{Anvil, Mining, USER};
use std::time::Duration;

/// Longer than anything takes on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The last of the well-known mnemonic's ten accounts.
const KEY: B256 = b256!("2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6");

pub(crate) fn signer() -> PrivateKeySigner {
    PrivateKeySigner::from_bytes(&KEY).unwrap()
}

/// Gives the account 100 of the devnet's token, on a chain that mines every transaction.
pub(crate) async fn mint(client: &ChainClient, node: &Anvil) {
    let to = client.account().unwrap();
    let mint = L2NativeSuperchainERC20::mintCall { _to: to, _amount: U256::from(100) };
    let minted = node.send(DEVNET_TOKEN, mint.abi_encode()).await;
    wait_receipt(client, minted, PATIENCE).await.unwrap();
}
