use alloy::primitives::{Address, B256, U256};

/// What a relayer tells whoever listens.
///
/// It reports what happened on the chains as well as what the relayer did; every event is told after it was written
/// to the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RelayerEvent {
    /// A message was sent, or sent again.
    Seen {
        /// The message's hash.
        message_hash: B256,
        /// The chain it comes from.
        source: u64,
        /// The chain it goes to.
        destination: U256,
        /// The transaction that sent it.
        tx_hash: B256,
    },
    /// A node took the transaction that delivers a message.
    Submitted {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
        /// The transaction.
        tx_hash: B256,
        /// Its nonce.
        nonce: u64,
    },
    /// A message was delivered, by whomever.
    Delivered {
        /// The message's hash.
        message_hash: B256,
        /// The chain it went to.
        destination: u64,
        /// The transaction that delivered it.
        tx_hash: B256,
        /// The block that holds it.
        block_number: u64,
    },
    /// A message was delivered before the blocks that the relayer knows.
    DeliveredEarlier {
        /// The message's hash.
        message_hash: B256,
        /// The chain it went to.
        destination: u64,
    },
    /// Delivering a message failed, or would have.
    Failed {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
        /// Why.
        reason: String,
        /// Our transaction that was mined and reverted, if it came to that.
        tx_hash: Option<B256>,
        /// The block after which it is tried again; `None` when it was given up.
        retry_after_block: Option<u64>,
    },
    /// A message is too old to be executed. Sending it again makes it young.
    Expired {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
    },
    /// A reorg of its source took a message away.
    Orphaned {
        /// The message's hash.
        message_hash: B256,
        /// The chain it came from.
        source: u64,
    },
    /// A reorg of its destination took the delivery of a message away.
    Undelivered {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
    },
    /// The relayer's account cannot pay on a chain. Told once until it can again.
    LowBalance {
        /// The chain.
        chain_id: u64,
        /// The account.
        account: Address,
        /// What it has, in wei; `None` when the node did not say.
        balance: Option<U256>,
    },
    /// A chain takes no messages for now: its failsafe is on.
    Closed {
        /// The chain.
        chain_id: u64,
        /// What its node said.
        reason: String,
    },
    /// All blocks of a chain up to its head are known.
    CaughtUp {
        /// The chain.
        chain_id: u64,
        /// The number of its head.
        block_number: u64,
    },
    /// A chain cannot be reached, or what its node says cannot be used.
    ChainOffline {
        /// The chain.
        chain_id: u64,
        /// Why, without secrets.
        reason: String,
    },
    /// The chain can be reached again.
    ChainOnline {
        /// The chain.
        chain_id: u64,
    },
    /// The chain cannot be followed any further, until somebody decides what to do.
    ChainHalted {
        /// The chain.
        chain_id: u64,
        /// Why.
        reason: String,
    },
}
