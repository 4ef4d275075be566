use std::{collections::HashSet, iter::FusedIterator};

use alloy_primitives::{B256, U256};

use crate::{Access, Checksum, EntryKind, Identifier};

/// Why the storage keys under the inbox's address declare no messages.
///
/// Every variant carries the index of the offending entry in the slice that was given. One such entry
/// makes the whole transaction inadmissible.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AccessListError {
    /// The list ended within a message.
    #[error("expected entry {index}: a {expected}")]
    ExpectedEntry {
        /// Where the entry should be.
        index: usize,
        /// What it should be.
        expected: EntryKind,
    },
    /// An entry's type byte is not the one that has to come here.
    #[error("unexpected entry type at entry {index}: expected a {expected}, got 0x{actual:02x}")]
    UnexpectedEntryType {
        /// Which entry.
        index: usize,
        /// What it should be.
        expected: EntryKind,
        /// Its type byte.
        actual: u8,
    },
    /// An entry has other than zero bytes in its padding.
    #[error("malformed entry {index}: the padding of a {kind} must be zero")]
    MalformedEntry {
        /// Which entry.
        index: usize,
        /// What it is.
        kind: EntryKind,
    },
}

impl AccessListError {
    /// Returns the stable name of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ExpectedEntry { .. } => "expected-entry",
            Self::UnexpectedEntryType { .. } => "unexpected-entry-type",
            Self::MalformedEntry { .. } => "malformed-entry",
        }
    }

    /// Returns the index of the offending entry.
    pub const fn index(&self) -> usize {
        match self {
            Self::ExpectedEntry { index, .. }
            | Self::UnexpectedEntryType { index, .. }
            | Self::MalformedEntry { index, .. } => *index,
        }
    }

    /// Returns the code with which admission JSON-RPC reports the error.
    pub const fn rpc_code(&self) -> i32 {
        crate::RpcCode::InvalidParams.value()
    }

    const fn offset_by(self, base: usize) -> Self {
        match self {
            Self::ExpectedEntry { index, expected } => Self::ExpectedEntry { index: base + index, expected },
            Self::UnexpectedEntryType { index, expected, actual } => {
                Self::UnexpectedEntryType { index: base + index, expected, actual }
            }
            Self::MalformedEntry { index, kind } => Self::MalformedEntry { index: base + index, kind },
        }
    }
}

/// Returns the storage keys that declare messages, given as identifier and payload hash.
///
/// They belong under [`CROSS_L2_INBOX`](crate::CROSS_L2_INBOX) in the transaction's access list. Messages
/// keep their order; one that was declared before is not declared again.
pub fn encode_access_list<'a>(messages: impl IntoIterator<Item = (&'a Identifier, B256)>) -> Vec<B256> {
    let messages = messages.into_iter();
    // The hint is a promise of the caller's iterator: good for a guess, not for an allocation of any size.
    let expected = messages.size_hint().0.min(1_024);
    let mut seen = HashSet::with_capacity(expected);
    let mut keys = Vec::with_capacity(expected * 2);
    for (identifier, msg_hash) in messages {
        let access = identifier.access(msg_hash);
        if seen.insert(access) {
            keys.extend(access.entries());
        }
    }
    keys
}

/// Decodes all messages that the storage keys under the inbox's address declare.
///
/// No keys declare no messages. To stop early, or to bound the work, use [`AccessListDecoder`].
pub fn decode_access_list(keys: &[B256]) -> Result<Vec<Access>, AccessListError> {
    let mut accesses = Vec::with_capacity(keys.len() / 2);
    for access in AccessListDecoder::new(keys) {
        accesses.push(access?);
    }
    Ok(accesses)
}

/// Decodes the one message that the keys start with; returns it and the keys that follow.
///
/// An empty slice is an error. The specs make an extension optional for a chain id that fits 64
/// bits, so one that is all zeros is accepted.
pub fn parse_access(keys: &[B256]) -> Result<(Access, &[B256]), AccessListError> {
    let (lookup, mut rest) = split(keys, 0, EntryKind::Lookup)?;
    let mut index = 1;

    let [chain_id_low, block_number, timestamp] = [word(lookup, 4), word(lookup, 12), word(lookup, 20)];
    let log_index = word(lookup, 24) as u32;

    let mut chain_id = U256::from(chain_id_low);
    if let Some(entry) = rest.first()
        && entry[0] == EntryKind::ChainIdExtension.type_byte()
    {
        let (extension, after) = split(rest, index, EntryKind::ChainIdExtension)?;
        chain_id =
            U256::from_limbs([chain_id_low, word(extension, 24), word(extension, 16), word(extension, 8)]);
        rest = after;
        index += 1;
    }

    let (checksum, rest) = split(rest, index, EntryKind::Checksum)?;
    let access = Access { block_number, timestamp, log_index, chain_id, checksum: Checksum(*checksum) };
    Ok((access, rest))
}

