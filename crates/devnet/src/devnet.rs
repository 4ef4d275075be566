use crate::{
    ChainKind, DevnetConfig, DevnetError, FundedAccount, Network, NodeExited, RunningChain, SecretKey,
    accounts::{DEV_ACCOUNTS, FUNDED_KEY},
    admin::Admin,
    autorelay,
    chain::ReadyNode,
    config::{L1_CHAIN_ID, chain_name},
    gateway::{Handler, Screen, Source, client, serve},
    network::NetworkFile,
    node::NodeOptions,
    ports::Ports,
    state::Files,
    verifying::Verifying,
};
use alloy::primitives::U256;
use causeway_bindings::{DEVNET_TOKEN, RELAY_BATCHER, conversion_predeploys, predeploys};
use causeway_interop::DependencySet;
use causeway_relayer::{RelayerEvent, RelayerHandle};
use causeway_verifier::Verifier;
use futures::future::{join_all, select_all, try_join_all};
use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tokio::{
    net::TcpListener,
    sync::{broadcast, watch},
    time::timeout,
};
use tokio_util::{
    sync::{CancellationToken, DropGuard},
    task::TaskTracker,
};

/// How long requests that are being answered may delay the end.
const DRAIN: Duration = Duration::from_millis(500);
/// How long the relayer may take to finish what it is doing; its record has it all, should that not be enough.
const RELAYER_END: Duration = Duration::from_secs(3);

/// A devnet that runs: an L1 chain, L2 chains with interop, and an admin API.
///
/// [`Devnet::stop`] ends it in order. Dropping it kills everything at once.
#[derive(Debug)]
pub struct Devnet {
    chains: Vec<RunningChain>,
    network: Network,
    nodes: Arc<Vec<ReadyNode>>,
    files: Arc<Files>,
    network_file: Option<NetworkFile>,
    relayer: Option<RelayerHandle>,
    verifying: Option<Verifying>,
    ended: watch::Receiver<Option<NodeExited>>,
    tasks: TaskTracker,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

impl Devnet {
    /// Starts a devnet; returns when every chain answers through its gateway.
    ///
    /// The ports come first: when one is taken, nothing is started. When anything fails later, everything that was
    /// started has ended or is ending.
    pub async fn start(config: DevnetConfig) -> Result<Self, DevnetError> {
        if config.l2_count == 0 {
            return Err(DevnetError::NoChains);
        }
        let set = config.dependencies().map_err(|source| DevnetError::DependencySet { source })?;
        let Ports { admin: admin_port, l1, l2, verifier: verifier_port } = Ports::bind(&config).await?;
        let started_at = now();
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let stop_on_drop = stop.clone().drop_guard();
        let admin = Admin::default();
        let admin_address = local_address(&admin_port)?;
        admin.serve(admin_port, stop.clone(), &tasks);

        let files = Arc::new(Files::prepare(&config)?);
        let client = client().map_err(|source| DevnetError::Client { source })?;
        let nodes = Arc::new(start_nodes(&config, &files, &client, started_at).await?);

        let addresses = [&l1].into_iter().chain(&l2).map(local_address).collect::<Result<Vec<_>, _>>()?;
        let chains: Vec<_> =
            nodes.iter().zip(addresses).map(|(node, address)| running(node, address)).collect();
        serve_gateways(&nodes, [l1].into_iter().chain(l2), &set, &stop, &tasks);

        let verifier_address = verifier_port.as_ref().map(local_address).transpose()?;
        let mut network = describe(&config, &chains, &set, admin_address, started_at);
        network.verifier_url = verifier_address.map(|address| format!("http://{address}"));
        try_join_all(chains.iter().map(|chain| answers(&client, chain))).await?;
        let relayer = match config.autorelay {
            true => Some(autorelay::start(&chains, &set, &files.relayer_store()).await?),
            false => None,
        };
        let verifying =
            verifier_port.map(|listener| Verifying::start(&chains, &set, listener)).transpose()?;
        // A number in a map's key is the one thing in it that could not be written, and there is none.
        admin
            .set_ready(&network)
            .map_err(|error| DevnetError::NotReady { chain_id: L1_CHAIN_ID, reason: error.to_string() })?;
        let network_file = match &config.network_dir {
            Some(dir) => Some(NetworkFile::write(dir, admin_address.port(), &network)?),
            None => None,
        };
        let ended = watch_nodes(&nodes, &stop);
        tokio::task::spawn_blocking(Files::clear_away_leftovers);
        tracing::info!(chains = chains.len(), admin = %network.admin_url, "the devnet is ready");
        Ok(Self {
            chains,
            network,
            nodes,
            files,
            network_file,
            relayer,
            verifying,
            ended,
            tasks,
            stop,
            _stop_on_drop: stop_on_drop,
        })
    }

