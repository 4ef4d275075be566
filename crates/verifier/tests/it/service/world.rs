//! Nodes of made-up chains that can be told to misbehave, and a verifier that follows them.

use alloy_primitives::{Address, Bytes, Log, U256};
use causeway_chain::{
    ConnectOptions, HeadSource,
    test_utils::{FakeChain, FakeNode, FakeTransaction, PATIENCE},
};
use causeway_interop::{
    Access, CROSS_L2_INBOX, DependencySet, ExecutingMessage, Member, SafetyLevel, msg_hash,
};
use causeway_verifier::{
    ChainStatus, ExecutingDescriptor, Refusal, SourceConfig, Verifier, VerifierConfig, VerifierService, View,
};
use serde_json::Value;
use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    sync::{Notify, watch},
    time::timeout,
};

/// The first chain of a world; the others count up from it.
pub(crate) const A: u64 = 901;
pub(crate) const B: u64 = 902;
pub(crate) const C: u64 = 903;
/// When all chains begin, in seconds.
pub(crate) const BEGIN: u64 = 1_000_000;
/// What the nodes count their calls by: who is refused comes back to its pace in this time, not in minutes.
const NODE_SECOND: Duration = Duration::from_millis(50);
/// The code that has clients try again because what is known of a chain does not count.
pub(crate) const RETRY: i32 = -320400;

/// Changes what a node says: method, parameters, and the honest answer.
type Mood = Box<dyn FnMut(&str, &Value, Value) -> Value + Send>;

/// A node of one chain.
pub(crate) struct Node {
    chain: Arc<Mutex<FakeChain>>,
    mood: Arc<Mutex<Option<Mood>>>,
    requests: Arc<Mutex<Vec<(String, Value)>>>,
    asked: Arc<Notify>,
    pub(crate) node: FakeNode,
}

impl Node {
    pub(crate) async fn of(chain: FakeChain) -> Self {
        let chain = Arc::new(Mutex::new(chain));
        let mood: Arc<Mutex<Option<Mood>>> = Arc::default();
        let requests: Arc<Mutex<Vec<_>>> = Arc::default();
        let (truth, lies, log) = (Arc::clone(&chain), Arc::clone(&mood), Arc::clone(&requests));
        let asked: Arc<Notify> = Arc::default();
        let heard = Arc::clone(&asked);
        let node = FakeNode::start(move |method, params| {
            log.lock().unwrap().push((method.to_owned(), params.clone()));
            heard.notify_one();
            let answer = truth.lock().unwrap().answer(method, params);
            match &mut *lies.lock().unwrap() {
                Some(lie) => lie(method, params, answer),
                None => answer,
            }
        })
        .await;
        Self { chain, mood, requests, asked, node }
    }

    /// Has it answer by this from now on.
    pub(crate) fn lie(&self, mood: impl FnMut(&str, &Value, Value) -> Value + Send + 'static) {
        *self.mood.lock().unwrap() = Some(Box::new(mood));
    }

    pub(crate) fn be_honest(&self) {
        *self.mood.lock().unwrap() = None;
    }

    /// What was asked since the last time.
    pub(crate) fn take_requests(&self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }

    /// Waits until there is a request like this among those since the last time.
    pub(crate) async fn until_asked(&self, is_it: impl Fn(&str, &Value) -> bool) {
        let asked = async {
            while !self.take_requests().iter().any(|(method, params)| is_it(method, params)) {
                self.asked.notified().await;
            }
        };
        timeout(PATIENCE, asked).await.expect("nobody asks");
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut FakeChain) -> T) -> T {
        change(&mut self.chain.lock().unwrap())
    }

    pub(crate) fn chain(&self) -> FakeChain {
        self.chain.lock().unwrap().clone()
    }

    /// Adds so many blocks.
    pub(crate) fn grow(&self, count: u64) {
        self.change(|chain| extend(chain, count));
    }

    /// Replaces the newest `depth` blocks by one more.
    pub(crate) fn reorg(&self, depth: u64) {
        self.change(|chain| {
            chain.branch += 1;
            chain.rewind(chain.head().number - depth);
            extend(chain, depth + 1);
        });
    }

    pub(crate) fn head(&self) -> u64 {
        self.chain.lock().unwrap().head().number
    }

    /// How a transaction declares a log of the chain.
    pub(crate) fn access(&self, number: u64, log_index: usize) -> Access {
        access(&self.chain.lock().unwrap(), number, log_index)
    }
}

