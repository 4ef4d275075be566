//! The whole namespace of predeploys on a devnet.

use crate::support::{config, gateway};
use causeway_deploy::{is_proxied, predeploy_addresses};
use causeway_devnet::Devnet;
use serde_json::{Value, json};

const L1_BLOCK: &str = "0x4200000000000000000000000000000000000015";
const UNUSED: &str = "0x42000000000000000000000000000000000007fF";

#[tokio::test]
async fn it_is_there_where_it_is_asked_for_and_after_a_reset() {
    let mut config = config();
    config.full_namespace = true;
    let devnet = Devnet::start(config).await.unwrap();
    let rpc = gateway(&devnet, 901);
    let proxy = rpc.ok("eth_getCode", json!([UNUSED, "latest"])).await;
    for reset in [false, true] {
        if reset {
            rpc.ok("anvil_reset", json!([])).await;
        }
        for address in predeploy_addresses().filter(is_proxied).step_by(97) {
            assert_eq!(rpc.ok("eth_getCode", json!([address, "latest"])).await, proxy, "{address}, {reset}");
        }
        // Where a devnet has a refusal otherwise.
        assert_eq!(rpc.ok("eth_getCode", json!([L1_BLOCK, "latest"])).await, proxy);
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn it_is_not_there_otherwise() {
    let devnet = Devnet::start(config()).await.unwrap();
    let rpc = gateway(&devnet, 901);
    assert_eq!(rpc.ok("eth_getCode", json!([UNUSED, "latest"])).await, Value::from("0x"));
    assert_ne!(rpc.ok("eth_getCode", json!([L1_BLOCK, "latest"])).await, Value::from("0x"));
    devnet.stop().await.unwrap();
}
