//! No transaction that the gateway passed on vanishes because a block was full.

use crate::support::*;
use alloy::{
    consensus::TxEip1559,
    primitives::{Address, TxKind, U256},
};
use causeway_devnet::{DEV_ACCOUNTS, Devnet};
use serde_json::{Value, json};

/// The gas of a block.
const BLOCK: u64 = 1_000_000;
/// Gas limits of transactions from one sender. Each uses 21,000, so the first fits, the second does not, the others would.
const GAS: [u64; 4] = [900_000, 990_000, 21_000, 25_000];

/// A chain whose small blocks come when they are asked for.
async fn small_blocks(devnet: &Devnet, chain_id: u64) -> Rpc {
    let rpc = gateway(devnet, chain_id);
    rpc.ok("evm_setAutomine", json!([false])).await;
    rpc.ok("evm_setBlockGasLimit", json!([format!("{BLOCK:#x}")])).await;
    rpc.ok("evm_mine", json!([])).await;
    rpc
}

fn raw(devnet: &Devnet, chain_id: u64, nonce: u64, gas_limit: u64, fee: u128) -> String {
    signed(
        devnet.network(),
        TxEip1559 {
            chain_id,
            nonce,
            gas_limit,
            max_fee_per_gas: fee,
            max_priority_fee_per_gas: 1,
            to: TxKind::Call(DEV_ACCOUNTS[5]),
            value: U256::ONE,
            ..TxEip1559::default()
        },
    )
}

fn request(from: Address, nonce: u64, gas: u64) -> Value {
    json!({
        "from": from, "to": DEV_ACCOUNTS[5], "value": "0x1", "nonce": format!("{nonce:#x}"), "gas": format!("{gas:#x}"),
        "maxFeePerGas": "0x4a817c800", "maxPriorityFeePerGas": "0x1",
    })
}

const FEE: u128 = 20_000_000_000;

/// Waits until a transaction is in the pool or a block.
async fn known(rpc: &Rpc, hash: &Value) -> Value {
    until(async || {
        let transaction = rpc.ok("eth_getTransactionByHash", json!([hash])).await;
        (!transaction.is_null()).then_some(transaction)
    })
    .await
}

async fn is_known(rpc: &Rpc, hash: &Value) -> bool {
    !rpc.ok("eth_getTransactionByHash", json!([hash])).await.is_null()
}

async fn nonce(rpc: &Rpc, account: Address) -> u64 {
    quantity(&rpc.ok("eth_getTransactionCount", json!([account, "latest"])).await)
}

/// Mines the two blocks that all of [`GAS`] need.
async fn assert_all_are_mined(rpc: &Rpc, hashes: &[Value], way: &str) {
    assert_eq!(hashes.len(), GAS.len(), "{way}");
    rpc.ok("evm_mine", json!([])).await;
    for hash in hashes {
        known(rpc, hash).await;
    }
    rpc.ok("evm_mine", json!([])).await;
    for (hash, gas) in hashes.iter().zip(GAS) {
        let receipt = rpc.ok("eth_getTransactionReceipt", json!([hash])).await;
        assert_eq!(receipt["status"], "0x1", "{way}, {gas} gas");
    }
}

