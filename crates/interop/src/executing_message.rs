use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolEvent;

use crate::{
    Access, CROSS_L2_INBOX, EventError, Identifier, abi,
    event::{address, indexed, uint32, uint64},
};

/// The event by which a block says that it executed a message.
///
/// Specs: "Messaging", section "Executing Messages".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ExecutingMessage {
    /// The hash of the initiating message's payload.
    pub msg_hash: B256,
    /// The pointer to the initiating message.
    pub identifier: Identifier,
}

impl ExecutingMessage {
    /// The first topic of the event.
    pub const TOPIC: B256 = abi::ExecutingMessage::SIGNATURE_HASH;

    /// The length of the event's data, in bytes.
    pub const DATA_LENGTH: usize = 5 * 32;

    /// Decodes the event from a log's topics and data.
    ///
    /// Whether the inbox emitted the log is the caller's to check; [`ExecutingMessage::from_log`] does.
    pub fn decode(topics: &[B256], data: &[u8]) -> Result<Self, EventError> {
        let [msg_hash] = indexed(topics, Self::TOPIC)?;
        let length =
            EventError::DataLength { field: "identifier", expected: Self::DATA_LENGTH, actual: data.len() };
        let ([origin, block_number, log_index, timestamp, chain_id], []) = data.as_chunks::<32>() else {
            return Err(length);
        };
        let identifier = Identifier {
            origin: address(origin, "address")?,
            block_number: uint64(block_number, "block number")?,
            log_index: uint32(log_index, "log index")?,
            timestamp: uint64(timestamp, "timestamp")?,
            chain_id: U256::from_be_bytes(*chain_id),
        };
        Ok(Self { msg_hash, identifier })
    }

    /// Decodes the event from a log, or returns `None` when the log is another event or contract's.
    pub fn from_log(emitter: Address, topics: &[B256], data: &[u8]) -> Option<Result<Self, EventError>> {
        (emitter == CROSS_L2_INBOX && topics.first() == Some(&Self::TOPIC))
            .then(|| Self::decode(topics, data))
    }

    /// Returns the topics of the event's log.
    pub const fn topics(&self) -> [B256; 2] {
        [Self::TOPIC, self.msg_hash]
    }

    /// Returns the data of the event's log.
    pub fn data(&self) -> [u8; Self::DATA_LENGTH] {
        let id = &self.identifier;
        let mut data = [0u8; Self::DATA_LENGTH];
        data[12..32].copy_from_slice(id.origin.as_slice());
        data[56..64].copy_from_slice(&id.block_number.to_be_bytes());
        data[92..96].copy_from_slice(&id.log_index.to_be_bytes());
        data[120..128].copy_from_slice(&id.timestamp.to_be_bytes());
        data[128..].copy_from_slice(&id.chain_id.to_be_bytes::<32>());
        data
    }

    /// Returns what the access list of the executing transaction has to declare.
    pub fn access(&self) -> Access {
        self.identifier.access(self.msg_hash)
    }
}
