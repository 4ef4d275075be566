//! The nodes of a devnet: started together, looked after, ended together.

use crate::{
    ChainKind, DevnetConfig, DevnetError, NodeExited, admin::Admin, chain::ReadyNode, config::L1_CHAIN_ID,
    gateway::until_off_the_turn, node::NodeOptions, state::Files,
};
use futures::future::{join_all, select_all, try_join_all};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

/// How long a node may take to listen, and how much longer for each chain of a devnet: they share the machine.
const START_PATIENCE: Duration = Duration::from_secs(10);
const PATIENCE_PER_CHAIN: Duration = Duration::from_millis(500);
/// How often nodes are asked whether they are there, and after how long without an answer they are said to hang.
const LOOK: Duration = Duration::from_secs(2);
const HANGS: Duration = Duration::from_secs(10);

/// Starts the nodes of all chains; their clocks agree before the first block comes.
pub(crate) async fn start(
    config: &DevnetConfig,
    files: &Arc<Files>,
    client: &reqwest::Client,
    now: u64,
) -> Result<Vec<ReadyNode>, DevnetError> {
    let l1 = (L1_CHAIN_ID, ChainKind::L1, config.l1_block_time);
    let l2 = config.l2_chain_ids().map(|chain_id| (chain_id, ChainKind::L2, config.block_time));
    let chains: Vec<_> = [l1].into_iter().chain(l2).collect();
    let prepare = async |(chain_id, kind, _)| {
        let files = files.clone();
        let origin = tokio::task::spawn_blocking(move || files.origin(chain_id, kind, now)).await;
        origin.map_err(|error| DevnetError::NotReady { chain_id, reason: error.to_string() })?
    };
    let origins = try_join_all(chains.iter().copied().map(prepare)).await?;
    files.begin(chains.iter().map(|(chain_id, ..)| *chain_id))?;

    let patience = START_PATIENCE + PATIENCE_PER_CHAIN * u32::from(config.l2_count);
    let start = async |((chain_id, kind, block_time), origin)| {
        let binary = config.anvil.clone();
        let options = NodeOptions { binary, chain_id, kind, patience, origin, cache_dir: files.cache_dir() };
        ReadyNode::start(client.clone(), options, block_time).await
    };
    let nodes = try_join_all(chains.into_iter().zip(origins).map(start)).await?;
    begin(&nodes).await?;
    Ok(nodes)
}

/// Sets all clocks and lets blocks come. Chains whose time was warped in an earlier run take the others along.
async fn begin(nodes: &[ReadyNode]) -> Result<(), DevnetError> {
    let leads = try_join_all(nodes.iter().map(ReadyNode::lead)).await?;
    let is_l2 = |node: &ReadyNode| node.kind == ChainKind::L2;
    let furthest = nodes.iter().zip(&leads).filter(|(node, _)| is_l2(node)).map(|(_, lead)| *lead).max();
    let furthest = furthest.unwrap_or(0);
    if furthest > 0 {
        tracing::info!(
            seconds = furthest,
            "the clocks of the L2 chains stay ahead, as they were set in an earlier run"
        );
    }
    for node in nodes.iter().filter(|node| is_l2(node)) {
        let others = nodes.iter().filter(|other| is_l2(other) && other.chain_id != node.chain_id);
        node.clock.keep_up_with(others.map(|other| other.upstream.clone()).collect());
    }
    if nodes.iter().any(|node| is_l2(node) && node.block_time == 1) {
        sleep(until_off_the_turn()).await;
    }
    let begin =
        nodes.iter().zip(leads).map(|(node, lead)| node.begin(if is_l2(node) { furthest } else { lead }));
    try_join_all(begin).await.map(drop)
}

/// Waits for the first node that ends, which ends the others, and says which ones hang.
pub(crate) fn watch(
    nodes: &Arc<Vec<ReadyNode>>,
    stop: &CancellationToken,
    admin: &Admin,
) -> watch::Receiver<Option<NodeExited>> {
    let (sender, receiver) = watch::channel(None);
    let ends: Vec<_> = nodes.iter().map(|node| Box::pin(node.node.ended())).collect();
    let (watched, stopped) = (Arc::downgrade(nodes), stop.clone());
    tokio::spawn(async move {
        let (how, index, _) = tokio::select! {
            ended = select_all(ends) => ended,
            () = stopped.cancelled() => return,
        };
        let Some(nodes) = watched.upgrade() else { return };
        let node = &nodes[index];
        let exited =
            NodeExited { chain_id: node.chain_id, name: node.name(), how, output: node.node.output() };
        tracing::error!(
            chain_id = exited.chain_id,
            how = %exited.how,
            "a node ended by itself: the devnet stops, since a chain that is gone or wound back beside others breaks what they have in common",
        );
        stopped.cancel();
        // At once: states that they would write now are newer than the last one of the chain whose node is gone.
        join_all(nodes.iter().map(|node| node.node.kill())).await;
        let _ = sender.send(Some(exited));
    });
    for index in 0..nodes.len() {
        let (nodes, stop, admin) = (Arc::downgrade(nodes), stop.clone(), admin.clone());
        tokio::spawn(async move {
            let mut pulse = Pulse::default();
            while !stop.is_cancelled() {
                let Some(nodes) = nodes.upgrade() else { return };
                pulse.feel(&nodes[index], &admin).await;
                drop(nodes);
                tokio::select! {
                    () = sleep(LOOK) => {}
                    () = stop.cancelled() => return,
                }
            }
        });
    }
    receiver
}

/// Whether a node answers, and since when it does not.
#[derive(Debug, Default)]
struct Pulse {
    silent_since: Option<Instant>,
    is_told: bool,
}

impl Pulse {
    async fn feel(&mut self, node: &ReadyNode, admin: &Admin) {
        let asked = Instant::now();
        if node.answers(LOOK).await {
            if self.is_told {
                tracing::warn!(chain_id = node.chain_id, "the node answers again");
                admin.set_trouble(node.chain_id, None);
            }
            *self = Self::default();
            return;
        }
        let since = *self.silent_since.get_or_insert(asked);
        if since.elapsed() >= HANGS - LOOK && !self.is_told {
            self.is_told = true;
            let (name, pid, seconds) = (node.name(), node.node.pid, HANGS.as_secs());
            let trouble = format!(
                "the node of chain {} ({name}, process {pid}) has answered nothing for {seconds} seconds: it hangs",
                node.chain_id
            );
            tracing::error!(
                chain_id = node.chain_id,
                pid,
                "{trouble}; is the process stopped (`kill -CONT {pid}`) or the machine overloaded? Else stop the devnet and start it again",
            );
            admin.set_trouble(node.chain_id, Some(trouble));
        }
    }
}
