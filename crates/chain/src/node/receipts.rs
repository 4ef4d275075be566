use super::{fault::Fault, header::Header};
use crate::{
    BlockLogs, BlockRef, LogEntry,
    connection::Connection,
    is_transient,
    receipt::{Receipt, bloom_of, prove_receipts},
};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::B256,
    rpc::json_rpc::{RpcError, RpcRecv, RpcSend},
    transports::TransportResult,
};
use serde::Deserialize;
use std::sync::{
    OnceLock,
    atomic::{AtomicBool, Ordering},
};

const GET_RECEIPTS: &str = "eth_getBlockReceipts";
const GET_RECEIPT: &str = "eth_getTransactionReceipt";
const GET_BLOCK: &str = "eth_getBlockByHash";
/// How many receipts are asked for at once where each is asked for by itself.
const AT_ONCE: usize = 50;
/// EIP-1474's "method not found".
const METHOD_NOT_FOUND: i64 = -32601;

/// How a node wants to be asked for the receipts of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    /// By hash: it cannot answer from another branch.
    Hash,
    /// By number, since it refuses hashes.
    Number,
}

/// What receipts have to fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rigor {
    /// Nothing but the block that they are of.
    Trust,
    /// The receipts root.
    Proof,
    /// The receipts root, or at least the bloom filter: receipts of a type that we cannot encode are shown to be all
    /// there, if not to be true.
    Completeness,
}

/// Reads all logs of blocks from their receipts.
pub(super) struct ReceiptReader {
    connection: Connection,
    rigor: Rigor,
    /// Whether it was told that the receipts do not hash to their root.
    told: AtomicBool,
    /// Known since the first answer.
    key: OnceLock<Key>,
    /// Whether the node has the receipts of transactions only.
    is_one_by_one: AtomicBool,
}

/// The hashes of a block's transactions. Nothing proves them but the receipts that are found by them.
#[derive(Debug, Deserialize)]
struct Transactions {
    transactions: Vec<B256>,
}

impl ReceiptReader {
    pub(super) const fn new(connection: Connection, rigor: Rigor) -> Self {
        Self {
            connection,
            rigor,
            told: AtomicBool::new(false),
            key: OnceLock::new(),
            is_one_by_one: AtomicBool::new(false),
        }
    }

    pub(super) const fn rigor(&self) -> Rigor {
        self.rigor
    }

    /// The blocks of these headers. When proof is wanted, the headers have to be proven.
    pub(super) async fn blocks(&self, headers: &[Header]) -> Result<Vec<BlockLogs>, Fault> {
        // The bloom filter is part of the header: when it is empty there is nothing to ask for.
        let is_silent =
            |header: &&Header| header.is_silent() && (header.is_proven() || self.rigor == Rigor::Trust);
        let blocks: Vec<_> = headers.iter().filter(|header| !is_silent(header)).map(Header::block).collect();
        let (key, receipts) =
            if blocks.is_empty() { (Key::Hash, vec![]) } else { self.read(&blocks).await? };
        let mut receipts = receipts.into_iter();
        headers
            .iter()
            .map(|header| {
                let block = header.block();
                if is_silent(&header) {
                    return Ok(BlockLogs { block, logs: Vec::new(), deposit_logs: 0 });
                }
                let receipts = receipts.next().flatten().ok_or(Fault::Missing { number: block.number })?;
                self.check(header, key, &receipts)?;
                entries(block, receipts)
            })
            .collect()
    }

    /// Compares the receipts with the header that they belong to.
    fn check(&self, header: &Header, key: Key, receipts: &[Receipt]) -> Result<(), Fault> {
        let BlockRef { number, hash, .. } = header.block();
        if let Some(stray) = receipts.iter().find(|receipt| receipt.block_hash != hash) {
            let other = stray.block_hash;
            return Err(match key {
                Key::Hash => untrue(header, &format!("are those of block {other}")),
                // Between the two questions the chain may have changed.
                Key::Number => Fault::Inconsistent {
                    what: format!("block {number} is {hash}, its receipts are of {other}"),
                },
            });
        }
        if self.rigor == Rigor::Trust {
            return Ok(());
        }
        let expected = header.receipts_root().unwrap_or_default();
        let Err(computed) = prove_receipts(receipts, expected) else { return Ok(()) };
        // An empty bloom filter that nothing proves says no more than an empty answer.
        let is_telling = header.is_proven() || !receipts.is_empty();
        // Where every encoding is known the root says all: a bloom filter does not cover the data of logs.
        let is_telling = is_telling && !receipts.iter().all(Receipt::is_provable);
        if self.rigor == Rigor::Completeness && is_telling && header.bloom() == Some(&bloom_of(receipts)) {
            if !self.told.swap(true, Ordering::Relaxed) {
                tracing::warn!(
                    block = number,
                    "the node's receipts do not hash to the block's receipts root (a type of transaction that is not \
                     known here?): they are believed as far as the block's bloom filter shows that none is missing"
                );
            }
            return Ok(());
        }
        Err(untrue(
            header,
            &format!("do not hash to the block's receipts root: expected {expected}, got {computed}"),
        ))
    }

