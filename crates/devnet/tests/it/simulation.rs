//! Calls that name no gas price, as clients make them: geth lets them run without a base fee.

use crate::support::*;
use alloy::primitives::{U256, hex};
use causeway_devnet::DEV_ACCOUNTS;
use causeway_interop::{CROSS_L2_INBOX, L2_TO_L2_CROSS_DOMAIN_MESSENGER};
use serde_json::{Value, json};

/// Gives back the base fee and the gas price: `(block.basefee, tx.gasprice)`.
const PRICES: &str = "0x485f523a60205260405ff3";
/// Where it is.
const CONTRACT: &str = "0x00000000000000000000000000000000000000c0";
/// Has no ether.
const POOR: &str = "0x00000000000000000000000000000000000000ee";

/// The transaction that relays a message, as a client has it before it knows gas and price.
fn unpriced(message: &Sent, from: impl serde::Serialize) -> Value {
    let mut request = message.request(DEV_ACCOUNTS[2]);
    request["from"] = json!(from);
    request.as_object_mut().unwrap().remove("gas");
    request
}

fn simulations(request: &Value) -> Vec<Value> {
    let tracer = json!({"tracer": "callTracer"});
    vec![
        call(1, "eth_call", json!([request, "latest"])),
        call(2, "eth_call", json!([request])),
        call(3, "eth_estimateGas", json!([request])),
        call(4, "eth_estimateGas", json!([request, "latest"])),
        call(5, "eth_createAccessList", json!([request, "latest"])),
        call(6, "debug_traceCall", json!([request, "latest", tracer])),
        call(7, "debug_traceCall", json!([request, "latest"])),
        call(8, "eth_fillTransaction", json!([request])),
    ]
}

