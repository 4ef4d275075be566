use alloy_primitives::{Address, B256, Bytes, U256};

use crate::{Access, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, SentMessage};

/// One message of a batch: its log's place, its own fields, and on what terms it is delivered.
///
/// What it does not have is the same for all items: the log's origin is the messenger, and the destination the chain that
/// executes the batch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RelayItem {
    /// The number of the block that holds the log.
    pub block_number: u64,
    /// The index of the log within its block.
    pub log_index: u32,
    /// The timestamp of that block, in seconds.
    pub timestamp: u64,
    /// The chain of that block.
    pub chain_id: U256,
    /// Gas for `relayMessage`, the target's share included.
    pub gas_limit: u32,
    /// The wei that the message is delivered with.
    pub value: u128,
    /// The message's target.
    pub target: Address,
    /// The message's nonce, with the version in its top 16 bits.
    pub nonce: U256,
    /// The message's sender.
    pub sender: Address,
    /// The calldata for the target.
    pub message: Bytes,
}

impl RelayItem {
    /// Makes the item of a message. What the identifier says of the origin is not used: only the messenger's own messages
    /// can be relayed.
    pub fn new(identifier: &Identifier, message: &SentMessage, gas_limit: u32) -> Self {
        Self {
            block_number: identifier.block_number,
            log_index: identifier.log_index,
            timestamp: identifier.timestamp,
            chain_id: identifier.chain_id,
            gas_limit,
            value: 0,
            target: message.target,
            nonce: message.nonce,
            sender: message.sender,
            message: message.message.clone(),
        }
    }

    /// Has the message delivered with this value, in wei.
    #[must_use]
    pub fn with_value(self, value: u128) -> Self {
        Self { value, ..self }
    }

    /// Returns where the message's log stands.
    pub const fn identifier(&self) -> Identifier {
        Identifier {
            origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            block_number: self.block_number,
            log_index: self.log_index,
            timestamp: self.timestamp,
            chain_id: self.chain_id,
        }
    }

    /// Returns the message, when `destination` is the chain that executes the batch.
    pub fn sent_message(&self, destination: U256) -> SentMessage {
        SentMessage {
            destination,
            target: self.target,
            nonce: self.nonce,
            sender: self.sender,
            message: self.message.clone(),
        }
    }

    /// Returns the hash of the log's payload, when `destination` is the chain that executes the batch.
    pub fn payload_hash(&self, destination: U256) -> B256 {
        alloy_primitives::keccak256(self.sent_message(destination).encode_payload())
    }

    /// Returns what the transaction's access list has to declare, when `destination` is the chain that executes the batch.
    pub fn access(&self, destination: U256) -> Access {
        self.identifier().access(self.payload_hash(destination))
    }
}
