//! Real nodes with messages between them.

use std::sync::Arc;

use alloy::{
    primitives::{Address, Bytes, U256, address},
    signers::local::PrivateKeySigner,
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger::sendMessageCall;
use causeway_chain::{ConnectOptions, connect, test_utils::Gate};
use causeway_client::delivery::sent_by;
use causeway_deploy::test_utils::{Anvil, Mining};
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use causeway_store::Store;
use serde_json::json;
use tokio::sync::broadcast;

use super::{Shared, node::Node};
use crate::{RelayChain, RelayerConfig, engine::Message};

/// Counts its calls in slot 0.
pub(super) const COUNTER: (Address, &str) =
    (address!("000000000000000000000000000000000000c0de"), "0x5f546001015f5500");
/// Reverts without a reason.
pub(super) const REVERTER: (Address, &str) =
    (address!("000000000000000000000000000000000000c0df"), "0x5f5ffd");
/// Reverts with a reason.
pub(super) const EXPLAINER: (Address, &str) = (
    address!("000000000000000000000000000000000000c0e1"),
    "0x7f08c379a0000000000000000000000000000000000000000000000000000000005f52602060045260026024527f6e6f00000000000000000000000000000000000000000000000000000000000060445260645ffd",
);
/// Spins until no gas is left.
pub(super) const BURNER: (Address, &str) = (address!("000000000000000000000000000000000000c0e0"), "0x5b5f56");

/// Has a message sent, in a block of its own.
pub(super) async fn message(from: &Anvil, to: &Anvil, target: Address, data: u8) -> Message {
    let call = sendMessageCall {
        _destination: U256::from(to.chain_id),
        _target: target,
        _message: Bytes::copy_from_slice(&[data]),
    };
    let tx_hash = from.send(L2_TO_L2_CROSS_DOMAIN_MESSENGER, call.abi_encode()).await;
    from.mine().await;
    let sent = sent_by(&from.provider, tx_hash).await.unwrap().remove(0);
    Message {
        hash: sent.message_hash,
        source: from.chain_id,
        destination: to.chain_id,
        identifier: sent.identifier,
        payload: sent.payload,
        sender: sent.message.sender,
        target,
        token: None,
    }
}

/// A relayer's node behind a gate, with an account that can pay.
pub(super) async fn node(of: &Anvil) -> (Node, Gate) {
    let gate = Gate::before(of.port).await;
    let chain = RelayChain::new(of.chain_id, "B", gate.endpoint());
    let provider = connect(&chain.endpoints, &ConnectOptions::default()).unwrap();
    let signer = PrivateKeySigner::random();
    of.call("anvil_setBalance", json!([signer.address(), "0xde0b6b3a7640000"])).await;
    let config = RelayerConfig::new(vec![chain], signer, Store::in_memory().await.unwrap());
    let shared = Arc::new(Shared::new(config, broadcast::channel(1).0));
    (Node::new(of.chain_id, provider, &shared), gate)
}

/// Two chains; the contracts are on the second.
pub(super) async fn chains() -> (Anvil, Anvil) {
    let (a, b) = tokio::join!(Anvil::start(901, Mining::WhenTold), Anvil::start(902, Mining::WhenTold));
    for (account, code) in [COUNTER, REVERTER, EXPLAINER, BURNER] {
        b.set_code(account, code).await;
    }
    (a, b)
}