    async fn read(&self, blocks: &[BlockRef]) -> Result<(Key, Vec<Option<Vec<Receipt>>>), Fault> {
        if self.is_one_by_one.load(Ordering::Relaxed) {
            return Ok((Key::Hash, self.one_by_one(blocks).await?));
        }
        let key = self.key.get().copied();
        let refusal = match self.request(key.unwrap_or(Key::Hash), blocks).await {
            Ok(receipts) => {
                let key = key.unwrap_or(Key::Hash);
                if receipts.iter().any(Option::is_some) {
                    let _ = self.key.set(key);
                }
                return Ok((key, receipts));
            }
            Err(error) => error,
        };
        match &refusal {
            RpcError::ErrorResp(payload) if payload.code == METHOD_NOT_FOUND => {
                let receipts = self.one_by_one(blocks).await?;
                self.is_one_by_one.store(true, Ordering::Relaxed);
                return Ok((Key::Hash, receipts));
            }
            RpcError::ErrorResp(_) if key.is_none() && !is_transient(&refusal) => {}
            error => return Err(Fault::from_rpc(GET_RECEIPTS, error)),
        }
        match self.request(Key::Number, blocks).await {
            Ok(receipts) => {
                let _ = self.key.set(Key::Number);
                Ok((Key::Number, receipts))
            }
            // The first refusal was of something else.
            Err(_) => Err(Fault::from_rpc(GET_RECEIPTS, &refusal)),
        }
    }

    /// The receipts of each transaction of these blocks, of a node that does not have those of a block.
    async fn one_by_one(&self, blocks: &[BlockRef]) -> Result<Vec<Option<Vec<Receipt>>>, Fault> {
        let hashes: Vec<_> = blocks.iter().map(|block| (block.hash, false)).collect();
        let found: Vec<Option<Transactions>> = self.ask_or_none(GET_BLOCK, &hashes).await?;
        let mut all = Vec::with_capacity(found.len());
        for found in found {
            let Some(Transactions { transactions }) = found else {
                all.push(None);
                continue;
            };
            let mut receipts: Vec<Option<Receipt>> = Vec::with_capacity(transactions.len());
            for some in transactions.chunks(AT_ONCE) {
                let hashes: Vec<_> = some.iter().map(|hash| (*hash,)).collect();
                receipts.extend(self.ask_or_none(GET_RECEIPT, &hashes).await?);
            }
            // One that is missing makes all of no use.
            all.push(receipts.into_iter().collect());
        }
        Ok(all)
    }

    /// Answers to a method without which there are no receipts.
    async fn ask_or_none<P: RpcSend + 'static, T: RpcRecv>(
        &self,
        method: &'static str,
        params: &[P],
    ) -> Result<Vec<Option<T>>, Fault> {
        self.connection.ask(method, params).await.map_err(|error| match &error {
            RpcError::ErrorResp(payload) if payload.code == METHOD_NOT_FOUND => Fault::NoReceipts,
            // A block without its transactions, for instance.
            RpcError::DeserError { .. } => Fault::NoReceipts,
            error => Fault::from_rpc(method, error),
        })
    }

    async fn request(&self, key: Key, blocks: &[BlockRef]) -> TransportResult<Vec<Option<Vec<Receipt>>>> {
        match key {
            Key::Hash => {
                let hashes: Vec<_> = blocks.iter().map(|block| (block.hash,)).collect();
                self.connection.ask(GET_RECEIPTS, &hashes).await
            }
            Key::Number => {
                let numbers: Vec<_> =
                    blocks.iter().map(|block| (BlockNumberOrTag::from(block.number),)).collect();
                self.connection.ask(GET_RECEIPTS, &numbers).await
            }
        }
    }
}

/// The logs of all receipts of a block.
pub(crate) fn entries(block: BlockRef, receipts: Vec<Receipt>) -> Result<BlockLogs, Fault> {
    let mut logs = Vec::with_capacity(receipts.iter().map(|receipt| receipt.logs.len()).sum());
    let mut deposit_logs = 0;
    let mut are_deposits = true;
    for receipt in receipts {
        are_deposits &= receipt.is_deposit();
        for log in receipt.logs {
            let index = logs.len();
            let fits = log.block_hash == block.hash
                && log.block_number.to::<u64>() == block.number
                && usize::try_from(log.log_index.to::<u64>()) == Ok(index)
                && log.topics.len() <= 4;
            let (true, Ok(log_index)) = (fits, u32::try_from(index)) else {
                return Err(Fault::Untrue {
                    what: format!(
                        "receipts of block {} ({}) have an odd log: expected the block's log {index}, got log {} \
                         of block {} ({}) with {} topics",
                        block.number,
                        block.hash,
                        log.log_index,
                        log.block_number,
                        log.block_hash,
                        log.topics.len()
                    ),
                });
            };
            deposit_logs += u32::from(are_deposits);
            let tx_hash = receipt.transaction_hash;
            logs.push(LogEntry {
                address: log.address,
                topics: log.topics,
                data: log.data,
                log_index,
                tx_hash,
            });
        }
    }
    Ok(BlockLogs { block, logs, deposit_logs })
}

fn untrue(header: &Header, what: &str) -> Fault {
    let BlockRef { number, hash, .. } = header.block();
    Fault::Untrue { what: format!("receipts of block {number} ({hash}) {what}") }
}
