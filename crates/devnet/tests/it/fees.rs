//! Transactions that name no price outlive blocks that are full.

use crate::support::*;
use causeway_devnet::DEV_ACCOUNTS;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

/// Burns all gas that it is given.
const FIRE: &str = "0x00000000000000000000000000000000000000fe";

/// Fills the next block so that nothing with much gas fits, which raises the base fee after it.
async fn fill_block(rpc: &Rpc) {
    rpc.ok("anvil_setCode", json!([FIRE, "0xfe"])).await;
    let block = rpc.ok("eth_getBlockByNumber", json!(["latest", false])).await;
    for _ in 0..2 {
        let burn = json!({
            "from": DEV_ACCOUNTS[8],
            "to": FIRE,
            "gas": format!("{:#x}", quantity(&block["gasLimit"]) * 45 / 100),
            "maxFeePerGas": "0xe8d4a51000",
            "maxPriorityFeePerGas": "0xba43b7400",
        });
        rpc.ok("eth_sendTransaction", json!([burn])).await;
    }
}

async fn assert_mined(rpc: &Rpc, hash: &Value, what: &str) {
    for _ in 0..4 {
        rpc.ok("evm_mine", json!([])).await;
    }
    let receipt = rpc.ok("eth_getTransactionReceipt", json!([hash])).await;
    assert_eq!(receipt["status"], "0x1", "{what}");
}

#[tokio::test]
async fn full_blocks_drop_no_transaction() {
    let devnet = devnet().await;
    for chain in [900, 901] {
        let rpc = gateway(&devnet, chain);
        let mut socket = Socket::open(&rpc).await;
        rpc.ok("evm_setAutomine", json!([false])).await;
        for (what, more) in [
            ("nothing", json!({})),
            ("legacy", json!({"type": "0x0"})),
            ("access list", json!({"accessList": []})),
            ("tip", json!({"maxPriorityFeePerGas": "0x1"})),
        ] {
            let mut request = json!({"from": DEV_ACCOUNTS[1], "to": DEV_ACCOUNTS[2], "gas": "0x5b8d80"});
            request.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let send = call(1, "eth_sendTransaction", json!([request]));
            for way in ["single", "batch", "socket", "signed"] {
                fill_block(&rpc).await;
                let hash = match way {
                    "single" => rpc.ok("eth_sendTransaction", json!([request])).await,
                    "batch" => {
                        let batch = json!([call(7, "eth_chainId", json!([])), send]);
                        let (_, body) = rpc.post(batch.to_string()).await;
                        serde_json::from_str::<Value>(&body).unwrap()[1]["result"].clone()
                    }
                    "socket" => socket.ask(&send).await["result"].clone(),
                    _ => {
                        let raw = rpc.ok("eth_signTransaction", json!([request])).await;
                        rpc.ok("eth_sendRawTransaction", json!([raw])).await
                    }
                };
                assert_mined(&rpc, &hash, &format!("{chain} {what} {way}")).await;
            }
        }
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_burst_of_one_sender_is_mined_whole() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 901);
    let mut socket = Socket::open(&rpc).await;
    for (round, method) in ["eth_sendTransaction", "eth_sendTransactionSync"].into_iter().enumerate() {
        let request = json!({"from": DEV_ACCOUNTS[3], "to": DEV_ACCOUNTS[4], "value": "0x1"});
        let batch: Value = (0..20).map(|id| call(id, method, json!([request]))).collect();
        for id in 0..20 {
            socket.send(Message::text(call(id, method, json!([request])).to_string())).await;
        }
        let sends = (0..20).map(|_| rpc.call(method, json!([request])));
        let (mut hashes, batched) =
            tokio::join!(futures::future::join_all(sends), rpc.post(batch.to_string()));
        hashes.extend(serde_json::from_str::<Vec<Value>>(&batched.1).unwrap().iter().map(outcome));
        for _ in 0..20 {
            hashes.push(outcome(&socket.receive().await));
        }
        rpc.ok("evm_mine", json!([])).await;
        for hash in hashes {
            let hash = hash.unwrap();
            let hash = hash.get("transactionHash").unwrap_or(&hash);
            let receipt = rpc.ok("eth_getTransactionReceipt", json!([hash])).await;
            assert_eq!(receipt["status"], "0x1");
        }
        let count = rpc.ok("eth_getTransactionCount", json!([DEV_ACCOUNTS[3], "latest"])).await;
        assert_eq!(quantity(&count), 60 * (round as u64 + 1));
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_sender_that_offers_more_and_more_loses_nothing() {
    let devnet = devnet().await;
    for chain in [900, 901] {
        let rpc = gateway(&devnet, chain);
        rpc.ok("evm_setAutomine", json!([false])).await;
        let mut hashes = Vec::new();
        for gwei in [3_u64, 9, 4, 27] {
            let price = format!("{:#x}", gwei * 1_000_000_000);
            let request = json!({"from": DEV_ACCOUNTS[5], "to": DEV_ACCOUNTS[6], "maxFeePerGas": price});
            hashes.push(rpc.ok("eth_sendTransaction", json!([request])).await);
        }
        for hash in hashes {
            assert_mined(&rpc, &hash, &format!("{chain}")).await;
        }
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn prices_that_are_named_stay() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 901);
    for prices in [
        json!({"gasPrice": "0x77359400"}),
        json!({"maxFeePerGas": "0x77359400", "maxPriorityFeePerGas": "0x5"}),
        json!({"maxFeePerGas": "0x12a05f200"}),
    ] {
        let mut request = json!({"from": DEV_ACCOUNTS[1], "to": DEV_ACCOUNTS[2]});
        request.as_object_mut().unwrap().extend(prices.as_object().unwrap().clone());
        let filled = rpc.ok("eth_fillTransaction", json!([request])).await["tx"].clone();
        for (key, value) in prices.as_object().unwrap() {
            assert_eq!(&filled[key], value, "{filled}");
        }
    }
    let tip =
        json!([{"from": DEV_ACCOUNTS[1], "to": DEV_ACCOUNTS[2], "maxPriorityFeePerGas": "0x12a05f200"}]);
    let filled = rpc.ok("eth_fillTransaction", tip).await["tx"].clone();
    assert_eq!(filled["maxPriorityFeePerGas"], "0x12a05f200");
    assert!(quantity(&filled["maxFeePerGas"]) > 0x12a05f200);
    devnet.stop().await.unwrap();
}
