use std::{collections::VecDeque, time::Duration};

use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, B256, BloomInput, Bytes, U256},
    providers::{DynProvider, Provider},
    rpc::types::{Filter, Header, Log},
    transports::TransportError,
};
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, Payload, SentMessage};
use futures::{Stream, stream};
use serde_json::Value;
use tokio::time::sleep;

use super::Interop;
use crate::{NodeFault, delivery::SentReceipt};

/// Blocks of the past that are asked for at once; halved when a node finds a range too large.
const RANGE: u64 = 2_000;
/// Blocks below the head that are read one by one, and can be taken back.
const WINDOW: u64 = 64;
/// JSON-RPC's code for a method that a node does not have.
const NO_METHOD: i64 = -32601;
/// How often a chain is asked for its head at most, and at least.
const EVERY: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(1)];

/// Which messages of a chain are told of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// The first block; the next one from now on without.
    pub from_block: Option<u64>,
    /// Only those to this chain.
    pub destination: Option<u64>,
    /// Only those to this account.
    pub target: Option<Address>,
    /// Only those from this account. What is sent over a bridge is from the bridge.
    pub sender: Option<Address>,
}

/// What happened to a message at its source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageEvent {
    /// It was sent.
    Sent(SentReceipt),
    /// A reorg took it away. If it is sent again, [`Sent`](MessageEvent::Sent) says so, with another identifier.
    Removed(SentReceipt),
}

impl Interop {
    /// Follows the messages that are sent from the provider's chain, in their order.
    ///
    /// Blocks at the head are read one by one: one that is not the child of the last is a reorg, by which messages are
    /// [removed](MessageEvent::Removed); and the receipts are read of one whose bloom filter says that there may be
    /// messages, since an index of logs may lag. Of older blocks, the logs are asked for in ranges.
    ///
    /// A node that does not answer is an item of the stream, after which it goes on: whoever stops there decides so. The
    /// stream has no end.
    pub fn messages(
        &self,
        filter: MessageFilter,
    ) -> impl Stream<Item = Result<MessageEvent, NodeFault>> + Send + use<> {
        let watch = Watch {
            provider: self.provider.clone(),
            next: filter.from_block,
            filter,
            chain_id: None,
            recent: VecDeque::new(),
            ready: VecDeque::new(),
            range: RANGE,
        };
        stream::unfold(watch, |mut watch| async move {
            let event = watch.event().await;
            Some((event, watch))
        })
    }
}

impl MessageFilter {
    fn fits(&self, message: &SentMessage) -> bool {
        self.destination.is_none_or(|id| message.destination == U256::from(id))
            && self.target.is_none_or(|target| message.target == target)
            && self.sender.is_none_or(|sender| message.sender == sender)
    }
}

/// A block that was read, and what was told of it.
struct Seen {
    number: u64,
    hash: B256,
    sent: Vec<SentReceipt>,
}

/// A chain that is followed.
struct Watch {
    provider: DynProvider,
    filter: MessageFilter,
    chain_id: Option<u64>,
    /// The next block to be read.
    next: Option<u64>,
    /// The newest blocks that were read, the oldest first.
    recent: VecDeque<Seen>,
    ready: VecDeque<MessageEvent>,
    range: u64,
}

