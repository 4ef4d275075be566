use crate::{
    ChainKind, DevnetError, NetworkChain,
    config::chain_name,
    gateway::{ChainClock, Upstream, UpstreamError},
    node::{Node, NodeOptions},
};
use serde_json::json;
use std::sync::Arc;

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
}

impl ReadyNode {
    /// Starts a node and waits until its chain answers.
    pub(crate) async fn start(client: reqwest::Client, options: NodeOptions) -> Result<Self, DevnetError> {
        let NodeOptions { chain_id, kind, block_time, .. } = options;
        let node = Node::start(&options).await?;
        let upstream = Upstream::new(client, chain_id, node.port);
        let not_ready = |reason: String| DevnetError::NotReady { chain_id, reason };
        let unanswered = |error: UpstreamError| not_ready(error.to_string());

        let id: String = upstream.call("eth_chainId", json!([])).await.map_err(unanswered)?;
        if id != format!("{chain_id:#x}") {
            return Err(not_ready(format!("it says that it is chain {id}")));
        }
        let client: String = upstream.call("web3_clientVersion", json!([])).await.map_err(unanswered)?;
        let clock = Arc::new(ChainClock::new(upstream.clone()));
        // A node that starts at the turn of a second is one second late, and stays so.
        clock.catch_up(Some(0)).await;
        // Nobody reads what it would print for each request. An old node may not know the method.
        let _ = upstream.call::<serde_json::Value>("anvil_setLoggingEnabled", json!([false])).await;
        Ok(Self { chain_id, kind, block_time, node, upstream, clock, client })
    }

    pub(crate) fn name(&self) -> String {
        chain_name(self.chain_id)
    }

    /// Stops making blocks, so that all chains' states are of one moment.
    pub(crate) async fn halt(&self) {
        let _ = self.upstream.call::<serde_json::Value>("evm_setIntervalMining", json!([0])).await;
    }
}
