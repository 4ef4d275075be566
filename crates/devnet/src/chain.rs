use crate::{
    ChainKind, DevnetError, NetworkChain,
    accounts::RELAYER_ACCOUNT,
    config::chain_name,
    gateway::{ChainClock, Upstream, UpstreamError},
    node::{AnvilBinary, Fitness, Node, NodeError, NodeOptions, Origin, printed_version},
    state::BALANCE,
};
use alloy::primitives::U256;
use causeway_deploy::SEQUENCER_FEE_VAULT;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use tokio::time::timeout;

/// A chain of a devnet that runs.
#[derive(Clone, Debug)]
pub struct RunningChain {
    /// Its id.
    pub chain_id: u64,
    /// Its name.
    pub name: String,
    /// Which layer it is.
    pub kind: ChainKind,
    /// Where users reach it over HTTP: the gateway.
    pub http_url: String,
    /// Where users reach it over a WebSocket: the gateway.
    pub ws_url: String,
    /// Where the node itself answers. Nothing is checked there.
    pub node_url: String,
    /// The process of the node.
    pub node_pid: u32,
    /// Seconds between blocks; 0 when each transaction gets a block.
    pub block_time: u64,
    /// What the node is, as `web3_clientVersion` tells.
    pub client: String,
}

impl RunningChain {
    /// What the network file says of it.
    pub(crate) fn entry(&self) -> NetworkChain {
        NetworkChain {
            chain_id: self.chain_id,
            name: self.name.clone(),
            kind: self.kind,
            rpc_url: self.http_url.clone(),
            ws_url: self.ws_url.clone(),
            block_time: self.block_time,
            client: self.client.clone(),
        }
    }
}

/// How long a node may take to stop making blocks; one that hangs must not hold up the end.
const HALT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a node that listens may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// A node that answers, and the clock of its chain.
#[derive(Debug)]
pub(crate) struct ReadyNode {
    pub(crate) chain_id: u64,
    pub(crate) kind: ChainKind,
    pub(crate) block_time: u64,
    pub(crate) node: Node,
    pub(crate) upstream: Upstream,
    pub(crate) clock: Arc<ChainClock>,
    pub(crate) client: String,
    origin: Origin,
}

impl ReadyNode {
    /// Starts a node and waits until its chain answers. Its blocks do not come by themselves yet.
    pub(crate) async fn start(
        client: reqwest::Client,
        options: NodeOptions,
        block_time: u64,
    ) -> Result<Self, DevnetError> {
        let NodeOptions { chain_id, kind, .. } = options;
        let node = match Node::start(&options).await {
            // An old one does not know our arguments.
            Err(error @ NodeError::Exited { .. }) => return Err(explain(error, &options.binary).await),
            other => other?,
        };
        let upstream =
            Upstream::new(client, chain_id, node.port).map_err(|source| DevnetError::Client { source })?;
        let asked = timeout(ANSWER_TIMEOUT, identify(&upstream)).await;
        let seconds = ANSWER_TIMEOUT.as_secs();
        let client = asked.map_err(|_| DevnetError::Hangs { chain_id, pid: node.pid, seconds })??;
        match Fitness::of(&client) {
            Fitness::Known => {}
            Fitness::TooOld => return Err(DevnetError::NodeTooOld { client }),
            Fitness::Unknown => {
                tracing::warn!(
                    chain_id,
                    client,
                    "no devnet was tried on this version of anvil: what its new methods do to a chain is not known"
                );
            }
        }
        let clock = Arc::new(ChainClock::new(upstream.clone(), kind));
        // Nobody reads what it would print for each request. An old node may not know the method.
        let _ = upstream.call::<Value>("anvil_setLoggingEnabled", json!([false])).await;
        Ok(Self { chain_id, kind, block_time, node, upstream, clock, client, origin: options.origin })
    }