/// A log that differs from those with other seeds.
pub(crate) fn log(seed: u64) -> Log {
    let data = Bytes::copy_from_slice(&seed.to_be_bytes());
    Log::new_unchecked(Address::with_last_byte(0xaa), vec![U256::from(seed).into()], data)
}

/// The inbox's word that a message was executed.
pub(crate) fn executing(chain: &FakeChain, number: u64, log_index: usize) -> Log {
    let entry = &chain.blocks()[number as usize].entries()[log_index];
    let message = ExecutingMessage {
        identifier: entry.identifier(chain.chain_id, &chain.block_ref(number)),
        msg_hash: msg_hash(&entry.topics, &entry.data),
    };
    inbox_log(&message)
}

pub(crate) fn inbox_log(message: &ExecutingMessage) -> Log {
    let data = Bytes::copy_from_slice(&message.data());
    Log::new_unchecked(CROSS_L2_INBOX, message.topics().to_vec(), data)
}

/// Adds blocks every two seconds, each with a log of a deposit and two of a user.
pub(crate) fn extend(chain: &mut FakeChain, count: u64) {
    for _ in 0..count {
        let head = chain.head();
        let seed = (head.number + 1) * 1_000 + u64::from(chain.branch) * 10;
        let user = FakeTransaction::user(vec![log(seed + 1), log(seed + 2)]);
        chain.push(head.timestamp + 2, vec![FakeTransaction::deposit(vec![log(seed)]), user]);
    }
}

/// Adds a block that executes messages.
pub(crate) fn push_executing(chain: &mut FakeChain, logs: Vec<Log>) {
    let timestamp = chain.head().timestamp + 2;
    chain.push(timestamp, vec![FakeTransaction::user(logs)]);
}

/// A chain of so many blocks above block 0, of which those up to a number are safe and final.
pub(crate) fn chain(chain_id: u64, length: u64, finalized: u64) -> FakeChain {
    let mut chain = FakeChain::new(chain_id, BEGIN);
    extend(&mut chain, length);
    (chain.safe, chain.finalized) = (Some(finalized), Some(finalized));
    chain
}

pub(crate) fn access(chain: &FakeChain, number: u64, log_index: usize) -> Access {
    let entry = &chain.blocks()[number as usize].entries()[log_index];
    let identifier = entry.identifier(chain.chain_id, &chain.block_ref(number));
    identifier.access(msg_hash(&entry.topics, &entry.data))
}

pub(crate) const fn id(chain: u64) -> U256 {
    U256::from_limbs([chain, 0, 0, 0])
}

/// The nodes of a few chains.
pub(crate) struct World {
    nodes: BTreeMap<u64, Node>,
    window: u64,
}

impl World {
    pub(crate) async fn of(chains: impl IntoIterator<Item = FakeChain>) -> Self {
        let mut nodes = BTreeMap::new();
        for chain in chains {
            nodes.insert(chain.chain_id, Node::of(chain).await);
        }
        Self { nodes, window: 0 }
    }

    /// Chains 901, 902, ... of twenty blocks, half of which are final.
    pub(crate) async fn small(count: u64) -> Self {
        Self::of((A..A + count).map(|id| chain(id, 20, 10))).await
    }

    /// Sets for how many seconds a message can be executed.
    pub(crate) const fn with_window(mut self, seconds: u64) -> Self {
        self.window = seconds;
        self
    }

    /// A configuration that is quick enough for tests.
    pub(crate) fn config(&self) -> VerifierConfig {
        let sources = self.nodes.iter().map(|(id, node)| SourceConfig {
            heads: HeadSource::Poll,
            ..SourceConfig::new(*id, node.node.endpoint().counting_by(NODE_SECOND))
        });
        config(sources.collect(), self.window)
    }

    pub(crate) fn start(&self) -> Running {
        Running::start(self.config())
    }

    /// Starts one that keeps its index in a file.
    pub(crate) fn start_on(&self, index: &Path) -> Running {
        Running::start(VerifierConfig { index: Some(index.to_owned()), ..self.config() })
    }
}

impl std::ops::Index<u64> for World {
    type Output = Node;

    fn index(&self, chain: u64) -> &Node {
        &self.nodes[&chain]
    }
}

