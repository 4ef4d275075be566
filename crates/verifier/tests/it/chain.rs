//! Chains of the tests' own making.

use alloy_primitives::{Address, B256, U256, keccak256};
use causeway_interop::{Access, CROSS_L2_INBOX, ExecutingMessage, Identifier, log_hash, msg_hash};
use causeway_verifier::{Header, IndexedBlock};

/// A log that some contract emitted.
#[derive(Clone, Debug)]
pub(crate) struct Log {
    pub(crate) emitter: Address,
    pub(crate) topics: Vec<B256>,
    pub(crate) data: Vec<u8>,
}

impl Log {
    /// A log that differs from those with other seeds.
    pub(crate) fn of(seed: u64) -> Self {
        Self {
            emitter: Address::from_word(keccak256(seed.to_be_bytes())),
            topics: vec![keccak256(seed.to_le_bytes()); seed as usize % 5],
            data: vec![seed as u8; seed as usize % 70],
        }
    }

    /// The inbox's word that a message was executed.
    pub(crate) fn executing(message: &ExecutingMessage) -> Self {
        Self { emitter: CROSS_L2_INBOX, topics: message.topics().to_vec(), data: message.data().to_vec() }
    }

    pub(crate) fn hash(&self) -> B256 {
        log_hash(self.emitter, msg_hash(&self.topics, &self.data))
    }
}

/// A block with its logs, as a node has it.
#[derive(Clone, Debug)]
pub(crate) struct Block {
    pub(crate) header: Header,
    pub(crate) logs: Vec<Log>,
    /// How many of the first logs deposits emitted.
    pub(crate) deposit_logs: u32,
}

impl Block {
    /// The block above `parent`; `fork` tells its hash from those of its rivals.
    pub(crate) fn above(parent: &Header, fork: u64, logs: Vec<Log>) -> Self {
        let number = parent.number + 1;
        let hash = keccak256([number.to_be_bytes(), fork.to_be_bytes()].concat());
        let timestamp = parent.timestamp + 2;
        Self { header: Header { number, hash, parent_hash: parent.hash, timestamp }, logs, deposit_logs: 0 }
    }

    pub(crate) fn indexed(&self) -> IndexedBlock {
        let mut block = IndexedBlock::new(self.header).with_deposit_logs(self.deposit_logs);
        for log in &self.logs {
            block.push_log(log.emitter, &log.topics, &log.data).expect("the log decodes");
        }
        block
    }

    /// The messages that the logs execute.
    pub(crate) fn executing(&self) -> Vec<(u32, ExecutingMessage)> {
        let decode = |log: &Log| ExecutingMessage::from_log(log.emitter, &log.topics, &log.data);
        let messages = self.logs.iter().map(|log| decode(log)?.ok());
        (0..).zip(messages).filter_map(|(index, message)| Some((index, message?))).collect()
    }

    /// How a message points at one of the logs.
    pub(crate) fn identifier(&self, chain_id: U256, log_index: u32) -> Identifier {
        Identifier {
            origin: self.logs[log_index as usize].emitter,
            block_number: self.header.number,
            log_index,
            timestamp: self.header.timestamp,
            chain_id,
        }
    }

    /// How a transaction declares one of the logs.
    pub(crate) fn access(&self, chain_id: U256, log_index: u32) -> Access {
        let log = &self.logs[log_index as usize];
        self.identifier(chain_id, log_index).access(msg_hash(&log.topics, &log.data))
    }
}

/// The block that chains of the tests begin with.
pub(crate) fn genesis() -> Header {
    Header { number: 0, hash: B256::repeat_byte(0xee), parent_hash: B256::ZERO, timestamp: 1_000_000 }
}