    /// How far the newest block is ahead of this machine's clock, in seconds: somebody warped the chain's time.
    pub(crate) async fn lead(&self) -> Result<i64, DevnetError> {
        self.clock.lead().await.map_err(|error| self.not_ready(error.to_string()))
    }

    /// Sets the clock ahead of this machine's by so many seconds, and lets blocks come.
    pub(crate) async fn begin(&self, lead: i64) -> Result<(), DevnetError> {
        // A node that starts at the turn of a second is one second late, and stays so.
        self.clock.catch_up(lead).await;
        if let Origin::State { is_new, .. } = &self.origin {
            self.settle(*is_new).await?;
        }
        if self.block_time > 0 {
            let begun = self.clock.begin(Duration::from_secs(self.block_time)).await;
            begun.map_err(|error| self.not_ready(error.to_string()))?;
        }
        Ok(())
    }

    /// Makes a chain from a kept state the same as one from a genesis, and sees that its blocks hang together.
    async fn settle(&self, is_new: bool) -> Result<(), DevnetError> {
        let unanswered = |error: UpstreamError| self.not_ready(error.to_string());
        if self.kind == ChainKind::L2 {
            if is_new {
                let params = json!([SEQUENCER_FEE_VAULT]);
                self.upstream.call::<Value>("anvil_setCoinbase", params).await.map_err(unanswered)?;
            }
            // A chain of an earlier version has no such account.
            let params = json!([RELAYER_ACCOUNT, "latest"]);
            let balance: U256 = self.upstream.call("eth_getBalance", params).await.map_err(unanswered)?;
            if balance.is_zero() {
                let params = json!([RELAYER_ACCOUNT, U256::from(BALANCE)]);
                self.upstream.call::<Value>("anvil_setBalance", params).await.map_err(unanswered)?;
            }
        }
        let block = async |number: &str| {
            self.upstream
                .call::<Value>("eth_getBlockByNumber", json!([number, false]))
                .await
                .map_err(unanswered)
        };
        let (genesis, first) = (block("0x0").await?, block("0x1").await?);
        if !first.is_null() && first["parentHash"] != genesis["hash"] {
            return Err(self.not_ready("its block 0 is not the parent of its block 1".to_owned()));
        }
        Ok(())
    }

    pub(crate) fn name(&self) -> String {
        chain_name(self.chain_id)
    }

    /// Stops making blocks, so that all chains' states are of one moment.
    pub(crate) async fn halt(&self) {
        let halted = self.upstream.call::<Value>("evm_setIntervalMining", json!([0]));
        let _ = timeout(HALT_TIMEOUT, halted).await;
    }

    /// Whether the node answers within a time.
    pub(crate) async fn answers(&self, within: Duration) -> bool {
        matches!(timeout(within, self.upstream.call::<String>("eth_chainId", json!([]))).await, Ok(Ok(_)))
    }

    fn not_ready(&self, reason: String) -> DevnetError {
        DevnetError::NotReady { chain_id: self.chain_id, reason }
    }
}

/// Finds out whether a program that did not start is too old.
async fn explain(error: NodeError, binary: &AnvilBinary) -> DevnetError {
    match printed_version(binary).await {
        Some(client) if Fitness::of(&client) == Fitness::TooOld => DevnetError::NodeTooOld { client },
        _ => error.into(),
    }
}

/// Asks a node for its chain, which has to be the right one, and what it is.
async fn identify(upstream: &Upstream) -> Result<String, DevnetError> {
    let chain_id = upstream.chain_id();
    let not_ready = |reason: String| DevnetError::NotReady { chain_id, reason };
    let unanswered = |error: UpstreamError| not_ready(error.to_string());
    let id: String = upstream.call("eth_chainId", json!([])).await.map_err(unanswered)?;
    if id != format!("{chain_id:#x}") {
        return Err(not_ready(format!("it says that it is chain {id}")));
    }
    upstream.call("web3_clientVersion", json!([])).await.map_err(unanswered)
}
