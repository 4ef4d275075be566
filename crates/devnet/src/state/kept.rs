//! The state of a chain, as its node wrote it.

use alloy::{
    consensus::Header,
    primitives::{B256, U64, U256},
};
use causeway_interop::{CROSS_L2_INBOX, decode_access_list};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
    path::Path,
};

/// The name of what only we read in a state: the time of the genesis block, of a chain that never wrote one.
pub(super) const GENESIS_TIME: &str = "causeway_genesis_time";

/// A state, read as far as is needed to tell whether a chain can go on from it. The rest of it stays as it is.
#[derive(Debug)]
pub(super) struct Kept {
    fields: BTreeMap<String, Box<RawValue>>,
    blocks: Vec<Block>,
    /// Whether it is another than the one in the file.
    pub(super) is_changed: bool,
}

#[derive(Debug)]
struct Block {
    raw: Box<RawValue>,
    number: u64,
    timestamp: u64,
    parent: B256,
}

/// Why a chain cannot go on from a state.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it is not whole: {0}")]
    Json(#[from] serde_json::Error),
    #[error("block {0} is missing in it")]
    Gap(u64),
    #[error("none of its blocks {0} is the parent of the next one")]
    Torn(u64),
}

/// What the transactions of a chain say about it and about others.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Claims {
    /// The ids that they were signed for.
    pub(super) chain_ids: BTreeSet<u64>,
    /// The newest block of each chain whose message was executed.
    pub(super) executed: BTreeMap<u64, u64>,
}

impl Kept {
    pub(super) fn read(path: &Path) -> Result<Self, Unusable> {
        let bytes = std::fs::read(path)?;
        let fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(&bytes)?;
        let blocks: Vec<Box<RawValue>> = match fields.get("blocks") {
            Some(blocks) => serde_json::from_str(blocks.get())?,
            None => Vec::new(),
        };
        let blocks = blocks.into_iter().map(Block::read).collect::<Result<_, _>>()?;
        Ok(Self { fields, blocks, is_changed: false })
    }