    /// The chains, the L1 first.
    pub fn chains(&self) -> &[RunningChain] {
        &self.chains
    }

    /// What the network file says.
    pub const fn network(&self) -> &Network {
        &self.network
    }

    /// Where the network file is, if the devnet writes one.
    pub fn network_file(&self) -> Option<&Path> {
        self.network_file.as_ref().map(NetworkFile::path)
    }

    /// What the devnet's own relayer tells, if it has one. Only the first listener hears of the very beginning.
    pub fn relayer_events(&mut self) -> Option<broadcast::Receiver<RelayerEvent>> {
        self.relayer.as_mut().map(RelayerHandle::events)
    }

    /// The devnet's own verifier, if it has one.
    pub fn verifier(&self) -> Option<Verifier> {
        self.verifying.as_ref().map(Verifying::verifier)
    }

    /// Waits until a node ends on its own, which ends the whole devnet; [`stop`](Self::stop) collects what is left.
    pub async fn wait(&self) -> NodeExited {
        let mut ended = self.ended.clone();
        match ended.wait_for(Option::is_some).await.ok().and_then(|ended| ended.clone()) {
            Some(exited) => exited,
            // Only `stop` takes the sender away, and it takes `self` along.
            None => std::future::pending().await,
        }
    }

    /// Stops everything in order: ports first, then the nodes, which keep their states if there is a place for them.
    ///
    /// When it returns no process is left. An error means that a state could not be kept.
    pub async fn stop(mut self) -> Result<(), DevnetError> {
        self.network_file.take();
        // The relayer ends first, while there still are chains to finish its work on.
        if let Some(relayer) = self.relayer.take() {
            match timeout(RELAYER_END, relayer.shutdown()).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(%error, "the relayer did not end in order"),
                Err(_) => tracing::warn!("the relayer did not end in time"),
            }
        }
        if let Some(verifying) = self.verifying.take() {
            verifying.stop().await;
        }
        self.stop.cancel();
        self.tasks.close();
        // A request that waits for its transaction's block does not hold up the end.
        let _ = timeout(DRAIN, self.tasks.wait()).await;
        join_all(self.nodes.iter().map(ReadyNode::halt)).await;
        join_all(self.nodes.iter().map(|node| node.node.stop())).await;
        self.nodes.iter().try_for_each(|node| self.files.keep(node.chain_id))
    }
}

async fn start_nodes(
    config: &DevnetConfig,
    files: &Arc<Files>,
    client: &reqwest::Client,
    timestamp: u64,
) -> Result<Vec<ReadyNode>, DevnetError> {
    let l1 = (L1_CHAIN_ID, ChainKind::L1, config.l1_block_time);
    let l2 = config.l2_chain_ids().map(|chain_id| (chain_id, ChainKind::L2, config.block_time));
    let start = async |(chain_id, kind, block_time)| {
        let prepared = files.clone();
        let origin = tokio::task::spawn_blocking(move || prepared.origin(chain_id, kind, timestamp)).await;
        let origin =
            origin.map_err(|error| DevnetError::NotReady { chain_id, reason: error.to_string() })??;
        let options = NodeOptions {
            binary: config.anvil.clone(),
            chain_id,
            kind,
            block_time,
            timestamp,
            origin,
            cache_dir: files.cache_dir(),
        };
        ReadyNode::start(client.clone(), options).await
    };
    try_join_all([l1].into_iter().chain(l2).map(start)).await
}

fn serve_gateways(
    nodes: &[ReadyNode],
    listeners: impl Iterator<Item = TcpListener>,
    set: &DependencySet,
    stop: &CancellationToken,
    tasks: &TaskTracker,
) {
    let l2 = nodes.iter().filter(|node| node.kind == ChainKind::L2);
    let sources: HashMap<_, _> =
        l2.map(|node| (node.chain_id, Arc::new(Source::new(node.upstream.clone())))).collect();
    let (set, sources) = (Arc::new(set.clone()), Arc::new(sources));
    for (node, listener) in nodes.iter().zip(listeners) {
        let screen = (node.kind == ChainKind::L2)
            .then(|| Screen::new(node.chain_id, set.clone(), sources.clone(), node.clock.clone()));
        let handler = Handler::new(node.upstream.clone(), node.clock.clone(), screen);
        serve(listener, handler, stop.clone(), tasks);
    }
}