#[tokio::test]
async fn relays_can_be_tried_out_without_a_price() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let request = unpriced(&send_message(&source, 901, 902).await, DEV_ACCOUNTS[2]);
    let mut socket = Socket::open(&destination).await;
    let simulations = simulations(&request);
    let mut alone = Vec::new();
    for simulation in &simulations {
        let (_, body) = destination.post(simulation.to_string()).await;
        let over_socket = socket.ask(simulation).await;
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(answer, over_socket);
        assert!(answer.get("error").is_none(), "{simulation}: {answer}");
        assert_ne!(answer["result"]["failed"], true, "{simulation}: {answer}");
        assert!(answer["result"].get("error").is_none(), "{simulation}: {answer}");
        alone.push(answer);
    }
    let (_, body) = destination.post(json!(simulations).to_string()).await;
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap(), json!(alone));
    assert_eq!(socket.ask(&json!(simulations)).await, json!(alone));

    let list = alone[4]["result"]["accessList"].to_string().to_lowercase();
    assert!(list.contains(&CROSS_L2_INBOX.to_string().to_lowercase()), "{list}");
    let filled = &alone[7]["result"]["tx"];
    let base_fee =
        quantity(&destination.ok("eth_getBlockByNumber", json!(["latest", false])).await["baseFeePerGas"]);
    assert!(quantity(&filled["maxFeePerGas"]) > base_fee, "{filled}");
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn an_estimate_is_enough_gas() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    destination.ok("anvil_impersonateAccount", json!([POOR])).await;
    for from in [json!(DEV_ACCOUNTS[2]), json!(POOR)] {
        let mut request = unpriced(&send_message(&source, 901, 902).await, from);
        let gas = destination.ok("eth_estimateGas", json!([request])).await;
        request["gas"] = gas;
        destination.ok("anvil_setBalance", json!([POOR, "0xde0b6b3a7640000"])).await;
        let receipt = destination.ok("eth_sendTransactionSync", json!([request])).await;
        assert_eq!(receipt["status"], "0x1", "{receipt}");
        destination.ok("anvil_setBalance", json!([POOR, "0x0"])).await;
    }
    // What fails for another reason says so, and a plain transfer costs what it always does.
    let forged = unpriced(&send_message(&source, 901, 902).await.forged(), DEV_ACCOUNTS[2]);
    let mut undeclared = forged.clone();
    undeclared["accessList"] = json!([]);
    let error = destination.call("eth_estimateGas", json!([undeclared])).await.unwrap_err();
    assert!(!error["data"].as_str().unwrap().starts_with("0xdc9f4daa"), "{error}");
    for from in [json!(DEV_ACCOUNTS[0]), json!(null)] {
        let transfer = json!([{"from": from, "to": DEV_ACCOUNTS[1]}]);
        assert_eq!(destination.ok("eth_estimateGas", transfer).await, "0x5208");
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn contracts_see_the_base_fee_that_geth_shows_them() {
    let devnet = devnet().await;
    for chain in [900, 901] {
        let rpc = gateway(&devnet, chain);
        rpc.ok("anvil_setCode", json!([CONTRACT, PRICES])).await;
        let seen = async |request: Value, more: &[Value]| {
            let mut params = vec![request, json!("latest")];
            params.extend_from_slice(more);
            let words = hex::decode(rpc.ok("eth_call", params.into()).await.as_str().unwrap()).unwrap();
            (U256::from_be_slice(&words[..32]), U256::from_be_slice(&words[32..]))
        };
        let block = rpc.ok("eth_getBlockByNumber", json!(["latest", false])).await;
        let base_fee = U256::from(quantity(&block["baseFeePerGas"]));
        let (zero, price) = (U256::ZERO, base_fee * U256::from(2));
        let from = DEV_ACCOUNTS[0];
        assert_eq!(seen(json!({"to": CONTRACT}), &[]).await, (zero, zero));
        assert_eq!(seen(json!({"to": CONTRACT, "gasPrice": "0x0"}), &[]).await, (zero, zero));
        assert_eq!(seen(json!({"to": CONTRACT, "maxFeePerGas": "0x0"}), &[]).await, (zero, zero));
        let priced = json!({"to": CONTRACT, "from": from, "gasPrice": format!("{price:#x}")});
        assert_eq!(seen(priced, &[]).await, (base_fee, price));
        let own = [json!({}), json!({"baseFeePerGas": "0x7"})];
        assert_eq!(seen(json!({"to": CONTRACT}), &own).await, (U256::from(7), zero));
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn an_access_list_is_found_by_trying() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let message = send_message(&source, 901, 902).await;
    let mut request = unpriced(&message, DEV_ACCOUNTS[2]);
    request.as_object_mut().unwrap().remove("accessList");
    for (price, value) in
        [("gasPrice", json!(null)), ("gasPrice", json!("0x77359400")), ("maxPriorityFeePerGas", json!("0x1"))]
    {
        let mut request = request.clone();
        request[price] = value;
        let found = destination.ok("eth_createAccessList", json!([request])).await;
        let list = found["accessList"].as_array().unwrap();
        let of = |address: &str| {
            let item =
                list.iter().find(|item| item["address"].as_str().unwrap().eq_ignore_ascii_case(address));
            item.map(|item| item["storageKeys"].to_string()).unwrap_or_default()
        };
        // The inbox looks for the last key only.
        let checksum = message.keys().last().unwrap().to_string();
        assert!(of(&CROSS_L2_INBOX.to_string()).contains(&checksum), "{found}");
        assert!(!of(&L2_TO_L2_CROSS_DOMAIN_MESSENGER.to_string()).is_empty(), "{found}");
        assert!(quantity(&found["gasUsed"]) > 21_000, "{found}");
    }
    devnet.stop().await.unwrap();
}

/// Relayers try many deliveries out in one request, each with a price and what it declares.
#[tokio::test]
async fn many_relays_can_be_tried_out_in_one_request() {
    let devnet = devnet().await;
    let (source, destination) = (gateway(&devnet, 901), gateway(&devnet, 902));
    let mut calls = Vec::new();
    for forged in [false, true, false] {
        let mut message = send_message(&source, 901, 902).await;
        if forged {
            message = message.forged();
        }
        let mut request = unpriced(&message, DEV_ACCOUNTS[2]);
        request["maxFeePerGas"] = json!("0x77359400");
        if forged {
            request["accessList"] = json!([]);
        }
        calls.push(request);
    }
    let simulated =
        destination.ok("eth_simulateV1", json!([{"blockStateCalls": [{"calls": calls}]}, "latest"])).await;
    let calls = simulated[0]["calls"].as_array().unwrap();
    let statuses: Vec<_> = calls.iter().map(|call| call["status"].as_str().unwrap()).collect();
    assert_eq!(statuses, ["0x1", "0x0", "0x1"], "{simulated}");
    devnet.stop().await.unwrap();
}
