//! The newest blocks, in memory: nearly every message is executed seconds after it was initiated.

use super::{Change, IndexedBlock};
use alloy_primitives::{B256, U256};
use imbl::Vector;
use std::{collections::BTreeMap, fmt, sync::Arc};

/// What a block takes besides the hashes of its logs: its place in the row, and what the allocator needs.
const BLOCK_BYTES: usize = 64;

/// The newest blocks of all chains, as many as have room. To clone it costs little: clones share what they have in common.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    rows: BTreeMap<U256, Row>,
    bytes: usize,
    /// The most that all blocks take, in bytes.
    room: usize,
}

/// The newest blocks of a chain, without gaps.
#[derive(Clone, Default)]
pub(super) struct Row {
    /// Number of the oldest one.
    first: u64,
    blocks: Vector<RecentBlock>,
}

/// What a message is compared with.
#[derive(Clone, Debug)]
pub(super) struct RecentBlock {
    timestamp: u64,
    log_hashes: Arc<[B256]>,
}

impl Recent {
    pub(super) const fn new(room: usize) -> Self {
        Self { rows: BTreeMap::new(), bytes: 0, room }
    }

    /// The same room without blocks.
    pub(super) const fn emptied(&self) -> Self {
        Self::new(self.room)
    }

    /// The newest blocks of a chain.
    pub(super) fn row(&self, chain_id: U256) -> Row {
        self.rows.get(&chain_id).cloned().unwrap_or_default()
    }

    /// Follows a change of the index, which has checked it.
    pub(super) fn apply(&mut self, chain_id: U256, change: &Change) {
        let row = self.rows.entry(chain_id).or_default();
        match change {
            Change::Append(block) => {
                if !row.is_below(block.header.number) {
                    self.bytes -= row.truncate(0);
                }
                self.bytes += row.push(block.header.number, block.into());
            }
            Change::Prepend(block) if row.stands_on(block.header.number) => {
                self.bytes += row.push_below(block.into());
            }
            Change::Truncate { from } => self.bytes -= row.truncate(*from),
            Change::Prune { first } => self.bytes -= row.prune(*first),
            Change::Prepend(_) | Change::Mark(_) | Change::Suspend(_) => {}
        }
        self.shrink();
    }

    /// Takes in the next block of a chain downwards, and says whether it had room.
    pub(super) fn fill(&mut self, chain_id: U256, number: u64, block: RecentBlock) -> bool {
        let has_room = self.bytes + block.bytes() <= self.room;
        if has_room {
            let row = self.rows.entry(chain_id).or_default();
            self.bytes += match row.blocks.is_empty() {
                true => row.push(number, block),
                false => row.push_below(block),
            };
        }
        has_room
    }

    /// Lets go of the oldest blocks, whichever chain they are of, until the others have room.
    fn shrink(&mut self) {
        while self.bytes > self.room {
            let oldest = self.rows.values_mut().min_by_key(|row| row.oldest());
            let Some(freed) = oldest.and_then(Row::pop) else { return };
            self.bytes -= freed;
        }
    }
}

impl Row {
    /// Timestamp of a block, and the hash of one of its logs, if it has that log. Nothing is known of older blocks.
    pub(super) fn find(&self, number: u64, log_index: u32) -> Option<(u64, Option<B256>)> {
        let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
        let block = self.blocks.get(place)?;
        Some((block.timestamp, block.log_hashes.get(log_index as usize).copied()))
    }

    /// Timestamp of the oldest block. A row without blocks comes last.
    fn oldest(&self) -> u64 {
        self.blocks.front().map_or(u64::MAX, |block| block.timestamp)
    }

    /// Whether the block of this number comes next.
    fn is_below(&self, number: u64) -> bool {
        number.checked_sub(self.first) == Some(self.blocks.len() as u64)
    }

    fn stands_on(&self, number: u64) -> bool {
        !self.blocks.is_empty() && number.checked_add(1) == Some(self.first)
    }

    /// Adds the newest block, and says what it takes.
    fn push(&mut self, number: u64, block: RecentBlock) -> usize {
        if self.blocks.is_empty() {
            self.first = number;
        }
        let bytes = block.bytes();
        self.blocks.push_back(block);
        bytes
    }

    /// Adds the block below the oldest one, and says what it takes.
    fn push_below(&mut self, block: RecentBlock) -> usize {
        self.first -= 1;
        let bytes = block.bytes();
        self.blocks.push_front(block);
        bytes
    }

    /// Removes the oldest block, and says what it took.
    fn pop(&mut self) -> Option<usize> {
        let block = self.blocks.pop_front()?;
        self.first = self.first.saturating_add(1);
        Some(block.bytes())
    }

    /// Removes the blocks from a number on, and says what they took.
    fn truncate(&mut self, from: u64) -> usize {
        let keep = usize::try_from(from.saturating_sub(self.first)).unwrap_or(usize::MAX);
        if keep >= self.blocks.len() {
            return 0;
        }
        self.blocks.split_off(keep).iter().map(RecentBlock::bytes).sum()
    }

