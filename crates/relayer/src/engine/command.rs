use std::time::Duration;

use alloy::primitives::B256;

use crate::engine::{Message, SignedTx};

/// What a lane wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Ask the destination whether the message can be delivered now.
    Guard(Message),
    /// Sign a transaction that delivers the message and commit it to the store. Do not send it.
    ///
    /// One message for now; a batch of several will be the same command with more of them.
    Submit {
        /// The message.
        message: Message,
        /// The transaction's nonce.
        nonce: u64,
        /// The transaction's gas limit.
        gas: u64,
        /// The version that it takes the place of: its fees have to be outbid.
        replaces: Option<SignedTx>,
    },
    /// Sign a transaction that does nothing but use this nonce, which later ones wait for. Nothing to commit.
    Fill {
        /// The nonce.
        nonce: u64,
        /// The version that it takes the place of: its fees have to be outbid.
        replaces: Option<SignedTx>,
    },
    /// Send these bytes.
    Broadcast {
        /// The transaction's nonce.
        nonce: u64,
        /// The transaction.
        tx: SignedTx,
    },
    /// Find out which transaction used a nonce: one of these, or another.
    Receipt {
        /// The nonce.
        nonce: u64,
        /// The hashes of the versions that may have been sent, the newest last.
        tx_hashes: Vec<B256>,
    },
    /// Ask for the account's nonces.
    Nonces {
        /// To be repeated in the answer.
        epoch: u64,
    },
    /// Send a [`Tick`](crate::engine::Event::Tick) after this time.
    Wake {
        /// The time to wait.
        after: Duration,
    },
    /// Write down what became of a committed transaction.
    Record {
        /// The transaction's hash.
        tx_hash: B256,
        /// What became of it.
        outcome: AttemptOutcome,
    },
    /// Tell whoever listens.
    Notify(Notice),
}

/// What became of a committed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// The node has it.
    Broadcast,
    /// It is in a block. (Those that delivered something are noted with the block that tells of it.)
    Landed {
        /// Whether it succeeded.
        success: bool,
        /// The block's number.
        block_number: u64,
    },
    /// The node will never take it.
    Refused {
        /// What the node said.
        reason: String,
    },
    /// A block holds another transaction with its nonce.
    Replaced {
        /// The block's number.
        block_number: u64,
    },
    /// It will not be sent again, and its nonce is free.
    Abandoned {
        /// Why.
        reason: String,
    },
}

/// What listeners learn of the work in a lane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The node took a transaction that delivers the message.
    Submitted {
        /// The message's hash.
        message: B256,
        /// The transaction's hash.
        tx_hash: B256,
        /// Its nonce.
        nonce: u64,
    },
    /// Delivering the message failed, or would have.
    Failed {
        /// The message's hash.
        message: B256,
        /// Why.
        reason: String,
        /// The transaction of ours that was mined and reverted, if it came to that.
        tx_hash: Option<B256>,
        /// The destination block after which it is tried again; `None` when it was given up.
        retry_after_block: Option<u64>,
    },
    /// The destination says that the message was delivered before what the relayer has seen of the chain.
    DeliveredEarlier {
        /// The message's hash.
        message: B256,
    },
    /// The message is too old to be executed.
    Expired {
        /// The message's hash.
        message: B256,
    },
    /// The relayer's account cannot pay.
    Unfunded {
        /// What the node said.
        reason: String,
    },
    /// The destination takes no messages for now (its failsafe).
    Closed {
        /// What the node said.
        reason: String,
    },
    /// A transaction that was sent gives its nonce to one that does nothing: its message is gone, or it held others up.
    Cancelled {
        /// The hash of the message that it was for, if it was for one.
        message: Option<B256>,
        /// The nonce.
        nonce: u64,
    },
    /// A block holds another transaction with the nonce of ours.
    Replaced {
        /// The message's hash.
        message: B256,
        /// The newest version of our transaction.
        tx_hash: B256,
        /// The nonce.
        nonce: u64,
        /// The block's number.
        block_number: u64,
    },
    /// Transactions of the account that are not this relayer's wait in the node's pool: nothing new is signed before
    /// blocks hold them, since they may deliver the same messages. Told again while it lasts, more and more rarely.
    Waiting {
        /// The first nonce that no block holds so far.
        first_nonce: u64,
        /// The first nonce that the node misses.
        next_nonce: u64,
        /// For how many blocks nothing of them has landed.
        blocks: u64,
    },
    /// The node answers, but neither judges messages nor takes them. Told once until it does.
    Unwell {
        /// What the node said last.
        reason: String,
    },
    /// The node does what it is there for again.
    Well,
}