#[tokio::test]
async fn what_does_not_fit_into_a_block_waits_for_the_next_one() {
    let devnet = devnet().await;
    for chain_id in [900, 902] {
        let rpc = small_blocks(&devnet, chain_id).await;
        let mut socket = Socket::open(&rpc).await;
        let raws = async |first: u64| -> Vec<String> {
            (first..).zip(GAS).map(|(nonce, gas)| raw(&devnet, chain_id, nonce, gas, FEE)).collect()
        };
        let funded = DEV_ACCOUNTS[0];

        let mut hashes = Vec::new();
        for raw in raws(nonce(&rpc, funded).await).await {
            hashes.push(rpc.ok("eth_sendRawTransaction", json!([raw])).await);
        }
        assert_all_are_mined(&rpc, &hashes, "single").await;

        let raws_again = raws(nonce(&rpc, funded).await).await;
        let batch = raws_again.iter().map(|raw| call(1, "eth_sendRawTransaction", json!([raw])));
        let (_, body) = rpc.post(batch.collect::<Value>().to_string()).await;
        let answers: Vec<Value> = serde_json::from_str(&body).unwrap();
        let hashes: Vec<_> = answers.iter().map(|answer| answer["result"].clone()).collect();
        assert_all_are_mined(&rpc, &hashes, "batch").await;

        let mut hashes = Vec::new();
        for raw in raws(nonce(&rpc, funded).await).await {
            hashes.push(socket.ask(&call(1, "eth_sendRawTransaction", json!([raw]))).await["result"].clone());
        }
        assert_all_are_mined(&rpc, &hashes, "socket").await;

        let stranger = Address::repeat_byte(0xcc);
        rpc.ok("anvil_impersonateAccount", json!([stranger])).await;
        rpc.ok("anvil_setBalance", json!([stranger, "0xde0b6b3a7640000"])).await;
        for (way, from) in [("node", DEV_ACCOUNTS[3]), ("impersonated", stranger)] {
            let mut hashes = Vec::new();
            for (nonce, gas) in (nonce(&rpc, from).await..).zip(GAS) {
                hashes.push(rpc.ok("eth_sendTransaction", json!([request(from, nonce, gas)])).await);
            }
            assert_all_are_mined(&rpc, &hashes, way).await;
        }
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn who_waits_for_the_block_gets_it() {
    let devnet = devnet().await;
    let rpc = small_blocks(&devnet, 901).await;
    let first = nonce(&rpc, DEV_ACCOUNTS[0]).await;
    let mut waiting = Vec::new();
    for (nonce, gas) in (first..).zip(GAS) {
        let (rpc, raw) = (rpc.clone(), raw(&devnet, 901, nonce, gas, FEE));
        waiting.push(tokio::spawn(async move { rpc.call("eth_sendRawTransactionSync", json!([raw])).await }));
    }
    let all_pooled = async || {
        let status = rpc.ok("txpool_status", json!([])).await;
        (quantity(&status["pending"]) == 4).then_some(())
    };
    until(all_pooled).await;
    // Two blocks are enough, but when the node has all of them again, only it knows.
    let mined = until(async || {
        rpc.ok("evm_mine", json!([])).await;
        waiting.iter().all(tokio::task::JoinHandle::is_finished).then_some(())
    });
    mined.await;
    for answer in waiting {
        assert_eq!(answer.await.unwrap().unwrap()["status"], "0x1");
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn nothing_is_left_in_the_pool_of_a_chain_that_mines_on_demand() {
    let devnet = devnet().await;
    let rpc = small_blocks(&devnet, 901).await;
    let mut hashes = Vec::new();
    for (nonce, gas) in (0..).zip([900_000, 990_000, 990_000, 21_000]) {
        hashes.push(rpc.ok("eth_sendRawTransaction", json!([raw(&devnet, 901, nonce, gas, FEE)])).await);
    }
    rpc.ok("evm_setAutomine", json!([true])).await;
    for hash in &hashes {
        until(async || {
            let receipt = rpc.ok("eth_getTransactionReceipt", json!([hash])).await;
            (!receipt.is_null()).then_some(())
        })
        .await;
    }
    assert!(rpc.block_number().await <= 4, "empty blocks were made");
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn what_stays_in_the_pool_through_a_reorg_or_a_revert_is_kept() {
    let devnet = devnet().await;
    let rpc = small_blocks(&devnet, 902).await;
    for (method, depth) in
        [("anvil_reorg", json!([1, []])), ("anvil_rollback", json!([1])), ("evm_revert", json!(null))]
    {
        let snapshot = rpc.ok("evm_snapshot", json!([])).await;
        rpc.ok("evm_mine", json!([])).await;
        let mut hashes = Vec::new();
        for (nonce, gas) in (nonce(&rpc, DEV_ACCOUNTS[0]).await..).zip(GAS) {
            let raw = raw(&devnet, 902, nonce, gas, FEE);
            hashes.push(rpc.ok("eth_sendRawTransaction", json!([raw])).await);
        }
        rpc.ok(method, if depth.is_null() { json!([snapshot]) } else { depth }).await;
        assert_all_are_mined(&rpc, &hashes, method).await;
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn whose_sender_is_impersonated_no_longer_waits_for_the_next_block_all_the_same() {
    let devnet = devnet().await;
    let rpc = small_blocks(&devnet, 902).await;
    let stranger = Address::repeat_byte(0xcc);
    rpc.ok("anvil_impersonateAccount", json!([stranger])).await;
    rpc.ok("anvil_setBalance", json!([stranger, "0xde0b6b3a7640000"])).await;
    let mut hashes = Vec::new();
    for (nonce, gas) in (0..).zip(GAS) {
        hashes.push(rpc.ok("eth_sendTransaction", json!([request(stranger, nonce, gas)])).await);
    }
    rpc.ok("anvil_stopImpersonatingAccount", json!([stranger])).await;
    assert_all_are_mined(&rpc, &hashes, "impersonated before").await;
    devnet.stop().await.unwrap();
}

/// Fills a block such that the last of another sender's transactions is forgotten; returns its hash. Once it is known
/// again, so is everything else that is to be.
async fn witness(rpc: &Rpc) -> Value {
    let from = DEV_ACCOUNTS[7];
    let first = nonce(rpc, from).await;
    rpc.ok("eth_sendTransaction", json!([request(from, first, 990_000)])).await;
    rpc.ok("eth_sendTransaction", json!([request(from, first + 1, 21_000)])).await
}

#[tokio::test]
async fn what_was_dropped_or_replaced_does_not_come_back() {
    let devnet = devnet().await;
    let rpc = small_blocks(&devnet, 902).await;
    let send = async |nonce, gas, fee| {
        rpc.ok("eth_sendRawTransaction", json!([raw(&devnet, 902, nonce, gas, fee)])).await
    };
    send(0, 900_000, FEE).await;
    send(1, 990_000, FEE).await;
    let replaced = send(2, 21_000, FEE).await;
    let replacement = send(2, 21_000, 2 * FEE).await;
    let dropped = send(3, 22_000, FEE).await;
    let after = send(4, 23_000, FEE).await;
    let witness = witness(&rpc).await;
    rpc.ok("anvil_dropTransaction", json!([dropped])).await;

    rpc.ok("evm_mine", json!([])).await;
    known(&rpc, &witness).await;
    known(&rpc, &replacement).await;
    for gone in [&replaced, &dropped, &after] {
        assert!(!is_known(&rpc, gone).await, "{gone}");
    }
    rpc.ok("anvil_dropAllTransactions", json!([])).await;
    rpc.ok("evm_mine", json!([])).await;
    assert_eq!(rpc.ok("txpool_status", json!([])).await, json!({"pending": "0x0", "queued": "0x0"}));
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn what_became_false_in_the_meantime_does_not_come_back() {
    let devnet = devnet().await;
    let source = gateway(&devnet, 901);
    let message = send_message(&source, 901, 902).await;
    let rpc = small_blocks(&devnet, 902).await;
    rpc.ok("evm_increaseTime", json!([1])).await;
    // The relay asks for half of a block's gas, and comes after one that asks for more than is left.
    for (nonce, gas) in [(0, 900_000), (1, 990_000)] {
        rpc.ok("eth_sendRawTransaction", json!([raw(&devnet, 902, nonce, gas, FEE)])).await;
    }
    let relay = rpc.ok("eth_sendRawTransaction", json!([message.signed(devnet.network(), 902, 2)])).await;
    let witness = witness(&rpc).await;
    source.ok("anvil_reorg", json!([1, []])).await;

    rpc.ok("evm_mine", json!([])).await;
    known(&rpc, &witness).await;
    assert!(!is_known(&rpc, &relay).await);
    devnet.stop().await.unwrap();
}
