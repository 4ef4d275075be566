use super::{
    Change, Header, IndexError, IndexedBlock, Marks,
    layout::{
        CHAINS, HEADER, Names, Record, SUSPENDED, chunks, decode_header, decode_record, encode_executing,
        encode_header, encode_record,
    },
};
use alloy_primitives::U256;
use redb::{AccessGuard, ReadableTable, Table, WriteTransaction};
use std::ops::Bound;

/// A chain within a transaction that writes.
pub(super) struct ChainWriter<'t, 'c> {
    chain_id: U256,
    record: Record,
    /// The oldest and the newest block.
    ends: Option<(Header, Header)>,
    /// Blocks that were put below all others and are not written yet, the newest first.
    below: Vec<&'c IndexedBlock>,
    /// What is to be written of the chain's suspension, if anything.
    suspended: Option<Option<&'c str>>,
    headers: Table<'t, u64, &'static [u8; HEADER]>,
    logs: Table<'t, (u64, u32), &'static [u8]>,
    executing: Table<'t, u64, &'static [u8]>,
}

impl<'t, 'c> ChainWriter<'t, 'c> {
    /// Opens the chain's tables, and makes them for a chain that is new.
    pub(super) fn open(transaction: &'t WriteTransaction, chain_id: U256) -> Result<Self, IndexError> {
        let record = record(transaction, chain_id)?;
        let names = Names::of(record.ordinal);
        let headers = transaction.open_table(names.headers())?;
        Ok(Self {
            chain_id,
            record,
            ends: ends(&headers)?,
            below: Vec::new(),
            suspended: None,
            headers,
            logs: transaction.open_table(names.logs())?,
            executing: transaction.open_table(names.executing())?,
        })
    }

    pub(super) const fn chain_id(&self) -> U256 {
        self.chain_id
    }

    pub(super) fn apply(&mut self, change: &'c Change) -> Result<(), IndexError> {
        match change {
            Change::Append(block) => self.append(block),
            Change::Prepend(block) => self.prepend(block),
            Change::Truncate { from } => {
                self.write_below()?;
                self.truncate(*from)
            }
            Change::Prune { first } => {
                self.write_below()?;
                self.prune(*first)
            }
            Change::Mark(marks) => {
                self.record.marks = *marks;
                Ok(())
            }
            Change::Suspend(reason) => {
                self.suspended = Some(reason.as_deref());
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
        // One by one at the end of the tables, where the database fills its pages.
        let header = &block.header;
        self.headers.insert(header.number, &encode_header(header, block.deposit_logs()))?;
        for (chunk, bytes) in chunks(header.timestamp, block.log_hashes()) {
            self.logs.insert((header.number, chunk), bytes.as_slice())?;
        }
        if !block.executing().is_empty() {
            self.executing.insert(header.number, encode_executing(block.executing()).as_slice())?;
        }
        Ok(())
    }

    fn prepend(&mut self, block: &'c IndexedBlock) -> Result<(), IndexError> {
        match &self.ends {
            Some((oldest, newest)) if oldest.is_child_of(&block.header) => {
                self.ends = Some((block.header, *newest));
                self.below.push(block);
                Ok(())
            }
            _ => Err(self.not_linked(block)),
        }
    }

    /// Writes the blocks that were put below all others. Each on its own would split a page of the database in halves,
    /// and the upper half would stay half empty: cursors fill the pages.
    fn write_below(&mut self) -> Result<(), IndexError> {
        if self.below.is_empty() {
            return Ok(());
        }
        let mut headers = self.headers.lower_bound_mut(Bound::<u64>::Unbounded)?;
        let mut logs = self.logs.lower_bound_mut(Bound::<(u64, u32)>::Unbounded)?;
        let mut executing = self.executing.lower_bound_mut(Bound::<u64>::Unbounded)?;
        for block in self.below.drain(..).rev() {
            let header = &block.header;
            headers.insert_before(header.number, &encode_header(header, block.deposit_logs()))?;
            for (chunk, bytes) in chunks(header.timestamp, block.log_hashes()) {
                logs.insert_before((header.number, chunk), bytes.as_slice())?;
            }
            if !block.executing().is_empty() {
                executing.insert_before(header.number, encode_executing(block.executing()).as_slice())?;
            }
        }
        headers.close()?;
        logs.close()?;
        executing.close()?;
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
    pub(super) fn close(mut self, transaction: &WriteTransaction) -> Result<(), IndexError> {
        self.write_below()?;
        let key = self.chain_id.to_be_bytes::<32>();
        transaction.open_table(CHAINS)?.insert(&key, &encode_record(&self.record))?;
        match self.suspended {
            Some(Some(reason)) => drop(transaction.open_table(SUSPENDED)?.insert(&key, reason)?),
            Some(None) => drop(transaction.open_table(SUSPENDED)?.remove(&key)?),
            None => {}
        }
        Ok(())
    }
}

/// The record of a chain, a new one for a new chain.
fn record(transaction: &WriteTransaction, chain_id: U256) -> Result<Record, IndexError> {
    let mut chains = transaction.open_table(CHAINS)?;
    let key = chain_id.to_be_bytes::<32>();
    if let Some(known) = chains.get(&key)? {
        return Ok(decode_record(known.value()));
    }
    let record = Record { ordinal: chains.iter()?.count() as u32, marks: Marks::default() };
    // At once, so that the next new chain does not get the same ordinal.
    chains.insert(&key, &encode_record(&record))?;
    Ok(record)
}

/// The oldest and the newest block of a chain.
pub(super) fn ends(
    headers: &impl ReadableTable<u64, &'static [u8; HEADER]>,
) -> Result<Option<(Header, Header)>, IndexError> {
    let decode = |(number, bytes): (AccessGuard<'_, u64>, AccessGuard<'_, &'static [u8; HEADER]>)| {
        decode_header(number.value(), bytes.value())
    };
    Ok(headers.first()?.map(decode).zip(headers.last()?.map(decode)))
}
