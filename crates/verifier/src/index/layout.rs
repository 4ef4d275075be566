//! How the index lies in its database.
//!
//! A check costs one look-up: the hash of log *i* of a block stands in the block's chunk *i* / [`CHUNK`], together with the
//! block's timestamp. Each chain has its own tables: the database packs the pages of a table that grows at its end, and a
//! table of several chains would grow in its middle.

use super::{Header, IndexError, Marks};
use alloy_primitives::{Address, B256, U256};
use causeway_interop::{ExecutingMessage, Identifier};
use redb::TableDefinition;

/// Version of the layout, in [`SETTINGS`].
pub(super) const VERSION: u64 = 2;

/// Chain ID (big endian) to what is known of the chain as a whole.
pub(super) const CHAINS: TableDefinition<'_, &[u8; 32], &[u8; RECORD]> = TableDefinition::new("chains");
/// Whatever is not a chain's: the layout's version, the operator's failsafe.
pub(super) const SETTINGS: TableDefinition<'_, &str, u64> = TableDefinition::new("settings");

/// Chain ID (big endian) to why the chain waits for a word of the operator.
pub(super) const SUSPENDED: TableDefinition<'_, &[u8; 32], &str> = TableDefinition::new("suspended");

/// Number to identity of the block.
pub(super) type Headers<'a> = TableDefinition<'a, u64, &'static [u8; HEADER]>;
/// (Number, chunk) to timestamp and log hashes. A block without logs has no chunk.
pub(super) type Logs<'a> = TableDefinition<'a, (u64, u32), &'static [u8]>;
/// Number to the messages that the block executes; blocks without have no entry.
pub(super) type Executing<'a> = TableDefinition<'a, u64, &'static [u8]>;

/// Log hashes in a chunk: few enough for the rest of a page that fits no further chunk to be small, and enough for what
/// each chunk needs besides to be small.
pub(super) const CHUNK: usize = 20;
/// Bytes before the hashes of a chunk: the timestamp.
pub(super) const CHUNK_HEAD: usize = 8;
/// Bytes of an identity.
pub(super) const HEADER: usize = 32 + 32 + 8 + 4;
/// Bytes of a chain's record.
pub(super) const RECORD: usize = 4 + 4 * 9;
/// Bytes of an executing message.
pub(super) const MESSAGE: usize = 4 + 32 + 20 + 8 + 8 + 4 + 32;

/// What is known of a chain as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The chain's place in the order in which chains came into the index; names its tables.
    pub(super) ordinal: u32,
    pub(super) marks: Marks,
}

/// The names of a chain's tables.
#[derive(Debug)]
pub(super) struct Names {
    headers: String,
    logs: String,
    executing: String,
}

impl Names {
    pub(super) fn of(ordinal: u32) -> Self {
        let name = |table: &str| format!("{table}/{ordinal}");
        Self { headers: name("headers"), logs: name("logs"), executing: name("executing") }
    }

    pub(super) const fn headers(&self) -> Headers<'_> {
        Headers::new(self.headers.as_str())
    }

    pub(super) const fn logs(&self) -> Logs<'_> {
        Logs::new(self.logs.as_str())
    }

    pub(super) const fn executing(&self) -> Executing<'_> {
        Executing::new(self.executing.as_str())
    }
}

pub(super) fn encode_record(record: &Record) -> [u8; RECORD] {
    let mut bytes = [0; RECORD];
    bytes[..4].copy_from_slice(&record.ordinal.to_be_bytes());
    for (mark, place) in record.marks.to_array().into_iter().zip(bytes[4..].chunks_exact_mut(9)) {
        if let Some(number) = mark {
            place[0] = 1;
            place[1..].copy_from_slice(&number.to_be_bytes());
        }
    }
    bytes
}

pub(super) fn decode_record(bytes: &[u8; RECORD]) -> Record {
    let mark = |place: usize| {
        let start = 4 + place * 9;
        (bytes[start] != 0).then(|| u64_at(bytes, start + 1))
    };
    Record { ordinal: u32_at(bytes, 0), marks: Marks::from_array([0, 1, 2, 3].map(mark)) }
}

/// An identity, and how many of the block's first logs deposits emitted.
pub(super) fn encode_header(header: &Header, deposit_logs: u32) -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[..32].copy_from_slice(header.hash.as_slice());
    bytes[32..64].copy_from_slice(header.parent_hash.as_slice());
    bytes[64..72].copy_from_slice(&header.timestamp.to_be_bytes());
    bytes[72..].copy_from_slice(&deposit_logs.to_be_bytes());
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

pub(super) fn deposit_logs(bytes: &[u8; HEADER]) -> u32 {
    u32_at(bytes, 72)
}

/// The chunks of a block, each with its number.
pub(super) fn chunks(timestamp: u64, log_hashes: &[B256]) -> impl Iterator<Item = (u32, Vec<u8>)> {
    log_hashes.chunks(CHUNK).enumerate().map(move |(chunk, hashes)| {
        let mut bytes = timestamp.to_be_bytes().to_vec();
        hashes.iter().for_each(|hash| bytes.extend_from_slice(hash.as_slice()));
        (chunk as u32, bytes)
    })
}

/// Where a log's hash stands: its chunk, and its place there.
pub(super) const fn place(log_index: u32) -> (u32, usize) {
    (log_index / CHUNK as u32, log_index as usize % CHUNK)
}

/// Timestamp in a chunk, and its hashes.
pub(super) fn read_chunk(bytes: &[u8]) -> Result<(u64, &[[u8; 32]]), IndexError> {
    match bytes.split_first_chunk::<CHUNK_HEAD>().map(|(timestamp, rest)| (timestamp, rest.as_chunks())) {
        Some((timestamp, (hashes, []))) => Ok((u64::from_be_bytes(*timestamp), hashes)),
        _ => Err(IndexError::Corrupt { what: "a chunk of logs has a length that none has" }),
    }
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
