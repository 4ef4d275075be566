//! What feeds the verifier: one task a chain that follows its node, and one that writes down what they tell.

mod blocks;
mod config;
mod error;
mod follow;
mod keeper;
mod leave;
mod look_back;
mod news;
mod past;
mod pause;
mod session;
mod source;

pub use config::{OnDeepReorg, SourceConfig, VerifierConfig};
pub use error::ServiceError;

use crate::{Admission, Core, LogIndex, OutputRoots, Verifier};
use alloy::providers::DynProvider;
use alloy_primitives::U256;
use causeway_chain::connect;
use keeper::Keeper;
use news::Reins;
use source::Source;
use std::collections::BTreeMap;
use tokio::{sync::mpsc, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};

/// News that may wait to be written.
const NEWS: usize = 256;

/// A verifier that runs.
///
/// Dropping it stops it at once; what was learned is on disk.
#[derive(Debug)]
pub struct VerifierService {
    verifier: Verifier,
    task: JoinHandle<Result<(), ServiceError>>,
    stop: CancellationToken,
    _stop_on_drop: DropGuard,
}

impl VerifierService {
    /// Opens the index and starts to follow the chains, until [`VerifierService::shutdown`]. Must be called within a tokio
    /// runtime.
    ///
    /// Answers at once, with what the index has: that a node is out of reach is no error.
    pub fn start(config: VerifierConfig) -> Result<Self, ServiceError> {
        let roots = OutputRoots::new(nodes(&config)?);
        let index = match &config.index {
            Some(path) => LogIndex::open_with(path, config.index_options)?,
            None => LogIndex::in_memory()?,
        };
        let core = Core::resume(index, config.dependency_set.clone())?;
        let admission = Admission::new(config.dependency_set.clone())
            .with_same_timestamp(config.same_timestamp)
            .with_max_entries(config.max_entries);
        let (verifier, desk) = Verifier::new(core.view()?, admission, config.remembered_verdicts, roots);

        let stop = CancellationToken::new();
        let (sender, news) = mpsc::channel(NEWS);
        let mut reins = BTreeMap::new();
        for source in &config.sources {
            let (rein, held) = Reins::new();
            reins.insert(U256::from(source.chain_id), rein);
            let source = Source::new(source, &config, verifier.clone(), sender.clone(), held);
            tokio::spawn(source.run(stop.clone()));
        }
        let task = tokio::spawn(Keeper::new(core, desk, news, reins).run(stop.clone()));
        Ok(Self { verifier, task, _stop_on_drop: stop.clone().drop_guard(), stop })
    }

    /// The handle for those who ask.
    pub fn verifier(&self) -> Verifier {
        self.verifier.clone()
    }

    /// Waits until it ends by itself, which it does only when the index fails.
    pub async fn wait(&mut self) -> Result<(), ServiceError> {
        match (&mut self.task).await {
            Ok(result) => result,
            Err(error) => Err(ServiceError::Aborted { reason: error.to_string() }),
        }
    }

    /// Stops it, and waits until everything is written.
    pub async fn shutdown(mut self) -> Result<(), ServiceError> {
        self.stop.cancel();
        self.wait().await
    }
}

/// A client for every node.
fn nodes(config: &VerifierConfig) -> Result<BTreeMap<U256, DynProvider>, ServiceError> {
    let mut nodes = BTreeMap::new();
    for source in &config.sources {
        let chain_id = source.chain_id;
        if !config.dependency_set.contains(U256::from(chain_id)) {
            return Err(ServiceError::UnknownChain { chain_id });
        }
        let node = connect(&source.endpoints, &config.connect)?;
        if nodes.insert(U256::from(chain_id), node).is_some() {
            return Err(ServiceError::TwoNodes { chain_id });
        }
    }
    Ok(nodes)
}
