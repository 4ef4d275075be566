use crate::support::*;
use causeway_devnet::{DEV_ACCOUNTS, Devnet};
use serde_json::{Value, json};

/// How far a chain's clock is ahead of this machine's.
async fn offset(devnet: &Devnet, chain_id: u64) -> i64 {
    node(devnet, chain_id).ok("evm_increaseTime", json!([0])).await.as_i64().unwrap()
}

/// Makes both chains' clocks run ahead, as they do after a warp.
async fn warp(devnet: &Devnet, seconds: u64) {
    for chain_id in [901, 902] {
        let rpc = gateway(devnet, chain_id);
        rpc.ok("evm_increaseTime", json!([seconds])).await;
        rpc.ok("evm_mine", json!([])).await;
    }
}

/// A message that is sent now can be executed at the destination now.
async fn messages_arrive(devnet: &Devnet, source: u64, destination: u64, what: &str) {
    let message = send_message(&gateway(devnet, source), source, destination).await;
    let relay = json!([message.request(DEV_ACCOUNTS[0])]);
    let receipt = gateway(devnet, destination).call("eth_sendTransactionSync", relay).await;
    assert_eq!(receipt.unwrap_or_else(|error| panic!("{what}: {error}"))["status"], "0x1", "{what}");
}

/// Every way that is known to set a chain's clock back, from a chain of some blocks that has a snapshot.
fn ways_back(snapshots: &[Value], state: &Value, old: u64) -> Vec<(&'static str, Value)> {
    vec![
        ("anvil_reorg", json!([2, []])),
        ("anvil_rollback", json!([1])),
        ("evm_revert", json!([snapshots[1]])),
        ("anvil_revert", json!([snapshots[0]])),
        ("evm_setTime", json!([old])),
        ("anvil_setTime", json!([old])),
        ("evm_increaseTime", json!([u64::MAX - 499])),
        ("anvil_increaseTime", json!([format!("{:#x}", u64::MAX - 499)])),
        ("anvil_loadState", json!([state])),
        ("hardhat_loadState", json!([state])),
        ("evm_mine", json!([{"timestamp": 0, "blocks": 1}])),
        ("anvil_reset", json!([])),
        ("hardhat_reset", json!([])),
    ]
}

#[tokio::test]
async fn no_way_back_leaves_a_chain_behind_the_others() {
    for warped in [0, 1000] {
        let devnet = Devnet::start(config()).await.unwrap();
        let rpc = gateway(&devnet, 902);
        warp(&devnet, warped).await;
        let old = rpc.timestamp("latest").await - 500;
        let snapshots = [rpc.ok("evm_snapshot", json!([])).await, rpc.ok("evm_snapshot", json!([])).await];
        // What was before is long ago.
        warp(&devnet, 100).await;
        let state = rpc.ok("anvil_dumpState", json!([])).await;
        warp(&devnet, 100).await;
        let (expected, mut socket) = (i64::try_from(warped + 200).unwrap(), Socket::open(&rpc).await);
        assert_eq!(offset(&devnet, 901).await, expected);
        for (method, mut params) in ways_back(&snapshots, &state, old) {
            if method == "evm_mine" {
                params = json!([rpc.timestamp("latest").await]);
            }
            let answer = if method.starts_with("anvil") {
                outcome(&socket.ask(&call(1, method, params)).await)
            } else {
                rpc.call(method, params).await
            };
            answer.unwrap_or_else(|error| panic!("{method}: {error}"));
            assert_eq!(offset(&devnet, 902).await, expected, "{method} after a warp of {warped}");
            messages_arrive(&devnet, 901, 902, method).await;
        }
        devnet.stop().await.unwrap();
    }
}

#[tokio::test]
async fn a_warp_of_one_chain_is_undone_with_its_state_and_is_not_passed_on() {
    let devnet = devnet().await;
    let (rpc, other) = (gateway(&devnet, 901), gateway(&devnet, 902));
    rpc.ok("evm_increaseTime", json!([5000])).await;
    other.ok("anvil_reset", json!([])).await;
    assert_eq!((offset(&devnet, 901).await, offset(&devnet, 902).await), (5000, 0));
    rpc.ok("anvil_reset", json!([])).await;
    assert_eq!((offset(&devnet, 901).await, offset(&devnet, 902).await), (0, 0));
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_pinned_timestamp_is_kept_and_does_not_hold_the_clock() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 902);
    for method in ["evm_setNextBlockTimestamp", "anvil_setNextBlockTimestamp"] {
        // Blocks that are long ago are the ones after which a pin lies in the past.
        let latest = rpc.timestamp("latest").await;
        rpc.ok(method, json!([latest])).await;
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        rpc.ok("evm_mine", json!([])).await;
        assert_eq!(rpc.timestamp("latest").await, latest, "{method}");
        until(async || (offset(&devnet, 902).await == 0).then_some(())).await;
        messages_arrive(&devnet, 901, 902, method).await;
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn pinned_distances_of_blocks_do_not_hold_the_clock() {
    let mut config = config();
    config.block_time = 1;
    let devnet = Devnet::start(config).await.unwrap();
    let rpc = gateway(&devnet, 902);
    rpc.ok("anvil_setBlockTimestampInterval", json!([0])).await;
    let start = rpc.timestamp("latest").await;
    // Time stands still where nobody looks after it.
    until(async || (rpc.timestamp("latest").await >= start + 4).then_some(())).await;
    rpc.ok("anvil_removeBlockTimestampInterval", json!([])).await;
    until(async || (offset(&devnet, 902).await == 0).then_some(())).await;
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_reset_gives_a_chain_its_genesis_back() {
    let dir = tempfile::tempdir().unwrap();
    for state_dir in [None, Some(dir.path().join("state"))] {
        let mut config = config();
        config.state_dir = state_dir;
        let devnet = Devnet::start(config).await.unwrap();
        for chain_id in [900, 901] {
            let rpc = gateway(&devnet, chain_id);
            let genesis = rpc.ok("eth_getBlockByNumber", json!(["0x0", false])).await;
            for _ in 0..3 {
                rpc.ok("evm_mine", json!([])).await;
            }
            let transaction = json!([{"from": DEV_ACCOUNTS[1], "to": DEV_ACCOUNTS[2], "value": "0x1"}]);
            rpc.ok("eth_sendTransactionSync", transaction).await;
            rpc.ok("hardhat_reset", json!([])).await;
            let again = rpc.ok("eth_getBlockByNumber", json!(["latest", false])).await;
            assert_eq!(again, genesis, "chain {chain_id}");
            for (method, expected) in
                [("eth_getBalance", "0x21e19e0c9bab2400000"), ("eth_getTransactionCount", "0x0")]
            {
                assert_eq!(rpc.ok(method, json!([DEV_ACCOUNTS[1], "latest"])).await, expected, "{chain_id}");
            }
        }
        messages_arrive(&devnet, 901, 902, "anvil_reset").await;
        devnet.stop().await.unwrap();
    }
}
