//! What `causeway devnet -v` tells of each transaction.

use crate::{
    causeway::{Ran, World},
    gate::{answer, rpc},
};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{self, Message};

const FROM: &str = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";
const TO: &str = "0x00000000000000000000000000000000000000AA";

/// What a test sent, and what became of it: the method, the transaction if it was taken, the code if it was not.
type Sent = (&'static str, Option<Value>, Option<i64>);

/// A transaction that is whole, so that no node fills in anything.
fn request(nonce: u64) -> Value {
    json!({
        "from": FROM, "to": TO, "value": "0x1", "nonce": format!("{nonce:#x}"), "gas": "0x5208", "chainId": "0x385",
        "maxFeePerGas": "0x4a817c800", "maxPriorityFeePerGas": "0x1",
    })
}

fn signed(url: &str, nonce: u64) -> Value {
    let signed = rpc(url, "eth_signTransaction", json!([request(nonce)]));
    json!([signed.get("raw").unwrap_or(&signed)])
}

/// Sends by every way, such that some are taken and some are not.
fn send(url: &str) -> Vec<Sent> {
    let mut sent = Vec::new();
    let mut note = |method: &'static str, answer: Value| {
        let hash = answer["result"].get("transactionHash").unwrap_or(&answer["result"]);
        let hash = Some(hash.clone()).filter(|hash| !hash.is_null());
        let code = answer["error"]["code"].as_i64();
        assert!(hash.is_some() != code.is_some(), "{method}: {answer}");
        sent.push((method, hash, code));
    };
    let mut http = |method, params| note(method, answer(url, method, &params));
    http("eth_sendTransaction", json!([request(0)]));
    http("eth_sendTransactionSync", json!([request(1)]));
    let raw = signed(url, 2);
    http("eth_sendRawTransaction", raw.clone());
    http("eth_sendRawTransactionSync", signed(url, 3));
    http("eth_sendRawTransaction", raw.clone());
    http("eth_sendBundle", json!([{}]));

    let (mut socket, _) = tungstenite::connect(url.replace("http://", "ws://")).unwrap();
    let mut socket = |method: &'static str, params: Value| {
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        socket.send(Message::text(call.to_string())).unwrap();
        let answer = socket.read().unwrap().into_text().unwrap();
        note(method, serde_json::from_str(answer.as_str()).unwrap());
    };
    socket("eth_sendRawTransaction", signed(url, 4));
    socket("eth_sendTransactionSync", json!([request(5)]));
    socket("eth_sendRawTransaction", raw);
    socket("eth_sendBundle", json!([{}]));
    sent
}

fn watched(more: &[&str]) -> (Vec<Sent>, Ran) {
    let world = World::new();
    let devnet = world.devnet(&[&["-v", "--block-time", "0"], more].concat());
    let sent = send(devnet.rpc_url(0));
    (sent, devnet.interrupt())
}

#[test]
fn every_transaction_and_every_refusal_is_a_line() {
    let (sent, ran) = watched(&[]);
    let told = |line: &&str| line.contains("transaction taken") || line.contains("refused");
    let lines: Vec<_> = ran.stderr.lines().filter(told).collect();
    assert_eq!(lines.len(), sent.len(), "{}", ran.stderr);
    for (line, (method, hash, code)) in lines.iter().zip(&sent) {
        assert!(line.contains("chain_id=901"), "{line}");
        match (hash, code) {
            (Some(hash), _) => {
                for part in [hash.as_str().unwrap(), &format!("from={FROM}"), &format!("to={TO}"), method] {
                    assert!(line.contains(part), "{part}: {line}");
                }
            }
            (_, code) => {
                assert!(line.contains(&format!("code={}", code.unwrap())) && line.contains("why="), "{line}");
            }
        }
    }
}

#[test]
fn programs_are_told_the_same() {
    let (sent, ran) = watched(&["--log-format", "json"]);
    let lines = ran.stderr.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["fields"].clone());
    let told = |fields: &Value| {
        let message = fields["message"].as_str().unwrap_or_default();
        message == "transaction taken" || message.starts_with("refused")
    };
    let lines: Vec<_> = lines.filter(told).collect();
    assert_eq!(lines.len(), sent.len(), "{}", ran.stderr);
    for (fields, (method, hash, code)) in lines.iter().zip(&sent) {
        assert_eq!((&fields["chain_id"], &fields["code"]), (&json!(901), &json!(code)), "{fields}");
        if let Some(hash) = hash {
            let expected = [hash, &json!(FROM), &json!(TO), &json!(method)];
            assert_eq!([&fields["tx"], &fields["from"], &fields["to"], &fields["method"]], expected);
        }
    }
}
