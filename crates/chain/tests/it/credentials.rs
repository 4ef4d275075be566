//! A node that repeats our own credentials: nothing of them leaves the crate.

use crate::support::{FakeNode, Mirror, Socket, config, fake_chain, refusal};
use alloy::providers::Provider;
use causeway_chain::{ConnectOptions, Endpoint, HeadSource, Start, connect};
use serde_json::{Value, json};
use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

/// User, password, path and query, with what has to be encoded in a URL.
const URL_PARTS: (&str, &str) = ("user%40canary:pass%2Fcanary@", "v2/path-canary?apikey=query-canary%3D");

/// What a node, or a proxy before it, may say of them.
const ECHOES: [&str; 9] = [
    "http://user%40canary:pass%2Fcanary@node.example/v2/path-canary?apikey=query-canary%3D",
    "no user user@canary",
    "password pass/canary is wrong",
    "pass%2fcanary",
    "unknown key path-canary",
    "/v2/path-canary?apikey=query-canary%3D",
    "quota of query-canary= is used up",
    "Authorization: Basic dXNlckBjYW5hcnk6cGFzcy9jYW5hcnk=",
    "Basic dXNlciU0MGNhbmFyeTpwYXNzJTJGY2FuYXJ5",
];

fn with_credentials(endpoint: &Endpoint) -> Endpoint {
    let (login, path) = URL_PARTS;
    let (scheme, address) = endpoint.expose().split_once("://").unwrap();
    format!("{scheme}://{login}{}/{path}", address.trim_end_matches('/')).parse().unwrap()
}

fn assert_clean(text: &str) {
    for canary in ["canary", "dXNlckBjYW5hcnk6", "dXNlciU0MGNhbmFyeT"] {
        assert!(!text.contains(canary), "{text}");
    }
}

/// As error, with data, and as a result that is none.
fn echo(text: &str, way: usize) -> Value {
    match way % 3 {
        0 => refusal(-32000, text),
        1 => json!({"error": {"code": -32602, "message": "no", "data": {"at": text}}}),
        _ => json!({"result": text}),
    }
}

#[tokio::test]
async fn no_error_of_a_provider_repeats_them() {
    for (text, way) in ECHOES.iter().flat_map(|text| (0..3).map(move |way| (*text, way))) {
        let node = FakeNode::start(move |_, _| echo(text, way)).await;
        let socket = Socket::start(move |_| echo(text, way)).await;
        for endpoint in [with_credentials(&node.endpoint()), with_credentials(&socket.endpoint(""))] {
            let provider = connect(&endpoint, &ConnectOptions::default()).unwrap();
            let error = provider.get_chain_id().await.unwrap_err();
            assert_clean(&error.to_string());
            assert_clean(&format!("{error:?}"));
        }
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn neither_a_reason_nor_a_log_line_repeats_them() {
    let log = Log::default();
    let writer = {
        let log = log.clone();
        move || log.clone()
    };
    let subscriber = tracing_subscriber::fmt().with_env_filter("causeway=trace").with_writer(writer).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let chain = fake_chain(4);
    for (text, way) in ECHOES.iter().flat_map(|text| (0..3).map(move |way| (*text, way))) {
        let chain = chain.clone();
        let node = FakeNode::start(move |method, params| match method {
            "eth_getBlockReceipts" | "eth_getLogs" => echo(text, way),
            _ => chain.answer(method, params),
        })
        .await;
        let mut config = config(with_credentials(&node.endpoint()), Start::Genesis);
        // One request at a time as well as many at once.
        config.heads = if way == 0 { HeadSource::Auto } else { HeadSource::Poll };
        config.max_batch = if way == 1 { 1 } else { 100 };
        let mut mirror = Mirror::with(config);
        mirror.until(|mirror| !mirror.offline.is_empty()).await;
        assert_clean(&mirror.offline[0]);
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("asking"), "nothing was logged: {log}");
    assert_clean(&log);
}
