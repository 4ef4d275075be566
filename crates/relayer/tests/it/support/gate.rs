use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU16, Ordering},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{StatusCode, header::CONTENT_TYPE},
    response::Response,
    routing::post,
};
use causeway_chain::Endpoint;
use serde_json::{Value, json};
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::timeout};

use super::PATIENCE;

/// What the gate does with requests.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Everything passes.
    Pass,
    /// This method's requests stay here until the mode changes; then they are lost.
    HoldRequest(&'static str),
    /// This method's requests pass, the answers stay here until the mode changes; then they are lost.
    HoldAnswer(&'static str),
    /// This many requests of the method get this error from the gate.
    Refuse { method: &'static str, times: usize, code: i64, message: &'static str },
    /// This method's requests get nothing for an answer.
    Null(&'static str),
    /// Nothing passes.
    Down,
}

/// Stands before a node, for HTTP only.
pub(crate) struct Gate {
    port: u16,
    inner: Arc<Inner>,
    task: JoinHandle<()>,
}

struct Inner {
    target: AtomicU16,
    mode: watch::Sender<Mode>,
    /// Methods and parameters of what came, in order.
    seen: watch::Sender<Vec<(String, Value)>>,
    refusals: Mutex<usize>,
    client: reqwest::Client,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Gate {
    pub(crate) async fn before(target: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Arc::new(Inner {
            target: AtomicU16::new(target),
            mode: watch::Sender::new(Mode::Pass),
            seen: watch::Sender::new(Vec::new()),
            refusals: Mutex::new(0),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
        });
        let router = Router::new().route("/", post(pass)).with_state(Arc::clone(&inner));
        let task = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { port, inner, task }
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        format!("http://127.0.0.1:{}", self.port).parse().unwrap()
    }

    pub(crate) fn set(&self, mode: Mode) {
        *self.inner.refusals.lock().unwrap() = 0;
        self.inner.mode.send_replace(mode);
    }

    /// Leads to another node from now on.
    pub(crate) fn lead_to(&self, target: u16) {
        self.inner.target.store(target, Ordering::SeqCst);
    }

    /// Waits until this many requests of the method came, and returns their first parameters.
    pub(crate) async fn requests(&self, method: &str, count: usize) -> Vec<Value> {
        let of_method = |seen: &Vec<(String, Value)>| -> Vec<Value> {
            seen.iter().filter(|(name, _)| name == method).map(|(_, params)| params[0].clone()).collect()
        };
        let mut seen = self.inner.seen.subscribe();
        let enough = seen.wait_for(|seen| of_method(seen).len() >= count);
        of_method(&timeout(PATIENCE, enough).await.expect("the requests do not come").unwrap())
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
