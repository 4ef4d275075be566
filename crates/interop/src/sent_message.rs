use alloy_primitives::{Address, B256, Bytes, U256};
use alloy_sol_types::SolEvent;

use crate::{
    EventError, L2_TO_L2_CROSS_DOMAIN_MESSENGER, abi,
    event::{address, indexed},
    message_hash::{message_hash, padding},
    msg_hash,
};

/// The event by which the messenger says that a message was sent: the initiating message of a relay.
///
/// Its payload is what `relayMessage` takes as `sentMessage`. Specs: "Predeploys", section
/// "L2ToL2CrossDomainMessenger".
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SentMessage {
    /// The chain that the message goes to.
    pub destination: U256,
    /// The account there that gets called.
    pub target: Address,
    /// The message's nonce on the source chain, with the version in its top 16 bits.
    pub nonce: U256,
    /// The account that sent the message.
    pub sender: Address,
    /// The calldata for the target.
    pub message: Bytes,
}

impl SentMessage {
    /// The first topic of the event.
    pub const TOPIC: B256 = abi::SentMessage::SIGNATURE_HASH;

    /// The event's four topics take this many bytes of its payload.
    const TOPICS_LENGTH: usize = 4 * 32;

    /// Sender, offset and length take this many bytes of the event's data.
    const HEAD_LENGTH: usize = 3 * 32;

    /// The message's offset in the data, counted from the data's start.
    const OFFSET: usize = 2 * 32;

    /// Decodes the event from a log's topics and data.
    ///
    /// Whether the messenger emitted the log is the caller's to check; [`SentMessage::from_log`] does.
    pub fn decode(topics: &[B256], data: &[u8]) -> Result<Self, EventError> {
        let [destination, target, nonce] = indexed(topics, Self::TOPIC)?;
        let target = address(&target.0, "target")?;

        let length =
            EventError::DataLength { field: "message", expected: Self::HEAD_LENGTH, actual: data.len() };
        let Some((head, tail)) = data.split_first_chunk::<{ Self::HEAD_LENGTH }>() else {
            return Err(length);
        };
        let ([sender, offset, declared], []) = head.as_chunks::<32>() else {
            return Err(length);
        };
        let sender = address(sender, "sender")?;
        let offset = U256::from_be_bytes(*offset);
        if offset != U256::from(Self::OFFSET) {
            return Err(EventError::Offset { expected: Self::OFFSET, actual: offset });
        }

        let declared = U256::from_be_bytes(*declared);
        let mismatch = EventError::MessageLength { declared, available: tail.len() };
        let length = usize::try_from(declared).map_err(|_| mismatch)?;
        let Some((message, zeros)) = tail.split_at_checked(length) else {
            return Err(mismatch);
        };
        if zeros.len() != padding(length) {
            return Err(mismatch);
        }
        if zeros.iter().any(|byte| *byte != 0) {
            return Err(EventError::MessagePadding);
        }

        let message = Bytes::copy_from_slice(message);
        Ok(Self { destination: destination.into(), target, nonce: nonce.into(), sender, message })
    }

    /// Decodes the event from the payload of its log.
    pub fn decode_payload(payload: &[u8]) -> Result<Self, EventError> {
        let Some((topics, data)) = payload.split_first_chunk::<{ Self::TOPICS_LENGTH }>() else {
            let expected = Self::TOPICS_LENGTH + Self::HEAD_LENGTH;
            return Err(EventError::PayloadLength { expected, actual: payload.len() });
        };
        let mut words = [B256::ZERO; 4];
        for (word, bytes) in words.iter_mut().zip(topics.as_chunks::<32>().0) {
            *word = B256::from(*bytes);
        }
        Self::decode(&words, data)
    }

    /// Decodes the event from a log, or returns `None` when the log is another event or contract's.
    pub fn from_log(emitter: Address, topics: &[B256], data: &[u8]) -> Option<Result<Self, EventError>> {
        (emitter == L2_TO_L2_CROSS_DOMAIN_MESSENGER && topics.first() == Some(&Self::TOPIC))
            .then(|| Self::decode(topics, data))
    }

    /// Returns the topics of the event's log.
    pub fn topics(&self) -> [B256; 4] {
        [Self::TOPIC, self.destination.into(), self.target.into_word(), self.nonce.into()]
    }

    /// Returns the data of the event's log.
    pub fn data(&self) -> Vec<u8> {
        let mut data =
            Vec::with_capacity(Self::HEAD_LENGTH + self.message.len() + padding(self.message.len()));
        self.write_data(&mut data);
        data
    }

