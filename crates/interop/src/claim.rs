use alloy_primitives::U256;

use crate::{Access, Checksum, ExecutingMessage, SafetyLevel};

/// What somebody asserts: that this chain, at this time, may execute this message.
///
/// [`rules::check`](crate::rules::check) decides it. The claims of an access list come from
/// [`Claim::declared`], those of a block's events from [`Claim::executed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The chain that executes the message.
    pub executing_chain: U256,
    /// The timestamp of the block that executes it, in seconds.
    pub executing_timestamp: u64,
    /// For how many seconds after that the claim must stay valid; 0 when only that moment counts.
    pub timeout: u64,
    /// How safe the block of the initiating message must be.
    pub min_safety: SafetyLevel,
    /// Whether the message may have been initiated at the executing timestamp itself.
    pub same_timestamp: SameTimestamp,
    /// The message.
    pub message: ClaimedMessage,
}

/// Whether a message can be executed in the second in which it was initiated.
///
/// The protocol allows it in blocks. Admission forbids it unless told otherwise, as the filter does that others run: a block
/// with such a message is one that these stop at. Besides, admission knows of no cycles among messages of one timestamp.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SameTimestamp {
    /// As the protocol has it.
    #[default]
    Allowed,
    /// Only messages of earlier timestamps.
    Forbidden,
}

/// The message of a claim: as an access list declares it, or as an event tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimedMessage {
    /// Only position and checksum are known.
    Declared(Access),
    /// Origin and payload hash are known as well.
    Executed(ExecutingMessage),
}

impl Claim {
    /// Makes the claim of an access-list entry.
    pub const fn declared(executing_chain: U256, executing_timestamp: u64, access: Access) -> Self {
        Self::new(executing_chain, executing_timestamp, ClaimedMessage::Declared(access))
    }

    /// Makes the claim of an executing message in a block.
    pub const fn executed(
        executing_chain: U256,
        executing_timestamp: u64,
        message: ExecutingMessage,
    ) -> Self {
        Self::new(executing_chain, executing_timestamp, ClaimedMessage::Executed(message))
    }

    /// Makes the claim with no timeout, the least safety, and messages of the same timestamp allowed.
    pub const fn new(executing_chain: U256, executing_timestamp: u64, message: ClaimedMessage) -> Self {
        Self {
            executing_chain,
            executing_timestamp,
            timeout: 0,
            min_safety: SafetyLevel::Unsafe,
            same_timestamp: SameTimestamp::Allowed,
            message,
        }
    }

    /// Demands that the claim stays valid for so many seconds.
    pub const fn with_timeout(mut self, seconds: u64) -> Self {
        self.timeout = seconds;
        self
    }

    /// Demands that the block of the initiating message has this safety.
    pub const fn with_min_safety(mut self, level: SafetyLevel) -> Self {
        self.min_safety = level;
        self
    }

    /// Sets whether the message may be of the executing timestamp itself.
    pub const fn with_same_timestamp(mut self, same_timestamp: SameTimestamp) -> Self {
        self.same_timestamp = same_timestamp;
        self
    }
}

impl ClaimedMessage {
    /// Returns the chain of the initiating message.
    pub const fn chain_id(&self) -> U256 {
        match self {
            Self::Declared(access) => access.chain_id,
            Self::Executed(message) => message.identifier.chain_id,
        }
    }

    /// Returns the number of the block that holds the initiating message.
    pub const fn block_number(&self) -> u64 {
        match self {
            Self::Declared(access) => access.block_number,
            Self::Executed(message) => message.identifier.block_number,
        }
    }

    /// Returns the timestamp of that block, in seconds.
    pub const fn timestamp(&self) -> u64 {
        match self {
            Self::Declared(access) => access.timestamp,
            Self::Executed(message) => message.identifier.timestamp,
        }
    }

    /// Returns the index of the log within that block.
    pub const fn log_index(&self) -> u32 {
        match self {
            Self::Declared(access) => access.log_index,
            Self::Executed(message) => message.identifier.log_index,
        }
    }

    /// Returns the checksum, which is computed for an executed message.
    pub fn checksum(&self) -> Checksum {
        match self {
            Self::Declared(access) => access.checksum,
            Self::Executed(message) => message.identifier.checksum(message.msg_hash),
        }
    }
}
