use alloy::{
    primitives::{Address, B256, Bytes, U256, address, b256},
    providers::Provider,
    rpc::types::TransactionRequest,
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use causeway_bindings::{DEVNET_TOKEN, L2NativeSuperchainERC20, L2ToL2CrossDomainMessenger::sendMessageCall};
pub(crate) use causeway_chain::test_utils::{Gate, Mode};
use causeway_client::{
    ChainClient,
    delivery::{SentReceipt, sent_messages, wait_receipt},
};
pub(crate) use causeway_deploy::test_utils::{Anvil, Mining, USER};
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use std::time::Duration;

/// Longer than anything takes on the slowest machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The last of the well-known mnemonic's ten accounts.
const KEY: B256 = b256!("2a871d0798f97d79848a013d4936a73bf4cc922c825d33c1cf7073dff6d409c6");

/// Where tests put a contract that counts its calls in slot 0.
pub(crate) const COUNTER: Address = address!("000000000000000000000000000000000000c0de");

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

/// Has the node's own account send a message, on a chain that mines every transaction.
pub(crate) async fn send_message(node: &Anvil, to: u64, target: Address, message: &[u8]) -> SentReceipt {
    let call = sendMessageCall {
        _destination: U256::from(to),
        _target: target,
        _message: Bytes::copy_from_slice(message),
    };
    let request = TransactionRequest::default().from(USER).to(L2_TO_L2_CROSS_DOMAIN_MESSENGER);
    let request = request.input(Bytes::from(call.abi_encode()).into());
    let pending = node.provider.send_transaction(request).await.unwrap();
    let receipt = pending.get_receipt().await.unwrap();
    sent_messages(&node.provider, &receipt).await.unwrap().remove(0)
}