    /// Removes the blocks below a number, and says what they took.
    fn prune(&mut self, first: u64) -> usize {
        let mut freed = 0;
        while self.first < first
            && let Some(bytes) = self.pop()
        {
            freed += bytes;
        }
        freed
    }
}

impl RecentBlock {
    pub(super) const fn new(timestamp: u64, log_hashes: Arc<[B256]>) -> Self {
        Self { timestamp, log_hashes }
    }

    pub(super) const fn timestamp(&self) -> u64 {
        self.timestamp
    }

    fn bytes(&self) -> usize {
        BLOCK_BYTES + size_of_val(&*self.log_hashes)
    }
}

impl From<&IndexedBlock> for RecentBlock {
    fn from(block: &IndexedBlock) -> Self {
        Self::new(block.header.timestamp, block.log_hashes().into())
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} blocks from {} on", self.blocks.len(), self.first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Header;

    const A: U256 = U256::from_limbs([901, 0, 0, 0]);
    const B: U256 = U256::from_limbs([902, 0, 0, 0]);
    /// What a block with one log takes.
    const ONE: usize = BLOCK_BYTES + 32;

    /// A block with one log, whose hash is of no matter.
    fn block(number: u64, timestamp: u64) -> IndexedBlock {
        let header = Header { number, hash: B256::ZERO, parent_hash: B256::ZERO, timestamp };
        let mut block = IndexedBlock::new(header);
        block.push_log(alloy_primitives::Address::ZERO, &[], &number.to_be_bytes()).unwrap();
        block
    }

    /// The blocks up to 20 that are known of a chain.
    fn known(recent: &Recent, chain_id: U256) -> Vec<u64> {
        let row = recent.row(chain_id);
        (0..20).filter(|number| row.find(*number, 0).is_some()).collect()
    }

    #[test]
    fn the_oldest_blocks_of_all_chains_go_first() {
        let mut recent = Recent::new(3 * ONE);
        for (chain_id, number, timestamp) in [(A, 5, 10), (B, 7, 11), (A, 6, 12), (B, 8, 13), (A, 7, 14)] {
            recent.apply(chain_id, &Change::Append(block(number, timestamp)));
        }
        assert_eq!((known(&recent, A), known(&recent, B)), (vec![6, 7], vec![8]));
        // A block below those that are known would be the first to go.
        recent.apply(B, &Change::Prepend(block(7, 11)));
        assert_eq!((known(&recent, A), known(&recent, B)), (vec![6, 7], vec![8]));
    }

    #[test]
    fn finds_the_logs_that_a_block_has() {
        let mut recent = Recent::new(usize::MAX);
        let block = block(5, 10);
        recent.apply(A, &Change::Append(block.clone()));
        let row = recent.row(A);
        assert_eq!(row.find(5, 0), Some((10, Some(block.log_hashes()[0]))));
        assert_eq!(row.find(5, 1), Some((10, None)));
        assert_eq!((row.find(4, 0), row.find(6, 0), row.find(u64::MAX, 0)), (None, None, None));
    }

    #[test]
    fn follows_a_chain_in_both_directions_and_gives_all_room_back() {
        let mut recent = Recent::new(usize::MAX);
        for change in [
            Change::Append(block(5, 10)),
            Change::Prepend(block(4, 9)),
            Change::Append(block(6, 11)),
            Change::Append(block(7, 11)),
            Change::Truncate { from: 7 },
            Change::Prune { first: 5 },
            // Nothing is above or below these.
            Change::Truncate { from: 7 },
            Change::Prune { first: 5 },
        ] {
            recent.apply(A, &change);
        }
        assert_eq!((known(&recent, A), recent.bytes), (vec![5, 6], 2 * ONE));
        // What is left of the chain on disk does not show here; new blocks stand on it.
        recent.apply(A, &Change::Truncate { from: 3 });
        assert_eq!((known(&recent, A), recent.bytes), (vec![], 0));
        recent.apply(A, &Change::Append(block(3, 9)));
        assert_eq!((known(&recent, A), recent.bytes), (vec![3], ONE));
        recent.apply(A, &Change::Prune { first: 9 });
        assert_eq!((known(&recent, A), recent.bytes), (vec![], 0));
    }

    /// It does not happen, but a wrong place would be a wrong verdict.
    #[test]
    fn a_block_beyond_a_gap_begins_anew() {
        let mut recent = Recent::new(usize::MAX);
        for number in [5, 6, 9] {
            recent.apply(A, &Change::Append(block(number, number)));
        }
        assert_eq!((known(&recent, A), recent.bytes), (vec![9], ONE));
        assert_eq!((known(&recent.emptied(), A), recent.emptied().bytes), (vec![], 0));
    }

    #[test]
    fn without_room_nothing_is_known() {
        let mut recent = Recent::new(ONE - 1);
        recent.apply(A, &Change::Append(block(5, 10)));
        recent.apply(A, &Change::Prepend(block(4, 9)));
        recent.apply(A, &Change::Append(block(6, 10)));
        assert_eq!((known(&recent, A), recent.bytes), (vec![], 0));
    }
}
