//! What goes into the node's pool with a message.

use alloy::primitives::{B256, Bytes};

/// The transactions that go to the node with a message.
#[derive(Clone, Debug, Default)]
pub(super) struct Sends {
    /// Those that their senders signed.
    pub(super) signed: Vec<Signed>,
    /// Whether the node signs others, and tells their hashes.
    pub(super) by_node: bool,
    /// Whether it signs some of which it tells with their block only.
    pub(super) with_block: bool,
}

/// A transaction that its sender signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) hash: B256,
    pub(super) bytes: Bytes,
    /// Whether the answer comes with the block.
    pub(super) sync: bool,
}

impl Sends {
    pub(super) const fn is_empty(&self) -> bool {
        self.signed.is_empty() && !self.by_node && !self.with_block
    }

    /// The transaction that is signed, if there is no other.
    pub(super) fn only(&self) -> Option<B256> {
        match self.signed.as_slice() {
            [one] if !self.by_node && !self.with_block => Some(one.hash),
            _ => None,
        }
    }

    /// Whether the answer has to be found by the message: it tells no hash, or one that was not known before.
    pub(super) fn need_answer(&self) -> bool {
        self.by_node || self.with_block || self.signed.iter().any(|signed| signed.sync)
    }

    pub(super) fn add(&mut self, other: Self) {
        self.signed.extend(other.signed);
        self.by_node |= other.by_node;
        self.with_block |= other.with_block;
    }
}
