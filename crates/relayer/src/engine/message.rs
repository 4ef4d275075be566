use alloy::primitives::{B256, Bytes};
use causeway_interop::Identifier;

/// A message to be delivered, with all that its delivery takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The hash by which the messengers on both chains know it.
    pub hash: B256,
    /// The chain that it was sent on.
    pub source: u64,
    /// The chain that it goes to.
    pub destination: u64,
    /// Where its `SentMessage` log stands on the canonical source chain.
    pub identifier: Identifier,
    /// The payload of that log.
    pub payload: Bytes,
}

impl Message {
    /// Returns where the message stands in its lane's order: oldest first, and in the order of each source.
    pub(crate) const fn place(&self) -> Place {
        Place {
            timestamp: self.identifier.timestamp,
            source: self.source,
            block_number: self.identifier.block_number,
            log_index: self.identifier.log_index,
            hash: self.hash,
        }
    }
}

/// A message's place in the order of its lane.
///
/// Timestamps of a chain rise with its blocks, so the messages of one source keep their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) timestamp: u64,
    pub(crate) source: u64,
    pub(crate) block_number: u64,
    pub(crate) log_index: u32,
    pub(crate) hash: B256,
}

/// A signed transaction: these bytes and no others are what goes out, however often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTx {
    /// The transaction's hash.
    pub hash: B256,
    /// The encoded transaction.
    pub raw: Bytes,
}
