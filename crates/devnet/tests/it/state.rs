use crate::support::*;
use causeway_devnet::{DEV_ACCOUNTS, Devnet, DevnetError};
use serde_json::json;

#[tokio::test]
async fn state_survives_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config();
    config.state_dir = Some(dir.path().join("state"));

    let devnet = Devnet::start(config.clone()).await.unwrap();
    assert!(matches!(Devnet::start(config.clone()).await.unwrap_err(), DevnetError::StateInUse { .. }));
    let rpc = gateway(&devnet, 901);
    let message = send_message(&rpc, 901, 902).await;
    rpc.ok("anvil_setBalance", json!([DEV_ACCOUNTS[3], "0x123"])).await;
    rpc.ok("evm_mine", json!([])).await;
    let block = rpc.ok("eth_getBlockByNumber", json!(["0x1", false])).await;
    let genesis = rpc.ok("eth_getBlockByNumber", json!(["0x0", false])).await;
    devnet.stop().await.unwrap();

    let devnet = Devnet::start(config.clone()).await.unwrap();
    let rpc = gateway(&devnet, 901);
    assert_eq!(rpc.ok("eth_getBlockByNumber", json!(["0x1", false])).await, block);
    assert_eq!(rpc.ok("eth_getBlockByNumber", json!(["0x0", false])).await, genesis);
    assert_eq!(rpc.ok("eth_getBalance", json!([DEV_ACCOUNTS[3], "latest"])).await, "0x123");
    assert_eq!(rpc.block_number().await, 2);
    // What was sent before can be relayed after.
    let relay = json!([message.request(DEV_ACCOUNTS[0])]);
    let receipt = gateway(&devnet, 902).ok("eth_sendTransactionSync", relay).await;
    assert_eq!(receipt["status"], "0x1");
    devnet.stop().await.unwrap();

    // Half of a state, as a crash leaves it, is not taken for one.
    std::fs::write(dir.path().join("state/901.next.json"), "{\"block\":").unwrap();
    let devnet = Devnet::start(config).await.unwrap();
    assert_eq!(gateway(&devnet, 901).block_number().await, 2);
    assert_eq!(gateway(&devnet, 902).block_number().await, 1);
    devnet.stop().await.unwrap();
}
