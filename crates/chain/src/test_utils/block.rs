use crate::{
    BlockRef, LogEntry,
    receipt::{Receipt, receipts_root},
};
use alloy::{
    consensus::Header,
    primitives::{B256, Bloom, Bytes, Log, U64, keccak256},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// A transaction of a [`FakeBlock`]: what its receipt tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FakeTransaction {
    /// The type: 0, 1, 2, 4, or 0x7e for a deposit.
    pub kind: u8,
    /// What it emitted.
    pub logs: Vec<Log>,
    /// Its hash; without one it gets one that depends on its block.
    pub hash: Option<B256>,
}

impl FakeTransaction {
    /// A transaction of a user, of type 2.
    pub const fn user(logs: Vec<Log>) -> Self {
        Self { kind: 2, logs, hash: None }
    }

    /// A deposit.
    pub const fn deposit(logs: Vec<Log>) -> Self {
        Self { kind: 0x7e, logs, hash: None }
    }
}

/// A block of a [`FakeChain`](crate::test_utils::FakeChain), its header and receipts such that all hashes fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeBlock {
    header: Header,
    hash: B256,
    transactions: Vec<FakeTransaction>,
    /// What a node says of it, made once: a test may ask often.
    answers: Arc<Answers>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Answers {
    header: Value,
    receipts: Value,
}

impl FakeBlock {
    /// The block on top of `parent`. Blocks with another `branch` have other hashes.
    pub(super) fn new(
        parent: Option<&Self>,
        timestamp: u64,
        branch: u8,
        transactions: Vec<FakeTransaction>,
    ) -> Self {
        let mut logs_bloom = Bloom::ZERO;
        transactions.iter().flat_map(|tx| &tx.logs).for_each(|log| logs_bloom.accrue_log(log));
        let header = Header {
            number: parent.map_or(0, |parent| parent.header.number + 1),
            parent_hash: parent.map_or(B256::ZERO, |parent| parent.hash),
            timestamp,
            logs_bloom,
            gas_limit: 30_000_000,
            gas_used: 21_000 * transactions.len() as u64,
            extra_data: Bytes::from(vec![branch]),
            base_fee_per_gas: Some(1_000_000_000),
            withdrawals_root: Some(keccak256([0x80])),
            blob_gas_used: Some(0),
            excess_blob_gas: Some(0),
            parent_beacon_block_root: Some(B256::ZERO),
            requests_hash: Some(B256::repeat_byte(0xe3)),
            ..Header::default()
        };
        let mut block = Self { header, hash: B256::ZERO, transactions, answers: Arc::default() };
        // The root does not depend on the hash.
        let receipts: Vec<Receipt> = serde_json::from_value(block.make_receipts()).unwrap();
        block.header.receipts_root = receipts_root(&receipts);
        block.hash = block.header.hash_slow();
        let answers = Answers { header: block.make_header(), receipts: block.make_receipts() };
        block.answers = Arc::new(answers);
        block
    }

    /// What is to be known of it.
    pub const fn block(&self) -> BlockRef {
        BlockRef {
            number: self.header.number,
            hash: self.hash,
            parent_hash: self.header.parent_hash,
            timestamp: self.header.timestamp,
        }
    }

    /// The hash of the transaction at an index.
    pub fn tx_hash(&self, index: usize) -> B256 {
        let own = self.transactions.get(index).and_then(|transaction| transaction.hash);
        own.unwrap_or_else(|| keccak256([self.hash.as_slice(), &index.to_be_bytes()].concat()))
    }

    /// Forgets all but the header: the node has pruned it.
    pub(super) fn strip(&mut self) {
        self.transactions = Vec::new();
        self.answers = Arc::new(Answers { header: self.answers.header.clone(), receipts: Value::Null });
    }

    /// Its logs, as a follower tells them.
    pub fn entries(&self) -> Vec<LogEntry> {
        let logs = self
            .transactions
            .iter()
            .enumerate()
            .flat_map(|(index, tx)| tx.logs.iter().map(move |log| (index, log)));
        logs.zip(0..)
            .map(|((tx, log), log_index)| LogEntry {
                address: log.address,
                topics: log.topics().to_vec(),
                data: log.data.data.clone(),
                log_index,
                tx_hash: self.tx_hash(tx),
            })
            .collect()
    }

    /// The answer to `eth_getBlockByNumber`.
    pub fn header(&self) -> Value {
        self.answers.header.clone()
    }

    /// The answer to `eth_getBlockReceipts`.
    pub fn receipts(&self) -> Value {
        self.answers.receipts.clone()
    }

    fn make_header(&self) -> Value {
        let mut value = serde_json::to_value(&self.header).unwrap();
        value["hash"] = json!(self.hash);
        let hashes = (0..self.transactions.len()).map(|index| self.tx_hash(index));
        value["transactions"] = hashes.collect::<Vec<_>>().into_iter().map(|hash| json!(hash)).collect();
        value["uncles"] = json!([]);
        value["size"] = "0x0".into();
        value
    }

    fn make_receipts(&self) -> Value {
        let mut first_log = 0;
        let receipts = self.transactions.iter().enumerate().map(|(index, tx)| {
            let logs: Vec<_> =
                tx.logs.iter().zip(first_log..).map(|(log, at)| self.log(index, log, at)).collect();
            first_log += logs.len() as u64;
            let mut receipt = json!({
                "type": U64::from(tx.kind), "status": "0x1",
                "cumulativeGasUsed": U64::from(21_000 * (index + 1)), "logs": logs,
                "blockHash": self.hash, "blockNumber": U64::from(self.header.number),
                "transactionHash": self.tx_hash(index), "transactionIndex": U64::from(index),
            });
            if tx.kind == 0x7e {
                receipt["depositNonce"] = json!(U64::from(self.header.number));
                receipt["depositReceiptVersion"] = "0x1".into();
            }
            receipt
        });
        receipts.collect()
    }

    /// All its logs, as `eth_getLogs` tells them.
    pub fn logs(&self) -> Vec<Value> {
        let logs = self
            .answers
            .receipts
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|receipt| receipt["logs"].as_array());
        logs.flatten().cloned().collect()
    }

    fn log(&self, tx: usize, log: &Log, log_index: u64) -> Value {
        json!({
            "address": log.address, "topics": log.topics(), "data": log.data.data, "blockHash": self.hash,
            "blockNumber": U64::from(self.header.number), "transactionHash": self.tx_hash(tx),
            "transactionIndex": U64::from(tx), "logIndex": U64::from(log_index), "removed": false,
        })
    }
}
