use super::{FakeBlock, FakeTransaction, refusal};
use crate::BlockRef;
use alloy::primitives::{B256, U64};
use serde_json::{Value, json};

/// A chain that a test makes up, and what an honest node says about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FakeChain {
    /// The id.
    pub chain_id: u64,
    /// The height of the safe block, if the node names one.
    pub safe: Option<u64>,
    /// The height of the finalized block, if the node names one.
    pub finalized: Option<u64>,
    /// Goes into the headers of the blocks that are pushed, so that the blocks of two branches differ.
    pub branch: u8,
    blocks: Vec<FakeBlock>,
}

impl FakeChain {
    /// A chain with nothing but a block 0, which is empty.
    pub fn new(chain_id: u64, timestamp: u64) -> Self {
        let genesis = FakeBlock::new(None, timestamp, 0, Vec::new());
        Self { chain_id, safe: None, finalized: None, branch: 0, blocks: vec![genesis] }
    }

    /// Adds a block on top.
    pub fn push(&mut self, timestamp: u64, transactions: Vec<FakeTransaction>) -> BlockRef {
        self.blocks.push(FakeBlock::new(self.blocks.last(), timestamp, self.branch, transactions));
        self.head()
    }

    /// Removes all blocks above a height.
    pub fn rewind(&mut self, number: u64) {
        self.blocks.retain(|block| block.block().number <= number);
    }

    /// Forgets the receipts of the block at a height, and of those below that still have some.
    pub fn strip(&mut self, number: u64) {
        let end = usize::try_from(number).unwrap().min(self.blocks.len());
        for block in self.blocks[..end].iter_mut().rev().take_while(|block| !block.receipts().is_null()) {
            block.strip();
        }
    }

    /// The newest block.
    pub fn head(&self) -> BlockRef {
        self.block_ref(self.blocks.len() as u64 - 1)
    }

    /// The blocks, from block 0 on.
    pub fn blocks(&self) -> &[FakeBlock] {
        &self.blocks
    }

    /// What is to be known of the block at a height.
    pub fn block_ref(&self, number: u64) -> BlockRef {
        self.blocks[usize::try_from(number).unwrap()].block()
    }

    /// What is to be known of all blocks, from block 0 on.
    pub fn refs(&self) -> Vec<BlockRef> {
        self.blocks.iter().map(FakeBlock::block).collect()
    }

    /// The honest answer to a request, as an object with `result` or `error`.
    pub fn answer(&self, method: &str, params: &Value) -> Value {
        let found = |block: &Value| self.find(block);
        match method {
            "eth_chainId" => json!({"result": U64::from(self.chain_id)}),
            "eth_blockNumber" => json!({"result": U64::from(self.head().number)}),
            "eth_getBlockByNumber" | "eth_getBlockByHash" => {
                json!({"result": found(&params[0]).map(FakeBlock::header)})
            }
            "eth_getBlockReceipts" => json!({"result": found(&params[0]).map(FakeBlock::receipts)}),
            "eth_getLogs" => self.logs(&params[0]),
            _ => refusal(-32601, "method not found"),
        }
    }

    /// The block of a tag, a number or a hash.
    fn find(&self, key: &Value) -> Option<&FakeBlock> {
        let text = key.as_str().unwrap();
        let number = match text {
            "latest" => self.head().number,
            "earliest" => 0,
            "safe" => self.safe?,
            "finalized" => self.finalized?,
            hash if hash.len() == 66 => {
                let hash: B256 = hash.parse().unwrap();
                return self.blocks.iter().rev().find(|block| block.block().hash == hash);
            }
            number => u64::from_str_radix(number.trim_start_matches("0x"), 16).unwrap(),
        };
        self.blocks.get(usize::try_from(number).unwrap())
    }

    fn logs(&self, filter: &Value) -> Value {
        let blocks = if filter["blockHash"].is_string() {
            match self.find(&filter["blockHash"]) {
                Some(block) => std::slice::from_ref(block),
                None => return refusal(-32000, "unknown block"),
            }
        } else {
            let number = |key: &str| self.find(&filter[key]).map(|block| block.block().number as usize);
            match (number("fromBlock"), number("toBlock")) {
                (Some(from), Some(to)) => &self.blocks[from..=to],
                _ => return refusal(-32000, "block range extends beyond the head"),
            }
        };
        // One value, or a list of them, or nothing for any.
        let allows = |wanted: &Value, value: &Value| match wanted {
            Value::Null => true,
            Value::Array(list) => list.is_empty() || list.contains(value),
            single => single == value,
        };
        let matches = |log: &Value| {
            allows(&filter["address"], &log["address"]) && allows(&filter["topics"][0], &log["topics"][0])
        };
        let logs: Vec<_> = blocks.iter().flat_map(FakeBlock::logs).filter(matches).collect();
        json!({"result": logs})
    }
}
