//! A chain that is served by several nodes.

mod broadcast;
mod follow;
mod read;

use crate::support::{FakeChain, FakeNode, PATIENCE, fake_chain};
use causeway_chain::{ConnectOptions, Endpoint, Endpoints, NodeState, PoolOptions};
use serde_json::Value;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::{sleep, timeout};

/// A node of a chain that a test changes, with the methods that it was asked for.
struct Counted {
    node: FakeNode,
    chain: Arc<Mutex<FakeChain>>,
    counts: Arc<Mutex<HashMap<String, usize>>>,
}

impl Counted {
    async fn of(chain: &Arc<Mutex<FakeChain>>) -> Self {
        Self::with(chain, |_, _| None).await
    }

    /// With other answers where the handler has some.
    async fn with(
        chain: &Arc<Mutex<FakeChain>>,
        handler: impl Fn(&str, &Value) -> Option<Value> + Send + 'static,
    ) -> Self {
        let counts = Arc::<Mutex<HashMap<String, usize>>>::default();
        let node = FakeNode::start({
            let (chain, counts) = (Arc::clone(chain), Arc::clone(&counts));
            move |method, params| {
                *counts.lock().unwrap().entry(method.to_owned()).or_default() += 1;
                handler(method, params).unwrap_or_else(|| chain.lock().unwrap().answer(method, params))
            }
        })
        .await;
        Self { node, chain: Arc::clone(chain), counts }
    }

    fn count(&self, method: &str) -> usize {
        self.counts.lock().unwrap().get(method).copied().unwrap_or_default()
    }
}

fn shared(length: u64) -> Arc<Mutex<FakeChain>> {
    Arc::new(Mutex::new(fake_chain(length)))
}

/// Quick enough for tests; nothing is hedged, and nobody is slow.
fn options() -> PoolOptions {
    PoolOptions {
        hedge_after: None,
        probe_interval: Duration::from_millis(30),
        first_pause: Duration::from_millis(20),
        max_pause: Duration::from_millis(200),
        // What was heard of a node that is lost counts as long as the test takes.
        stall_after: Duration::from_secs(3_600),
        ..PoolOptions::default()
    }
}

fn pool(nodes: &[&Endpoint], options: PoolOptions) -> Endpoints {
    let mut nodes = nodes.iter().map(|node| (*node).clone());
    Endpoints::new(nodes.next().unwrap(), nodes).with_options(options).of_chain(901)
}

/// No test waits for a deadline.
fn patient() -> ConnectOptions {
    ConnectOptions {
        request_timeout: Duration::from_secs(3_600),
        read_retries: 0,
        ..ConnectOptions::default()
    }
}

fn states(endpoints: &Endpoints) -> Vec<NodeState> {
    endpoints.stats().nodes.iter().map(|node| node.state).collect()
}

/// Waits until something is so.
async fn eventually(what: impl Fn() -> bool) {
    let until = async {
        while !what() {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, until).await.expect("it never comes to be so");
}
