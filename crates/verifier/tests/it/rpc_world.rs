//! A served verifier of two chains, for tests over real sockets.

use crate::chain::{Block, Log, genesis};
use alloy::{
    network::Ethereum,
    providers::{Provider, ProviderBuilder, mock::Asserter},
};
use alloy_primitives::{B256, U256};
use causeway_interop::{Access, DependencySet, Member};
use causeway_verifier::{
    Admission, Core, Desk, LogIndex, OutputRoots, Server, ServerConfig, ServerHandle, SourceEvent, Verifier,
};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use std::net::SocketAddr;
use tokio_util::sync::CancellationToken;

pub(crate) const SOURCE: U256 = U256::from_limbs([901, 0, 0, 0]);
pub(crate) const HERE: U256 = U256::from_limbs([902, 0, 0, 0]);

/// Entries of a request that are looked at.
pub(crate) const MAX_ENTRIES: usize = 1_000;

/// A verifier behind a server. Chain 901 has genesis and one block of two logs, chain 902 has genesis.
pub(crate) struct World {
    pub(crate) block: Block,
    pub(crate) core: Core,
    pub(crate) desk: Desk,
    pub(crate) verifier: Verifier,
    /// What the chains' nodes will say, in the order in which they are asked.
    pub(crate) node: Asserter,
    pub(crate) stop: CancellationToken,
    pub(crate) server: ServerHandle,
    pub(crate) client: Client,
}

/// The defaults, on a free port.
pub(crate) fn config() -> ServerConfig {
    ServerConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..ServerConfig::default() }
}

pub(crate) async fn world() -> World {
    world_with(config()).await
}

pub(crate) async fn world_with(config: ServerConfig) -> World {
    let member = Member { activation: 0, block_time: 2 };
    let set = DependencySet::builder().chain(SOURCE, member).chain(HERE, member).build().expect("a set");
    let block = Block::above(&genesis(), 1, vec![Log::of(1), Log::of(2)]);
    let start = Block { header: genesis(), deposit_logs: 0, logs: Vec::new() };
    let mut core = Core::resume(LogIndex::in_memory().expect("an index"), set.clone()).expect("a core");
    let news = [(SOURCE, &start), (SOURCE, &block), (HERE, &start)];
    let news = news.map(|(chain, block)| (chain, SourceEvent::Block(block.indexed()))).into();
    let view = core.step(news).expect("it is applied").view;

    let node = Asserter::new();
    let provider = || {
        ProviderBuilder::new()
            .disable_recommended_fillers()
            .network::<Ethereum>()
            .connect_mocked_client(node.clone())
            .erased()
    };
    let roots = OutputRoots::new([SOURCE, HERE].map(|chain| (chain, provider())).into());
    let admission = Admission::new(set).with_max_entries(MAX_ENTRIES);
    let (verifier, desk) = Verifier::new(view, admission, 1_000, roots);
    let stop = CancellationToken::new();
    let server = Server::bind(verifier.clone(), config).await.expect("it listens").start(stop.clone());
    World { block, core, desk, verifier, node, stop, server, client: Client::new() }
}

impl World {
    /// Lets news happen.
    pub(crate) fn news(&mut self, news: impl IntoIterator<Item = (U256, SourceEvent)>) {
        let step = self.core.step(news.into_iter().collect()).expect("it is applied");
        assert!(step.adrift.is_empty(), "the test's chains fit");
        self.desk.publish(&step);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// A call that was not sent yet.
    pub(crate) fn request(&self, method: &str, params: &Value) -> RequestBuilder {
        let call = json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params});
        self.client.post(self.url("/")).json(&call)
    }

    /// The answer to a call.
    pub(crate) async fn answer(&self, method: &str, params: Value) -> Value {
        let response = self.request(method, &params).send().await.expect("it answers");
        let answer: Value = response.json().await.expect("JSON");
        assert_eq!(answer["id"], json!(7), "{answer}");
        answer
    }

    /// The result of a call.
    pub(crate) async fn call(&self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params).await;
        answer.get("result").unwrap_or_else(|| panic!("{method}: {answer}")).clone()
    }

    /// The error of a call.
    pub(crate) async fn error(&self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params).await;
        answer.get("error").unwrap_or_else(|| panic!("{method}: {answer}")).clone()
    }

    /// What a transaction on chain 902 asks.
    pub(crate) fn params(&self, accesses: &[Access]) -> Value {
        json!([entries(accesses), "unsafe", {"chainID": "902", "timestamp": self.timestamp()}])
    }

    /// When it executes.
    pub(crate) fn timestamp(&self) -> String {
        format!("{:#x}", self.block.header.timestamp + 10)
    }

    /// The code that a check is answered with; zero if the list was admitted.
    pub(crate) async fn code(&self, accesses: &[Access]) -> i64 {
        let answer = self.answer("interop_checkAccessList", self.params(accesses)).await;
        match answer.get("error") {
            Some(error) => error["code"].as_i64().expect("a code"),
            None => {
                assert_eq!(answer["result"], Value::Null);
                0
            }
        }
    }

    /// A page.
    pub(crate) async fn page(&self, path: &str) -> (StatusCode, String) {
        let response = self.client.get(self.url(path)).send().await.expect("it answers");
        (response.status(), response.text().await.expect("text"))
    }
}

pub(crate) fn entries(accesses: &[Access]) -> Vec<B256> {
    accesses.iter().flat_map(Access::entries).collect()
}
