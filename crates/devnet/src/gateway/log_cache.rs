use alloy::primitives::B256;
use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

/// The hash of each log of a block, in order.
pub(super) type LogHashes = Arc<[B256]>;

/// How many logs are kept: 32 bytes each.
const CAPACITY: usize = 100_000;
/// What a block without logs counts.
const BLOCK: usize = 4;

/// The logs of blocks that messages came from lately.
///
/// A block's hash fixes its logs, so entries never become wrong; whether the block is canonical is asked each time.
#[derive(Debug, Default)]
pub(super) struct LogCache {
    blocks: HashMap<B256, LogHashes>,
    order: VecDeque<B256>,
    size: usize,
}

impl LogCache {
    pub(super) fn get(&self, block: B256) -> Option<LogHashes> {
        self.blocks.get(&block).cloned()
    }

    pub(super) fn insert(&mut self, block: B256, logs: LogHashes) {
        let size = weight(&logs);
        if size > CAPACITY || self.blocks.insert(block, logs).is_some() {
            return;
        }
        self.order.push_back(block);
        self.size += size;
        while self.size > CAPACITY {
            let Some(oldest) = self.order.pop_front() else { break };
            if let Some(logs) = self.blocks.remove(&oldest) {
                self.size -= weight(&logs);
            }
        }
    }
}

fn weight(logs: &LogHashes) -> usize {
    logs.len() + BLOCK
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(n: u64) -> B256 {
        B256::left_padding_from(&n.to_be_bytes())
    }

    #[test]
    fn cache_is_bounded() {
        let mut cache = LogCache::default();
        for n in 0..30_000 {
            cache.insert(block(n), [B256::ZERO; 10].into());
            assert!(cache.size <= CAPACITY);
        }
        assert_eq!(cache.blocks.len(), cache.order.len());
        assert!(cache.get(block(0)).is_none());
        assert_eq!(cache.get(block(29_999)).map(|logs| logs.len()), Some(10));

        cache.insert(block(29_999), [B256::ZERO; 10].into());
        assert_eq!(cache.blocks.len(), cache.order.len());
        cache.insert(block(1), vec![B256::ZERO; CAPACITY].into());
        assert!(cache.get(block(1)).is_none());
    }
}