/// Takes the first key off, which must be a clean entry of that kind.
fn split(keys: &[B256], index: usize, expected: EntryKind) -> Result<(&B256, &[B256]), AccessListError> {
    let Some((entry, rest)) = keys.split_first() else {
        return Err(AccessListError::ExpectedEntry { index, expected });
    };
    let actual = entry[0];
    if actual != expected.type_byte() {
        return Err(AccessListError::UnexpectedEntryType { index, expected, actual });
    }
    let padding = match expected {
        EntryKind::Lookup => &entry[1..4],
        EntryKind::ChainIdExtension => &entry[1..8],
        EntryKind::Checksum => &[],
    };
    if padding.iter().any(|byte| *byte != 0) {
        return Err(AccessListError::MalformedEntry { index, kind: expected });
    }
    Ok((entry, rest))
}

/// Reads eight bytes of an entry as a big-endian integer; `at` is at most 24.
fn word(entry: &B256, at: usize) -> u64 {
    let mut bytes = [0u8; 8];
    bytes.copy_from_slice(&entry[at..at + 8]);
    u64::from_be_bytes(bytes)
}

/// An iterator over the messages that storage keys declare, without allocating.
///
/// It ends after the first error.
#[derive(Clone, Debug)]
pub struct AccessListDecoder<'a> {
    rest: &'a [B256],
    index: usize,
}

impl<'a> AccessListDecoder<'a> {
    /// Starts at the first of the storage keys under the inbox's address.
    pub const fn new(keys: &'a [B256]) -> Self {
        Self { rest: keys, index: 0 }
    }
}

impl Iterator for AccessListDecoder<'_> {
    type Item = Result<Access, AccessListError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        match parse_access(self.rest) {
            Ok((access, rest)) => {
                self.index += self.rest.len() - rest.len();
                self.rest = rest;
                Some(Ok(access))
            }
            Err(error) => {
                self.rest = &[];
                Some(Err(error.offset_by(self.index)))
            }
        }
    }
}

impl FusedIterator for AccessListDecoder<'_> {}

#[cfg(test)]
mod tests {
    use alloy_primitives::Address;

    use super::*;

    fn identifier(chain_id: U256) -> Identifier {
        Identifier { origin: Address::ZERO, block_number: 1, log_index: 2, timestamp: 3, chain_id }
    }

    #[test]
    fn repeated_message_is_declared_once() {
        let id = identifier(U256::from(901));
        let keys = encode_access_list([(&id, B256::ZERO), (&id, B256::ZERO), (&id, B256::repeat_byte(1))]);
        assert_eq!(keys.len(), 4);
    }

    #[test]
    fn no_keys_declare_no_messages() {
        assert_eq!(decode_access_list(&[]), Ok(vec![]));
        assert_eq!(
            parse_access(&[]),
            Err(AccessListError::ExpectedEntry { index: 0, expected: EntryKind::Lookup })
        );
    }

    #[test]
    fn error_names_the_entry_within_the_whole_list() {
        let id = identifier(U256::MAX);
        let mut keys = encode_access_list([(&id, B256::ZERO), (&id, B256::repeat_byte(1))]);
        keys[4][7] = 1;
        let error = decode_access_list(&keys).unwrap_err();
        assert_eq!(error.index(), 4);
        assert_eq!(
            error.to_string(),
            "malformed entry 4: the padding of a chain-id extension (0x02) must be zero"
        );

        keys.truncate(4);
        let error = decode_access_list(&keys).unwrap_err();
        assert_eq!(error.to_string(), "expected entry 4: a checksum (0x03)");
        assert_eq!(error.rpc_code(), -32602);
    }

    #[test]
    fn every_byte_of_the_padding_counts() {
        let clean = encode_access_list([(&identifier(U256::MAX), B256::ZERO)]);
        for (index, padding) in [(0, 1..4), (1, 1..8)] {
            for at in padding {
                let mut keys = clean.clone();
                keys[index][at] = 0x80;
                let error = decode_access_list(&keys).unwrap_err();
                assert_eq!((error.code(), error.index()), ("malformed-entry", index), "byte {at}");
            }
        }
    }

    #[test]
    fn redundant_extension_is_accepted() {
        let id = identifier(U256::from(901));
        let mut keys = encode_access_list([(&id, B256::ZERO)]);
        let plain = decode_access_list(&keys);
        let mut extension = B256::ZERO;
        extension[0] = 2;
        keys.insert(1, extension);
        assert_eq!(decode_access_list(&keys), plain);
    }

    #[test]
    fn decoder_ends_after_an_error() {
        let mut decoder = AccessListDecoder::new(&[B256::ZERO, B256::ZERO]);
        assert!(decoder.next().is_some_and(|access| access.is_err()));
        assert_eq!(decoder.next(), None);
    }
}
