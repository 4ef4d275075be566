use alloy_primitives::{B256, U256};
use causeway_chain::{BlockLogs, BlockReader, BlockRef, LogEntry, ReadError};
use causeway_interop::{
    BlockPosition, Claim, DependencySet, ExecutingMessage, Facts, LogFact, SourceBlock, Verdict, msg_hash,
    rules,
};
use std::collections::BTreeMap;

/// Checks single messages by hand: what it has to know it reads from the chains' nodes, at that moment.
///
/// For a question now and then. It judges by the same rules as the service, and knows no more of a block than that it is there.
#[derive(Debug)]
pub struct Inspector {
    set: DependencySet,
    readers: BTreeMap<U256, BlockReader>,
}

/// What an inspection found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What the rules say.
    pub verdict: Verdict,
    /// The block that the message names, if it is there.
    pub block: Option<BlockRef>,
    /// The log that stands where the message says, whether it is the one that was meant or not.
    pub log: Option<LogEntry>,
}

/// Why an inspection could not be made. It says nothing of the message.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// No node is known for the chain.
    #[error("no node of chain {chain_id} is known")]
    NoNode {
        /// The chain.
        chain_id: U256,
    },
    /// The node does not have the block any more.
    #[error(
        "block {number} of chain {chain_id} is older than what its node has kept ({reason}), so it cannot tell whether a message \
         of it is there: ask a node with more history"
    )]
    Pruned {
        /// The chain.
        chain_id: u64,
        /// The block.
        number: u64,
        /// What the node says, without secrets.
        reason: String,
    },
    /// A node could not be read from.
    #[error(transparent)]
    Read(ReadError),
}

impl InspectError {
    fn of_block(number: u64, error: ReadError) -> Self {
        if error.is_pruned {
            Self::Pruned { chain_id: error.chain_id, number, reason: error.reason }
        } else {
            Self::Read(error)
        }
    }
}

impl Inspector {
    /// Judges by the rules of a dependency set, with a node for each chain that is to be read.
    pub fn new(set: DependencySet, readers: impl IntoIterator<Item = (u64, BlockReader)>) -> Self {
        let readers = readers.into_iter().map(|(chain_id, reader)| (U256::from(chain_id), reader)).collect();
        Self { set, readers }
    }

    /// The dependency set.
    pub const fn dependency_set(&self) -> &DependencySet {
        &self.set
    }

    /// Judges a claim, and tells what was found where it points.
    pub async fn check(&self, claim: &Claim) -> Result<Finding, InspectError> {
        let message = &claim.message;
        let source = self.source(message.chain_id(), message.block_number(), message.log_index()).await;
        let (source, found) = match (source, rules::check_claim(claim, &self.set)) {
            (Ok(found), _) => found,
            // What breaks a rule by itself does so whatever is there.
            (Err(InspectError::NoNode { .. } | InspectError::Pruned { .. }), Err(reason)) => {
                return Ok(Finding { verdict: reason.into(), block: None, log: None });
            }
            (Err(error), _) => return Err(error),
        };
        let verdict = rules::check(claim, &self.set, &Facts::new(source));
        let log = found.as_ref().and_then(|found| log_at(found, message.log_index()));
        Ok(Finding { verdict, block: found.map(|found| found.block), log })
    }

    /// The newest block of a chain.
    pub async fn head(&self, chain_id: U256) -> Result<BlockRef, InspectError> {
        self.reader(chain_id)?.head().await.map_err(InspectError::Read)
    }

    /// A block of a chain with its logs; `None` above the newest one.
    pub async fn block(&self, chain_id: U256, number: u64) -> Result<Option<BlockLogs>, InspectError> {
        let block = self.reader(chain_id)?.block(number).await;
        block.map_err(|error| InspectError::of_block(number, error))
    }

    fn reader(&self, chain_id: U256) -> Result<&BlockReader, InspectError> {
        self.readers.get(&chain_id).ok_or(InspectError::NoNode { chain_id })
    }

    async fn source(
        &self,
        chain_id: U256,
        number: u64,
        log_index: u32,
    ) -> Result<(SourceBlock, Option<BlockLogs>), InspectError> {
        let reader = self.reader(chain_id)?;
        let Some(found) = self.block(chain_id, number).await? else {
            let head = reader.head().await.map_err(InspectError::Read)?;
            let head = BlockPosition { number: head.number, timestamp: head.timestamp };
            return Ok((SourceBlock::Future { head }, None));
        };
        let log = log_at(&found, log_index)
            .map(|log| LogFact::Full { origin: log.address, msg_hash: msg_hash(&log.topics, &log.data) });
        Ok((SourceBlock::Known { timestamp: found.block.timestamp, log }, Some(found)))
    }
}

/// The messages that a transaction executed in a block, each with the index of the log that says so.
///
/// An event of the inbox that does not decode is passed over: no inbox emits one.
pub fn executed_by(found: &BlockLogs, tx_hash: B256) -> Vec<(u32, ExecutingMessage)> {
    let logs = found.logs.iter().filter(|log| log.tx_hash == tx_hash);
    let executing = logs.filter_map(|log| {
        let message = ExecutingMessage::from_log(log.address, &log.topics, &log.data)?.ok()?;
        Some((log.log_index, message))
    });
    executing.collect()
}

fn log_at(found: &BlockLogs, log_index: u32) -> Option<LogEntry> {
    found.logs.iter().find(|log| log.log_index == log_index).cloned()
}
