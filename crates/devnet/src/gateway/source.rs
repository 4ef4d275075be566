use super::{
    log_cache::{LogCache, LogHashes},
    quantity,
    upstream::{Upstream, UpstreamError},
};
use alloy::primitives::{Address, B256, Bytes};
use causeway_interop::{BlockPosition, log_hash, msg_hash};
use serde::Deserialize;
use serde_json::json;
use std::sync::{Mutex, PoisonError};

/// How often the facts are read anew when the chain changes while they are read.
const ATTEMPTS: usize = 5;

/// Reads what a chain knows of a block, for the chains that execute its messages.
#[derive(Debug)]
pub(crate) struct Source {
    node: Upstream,
    cache: Mutex<LogCache>,
}

/// What a chain knows of the block at a number.
#[derive(Clone, Debug)]
pub(super) enum BlockFact {
    /// The chain is not that long.
    Future { head: BlockPosition },
    /// The block and the [`log_hash`] of each of its logs, by their index in the block.
    Known { timestamp: u64, logs: LogHashes },
}

/// Why a fact could not be read. It is no verdict.
#[derive(Debug, thiserror::Error)]
pub(super) enum FactError {
    #[error(transparent)]
    Node(#[from] UpstreamError),
    #[error("the logs of block {number} of chain {chain_id} are not numbered one after the other")]
    Numbering { chain_id: u64, number: u64 },
    #[error("chain {chain_id} changed each time that block {number} was read")]
    Unstable { chain_id: u64, number: u64 },
}

#[derive(Deserialize)]
struct Header {
    hash: B256,
    #[serde(with = "quantity")]
    number: u64,
    #[serde(with = "quantity")]
    timestamp: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Log {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
    #[serde(with = "quantity")]
    log_index: u64,
}

impl Source {
    pub(crate) fn new(node: Upstream) -> Self {
        Self { node, cache: Mutex::default() }
    }

    /// Reads the block at a number.
    ///
    /// The number decides which block is canonical, its hash which logs it has: logs by number could be those of
    /// another block by the time they are read.
    pub(super) async fn block(&self, number: u64) -> Result<BlockFact, FactError> {
        let chain_id = self.node.chain_id();
        for _ in 0..ATTEMPTS {
            let Some(header) = self.header(&format!("{number:#x}")).await? else {
                let head = self.head().await?;
                if head.number < number {
                    return Ok(BlockFact::Future { head });
                }
                continue;
            };
            let timestamp = header.timestamp;
            if let Some(logs) = self.cached(header.hash) {
                return Ok(BlockFact::Known { timestamp, logs });
            }
            match self.logs(header.hash, number).await {
                Ok(logs) => return Ok(BlockFact::Known { timestamp, logs }),
                // The node refuses the hash of a block that a reorg has removed since.
                Err(FactError::Node(UpstreamError::Rpc { .. })) => {}
                Err(error) => return Err(error),
            }
        }
        Err(FactError::Unstable { chain_id, number })
    }

    /// Reads the newest block.
    pub(super) async fn head(&self) -> Result<BlockPosition, FactError> {
        let header: Header = self.node.call("eth_getBlockByNumber", json!(["latest", false])).await?;
        Ok(BlockPosition { number: header.number, timestamp: header.timestamp })
    }

    /// Reads where the block at a number is in time, if it is there.
    pub(super) async fn position(&self, number: u64) -> Result<Option<BlockPosition>, FactError> {
        let header = self.header(&format!("{number:#x}")).await?;
        Ok(header.map(|header| BlockPosition { number: header.number, timestamp: header.timestamp }))
    }

    async fn header(&self, block: &str) -> Result<Option<Header>, UpstreamError> {
        self.node.call("eth_getBlockByNumber", json!([block, false])).await
    }

    async fn logs(&self, block: B256, number: u64) -> Result<LogHashes, FactError> {
        let mut logs: Vec<Log> = self.node.call("eth_getLogs", json!([{"blockHash": block}])).await?;
        logs.sort_by_key(|log| log.log_index);
        if logs.iter().zip(0..).any(|(log, index)| log.log_index != index) {
            return Err(FactError::Numbering { chain_id: self.node.chain_id(), number });
        }
        let hashes = logs.iter().map(|log| log_hash(log.address, msg_hash(&log.topics, &log.data)));
        let hashes: LogHashes = hashes.collect();
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).insert(block, hashes.clone());
        Ok(hashes)
    }

    fn cached(&self, block: B256) -> Option<LogHashes> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(block)
    }
}
