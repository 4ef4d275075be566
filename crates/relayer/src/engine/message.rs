use alloy::primitives::{Address, B256, Bytes};
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
    /// Who sent it, on the source chain.
    pub sender: Address,
    /// What it calls, on the destination.
    pub target: Address,
    /// The token that it carries, if a bridge sent it: many use one bridge.
    pub token: Option<Address>,
}

/// A message on its way in a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The message.
    pub message: Message,
    /// The gas that `relayMessage` of it may use, the target's share included; what the transaction costs before it runs
    /// comes on top.
    pub gas: u64,
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

impl Place {
    /// Before all others.
    pub(crate) const FIRST: Self =
        Self { timestamp: 0, source: 0, block_number: 0, log_index: 0, hash: B256::ZERO };
}

/// A signed transaction: these bytes and no others are what goes out, however often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTx {
    /// The transaction's hash.
    pub hash: B256,
    /// The encoded transaction.
    pub raw: Bytes,
}
