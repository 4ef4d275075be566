pub(crate) use reason::ether;
pub use {errand::ErrandEvent, gas::GasEvent, left::Left, source::SourceEvent};

mod errand;
mod gas;
mod left;
mod reason;
mod source;

use std::time::SystemTime;

use alloy::primitives::{Address, B256, U256};

/// What a relayer tells whoever listens: what happened on the chains, and what it did. Told after it was written to the store.
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
        /// The transaction. Others may travel in it, too.
        tx_hash: B256,
        /// The account that signed it.
        signer: Address,
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
    /// Delivering a message would fail, or its destination refuses it: nothing was paid, and it is tried again later.
    Postponed {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
        /// Why.
        reason: String,
        /// The block after which it is tried again.
        retry_after_block: u64,
    },
    /// Delivering a message failed, and was paid for; or it was given up.
    Failed {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
        /// Why.
        reason: String,
        /// Our transaction that is in a block and did not deliver it, if it came to that.
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
    /// The message is not tried for now: those like it made the relayer pay more in vain than has come back since of their budget.
    Withheld {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
        /// Whose budget is used up, in words.
        reason: String,
        /// The block after which it is looked at again.
        retry_after_block: u64,
    },
    /// Nothing new is signed for a chain: what was spent there in the past hour is at its cap. Told once until it is not.
    Capped {
        /// The chain.
        chain_id: u64,
        /// Where it is the cap of a route: the source of it, for whose messages alone nothing new is signed.
        source: Option<u64>,
        /// The gas of what landed in the past hour.
        gas: u64,
        /// The cap.
        cap: u64,
    },
    /// Delivering a message would take more gas than one may. Told each time that it is tried.
    Oversized {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
        /// What one may take.
        max_gas: u64,
    },
    /// An account of the relayer cannot pay on a chain. Told once until it can again.
    LowBalance {
        /// The chain.
        chain_id: u64,
        /// The account.
        account: Address,
        /// What it has, in wei; `None` when the node did not say.
        balance: Option<U256>,
    },
    /// A block holds the transfer by which the funding account gave ether to a signer.
    ToppedUp {
        /// The chain.
        chain_id: u64,
        /// Who was given it.
        signer: Address,
        /// Who gave it.
        account: Address,
        /// How much, in wei.
        amount: U256,
        /// The transaction.
        tx_hash: B256,
        /// The block that holds it.
        block_number: u64,
    },
    /// A signer needs ether and is given none: what was given on the chain in a day is at its cap. Told once until it is not.
    TopUpCapped {
        /// The chain.
        chain_id: u64,
        /// The signer.
        signer: Address,
        /// What was given in the past day, in wei.
        spent: U256,
        /// The cap, in wei.
        cap: U256,
    },
    /// A signer needs ether and is given none: the funding account has too little. Told once until that changes.
    TopUpUnfunded {
        /// The chain.
        chain_id: u64,
        /// The signer.
        signer: Address,
        /// The funding account.
        account: Address,
        /// What that has, in wei.
        balance: U256,
    },
    /// An account of the relayer does not sign: what holds its key does not answer, or refuses. That is held against no message:
    /// they go when it signs again, or with another account. Told once until it signs again, and when the reason becomes another.
    SignerUnwell {
        /// The chain for which it was to sign.
        chain_id: u64,
        /// The account.
        account: Address,
        /// When it was asked first of all times since it signed last.
        since: SystemTime,
        /// What it said, or that it says nothing, without secrets.
        reason: String,
    },
    /// The account signs again.
    SignerWell {
        /// The chain.
        chain_id: u64,
        /// The account.
        account: Address,
    },
    /// A block holds the transaction by which a message was sent again that had expired undelivered: it is young.
    Resent {
        /// The message's hash.
        message_hash: B256,
        /// The chain it comes from.
        source: u64,
        /// The transaction.
        tx_hash: B256,
        /// The block that holds it.
        block_number: u64,
    },
    /// A message expired and is not sent again: the gas of those of the past day is at its cap. Told once until that changes.
    ResendCapped {
        /// The source.
        chain_id: u64,
        /// The gas of the past day.
        gas: u64,
        /// The cap.
        cap: u64,
    },
    /// A message expired and is not sent again: the account that would cannot pay. Told once until that changes.
    ResendUnfunded {
        /// The source.
        chain_id: u64,
        /// The account.
        account: Address,
        /// What it has, in wei.
        balance: U256,
    },
    /// A message expired, and the messenger of its source cannot send it again. Told once until that changes.
    ResendImpossible {
        /// The source.
        chain_id: u64,
        /// What the messenger's `version()` says; empty if it says nothing.
        version: String,
        /// Expiry goes over L1 there: whoever sent the message proves it, and has refunded what it carried.
        over_l1: bool,
    },
    /// Something became of a transaction that delivers nothing.
    Errand(ErrandEvent),
    /// Gas costs more than may be paid, or no more than that again.
    Gas(GasEvent),
    /// A chain takes no new messages of one of its sources for now, or takes them again.
    Source(SourceEvent),
    /// A chain takes no messages for now: its failsafe is on. Told once until it takes one again.
    Closed {
        /// The chain.
        chain_id: u64,
        /// What its node said.
        reason: String,
    },
    /// A reorg of its destination took back what ended a message: that it had expired, was given up, or seemed delivered.
    TakenUp {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
    },
    /// Transactions of the relayer's account that it does not know wait in a node's pool. They may deliver the same messages: nothing
    /// new is signed until blocks hold them. Told more and more rarely; if they never will, replace them from `first_nonce` on.
    AccountBusy {
        /// The chain.
        chain_id: u64,
        /// The account.
        account: Address,
        /// The first nonce that no block holds.
        first_nonce: u64,
        /// The first nonce that the node misses.
        next_nonce: u64,
        /// For how many blocks none of them has landed.
        blocks: u64,
    },
    /// A transaction that was sent gives its nonce to one that does nothing: its messages are gone, or it held others up.
    Cancelled {
        /// The hash of a message that it was for and that needs delivery still, if there is one: told once for each.
        message_hash: Option<B256>,
        /// The chain it goes to.
        destination: u64,
        /// The account.
        signer: Address,
        /// The nonce.
        nonce: u64,
    },
    /// A block holds another transaction of the account with the nonce of ours, which goes with another: somebody else has the key.
    Replaced {
        /// The message's hash.
        message_hash: B256,
        /// The chain it goes to.
        destination: u64,
        /// The newest version of our transaction.
        tx_hash: B256,
        /// The account.
        signer: Address,
        /// The nonce.
        nonce: u64,
        /// The block's number.
        block_number: u64,
    },
    /// A node answers, but neither judges messages nor takes transactions. These are held against no message.
    NodeUnwell {
        /// The chain.
        chain_id: u64,
        /// What the node said last.
        reason: String,
    },
    /// The node judges messages and takes transactions again.
    NodeWell {
        /// The chain.
        chain_id: u64,
    },
    /// A chain that took no messages takes them again.
    Opened {
        /// The chain.
        chain_id: u64,
    },
    /// Messages of a chain are missing: its node leaves logs out, for they are numbered. What it tells of is delivered. Told once.
    NonceGap {
        /// The chain.
        chain_id: u64,
        /// The nonce of the first that is missing, without the version in its top 16 bits.
        from: U256,
        /// The nonce of the last one.
        to: U256,
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
    /// Nobody says how safe the blocks of a chain are, neither node nor verifier: what wants them safe waits. Told with each reason.
    SafetyUnknown {
        /// The chain.
        chain_id: u64,
        /// What is not said, or why not.
        reason: String,
    },
    /// It is said again.
    SafetyKnown {
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
    /// The store is away. Nothing is signed or sent until it is back; it is tried again by itself.
    StoreUnwell {
        /// What the store said.
        reason: String,
    },
    /// Others on the same store work for all chains. This relayer sends nothing, and takes a chain over when one of them is gone.
    StandingBy {
        /// What one of them says of itself.
        holder: String,
    },
    /// Of the relayers that share the store this one works from now on, too: what it works for is told next.
    Active,
    /// The screening list cannot be read since its file changed: the one from before counts. Told once, until it can be.
    ScreeningUnread {
        /// Why not.
        reason: String,
    },
    /// The screening list changed, and counts as it is now.
    ScreeningRead {
        /// How many addresses are denied.
        denied: usize,
        /// How many are allowed; none: all that are not denied.
        allowed: usize,
    },
    /// Of the relayers on the store this one works for a chain from now on: it is taken up from what is recorded.
    ChainTaken {
        /// The chain.
        chain_id: u64,
    },
    /// It works for the chain no more. Told again when it is known that another relayer does.
    ChainLeft {
        /// The chain.
        chain_id: u64,
        /// Why.
        why: Left,
    },
    /// The store answers again: all chains are taken up from what it has recorded.
    StoreWell,
}
