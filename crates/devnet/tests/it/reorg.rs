use crate::support::*;
use causeway_devnet::DEV_ACCOUNTS;
use serde_json::json;

#[tokio::test]
async fn what_a_reorg_took_away_is_refused() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = send_message(&source, 901, 902).await;
    // The logs of that block are known to the gateway from now on.
    let error =
        destination.call("eth_sendTransaction", json!([message.forged().request(DEV_ACCOUNTS[0])])).await;
    assert_eq!(error.unwrap_err()["data"]["rule"], "checksum-mismatch");

    source.ok("anvil_reorg", json!([1, []])).await;
    assert_eq!(source.block_number().await, message.identifier.block_number);
    let error = destination.call("eth_sendTransaction", json!([message.request(DEV_ACCOUNTS[0])])).await;
    let error = error.unwrap_err();
    let rule = error["data"]["rule"].as_str().unwrap();
    assert!(["log-not-found", "timestamp-mismatch"].contains(&rule), "{error}");
    assert_eq!(error["code"], -320600);

    source.ok("anvil_rollback", json!([1])).await;
    let error = destination.call("eth_sendTransaction", json!([message.request(DEV_ACCOUNTS[0])])).await;
    assert!([-321401, -320600].contains(&error.unwrap_err()["code"].as_i64().unwrap()));
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn reorgs_carry_true_messages_and_no_others() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = send_message(&source, 901, 902).await;
    destination.ok("evm_increaseTime", json!([10])).await;
    for _ in 0..3 {
        destination.ok("evm_mine", json!([])).await;
    }
    let reorg =
        |message: &Sent| json!([2, [[message.request(DEV_ACCOUNTS[0]), 0], [{"to": DEV_ACCOUNTS[1]}, 1]]]);
    let error = destination.call("anvil_reorg", reorg(&message.forged())).await.unwrap_err();
    assert_eq!(error["data"]["rule"], "checksum-mismatch");

    destination.ok("anvil_reorg", reorg(&message)).await;
    let block = destination.ok("eth_getBlockByNumber", json!(["0x2", true])).await;
    assert_eq!(block["transactions"][0]["accessList"].as_array().unwrap().len(), 1, "{block}");

    // In the blocks that are replaced a message of their own time is news from the future.
    source.ok("evm_increaseTime", json!([1000])).await;
    destination.ok("evm_increaseTime", json!([1000])).await;
    let newer = send_message(&source, 901, 902).await;
    destination.ok("evm_mine", json!([])).await;
    let error = destination.call("anvil_reorg", reorg(&newer)).await.unwrap_err();
    assert_eq!((&error["code"], &error["data"]["rule"]), (&json!(-321401), &json!("future-message")));
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn reorgs_do_not_set_the_clock_back() {
    let devnet = devnet().await;
    let (rpc, node) = (gateway(&devnet, 901), node(&devnet, 901));
    let offset = async || node.ok("evm_increaseTime", json!([0])).await.as_i64().unwrap();
    assert_eq!(offset().await, 0);
    let start = rpc.timestamp("latest").await;
    let mut socket = Socket::open(&rpc).await;

    rpc.ok("evm_increaseTime", json!([500])).await;
    rpc.ok("evm_mine", json!([])).await;
    rpc.ok("anvil_reorg", json!([1, []])).await;
    assert_eq!(offset().await, 500);
    socket.ask(&call(1, "anvil_rollback", json!([1]))).await;
    assert_eq!(offset().await, 500);
    assert!(rpc.timestamp("latest").await < start + 500);

    // A snapshot brings its time back with it, but no clock runs behind the machine's.
    let snapshot = rpc.ok("evm_snapshot", json!([])).await;
    rpc.ok("evm_increaseTime", json!([500])).await;
    rpc.ok("evm_revert", json!([snapshot])).await;
    assert_eq!(offset().await, 0);
    let answer =
        socket.ask(&json!([call(1, "evm_snapshot", json!([])), call(2, "eth_chainId", json!([]))])).await;
    let revert = json!([call(3, "evm_revert", json!([answer[0]["result"]]))]);
    assert_eq!(socket.ask(&revert).await[0]["result"], true);
    assert_eq!(offset().await, 0);
    devnet.stop().await.unwrap();
}
