use super::{fault::Fault, header::Header};
use crate::LogEntry;
use alloy::{
    primitives::{Address, B256},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, Log},
};
use std::time::Duration;
use tokio::time::sleep;

const GET_LOGS: &str = "eth_getLogs";
/// How often to ask again for logs that the header promises but the node does not deliver, and how long to wait.
const DOUBTS: [Duration; 3] =
    [Duration::from_millis(20), Duration::from_millis(100), Duration::from_millis(400)];

/// Reads the logs that match a filter.
pub(super) struct LogReader {
    provider: DynProvider,
    addresses: Vec<Address>,
    topics: Vec<B256>,
}

impl LogReader {
    pub(super) const fn new(provider: DynProvider, addresses: Vec<Address>, topics: Vec<B256>) -> Self {
        Self { provider, addresses, topics }
    }

    /// The matching logs of one block, by its hash: the node cannot answer from another branch.
    pub(super) async fn logs_of(&self, header: &Header) -> Result<Vec<LogEntry>, Fault> {
        if !header.may_match(&self.addresses, &self.topics) {
            return Ok(Vec::new());
        }
        let filter = self.filter().at_block_hash(header.block().hash);
        let mut doubts = DOUBTS.iter();
        loop {
            let mut logs = vec![Vec::new()];
            self.assign(std::slice::from_ref(header), self.read_logs(&filter).await?, &mut logs)?;
            let logs = logs.remove(0);
            if !logs.is_empty() || !header.contradicts_absence() {
                return Ok(logs);
            }
            // Behind a load balancer a node that lags may say "none" for a block it does not have.
            let Some(wait) = doubts.next() else {
                tracing::debug!(block = header.number(), "the bloom filter matches, but no log does");
                return Ok(logs);
            };
            sleep(*wait).await;
        }
    }

    /// The matching logs of consecutive blocks, one list per block.
    pub(super) async fn logs_between(&self, headers: &[Header]) -> Result<Vec<Vec<LogEntry>>, Fault> {
        let may_match = |header: &&Header| header.may_match(&self.addresses, &self.topics);
        let mut logs = vec![Vec::new(); headers.len()];
        let (Some(first), Some(last)) =
            (headers.iter().find(may_match), headers.iter().rev().find(may_match))
        else {
            return Ok(logs);
        };
        let filter = self.filter().from_block(first.number()).to_block(last.number());
        self.assign(headers, self.read_logs(&filter).await?, &mut logs)?;
        for (header, logs) in headers.iter().zip(&mut logs) {
            if logs.is_empty() && may_match(&header) && header.contradicts_absence() {
                *logs = self.logs_of(header).await?;
            }
        }
        Ok(logs)
    }

    /// Sorts logs into the blocks they belong to, and refuses what belongs to none.
    fn assign(&self, headers: &[Header], found: Vec<Log>, logs: &mut [Vec<LogEntry>]) -> Result<(), Fault> {
        let first = headers.first().map_or(0, Header::number);
        for log in found {
            let number = log.block_number.unwrap_or(first);
            let offset = number.checked_sub(first).and_then(|offset| usize::try_from(offset).ok());
            let place = offset.and_then(|offset| headers.get(offset).zip(logs.get_mut(offset)));
            let Some((header, block_logs)) = place else {
                return Err(odd_log(&log, "lies outside of the range that was asked for"));
            };
            if log.block_hash != Some(header.block().hash) || log.removed {
                return Err(odd_log(&log, "belongs to another branch"));
            }
            if !self.matches(&log) {
                return Err(odd_log(&log, "does not match the filter"));
            }
            block_logs.push(entry(log)?);
        }
        for block_logs in logs {
            block_logs.sort_by_key(|log| log.log_index);
            if block_logs.windows(2).any(|pair| pair[0].log_index == pair[1].log_index) {
                return Err(Fault::Inconsistent { what: "two logs have the same index".to_owned() });
            }
        }
        Ok(())
    }

    fn matches(&self, log: &Log) -> bool {
        (self.addresses.is_empty() || self.addresses.contains(&log.address()))
            && (self.topics.is_empty() || log.topic0().is_some_and(|topic| self.topics.contains(topic)))
    }

    fn filter(&self) -> Filter {
        let mut filter = Filter::new();
        if !self.addresses.is_empty() {
            filter = filter.address(self.addresses.clone());
        }
        if !self.topics.is_empty() {
            filter = filter.event_signature(self.topics.clone());
        }
        filter
    }

    async fn read_logs(&self, filter: &Filter) -> Result<Vec<Log>, Fault> {
        let request = self.provider.client().request(GET_LOGS, (filter,));
        request.await.map_err(|error| Fault::from_rpc(GET_LOGS, &error))
    }
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