/// Waits for the first node that ends; the others then end with it.
fn watch_nodes(nodes: &Arc<Vec<ReadyNode>>, stop: &CancellationToken) -> watch::Receiver<Option<NodeExited>> {
    let (sender, receiver) = watch::channel(None);
    let ends: Vec<_> = nodes.iter().map(|node| Box::pin(node.node.ended())).collect();
    let (nodes, stop) = (Arc::downgrade(nodes), stop.clone());
    tokio::spawn(async move {
        let (how, index, _) = tokio::select! {
            ended = select_all(ends) => ended,
            () = stop.cancelled() => return,
        };
        let Some(nodes) = nodes.upgrade() else { return };
        let node = &nodes[index];
        let exited =
            NodeExited { chain_id: node.chain_id, name: node.name(), how, output: node.node.output() };
        tracing::error!(chain_id = exited.chain_id, how = %exited.how, "a node ended");
        stop.cancel();
        join_all(nodes.iter().map(|node| node.node.stop())).await;
        let _ = sender.send(Some(exited));
    });
    receiver
}

/// Asks a chain through its gateway, as users will.
async fn answers(client: &reqwest::Client, chain: &RunningChain) -> Result<(), DevnetError> {
    let chain_id = chain.chain_id;
    let not_ready = |reason: String| DevnetError::NotReady { chain_id, reason };
    let call = r#"{"jsonrpc":"2.0","id":1,"method":"eth_chainId","params":[]}"#;
    let request = client.post(&chain.http_url).header("content-type", "application/json").body(call);
    let answer =
        async { request.send().await?.text().await }.await.map_err(|error| not_ready(error.to_string()))?;
    if answer.contains(&format!("\"{chain_id:#x}\"")) { Ok(()) } else { Err(not_ready(answer)) }
}

fn running(node: &ReadyNode, address: SocketAddr) -> RunningChain {
    RunningChain {
        chain_id: node.chain_id,
        name: chain_name(node.chain_id),
        kind: node.kind,
        http_url: format!("http://{address}"),
        ws_url: format!("ws://{address}"),
        node_url: node.upstream.http_url(),
        node_pid: node.node.pid,
        block_time: node.block_time,
        client: node.client.clone(),
    }
}

fn describe(
    config: &DevnetConfig,
    chains: &[RunningChain],
    set: &DependencySet,
    admin: SocketAddr,
    started_at: u64,
) -> Network {
    let accepts = |chain_id: u64| {
        let id = U256::from;
        config.l2_chain_ids().filter(|source| set.can_execute(id(chain_id), id(*source))).collect()
    };
    let others = [("RelayBatcher", RELAY_BATCHER), ("L2NativeSuperchainERC20", DEVNET_TOKEN)];
    let predeploys = conversion_predeploys().into_iter().chain(predeploys());
    let contracts = predeploys.map(|predeploy| (predeploy.name, predeploy.address)).chain(others);
    Network {
        schema_version: Network::SCHEMA_VERSION,
        instance: instance(),
        pid: std::process::id(),
        started_at,
        admin_url: format!("http://{admin}"),
        l1: chains[0].entry(),
        chains: chains[1..].iter().map(RunningChain::entry).collect(),
        dependency_sets: config.l2_chain_ids().map(|chain_id| (chain_id, accepts(chain_id))).collect(),
        expiry_window: set.expiry_window(),
        contracts: contracts.map(|(name, address)| (name.to_owned(), address)).collect(),
        funded_account: FundedAccount { address: DEV_ACCOUNTS[0], private_key: SecretKey::new(FUNDED_KEY) },
        dev_accounts: DEV_ACCOUNTS.to_vec(),
        relayer: config.autorelay.then_some(DEV_ACCOUNTS[9]),
        verifier_url: None,
    }
}

/// A name that no other run has: the standard library seeds each map by the system's randomness.
fn instance() -> String {
    let random = || RandomState::new().hash_one(std::process::id());
    format!("{:016x}{:016x}", random(), random())
}

/// Where a listener is reached from this machine.
fn local_address(listener: &TcpListener) -> Result<SocketAddr, DevnetError> {
    let mut address = listener.local_addr().map_err(|source| DevnetError::File {
        what: "find the port of",
        path: "a listener".into(),
        source,
    })?;
    if address.ip().is_unspecified() {
        address.set_ip(match address.ip() {
            IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
            IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
        });
    }
    Ok(address)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |elapsed| elapsed.as_secs())
}
