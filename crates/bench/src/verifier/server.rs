//! A verifier that knows a chain out of thin air, and its server.

use super::sample_chain::{EMITTER, GENESIS, HERE, LOGS, LOGS_PER_BLOCK, SOURCE, TOPIC, log_data};
use alloy_primitives::B256;
use causeway_interop::DependencySet;
use causeway_verifier::{
    Admission, Change, Desk, Header, IndexedBlock, LogIndex, OutputRoots, Server, ServerConfig, ServerHandle,
    Verifier, View,
};
use eyre::WrapErr;
use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    sync::Arc,
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

/// Blocks that are written at once.
const BATCH: u64 = 500;

/// The index of the chain, in a file that goes away with this value.
pub(super) struct Sample {
    index: LogIndex,
    _folder: TempDir,
}

/// A server on threads of its own. Ends with this value.
pub(super) struct Served {
    pub(super) address: SocketAddr,
    stop: CancellationToken,
    handle: Option<ServerHandle>,
    runtime: Runtime,
    _desk: Desk,
}

impl Sample {
    pub(super) fn build() -> eyre::Result<Self> {
        let folder = tempfile::tempdir()?;
        let index = LogIndex::open(&folder.path().join("index.redb"))?;
        let blocks = LOGS / LOGS_PER_BLOCK;
        for first in (0..blocks).step_by(BATCH as usize) {
            let append = |number| Ok((SOURCE, Change::Append(block(number)?)));
            index.apply(&(first..first + BATCH).map(append).collect::<eyre::Result<Vec<_>>>()?)?;
        }
        Ok(Self { index, _folder: folder })
    }

    /// Serves it on so many threads of this name, which remembers so many verdicts.
    pub(super) fn serve(
        &self,
        name: &str,
        threads: usize,
        remembered: usize,
        config: ServerConfig,
    ) -> eyre::Result<Served> {
        let view = Arc::new(View::of(self.index.snapshot()));
        let admission = Admission::new(DependencySet::mesh([SOURCE, HERE])?);
        let (verifier, desk) = Verifier::new(view, admission, remembered, OutputRoots::new(BTreeMap::new()));
        let runtime =
            Builder::new_multi_thread().worker_threads(threads).thread_name(name).enable_all().build()?;
        let config = ServerConfig { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), ..config };
        let stop = CancellationToken::new();
        let handle = runtime.block_on(async {
            Server::bind(verifier, config).await.map(|server| server.start(stop.clone()))
        })?;
        Ok(Served { address: handle.address(), stop, handle: Some(handle), runtime, _desk: desk })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(handle) = self.handle.take() {
            self.runtime.block_on(handle.stopped());
        }
    }
}

fn block(number: u64) -> eyre::Result<IndexedBlock> {
    let hash = |number: u64| B256::left_padding_from(&number.wrapping_add(1).to_be_bytes());
    let (hash, parent_hash) = (hash(number), hash(number.wrapping_sub(1)));
    let mut block = IndexedBlock::new(Header { number, hash, parent_hash, timestamp: GENESIS + number });
    for log in 0..LOGS_PER_BLOCK {
        let data = log_data(number * LOGS_PER_BLOCK + log);
        block.push_log(EMITTER, &[TOPIC], &data).wrap_err("a log of the sample")?;
    }
    Ok(block)
}
