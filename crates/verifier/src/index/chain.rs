use super::{
    Header, IndexError, IndexedBlock, Marks,
    layout::{
        CHAINS, HEADER, Names, Record, chunks, decode_header, decode_record, encode_executing, encode_header,
        encode_record,
    },
    writer::Change,
};
use alloy_primitives::U256;
use redb::{AccessGuard, ReadableTable, Table, WriteTransaction};

/// A chain within a transaction that writes.
pub(super) struct ChainWriter<'t> {
    chain_id: U256,
    record: Record,
    /// The oldest and the newest block.
    ends: Option<(Header, Header)>,
    headers: Table<'t, u64, [u8; HEADER]>,
    logs: Table<'t, (u64, u32), &'static [u8]>,
    executing: Table<'t, u64, &'static [u8]>,
}

impl<'t> ChainWriter<'t> {
    /// Opens the chain's tables, and makes them for a chain that is new.
    pub(super) fn open(transaction: &'t WriteTransaction, chain_id: U256) -> Result<Self, IndexError> {
        let record = record(transaction, chain_id)?;
        let names = Names::of(record.ordinal);
        let headers = transaction.open_table(names.headers())?;
        Ok(Self {
            chain_id,
            record,
            ends: ends(&headers)?,
            headers,
            logs: transaction.open_table(names.logs())?,
            executing: transaction.open_table(names.executing())?,
        })
    }

    pub(super) const fn chain_id(&self) -> U256 {
        self.chain_id
    }

    pub(super) fn apply(&mut self, change: &Change) -> Result<(), IndexError> {
        match change {
            Change::Append(block) => self.append(block),
            Change::Prepend(block) => self.prepend(block),
            Change::Truncate { from } => self.truncate(*from),
            Change::Prune { first } => self.prune(*first),
            Change::Mark(marks) => {
                self.record.marks = *marks;
                Ok(())
            }
        }
    }

    fn append(&mut self, block: &IndexedBlock) -> Result<(), IndexError> {
        let oldest = match &self.ends {
            None => block.header,
            Some((oldest, newest)) if block.header.is_child_of(newest) => *oldest,
            Some(_) => return Err(self.not_linked(block)),
        };
        self.ends = Some((oldest, block.header));
        self.insert(block)
    }

    fn prepend(&mut self, block: &IndexedBlock) -> Result<(), IndexError> {
        match &self.ends {
            Some((oldest, newest)) if oldest.is_child_of(&block.header) => {
                self.ends = Some((block.header, *newest));
                self.insert(block)
            }
            _ => Err(self.not_linked(block)),
        }
    }

    fn insert(&mut self, block: &IndexedBlock) -> Result<(), IndexError> {
        let header = &block.header;
        self.headers.insert(header.number, encode_header(header, block.deposit_logs()))?;
        for (chunk, bytes) in chunks(header.timestamp, block.log_hashes()) {
            self.logs.insert((header.number, chunk), bytes.as_slice())?;
        }
        if !block.executing().is_empty() {
            self.executing.insert(header.number, encode_executing(block.executing()).as_slice())?;
        }
        Ok(())
    }

    fn truncate(&mut self, from: u64) -> Result<(), IndexError> {
        self.record.marks = self.record.marks.below(from);
        if self.ends.is_some_and(|(_, newest)| newest.number >= from) {
            self.headers.retain_in(from.., |_, _| false)?;
            self.logs.retain_in((from, 0).., |_, _| false)?;
            self.executing.retain_in(from.., |_, _| false)?;
            self.ends = ends(&self.headers)?;
        }
        Ok(())
    }

    fn prune(&mut self, first: u64) -> Result<(), IndexError> {
        if self.ends.is_some_and(|(oldest, _)| oldest.number < first) {
            self.headers.retain_in(..first, |_, _| false)?;
            self.logs.retain_in(..(first, 0), |_, _| false)?;
            self.executing.retain_in(..first, |_, _| false)?;
            self.ends = ends(&self.headers)?;
        }
        Ok(())
    }

    fn not_linked(&self, block: &IndexedBlock) -> IndexError {
        IndexError::NotLinked {
            chain_id: self.chain_id,
            number: block.header.number,
            known: self.ends.map(|(oldest, newest)| (oldest.number, newest.number)),
        }
    }

    /// Writes what is known of the chain as a whole, and closes its tables.
    pub(super) fn close(self, transaction: &WriteTransaction) -> Result<(), IndexError> {
        let key = self.chain_id.to_be_bytes::<32>();
        transaction.open_table(CHAINS)?.insert(key, encode_record(&self.record))?;
        Ok(())
    }
}

/// The record of a chain, a new one for a new chain.
fn record(transaction: &WriteTransaction, chain_id: U256) -> Result<Record, IndexError> {
    let mut chains = transaction.open_table(CHAINS)?;
    let key = chain_id.to_be_bytes::<32>();
    if let Some(known) = chains.get(key)? {
        return Ok(decode_record(&known.value()));
    }
    let record = Record { ordinal: chains.iter()?.count() as u32, marks: Marks::default() };
    // At once, so that the next new chain does not get the same ordinal.
    chains.insert(key, encode_record(&record))?;
    Ok(record)
}

/// The oldest and the newest block of a chain.
pub(super) fn ends(
    headers: &impl ReadableTable<u64, [u8; HEADER]>,
) -> Result<Option<(Header, Header)>, IndexError> {
    let decode = |(number, bytes): (AccessGuard<'_, u64>, AccessGuard<'_, [u8; HEADER]>)| {
        decode_header(number.value(), &bytes.value())
    };
    Ok(headers.first()?.map(decode).zip(headers.last()?.map(decode)))
}
