use super::{
    fault::Fault,
    header::Header,
    receipts::{ReceiptReader, Rigor},
};
use crate::{LogEntry, connection::Connection};
use alloy::{
    primitives::{Address, B256, Bloom},
    rpc::types::{Filter, Log},
};
use std::sync::atomic::{AtomicBool, Ordering};

const GET_LOGS: &str = "eth_getLogs";

/// Reads the logs that match a filter, and sees that none is missing.
///
/// An index of logs that lags answers with none, with some, or with those of another block, and nothing in such an answer
/// gives it away. So the header decides whether there is anything to read: its bloom filter, which its hash covers. If
/// there may be, the receipts are read and proven. Where that cannot be, all logs of the block are read, by
/// `eth_getLogs` without a filter, and compared with the bloom filter.
pub(super) struct LogReader {
    connection: Connection,
    receipts: ReceiptReader,
    addresses: Vec<Address>,
    topics: Vec<B256>,
    /// The node is known to have no receipts of blocks.
    has_no_receipts: AtomicBool,
    /// Whether it was told that the receipts cannot be had.
    told: AtomicBool,
}

impl LogReader {
    pub(super) fn new(connection: Connection, addresses: Vec<Address>, topics: Vec<B256>) -> Self {
        Self {
            receipts: ReceiptReader::new(connection.clone(), Rigor::Completeness),
            connection,
            addresses,
            topics,
            has_no_receipts: AtomicBool::new(false),
            told: AtomicBool::new(false),
        }
    }

    /// The matching logs of these blocks, one list per block.
    pub(super) async fn blocks(&self, headers: &[Header]) -> Result<Vec<Vec<LogEntry>>, Fault> {
        let may_match = |header: &&Header| header.may_match(&self.addresses, &self.topics);
        let candidates: Vec<_> = headers.iter().filter(may_match).cloned().collect();
        let found = if candidates.is_empty() { Vec::new() } else { self.all_logs(&candidates).await? };
        let mut found = found.into_iter();
        let lists = headers.iter().map(|header| {
            let logs = if may_match(&header) { found.next().unwrap_or_default() } else { Vec::new() };
            logs.into_iter().filter(|log| self.matches(log)).collect()
        });
        Ok(lists.collect())
    }

    /// All logs of these blocks.
    async fn all_logs(&self, headers: &[Header]) -> Result<Vec<Vec<LogEntry>>, Fault> {
        if self.has_no_receipts.load(Ordering::Relaxed) {
            return self.unfiltered_logs(headers).await;
        }
        let fault = match self.receipts.blocks(headers).await {
            Ok(blocks) => return Ok(blocks.into_iter().map(|block| block.logs).collect()),
            Err(
                fault @ (Fault::NoReceipts
                | Fault::Refused { .. }
                | Fault::Pruned { .. }
                | Fault::Unreadable { .. }),
            ) => fault,
            Err(fault) => return Err(fault.of_a_moment()),
        };
        // The refusal may be of a moment only, and is what there is to say when this does not help either.
        let Ok(logs) = self.unfiltered_logs(headers).await else { return Err(fault) };
        if fault == Fault::NoReceipts {
            self.has_no_receipts.store(true, Ordering::Relaxed);
        }
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %fault,
                "the receipts of a block cannot be had: its logs are believed as far as the block's bloom filter shows \
                 that none is missing"
            );
        }
        Ok(logs)
    }

    async fn unfiltered_logs(&self, headers: &[Header]) -> Result<Vec<Vec<LogEntry>>, Fault> {
        let filters: Vec<_> =
            headers.iter().map(|header| (Filter::new().at_block_hash(header.block().hash),)).collect();
        let answers: Vec<Option<Vec<Log>>> = self
            .connection
            .ask(GET_LOGS, &filters)
            .await
            .map_err(|error| Fault::from_rpc(GET_LOGS, &error))?;
        headers.iter().zip(answers).map(|(header, logs)| complete(header, logs.unwrap_or_default())).collect()
    }

    fn matches(&self, log: &LogEntry) -> bool {
        (self.addresses.is_empty() || self.addresses.contains(&log.address))
            && (self.topics.is_empty() || log.topics.first().is_some_and(|topic| self.topics.contains(topic)))
    }
}

/// These logs, if they are all of the block: numbered without a gap, and such that they give its bloom filter.
fn complete(header: &Header, logs: Vec<Log>) -> Result<Vec<LogEntry>, Fault> {
    let mut bloom = Bloom::ZERO;
    let mut entries = logs
        .into_iter()
        .map(|log| {
            if log.block_hash != Some(header.block().hash) || log.removed {
                return Err(odd_log(&log, "belongs to another branch"));
            }
            if log.block_number != Some(header.number()) {
                return Err(odd_log(&log, "has another number than its block"));
            }
            bloom.accrue_log(&log.inner);
            entry(log)
        })
        .collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(|log| log.log_index);
    let is_gapless = entries.iter().zip(0..).all(|(log, index)| log.log_index == index);
    let number = header.number();
    if entries.is_empty() && !header.is_proven() {
        return Err(Fault::Untrue {
            what: format!("header of block {number} does not prove that it has no logs"),
        });
    }
    if !is_gapless || header.bloom() != Some(&bloom) {
        return Err(Fault::Inconsistent {
            what: format!("of block {number} it has other logs than the block's bloom filter tells of"),
        });
    }
    Ok(entries)
}

fn entry(log: Log) -> Result<LogEntry, Fault> {
    let index = log.log_index.and_then(|index| u32::try_from(index).ok());
    let (Some(log_index), Some(tx_hash)) = (index, log.transaction_hash) else {
        return Err(odd_log(&log, "has no index or no transaction"));
    };
    let (topics, data) = log.inner.data.split();
    Ok(LogEntry { address: log.inner.address, topics, data, log_index, tx_hash })
}

fn odd_log(log: &Log, what: &str) -> Fault {
    let block = log.block_number.map_or_else(|| "?".to_owned(), |number| number.to_string());
    let index = log.log_index.map_or_else(|| "?".to_owned(), |index| index.to_string());
    Fault::Inconsistent { what: format!("log {index} of block {block} {what}") }
}
