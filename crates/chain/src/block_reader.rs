use crate::{
    BlockLogs, BlockRef, ConnectError, ConnectOptions, Content, Endpoint,
    node::{Fault, Node},
};
use std::fmt;

/// Reads single blocks of one chain, checked as [`Content`] says.
pub struct BlockReader {
    node: Node,
    chain_id: u64,
}

/// Why a block could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("chain {chain_id}: {reason}")]
pub struct ReadError {
    /// The chain.
    pub chain_id: u64,
    /// What is wrong with the node or its answer, without secrets.
    pub reason: String,
    /// Whether the node says that it does not have what it must have had: it has pruned that, or lags.
    pub is_pruned: bool,
}

impl BlockReader {
    /// Makes a reader for a node; nothing is sent yet. Must be called within a tokio runtime.
    pub fn new(
        chain_id: u64,
        endpoint: &Endpoint,
        content: &Content,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError> {
        Ok(Self { node: Node::new(endpoint, options, chain_id, content)?, chain_id })
    }

    /// The newest block.
    pub async fn head(&self) -> Result<BlockRef, ReadError> {
        self.node.verify_chain_id().await.map_err(|fault| self.error(&fault))?;
        Ok(self.node.latest().await.map_err(|fault| self.error(&fault))?.block())
    }

    /// A block of the canonical chain with its logs; `None` above the newest one. One below that the node does not have
    /// any more is an error.
    pub async fn block(&self, number: u64) -> Result<Option<BlockLogs>, ReadError> {
        let Some(header) = self.node.header(number).await.map_err(|fault| self.error(&fault))? else {
            let head = self.node.latest().await.map_err(|fault| self.error(&fault))?.number();
            return if number > head { Ok(None) } else { Err(self.error(&Fault::Missing { number })) };
        };
        Ok(Some(self.node.block(&header).await.map_err(|fault| self.error(&fault))?))
    }

    fn error(&self, fault: &Fault) -> ReadError {
        ReadError { chain_id: self.chain_id, reason: fault.to_string(), is_pruned: fault.may_be_pruned() }
    }
}

impl fmt::Debug for BlockReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockReader").field("chain_id", &self.chain_id).finish_non_exhaustive()
    }
}
