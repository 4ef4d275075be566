//! Stands between a relayer and a node, and does to their talk what the storm wants.

use super::{dice::Dice, fault::Fault, prey::Prey, schedule::Point, stale, wire};
use serde_json::{Value, json};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::BufReader,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::sleep,
};

/// What judges messages, in this relayer or the next.
const JUDGES: [&str; 3] = ["eth_estimateGas", "eth_simulateV1", "eth_createAccessList"];
const SEND: &str = "eth_sendRawTransaction";

pub(crate) struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    node: String,
    other: String,
    client: reqwest::Client,
    prey: Prey,
    state: Mutex<State>,
}

struct State {
    dice: Dice,
    weather: Option<(Fault, u64)>,
    last: String,
    met: u64,
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Proxy {
    /// Between a process and a node; `other` is one of another chain.
    pub(crate) async fn start(node: &str, other: &str, prey: Prey, dice: Dice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = State { dice, weather: None, last: String::new(), met: 0 };
        let shared = Arc::new(Shared {
            node: node.to_owned(),
            other: other.to_owned(),
            client: reqwest::Client::builder().no_proxy().build().unwrap(),
            prey,
            state: Mutex::new(state),
        });
        let serving = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let shared = Arc::clone(&serving);
                tokio::spawn(async move { shared.serve(stream).await });
            }
        });
        Self { port, shared, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// So many of a hundred requests meet this from now on.
    pub(crate) fn set(&self, weather: Option<(Fault, u64)>) {
        self.shared.state.lock().unwrap().weather = weather;
    }

    /// How many requests met a fault.
    pub(crate) fn met(&self) -> u64 {
        self.shared.state.lock().unwrap().met
    }
}

impl Shared {
    /// Serves one connection until it ends.
    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        loop {
            let body = wire::read(&mut stream).await?;
            let request: Value = serde_json::from_slice(&body).ok()?;
            let methods = methods(&request);
            let is = |names: &[&str]| methods.iter().any(|method| names.contains(&method.as_str()));
            if is(&JUDGES) && self.prey.comes_to(Point::Judging)
                || is(&[SEND]) && self.prey.comes_to(Point::Committed)
            {
                return None;
            }
            let fault = self.fault();
            if let Some((status, body)) = fault.and_then(|fault| refusal(fault, &request)) {
                wire::write(&mut stream, status, &body).await?;
                continue;
            }
            match fault {
                Some(Fault::Refused) => return None,
                // For good: the caller has to end it.
                Some(Fault::HalfOpen) => std::future::pending::<()>().await,
                Some(Fault::Slow) => sleep(Duration::from_millis(700)).await,
                Some(Fault::Repeated) => drop(self.ask(&self.node, request.to_string()).await),
                _ => {}
            }
            let answer = match fault {
                Some(Fault::OtherChain) => self.ask(&self.other, request.to_string()).await?,
                Some(Fault::Stale) => stale::answer(&request, |text| self.ask(&self.node, text)).await?,
                _ => self.ask(&self.node, request.to_string()).await?,
            };
            if is(&[SEND]) && self.prey.comes_to(Point::Sent)
                || is(&["eth_getLogs", "eth_getBlockReceipts"]) && self.prey.comes_to(Point::Read)
                || is(&["eth_getTransactionReceipt"]) && self.prey.comes_to(Point::Fate)
            {
                return None;
            }
            let before = std::mem::replace(&mut self.state.lock().unwrap().last, answer.clone());
            match fault {
                Some(Fault::Dropped) => return None,
                Some(Fault::Truncated) => return wire::write_half(&mut stream, &answer).await,
                Some(Fault::Twice) => wire::write(&mut stream, 200, &format!("{answer}{answer}")).await?,
                Some(Fault::Stray) if !before.is_empty() => wire::write(&mut stream, 200, &before).await?,
                _ => wire::write(&mut stream, 200, &answer).await?,
            }
        }
    }

    fn fault(&self) -> Option<Fault> {
        let mut state = self.state.lock().unwrap();
        let (fault, share) = state.weather?;
        let meets = state.dice.chance(share);
        state.met += u64::from(meets);
        meets.then_some(fault)
    }

    async fn ask(&self, node: &str, request: String) -> Option<String> {
        let request = self.client.post(node).header("content-type", "application/json").body(request);
        request.send().await.ok()?.text().await.ok()
    }
}

fn methods(request: &Value) -> Vec<String> {
    let one = |request: &Value| request["method"].as_str().unwrap_or_default().to_owned();
    match request.as_array() {
        Some(requests) => requests.iter().map(one).collect(),
        None => vec![one(request)],
    }
}

/// What is answered without asking the node.
fn refusal(fault: Fault, request: &Value) -> Option<(u16, String)> {
    let error = |code: i64, message: &str| {
        let one = |request: &Value| json!({"jsonrpc": "2.0", "id": request["id"], "error": {"code": code, "message": message}});
        match request.as_array() {
            Some(requests) => Value::Array(requests.iter().map(one).collect()).to_string(),
            None => one(request).to_string(),
        }
    };
    Some(match fault {
        Fault::TooMany => (429, error(-32016, "over rate limit")),
        Fault::NoBackends => (503, error(-32011, "no backends available for method")),
        Fault::GatewayTimeout => (504, "<html><body><h1>504 Gateway Time-out</h1></body></html>".to_owned()),
        Fault::Internal => (500, error(-32603, "internal error")),
        Fault::Quorum => (200, error(-32000, "interop quorum not reached: 1 of 3 healthy")),
        _ => return None,
    })
}
