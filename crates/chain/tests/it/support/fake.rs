use super::{EMITTER, TOPIC};
use alloy::primitives::{B256, Bloom, U64, keccak256};
use causeway_chain::{BlockRef, Endpoint};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// The chain behind a [`FakeNode`]: one log in every block.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain {
    pub(crate) blocks: Vec<BlockRef>,
}

impl Chain {
    /// Blocks 0 to `length - 1`.
    pub(crate) fn new(length: u64) -> Self {
        let mut chain = Self::default();
        chain.extend(length, 0);
        chain
    }

    /// Adds blocks on top; those of another branch have other hashes.
    pub(crate) fn extend(&mut self, count: u64, branch: u8) {
        for _ in 0..count {
            let number = self.blocks.len() as u64;
            let parent_hash = self.blocks.last().map_or(B256::ZERO, |block| block.hash);
            let hash = keccak256([parent_hash.as_slice(), &[branch]].concat());
            self.blocks.push(BlockRef { number, hash, parent_hash, timestamp: number * 2 });
        }
    }

    pub(crate) fn header(&self, number: usize) -> Value {
        let Some(block) = self.blocks.get(number) else { return Value::Null };
        let mut bloom = Bloom::ZERO;
        bloom.accrue_raw_log(EMITTER, &[TOPIC]);
        json!({
            "number": U64::from(block.number), "hash": block.hash, "parentHash": block.parent_hash,
            "timestamp": U64::from(block.timestamp), "logsBloom": bloom,
        })
    }

    pub(crate) fn log(&self, number: usize) -> Value {
        let Some(block) = self.blocks.get(number) else { return Value::Null };
        json!({
            "address": EMITTER, "topics": [TOPIC], "data": "0x", "blockHash": block.hash,
            "blockNumber": U64::from(block.number), "transactionHash": keccak256(block.hash),
            "transactionIndex": "0x0", "logIndex": "0x0", "removed": false,
        })
    }

    /// The honest answer to a request, as `result` or `error`.
    pub(crate) fn answer(&self, method: &str, params: &Value) -> Value {
        let number = |value: &Value| match value.as_str().unwrap() {
            "latest" => self.blocks.len() - 1,
            hex => usize::from_str_radix(hex.trim_start_matches("0x"), 16).unwrap(),
        };
        match method {
            "eth_chainId" => json!({"result": "0x385"}),
            "eth_getBlockByNumber" => json!({"result": self.header(number(&params[0]))}),
            "eth_getLogs" => {
                let filter = &params[0];
                let range = match filter["blockHash"].as_str() {
                    Some(hash) => match self.blocks.iter().position(|block| block.hash.to_string() == hash) {
                        Some(position) => position..position + 1,
                        None => return error(-32000, "unknown block"),
                    },
                    None => number(&filter["fromBlock"])..number(&filter["toBlock"]) + 1,
                };
                json!({"result": range.map(|number| self.log(number)).collect::<Vec<_>>()})
            }
            _ => error(-32601, "method not found"),
        }
    }
}

/// A refusal.
pub(crate) fn error(code: i64, message: &str) -> Value {
    json!({"error": {"code": code, "message": message}})
}

type Handler = dyn FnMut(&str, &Value) -> Value + Send;
type BatchLimit = Arc<Mutex<usize>>;

/// A node that only answers POST, with whatever a closure makes of each request.
pub(crate) struct FakeNode {
    port: u16,
    task: JoinHandle<()>,
    /// The largest JSON-RPC batch that is served.
    pub(crate) batch_limit: BatchLimit,
}

impl Drop for FakeNode {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl FakeNode {
    pub(crate) async fn start(handler: impl FnMut(&str, &Value) -> Value + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let handler: Arc<Mutex<Handler>> = Arc::new(Mutex::new(handler));
        let batch_limit: BatchLimit = Arc::new(Mutex::new(usize::MAX));
        let limit = Arc::clone(&batch_limit);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&handler), Arc::clone(&limit)));
            }
        });
        Self { port, task, batch_limit }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }
}

/// Serves one connection. `None` at its end.
async fn serve(stream: TcpStream, handler: Arc<Mutex<Handler>>, limit: BatchLimit) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let body: Value = serde_json::from_slice(&read_body(&mut stream).await?).ok()?;
        let mut one = |request: &Value| {
            let handler = &mut *handler.lock().unwrap();
            let mut answer = handler(request["method"].as_str().unwrap(), &request["params"]);
            answer["jsonrpc"] = "2.0".into();
            answer["id"] = request["id"].clone();
            answer
        };
        let answer = match body.as_array() {
            Some(batch) if batch.len() > *limit.lock().unwrap() => {
                let mut refusal = error(-32600, "batch too large");
                (refusal["jsonrpc"], refusal["id"]) = ("2.0".into(), batch[0]["id"].clone());
                refusal
            }
            Some(batch) => Value::Array(batch.iter().map(&mut one).collect()),
            None => one(&body),
        };
        let text = answer.to_string();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", text.len());
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
