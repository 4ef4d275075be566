//! The client library on a devnet: through its gateway, with its verifier.

use crate::support::{PATIENCE, config, gateway};
use alloy::{
    primitives::{Address, Bytes, U256},
    providers::{Provider, ProviderBuilder},
    signers::local::PrivateKeySigner,
};
use causeway_client::{
    InteropError, InteropExt, InteropFiller, SafetyLevel, State, delivery::relay_request,
    preflight::PreflightError, status::Waiting,
};
use causeway_devnet::{Devnet, Network};
use causeway_interop::SameTimestamp;
use serde_json::json;

/// The first of the devnet's accounts.
const KEY: &str = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";

/// What signs on one of its chains.
async fn wallet(network: &Network, chain_id: u64) -> impl Provider + Clone + use<> {
    let key: PrivateKeySigner = KEY.parse().unwrap();
    let url = &network.chain(chain_id).unwrap().rpc_url;
    ProviderBuilder::new().filler(InteropFiller::new()).wallet(key).connect(url).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_verifier_tells_more_than_the_nodes() {
    let mut config = config();
    (config.verifier_port, config.same_timestamp) = (Some(0), SameTimestamp::Allowed);
    let devnet = Devnet::start(config).await.unwrap();
    let network = devnet.network();
    let (source, destination) = (wallet(network, 901).await, wallet(network, 902).await);
    let url = network.verifier_url.clone().unwrap();
    let verifier = ProviderBuilder::new().connect(&url).await.unwrap();
    let interop = source.interop().with_chain(destination.clone()).with_verifier(verifier);

    // Its word is enough to let ether leave, and what it does not know lets none.
    let to = Address::repeat_byte(0x77);
    let sent = interop.send_eth(902, to, U256::from(5)).await.unwrap().get_receipt().await.unwrap().message;
    let careful = interop.clone().with_min_safety(SafetyLevel::CrossUnsafe);
    let ready = async {
        loop {
            let status = careful.status(&sent).await.unwrap();
            match status.state {
                State::Ready => return status.safety,
                State::Pending { waiting: Waiting::Safety { .. } | Waiting::Verifier { .. } } => {}
                state => panic!("{state:?}"),
            }
        }
    };
    let safety = tokio::time::timeout(PATIENCE, ready).await.unwrap().unwrap();
    assert!(safety.implies(SafetyLevel::CrossUnsafe), "{safety}");

    // By the filler alone, and the gateway lets it pass.
    let request = relay_request(&sent.identifier, &sent.payload);
    let bare = alloy::rpc::types::TransactionRequest { access_list: None, ..request };
    let _ = destination.send_transaction(bare).await.unwrap().get_receipt().await.unwrap();
    let delivered = interop.wait_delivered(&sent, PATIENCE).await.unwrap();
    assert_eq!(destination.get_balance(to).await.unwrap(), U256::from(5));
    let State::Delivered { delivery: Some(found) } = interop.status(&sent).await.unwrap().state else {
        panic!("it is delivered")
    };
    assert_eq!(found.tx_hash, delivered.tx_hash);

    // A verifier that is out consents to nothing.
    let silent = ProviderBuilder::new().connect(&url.replace("127.0.0.1", "127.0.0.2")).await.unwrap();
    let refused = interop.clone().with_verifier(silent).send_eth(902, to, U256::from(5)).await.unwrap_err();
    let unknown =
        matches!(refused, InteropError::WouldNotArrive(PreflightError::NotKnownToBeAccepted { .. }));
    assert!(unknown, "{refused}");

    // A reorg of the source, and of what hangs on it.
    let lost = interop.send_message(902, to, Bytes::from_static(b"x")).await.unwrap();
    let lost = lost.get_receipt().await.unwrap().message;
    gateway(&devnet, 901).ok("anvil_reorg", json!([1, []])).await;
    let state = interop.status(&lost).await.unwrap().state;
    assert_eq!(state, State::Reorged);
    devnet.stop().await.unwrap();
}
