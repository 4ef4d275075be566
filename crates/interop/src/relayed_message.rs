use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolEvent;

use crate::{EventError, L2_TO_L2_CROSS_DOMAIN_MESSENGER, abi, event::indexed};

/// The event by which the messenger says that it relayed a message.
///
/// Specs: "Predeploys", section "L2ToL2CrossDomainMessenger".
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RelayedMessage {
    /// The chain that the message came from.
    pub source: U256,
    /// The message's nonce on that chain, with the version in its top 16 bits.
    pub nonce: U256,
    /// The message's hash, see [`message_hash`](crate::message_hash).
    pub message_hash: B256,
    /// The hash of what the target returned.
    pub return_data_hash: B256,
}

impl RelayedMessage {
    /// The first topic of the event.
    pub const TOPIC: B256 = abi::RelayedMessage::SIGNATURE_HASH;

    /// Decodes the event from a log's topics and data.
    ///
    /// Whether the messenger emitted the log is the caller's to check; [`RelayedMessage::from_log`] does.
    pub fn decode(topics: &[B256], data: &[u8]) -> Result<Self, EventError> {
        let [source, nonce, message_hash] = indexed(topics, Self::TOPIC)?;
        let Ok(return_data_hash) = B256::try_from(data) else {
            return Err(EventError::DataLength {
                field: "relayed message",
                expected: 32,
                actual: data.len(),
            });
        };
        Ok(Self { source: source.into(), nonce: nonce.into(), message_hash, return_data_hash })
    }

    /// Decodes the event from a log, or returns `None` when the log is another event or contract's.
    pub fn from_log(emitter: Address, topics: &[B256], data: &[u8]) -> Option<Result<Self, EventError>> {
        (emitter == L2_TO_L2_CROSS_DOMAIN_MESSENGER && topics.first() == Some(&Self::TOPIC))
            .then(|| Self::decode(topics, data))
    }

    /// Returns the topics of the event's log.
    pub fn topics(&self) -> [B256; 4] {
        [Self::TOPIC, self.source.into(), self.nonce.into(), self.message_hash]
    }

    /// Returns the data of the event's log.
    pub const fn data(&self) -> [u8; 32] {
        self.return_data_hash.0
    }
}
