use crate::support::*;
use alloy::sol_types::SolEvent;
use causeway_bindings::L2ToL2CrossDomainMessenger::RelayedMessage;
use causeway_devnet::{DEV_ACCOUNTS, Devnet, RELAYER_ACCOUNT};
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use causeway_relayer::RelayerEvent;
use serde_json::{Value, json};
use tokio::time::timeout;

#[tokio::test]
async fn the_relayer_delivers_what_is_sent() {
    let mut config = config();
    config.autorelay = true;
    let mut devnet = Devnet::start(config).await.unwrap();
    assert_eq!(devnet.network().relayer, Some(RELAYER_ACCOUNT));
    let mut events = devnet.relayer_events().unwrap();
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    // All that the nodes sign for is the user's.
    assert_eq!(source.ok("eth_accounts", json!([])).await, json!(DEV_ACCOUNTS));
    for _ in 0..3 {
        send_message(&source, 901, 902).await;
    }
    let deliveries = timeout(PATIENCE, async {
        let mut delivered = Vec::new();
        while delivered.len() < 3 {
            if let RelayerEvent::Delivered { destination, tx_hash, .. } = events.recv().await.unwrap() {
                assert_eq!(destination, 902);
                delivered.push(tx_hash);
            }
        }
        delivered
    });
    for transaction in deliveries.await.expect("the messages are not delivered") {
        let receipt = destination.ok("eth_getTransactionReceipt", json!([transaction])).await;
        assert_eq!((&receipt["status"], &receipt["from"]), (&json!("0x1"), &json!(RELAYER_ACCOUNT)));
    }
    let filter = json!({
        "fromBlock": "0x0",
        "address": L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        "topics": [RelayedMessage::SIGNATURE_HASH],
    });
    let relayed = destination.ok("eth_getLogs", json!([filter])).await;
    assert_eq!(relayed.as_array().map(Vec::len), Some(3), "{relayed}");
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_dead_node_does_not_hold_the_relayer_up() {
    let mut config = config();
    config.autorelay = true;
    let devnet = Devnet::start(config).await.unwrap();
    let message: Value = gateway(&devnet, 902).ok("eth_chainId", json!([])).await;
    assert_eq!(message, "0x386");
    let node = devnet.chains()[2].node_pid.to_string();
    assert!(std::process::Command::new("kill").args(["-KILL", &node]).status().unwrap().success());
    let exited = timeout(PATIENCE, devnet.wait()).await.unwrap();
    assert_eq!(exited.chain_id, 902);
    timeout(PATIENCE, devnet.stop()).await.unwrap().unwrap();
}
