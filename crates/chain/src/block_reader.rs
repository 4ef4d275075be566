use crate::{
    BlockLogs, BlockRef, ConnectError, ConnectOptions, Content, Endpoints,
    board::{Need, Report},
    node::{Fault, Node},
    pool::keep_watch,
};
use std::{fmt, sync::Arc};

/// Reads single blocks of one chain, checked as [`Content`] says.
pub struct BlockReader {
    endpoints: Endpoints,
    nodes: Vec<Node>,
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
    /// Makes a reader for a node, or for several of one chain, which are asked one after the other until one answers;
    /// nothing is sent yet. Must be called within a tokio runtime.
    pub fn new<E>(
        chain_id: u64,
        endpoints: &E,
        content: &Content,
        options: &ConnectOptions,
    ) -> Result<Self, ConnectError>
    where
        for<'a> &'a E: Into<Endpoints>,
    {
        let endpoints = endpoints.into().of_chain(chain_id);
        let board = endpoints.board();
        let report = |node| endpoints.single().is_none().then(|| Report { board: Arc::clone(board), node });
        let nodes = endpoints.iter().enumerate();
        let nodes = nodes.map(|(node, at)| Node::new(at, options, chain_id, content, report(node)));
        Ok(Self { nodes: nodes.collect::<Result<_, _>>()?, endpoints: endpoints.clone(), chain_id })
    }

    /// The newest block.
    pub async fn head(&self) -> Result<BlockRef, ReadError> {
        let head = async |node: &Node| {
            node.verify_chain_id().await?;
            Ok(node.latest().await?.block())
        };
        self.ask(head).await
    }

    /// A block of the canonical chain with its logs; `None` above the newest one. One below that the node does not have
    /// any more is an error.
    pub async fn block(&self, number: u64) -> Result<Option<BlockLogs>, ReadError> {
        let block = async |node: &Node| {
            let Some(header) = node.header(number).await? else {
                let head = node.latest().await?.number();
                return if number > head { Ok(None) } else { Err(Fault::Missing { number }) };
            };
            node.block(&header).await.map(Some)
        };
        self.ask(block).await
    }

    /// Asks the nodes one after the other, each for all that belongs together.
    async fn ask<T>(&self, question: impl AsyncFn(&Node) -> Result<T, Fault>) -> Result<T, ReadError> {
        if let [only] = self.nodes.as_slice() {
            return question(only).await.map_err(|fault| self.error(&fault));
        }
        keep_watch(&self.endpoints).await;
        let mut first = None;
        for node in self.endpoints.board().order(Need::Newest).nodes {
            match question(&self.nodes[node]).await {
                Ok(answer) => return Ok(answer),
                Err(fault) => first = first.or(Some(self.error(&fault))),
            }
        }
        Err(first.unwrap_or_else(|| ReadError {
            chain_id: self.chain_id,
            reason: "none of the nodes is of use at the moment".to_owned(),
            is_pruned: false,
        }))
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
