use alloy::primitives::B256;
use causeway_interop::Identifier;

use crate::engine::{Message, SignedTx};

/// What happened, as far as one lane is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message to this destination stands on the canonical source chain: new, sent again, or moved by a reorg.
    Seen(Message),
    /// A message that was seen earlier and is not delivered: at start, and after a reorg of the destination, which takes
    /// back whatever its blocks had decided.
    Restored {
        /// The message.
        message: Message,
        /// Our transactions for it that are in blocks and delivered nothing.
        reverted: Vec<B256>,
    },
    /// No canonical log of the message is left on its source chain.
    Orphaned(B256),
    /// The destination's log says that the message was delivered, in this transaction.
    Delivered {
        /// The message's hash.
        message: B256,
        /// The transaction that holds the `RelayedMessage` log.
        tx_hash: B256,
        /// The block that holds it.
        block_number: u64,
    },
    /// A reorg of the destination undid the delivery.
    Undelivered(Message),
    /// A transaction that was signed earlier and whose end was not seen, or is void: at start, and after a reorg of the
    /// destination. Of several, the newest comes first.
    Resumed {
        /// The hash of the message that it delivers.
        message: B256,
        /// Its nonce.
        nonce: u64,
        /// The transaction.
        tx: SignedTx,
    },
    /// A block of the destination was taken in, after all deliveries in it.
    Head {
        /// The block's number.
        number: u64,
        /// The block's timestamp, in seconds.
        timestamp: u64,
    },
    /// The destination's blocks above this number are no more.
    Reorged {
        /// The number of the last block that stayed.
        ancestor: u64,
    },
    /// The destination is another chain under the same id: no transaction of before means anything there.
    Reset,
    /// All blocks of the destination up to its head were taken in: the lane may act.
    CaughtUp,
    /// The destination cannot be reached.
    Offline,
    /// Answer to [`Command::Guard`](crate::engine::Command::Guard).
    Guarded {
        /// The message's hash.
        message: B256,
        /// The identifier that was checked.
        identifier: Identifier,
        /// What the destination said.
        outcome: GuardOutcome,
    },
    /// Answer to [`Command::Nonces`](crate::engine::Command::Nonces).
    Nonces {
        /// The epoch of the question.
        epoch: u64,
        /// The account's nonce as of the newest block that was taken in, and with what is pending; `None` when the node
        /// did not say.
        nonces: Option<(u64, u64)>,
    },
    /// The transaction for this nonce is signed and committed to the store; it was not sent.
    Committed {
        /// The nonce.
        nonce: u64,
        /// The transaction.
        tx: SignedTx,
    },
    /// Nothing was signed for this nonce.
    NotCommitted {
        /// The nonce.
        nonce: u64,
    },
    /// Answer to [`Command::Broadcast`](crate::engine::Command::Broadcast).
    Broadcast {
        /// The nonce.
        nonce: u64,
        /// The transaction's hash.
        tx_hash: B256,
        /// What the node said.
        outcome: BroadcastOutcome,
    },
    /// Answer to [`Command::Receipt`](crate::engine::Command::Receipt).
    Receipt {
        /// The nonce.
        nonce: u64,
        /// The hash of the newest version.
        tx_hash: B256,
        /// What was found.
        outcome: ReceiptOutcome,
    },
    /// The time that [`Command::Wake`](crate::engine::Command::Wake) asked for has passed.
    Tick,
}

/// What the destination says about delivering a message now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardOutcome {
    /// It would succeed.
    Deliverable {
        /// The gas limit to give it.
        gas: u64,
    },
    /// It was delivered already.
    AlreadyDelivered,
    /// It would revert.
    Reverts {
        /// The decoded reason.
        reason: String,
    },
    /// It cannot be judged yet: the destination does not know the source's block so far.
    NotYet {
        /// What the node said.
        reason: String,
    },
    /// The relayer's account cannot pay for it.
    Unfunded {
        /// What the node said.
        reason: String,
    },
    /// The node could not be asked.
    Unavailable {
        /// Why.
        reason: String,
    },
}

/// What the node says to a transaction that was sent to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BroadcastOutcome {
    /// It is in the pool.
    Accepted,
    /// It was in the pool already.
    AlreadyKnown,
    /// Its nonce is used.
    NonceTooLow,
    /// Another transaction in the pool has its nonce.
    NonceTaken,
    /// Its fees are too low.
    Underpriced {
        /// What the node said.
        reason: String,
    },
    /// The account cannot pay for it.
    Unfunded {
        /// What the node said.
        reason: String,
    },
    /// The messages it executes cannot be judged yet.
    NotYet {
        /// What the node said.
        reason: String,
    },
    /// The node's gate is closed to all messages (the failsafe).
    Closed {
        /// What the node said.
        reason: String,
    },
    /// The node will never take it: it executes an invalid message, or is malformed.
    Invalid {
        /// What the node said.
        reason: String,
    },
    /// No answer that says whether the node has it.
    Transient {
        /// Why.
        reason: String,
    },
}

/// What became of a transaction whose nonce is used. Blocks count only when they were taken in before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptOutcome {
    /// A block holds one of its versions.
    Included {
        /// The version.
        tx_hash: B256,
        /// Whether it succeeded.
        success: bool,
        /// The block's number.
        block_number: u64,
    },
    /// A block holds another transaction with its nonce.
    Replaced {
        /// The block's number.
        block_number: u64,
    },
    /// No block that was taken in uses the nonce.
    Missing,
    /// It cannot be told.
    Unavailable,
}