impl Watch {
    async fn event(&mut self) -> Result<MessageEvent, NodeFault> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Ok(event);
            }
            let progress = self.advance().await;
            if !matches!(progress, Ok(true)) {
                // There is nothing new, or a node that needs a rest.
                let [most, least] = EVERY;
                sleep(self.provider.client().poll_interval().clamp(most, least)).await;
            }
            progress?;
        }
    }

    /// Reads the next block, or range of blocks. Returns whether there was any.
    async fn advance(&mut self) -> Result<bool, NodeFault> {
        let chain_id = match self.chain_id {
            Some(chain_id) => chain_id,
            None => *self.chain_id.insert(self.provider.get_chain_id().await?),
        };
        let head = self.provider.get_block_number().await?;
        let next = *self.next.get_or_insert(head + 1);
        if next + WINDOW < head && self.recent.is_empty() {
            self.past(chain_id, next, (next + self.range - 1).min(head - WINDOW)).await?;
            return Ok(true);
        }
        let Some(block) = self.provider.get_block_by_number(BlockNumberOrTag::Number(next)).await? else {
            return self.retreat_if_gone().await;
        };
        let (header, transactions) = (block.header, block.transactions.len());
        if self.recent.back().is_some_and(|last| last.hash != header.parent_hash) {
            return Ok(self.retreat());
        }
        let sent = self.block(chain_id, &header, transactions).await?;
        self.ready.extend(sent.iter().cloned().map(MessageEvent::Sent));
        self.recent.push_back(Seen { number: header.number, hash: header.hash, sent });
        if self.recent.len() as u64 > WINDOW {
            self.recent.pop_front();
        }
        self.next = Some(next + 1);
        Ok(true)
    }

    /// Takes the newest block back that was read.
    fn retreat(&mut self) -> bool {
        let Some(last) = self.recent.pop_back() else { return false };
        self.ready.extend(last.sent.into_iter().rev().map(MessageEvent::Removed));
        self.next = Some(last.number);
        true
    }

    /// The same, if the node has another block in its place. One that has none there may be behind.
    async fn retreat_if_gone(&mut self) -> Result<bool, NodeFault> {
        let Some(last) = self.recent.back() else { return Ok(false) };
        let there = self.provider.get_block_by_number(last.number.into()).await?;
        Ok(there.is_some_and(|there| there.header.hash != last.hash) && self.retreat())
    }

    /// The messages of old blocks.
    async fn past(&mut self, chain_id: u64, from: u64, to: u64) -> Result<(), NodeFault> {
        let logs = match self.provider.get_logs(&filter().from_block(from).to_block(to)).await {
            Ok(logs) => logs,
            Err(TransportError::ErrorResp(_)) if self.range > 1 => {
                self.range /= 2;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        };
        let mut block: Option<Header> = None;
        // All or none: what is told before a question fails would be told again with the range.
        let mut found = Vec::new();
        for log in logs {
            let Some(number) = log.block_number else { continue };
            let header = match block.take().filter(|header| header.number == number) {
                Some(header) => header,
                None => self.header(number).await?,
            };
            let sent = read(chain_id, &header, &log).filter(|sent| self.filter.fits(&sent.message));
            found.extend(sent.map(MessageEvent::Sent));
            block = Some(header);
        }
        self.ready.extend(found);
        self.next = Some(to + 1);
        Ok(())
    }

    async fn header(&self, number: u64) -> Result<Header, NodeFault> {
        let block = self.provider.get_block_by_number(number.into()).await?;
        block
            .map(|block| block.header)
            .ok_or_else(|| NodeFault::unavailable("the node does not find its own block"))
    }

    /// The logs in the receipts of a block of so many transactions; nothing where the node does not tell a block's receipts.
    async fn receipt_logs(
        &self,
        block_hash: B256,
        transactions: usize,
    ) -> Result<Option<Vec<Log>>, NodeFault> {
        let asked = self.provider.raw_request::<_, Value>("eth_getBlockReceipts".into(), (block_hash,)).await;
        match asked {
            Ok(receipts) => logs_in(&receipts, transactions).map(Some),
            Err(TransportError::ErrorResp(error)) if error.code == NO_METHOD => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The messages of a block, whose bloom filter tells whether there may be any.
    async fn block(
        &self,
        chain_id: u64,
        header: &Header,
        transactions: usize,
    ) -> Result<Vec<SentReceipt>, NodeFault> {
        let may_hold = |bytes: &[u8]| header.logs_bloom.contains_input(BloomInput::Raw(bytes));
        if !may_hold(L2_TO_L2_CROSS_DOMAIN_MESSENGER.as_slice()) || !may_hold(SentMessage::TOPIC.as_slice()) {
            return Ok(Vec::new());
        }
        // An index of logs may lag behind the blocks; their receipts do not.
        let logs = match self.receipt_logs(header.hash, transactions).await? {
            Some(logs) => logs,
            None => self.provider.get_logs(&filter().at_block_hash(header.hash)).await?,
        };
        let sent = logs.iter().filter_map(|log| read(chain_id, header, log));
        Ok(sent.filter(|sent| self.filter.fits(&sent.message)).collect())
    }
}

/// The logs in the receipts of a block, as JSON: an OP Stack block has receipts that are none of Ethereum's. A node that has the block
/// and not the receipts of all of its transactions is behind.
fn logs_in(receipts: &Value, transactions: usize) -> Result<Vec<Log>, NodeFault> {
    let receipts = receipts
        .as_array()
        .filter(|receipts| receipts.len() >= transactions)
        .ok_or_else(|| NodeFault::unavailable("the node does not find the receipts of its own block"))?;
    let logs = receipts.iter().filter_map(|receipt| receipt["logs"].as_array()).flatten();
    let logs: Result<_, _> = logs.cloned().map(serde_json::from_value).collect();
    logs.map_err(|error| NodeFault::refused(&format!("a log in a receipt cannot be read: {error}")))
}

fn filter() -> Filter {
    Filter::new().address(L2_TO_L2_CROSS_DOMAIN_MESSENGER).event_signature(SentMessage::TOPIC)
}

fn read(chain_id: u64, header: &Header, log: &Log) -> Option<SentReceipt> {
    let message = SentMessage::from_log(log.address(), log.topics(), &log.data().data)?.ok()?;
    let source = U256::from(chain_id);
    let identifier = Identifier {
        origin: log.address(),
        block_number: header.number,
        log_index: log.log_index?.try_into().ok()?,
        timestamp: header.timestamp,
        chain_id: source,
    };
    Some(SentReceipt {
        message_hash: message.message_hash(source),
        message,
        identifier,
        payload: Bytes::from(Payload::new(log.topics(), &log.data().data)),
        tx_hash: log.transaction_hash?,
        block_hash: header.hash,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Every block of an OP Stack chain has a deposit, whose receipt alloy's Ethereum types do not know.
    #[test]
    fn receipts_of_deposits_are_in_nobodys_way() {
        let log = json!({
            "address": L2_TO_L2_CROSS_DOMAIN_MESSENGER, "topics": [SentMessage::TOPIC], "data": "0x",
            "blockHash": B256::ZERO, "blockNumber": "0x1", "transactionHash": B256::ZERO,
            "transactionIndex": "0x1", "logIndex": "0x0", "removed": false,
        });
        let receipts =
            json!([{ "type": "0x7e", "depositNonce": "0x1", "logs": [] }, { "type": "0x2", "logs": [log] }]);
        let logs = logs_in(&receipts, 2).unwrap();
        assert_eq!((logs.len(), logs[0].log_index), (1, Some(0)));
    }

    #[test]
    fn no_receipts_are_no_proof_that_there_are_no_messages() {
        for (receipts, transactions) in [(Value::Null, 0), (json!([]), 1), (json!([{ "logs": [] }]), 2)] {
            assert!(logs_in(&receipts, transactions).is_err(), "{receipts} of {transactions}");
        }
        assert!(logs_in(&json!([]), 0).unwrap().is_empty());
    }
}
