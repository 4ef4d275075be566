use alloy_primitives::{Address, B256};
use causeway_interop::{EventError, ExecutingMessage, log_hash, msg_hash};

/// What the index keeps of a block's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Header {
    /// The height.
    pub number: u64,
    /// The hash.
    pub hash: B256,
    /// The hash of the block below.
    pub parent_hash: B256,
    /// Seconds since the epoch.
    pub timestamp: u64,
}

impl Header {
    /// Whether this block stands directly on `parent`, and is not older.
    pub fn is_child_of(&self, parent: &Self) -> bool {
        parent.number.checked_add(1) == Some(self.number)
            && self.parent_hash == parent.hash
            && self.timestamp >= parent.timestamp
    }
}

/// A block on its way into the index: the hash of each of its logs, which of them deposits emitted, and the messages that
/// the block executes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedBlock {
    /// The identity.
    pub header: Header,
    log_hashes: Vec<B256>,
    deposit_logs: u32,
    executing: Vec<(u32, ExecutingMessage)>,
}

impl IndexedBlock {
    /// Makes a block without logs.
    pub const fn new(header: Header) -> Self {
        Self { header, log_hashes: Vec::new(), deposit_logs: 0, executing: Vec::new() }
    }

    /// Sets how many of the block's first logs deposits emitted. Deposits come first in every block, and they are what is
    /// left of a block that is replaced.
    pub const fn with_deposit_logs(mut self, deposit_logs: u32) -> Self {
        self.deposit_logs = deposit_logs;
        self
    }

    /// Adds the block's next log.
    ///
    /// Fails on an `ExecutingMessage` of the inbox that does not decode. No inbox emits one, so whoever reports it is not
    /// to be believed.
    pub fn push_log(&mut self, emitter: Address, topics: &[B256], data: &[u8]) -> Result<(), EventError> {
        if let Some(message) = ExecutingMessage::from_log(emitter, topics, data) {
            // Log indices are 32 bits wide on the wire, so no block that was read has more logs.
            self.executing.push((self.log_hashes.len() as u32, message?));
        }
        self.log_hashes.push(log_hash(emitter, msg_hash(topics, data)));
        Ok(())
    }

    /// The [`log_hash`] of every log, in the order of their indices.
    pub fn log_hashes(&self) -> &[B256] {
        &self.log_hashes
    }

    /// How many of the first logs deposits emitted.
    pub const fn deposit_logs(&self) -> u32 {
        self.deposit_logs
    }

    /// The messages that the block executes, each with the index of the log that says so.
    pub fn executing(&self) -> &[(u32, ExecutingMessage)] {
        &self.executing
    }
}
