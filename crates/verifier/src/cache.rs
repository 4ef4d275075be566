use crate::Recall;
use alloy_primitives::{B256, U256, map::FbHashMap};
use causeway_interop::{Access, Checksum};
use std::{
    collections::VecDeque,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

const SHARDS: usize = 16;

/// The declared logs that were found on their chains lately, each with the epoch of the chain in which it was.
///
/// It spares looking again, and it knows which answers a reorg overturns.
#[derive(Debug)]
pub(crate) struct VerdictCache {
    shards: [Mutex<Shard>; SHARDS],
    capacity: usize,
    hits: AtomicU64,
    misses: AtomicU64,
}

/// How the cache of verdicts does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStats {
    /// Declared logs that were known.
    pub hits: u64,
    /// Declared logs that had to be looked up.
    pub misses: u64,
    /// Declared logs that are known now.
    pub entries: u64,
}

#[derive(Debug, Default)]
struct Shard {
    /// By checksum. Only what is on a chain comes in, so nobody chooses the keys.
    found: FbHashMap<32, Entry>,
    /// The checksums, the oldest first.
    order: VecDeque<B256>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    access: Access,
    epoch: u64,
}

impl VerdictCache {
    /// A cache of so many declared logs, about 200 bytes each.
    pub(crate) fn new(capacity: usize) -> Self {
        let (hits, misses) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { shards: Default::default(), capacity: capacity.div_ceil(SHARDS), hits, misses }
    }

    fn shard(&self, checksum: &Checksum) -> MutexGuard<'_, Shard> {
        // The first byte of a checksum is its type, the last one is as good as random.
        lock(&self.shards[usize::from(checksum.0[31]) % SHARDS])
    }

    /// Takes out what was found in blocks of a chain that went away, and lets the rest count in the chain's new epoch.
    ///
    /// What was found in another epoch than the one before is taken out as well: it came in late, and has to be looked at.
    pub(crate) fn overturn(&self, chain_id: U256, from: u64, before: u64, epoch: u64) -> Vec<Access> {
        let mut gone = Vec::new();
        for shard in &self.shards {
            let mut shard = lock(shard);
            shard.found.retain(|_, entry| {
                if entry.access.chain_id != chain_id {
                    return true;
                }
                let stays = entry.access.block_number < from && entry.epoch == before;
                entry.epoch = epoch;
                if !stays {
                    gone.push(entry.access);
                }
                stays
            });
            let Shard { found, order } = &mut *shard;
            order.retain(|checksum| found.contains_key(checksum));
        }
        gone
    }

    pub(crate) fn stats(&self) -> CacheStats {
        CacheStats {
            hits: self.hits.load(Ordering::Relaxed),
            misses: self.misses.load(Ordering::Relaxed),
            entries: self.shards.iter().map(|shard| lock(shard).found.len() as u64).sum(),
        }
    }
}

impl Recall for VerdictCache {
    fn is_known(&self, access: &Access, epoch: u64) -> bool {
        let entry = self.shard(&access.checksum).found.get(&access.checksum.0).copied();
        // The checksum alone would not do: a declaration may have it and name another place.
        let is_known = entry.is_some_and(|entry| entry.epoch == epoch && entry.access == *access);
        let counter = if is_known { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        is_known
    }

    fn remember(&self, access: &Access, epoch: u64) {
        if self.capacity == 0 {
            return;
        }
        let mut shard = self.shard(&access.checksum);
        let key = access.checksum.0;
        let entry = Entry { access: *access, epoch };
        if shard.found.insert(key, entry).is_none() {
            shard.order.push_back(key);
        }
        if shard.order.len() > self.capacity
            && let Some(oldest) = shard.order.pop_front()
        {
            shard.found.remove(&oldest);
        }
    }
}

/// What a panicking thread left behind is whole: every change of a shard is one step.
fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn access(number: u64, chain: u64) -> Access {
        let checksum =
            Checksum(alloy_primitives::keccak256([number.to_be_bytes(), chain.to_be_bytes()].concat()));
        Access { block_number: number, timestamp: 1, log_index: 0, chain_id: U256::from(chain), checksum }
    }

    #[test]
    fn knows_a_log_only_in_its_place_and_epoch() {
        let cache = VerdictCache::new(100);
        let found = access(1, 901);
        assert!(!cache.is_known(&found, 0));
        cache.remember(&found, 0);
        assert!(cache.is_known(&found, 0));
        assert!(!cache.is_known(&found, 1));
        assert!(!cache.is_known(&Access { log_index: 1, ..found }, 0));
        assert_eq!(cache.stats(), CacheStats { hits: 1, misses: 3, entries: 1 });
    }

    #[test]
    fn a_reorg_overturns_what_was_found_in_its_blocks() {
        let cache = VerdictCache::new(100);
        for number in 0..10 {
            cache.remember(&access(number, 901), 0);
            cache.remember(&access(number, 902), 0);
        }
        let mut gone = cache.overturn(U256::from(901), 7, 0, 1);
        gone.sort_by_key(|access| access.block_number);
        assert_eq!(gone, [7, 8, 9].map(|number| access(number, 901)));
        assert!(cache.is_known(&access(6, 901), 1) && !cache.is_known(&access(7, 901), 1));
        assert!(cache.is_known(&access(9, 902), 0));
    }

    /// A check that a reorg overtook remembers what it found before.
    #[test]
    fn what_comes_in_late_is_not_carried_over() {
        let cache = VerdictCache::new(100);
        assert_eq!(cache.overturn(U256::from(901), 5, 0, 1), []);
        cache.remember(&access(6, 901), 0);
        assert_eq!(cache.overturn(U256::from(901), 8, 1, 2), [access(6, 901)]);
        assert!(!cache.is_known(&access(6, 901), 2));
    }

    #[test]
    fn is_bounded_and_forgets_the_oldest() {
        let cache = VerdictCache::new(SHARDS * 4);
        for number in 0..10_000 {
            cache.remember(&access(number, 901), 0);
        }
        assert_eq!(cache.stats().entries, SHARDS as u64 * 4);
        assert!(cache.is_known(&access(9_999, 901), 0) && !cache.is_known(&access(0, 901), 0));
        let none = VerdictCache::new(0);
        none.remember(&access(1, 901), 0);
        assert!(!none.is_known(&access(1, 901), 0));
    }
}
