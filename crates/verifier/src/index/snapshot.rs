use super::{
    Header, IndexError,
    layout::{
        CHAINS, EXECUTING, HEADER, HEADERS, LOGS, Ordinal, decode_executing, decode_header, place, read_chunk,
    },
    writer::newest,
};
use alloy_primitives::U256;
use causeway_interop::{BlockPosition, ExecutingMessage, LogFact, SourceBlock};
use redb::{ReadOnlyTable, ReadTransaction};
use std::{collections::HashMap, fmt};

/// The index at one moment: everything that is read from it fits together.
pub struct Snapshot {
    chains: HashMap<U256, ChainView>,
    headers: ReadOnlyTable<(Ordinal, u64), [u8; HEADER]>,
    logs: ReadOnlyTable<(Ordinal, u64, u32), &'static [u8]>,
    executing: ReadOnlyTable<(Ordinal, u64), &'static [u8]>,
}

/// What a snapshot knows of a chain: an unbroken row of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainView {
    ordinal: Ordinal,
    /// The oldest block.
    pub first: Header,
    /// The newest block.
    pub tip: Header,
}

impl Snapshot {
    pub(super) fn new(transaction: &ReadTransaction) -> Result<Self, IndexError> {
        let headers = transaction.open_table(HEADERS)?;
        let mut chains = HashMap::new();
        for entry in transaction.open_table(CHAINS)?.range::<[u8; 32]>(..)? {
            let (chain_id, ordinal) = entry?;
            let ordinal = ordinal.value();
            let oldest = headers.range((ordinal, 0)..=(ordinal, u64::MAX))?.next().transpose()?;
            if let (Some((key, value)), Some(tip)) = (oldest, newest(&headers, ordinal)?) {
                let first = decode_header(key.value().1, &value.value());
                chains.insert(U256::from_be_bytes(chain_id.value()), ChainView { ordinal, first, tip });
            }
        }
        let (logs, executing) = (transaction.open_table(LOGS)?, transaction.open_table(EXECUTING)?);
        Ok(Self { chains, headers, logs, executing })
    }

    /// A chain of which at least one block is known.
    pub fn chain(&self, chain_id: U256) -> Option<&ChainView> {
        self.chains.get(&chain_id)
    }

    /// What is known of the block and the log that a message names.
    pub fn source(&self, chain_id: U256, number: u64, log_index: u32) -> Result<SourceBlock, IndexError> {
        let Some(chain) = self.chain(chain_id) else { return Ok(SourceBlock::Uninitialized) };
        if number > chain.tip.number {
            return Ok(SourceBlock::Future { head: position(&chain.tip) });
        }
        if number < chain.first.number {
            return Ok(SourceBlock::Pruned { first: position(&chain.first) });
        }
        let (chunk, place) = place(log_index);
        if let Some(bytes) = self.logs.get((chain.ordinal, number, chunk))? {
            let (timestamp, hash) = read_chunk(bytes.value(), place)?;
            return Ok(SourceBlock::Known { timestamp, log: hash.map(LogFact::Hash) });
        }
        // The block has no such chunk, hence no such log.
        let header =
            self.header(chain_id, number)?.ok_or(IndexError::Corrupt { what: "a block is missing" })?;
        Ok(SourceBlock::Known { timestamp: header.timestamp, log: None })
    }

    /// A block of a chain, if it is known.
    pub fn header(&self, chain_id: U256, number: u64) -> Result<Option<Header>, IndexError> {
        let Some(chain) = self.chain(chain_id) else { return Ok(None) };
        let found = self.headers.get((chain.ordinal, number))?;
        Ok(found.map(|bytes| decode_header(number, &bytes.value())))
    }

    /// The messages that a block executes, each with the index of the log that says so.
    pub fn executing(&self, chain_id: U256, number: u64) -> Result<Vec<(u32, ExecutingMessage)>, IndexError> {
        let Some(chain) = self.chain(chain_id) else { return Ok(Vec::new()) };
        match self.executing.get((chain.ordinal, number))? {
            Some(bytes) => decode_executing(bytes.value()),
            None => Ok(Vec::new()),
        }
    }
}

const fn position(header: &Header) -> BlockPosition {
    BlockPosition { number: header.number, timestamp: header.timestamp }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").field("chains", &self.chains).finish_non_exhaustive()
    }
}
