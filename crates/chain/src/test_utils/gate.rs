use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU16, Ordering},
    },
};

use alloy::primitives::{B256, Bloom, U64};
use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::Response,
    routing::post,
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::timeout};

use super::PATIENCE;
use crate::Endpoint;

/// What the gate does with requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Everything passes.
    Pass,
    /// This method's requests stay here until the mode changes; then they are lost.
    HoldRequest(&'static str),
    /// This method's requests pass, the answers stay here until the mode changes; then they are lost.
    HoldAnswer(&'static str),
    /// This many requests of the method get this error from the gate.
    Refuse {
        /// The method.
        method: &'static str,
        /// How many.
        times: usize,
        /// The error's code.
        code: i64,
        /// What it says.
        message: &'static str,
    },
    /// This method's requests get nothing for an answer.
    Null(&'static str),
    /// Nothing passes.
    Down,
}

/// How an index of logs lags.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lag {
    /// It has none yet.
    Nothing,
    /// It has the first of them.
    Half,
    /// It answers as it did the last time.
    Previous,
    /// It has those of a block when it is asked the second time.
    ABlockLate,
}

/// Stands before a node, for HTTP only.
#[derive(Debug)]
pub struct Gate {
    port: u16,
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

#[derive(Debug)]
struct Inner {
    target: AtomicU16,
    mode: watch::Sender<Mode>,
    /// Methods and parameters of what came, in order.
    seen: watch::Sender<Vec<(String, Value)>>,
    refusals: Mutex<usize>,
    /// How the logs lag, and for how many answers.
    lag: Mutex<Option<(Lag, usize)>>,
    /// The last answer about logs, and what was asked for.
    logs: Mutex<(Vec<Value>, Value)>,
    /// What it does not know.
    unknown: Mutex<BTreeSet<&'static str>>,
    /// The log that it leaves out: its block, what it has among its topics, and the bloom filter of the other logs.
    hidden: Mutex<Option<(U64, B256, Bloom)>>,
    /// What it says instead of the truth: in the answers to a method, this field is that.
    lies: Mutex<Vec<(&'static str, &'static str, Value)>>,
    client: reqwest::Client,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Gate {
    /// Stands before the node at this port.
    pub async fn before(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Arc::new(Inner {
            target: AtomicU16::new(target),
            mode: watch::Sender::new(Mode::Pass),
            seen: watch::Sender::new(Vec::new()),
            refusals: Mutex::new(0),
            lag: Mutex::new(None),
            logs: Mutex::default(),
            unknown: Mutex::default(),
            hidden: Mutex::default(),
            lies: Mutex::default(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        });
        let router = Router::new().fallback(post(pass)).with_state(Arc::clone(&inner));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, inner, task }
    }

    /// Where it listens.
    pub fn endpoint(&self) -> Endpoint {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    /// Does this with requests from now on.
    pub fn set(&self, mode: Mode) {
        *self.inner.refusals.lock().unwrap() = 0;
        self.inner.mode.send_replace(mode);
    }

    /// Has so many answers to `eth_getLogs` lag from now on.
    pub fn lag(&self, lag: Lag, answers: usize) {
        *self.inner.lag.lock().unwrap() = Some((lag, answers));
    }

    /// Knows no `eth_getBlockReceipts` from now on.
    pub fn without_receipts(&self) {
        self.without("eth_getBlockReceipts");
    }

    /// Does not know this method from now on.
    pub fn without(&self, method: &'static str) {
        self.inner.unknown.lock().unwrap().insert(method);
    }

    /// Lies from now on: leaves the last log of this block out, which has this topic, and has the header say that there are only
    /// those of this bloom filter. It knows no receipts either, which would tell.
    pub fn hide(&self, number: u64, topic: B256, others: Bloom) {
        self.without_receipts();
        self.without("eth_getTransactionReceipt");
        *self.inner.hidden.lock().unwrap() = Some((U64::from(number), topic, others));
    }

    /// Lies from now on: in all answers to the method this field has this value. Without a name it is the answer itself.
    pub fn lie(&self, method: &'static str, field: &'static str, value: Value) {
        self.inner.lies.lock().unwrap().push((method, field, value));
    }

    /// Tells the truth from now on.
    pub fn be_honest(&self) {
        self.inner.lies.lock().unwrap().clear();
    }

    /// Leads to another node from now on.
    pub fn lead_to(&self, target: u16) {
        self.inner.target.store(target, Ordering::SeqCst);
    }

    /// Waits until this many requests of the method came, and returns their first parameters.
    pub async fn requests(&self, method: &str, count: usize) -> Vec<Value> {
        let of_method = |seen: &Vec<(String, Value)>| -> Vec<Value> {
            seen.iter().filter(|(name, _)| name == method).map(|(_, params)| params[0].clone()).collect()
        };
        let mut seen = self.inner.seen.subscribe();
        let enough = seen.wait_for(|seen| of_method(seen).len() >= count);
        of_method(&timeout(PATIENCE, enough).await.expect("the requests do not come").unwrap())
    }
}

impl Inner {
    /// The answer as a node gives it whose index of logs lags, or which knows less.
    fn tampered(&self, request: &Value, text: String) -> String {
        let Ok(mut answer) = serde_json::from_str::<Value>(&text) else { return text };
        match (request.as_array(), answer.as_array_mut()) {
            (Some(requests), Some(answers)) => {
                requests.iter().zip(answers).for_each(|(request, answer)| self.tamper(request, answer));
            }
            _ => self.tamper(request, &mut answer),
        }
        answer.to_string()
    }

    fn tamper(&self, request: &Value, answer: &mut Value) {
        let method = request["method"].as_str().unwrap_or_default();
        if self.unknown.lock().unwrap().contains(method) {
            let error = json!({"code": -32601, "message": "the method does not exist"});
            *answer = json!({"jsonrpc": "2.0", "id": request["id"], "error": error});
            return;
        }
        if let Some(result) = answer.get_mut("result") {
            self.conceal(method, result);
            for (_, field, value) in self.lies.lock().unwrap().iter().filter(|(of, ..)| *of == method) {
                match *field {
                    "" => *result = value.clone(),
                    field if result.is_object() => result[field] = value.clone(),
                    _ => {}
                }
            }
        }
        if method != "eth_getLogs" {
            return;
        }
        let Some(logs) = answer.get_mut("result").and_then(Value::as_array_mut) else { return };
        let mut last = self.logs.lock().unwrap();
        let (previous, asked) = std::mem::replace(&mut *last, (logs.clone(), request["params"].clone()));
        let mut lag = self.lag.lock().unwrap();
        let Some((kind, left @ 1..)) = &mut *lag else { return };
        *left -= 1;
        match kind {
            Lag::Nothing => logs.clear(),
            Lag::Half => logs.truncate(logs.len() / 2),
            Lag::Previous => *logs = previous,
            Lag::ABlockLate if asked == request["params"] => {}
            Lag::ABlockLate => logs.clear(),
        }
    }

    /// Leaves out what is to be hidden.
    fn conceal(&self, method: &str, result: &mut Value) {
        let Some((number, topic, others)) = *self.hidden.lock().unwrap() else { return };
        let (number, topic) = (json!(number), json!(topic));
        match method {
            "eth_getBlockByNumber" | "eth_getBlockByHash" if result["number"] == number => {
                result["logsBloom"] = json!(others);
            }
            "eth_getLogs" => {
                let Some(logs) = result.as_array_mut() else { return };
                let is_it = |log: &Value| {
                    let topics = log["topics"].as_array();
                    log["blockNumber"] == number && topics.is_some_and(|topics| topics.contains(&topic))
                };
                logs.retain(|log| !is_it(log));
            }
            _ => {}
        }
    }
}

async fn pass(State(inner): State<Arc<Inner>>, body: Bytes) -> Response {
    let request: Value = serde_json::from_slice(&body).unwrap();
    let method = request["method"].as_str().unwrap_or_default().to_owned();
    let mut mode = inner.mode.subscribe();
    let now = mode.borrow_and_update().clone();
    inner.seen.send_modify(|seen| seen.push((method.clone(), request["params"].clone())));
    match now {
        Mode::Down => return down(),
        Mode::HoldRequest(held) if held == method => {
            let _ = mode.changed().await;
            return down();
        }
        Mode::Null(empty) if empty == method => {
            return answer(json!({"jsonrpc": "2.0", "id": request["id"], "result": null}).to_string());
        }
        Mode::Refuse { method: refused, times, code, message } if refused == method => {
            let mut refusals = inner.refusals.lock().unwrap();
            *refusals += 1;
            if *refusals <= times {
                let error = json!({"code": code, "message": message});
                return answer(json!({"jsonrpc": "2.0", "id": request["id"], "error": error}).to_string());
            }
        }
        _ => {}
    }
    let url = format!("http://127.0.0.1:{}", inner.target.load(Ordering::SeqCst));
    let sent = inner.client.post(url).header(CONTENT_TYPE, "application/json").body(body).send().await;
    let text = match sent {
        Ok(response) => response.text().await.unwrap_or_default(),
        Err(_) => return down(),
    };
    let text = inner.tampered(&request, text);
    if matches!(now, Mode::HoldAnswer(held) if held == method) {
        let _ = mode.changed().await;
        return down();
    }
    answer(text)
}

fn answer(text: String) -> Response {
    Response::builder().header(CONTENT_TYPE, "application/json").body(Body::from(text)).unwrap()
}

fn down() -> Response {
    Response::builder().status(StatusCode::SERVICE_UNAVAILABLE).body(Body::empty()).unwrap()
}
