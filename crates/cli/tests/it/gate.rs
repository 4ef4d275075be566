//! Stands between a command and a node, and loses what a test wants lost.

use serde_json::{Value, json};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, Condvar, Mutex},
    thread,
};

/// What happens to the requests of one method; all others pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loss {
    /// Nothing is lost.
    Nothing,
    /// They come through, their answers do not, and nothing passes afterwards.
    AnswerAndAllThatFollows(&'static str),
    /// They come through, their answers do not.
    Answer(&'static str),
    /// They stay here for good.
    Held(&'static str),
    /// They stay here for good, once the first method was asked for.
    HeldAfter(&'static str, &'static str),
    /// They do not come through, and this is answered: members of a JSON object.
    Said(&'static str, &'static str),
    /// They come through, and this is answered all the same.
    SaidAfter(&'static str, &'static str),
    /// They come through with only so many of their parameters.
    Shortened(&'static str, usize),
}

pub(crate) struct Gate {
    port: u16,
    state: Arc<State>,
}

struct State {
    target: String,
    loss: Mutex<(Loss, bool)>,
    seen: Mutex<Vec<String>>,
    news: Condvar,
}

impl Gate {
    /// Before the node at a URL.
    pub(crate) fn before(url: &str, loss: Loss) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            target: address(url),
            loss: Mutex::new((loss, false)),
            seen: Mutex::default(),
            news: Condvar::new(),
        });
        let serving = Arc::clone(&state);
        // Ends with the process of the test.
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&serving);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { port, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Waits until a method was asked for, or a request is held: `held eth_call`.
    pub(crate) fn until(&self, method: &str) {
        let seen = self.state.seen.lock().unwrap();
        drop(self.state.news.wait_while(seen, |seen| !seen.iter().any(|name| name == method)).unwrap());
    }

    /// Closes it, so that nothing passes, or opens it again.
    pub(crate) fn set_down(&self, is_down: bool) {
        self.state.loss.lock().unwrap().1 = is_down;
    }

    /// Forgets what was asked for.
    pub(crate) fn forget(&self) {
        self.state.seen.lock().unwrap().clear();
    }
}

/// Asks a node, which must answer without an error.
pub(crate) fn rpc(url: &str, method: &str, params: Value) -> Value {
    let mut answer = answer(url, method, &params);
    assert!(answer["error"].is_null(), "{method}: {answer}");
    answer["result"].take()
}

/// Asks a node, and returns its whole answer.
pub(crate) fn answer(url: &str, method: &str, params: &Value) -> Value {
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params }).to_string();
    let answer = String::from_utf8(post(&address(url), body.as_bytes())).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    serde_json::from_str(body).unwrap()
}

fn address(url: &str) -> String {
    url.trim_start_matches("http://").trim_end_matches('/').to_owned()
}

/// By HTTP/1.0: one request, one answer in one piece, and the connection is closed.
fn post(address: &str, body: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST / HTTP/1.0\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    answer
}

fn serve(mut stream: TcpStream, state: &State) {
    let Some(body) = read(&mut stream) else { return };
    let request: Value = serde_json::from_slice(&body).unwrap();
    let method = request["method"].as_str().unwrap_or_default().to_owned();
    state.seen.lock().unwrap().push(method.clone());
    state.news.notify_all();
    let (loss, is_down) = *state.loss.lock().unwrap();
    if is_down {
        return;
    }
    let is_seen = |name: &str| state.seen.lock().unwrap().iter().any(|seen| seen == name);
    let is_held = match loss {
        Loss::Held(held) => held == method,
        Loss::HeldAfter(first, held) => held == method && is_seen(first),
        _ => false,
    };
    if is_held {
        state.seen.lock().unwrap().push(format!("held {method}"));
        state.news.notify_all();
        // Until the command gives up.
        let _ = stream.read(&mut [0]);
        return;
    }
    let said = |text: &str| {
        let body = format!(r#"{{"jsonrpc":"2.0","id":{},{text}}}"#, request["id"]);
        format!(
            "HTTP/1.0 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    if let Loss::Said(refused, text) = loss
        && refused == method
    {
        let _ = stream.write_all(said(text).as_bytes());
        return;
    }
    let mut passed = request.clone();
    if let Loss::Shortened(shortened, count) = loss
        && shortened == method
    {
        passed["params"].as_array_mut().unwrap().truncate(count);
    }
    let answer = post(&state.target, passed.to_string().as_bytes());
    match loss {
        Loss::SaidAfter(denied, text) if denied == method => {
            let _ = stream.write_all(said(text).as_bytes());
        }
        Loss::Answer(lost) if lost == method => {}
        Loss::AnswerAndAllThatFollows(lost) if lost == method => state.loss.lock().unwrap().1 = true,
        _ => {
            let _ = stream.write_all(&answer);
        }
    }
}

/// The body of one request.
fn read(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let text = String::from_utf8_lossy(&bytes).to_ascii_lowercase();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length =
                head.split("content-length: ").nth(1)?.split("\r\n").next()?.parse::<usize>().ok()?;
            let start = head.len() + 4;
            if bytes.len() >= start + length {
                return Some(bytes[start..start + length].to_vec());
            }
        }
        let count = stream.read(&mut buffer).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&buffer[..count]);
    }
}
