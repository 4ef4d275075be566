//! A node's door that repeats in its answers how it was asked, credentials included, in every way in which nodes and the
//! proxies before them do.

use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};
use tokio_tungstenite::tungstenite::{
    self,
    protocol::{CloseFrame, frame::coding::CloseCode},
};

/// What an URL holds that nobody may see.
pub(crate) const LOGIN: &str = "user%40canary:pass%2Fcanary";
pub(crate) const PATH: &str = "v2/path-canary?apikey=query-canary%3D";

/// The same, as it may be repeated.
const ECHOES: [&str; 6] = [
    "http://user%40canary:pass%2Fcanary@node.example/v2/path-canary?apikey=query-canary%3D",
    "no user user@canary",
    "password pass/canary is wrong: pass%2fcanary",
    r"unknown key: path-canary, or v2\/path-canary",
    "quota of query-canary= is used up",
    "dXNlckBjYW5hcnk6cGFzcy9jYW5hcnk",
];

/// In which form it is repeated.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Way {
    /// The node is asked.
    Honest,
    /// As one of them after the other: error, its data, result, body of a page.
    Any,
}

/// Opens a door before the node at a URL; returns its URL, credentials included. It ends with the test's process.
pub(crate) fn open(node: &str, way: fn(&str) -> Way) -> String {
    let node = node.trim_start_matches("http://").trim_end_matches('/').to_owned();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{LOGIN}@{}/{PATH}", listener.local_addr().unwrap());
    let count = Arc::new(AtomicUsize::new(0));
    thread::spawn(move || {
        for caller in listener.incoming().flatten() {
            let (node, count) = (node.clone(), Arc::clone(&count));
            thread::spawn(move || match wants_a_socket(&caller) {
                true => hang_up(caller),
                false => serve(&caller, &node, way, &count),
            });
        }
    });
    url
}

fn wants_a_socket(caller: &TcpStream) -> bool {
    let mut seen = [0; 4096];
    loop {
        let Ok(length @ 1..) = caller.peek(&mut seen) else { return false };
        let head = String::from_utf8_lossy(&seen[..length]).to_ascii_lowercase();
        if head.contains("\r\n\r\n") || length == seen.len() {
            return head.contains("upgrade: websocket");
        }
    }
}

/// Opens a WebSocket, and ends it at the first request with a reason that repeats credentials.
fn hang_up(caller: TcpStream) -> Option<()> {
    let mut socket = tungstenite::accept(caller).ok()?;
    socket.read().ok()?;
    let reason = ECHOES[0..2].join(" ").into();
    socket.close(Some(CloseFrame { code: CloseCode::Policy, reason })).ok()?;
    // Until the other side has closed it, too.
    while socket.read().is_ok() {}
    Some(())
}

/// Answers the requests of one connection.
fn serve(caller: &TcpStream, node: &str, way: fn(&str) -> Way, count: &AtomicUsize) -> Option<()> {
    let mut reader = BufReader::new(caller);
    loop {
        let (asked, length) = head(&mut reader)?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let turn = count.fetch_add(1, Ordering::Relaxed);
        let echo = format!("{asked} {}", ECHOES[turn % ECHOES.len()]);
        let request: Value = serde_json::from_slice(&body).ok()?;
        let calls = request.as_array().cloned().unwrap_or_else(|| vec![request.clone()]);
        let ways: Vec<Way> = calls.iter().map(|call| way(call["method"].as_str().unwrap())).collect();
        if ways.iter().all(|way| matches!(way, Way::Any)) && turn % 5 > 2 {
            let status = if turn % 5 == 3 { "500 Internal Server Error" } else { "403 Forbidden" };
            write(caller, status, &echo)?;
            continue;
        }
        let answers = calls.iter().zip(ways).map(|(call, way)| answer(call, way, turn, &echo, node));
        let answers: Vec<Value> = answers.collect::<Option<_>>()?;
        let answer = if request.is_array() { Value::from(answers) } else { answers[0].clone() };
        write(caller, "200 OK", &answer.to_string())?;
    }
}

/// The request line with the login, and the length of the body.
fn head(reader: &mut impl BufRead) -> Option<(String, usize)> {
    let (mut asked, mut length) = (String::new(), 0);
    reader.read_line(&mut asked).ok().filter(|read| *read > 2)?;
    let mut asked = asked.trim().to_owned();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? <= 2 {
            return Some((asked, length));
        }
        let (name, value) = line.trim().split_once(": ").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => asked = format!("{asked} {value}"),
            _ => {}
        }
    }
}

fn answer(call: &Value, way: Way, turn: usize, echo: &str, node: &str) -> Option<Value> {
    let id = &call["id"];
    let refusal = |code: i64, message: &str| json!({"jsonrpc": "2.0", "id": id, "error": {"code": code, "message": message}});
    Some(match (way, turn % 3) {
        (Way::Honest, _) => ask(node, call)?,
        (Way::Any, 0) => refusal(-32000, echo),
        (Way::Any, 1) => {
            let mut refusal = refusal(-32602, "no");
            refusal["error"]["data"] = json!({ "at": echo });
            refusal
        }
        (Way::Any, _) => json!({"jsonrpc": "2.0", "id": id, "result": echo}),
    })
}

fn ask(node: &str, call: &Value) -> Option<Value> {
    let body = call.to_string();
    let mut stream = TcpStream::connect(node).ok()?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nhost: {node}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .ok()?;
    let mut reader = BufReader::new(stream);
    let (_, length) = head(&mut reader)?;
    let mut answer = vec![0; length];
    reader.read_exact(&mut answer).ok()?;
    serde_json::from_slice(&answer).ok()
}

fn write(mut caller: &TcpStream, status: &str, body: &str) -> Option<()> {
    write!(caller, "HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).ok()
}
