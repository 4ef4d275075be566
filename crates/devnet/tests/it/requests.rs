//! How requests are read, whatever is in them.

use crate::support::*;
use alloy::{
    consensus::{SignableTransaction, TxEnvelope, TxLegacy},
    eips::Encodable2718,
    primitives::{TxKind, hex},
    signers::{SignerSync, local::PrivateKeySigner},
};
use causeway_devnet::DEV_ACCOUNTS;
use reqwest::Method;
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn what_is_no_json_is_a_parse_error() {
    let devnet = devnet().await;
    for chain in [900, 901] {
        let rpc = gateway(&devnet, chain);
        let mut socket = Socket::open(&rpc).await;
        let bytes: [&[u8]; 7] = [
            b"",
            b"{",
            b"hello",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,",
            b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"} x",
            b"{\"method\":\"\xff\"}",
            b"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"}",
        ];
        for bytes in bytes {
            let (status, body) = rpc.post(bytes).await;
            let answer: Value = serde_json::from_str(&body).unwrap();
            assert_eq!(
                (status, &answer["id"], &answer["error"]["code"]),
                (200, &Value::Null, &json!(-32700))
            );
            socket.send(Message::binary(bytes)).await;
            assert_eq!(socket.receive().await, answer, "{}", String::from_utf8_lossy(bytes));
        }
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn ids_are_echoed_as_they_were_written() {
    let devnet = devnet().await;
    for chain in [900, 901] {
        let rpc = gateway(&devnet, chain);
        let mut socket = Socket::open(&rpc).await;
        for id in [
            "1",
            "-1",
            "0",
            "1.5",
            "-0",
            "1e3",
            "18446744073709551616",
            "\"\"",
            "\"a\"",
            r#""\u00e9\n\"""#,
            "null",
        ] {
            for method in ["eth_chainId", "eth_subscribe", "eth_call"] {
                let params = match method {
                    "eth_subscribe" => json!(["newHeads"]),
                    "eth_call" => json!([{"to": DEV_ACCOUNTS[0]}]),
                    _ => json!([]),
                };
                let single = format!(
                    r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params},"extra":{{"id":7}}}}"#
                );
                let echoed = format!(r#""id":{id},"#);
                for text in [single.clone(), format!("[{single}]")] {
                    if method != "eth_subscribe" {
                        let (_, body) = rpc.post(text.clone()).await;
                        assert!(body.contains(&echoed) && body.contains("\"result\""), "{text}: {body}");
                    }
                    socket.send(Message::text(text.clone())).await;
                    let answer = socket.receive_text().await;
                    assert!(answer.contains(&echoed) && answer.contains("\"result\""), "{text}: {answer}");
                    assert_eq!(answer.starts_with('['), text.starts_with('['));
                }
            }
        }
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn every_message_needs_the_same_content_type() {
    let devnet = devnet().await;
    for chain in [900, 901] {
        let rpc = gateway(&devnet, chain);
        let send = call(1, "eth_sendTransaction", json!([{"from": DEV_ACCOUNTS[0], "to": DEV_ACCOUNTS[1]}]));
        let refused = call(2, "eth_sendBundle", json!([{}]));
        let messages = [
            send.clone(),
            json!([send]),
            json!([send, refused]),
            refused.clone(),
            call(3, "eth_chainId", json!([])),
        ];
        for message in messages {
            for (content_type, expected) in [
                (None, 415),
                (Some("text/plain"), 415),
                (Some("application/x-www-form-urlencoded"), 415),
                (Some("application/jsonp"), 415),
                (Some("application/json"), 200),
                (Some("Application/JSON; charset=utf-8"), 200),
                (Some("application/json-rpc"), 200),
            ] {
                let request = rpc.client.post(&rpc.url).body(message.to_string());
                let request = match content_type {
                    Some(content_type) => request.header("content-type", content_type),
                    None => request,
                };
                let status = request.send().await.unwrap().status().as_u16();
                assert_eq!(status, expected, "{content_type:?} {message}");
            }
        }
        // Three kinds of messages that send, three content types.
        let count = rpc.ok("eth_getTransactionCount", json!([DEV_ACCOUNTS[0], "pending"])).await;
        assert_eq!(count, "0x9");
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn a_call_does_not_spoil_its_neighbours() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 901);
    let good = call(1, "eth_chainId", json!([])).to_string();
    let deep = format!("{}{}", "[".repeat(300), "]".repeat(300));
    for (params, code) in
        [(r#"["\ud800"]"#, -32602), ("[1e999]", -32602), (deep.as_str(), -32602), (r#""text""#, -32600)]
    {
        let bad = format!(r#"{{"jsonrpc":"2.0","id":2,"method":"eth_getBalance","params":{params}}}"#);
        let (_, body) = rpc.post(format!("[{good},{bad}]")).await;
        let answers: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(answers[0]["result"], "0x385", "{body}");
        assert_eq!((&answers[1]["id"], &answers[1]["error"]["code"]), (&json!(2), &json!(code)), "{body}");
    }
    let ones = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    let (_, body) = rpc.post(ones(1000)).await;
    assert_eq!(serde_json::from_str::<Vec<Value>>(&body).unwrap().len(), 1000);
    let (_, body) = rpc.post(ones(30_000_000)).await;
    assert_eq!(serde_json::from_str::<Value>(&body).unwrap()["error"]["code"], -32600);
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn no_request_ends_a_node() {
    let devnet = devnet().await;
    let hash = format!("0x01{}", "11".repeat(31));
    for chain in [900, 901] {
        let rpc = gateway(&devnet, chain);
        for more in [
            json!({"maxFeePerBlobGas": "0x1"}),
            json!({"maxFeePerBlobGas": "0x1", "type": "0x2", "gasPrice": "0x77359400"}),
            json!({"blobVersionedHashes": [hash], "authorizationList": []}),
        ] {
            let mut request = more.clone();
            request["from"] = json!(DEV_ACCOUNTS[0]);
            request["to"] = json!(DEV_ACCOUNTS[1]);
            for method in [
                "eth_signTransaction",
                "eth_fillTransaction",
                "eth_sendTransaction",
                "eth_sendTransactionSync",
                "eth_sendUnsignedTransaction",
            ] {
                rpc.call(method, json!([request])).await.unwrap_err();
            }
            rpc.call("anvil_reorg", json!([1, [[request, 0]]])).await.unwrap_err();
            assert_eq!(rpc.ok("eth_chainId", json!([])).await, format!("{chain:#x}"), "{more}");
        }
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn transactions_for_other_chains_are_refused_at_once() {
    let devnet = devnet().await;
    let key = devnet.network().funded_key().parse().unwrap();
    let signer = PrivateKeySigner::from_bytes(&key).unwrap();
    let legacy = |chain_id| {
        let transaction = TxLegacy {
            chain_id,
            nonce: u64::from(chain_id == Some(5)),
            gas_price: 20_000_000_000,
            gas_limit: 21_000,
            to: TxKind::Call(DEV_ACCOUNTS[1]),
            ..Default::default()
        };
        let signature = signer.sign_hash_sync(&transaction.signature_hash()).unwrap();
        hex::encode_prefixed(TxEnvelope::from(transaction.into_signed(signature)).encoded_2718())
    };
    for chain in [900, 901] {
        let rpc = gateway(&devnet, chain);
        for method in ["eth_sendRawTransaction", "eth_sendRawTransactionSync"] {
            let error = rpc.call(method, json!([legacy(Some(902))])).await.unwrap_err();
            let words = format!("invalid sender: invalid chain id for signer: have 902 want {chain}");
            assert_eq!(error, json!({"code": -32000, "message": words}));
        }
        let request = json!([{"from": DEV_ACCOUNTS[0], "to": DEV_ACCOUNTS[1], "chainId": "0x386"}]);
        let error = rpc.call("eth_sendTransaction", request).await.unwrap_err();
        assert_eq!(error["message"], format!("chainId does not match node's (have=902, want={chain})"));
        rpc.ok("eth_sendRawTransactionSync", json!([legacy(Some(chain))])).await;
        // Whoever gives a chain another id knows what it is.
        rpc.ok("anvil_setChainId", json!([5])).await;
        rpc.ok("eth_sendRawTransaction", json!([legacy(Some(5))])).await;
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn pages_answer_head_and_browsers_are_let_in() {
    let devnet = devnet().await;
    let (chain, admin) = (gateway(&devnet, 901).url, devnet.network().admin_url.clone());
    let client = gateway(&devnet, 901).client;
    for url in [
        chain.clone(),
        format!("{chain}/health"),
        format!("{admin}/health"),
        format!("{admin}/ready"),
        format!("{admin}/network"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let status = client.request(method.clone(), &url).send().await.unwrap().status();
            assert_eq!(status, 200, "{method} {url}");
        }
        let preflight = client
            .request(Method::OPTIONS, &url)
            .header("origin", "https://app.example")
            .header("access-control-request-method", "POST")
            .header("access-control-request-private-network", "true");
        let headers = preflight.send().await.unwrap().headers().clone();
        assert_eq!(headers["access-control-allow-origin"], "*", "{url}");
        assert_eq!(headers["access-control-allow-private-network"], "true", "{url}");
        let page = client.get(&url).header("origin", "https://app.example").send().await.unwrap();
        assert_eq!(page.headers()["access-control-allow-origin"], "*", "{url}");
    }
    devnet.stop().await.unwrap();
}
