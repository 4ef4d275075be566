use crate::support::*;
use causeway_devnet::DEV_ACCOUNTS;
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::tungstenite::{
    Bytes, Message,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

#[tokio::test]
async fn every_chain_answers_as_its_node_does() {
    let devnet = devnet().await;
    for chain in devnet.chains() {
        let (gateway, node) = (Rpc::new(&chain.http_url), Rpc::new(&chain.node_url));
        assert_eq!(gateway.ok("eth_chainId", json!([])).await, json!(format!("{:#x}", chain.chain_id)));
        for request in [
            call(1, "eth_getBlockByNumber", json!(["0x0", true])),
            call(2, "no_such_method", json!([])),
            call(3, "eth_getBalance", json!(["nonsense"])),
            call(4, "eth_sendTransaction", json!([])),
            call(5, "eth_sendRawTransaction", json!(["0x"])),
            json!({"jsonrpc": "2.0", "id": "text", "method": "eth_accounts"}),
            json!({"jsonrpc": "2.0", "method": "eth_chainId"}),
            json!([
                call(1, "eth_chainId", json!([])),
                call(2, "nope", json!([])),
                call(3, "net_version", Value::Null)
            ]),
            json!([{"jsonrpc": "2.0", "method": "eth_chainId"}]),
            json!({"id": 1, "method": "eth_chainId"}),
        ] {
            let request = request.to_string();
            assert_eq!(gateway.post(request.clone()).await, node.post(request.clone()).await, "{request}");
        }
        let balance = gateway.ok("eth_getBalance", json!([DEV_ACCOUNTS[9], "latest"])).await;
        assert_eq!(balance, "0x21e19e0c9bab2400000");
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn unlocked_accounts_send_transactions() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 901);
    let transaction = json!({"from": DEV_ACCOUNTS[0], "to": DEV_ACCOUNTS[1], "value": "0x1"});
    let receipt = rpc.ok("eth_sendTransactionSync", json!([transaction])).await;
    assert_eq!(receipt["status"], "0x1");

    // An access list of another contract is nobody's business; so is anything on the L1.
    let list = json!([{"address": DEV_ACCOUNTS[5], "storageKeys": [format!("0x{}", "11".repeat(32))]}]);
    let transaction = json!({"from": DEV_ACCOUNTS[0], "to": DEV_ACCOUNTS[1], "accessList": list});
    rpc.ok("eth_sendTransactionSync", json!([transaction])).await;
    let inbox = json!([{"address": causeway_interop::CROSS_L2_INBOX, "storageKeys": [format!("0x{}", "11".repeat(32))]}]);
    let transaction = json!({"from": DEV_ACCOUNTS[0], "to": DEV_ACCOUNTS[1], "accessList": inbox});
    gateway(&devnet, 900).ok("eth_sendTransactionSync", json!([transaction])).await;

    // Nobody's key, no access list: impersonation works as with the node alone.
    let stranger = "0x00000000000000000000000000000000000000ff";
    rpc.ok("anvil_setBalance", json!([stranger, "0xde0b6b3a7640000"])).await;
    rpc.ok("anvil_impersonateAccount", json!([stranger])).await;
    let transaction = json!({"from": stranger, "to": DEV_ACCOUNTS[1], "value": "0x1"});
    rpc.ok("eth_sendTransactionSync", json!([transaction])).await;
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn browsers_are_let_in() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 902);
    let preflight = rpc
        .client
        .request(reqwest::Method::OPTIONS, &rpc.url)
        .header("origin", "https://app.example")
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "content-type,x-anything");
    let headers = preflight.send().await.unwrap().headers().clone();
    assert_eq!(headers["access-control-allow-origin"], "*");
    assert_eq!(headers["access-control-allow-headers"], "*");

    let body = call(1, "eth_chainId", json!([])).to_string();
    let post = rpc.client.post(&rpc.url).header("content-type", "application/json").header("origin", "null");
    let response = post.body(body).send().await.unwrap();
    assert_eq!(response.headers().get_all("access-control-allow-origin").iter().count(), 1);
    assert_eq!(response.headers()["content-type"], "application/json");

    let page = rpc.client.get(format!("{}/eth/v1/beacon/genesis", rpc.url)).send().await.unwrap();
    assert_eq!(page.status(), 200);
    assert_eq!(rpc.client.delete(&rpc.url).send().await.unwrap().status(), 405);
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn large_requests_pass_on_both_transports() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 901);
    let mut socket = Socket::open(&rpc).await;
    for size in [3 << 20, 18 << 20] {
        let request = call(7, "web3_sha3", json!([format!("0x{}", "00".repeat(size / 2))]));
        let (status, body) = rpc.post(request.to_string()).await;
        assert_eq!(status, 200);
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(answer["result"].as_str().unwrap().len(), 66);
        assert_eq!(socket.ask(&request).await, answer);
    }
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn subscriptions_run_over_the_socket() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 901);
    let mut socket = Socket::open(&rpc).await;
    let subscription = socket.ask(&call(1, "eth_subscribe", json!(["newHeads"]))).await["result"].clone();
    rpc.ok("evm_mine", json!([])).await;
    let event = socket.receive().await;
    assert_eq!(event["params"]["subscription"], subscription);
    assert_eq!(event["params"]["result"]["number"], "0x1");
    assert_eq!(socket.ask(&call(2, "eth_unsubscribe", json!([subscription]))).await["result"], true);

    let batch = json!([call(3, "eth_chainId", json!([])), call(4, "eth_blockNumber", json!([]))]);
    let answers = socket.ask(&batch).await;
    assert_eq!((&answers[0]["id"], &answers[1]["result"]), (&json!(3), &json!("0x1")));
    let binary = call(5, "eth_chainId", json!([])).to_string();
    socket.send(Message::binary(binary)).await;
    assert_eq!(socket.receive().await["id"], 5);
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn clients_may_ask_ahead() {
    let devnet = devnet().await;
    let mut socket = Socket::open(&gateway(&devnet, 901)).await;
    let unanswered = json!({"jsonrpc": "2.0", "method": "eth_chainId", "params": []});
    for id in 0..300 {
        socket.send(Message::text(unanswered.to_string())).await;
        socket.send(Message::text(json!([unanswered]).to_string())).await;
        socket.send(Message::text(call(id, "eth_blockNumber", json!([])).to_string())).await;
    }
    let mut ids = Vec::new();
    while ids.len() < 300 {
        ids.extend(socket.receive().await["id"].as_u64());
    }
    ids.sort_unstable();
    assert_eq!(ids, (0..300).collect::<Vec<_>>());
    devnet.stop().await.unwrap();
}

#[tokio::test]
async fn sockets_keep_the_manners_of_the_protocol() {
    let devnet = devnet().await;
    let rpc = gateway(&devnet, 901);

    let mut socket = Socket::open(&rpc).await;
    socket.send(Message::Ping(Bytes::from_static(b"there?"))).await;
    assert_eq!(socket.0.next().await.unwrap().unwrap(), Message::Pong(Bytes::from_static(b"there?")));
    let frame = CloseFrame { code: CloseCode::Library(4001), reason: "enough".into() };
    socket.0.close(Some(frame.clone())).await.unwrap();
    let goodbye = socket.0.next().await.unwrap().unwrap();
    assert_eq!(goodbye, Message::Close(Some(frame)));

    // The node's end and ours.
    let mut socket = Socket::open(&rpc).await;
    assert_eq!(socket.ask(&call(1, "eth_chainId", json!([]))).await["id"], 1);
    devnet.stop().await.unwrap();
    let Some(Ok(Message::Close(Some(frame)))) = socket.0.next().await else { panic!("no goodbye") };
    assert_eq!((frame.code, frame.reason.as_str()), (CloseCode::Away, "the devnet stops"));
    let _ = socket.0.flush().await;
}
