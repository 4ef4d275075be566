//! The server over WebSocket: calls, and the subscription to verdicts that reorgs overturn.

use crate::{
    chain::{Block, Log, genesis},
    rpc_world::{SOURCE, World, config, world, world_with},
};
use causeway_verifier::{ServerConfig, SourceEvent};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async, tungstenite::Message};

struct Socket(WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Socket {
    async fn open(world: &World) -> Self {
        let (socket, _) = connect_async(format!("ws://{}", world.server.address())).await.expect("it opens");
        Self(socket)
    }

    async fn send(&mut self, method: &str, params: Value) {
        let call = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        self.0.send(Message::text(call.to_string())).await.expect("it is sent");
    }

    /// The next text, or nothing when the server closed.
    async fn next(&mut self) -> Option<Value> {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    async fn call(&mut self, method: &str, params: Value) -> Value {
        self.send(method, params).await;
        self.next().await.expect("an answer")
    }
}

/// Has block 1 of chain 901 replaced by another, or by the first again.
fn reorg(world: &mut World, fork: u64) -> Block {
    let block = Block::above(&genesis(), fork, vec![Log::of(fork)]);
    world.news([
        (SOURCE, SourceEvent::Reorg { ancestor: genesis() }),
        (SOURCE, SourceEvent::Block(block.indexed())),
    ]);
    block
}

#[tokio::test]
async fn checks_are_answered_over_a_socket_as_well() {
    let world = world().await;
    let mut socket = Socket::open(&world).await;
    let answer = socket.call("interop_checkAccessList", world.params(&[world.block.access(SOURCE, 0)])).await;
    assert_eq!(answer, json!({"jsonrpc": "2.0", "id": 1, "result": null}));
    let answer = socket.call("admin_setFailsafeEnabled", json!([true])).await;
    assert_eq!(answer["error"]["code"], json!(-32001), "{answer}");
}

#[tokio::test]
async fn subscribers_hear_which_verdicts_a_reorg_overturned() {
    let mut world = world().await;
    let mut socket = Socket::open(&world).await;
    let id = socket.call("interop_subscribe", json!(["invalidated"])).await["result"].clone();
    let access = world.block.access(SOURCE, 0);
    assert_eq!(world.code(&[access]).await, 0);
    reorg(&mut world, 5);
    let notice = socket.next().await.expect("a notice");
    assert_eq!((&notice["method"], &notice["params"]["subscription"]), (&json!("interop_subscription"), &id));
    let expected = json!({"chainId": "901", "fromBlock": 1, "checksums": [access.checksum.to_string()]});
    assert_eq!(notice["params"]["result"], expected);
    assert_eq!(world.code(&[access]).await, -320600);

    assert_eq!(socket.call("interop_unsubscribe", json!([id])).await["result"], json!(true));
    let other = reorg(&mut world, 6).access(SOURCE, 0);
    assert_eq!(world.code(&[other]).await, 0);
    reorg(&mut world, 7);
    assert_eq!(socket.call("interop_ping", json!([])).await["result"], Value::Null, "no notice comes first");
}

#[tokio::test]
async fn slow_subscribers_are_told_what_they_missed() {
    let mut world = world().await;
    let mut socket = Socket::open(&world).await;
    socket.call("interop_subscribe", json!(["invalidated"])).await;
    let verifier = world.verifier.clone();
    // The server has no turn in here, for tests run on one thread.
    for fork in 0..300 {
        let access = reorg(&mut world, fork).access(SOURCE, 0);
        let entries = crate::rpc_world::entries(&[access]);
        let executing = causeway_verifier::ExecutingDescriptor {
            chain_id: SOURCE,
            timestamp: access.timestamp + 2,
            timeout: 0,
        };
        verifier.check(&entries, Default::default(), &executing).expect("it is admitted");
    }
    reorg(&mut world, 300);
    let notice = socket.next().await.expect("a notice");
    let lagged = notice["params"]["result"]["lagged"].as_u64();
    assert!(lagged.is_some_and(|lagged| lagged > 0), "{notice}");
    let notice = socket.next().await.expect("a notice");
    assert_eq!(notice["params"]["result"]["fromBlock"], json!(1), "{notice}");
}

#[tokio::test]
async fn subscriptions_are_of_known_topics_and_not_too_many() {
    let world = world_with(ServerConfig { max_subscriptions: 1, ..config() }).await;
    let mut socket = Socket::open(&world).await;
    for params in [json!(["newHeads"]), json!([]), json!([1])] {
        let answer = socket.call("interop_subscribe", params).await;
        assert_eq!(answer["error"]["code"], json!(-32602), "{answer}");
    }
    assert!(socket.call("interop_subscribe", json!(["invalidated"])).await.get("result").is_some());
    assert!(socket.call("interop_subscribe", json!(["invalidated"])).await.get("error").is_some());
    // Over HTTP there is nobody to push to.
    assert!(world.error("interop_subscribe", json!(["invalidated"])).await["code"].is_i64());
}

/// Answers would pile up in memory for a peer that does not read them.
#[tokio::test]
async fn nothing_is_read_from_whom_does_not_read() {
    const TOO_MUCH: usize = 10_000;
    let world = world().await;
    let mut socket = Socket::open(&world).await;
    let call = json!({"jsonrpc": "2.0", "id": "x".repeat(10_000), "method": "interop_ping"}).to_string();
    let mut sent = 0;
    // A message is taken at once, or after others had their turns, or never.
    let mut turns = 0;
    while turns < 100 {
        tokio::select! {
            biased;
            ready = futures::future::poll_fn(|context| socket.0.poll_ready_unpin(context)) => {
                ready.expect("it is open");
                socket.0.start_send_unpin(Message::text(&call)).expect("it is taken");
                (sent, turns) = (sent + 1, 0);
                assert!(sent < TOO_MUCH, "the server takes in messages without end");
                let _ = futures::poll!(futures::future::poll_fn(|context| socket.0.poll_flush_unpin(context)));
            }
            () = async { assert_eq!(world.call("interop_ping", json!([])).await, Value::Null) } => turns += 1,
        }
    }
    // Nothing is lost.
    let (mut sink, mut stream) = socket.0.split();
    let (flushed, ()) = futures::join!(sink.flush(), async {
        for _ in 0..sent {
            let answer = stream.next().await.expect("an answer").expect("it is open");
            assert!(answer.into_text().expect("text").ends_with(r#""result":null}"#));
        }
    });
    flushed.expect("it is open");
}

#[tokio::test]
async fn messages_are_as_short_as_bodies() {
    let world = world_with(ServerConfig { max_body_bytes: 1_000, ..config() }).await;
    let mut socket = Socket::open(&world).await;
    socket.send("interop_ping", json!(["x".repeat(2_000)])).await;
    assert_eq!(socket.next().await, None);
}

#[tokio::test]
async fn a_stop_closes_sockets() {
    let world = world().await;
    let mut socket = Socket::open(&world).await;
    socket.call("interop_subscribe", json!(["invalidated"])).await;
    world.stop.cancel();
    assert_eq!(socket.next().await, None);
    world.server.stopped().await;
}

#[tokio::test]
async fn every_number_and_string_is_an_id() {
    let world = world().await;
    let mut socket = Socket::open(&world).await;
    for id in ["1", "-1", "1.50", "-0", "1e3", "18446744073709551616", r#""""#, r#""\u00e9\n""#, "null"] {
        for method in ["interop_ping", "interop_status", "interop_subscribe"] {
            let params = if method == "interop_subscribe" { r#"["invalidations"]"# } else { "[]" };
            let call = format!(
                r#"{{"jsonrpc":"2.0","id":{id},"method":"{method}","params":{params},"more":{{"id":7}}}}"#
            );
            let last = format!(r#"{{"jsonrpc":"2.0","method":"{method}","params":{params},"id":{id}}}"#);
            for text in [call.clone(), last, format!("[{call}]")] {
                let post =
                    reqwest::Client::new().post(world.url("")).header("content-type", "application/json");
                let answer =
                    post.body(text.clone()).send().await.expect("an answer").text().await.expect("text");
                assert!(answer.contains(&format!(r#""id":{id},"#)), "{text}: {answer}");
                socket.0.send(Message::text(text.clone())).await.expect("it is sent");
                let Some(Ok(Message::Text(answer))) = socket.0.next().await else {
                    panic!("no answer to {text}")
                };
                assert!(answer.contains(&format!(r#""id":{id},"#)), "{text}: {answer}");
                assert_eq!(answer.starts_with('['), text.starts_with('['), "{answer}");
            }
        }
    }
    for bytes in [
        &b"{"[..],
        b"",
        b"hello",
        b"{\"method\":\"\xff\"}",
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"interop_ping\"} x",
    ] {
        let post = reqwest::Client::new().post(world.url("")).header("content-type", "application/json");
        let answer: Value = post.body(bytes).send().await.expect("an answer").json().await.expect("JSON");
        assert_eq!(answer["error"]["code"], json!(-32700), "{answer}");
        socket.0.send(Message::binary(bytes)).await.expect("it is sent");
        assert_eq!(socket.next().await.expect("an answer"), answer);
    }
}
