use crate::{StoreError, database::Row};
use alloy_primitives::{Address, B256, U256};
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SentMessage};

/// A `SentMessage` event in a block that is being applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenMessage {
    /// The event.
    pub sent: SentMessage,
    /// The index of its log within the block.
    pub log_index: u32,
    /// The transaction that emitted it.
    pub tx_hash: B256,
}

/// A `RelayedMessage` event in a block that is being applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenDelivery {
    /// The event.
    pub relayed: RelayedMessage,
    /// The index of its log within the block.
    pub log_index: u32,
    /// The transaction that emitted it.
    pub tx_hash: B256,
}

/// Where a canonical block of the source holds the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Initiation {
    /// What a relay transaction names.
    pub identifier: Identifier,
    /// The hash of the block.
    pub block_hash: B256,
    /// The transaction that sent, or resent, the message.
    pub tx_hash: B256,
}

/// Where a canonical block of the destination tells of the delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The destination.
    pub chain_id: u64,
    /// The height of the block.
    pub block_number: u64,
    /// Its hash.
    pub block_hash: B256,
    /// Its timestamp, in seconds.
    pub timestamp: u64,
    /// The index of the log within the block.
    pub log_index: u32,
    /// The transaction that delivered it; not necessarily ours.
    pub tx_hash: B256,
}

/// What is to be said about a message. Derived from what the chains and the attempts say, never stored.
///
/// The first that applies, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MessageStatus {
    /// The destination says that it was relayed, by whomever.
    Delivered,
    /// No canonical block of the source holds it any more.
    Orphaned,
    /// An operator does not want it delivered.
    Skipped,
    /// A transaction of ours carries it.
    Submitted,
    /// Our transaction failed, and no later one is under way.
    Failed,
    /// Waits to be delivered.
    Pending,
}

impl MessageStatus {
    /// All of them, in their order.
    pub const ALL: [Self; 6] =
        [Self::Delivered, Self::Orphaned, Self::Skipped, Self::Submitted, Self::Failed, Self::Pending];

    /// The name, as in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Orphaned => "orphaned",
            Self::Skipped => "skipped",
            Self::Submitted => "submitted",
            Self::Failed => "failed",
            Self::Pending => "pending",
        }
    }

    /// The status with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

impl std::fmt::Display for MessageStatus {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.as_str())
    }
}

/// Everything known about a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageRecord {
    /// The position in the order in which messages were first seen; what [`MessageFilter::after`] counts.
    pub seq: u64,
    /// The hash by which the messengers know it.
    pub hash: B256,
    /// The chain that it comes from.
    pub source: u64,
    /// The message.
    pub sent: SentMessage,
    /// What is to be said about it.
    pub status: MessageStatus,
    /// The newest canonical initiation; none for an orphan.
    pub initiation: Option<Initiation>,
    /// The delivery.
    pub delivery: Option<Delivery>,
    /// Why an operator does not want it delivered.
    pub skip_reason: Option<String>,
}

/// Which messages to list. Empty fields match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// From this chain.
    pub source: Option<u64>,
    /// To this chain.
    pub destination: Option<U256>,
    /// With this status.
    pub status: Option<MessageStatus>,
    /// From this sender.
    pub sender: Option<Address>,
    /// For this target.
    pub target: Option<Address>,
    /// Initiated in this transaction.
    pub tx_hash: Option<B256>,
    /// Newest first instead of oldest first.
    pub newest_first: bool,
    /// Continue behind the message with this [`MessageRecord::seq`], in the direction of the listing.
    pub after: Option<u64>,
    /// At most so many.
    pub limit: Option<u32>,
}

/// How many messages of a route have a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusCount {
    /// The source.
    pub source: u64,
    /// The destination.
    pub destination: U256,
    /// The status.
    pub status: MessageStatus,
    /// The number of messages.
    pub count: u64,
}

pub(crate) fn status(row: &Row) -> Result<MessageStatus, StoreError> {
    let name = row.text("status")?;
    MessageStatus::from_name(&name)
        .ok_or_else(|| StoreError::Decode { column: "status", reason: format!("unknown status `{name}`") })
}

pub(crate) fn record(row: &Row) -> Result<MessageRecord, StoreError> {
    let source = row.uint("source")?;
    let initiation = if row.is_null("i_id")? {
        None
    } else {
        let identifier = Identifier {
            origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            block_number: row.uint("i_block_number")?,
            log_index: row.uint32("i_log_index")?,
            timestamp: row.uint("i_timestamp")?,
            chain_id: U256::from(source),
        };
        let (block_hash, tx_hash) = (row.b256("i_block_hash")?, row.b256("i_tx_hash")?);
        Some(Initiation { identifier, block_hash, tx_hash })
    };
    let delivery = if row.is_null("d_id")? {
        None
    } else {
        Some(Delivery {
            chain_id: row.uint("d_chain_id")?,
            block_number: row.uint("d_block_number")?,
            block_hash: row.b256("d_block_hash")?,
            timestamp: row.uint("d_timestamp")?,
            log_index: row.uint32("d_log_index")?,
            tx_hash: row.b256("d_tx_hash")?,
        })
    };
    Ok(MessageRecord {
        seq: row.uint("seq")?,
        hash: row.b256("hash")?,
        source,
        sent: SentMessage {
            destination: row.u256("destination")?,
            target: row.address("target")?,
            nonce: row.u256("nonce")?,
            sender: row.address("sender")?,
            message: row.bytes("message")?,
        },
        status: status(row)?,
        initiation,
        delivery,
        skip_reason: row.optional_text("skip_reason")?,
    })
}
