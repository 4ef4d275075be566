use std::{net::SocketAddr, sync::Arc, time::Duration};

use alloy::primitives::{Address, B256, Bytes, U256, keccak256};
use causeway_chain::BlockRef;
use causeway_interop::{RelayedMessage, SentMessage};
use causeway_relayer::{
    RelayChain, RelayerEvent,
    api::{Api, ApiConfig, ApiHandle, ApiToken, Control, StoreControl},
};
use causeway_store::{AttemptItem, NewAttempt, SeenDelivery, SeenMessage, Store};
use reqwest::{Client, RequestBuilder, Response};
use serde_json::Value;
use tokio::{net::TcpListener, sync::broadcast};
use tokio_util::sync::CancellationToken;

pub(crate) const TOKEN: &str = "0123456789abcdef0123456789abcdef";
pub(crate) const SIGNER: Address = Address::repeat_byte(0x51);
pub(crate) const TARGET: Address = Address::repeat_byte(0x7a);
/// The time of the newest blocks.
pub(crate) const NOW: u64 = 1_700_000_000;

/// An API that answers, over a store of the test's.
pub(crate) struct World {
    pub(crate) store: Store,
    pub(crate) address: SocketAddr,
    pub(crate) events: broadcast::Sender<RelayerEvent>,
    pub(crate) client: Client,
    pub(crate) stop: CancellationToken,
    pub(crate) handle: ApiHandle,
    /// Where the chains' nodes would be: whoever connects gets no answer.
    _nobody: std::net::TcpListener,
}

pub(crate) fn config() -> ApiConfig {
    ApiConfig { token: Some(ApiToken::new(TOKEN).unwrap()), max_age: Duration::ZERO, ..ApiConfig::default() }
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::with(config()).await
    }

    pub(crate) async fn with(config: ApiConfig) -> Self {
        Self::over(Store::in_memory().await.unwrap(), config).await
    }

    pub(crate) async fn over(store: Store, config: ApiConfig) -> Self {
        let control = Arc::new(StoreControl::new(store.clone(), vec![SIGNER]));
        Self::controlled(store, config, control).await
    }

    /// Over a store, with this for the relayer that runs.
    pub(crate) async fn controlled(store: Store, config: ApiConfig, control: Arc<dyn Control>) -> Self {
        let stop = CancellationToken::new();
        let api = Api::new(store.clone(), config, stop.clone()).unwrap();
        let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = |path| {
            let url = format!("http://user:secret@{}/{path}", nobody.local_addr().unwrap());
            url.parse::<causeway_chain::Endpoint>().unwrap()
        };
        let chains =
            [RelayChain::new(901, "A", endpoint("key-a")), RelayChain::new(902, "B", endpoint("key-b"))];
        let (events, heard) = broadcast::channel(1_024);
        api.attach(&chains, heard, control);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let handle = api.serve(listener);
        Self { store, address, events, client: Client::new(), stop, handle, _nobody: nobody }
    }

    pub(crate) fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(format!("http://{}{path}", self.address))
    }

    pub(crate) fn post(&self, path: &str) -> RequestBuilder {
        self.client.post(format!("http://{}{path}", self.address))
    }

    /// The JSON of an answer that is fine.
    pub(crate) async fn json(&self, path: &str) -> Value {
        let answer = self.get(path).send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    /// The hashes of the messages of a page.
    pub(crate) async fn listed(&self, query: &str) -> Vec<B256> {
        hashes(&self.json(&format!("/v1/messages?{query}")).await)
    }

    /// Tells an event, and waits until the API has heard it.
    pub(crate) async fn tell(&self, event: RelayerEvent) {
        self.events.send(event).unwrap();
        while !self.events.is_empty() {
            tokio::task::yield_now().await;
        }
    }

    /// Both chains are followed.
    pub(crate) async fn catch_up(&self) {
        for chain_id in [901, 902] {
            self.tell(RelayerEvent::CaughtUp { chain_id, block_number: 1 }).await;
        }
    }

    /// Chain 901 sends the messages 0 to `count - 1` in block 1, `age` seconds before chain 902's block 1.
    pub(crate) async fn fill(&self, count: u64, age: u64) {
        fill(&self.store, count, age).await;
    }

    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.handle.stopped().await;
    }
}

pub(crate) fn hashes(page: &Value) -> Vec<B256> {
    let messages = page["messages"].as_array().unwrap();
    messages.iter().map(|message| message["messageHash"].as_str().unwrap().parse().unwrap()).collect()
}

pub(crate) async fn fill(store: &Store, count: u64, age: u64) {
    let messages: Vec<_> = (0..count)
        .map(|nonce| SeenMessage { sent: sent(nonce), log_index: nonce as u32, tx_hash: sent_in(nonce) })
        .collect();
    for (chain, timestamp) in [(901, NOW - age), (902, NOW)] {
        store.apply_block(chain, &block(chain, 0, timestamp - 2), &[], &[], 64).await.unwrap();
        let messages = if chain == 901 { messages.as_slice() } else { &[] };
        store.apply_block(chain, &block(chain, 1, timestamp), messages, &[], 64).await.unwrap();
    }
}

/// Block 2 of chain 902 delivers a message.
pub(crate) async fn deliver(store: &Store, nonce: u64, tx_hash: B256) {
    let relayed = RelayedMessage {
        source: U256::from(901),
        nonce: U256::from(nonce),
        message_hash: message_hash(nonce),
        return_data_hash: B256::ZERO,
    };
    let delivery = SeenDelivery { relayed, log_index: 3, tx_hash };
    store.apply_block(902, &block(902, 2, NOW + 2), &[], &[delivery], 64).await.unwrap();
}

/// A transaction of ours for a message.
pub(crate) async fn attempt(store: &Store, tx_hash: B256, nonce: u64, message: u64) {
    let new = NewAttempt {
        items: vec![AttemptItem { message: message_hash(message), gas: 100_000 }],
        chain_id: 902,
        signer: SIGNER,
        nonce,
        tx_hash,
        raw_tx: Bytes::from_static(&[2, 1]),
        created_ms: NOW * 1_000,
    };
    store.record_attempt(&new).await.unwrap();
}

pub(crate) fn block(chain: u64, number: u64, timestamp: u64) -> BlockRef {
    let hash = |number: u64| keccak256([chain.to_be_bytes(), number.to_be_bytes()].concat());
    let parent_hash = number.checked_sub(1).map_or(B256::ZERO, hash);
    BlockRef { number, hash: hash(number), parent_hash, timestamp }
}

fn sent(nonce: u64) -> SentMessage {
    SentMessage {
        destination: U256::from(902),
        target: TARGET,
        nonce: U256::from(nonce),
        sender: Address::with_last_byte(nonce as u8),
        message: Bytes::from(nonce.to_be_bytes().to_vec()),
    }
}

pub(crate) fn message_hash(nonce: u64) -> B256 {
    sent(nonce).message_hash(U256::from(901))
}

/// The transaction that sent a message: two share one.
pub(crate) fn sent_in(nonce: u64) -> B256 {
    B256::with_last_byte(1 + (nonce / 2) as u8)
}

/// The status and the code of a refusal.
pub(crate) async fn refusal(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let body: Value = answer.json().await.unwrap();
    (status, body["code"].as_str().unwrap().to_owned())
}
