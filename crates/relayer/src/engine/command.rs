use std::time::Duration;

use alloy::primitives::{Address, B256};

use crate::engine::{Item, Message, SignedTx};

/// What a lane wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// Ask the destination whether these messages can be delivered now: each by itself, but as of the same block. One
    /// [`Guarded`](crate::engine::Event::Guarded) answers for all of them.
    Guard {
        /// The messages, in their order.
        messages: Vec<Message>,
    },
    /// Sign a transaction that delivers these messages and commit it to the store. Do not send it.
    ///
    /// One item is relayed by the messenger itself, several by the batcher.
    Submit {
        /// Who signs.
        signer: Address,
        /// The transaction's nonce.
        nonce: u64,
        /// The messages, in the order in which they are to be delivered.
        items: Vec<Item>,
        /// The version that it takes the place of: its fees have to be outbid.
        replaces: Option<SignedTx>,
    },
    /// Sign a transaction that does nothing but use this nonce, which later ones wait for. Nothing to commit.
    Fill {
        /// Who signs.
        signer: Address,
        /// The nonce.
        nonce: u64,
        /// The version that it takes the place of: its fees have to be outbid.
        replaces: Option<SignedTx>,
    },
    /// Send these bytes.
    Broadcast {
        /// Who signed them.
        signer: Address,
        /// The transaction's nonce.
        nonce: u64,
        /// The transaction.
        tx: SignedTx,
    },
    /// Find out which transaction used a nonce: one of these, or another.
    Receipt {
        /// Whose nonce.
        signer: Address,
        /// The nonce.
        nonce: u64,
        /// The hashes of the versions that may have been sent, the newest last.
        tx_hashes: Vec<B256>,
    },
    /// Ask for an account's nonces.
    Nonces {
        /// The account.
        signer: Address,
        /// To be repeated in the answer.
        epoch: u64,
    },
    /// Send a [`Tick`](crate::engine::Event::Tick) after this time, instead of one that was asked for before and has not
    /// come.
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
    /// It is in a block, and these of its messages were not delivered by it, for these reasons.
    ItemsFailed(Vec<(B256, String)>),
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
    /// The node took a transaction that delivers these messages.
    Submitted {
        /// The hashes of the messages.
        messages: Vec<B256>,
        /// The transaction's hash.
        tx_hash: B256,
        /// Who signed it.
        signer: Address,
        /// Its nonce.
        nonce: u64,
    },
    /// Delivering the message failed, or would have. It may have been one of several in its transaction.
    Failed {
        /// The message's hash.
        message: B256,
        /// Why.
        reason: String,
        /// The transaction of ours that is in a block and did not deliver it, if it came to that.
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
    /// The message is not tried for now: what others of its sender, target or route made the relayer pay in vain is above
    /// the policy's budget.
    Withheld {
        /// The message's hash.
        message: B256,
        /// Whose budget is used up, in words.
        reason: String,
        /// The destination block after which it is looked at again.
        retry_after_block: u64,
    },
    /// Nothing new is signed: what the lane spent in the past hour is at the policy's cap. Told once until it is not.
    Capped {
        /// Of whose messages that is, where it is the cap of a route; `None` where it is that of the lane.
        source: Option<u64>,
        /// The gas of what landed in the past hour.
        gas: u64,
        /// The cap.
        cap: u64,
    },
    /// An account cannot pay.
    Unfunded {
        /// The account; `None` when a message was judged and no account is meant.
        signer: Option<Address>,
        /// What the node said.
        reason: String,
    },
    /// The destination takes no messages for now (its failsafe).
    Closed {
        /// What the node said.
        reason: String,
    },
    /// A transaction that was sent gives its nonce to one that does nothing: its messages are gone, or it held others up.
    Cancelled {
        /// The hashes of the messages that it was for and that still need delivery.
        messages: Vec<B256>,
        /// Who signed it.
        signer: Address,
        /// The nonce.
        nonce: u64,
    },
    /// A block holds another transaction with the nonce of ours.
    Replaced {
        /// The hashes of the messages that ours was for and that still need delivery.
        messages: Vec<B256>,
        /// The newest version of our transaction.
        tx_hash: B256,
        /// Who signed it.
        signer: Address,
        /// The nonce.
        nonce: u64,
        /// The block's number.
        block_number: u64,
    },
    /// Transactions of the account that are not this relayer's wait in the node's pool: nothing new is signed before
    /// blocks hold them, since they may deliver the same messages. Told again while it lasts, more and more rarely.
    Waiting {
        /// The account.
        signer: Address,
        /// The first nonce that no block holds so far.
        first_nonce: u64,
        /// The first nonce that the node misses.
        next_nonce: u64,
        /// For how many blocks nothing of them has landed.
        blocks: u64,
    },
    /// The node refuses messages of this source for now: it does not know its newest blocks, or its clock is behind. What is as
    /// young waits. Told once until one of them goes through.
    SourceNotReady {
        /// The source.
        source: u64,
        /// What the node said.
        reason: String,
    },
    /// The node takes messages of this source again, as young as those that it refused.
    SourceReady {
        /// The source.
        source: u64,
    },
    /// The node answers, but neither judges messages nor takes them. Told once until it does.
    Unwell {
        /// What the node said last.
        reason: String,
    },
    /// The node does what it is there for again.
    Well,
}
