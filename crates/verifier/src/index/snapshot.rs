use super::{
    Header, IndexError, Marks,
    chain::ends,
    layout::{
        CHAINS, HEADER, Names, decode_executing, decode_header, decode_record, deposit_logs, place,
        read_chunk,
    },
    recent::{Recent, Row},
};
use alloy_primitives::U256;
use causeway_interop::{BlockPosition, ExecutingMessage, LogFact, SourceBlock};
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable};
use std::fmt;

/// The index at one moment: everything that is read from it fits together.
#[derive(Default)]
pub struct Snapshot {
    /// In the order of their IDs. There are few, so a search of them costs less than a hash.
    chains: Vec<Chain>,
}

/// What a snapshot knows of a chain: an unbroken row of blocks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainView {
    /// The oldest block.
    pub first: Header,
    /// The newest block.
    pub tip: Header,
    /// How far each level of safety reaches.
    pub marks: Marks,
}

pub(super) struct Chain {
    pub(super) id: U256,
    view: ChainView,
    /// The newest blocks once more, in memory.
    recent: Row,
    pub(super) headers: ReadOnlyTable<u64, &'static [u8; HEADER]>,
    pub(super) logs: ReadOnlyTable<(u64, u32), &'static [u8]>,
    executing: ReadOnlyTable<u64, &'static [u8]>,
}

impl Snapshot {
    pub(super) fn new(transaction: &ReadTransaction, recent: &Recent) -> Result<Self, IndexError> {
        let mut chains = Vec::new();
        for entry in transaction.open_table(CHAINS)?.iter()? {
            let (id, record) = entry?;
            let record = decode_record(record.value());
            let names = Names::of(record.ordinal);
            let headers = transaction.open_table(names.headers())?;
            if let Some((first, tip)) = ends(&headers)? {
                let id = U256::from_be_bytes(*id.value());
                chains.push(Chain {
                    id,
                    view: ChainView { first, tip, marks: record.marks },
                    recent: recent.row(id),
                    headers,
                    logs: transaction.open_table(names.logs())?,
                    executing: transaction.open_table(names.executing())?,
                });
            }
        }
        Ok(Self { chains })
    }

    /// Lets the newest blocks be read from memory.
    pub(super) fn with_recent(mut self, recent: &Recent) -> Self {
        self.chains.iter_mut().for_each(|chain| chain.recent = recent.row(chain.id));
        self
    }

    pub(super) fn parts(&self) -> &[Chain] {
        &self.chains
    }

    fn find(&self, chain_id: U256) -> Option<&Chain> {
        self.chains.iter().find(|chain| chain.id == chain_id)
    }

    /// A chain of which at least one block is known.
    pub fn chain(&self, chain_id: U256) -> Option<&ChainView> {
        self.find(chain_id).map(|chain| &chain.view)
    }

    /// The chains of which at least one block is known, in the order of their IDs.
    pub fn chains(&self) -> impl Iterator<Item = (U256, &ChainView)> {
        self.chains.iter().map(|chain| (chain.id, &chain.view))
    }

    /// What is known of the block and the log that a message names.
    pub fn source(&self, chain_id: U256, number: u64, log_index: u32) -> Result<SourceBlock, IndexError> {
        let Some(chain) = self.find(chain_id) else { return Ok(SourceBlock::Uninitialized) };
        if number > chain.view.tip.number {
            return Ok(SourceBlock::Future { head: position(&chain.view.tip) });
        }
        if number < chain.view.first.number {
            return Ok(SourceBlock::Pruned { first: position(&chain.view.first) });
        }
        if let Some((timestamp, hash)) = chain.recent.find(number, log_index) {
            return Ok(SourceBlock::Known { timestamp, log: hash.map(LogFact::Hash) });
        }
        let (chunk, place) = place(log_index);
        if let Some(bytes) = chain.logs.get((number, chunk))? {
            let (timestamp, hashes) = read_chunk(bytes.value())?;
            let log = hashes.get(place).map(|hash| LogFact::Hash(hash.into()));
            return Ok(SourceBlock::Known { timestamp, log });
        }
        // The block has no such chunk, hence no such log.
        let timestamp = chain.known_header(number)?.timestamp;
        Ok(SourceBlock::Known { timestamp, log: None })
    }

    /// A block of a chain, if it is known.
    pub fn header(&self, chain_id: U256, number: u64) -> Result<Option<Header>, IndexError> {
        self.find(chain_id).map_or(Ok(None), |chain| chain.header(number))
    }

    /// How many of a block's first logs deposits emitted; none if the block is not known.
    pub fn deposit_logs(&self, chain_id: U256, number: u64) -> Result<u32, IndexError> {
        let Some(chain) = self.find(chain_id) else { return Ok(0) };
        Ok(chain.headers.get(number)?.map_or(0, |bytes| deposit_logs(bytes.value())))
    }

    /// The newest known block that is older than a timestamp, in seconds.
    pub fn last_before(&self, chain_id: U256, timestamp: u64) -> Result<Option<Header>, IndexError> {
        self.find(chain_id).map_or(Ok(None), |chain| chain.last_before(timestamp))
    }

    /// The messages that a block executes, each with the index of the log that says so.
    pub fn executing(&self, chain_id: U256, number: u64) -> Result<Vec<(u32, ExecutingMessage)>, IndexError> {
        let Some(chain) = self.find(chain_id) else { return Ok(Vec::new()) };
        match chain.executing.get(number)? {
            Some(bytes) => decode_executing(bytes.value()),
            None => Ok(Vec::new()),
        }
    }

    /// Number of the first block from `from` on that executes messages.
    pub fn next_executing(&self, chain_id: U256, from: u64) -> Result<Option<u64>, IndexError> {
        let Some(chain) = self.find(chain_id) else { return Ok(None) };
        let next = chain.executing.range(from..)?.next().transpose()?;
        Ok(next.map(|(number, _)| number.value()))
    }
}

impl Chain {
    fn header(&self, number: u64) -> Result<Option<Header>, IndexError> {
        Ok(self.headers.get(number)?.map(|bytes| decode_header(number, bytes.value())))
    }

    /// A block between the oldest and the newest.
    fn known_header(&self, number: u64) -> Result<Header, IndexError> {
        self.header(number)?.ok_or(IndexError::Corrupt { what: "a block is missing" })
    }

    /// Halves the row of blocks: timestamps do not decrease along it.
    fn last_before(&self, timestamp: u64) -> Result<Option<Header>, IndexError> {
        if self.view.tip.timestamp < timestamp {
            return Ok(Some(self.view.tip));
        }
        if self.view.first.timestamp >= timestamp {
            return Ok(None);
        }
        let (mut older, mut end) = (self.view.first, self.view.tip.number);
        while end - older.number > 1 {
            let middle = self.known_header(older.number + (end - older.number) / 2)?;
            if middle.timestamp < timestamp {
                older = middle;
            } else {
                end = middle.number;
            }
        }
        Ok(Some(older))
    }
}

const fn position(header: &Header) -> BlockPosition {
    BlockPosition { number: header.number, timestamp: header.timestamp }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.chains()).finish()
    }
}
