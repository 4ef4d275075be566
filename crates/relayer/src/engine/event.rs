use alloy::primitives::{Address, B256};
use causeway_interop::Identifier;

use crate::engine::{Message, SignedTx};

/// What happened, as far as one lane is concerned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// Messages to this destination stand on a canonical source chain: new, sent again, or moved by a reorg. Those of one
    /// block come together.
    Seen(Vec<Message>),
    /// A message that was seen earlier and is not delivered: at start, and after a reorg of the destination, which takes
    /// back whatever its blocks had decided.
    Restored {
        /// The message.
        message: Message,
        /// Our transactions in blocks that carried it and did not deliver it, whatever was written down about them.
        in_vain: Vec<InVain>,
    },
    /// No canonical log of the message is left on its source chain.
    Orphaned(B256),
    /// Somebody in charge wants the message tried now, whatever is held against it.
    Retry(Message),
    /// Somebody in charge wants no more done for the message.
    Skipped(B256),
    /// A reorg of the destination undid the delivery.
    Undelivered(Message),
    /// A transaction that was signed earlier and whose end was not seen, or is void: at start, and after a reorg of the
    /// destination. Of several with the same nonce, the newest comes first.
    Resumed {
        /// Who signed it.
        signer: Address,
        /// Its nonce.
        nonce: u64,
        /// The hashes of the messages that it delivers.
        messages: Vec<B256>,
        /// The transaction.
        tx: SignedTx,
    },
    /// What came of messages in the past hours, by whose they were, oldest first: at start, before the first
    /// [`Restored`](Self::Restored). Without it, only what messages that are restored have cost is known.
    Remembered(Vec<Experience>),
    /// The receipt of a transaction of ours was read, so that what was planned for it does not count any more; and at start,
    /// for each that is in a block of the past hour.
    Used {
        /// The transaction's hash.
        tx_hash: B256,
        /// The block's number.
        block_number: u64,
        /// The block's timestamp, in seconds.
        timestamp: u64,
        /// The gas that it used.
        gas: u64,
        /// What of it was for the messages of which source; empty for as it was planned.
        shares: Vec<(u64, u64)>,
    },
    /// A block of the destination was taken in.
    Block {
        /// The block's number.
        number: u64,
        /// The block's timestamp, in seconds.
        timestamp: u64,
        /// All deliveries in it.
        deliveries: Vec<Delivery>,
    },
    /// The destination's blocks above this number are no more.
    Reorged {
        /// The number of the last block that stayed.
        ancestor: u64,
    },
    /// How safe the blocks of a source are: messages in those above this one wait, and in all while there is none. Until it
    /// is told, none of the source's messages waits for that.
    Settled {
        /// The source.
        source: u64,
        /// The number of its newest block that is as safe as its messages have to be.
        up_to: Option<u64>,
    },
    /// The destination is another chain under the same id: no transaction of before means anything there.
    Reset,
    /// Whether the batcher stands on the destination. Until it is told, every message has its own transaction.
    Batcher(bool),
    /// How much gas a block of the destination has; told when it changes. Until it is told, the policy's limits alone count.
    BlockGas(u64),
    /// All blocks of the destination up to its head were taken in: the lane may act.
    CaughtUp,
    /// The destination cannot be reached.
    Offline,
    /// Answer to [`Command::Guard`](crate::engine::Command::Guard).
    Guarded {
        /// What the destination said: one for each message that was asked about, in the same order.
        outcomes: Vec<Guarded>,
    },
    /// Answer to [`Command::Nonces`](crate::engine::Command::Nonces).
    Nonces {
        /// The account.
        signer: Address,
        /// The epoch of the question.
        epoch: u64,
        /// The account's nonce as of the newest block that was taken in, and with what is pending; `None` when the node
        /// did not say.
        nonces: Option<(u64, u64)>,
    },
    /// The transaction for this nonce is signed and committed to the store; it was not sent.
    Committed {
        /// Who signed it.
        signer: Address,
        /// The nonce.
        nonce: u64,
        /// The transaction.
        tx: SignedTx,
    },
    /// Nothing was signed for this nonce, or nothing committed: no bytes are anywhere.
    NotCommitted {
        /// Who was to sign.
        signer: Address,
        /// The nonce.
        nonce: u64,
        /// Why.
        reason: NotCommitted,
    },
    /// Answer to [`Command::Broadcast`](crate::engine::Command::Broadcast).
    Broadcast {
        /// Who signed it.
        signer: Address,
        /// The nonce.
        nonce: u64,
        /// The transaction's hash.
        tx_hash: B256,
        /// What the node said.
        outcome: BroadcastOutcome,
    },
    /// Answer to [`Command::Receipt`](crate::engine::Command::Receipt).
    Receipt {
        /// Whose nonce.
        signer: Address,
        /// The nonce.
        nonce: u64,
        /// The last of the hashes that were asked about.
        tx_hash: B256,
        /// What was found.
        outcome: ReceiptOutcome,
    },
    /// The time that [`Command::Wake`](crate::engine::Command::Wake) asked for has passed.
    Tick,
}

/// A delivery on the destination, as its log tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The message's hash.
    pub message: B256,
    /// The transaction that holds the `RelayedMessage` log.
    pub tx_hash: B256,
}

/// A transaction of ours that is in a block and did not deliver a message that it carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InVain {
    /// The transaction's hash.
    pub tx_hash: B256,
    /// The gas that the message cost there.
    pub gas: u64,
}

/// What came of messages of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Experience {
    /// The chain that they were sent on.
    pub source: u64,
    /// Who sent them there.
    pub sender: Address,
    /// What they call on the destination.
    pub target: Address,
    /// The token that they carry, if a bridge sent them.
    pub token: Option<Address>,
    /// The gas that delivered them.
    pub gas: u64,
    /// The gas that was paid in vain.
    pub vain_gas: u64,
    /// The time of the newest block in which it was paid, in seconds.
    pub at: u64,
}

/// What the destination says about one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guarded {
    /// The message's hash.
    pub message: B256,
    /// The identifier that was checked.
    pub identifier: Identifier,
    /// What the destination said.
    pub outcome: GuardOutcome,
}

/// Why nothing was signed and committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotCommitted {
    /// The node did not tell the fees, the signer did not sign, ...: to be tried again.
    Fault,
    /// The fees that it takes are above the ceiling.
    Ceiling,
    /// The account could not pay the last time, and cannot still.
    Unfunded {
        /// What it has and what it takes.
        reason: String,
    },
    /// The store says that attempts of others hold these messages. None of the others was committed either.
    Held {
        /// The hashes of the messages.
        messages: Vec<B256>,
    },
}

/// What the destination says about delivering a message now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardOutcome {
    /// It would succeed.
    Deliverable {
        /// The gas that `relayMessage` of it may use, as in [`Item::gas`](crate::engine::Item::gas).
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
        /// Whether it succeeded. A batch succeeds whatever becomes of its messages.
        success: bool,
        /// The block's number.
        block_number: u64,
        /// The block's timestamp, in seconds.
        timestamp: u64,
        /// The messages that it says it did not deliver, with decoded reasons (the batcher's `RelayFailed`).
        failures: Vec<(B256, String)>,
        /// The gas that it used.
        gas_used: u64,
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
