use std::{collections::BTreeSet, time::Instant};

use alloy::primitives::{Address, B256, U256};
use causeway_interop::SafetyLevel;
use causeway_store::{MessageRecord, Store, StoreError};
use futures::future::BoxFuture;

use crate::{ControlError, RelayerControls, engine::Prospect};

/// What the API has a running relayer do.
pub trait Control: Send + Sync {
    /// Puts a message back into delivery: it is no longer skipped, and what failed so far no longer counts.
    fn retry(&self, message: B256) -> BoxFuture<'_, Result<(), ControlFault>>;

    /// Takes a message out of delivery. A transaction for it that nodes may have goes on.
    fn skip(&self, message: B256, reason: String) -> BoxFuture<'_, Result<(), ControlFault>>;

    /// Takes in at once what a transaction of a source has sent. Returns the hashes of the messages.
    fn relay(&self, source: u64, tx_hash: B256) -> BoxFuture<'_, Result<Vec<B256>, ControlFault>>;

    /// What a message waits for that is not delivered, where that is known.
    fn prospect<'a>(&'a self, _message: &'a MessageRecord) -> BoxFuture<'a, Option<Prospect>> {
        Box::pin(std::future::ready(None))
    }

    /// The accounts that pay, on every chain.
    fn accounts(&self) -> Vec<Address>;

    /// Whether messages of other chains may be delivered there, so that the accounts need ether there.
    fn is_destination(&self, _chain_id: u64) -> bool {
        true
    }

    /// How safe the block of a message has to be on its source, and up to which block that is so, if anybody knows.
    fn safety(&self, source: u64, destination: u64) -> (SafetyLevel, Option<u64>);

    /// Whether messages from one chain to the other are sent again by themselves that expired undelivered.
    fn resends(&self, _source: u64, _destination: u64) -> bool {
        false
    }

    /// The chains that no relayer works for, where several share the store.
    fn nobodys(&self) -> BTreeSet<u64> {
        BTreeSet::new()
    }

    /// When another relayer, which reads its source, saw a message. Told once.
    fn learned(&self, _message: B256) -> Option<Instant> {
        None
    }
}

/// Why a relayer did not do it.
#[derive(Debug, thiserror::Error)]
pub enum ControlFault {
    /// The message was never seen.
    #[error("message {message} was never seen here")]
    Unknown {
        /// The message's hash.
        message: B256,
    },
    /// The chain is none of the relayer's.
    #[error("chain {chain_id} is not relayed here")]
    NotRelayed {
        /// The chain.
        chain_id: U256,
    },
    /// The node does not know the transaction, or it is in no block yet.
    #[error("chain {source_chain} has no transaction {tx_hash} in a block")]
    NoTransaction {
        /// The chain.
        source_chain: u64,
        /// The transaction.
        tx_hash: B256,
    },
    /// A message of it is in a block before all that was read of the chain.
    #[error(
        "message {message} is in block {block} of chain {source_chain}, and what was read begins with block {first}: it does not \
        come here"
    )]
    NotRead {
        /// The chain.
        source_chain: u64,
        /// The message's hash.
        message: B256,
        /// Its block.
        block: u64,
        /// The first block that is known.
        first: u64,
    },
    /// A node did not answer.
    #[error("chain {chain_id}: {reason}")]
    Node {
        /// The chain.
        chain_id: u64,
        /// Why, without secrets.
        reason: String,
    },
    /// The store did not take it.
    #[error(transparent)]
    Store(StoreError),
    /// Another relayer works on the store.
    #[error("this relayer stands by; the one that works: {holder}")]
    StandingBy {
        /// What the other one says of itself.
        holder: String,
    },
    /// The relayer is ending, or has not begun.
    #[error("the relayer does not run")]
    Stopped,
}

impl From<StoreError> for ControlFault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnknownMessage { hash } => Self::Unknown { message: hash },
            error => Self::Store(error),
        }
    }
}

