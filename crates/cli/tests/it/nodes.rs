//! Nodes outside of a devnet: an anvil with nothing on it, and one that answers whatever a test wants.

use crate::causeway::anvil;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    sync::Arc,
    thread,
};

/// A bare anvil; it is gone when this is.
pub(crate) struct Bare {
    process: Child,
    pub(crate) port: u16,
}

impl Bare {
    pub(crate) fn start(chain_id: u64) -> Self {
        let id = chain_id.to_string();
        let mut process = Command::new(anvil())
            .args(["--port", "0", "--chain-id", &id, "--network", "optimism", "--hardfork", "isthmus"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let port = lines
            .find_map(|line| line.unwrap().strip_prefix("Listening on ")?.rsplit(':').next()?.parse().ok())
            .unwrap();
        // It logs every request; a full pipe would stop it.
        thread::spawn(move || lines.for_each(drop));
        Self { process, port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a node that answers each call with an object that has `result` or `error`; returns its URL. It ends with the
/// test's process.
pub(crate) fn fake(handler: impl Fn(&str, &Value) -> Value + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let handler = Arc::new(handler);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let handler = Arc::clone(&handler);
            thread::spawn(move || serve(stream, &*handler));
        }
    });
    url
}

/// Serves one connection until its end.
fn serve(stream: TcpStream, handler: &dyn Fn(&str, &Value) -> Value) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).ok().filter(|&read| read > 0)?;
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().ok()?;
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).ok()?;
        let one = |call: &Value| {
            let mut answer = handler(call["method"].as_str().unwrap_or_default(), &call["params"]);
            (answer["jsonrpc"], answer["id"]) = (json!("2.0"), call["id"].clone());
            answer
        };
        let text = match serde_json::from_slice(&body).ok()? {
            Value::Array(calls) => Value::Array(calls.iter().map(one).collect()).to_string(),
            call => one(&call).to_string(),
        };
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", text.len());
        stream.get_mut().write_all((head + &text).as_bytes()).ok()?;
    }
}
