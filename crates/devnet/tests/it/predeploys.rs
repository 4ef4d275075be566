use crate::support::*;
use causeway_devnet::DEV_ACCOUNTS;
use serde_json::json;

#[tokio::test]
async fn predeploys_that_are_not_there_take_no_money_and_say_their_names() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 901);
    for (place, name) in [
        ("42", "GovernanceToken"),
        ("15", "L1Block"),
        ("16", "L2ToL1MessagePasser"),
        ("0f", "GasPriceOracle"),
    ] {
        let to = format!("0x42000000000000000000000000000000000000{place}");
        let request = json!({"from": DEV_ACCOUNTS[2], "to": to, "value": "0xde0b6b3a7640000"});
        for (method, params) in
            [("eth_call", json!([request, "latest"])), ("eth_estimateGas", json!([request]))]
        {
            let error = rpc.call(method, params).await.unwrap_err().to_string();
            assert!(error.contains(&format!("{name} is not on this devnet")), "{method}: {error}");
        }
        let receipt = rpc.ok("eth_sendTransactionSync", json!([request])).await;
        assert_eq!(receipt["status"], "0x0", "{name}");
        assert_eq!(rpc.ok("eth_getBalance", json!([to, "latest"])).await, "0x0", "{name}");
    }
    devnet.stop().await.unwrap();
}
