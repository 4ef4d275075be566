use alloy_primitives::{Address, B256, U256};

/// Why a log is not the event that it was read as.
///
/// The decoders are strict: they accept exactly what the contracts emit, byte for byte, so that decoding and
/// encoding again always yields the same payload and the same hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// The log has more or fewer topics than the event.
    #[error("unexpected number of event topics: expected {expected}, got {actual}")]
    TopicCount {
        /// How many the event has, its signature included.
        expected: usize,
        /// How many the log has.
        actual: usize,
    },
    /// The first topic is not the event's signature hash.
    #[error("unexpected event topic: expected {expected}, got {actual}")]
    Topic {
        /// The event's signature hash.
        expected: B256,
        /// The log's first topic.
        actual: B256,
    },
    /// The data is too long or too short, in bytes.
    #[error("unexpected {field} data length: expected {expected}, got {actual}")]
    DataLength {
        /// What the data should hold.
        field: &'static str,
        /// The exact length, or the least where the event's length varies.
        expected: usize,
        /// The length of the data.
        actual: usize,
    },
    /// A value is wider than its type: its padding is not zero.
    #[error("invalid {field} padding: the value exceeds {bits} bits")]
    Padding {
        /// Which value.
        field: &'static str,
        /// The width of its type.
        bits: usize,
    },
    /// The dynamic part is not where the contracts put it.
    #[error("unexpected message offset: expected {expected}, got {actual}")]
    Offset {
        /// Where it should be, in bytes.
        expected: usize,
        /// Where the data says it is.
        actual: U256,
    },
    /// The message's declared length and the data's do not agree.
    #[error("unexpected message length: {declared} bytes declared, {available} bytes of data for them")]
    MessageLength {
        /// The length that the data declares, in bytes.
        declared: U256,
        /// How many bytes follow, padding included.
        available: usize,
    },
    /// The message's last word has other than zero bytes after the message.
    #[error("invalid message padding: the bytes after the message must be zero")]
    MessagePadding,
    /// A payload is too short to hold the event's topics.
    #[error("unexpected payload length: expected at least {expected} bytes, got {actual}")]
    PayloadLength {
        /// The least that the event takes, in bytes.
        expected: usize,
        /// The length of the payload.
        actual: usize,
    },
}

/// Checks the number of topics and the first, and returns those after it.
pub(crate) fn indexed<const N: usize>(topics: &[B256], signature: B256) -> Result<[B256; N], EventError> {
    let count = EventError::TopicCount { expected: N + 1, actual: topics.len() };
    let Some((first, rest)) = topics.split_first() else {
        return Err(count);
    };
    let Ok(rest) = rest.try_into() else {
        return Err(count);
    };
    if *first != signature {
        return Err(EventError::Topic { expected: signature, actual: *first });
    }
    Ok(rest)
}

/// Reads a 32-byte word as an address.
pub(crate) fn address(word: &[u8; 32], field: &'static str) -> Result<Address, EventError> {
    Ok(Address::from(narrow::<12, 20>(word, field)?))
}

/// Reads a 32-byte word as a `u64`.
pub(crate) fn uint64(word: &[u8; 32], field: &'static str) -> Result<u64, EventError> {
    Ok(u64::from_be_bytes(narrow::<24, 8>(word, field)?))
}

/// Reads a 32-byte word as a `u32`.
pub(crate) fn uint32(word: &[u8; 32], field: &'static str) -> Result<u32, EventError> {
    Ok(u32::from_be_bytes(narrow::<28, 4>(word, field)?))
}

/// Splits a word into its padding, which must be zero, and its value.
fn narrow<const PADDING: usize, const WIDTH: usize>(
    word: &[u8; 32],
    field: &'static str,
) -> Result<[u8; WIDTH], EventError> {
    const { assert!(PADDING + WIDTH == 32) };
    if word[..PADDING].iter().any(|byte| *byte != 0) {
        return Err(EventError::Padding { field, bits: WIDTH * 8 });
    }
    let mut value = [0u8; WIDTH];
    value.copy_from_slice(&word[PADDING..]);
    Ok(value)
}
