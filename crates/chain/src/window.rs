//! The pure heart of the follower: which blocks are known, and where a new head stands in relation to them.

use crate::BlockRef;
use alloy::primitives::B256;
use std::collections::VecDeque;

/// The most recent blocks of a chain, each standing on the one before.
///
/// A window holds at most `capacity` blocks and forgets the oldest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Window {
    blocks: VecDeque<BlockRef>,
    capacity: usize,
    /// Whether a block was ever forgotten, or may have been before the window was resumed.
    forgetful: bool,
}

/// Where a head stands in relation to a [`Window`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The window is empty: any head fits.
    First,
    /// The window holds this very block; `is_tip` when it is the newest.
    Known {
        /// Whether it is the newest block of the window.
        is_tip: bool,
    },
    /// It stands on the tip.
    Next,
    /// It is further up; the blocks `from..number` are missing below it.
    Ahead {
        /// The first missing height.
        from: u64,
    },
    /// It contradicts the window: another block at a known height, or another parent than the tip.
    Fork,
    /// It is lower than the oldest block that the window remembers.
    Below,
}

/// A block that does not stand on the tip of the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("block {number} ({hash}) does not stand on the tip of the window")]
pub struct NotLinked {
    /// The height of the block.
    pub number: u64,
    /// Its hash.
    pub hash: B256,
}

impl Window {
    /// An empty window. A capacity of zero is taken for one.
    pub fn new(capacity: usize) -> Self {
        Self { blocks: VecDeque::new(), capacity: capacity.max(1), forgetful: false }
    }

    /// A window over blocks that are known from earlier, oldest first.
    ///
    /// Takes the longest linked run that ends with the last block: what does not link up below is of no use.
    pub fn resume(capacity: usize, blocks: &[BlockRef]) -> Self {
        let linked = blocks.windows(2).rev().take_while(|pair| pair[1].is_child_of(&pair[0])).count();
        let keep = if blocks.is_empty() { 0 } else { (linked + 1).min(capacity.max(1)) };
        let blocks = blocks[blocks.len() - keep..].iter().copied().collect();
        Self { blocks, capacity: capacity.max(1), forgetful: true }
    }

    /// The newest block.
    pub fn tip(&self) -> Option<&BlockRef> {
        self.blocks.back()
    }

    /// The oldest block that is still remembered.
    pub fn oldest(&self) -> Option<&BlockRef> {
        self.blocks.front()
    }

    /// The block at this height, if remembered.
    pub fn get(&self, number: u64) -> Option<&BlockRef> {
        let offset = number.checked_sub(self.oldest()?.number)?;
        self.blocks.get(usize::try_from(offset).ok()?)
    }

    /// The blocks, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &BlockRef> + ExactSizeIterator {
        self.blocks.iter()
    }

    /// How many blocks are remembered.
    pub fn len(&self) -> usize {
        self.blocks.len()
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Whether the window still holds every block that was ever pushed (and not rewound) since it began empty.
    pub const fn is_complete(&self) -> bool {
        !self.forgetful
    }

    /// Where `head` stands.
    pub fn place(&self, head: &BlockRef) -> Place {
        let (Some(oldest), Some(tip)) = (self.oldest(), self.tip()) else { return Place::First };
        if head.number < oldest.number {
            return Place::Below;
        }
        match self.get(head.number) {
            Some(known) if known.hash == head.hash => Place::Known { is_tip: known.number == tip.number },
            Some(_) => Place::Fork,
            None if head.number - tip.number > 1 => Place::Ahead { from: tip.number + 1 },
            None if head.parent_hash == tip.hash => Place::Next,
            None => Place::Fork,
        }
    }

    /// Adds a block on top.
    pub fn push(&mut self, block: BlockRef) -> Result<(), NotLinked> {
        if self.tip().is_some_and(|tip| !block.is_child_of(tip)) {
            return Err(NotLinked { number: block.number, hash: block.hash });
        }
        self.blocks.push_back(block);
        if self.blocks.len() > self.capacity {
            self.blocks.pop_front();
            self.forgetful = true;
        }
        Ok(())
    }

    /// Removes every block above `number` and returns them, newest first.
    pub fn rewind(&mut self, number: u64) -> Vec<BlockRef> {
        let mut removed = Vec::new();
        while let Some(block) = self.blocks.pop_back_if(|block| block.number > number) {
            removed.push(block);
        }
        removed
    }

    /// Begins the search for the newest block that is still canonical.
    pub fn search(&self) -> AncestorSearch {
        match (self.oldest(), self.tip()) {
            (Some(oldest), Some(tip)) => AncestorSearch {
                oldest: oldest.number,
                agreed: None,
                differs: tip.number.saturating_add(1),
                stride: 1,
            },
            _ => AncestorSearch { oldest: 0, agreed: None, differs: 0, stride: 1 },
        }
    }
}

/// The search for the newest canonical block of a window, without I/O: ask [`AncestorSearch::next`] which height
/// to compare, tell the result to [`AncestorSearch::observe`], repeat.
///
/// Reorgs are shallow as a rule, so it looks at the tip first, then gallops down and halves the last stride.
/// Agreement is monotone (a canonical block has canonical ancestors), so that finds the newest one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AncestorSearch {
    oldest: u64,
    agreed: Option<u64>,
    differs: u64,
    stride: u64,
}

/// What an [`AncestorSearch`] wants to know, or has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Compare the block at this height.
    Compare(u64),
    /// The newest common block is at this height.
    Ancestor(u64),
    /// No block of the window is canonical.
    Exhausted,
}

impl AncestorSearch {
    /// What to do next.
    pub const fn next(&self) -> Probe {
        match self.agreed {
            Some(agreed) if self.differs - agreed <= 1 => Probe::Ancestor(agreed),
            Some(agreed) => Probe::Compare(agreed + (self.differs - agreed) / 2),
            None if self.differs <= self.oldest => Probe::Exhausted,
            None => {
                let target = self.differs.saturating_sub(self.stride);
                Probe::Compare(if target > self.oldest { target } else { self.oldest })
            }
        }
    }

    /// Takes in whether the node agrees with the window at `number`.
    pub const fn observe(&mut self, number: u64, agrees: bool) {
        if agrees {
            self.agreed = Some(number);
        } else {
            self.differs = number;
            self.stride = self.stride.saturating_mul(2);
        }
    }
}

#[cfg(test)]
mod tests;
