//! What the node would take and the gateway must not let pass: other spellings of the same call.

use crate::support::*;
use causeway_devnet::DEV_ACCOUNTS;
use causeway_interop::CROSS_L2_INBOX;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tokio_tungstenite::tungstenite::Message;

/// Every message of the list carries a transaction with a false entry in some disguise. `request` is the
/// transaction, `signed` the same one with some nonce, signed.
fn disguises(request: &Value, signed: impl Fn(u64) -> String) -> Vec<Vec<u8>> {
    let private = "$serde_json::private::RawValue";
    let send = |params: Value| call(1, "eth_sendTransaction", params).to_string();
    let text = send(json!([request]));
    let list = request["accessList"].clone();
    let keys = list[0]["storageKeys"].clone();
    let mut relisted = request.clone();
    let mut relist = |list: Value| {
        relisted["accessList"] = list;
        send(json!([relisted]))
    };
    let plain = json!({"from": DEV_ACCOUNTS[2], "to": DEV_ACCOUNTS[1]});
    let raw = signed(0);
    let bytes = |nonce| alloy::primitives::hex::decode(signed(nonce)).unwrap();
    let send_raw = |parameter: Value| call(1, "eth_sendRawTransaction", json!([parameter])).to_string();
    let mut texts = vec![
        // Arrays for objects.
        json!(["2.0", "eth_sendTransaction", [request], 1]).to_string(),
        json!([["2.0", "eth_sendTransaction", [request], 1]]).to_string(),
        relist(json!([[CROSS_L2_INBOX, keys]])),
        relist(json!([[CROSS_L2_INBOX.to_vec(), keys]])),
        // The parser's own keys.
        send(json!([{private: request.to_string()}])),
        relist(json!({private: list.to_string()})),
        relist(json!([{private: list[0].to_string()}])),
        relist(json!([{"address": CROSS_L2_INBOX, "storageKeys": {private: keys.to_string()}}])),
        send_raw(json!({private: json!(raw).to_string()})),
        call(1, "anvil_reorg", json!([1, {private: json!([[request, 0]]).to_string()}])).to_string(),
        call(1, "anvil_reorg", json!([1, [[{private: request.to_string()}, 0]]])).to_string(),
        // Keys twice.
        text.replacen("\"accessList\"", "\"accessList\":[],\"accessList\"", 1),
        text.replacen("\"params\"", "\"params\":[{}],\"params\"", 1),
        text.replacen("\"method\"", "\"method\":\"eth_chainId\",\"method\"", 1),
        text.replacen("\"storageKeys\"", "\"storageKeys\":[],\"storageKeys\"", 1),
        // Escapes.
        text.replace("eth_send", "eth_s\\u0065nd"),
        text.replace("\"method\"", "\"\\u006dethod\""),
        text.replace("accessList", "\\u0061ccessList"),
        text.replace("storageKeys", "storag\\u0065Keys"),
        // Raw transactions by other means.
        send_raw(json!(raw)),
        send_raw(json!(signed(1).trim_start_matches("0x"))),
        send_raw(json!(signed(2).to_uppercase().replace("0X", "0x"))),
        send_raw(json!(format!("{}00ff", signed(3)))),
        send_raw(json!(bytes(4))),
        call(1, "anvil_reorg", json!([1, [[signed(5), 0]]])).to_string(),
        call(1, "anvil_reorg", json!([1, [[bytes(6), 0]]])).to_string(),
        call(1, "anvil_reorg", json!({"depth": 1, "tx_block_pairs": [[request, 0]]})).to_string(),
        // In company.
        json!([call(1, "eth_chainId", json!([])), call(2, "eth_sendTransaction", json!([request]))])
            .to_string(),
        json!([
            call(1, "eth_sendTransaction", json!([plain])),
            call(2, "eth_sendTransaction", json!([request]))
        ])
        .to_string(),
        // Space.
        format!("\r\n\t {text} \n"),
        serde_json::to_string_pretty(&call(1, "eth_sendTransaction", json!([request]))).unwrap(),
        // A notification.
        json!({"jsonrpc": "2.0", "method": "eth_sendTransaction", "params": [request]}).to_string(),
        // Fields of other kinds of transactions around it.
        {
            let mut other = request.clone();
            other["other"] = json!({"accessList": []});
            other["authorizationList"] = json!([]);
            send(json!([other]))
        },
        format!("\u{feff}{text}"),
    ];
    texts.dedup();
    texts.into_iter().map(String::into_bytes).collect()
}

#[tokio::test]
async fn no_disguise_gets_past_the_gateway() {
    let devnet = devnet().await;
    let (source, destination, node) = (gateway(&devnet, 901), gateway(&devnet, 902), node(&devnet, 902));
    let forged = send_message(&source, 901, 902).await.forged();
    let request = forged.request(DEV_ACCOUNTS[2]);
    let disguises = disguises(&request, |nonce| forged.signed(devnet.network(), 902, nonce));
    let mut socket = Socket::open(&destination).await;
    node.ok("evm_mine", json!([])).await;
    for message in &disguises {
        let text = String::from_utf8_lossy(message).into_owned();
        destination.post(message.clone()).await;
        for frame in [Message::text(text.clone()), Message::binary(message.clone())] {
            socket.send(frame).await;
            // Whatever the answer is, it comes before that of the next request; notifications have none.
            let mark = call(424_242, "eth_chainId", json!([]));
            socket.send(Message::text(mark.to_string())).await;
            while socket.receive().await["id"] != 424_242 {}
        }
        assert!(with_list(&node).await.is_empty(), "{text}");
    }
    // The node itself takes most of them, or this test tests nothing.
    let (mut taken, mut seen) = (Vec::new(), BTreeSet::new());
    for message in &disguises {
        node.post(message.clone()).await;
        let now = with_list(&node).await;
        if !now.is_subset(&seen) {
            taken.push(String::from_utf8_lossy(message).into_owned());
        }
        seen.extend(now);
    }
    assert!(taken.len() > 25, "of {} the node took {taken:#?}", disguises.len());
    devnet.stop().await.unwrap();
}

/// The transactions with an access list of the inbox, in blocks and in the pool.
async fn with_list(node: &Rpc) -> BTreeSet<String> {
    node.ok("evm_mine", json!([])).await;
    let inbox = CROSS_L2_INBOX.to_string().to_lowercase();
    let mut hashes = BTreeSet::new();
    for number in 0..=node.block_number().await {
        let block = node.ok("eth_getBlockByNumber", json!([format!("{number:#x}"), true])).await;
        let transactions = block["transactions"].as_array().unwrap();
        let listed =
            transactions.iter().filter(|transaction| transaction["accessList"].to_string().contains(&inbox));
        hashes.extend(listed.map(|transaction| transaction["hash"].to_string()));
    }
    let pool = node.ok("txpool_content", json!([])).await.to_string();
    hashes.extend(pool.contains(&inbox).then_some(pool));
    hashes
}
