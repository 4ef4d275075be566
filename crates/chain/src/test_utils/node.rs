use super::{FakeChain, refusal};
use crate::Endpoint;
use serde_json::Value;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

type Handler = dyn FnMut(&str, &Value) -> Value + Send;

/// How a node behaves, whatever it says.
#[derive(Clone, Copy, Debug)]
struct Manners {
    batch_limit: usize,
    delay: Duration,
    is_down: bool,
    status: u16,
    /// Seconds.
    retry_after: Option<u64>,
}

/// A node that only answers POST, with whatever a closure makes of each request. Ends with this value.
#[derive(Debug)]
pub struct FakeNode {
    port: u16,
    task: JoinHandle<()>,
    manners: Arc<Mutex<Manners>>,
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeNode {
    /// Starts a node. The handler is given the method and the parameters of each request, and returns an object with
    /// `result` or `error`. A single request for which it returns null is never answered.
    pub async fn start(handler: impl FnMut(&str, &Value) -> Value + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let handler: Arc<Mutex<Handler>> = Arc::new(Mutex::new(handler));
        let manners = Manners {
            batch_limit: usize::MAX,
            delay: Duration::ZERO,
            is_down: false,
            status: 200,
            retry_after: None,
        };
        let manners = Arc::new(Mutex::new(manners));
        let shared = Arc::clone(&manners);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&handler), Arc::clone(&shared)));
            }
        });
        Self { port, task, manners }
    }

    /// Starts an honest node of a chain, which the test may change meanwhile.
    pub async fn of(chain: &Arc<Mutex<FakeChain>>) -> Self {
        let chain = Arc::clone(chain);
        Self::start(move |method, params| chain.lock().unwrap().answer(method, params)).await
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    /// Refuses larger JSON-RPC batches from now on.
    pub fn set_batch_limit(&self, limit: usize) {
        self.manners.lock().unwrap().batch_limit = limit;
    }

    /// Waits this long before every answer from now on.
    pub fn set_delay(&self, delay: Duration) {
        self.manners.lock().unwrap().delay = delay;
    }

    /// Answers with this HTTP status from now on; with any but 200 it says nothing more.
    pub fn set_status(&self, status: u16) {
        self.manners.lock().unwrap().status = status;
    }

    /// Wants to be left alone for so many seconds, by `Retry-After` in every answer from now on.
    pub fn set_retry_after(&self, seconds: Option<u64>) {
        self.manners.lock().unwrap().retry_after = seconds;
    }

    /// Whether connections are closed instead of answered from now on.
    pub fn set_down(&self, is_down: bool) {
        self.manners.lock().unwrap().is_down = is_down;
    }
}

/// Serves one connection. `None` at its end.
async fn serve(stream: TcpStream, handler: Arc<Mutex<Handler>>, manners: Arc<Mutex<Manners>>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let body: Value = serde_json::from_slice(&read_body(&mut stream).await?).ok()?;
        let Manners { batch_limit, delay, is_down, status, retry_after } = *manners.lock().unwrap();
        if is_down {
            return None;
        }
        if !delay.is_zero() {
            sleep(delay).await;
        }
        let mut one = |request: &Value| {
            let handler = &mut *handler.lock().unwrap();
            let mut answer = handler(request["method"].as_str().unwrap(), &request["params"]);
            if answer.is_null() {
                return answer;
            }
            answer["jsonrpc"] = "2.0".into();
            answer["id"] = request["id"].clone();
            answer
        };
        let answer = match body.as_array() {
            Some(batch) if batch.len() > batch_limit => {
                let mut refusal = refusal(-32600, "batch too large");
                (refusal["jsonrpc"], refusal["id"]) = ("2.0".into(), batch[0]["id"].clone());
                refusal
            }
            Some(batch) => Value::Array(batch.iter().map(&mut one).collect()),
            None => one(&body),
        };
        if answer.is_null() {
            return std::future::pending().await;
        }
        let text = if status == 200 { answer.to_string() } else { String::new() };
        let retry = retry_after.map_or_else(String::new, |seconds| format!("retry-after: {seconds}\r\n"));
        let head = format!("HTTP/1.1 {status} \r\n{retry}content-length: {}\r\n\r\n", text.len());
        stream.write_all((head + &text).as_bytes()).await.ok()?;
    }
}

async fn read_body(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        let line = line.trim().to_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().ok();
        }
        if line.is_empty() {
            break;
        }
    }
    // Without a length it is no POST: a WebSocket knocks.
    let mut body = vec![0; length?];
    stream.read_exact(&mut body).await.ok()?;
    Some(body)
}
