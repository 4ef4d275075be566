//! What a relayer tells is used where the chains say nothing, and nowhere else.

use alloy::{
    primitives::{B256, U256},
    providers::Provider,
    rpc::types::TransactionRequest,
};
use causeway_client::{State, status::RelayerApi};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

use crate::{
    status::{interop, quiet, sent, state},
    support::USER,
};

/// Serves one answer to whatever is asked, until the test ends.
async fn relayer(answer: String) -> RelayerApi {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/behind/a/proxy/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4_096];
            let length = stream.read(&mut request).await.unwrap_or_default();
            let is_asked = request[..length].starts_with(b"GET /behind/a/proxy/v1/messages/0x");
            let answer = if is_asked { answer.as_str() } else { "HTTP/1.1 404 Not Found\r\n\r\n" };
            stream.write_all(answer.as_bytes()).await.ok();
        }
    });
    RelayerApi::new(url.parse().unwrap()).unwrap()
}

fn http(status: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
}

fn told(message: B256, status: &str, tx_hash: B256) -> Value {
    let state = if status == "failed" { "failed" } else { "broadcast" };
    let version = json!({ "transactionHash": tx_hash, "state": state, "reason": "Refused(7)" });
    let attempt = json!({ "chainId": "902", "versions": [version] });
    json!({
        "messageHash": message, "source": "901", "destination": "902", "status": status,
        "timeline": { "attempts": [attempt] },
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relayer_tells_of_what_no_pool_shows() {
    let (a, b) = quiet().await;
    let message = sent(&a, b"x").await;
    b.call("evm_setNextBlockTimestamp", json!([1_700_001_000])).await;
    b.mine().await;
    let alone = interop(&a, &b);
    let with = async |answer: String| alone.clone().with_relayer(relayer(answer).await);
    let signed = B256::repeat_byte(0x51);
    let good = http("200 OK", &told(message.message_hash, "in-flight", signed).to_string());
    assert_eq!(state(&with(good.clone()).await, &message).await, State::InFlight { tx_hash: signed });

    // Whoever does not answer as a relayer does is done without.
    let body = |value: Value| http("200 OK", &value.to_string());
    let moved = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n";
    let endless = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{}", "[".repeat(5 << 20));
    for answer in [
        body(told(B256::repeat_byte(1), "in-flight", signed)),
        body(told(message.message_hash, "delivered", signed)),
        body(told(message.message_hash, "expired", signed)),
        body(told(message.message_hash, "reorged", signed)),
        http("404 Not Found", r#"{"code":"unknown-message"}"#),
        http("500 Oops", &told(message.message_hash, "in-flight", signed).to_string()),
        http("200 OK", "<html>"),
        moved.to_owned(),
        endless,
        String::new(),
    ] {
        let start = answer.chars().take(200).collect::<String>();
        let status = with(answer).await.status(&message).await.unwrap();
        assert_eq!(status.state, State::Ready, "{start}");
        assert!(status.relayer.unwrap().note.is_some(), "{start}");
    }

    // What it saw fail is told; the trial at the destination is newer.
    let failed = with(body(told(message.message_hash, "failed", signed))).await;
    let status = failed.status(&message).await.unwrap();
    assert_eq!(status.state, State::Ready);
    let json = serde_json::to_value(&status).unwrap();
    assert_eq!(json["relayer"]["reason"], "Refused(7)");
    assert_eq!(json["relayer"]["note"], "the relayer says failed; by the chains it is ready");
    assert_eq!(state(&alone, &message).await, State::Ready);

    // It may be behind: what a block holds is on its way no more.
    let mined = TransactionRequest::default().from(USER).to(USER).value(U256::ZERO);
    let mined = *b.provider.send_transaction(mined).await.unwrap().tx_hash();
    // Nor is it believed of somebody else's transaction, which the destination's node has waiting.
    let other =
        with(body(told(message.message_hash, "in-flight", mined))).await.status(&message).await.unwrap();
    assert_eq!(other.state, State::Ready);
    let note = "the transaction that the relayer says is in flight does not carry the message";
    assert_eq!(other.relayer.unwrap().note.as_deref(), Some(note));
    b.mine().await;
    let behind = body(told(message.message_hash, "in-flight", mined));
    assert_eq!(state(&with(behind).await, &message).await, State::Ready);

    // What the destination has executed is delivered, whatever a relayer says.
    let interop = with(good).await;
    let relay = interop.relay(&message).await.unwrap();
    let carried = with(body(told(message.message_hash, "in-flight", relay.tx_hash()))).await;
    let word = carried.status(&message).await.unwrap().relayer.unwrap();
    assert_eq!((word.state, word.note), (Some("in-flight"), None));
    b.mine().await;
    let State::Delivered { delivery: Some(delivery) } = state(&interop, &message).await else {
        panic!("not delivered")
    };
    assert_eq!(delivery.tx_hash, relay.tx_hash());
}
