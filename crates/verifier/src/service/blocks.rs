//! Blocks, as following a chain has them and as the index has them.

use crate::{Header, IndexedBlock};
use causeway_chain::{BlockLogs, BlockRef};
use causeway_interop::EventError;

pub(super) const fn header(block: &BlockRef) -> Header {
    let BlockRef { number, hash, parent_hash, timestamp } = *block;
    Header { number, hash, parent_hash, timestamp }
}

pub(super) const fn block_ref(header: &Header) -> BlockRef {
    let Header { number, hash, parent_hash, timestamp } = *header;
    BlockRef { number, hash, parent_hash, timestamp }
}

/// Hashes the logs of a block.
pub(super) fn indexed(found: &BlockLogs) -> Result<IndexedBlock, Undecodable> {
    let mut block = IndexedBlock::new(header(&found.block)).with_deposit_logs(found.deposit_logs);
    for log in &found.logs {
        block.push_log(log.address, &log.topics, &log.data).map_err(|source| Undecodable {
            number: found.block.number,
            log_index: log.log_index,
            source,
        })?;
    }
    Ok(block)
}

/// A block has an event of the inbox that no inbox emits, so the rules do not say what the block is worth.
#[derive(Debug, thiserror::Error)]
#[error("log {log_index} of block {number} is an executing message that cannot be read: {source}")]
pub(super) struct Undecodable {
    number: u64,
    log_index: u32,
    source: EventError,
}
