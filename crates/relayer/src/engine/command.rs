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
    },
    /// Sign a transaction that does nothing but use this nonce, which later ones wait for. Nothing to commit.
    Fill {
        /// The nonce.
        nonce: u64,
    },
    /// Send these bytes.
    Broadcast {
        /// The transaction's nonce.
        nonce: u64,
        /// The transaction.
        tx: SignedTx,
    },
    /// Ask for the receipt of a transaction whose nonce is used.
    Receipt {
        /// The transaction's nonce.
        nonce: u64,
        /// The transaction's hash.
        tx_hash: B256,
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
    /// Another transaction has its nonce.
    Replaced,
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
}
