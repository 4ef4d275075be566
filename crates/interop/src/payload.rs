use alloy_primitives::{Address, B256, Bytes, Keccak256, keccak256};

/// The payload of an initiating message: the log's topics one after the other, then its data.
///
/// It is what `relayMessage` takes as `sentMessage`, and what `msgHash` is the hash of. Specs:
/// "Messaging", section "Message payload".
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Payload(pub Bytes);

impl Payload {
    /// Builds the payload of a log.
    pub fn new(topics: &[B256], data: &[u8]) -> Self {
        Self(payload(topics, data).into())
    }

    /// Returns the payload's hash, the `msgHash` of the message.
    pub fn hash(&self) -> B256 {
        keccak256(&self.0)
    }
}

impl AsRef<[u8]> for Payload {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl From<Payload> for Bytes {
    fn from(payload: Payload) -> Self {
        payload.0
    }
}

/// Returns the payload of a log: its topics one after the other, then its data.
///
/// A log without topics has its data for payload. Specs: "Messaging", section "Message payload".
pub fn payload(topics: &[B256], data: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(topics.len() * 32 + data.len());
    for topic in topics {
        bytes.extend_from_slice(topic.as_slice());
    }
    bytes.extend_from_slice(data);
    bytes
}

/// Returns the hash of a log's payload, `keccak256(topics ++ data)`, without building the payload.
pub fn msg_hash(topics: &[B256], data: &[u8]) -> B256 {
    let mut hasher = Keccak256::new();
    for topic in topics {
        hasher.update(topic);
    }
    hasher.update(data);
    hasher.finalize()
}

/// Returns the hash that binds a message to the account that emitted it, `keccak256(origin ++ msgHash)`.
///
/// With the position of the log it makes the [`Checksum`](crate::Checksum).
pub fn log_hash(origin: Address, msg_hash: B256) -> B256 {
    let mut bytes = [0u8; 52];
    bytes[..20].copy_from_slice(origin.as_slice());
    bytes[20..].copy_from_slice(msg_hash.as_slice());
    keccak256(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payload_is_topics_then_data() {
        let topics = [B256::repeat_byte(1), B256::repeat_byte(2)];
        let built = Payload::new(&topics, &[3, 4]);
        assert_eq!(built.as_ref(), [[1u8; 32].as_slice(), &[2; 32], &[3, 4]].concat());
        assert_eq!(built.hash(), msg_hash(&topics, &[3, 4]));
    }

    #[test]
    fn anonymous_log_has_its_data_for_payload() {
        assert_eq!(payload(&[], b"data"), b"data");
        assert_eq!(msg_hash(&[], &[]), keccak256([]));
    }
}