    /// Returns the payload of the event's log: what `relayMessage` takes as `sentMessage`.
    pub fn encode_payload(&self) -> Vec<u8> {
        let tail = self.message.len() + padding(self.message.len());
        let mut payload = Vec::with_capacity(Self::TOPICS_LENGTH + Self::HEAD_LENGTH + tail);
        for topic in self.topics() {
            payload.extend_from_slice(topic.as_slice());
        }
        self.write_data(&mut payload);
        payload
    }

    /// Returns the hash of the event's payload, the `msgHash` that the inbox validates.
    pub fn msg_hash(&self) -> B256 {
        msg_hash(&self.topics(), &self.data())
    }

    /// Returns the hash by which the messengers on both chains know the message.
    ///
    /// `source` is the chain that emitted the event.
    pub fn message_hash(&self, source: U256) -> B256 {
        message_hash(self.destination, source, self.nonce, self.sender, self.target, &self.message)
    }

    fn write_data(&self, data: &mut Vec<u8>) {
        data.extend_from_slice(self.sender.into_word().as_slice());
        data.extend_from_slice(&U256::from(Self::OFFSET).to_be_bytes::<32>());
        data.extend_from_slice(&U256::from(self.message.len()).to_be_bytes::<32>());
        data.extend_from_slice(&self.message);
        data.extend_from_slice(&[0u8; 32][..padding(self.message.len())]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(len: usize) -> SentMessage {
        SentMessage {
            destination: U256::from(902),
            target: Address::repeat_byte(2),
            nonce: U256::from(7),
            sender: Address::repeat_byte(1),
            message: vec![9; len].into(),
        }
    }

    #[test]
    fn log_and_payload_are_the_events() {
        for len in [0, 1, 31, 32, 33] {
            let message = sent(len);
            let event = abi::SentMessage {
                destination: message.destination,
                target: message.target,
                messageNonce: message.nonce,
                sender: message.sender,
                message: message.message.clone(),
            };
            let log = event.encode_log_data();
            assert_eq!(log.topics(), message.topics());
            assert_eq!(log.data, message.data());
            assert_eq!(SentMessage::decode(log.topics(), &log.data), Ok(message.clone()));
            assert_eq!(SentMessage::decode_payload(&message.encode_payload()), Ok(message));
        }
    }

    #[test]
    fn other_encodings_of_the_same_values_are_refused() {
        let message = sent(33);
        let (topics, data) = (message.topics(), message.data());
        let decode = |at: usize, byte: u8| {
            let mut data = data.clone();
            data[at] = byte;
            SentMessage::decode(&topics, &data).unwrap_err()
        };
        assert_eq!(decode(0, 1), EventError::Padding { field: "sender", bits: 160 });
        assert_eq!(decode(63, 32), EventError::Offset { expected: 64, actual: U256::from(32) });
        assert_eq!(decode(95, 32), EventError::MessageLength { declared: U256::from(32), available: 64 });
        assert_eq!(decode(95, 65), EventError::MessageLength { declared: U256::from(65), available: 64 });
        assert!(matches!(decode(64, 255), EventError::MessageLength { available: 64, .. }));
        assert_eq!(decode(159, 1), EventError::MessagePadding);

        let mut longer = data.clone();
        longer.push(0);
        assert!(matches!(SentMessage::decode(&topics, &longer), Err(EventError::MessageLength { .. })));

        let mut wide = topics;
        wide[2][0] = 1;
        assert_eq!(
            SentMessage::decode(&wide, &data),
            Err(EventError::Padding { field: "target", bits: 160 })
        );
    }

    #[test]
    fn short_inputs_say_what_they_lack() {
        let message = sent(0);
        assert_eq!(
            SentMessage::decode(&message.topics(), &message.data()[..95]).unwrap_err().to_string(),
            "unexpected message data length: expected 96, got 95"
        );
        assert_eq!(
            SentMessage::decode_payload(&message.encode_payload()[..127]).unwrap_err().to_string(),
            "unexpected payload length: expected at least 224 bytes, got 127"
        );
    }

    #[test]
    fn only_the_messengers_own_event_counts() {
        let message = sent(1);
        let (topics, data) = (message.topics(), message.data());
        let messenger = L2_TO_L2_CROSS_DOMAIN_MESSENGER;
        assert_eq!(SentMessage::from_log(messenger, &topics, &data), Some(Ok(message)));
        assert_eq!(SentMessage::from_log(Address::ZERO, &topics, &data), None);
        assert_eq!(SentMessage::from_log(messenger, &[], &data), None);
        assert!(SentMessage::from_log(messenger, &topics, &[]).is_some_and(|sent| sent.is_err()));
    }
}