impl From<ControlError> for ControlFault {
    fn from(error: ControlError) -> Self {
        match error {
            ControlError::Unknown { message } => Self::Unknown { message },
            ControlError::NotRelayed { chain_id } => Self::NotRelayed { chain_id },
            ControlError::NoTransaction { source_id, tx_hash } => {
                Self::NoTransaction { source_chain: source_id, tx_hash }
            }
            ControlError::NotRead { source_id, message, block, first } => {
                Self::NotRead { source_chain: source_id, message, block, first }
            }
            ControlError::Node { chain_id, reason } => Self::Node { chain_id, reason },
            ControlError::Store(error) => error.into(),
            ControlError::StandingBy { holder } => Self::StandingBy { holder },
            ControlError::Stopped => Self::Stopped,
        }
    }
}

impl Control for RelayerControls {
    fn retry(&self, message: B256) -> BoxFuture<'_, Result<(), ControlFault>> {
        Box::pin(async move { Ok(Self::retry(self, message).await?) })
    }

    fn skip(&self, message: B256, reason: String) -> BoxFuture<'_, Result<(), ControlFault>> {
        Box::pin(async move { Ok(Self::skip(self, message, &reason).await?) })
    }

    fn relay(&self, source_chain: u64, tx_hash: B256) -> BoxFuture<'_, Result<Vec<B256>, ControlFault>> {
        Box::pin(async move { Ok(self.relay_tx(source_chain, tx_hash).await?) })
    }

    fn prospect<'a>(&'a self, message: &'a MessageRecord) -> BoxFuture<'a, Option<Prospect>> {
        Box::pin(Self::prospect(self, message))
    }

    fn accounts(&self) -> Vec<Address> {
        Self::accounts(self)
    }

    fn resends(&self, source: u64, destination: u64) -> bool {
        Self::resends(self, source, destination)
    }

    fn is_destination(&self, chain_id: u64) -> bool {
        Self::is_destination(self, chain_id)
    }

    fn safety(&self, source: u64, destination: u64) -> (SafetyLevel, Option<u64>) {
        Self::safety(self, source, destination)
    }

    fn nobodys(&self) -> BTreeSet<u64> {
        Self::nobodys(self)
    }

    fn learned(&self, message: B256) -> Option<Instant> {
        Self::learned(self, message)
    }
}

/// Writes into the store what a relayer finds there.
#[derive(Clone, Debug)]
pub struct StoreControl {
    store: Store,
    accounts: Vec<Address>,
}

impl StoreControl {
    /// For a relayer that works on this store with these accounts.
    pub const fn new(store: Store, accounts: Vec<Address>) -> Self {
        Self { store, accounts }
    }
}

impl Control for StoreControl {
    fn retry(&self, message: B256) -> BoxFuture<'_, Result<(), ControlFault>> {
        Box::pin(async move { Ok(self.store.retry(message).await?) })
    }

    fn skip(&self, message: B256, reason: String) -> BoxFuture<'_, Result<(), ControlFault>> {
        Box::pin(async move { Ok(self.store.skip(message, &reason).await?) })
    }

    fn relay(&self, source_chain: u64, tx_hash: B256) -> BoxFuture<'_, Result<Vec<B256>, ControlFault>> {
        Box::pin(async move {
            let filter = causeway_store::MessageFilter {
                source: Some(source_chain),
                tx_hash: Some(tx_hash),
                ..Default::default()
            };
            let found = self.store.messages(&filter).await?;
            if found.is_empty() {
                return Err(ControlFault::NoTransaction { source_chain, tx_hash });
            }
            Ok(found.into_iter().map(|record| record.hash).collect())
        })
    }

    fn accounts(&self) -> Vec<Address> {
        self.accounts.clone()
    }

    fn safety(&self, _: u64, _: u64) -> (SafetyLevel, Option<u64>) {
        (SafetyLevel::Unsafe, None)
    }
}
