//! What webhooks are told by several relayers on one database: each thing by the one that works, in order, and nothing is lost.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock},
    time::Duration,
};

use alloy::primitives::B256;
use axum::http::StatusCode;
use causeway_relayer::{
    RelayerConfig, RelayerEvent, RelayerHandle,
    api::{Api, ApiConfig},
};
use causeway_store::{Store, test_utils::PostgresServer};
use tokio_util::sync::CancellationToken;

use crate::{
    api::webhooks::Receiver,
    support::{self, Listener, Net, start},
};

static SERVER: LazyLock<PostgresServer> = LazyLock::new(PostgresServer::start);
/// Others take over soon, but from nobody who is only slow.
const LEASE: Duration = Duration::from_secs(5);

/// One of several, and what tells the webhook of it.
struct Replica {
    relayer: RelayerHandle,
    events: Listener,
    stop: CancellationToken,
}

impl Replica {
    async fn start(net: &Net, url: &str, name: &str, receiver: &Receiver) -> Self {
        let store = Store::connect(url).await.unwrap();
        let config = support::Replica::new(net, url, name, LEASE).config().await;
        // Who takes over does so when nobody has come back for a while.
        let config = RelayerConfig { probation: net.config().await.probation, ..config };
        let chains = config.chains.clone();
        let (mut relayer, events) = start(config);
        let stop = CancellationToken::new();
        let config = ApiConfig { webhooks: vec![receiver.webhook()], ..ApiConfig::default() };
        let api = Api::new(store, config, stop.clone()).unwrap();
        api.attach(&chains, relayer.events(), Arc::new(relayer.controls()));
        Self { relayer, events, stop }
    }

    async fn active(&mut self) {
        self.events.until(|event| matches!(event, RelayerEvent::Active).then_some(())).await;
    }

    async fn delivers(&mut self, messages: &[B256]) {
        for message in messages {
            self.events.delivered(*message).await;
        }
    }

    /// Ends as a killed process does.
    async fn kill(self) {
        self.stop.cancel();
        self.relayer.abort().await;
    }
}

async fn send(net: &Net, count: u16) -> Vec<B256> {
    net.send(count).await.iter().map(|sent| sent.message_hash).collect()
}

/// The messages of which the next things are told: all of them delivered. What is told twice, by the same id, counts once.
async fn told(receiver: &mut Receiver, count: usize, known: &mut BTreeSet<String>) -> Vec<B256> {
    let mut messages = Vec::new();
    while messages.len() < count {
        let (id, body) = receiver.next().await;
        if known.insert(id) {
            assert_eq!(body["type"], "message.delivered");
            messages.push(body["data"]["messageHash"].as_str().unwrap().parse().unwrap());
        }
    }
    messages
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_when_the_one_that_tells_is_killed() {
    let (net, url) = (Net::direct().await, SERVER.new_url().await);
    let mut receiver = Receiver::start(Vec::new()).await;
    let mut first = Replica::start(&net, &url, "first", &receiver).await;
    first.active().await;
    let mut second = Replica::start(&net, &url, "second", &receiver).await;
    second.events.until(|event| matches!(event, RelayerEvent::StandingBy { .. }).then_some(())).await;

    let early = send(&net, 3).await;
    net.mine_until(3).await;
    first.delivers(&early).await;
    let mut known = BTreeSet::new();
    assert_eq!(told(&mut receiver, 3, &mut known).await, early, "each by one of them, in order");

    // What is delivered now, nobody takes; the last of it may not even have been written down.
    receiver.answer_first(vec![StatusCode::SERVICE_UNAVAILABLE; 100_000]);
    let kept = send(&net, 3).await;
    net.mine_until(6).await;
    first.delivers(&kept).await;
    first.kill().await;
    receiver.forget();
    receiver.answer_first(Vec::new());

    second.active().await;
    let late = send(&net, 2).await;
    net.mine_until(8).await;
    second.delivers(&late).await;
    let told = told(&mut receiver, 5, &mut known).await;
    assert_eq!(told, [kept, late].concat(), "what was told before has the same id");
    net.delivered_once(8).await;
    second.kill().await;
}