    /// Writes the state so that nobody ever sees half of it.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        let dir = path.parent().unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".state").tempfile_in(dir)?;
        let mut buffer = io::BufWriter::new(&mut file);
        serde_json::to_writer(&mut buffer, &self.fields)?;
        buffer.flush()?;
        drop(buffer);
        file.persist(path).map(drop).map_err(|error| error.error)
    }

    /// The number of the newest block.
    pub(super) fn best(&self) -> u64 {
        let written = self.field("best_block_number").and_then(|value| match value {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => u64::from_str_radix(text.trim_start_matches("0x"), 16).ok(),
            _ => None,
        });
        written.unwrap_or_else(|| self.blocks.iter().map(|block| block.number).max().unwrap_or(0))
    }

    /// The time of the genesis block.
    pub(super) fn genesis_time(&self) -> Option<u64> {
        let oldest = self.blocks.iter().filter(|block| block.number == 0).map(|block| block.timestamp).min();
        oldest.or_else(|| self.field(GENESIS_TIME)?.as_u64())
    }

    /// Leaves the blocks of one chain only.
    ///
    /// The node makes a genesis block at every start and keeps it beside the one that it reads. Which of them is found
    /// by its number is then left to chance.
    pub(super) fn straighten(&mut self) -> Result<(), Unusable> {
        if self.blocks.is_empty() {
            return Ok(());
        }
        let best = self.best();
        let mut by_number: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (index, block) in self.blocks.iter().enumerate() {
            by_number.entry(block.number).or_default().push(index);
        }
        let mut chain = BTreeSet::new();
        let mut child = None;
        for number in (0..=best).rev() {
            let there = by_number.get(&number).ok_or(Unusable::Gap(number))?;
            let index = match there.as_slice() {
                [only] => *only,
                several => self.choose(several, child)?.ok_or(Unusable::Torn(number))?,
            };
            child = Some(self.blocks[index].parent);
            chain.insert(index);
        }
        if chain.len() < self.blocks.len() {
            self.retain(&chain)?;
            self.is_changed = true;
        }
        Ok(())
    }

    /// Which of several blocks of one number is the parent that the next one names; without a next one, the newest
    /// that was mined, or the oldest genesis.
    fn choose(&self, several: &[usize], parent: Option<B256>) -> Result<Option<usize>, Unusable> {
        let Some(parent) = parent else {
            let mined = self.field("block").and_then(|env| env["timestamp"].as_str()?.parse::<U256>().ok());
            let is_mined = |index: &&usize| mined == Some(U256::from(self.blocks[**index].timestamp));
            let oldest = several.iter().min_by_key(|index| self.blocks[**index].timestamp);
            return Ok(several
                .iter()
                .find(|index| self.blocks[**index].number > 0 && is_mined(index))
                .or(oldest)
                .copied());
        };
        for index in several {
            if self.blocks[*index].hash()? == parent {
                return Ok(Some(*index));
            }
        }
        Ok(None)
    }

    fn retain(&mut self, chain: &BTreeSet<usize>) -> Result<(), Unusable> {
        #[derive(Deserialize)]
        struct Mined {
            block_hash: B256,
        }
        let gone = self.blocks.iter().enumerate().filter(|(index, _)| !chain.contains(index));
        let gone = gone.map(|(_, block)| block.hash()).collect::<Result<BTreeSet<_>, _>>()?;
        let mut index = 0;
        self.blocks.retain(|_| {
            index += 1;
            chain.contains(&(index - 1))
        });
        let blocks: Vec<_> = self.blocks.iter().map(|block| &block.raw).collect();
        self.fields.insert("blocks".to_owned(), serde_json::value::to_raw_value(&blocks)?);
        if let Some(transactions) = self.fields.get("transactions") {
            let mut transactions: Vec<Box<RawValue>> = serde_json::from_str(transactions.get())?;
            transactions.retain(|mined| {
                !serde_json::from_str::<Mined>(mined.get())
                    .is_ok_and(|mined| gone.contains(&mined.block_hash))
            });
            self.fields.insert("transactions".to_owned(), serde_json::value::to_raw_value(&transactions)?);
        }
        Ok(())
    }

    /// Reads what the transactions say.
    pub(super) fn claims(&self) -> Claims {
        let mut claims = Claims::default();
        for block in &self.blocks {
            let transactions = serde_json::from_str::<Value>(block.raw.get())
                .ok()
                .and_then(|mut block| block.get_mut("transactions").map(Value::take));
            for transaction in transactions.as_ref().and_then(Value::as_array).into_iter().flatten() {
                claims.add(transaction);
            }
        }
        claims
    }

    fn field(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.fields.get(name)?.get()).ok()
    }
}

impl Block {
    fn read(raw: Box<RawValue>) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct View {
            header: Numbers,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Numbers {
            number: U64,
            timestamp: U64,
            parent_hash: B256,
        }
        let View { header } = serde_json::from_str(raw.get())?;
        Ok(Self {
            raw,
            number: header.number.to(),
            timestamp: header.timestamp.to(),
            parent: header.parent_hash,
        })
    }

    fn hash(&self) -> Result<B256, serde_json::Error> {
        #[derive(Deserialize)]
        struct View {
            header: Header,
        }
        Ok(serde_json::from_str::<View>(self.raw.get())?.header.hash_slow())
    }
}

impl Claims {
    /// Takes a transaction, in either of the two forms in which the node writes them.
    fn add(&mut self, transaction: &Value) {
        let transaction = transaction.get("transaction").unwrap_or(transaction);
        let quantity =
            |value: &Value| serde_json::from_value::<U64>(value.clone()).ok().map(|id| id.to::<u64>());
        self.chain_ids.extend(transaction.get("chainId").and_then(quantity));
        for entry in transaction.get("accessList").and_then(Value::as_array).into_iter().flatten() {
            let address = serde_json::from_value(entry["address"].clone());
            let keys = serde_json::from_value::<Vec<B256>>(entry["storageKeys"].clone()).unwrap_or_default();
            if !address.is_ok_and(|address: alloy::primitives::Address| address == CROSS_L2_INBOX) {
                continue;
            }
            for access in decode_access_list(&keys).unwrap_or_default() {
                if let Ok(chain_id) = u64::try_from(access.chain_id) {
                    let newest = self.executed.entry(chain_id).or_default();
                    *newest = access.block_number.max(*newest);
                }
            }
        }
    }
}
