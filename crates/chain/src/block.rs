use alloy::primitives::{Address, B256, Bytes, U256};
use causeway_interop::Identifier;

/// A block, as far as following a chain needs to know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BlockRef {
    /// The height.
    pub number: u64,
    /// The hash.
    pub hash: B256,
    /// The hash of the block below.
    pub parent_hash: B256,
    /// Seconds since the epoch.
    pub timestamp: u64,
}

impl BlockRef {
    /// The greatest height that is believed: there is room above it in a database's signed integer.
    pub const MAX_NUMBER: u64 = 1 << 62;
    /// The latest timestamp that is believed, in seconds since the epoch: the last of the year 9999, beyond which databases know no
    /// dates.
    pub const MAX_TIMESTAMP: u64 = 253_402_300_799;

    /// Whether this block stands directly on `parent`.
    pub fn is_child_of(&self, parent: &Self) -> bool {
        parent.number.checked_add(1) == Some(self.number) && self.parent_hash == parent.hash
    }
}

/// A log of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The contract that emitted it.
    pub address: Address,
    /// The topics, at most four.
    pub topics: Vec<B256>,
    /// The data.
    pub data: Bytes,
    /// The index of the log within its block (not within its transaction).
    pub log_index: u32,
    /// The transaction that emitted it.
    pub tx_hash: B256,
}

impl LogEntry {
    /// How a message on another chain points at this log, which stands in `block` of `chain_id`.
    pub fn identifier(&self, chain_id: u64, block: &BlockRef) -> Identifier {
        Identifier {
            origin: self.address,
            block_number: block.number,
            log_index: self.log_index,
            timestamp: block.timestamp,
            chain_id: U256::from(chain_id),
        }
    }
}

/// A block and those of its logs that were asked for, by ascending log index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BlockLogs {
    /// The block.
    pub block: BlockRef,
    /// The logs.
    pub logs: Vec<LogEntry>,
    /// How many of the first logs were emitted by the deposit transactions (type 0x7e) that the block begins with, as
    /// every block of an OP Stack chain does. Always 0 with [`Content::Logs`](crate::Content::Logs), which does not
    /// tell.
    pub deposit_logs: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARENT: BlockRef =
        BlockRef { number: 7, hash: B256::repeat_byte(7), parent_hash: B256::ZERO, timestamp: 14 };

    #[test]
    fn a_child_stands_on_its_parent() {
        let child = BlockRef { number: 8, parent_hash: PARENT.hash, ..PARENT };
        assert!(child.is_child_of(&PARENT));
        assert!(!BlockRef { number: 9, ..child }.is_child_of(&PARENT));
        assert!(!BlockRef { parent_hash: B256::ZERO, ..child }.is_child_of(&PARENT));
        assert!(!child.is_child_of(&BlockRef { number: u64::MAX, ..PARENT }));
    }

    #[test]
    fn a_log_has_an_identifier() {
        let log = LogEntry {
            address: Address::repeat_byte(1),
            topics: vec![],
            data: Bytes::new(),
            log_index: 3,
            tx_hash: B256::ZERO,
        };
        let expected = Identifier {
            origin: log.address,
            block_number: 7,
            log_index: 3,
            timestamp: 14,
            chain_id: U256::from(901),
        };
        assert_eq!(log.identifier(901, &PARENT), expected);
    }
}
