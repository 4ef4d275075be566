use crate::{
    ChainKind, DevnetConfig, DevnetError, Network, NodeEnd, NodeExited, RunningChain,
    admin::Admin,
    autorelay,
    chain::ReadyNode,
    config::L1_CHAIN_ID,
    describe::{describe, running},
    gateway::{Admission, Handler, Rules, Source, client, serve},
    network::NetworkFile,
    nodes,
    open_files::open_files,
    ports::Ports,
    state::Files,
    verifying::Verifying,
};
use causeway_relayer::{RelayerEvent, RelayerHandle};
use causeway_service::Room;
use causeway_verifier::Verifier;
use futures::future::{join_all, try_join_all};
use std::{
    collections::HashMap,
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
    ///
    /// The chains' ports together take about half as many connections as the process may have files open, of these three
    /// in four as WebSockets; [`raise_open_files`](crate::raise_open_files) makes them more.
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

        let (files, prepared) = (config.clone(), tokio::task::spawn_blocking);
        let files = prepared(move || Files::prepare(&files)).await;
        let files =
            Arc::new(files.map_err(|error| DevnetError::NotReady {
                chain_id: L1_CHAIN_ID,
                reason: error.to_string(),
            })??);
        let client = client().map_err(|source| DevnetError::Client { source })?;
        let nodes = Arc::new(nodes::start(&config, &files, &client, started_at).await?);

        let addresses = [&l1].into_iter().chain(&l2).map(local_address).collect::<Result<Vec<_>, _>>()?;
        let chains: Vec<_> =
            nodes.iter().zip(addresses).map(|(node, address)| running(node, address)).collect();
        let rules = Rules { set: Arc::new(set.clone()), same_timestamp: config.same_timestamp };
        serve_gateways(&nodes, [l1].into_iter().chain(l2), rules, &stop, &tasks);

        let verifier_address = verifier_port.as_ref().map(local_address).transpose()?;
        let mut network = describe(&config, &chains, &set, admin_address, started_at);
        network.verifier_url = verifier_address.map(|address| format!("http://{address}"));
        try_join_all(chains.iter().map(|chain| answers(&client, chain))).await?;
        let relayer = match config.autorelay {
            true => Some(autorelay::start(&chains, &set, &files.relayer_store()).await?),
            false => None,
        };
        let verifying =
            verifier_port.map(|listener| Verifying::start(&chains, &set, &config, listener)).transpose()?;
        // A number in a map's key is the one thing in it that could not be written, and there is none.
        admin
            .set_ready(&network)
            .map_err(|error| DevnetError::NotReady { chain_id: L1_CHAIN_ID, reason: error.to_string() })?;
        let network_file = match &config.network_dir {
            Some(dir) => Some(NetworkFile::write(dir, admin_address.port(), &network)?),
            None => None,
        };
        let ended = nodes::watch(&nodes, &stop, &admin);
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
    /// When it returns no process is left. An error means that the states could not be kept: then none is, and all
    /// chains go on from those before. After a node ended on its own none is kept either.
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
        let is_orderly = self.ended.borrow().is_none() && !self.stop.is_cancelled();
        self.stop.cancel();
        self.tasks.close();
        // A request that waits for its transaction's block does not hold up the end.
        let _ = timeout(DRAIN, self.tasks.wait()).await;
        join_all(self.nodes.iter().map(ReadyNode::halt)).await;
        let since = SystemTime::now();
        let ends = join_all(self.nodes.iter().map(|node| node.node.stop())).await;
        if !is_orderly || self.files.state_dir().is_none() {
            return Ok(());
        }
        for (node, end) in self.nodes.iter().zip(ends) {
            if end != NodeEnd::Code(0) {
                return Err(DevnetError::NodeNotStopped { chain_id: node.chain_id, how: end });
            }
        }
        let (files, chains) = (self.files.clone(), self.nodes.iter().map(|node| node.chain_id).collect());
        let kept = tokio::task::spawn_blocking(move || files.keep(&chains, since)).await;
        kept.unwrap_or_else(|error| {
            Err(DevnetError::NotReady { chain_id: L1_CHAIN_ID, reason: error.to_string() })
        })
    }
}

fn serve_gateways(
    nodes: &[ReadyNode],
    listeners: impl Iterator<Item = TcpListener>,
    rules: Rules,
    stop: &CancellationToken,
    tasks: &TaskTracker,
) {
    let l2 = nodes.iter().filter(|node| node.kind == ChainKind::L2);
    let sources: HashMap<_, _> =
        l2.map(|node| (node.chain_id, Arc::new(Source::new(node.upstream.clone())))).collect();
    let sources = Arc::new(sources);
    let room = Room::of(open_files());
    for (node, listener) in nodes.iter().zip(listeners) {
        let admission = (node.kind == ChainKind::L2)
            .then(|| Admission::new(node.chain_id, rules.clone(), sources.clone(), node.clock.clone()));
        let handler = Handler::new(node.upstream.clone(), node.clock.clone(), admission);
        serve(listener, handler, room.clone(), stop.clone(), tasks);
    }
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
