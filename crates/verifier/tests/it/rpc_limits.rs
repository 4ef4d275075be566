//! What the server does not let callers do.

use crate::rpc_world::{MAX_ENTRIES, SOURCE, config, world_with};
use causeway_verifier::ServerConfig;
use reqwest::StatusCode;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A good call as its bytes.
fn ping() -> String {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"interop_ping"}"#;
    format!(
        "POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

/// All that a peer sends until it closes.
async fn read_all(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    // A reset is an end, too.
    let _ = stream.read_to_end(&mut text).await;
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_caller_without_units_is_told_to_try_again() {
    let config = ServerConfig { rate_limit: 50, trusted_proxy: Some([127, 0, 0, 1].into()), ..config() };
    let world = world_with(config).await;
    let params = world.params(&[world.block.access(SOURCE, 0); 25]);
    // It costs one more than there is, and takes all: else it would be refused for ever.
    let answer = world.answer("interop_checkAccessList", params.clone()).await;
    assert!(answer.get("error").is_none(), "{answer}");
    let error = world.error("interop_checkAccessList", params).await;
    assert_eq!(
        (&error["code"], &error["data"]["rule"]),
        (&json!(-320400), &json!("rate-limited")),
        "{error}"
    );
    assert_eq!(error["data"]["retry"], json!(true));

    let pings: Vec<_> =
        (0..100).map(|id| json!({"jsonrpc": "2.0", "id": id, "method": "interop_ping"})).collect();
    let response = world.client.post(world.url("/")).json(&pings).send().await.expect("it answers");
    let answers: Vec<Value> = response.json().await.expect("JSON");
    let codes: Vec<_> = answers.iter().map(|answer| answer["error"]["code"].as_i64()).collect();
    assert!(codes.contains(&None) && codes.contains(&Some(-320400)), "{answers:?}");
    // Others have units of their own.
    let other = world.request("interop_ping", &json!([])).header("x-forwarded-for", "6.6.6.6, 10.0.0.9");
    let answer: Value = other.send().await.expect("it answers").json().await.expect("JSON");
    assert!(answer.get("result").is_some(), "{answer}");
}

#[tokio::test]
async fn nobody_is_answered_who_asked_for_no_answer() {
    let world = world_with(config()).await;
    let notification = json!({"jsonrpc": "2.0", "method": "interop_ping"});
    let call = json!({"jsonrpc": "2.0", "id": 1, "method": "interop_ping"});
    let answered = r#"[{"jsonrpc":"2.0","id":1,"result":null}]"#;
    for (body, status, answer) in [
        (notification.clone(), StatusCode::NO_CONTENT, ""),
        (json!([notification, notification]), StatusCode::NO_CONTENT, ""),
        (json!([notification, call]), StatusCode::OK, answered),
    ] {
        let response = world.client.post(world.url("/")).json(&body).send().await.expect("it answers");
        assert_eq!(response.status(), status, "{body}");
        assert_eq!(response.text().await.expect("text"), answer, "{body}");
    }
}

/// Ids are text, numbers or null. What has another is no request, and not one that wants no answer.
#[tokio::test]
async fn ids_of_other_kinds_make_no_request() {
    let world = world_with(config()).await;
    let send = async |body: String| {
        let post = world.client.post(world.url("/")).header("content-type", "application/json");
        let response = post.body(body.clone()).send().await.expect("it answers");
        assert_eq!(response.status(), StatusCode::OK, "{body}");
        response.json::<Value>().await.expect("JSON")
    };
    let calls = ["[]", "{}", "true", "false", "[1]", r#"{"a":1}"#, "1,\"id\":2"].map(|id| {
        [
            format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"interop_ping"}}"#),
            format!(r#"{{"jsonrpc":"2.0","method":"interop_ping","params":[],"id":{id}}}"#),
        ]
    });
    for call in calls.as_flattened() {
        let answer = send(call.clone()).await;
        assert_eq!(
            (&answer["id"], &answer["error"]["code"]),
            (&Value::Null, &json!(-32600)),
            "{call}: {answer}"
        );
        let answer =
            send(format!("[{call},{}]", r#"{"jsonrpc":"2.0","id":-5,"method":"interop_ping"}"#)).await;
        assert_eq!(
            (&answer[0]["id"], &answer[0]["error"]["code"]),
            (&Value::Null, &json!(-32600)),
            "{answer}"
        );
        assert_eq!((&answer[1]["id"], &answer[1]["result"]), (&json!(-5), &Value::Null), "{answer}");
    }
}

#[tokio::test]
async fn zero_sets_no_limit() {
    let nothing = ServerConfig {
        rate_limit: 0,
        max_connections: 0,
        max_connections_per_caller: 0,
        max_body_bytes: 0,
        max_batch: 0,
        max_subscriptions: 0,
        ..config()
    };
    let world = world_with(nothing).await;
    let access = world.block.access(SOURCE, 0);
    assert_eq!(world.code(&[access; 20]).await, 0);
    let pings: Vec<_> =
        (0..200).map(|id| json!({"jsonrpc": "2.0", "id": id, "method": "interop_ping"})).collect();
    let response = world.client.post(world.url("/")).json(&pings).send().await.expect("it answers");
    assert_eq!(response.json::<Vec<Value>>().await.expect("JSON").len(), 200);
    let (_, metrics) = world.page("/metrics").await;
    assert!(metrics.contains("causeway_verifier_connections 1\n"), "{metrics}");
}

#[tokio::test]
async fn without_a_rate_limit_everything_is_answered() {
    let world = world_with(ServerConfig { rate_limit: 0, ..config() }).await;
    let access = world.block.access(SOURCE, 0);
    for _ in 0..20 {
        assert_eq!(world.code(&vec![access; MAX_ENTRIES / 2]).await, 0);
    }
}

#[tokio::test]
async fn long_bodies_are_not_read() {
    let world = world_with(ServerConfig { max_body_bytes: 1_000, ..config() }).await;
    let access = world.block.access(SOURCE, 0);
    let params = world.params(&[access; 20]);
    let response = world.request("interop_checkAccessList", &params).send().await.expect("it answers");
    assert_eq!(response.status(), StatusCode::PAYLOAD_TOO_LARGE);
    let answer: Value = response.json().await.expect("JSON");
    let error = &answer["error"];
    assert_eq!(
        (&error["code"], &error["data"]["rule"]),
        (&json!(-320400), &json!("body-too-long")),
        "{error}"
    );

    // Nor waited for.
    let mut long = TcpStream::connect(world.server.address()).await.expect("a connection");
    let head =
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1001\r\n\r\n";
    long.write_all(head).await.expect("sent");
    let mut status = [0; 12];
    long.read_exact(&mut status).await.expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 413");
}

#[tokio::test]
async fn connections_are_capped_and_come_free_again() {
    let world = world_with(ServerConfig { max_connections: 1, ..config() }).await;
    let address = world.server.address();
    let mut first = TcpStream::connect(address).await.expect("a connection");
    first.write_all(ping().as_bytes()).await.expect("sent");
    first.read_u8().await.expect("it is served");
    let second = TcpStream::connect(address).await.expect("a connection");
    assert!(read_all(second).await.starts_with("HTTP/1.1 503"));
    drop(first);
    loop {
        let mut third = TcpStream::connect(address).await.expect("a connection");
        // One too many is closed at once, perhaps before this is sent.
        let call = ping().replace("host: x", "connection: close");
        let _ = third.write_all(call.as_bytes()).await;
        if read_all(third).await.starts_with("HTTP/1.1 200") {
            break;
        }
    }
}

#[tokio::test]
async fn one_caller_does_not_take_all_connections() {
    let world = world_with(ServerConfig { max_connections_per_caller: 1, ..config() }).await;
    let address = world.server.address();
    let mut first = TcpStream::connect(address).await.expect("a connection");
    first.write_all(ping().as_bytes()).await.expect("sent");
    first.read_u8().await.expect("it is served");
    let second = TcpStream::connect(address).await.expect("a connection");
    assert!(read_all(second).await.starts_with("HTTP/1.1 503"));
}

#[tokio::test]
async fn who_dawdles_is_cut_off() {
    let short = Duration::from_millis(50);
    let world = world_with(ServerConfig { header_timeout: short, body_timeout: short, ..config() }).await;
    let mut head = TcpStream::connect(world.server.address()).await.expect("a connection");
    head.write_all(b"POST / HTTP/1.1\r\nhost").await.expect("sent");
    let mut body = TcpStream::connect(world.server.address()).await.expect("a connection");
    let call = ping();
    body.write_all(&call.as_bytes()[..call.len() - 5]).await.expect("sent");
    let idle = TcpStream::connect(world.server.address()).await.expect("a connection");
    assert!(!read_all(head).await.contains("200 OK"));
    assert!(read_all(body).await.starts_with("HTTP/1.1 408"));
    assert_eq!(read_all(idle).await, "");
}

#[tokio::test]
async fn a_stop_lets_requests_in_flight_finish_and_nothing_else_begin() {
    let world = world_with(config()).await;
    let address = world.server.address();
    let call = ping();
    let (begun, rest) = call.as_bytes().split_at(call.len() - 5);
    let mut slow = TcpStream::connect(address).await.expect("a connection");
    slow.write_all(begun).await.expect("sent");
    // The server has the connection once it answers on a later one.
    assert_eq!(world.call("interop_ping", json!([])).await, Value::Null);
    world.stop.cancel();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    slow.write_all(rest).await.expect("sent");
    let answer = read_all(slow).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\"result\":null"), "{answer}");
    world.server.stopped().await;
}

#[tokio::test]
async fn a_stop_cuts_off_what_takes_too_long() {
    let config = ServerConfig { grace: Duration::from_millis(50), body_timeout: Duration::MAX, ..config() };
    let world = world_with(config).await;
    let mut slow = TcpStream::connect(world.server.address()).await.expect("a connection");
    slow.write_all(&ping().as_bytes()[..90]).await.expect("sent");
    assert_eq!(world.call("interop_ping", json!([])).await, Value::Null);
    world.stop.cancel();
    world.server.stopped().await;
    assert!(!read_all(slow).await.contains("200"));
}
