//! How the index lies in its database.
//!
//! A check costs one look-up: the hash of log *i* of a block stands in the block's chunk *i* / [`CHUNK`], together with the
//! block's timestamp. Chunks are small enough for several to fill a page of the database, whatever the size of the
//! blocks, so little of the disk is lost between them.

use super::{Header, IndexError};
use alloy_primitives::{Address, B256, U256};
use causeway_interop::{ExecutingMessage, Identifier};
use redb::TableDefinition;

/// Version of the layout, in [`SETTINGS`].
pub(super) const VERSION: u64 = 1;

/// A chain's place in the order in which chains came into the index. Shorter in keys than a chain ID.
pub(super) type Ordinal = u32;

/// Chain ID (big endian) to ordinal.
pub(super) const CHAINS: TableDefinition<'_, [u8; 32], Ordinal> = TableDefinition::new("chains");
/// (Chain, number) to the identity of the block.
pub(super) const HEADERS: TableDefinition<'_, (Ordinal, u64), [u8; HEADER]> = TableDefinition::new("headers");
/// (Chain, number, chunk) to timestamp and log hashes. A block without logs has one empty chunk.
pub(super) const LOGS: TableDefinition<'_, (Ordinal, u64, u32), &[u8]> = TableDefinition::new("logs");
/// (Chain, number) to the messages that the block executes; blocks without have no entry.
pub(super) const EXECUTING: TableDefinition<'_, (Ordinal, u64), &[u8]> = TableDefinition::new("executing");
/// Whatever is not a chain's: the layout's version, the operator's failsafe.
pub(super) const SETTINGS: TableDefinition<'_, &str, u64> = TableDefinition::new("settings");

/// Log hashes in a chunk.
pub(super) const CHUNK: usize = 30;
/// Bytes before the hashes of a chunk: the timestamp.
pub(super) const CHUNK_HEAD: usize = 8;
/// Bytes of an identity.
pub(super) const HEADER: usize = 32 + 32 + 8;
/// Bytes of an executing message.
pub(super) const MESSAGE: usize = 4 + 32 + 20 + 8 + 8 + 4 + 32;

pub(super) fn encode_header(header: &Header) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[..32].copy_from_slice(header.hash.as_slice());
    bytes[32..64].copy_from_slice(header.parent_hash.as_slice());
    bytes[64..].copy_from_slice(&header.timestamp.to_be_bytes());
    bytes
}

pub(super) fn decode_header(number: u64, bytes: &[u8; HEADER]) -> Header {
    Header {
        number,
        hash: B256::from_slice(&bytes[..32]),
        parent_hash: B256::from_slice(&bytes[32..64]),
        timestamp: u64_at(bytes, 64),
    }
}

/// The chunks of a block, each with its number.
pub(super) fn chunks(timestamp: u64, log_hashes: &[B256]) -> impl Iterator<Item = (u32, Vec<u8>)> {
    let count = log_hashes.len().div_ceil(CHUNK).max(1);
    (0..count).map(move |chunk| {
        let hashes = log_hashes.iter().skip(chunk * CHUNK).take(CHUNK);
        let mut bytes = timestamp.to_be_bytes().to_vec();
        hashes.for_each(|hash| bytes.extend_from_slice(hash.as_slice()));
        (chunk as u32, bytes)
    })
}

/// Where a log's hash stands: its chunk, and its place there.
pub(super) const fn place(log_index: u32) -> (u32, usize) {
    (log_index / CHUNK as u32, log_index as usize % CHUNK)
}

/// Timestamp in a chunk, and the hash at a place of it, if there is one.
pub(super) fn read_chunk(bytes: &[u8], place: usize) -> Result<(u64, Option<B256>), IndexError> {
    if bytes.len() < CHUNK_HEAD || !(bytes.len() - CHUNK_HEAD).is_multiple_of(32) {
        return Err(IndexError::Corrupt { what: "a chunk of logs has a length that none has" });
    }
    let start = CHUNK_HEAD + place * 32;
    Ok((u64_at(bytes, 0), bytes.get(start..start + 32).map(B256::from_slice)))
}

pub(super) fn encode_executing(messages: &[(u32, ExecutingMessage)]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(messages.len() * MESSAGE);
    for (index, message) in messages {
        let id = &message.identifier;
        bytes.extend_from_slice(&index.to_be_bytes());
        bytes.extend_from_slice(message.msg_hash.as_slice());
        bytes.extend_from_slice(id.origin.as_slice());
        bytes.extend_from_slice(&id.block_number.to_be_bytes());
        bytes.extend_from_slice(&id.timestamp.to_be_bytes());
        bytes.extend_from_slice(&id.log_index.to_be_bytes());
        bytes.extend_from_slice(&id.chain_id.to_be_bytes::<32>());
    }
    bytes
}

pub(super) fn decode_executing(bytes: &[u8]) -> Result<Vec<(u32, ExecutingMessage)>, IndexError> {
    let (messages, rest) = bytes.as_chunks::<MESSAGE>();
    if !rest.is_empty() {
        return Err(IndexError::Corrupt { what: "a list of executing messages has a length that none has" });
    }
    Ok(messages.iter().map(decode_message).collect())
}

fn decode_message(bytes: &[u8; MESSAGE]) -> (u32, ExecutingMessage) {
    let identifier = Identifier {
        origin: Address::from_slice(&bytes[36..56]),
        block_number: u64_at(bytes, 56),
        timestamp: u64_at(bytes, 64),
        log_index: u32_at(bytes, 72),
        chain_id: U256::from_be_slice(&bytes[76..]),
    };
    (u32_at(bytes, 0), ExecutingMessage { msg_hash: B256::from_slice(&bytes[4..36]), identifier })
}

/// The eight bytes at `at`, which the caller knows to be there.
fn u64_at(bytes: &[u8], at: usize) -> u64 {
    bytes[at..at + 8].iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes[at..at + 4].iter().fold(0, |value, byte| value << 8 | u32::from(*byte))
}
