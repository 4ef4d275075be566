use crate::Header;
use alloy_primitives::U256;
use causeway_interop::{ExecutingMessage, InvalidReason};
use std::fmt;

/// A block that has to be replaced, and with it every block above it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FallenBlock {
    /// The chain.
    pub chain_id: U256,
    /// The block, the lowest one of its chain that falls.
    pub header: Header,
    /// How many logs its deposits emitted: the block that replaces it has these again.
    pub deposit_logs: u32,
    /// Why it falls.
    pub cause: Cause,
}

/// Why a block falls.
///
/// Specs: "Derivation", section "Replacing Invalid Blocks".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It executes a message that must not be executed.
    Message {
        /// Index of the log that executes the message.
        log_index: u32,
        /// The message.
        message: ExecutingMessage,
        /// The rule that it breaks.
        reason: InvalidReason,
    },
    /// Its messages of its own timestamp are part of a cycle, or a cycle depends on them.
    Cycle,
    /// It executes a message of a block that falls.
    DependsOn {
        /// Index of the log that executes the message.
        log_index: u32,
        /// The chain of the block that falls.
        chain_id: U256,
        /// The block that the message is of; it falls, or stands on one that does.
        block_number: u64,
    },
}

impl Cause {
    /// Returns the stable name of the cause: that of the rule, where one message breaks one.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Message { reason, .. } => reason.code(),
            Self::Cycle => "cyclic-dependency",
            Self::DependsOn { .. } => "invalid-dependency",
        }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message { log_index, message, reason } => {
                let id = &message.identifier;
                write!(
                    f,
                    "its log {log_index} executes log {} of block {} of chain {}: {reason}",
                    id.log_index, id.block_number, id.chain_id
                )
            }
            Self::Cycle => f.write_str("its messages are part of a cycle among messages of one timestamp"),
            Self::DependsOn { log_index, chain_id, block_number } => write!(
                f,
                "its log {log_index} executes a message of block {block_number} of chain {chain_id}, which falls"
            ),
        }
    }
}

impl FallenBlock {
    /// Whether a log of this chain goes when the block is replaced.
    pub const fn takes(&self, block_number: u64, log_index: u32) -> bool {
        block_number > self.header.number
            || (block_number == self.header.number && log_index >= self.deposit_logs)
    }

    /// Everything among `all` that falls because this block does, whether at once or by way of others.
    pub fn takes_along<'a>(&self, all: &'a [Self]) -> Vec<&'a Self> {
        let mut found: Vec<&Self> = Vec::new();
        let mut pending = vec![self.chain_id];
        while let Some(chain) = pending.pop() {
            for block in all {
                let depends = matches!(block.cause, Cause::DependsOn { chain_id, .. } if chain_id == chain);
                if depends && !found.iter().any(|known| known.chain_id == block.chain_id) {
                    found.push(block);
                    pending.push(block.chain_id);
                }
            }
        }
        found
    }
}