pub(crate) fn config(sources: Vec<SourceConfig>, window: u64) -> VerifierConfig {
    let mut set = DependencySet::builder().expiry_window(window);
    for source in &sources {
        set = set.chain(id(source.chain_id), Member::default());
    }
    let mut config = VerifierConfig::new(set.build().unwrap(), sources);
    config.poll_interval = Duration::from_millis(10);
    config.connect = ConnectOptions {
        request_timeout: Duration::from_millis(1_500),
        read_retries: 1,
        first_backoff: Duration::from_millis(5),
        max_backoff: Duration::from_millis(50),
        ..ConnectOptions::default()
    };
    config
}

/// A verifier that runs.
pub(crate) struct Running {
    pub(crate) service: VerifierService,
    pub(crate) verifier: Verifier,
    views: watch::Receiver<Arc<View>>,
}

impl Running {
    pub(crate) fn start(config: VerifierConfig) -> Self {
        let service = VerifierService::start(config).unwrap();
        let verifier = service.verifier();
        Self { service, views: verifier.views(), verifier }
    }

    /// Waits until the view is as wanted.
    pub(crate) async fn until(&mut self, what: &str, condition: impl Fn(&View) -> bool) -> Arc<View> {
        let found = timeout(PATIENCE, self.views.wait_for(|view| condition(view))).await;
        if let Ok(found) = found {
            return Arc::clone(&found.unwrap());
        }
        let view = self.verifier.view();
        let chains: Vec<_> = view.chains().collect();
        panic!("it never happened: {what}. {chains:#?}");
    }

    /// Waits until a chain is in a state that mentions these words.
    pub(crate) async fn until_state(&mut self, chain: u64, code: &str, reason: &str) -> Arc<View> {
        let what = format!("chain {chain} is {code}: {reason}");
        let is = |view: &View| {
            let state = &status(view, chain).state;
            state.code() == code && state.reason().unwrap_or_default().contains(reason)
        };
        self.until(&what, is).await
    }

    /// Waits until everything of the node's chain is known, and what it says counts.
    pub(crate) async fn until_whole(&mut self, node: &Node) -> Arc<View> {
        let truth = node.chain();
        let head = truth.head();
        let is = |view: &View| {
            let status = status(view, truth.chain_id);
            let tip = status.heads.local_unsafe;
            status.is_ready() && tip.is_some_and(|tip| (tip.number, tip.hash) == (head.number, head.hash))
        };
        let view =
            self.until(&format!("chain {} is followed up to {}", truth.chain_id, head.number), is).await;
        assert_equal(&view, &truth);
        view
    }

    pub(crate) fn status(&self, chain: u64) -> ChainStatus {
        status(&self.verifier.view(), chain).clone()
    }

    /// Asks for a message at the lowest level.
    #[expect(clippy::result_large_err, reason = "as what it calls")]
    pub(crate) fn check(&self, access: Access) -> Result<(), Refusal> {
        let entries: Vec<_> = access.entries().collect();
        let executing =
            ExecutingDescriptor { chain_id: access.chain_id, timestamp: access.timestamp + 2, timeout: 0 };
        self.verifier.check(&entries, SafetyLevel::Unsafe, &executing)
    }

    #[track_caller]
    pub(crate) fn admits(&self, access: Access) {
        self.check(access).unwrap();
    }

    #[track_caller]
    pub(crate) fn refuses(&self, access: Access, code: i32) -> Refusal {
        let refusal = self.check(access).unwrap_err();
        assert_eq!(refusal.rpc_code(), code, "{refusal}");
        refusal
    }

    pub(crate) async fn shutdown(self) {
        let Self { service, verifier, views } = self;
        drop((verifier, views));
        timeout(PATIENCE, service.shutdown()).await.expect("it does not stop").unwrap();
    }
}

pub(crate) fn status(view: &View, chain: u64) -> &ChainStatus {
    view.chain(id(chain)).unwrap()
}

/// Compares what is known of a chain with the chain.
pub(crate) fn assert_equal(view: &View, truth: &FakeChain) {
    let id = id(truth.chain_id);
    let known = view.snapshot().chain(id).unwrap();
    for number in known.first.number..=known.tip.number {
        let header = view.snapshot().header(id, number).unwrap().expect("a row without gaps");
        assert_eq!(header.hash, truth.block_ref(number).hash, "block {number} of chain {id}");
    }
}
