//! What whoever is in charge can have a running relayer do.

use std::{
    collections::BTreeSet,
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

use alloy::primitives::{Address, B256, U256};
use causeway_client::delivery::{SentError, SentReceipt, sent_by};
use causeway_interop::SafetyLevel;
use causeway_store::{MessageRecord, Store, StoreError};
use tokio::sync::{broadcast, oneshot};
use tokio_util::sync::CancellationToken;

use crate::{
    RelayerEvent,
    actor::{Routed, Shared, Way},
    engine::Prospect,
    filter::Filter,
};

/// How long is waited for what an actor says.
const PATIENCE: Duration = Duration::from_secs(1);

/// Has a running relayer do something. May be cloned, and outlive it.
#[derive(Clone)]
pub struct RelayerControls {
    shared: Arc<Shared>,
    cancel: CancellationToken,
}

/// Why a relayer does not do what it is told to.
#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    /// The message was never seen.
    #[error("no such message: {message}")]
    Unknown {
        /// The message's hash.
        message: B256,
    },
    /// The relayer does not deliver to, or from, this chain.
    #[error("chain {chain_id} is not relayed")]
    NotRelayed {
        /// The chain.
        chain_id: U256,
    },
    /// The source's node knows no such transaction in a block.
    #[error("chain {source_id} has no transaction {tx_hash} in a block")]
    NoTransaction {
        /// The chain.
        source_id: u64,
        /// The transaction.
        tx_hash: B256,
    },
    /// Its block is older than all that the relayer read of its source.
    #[error(
        "message {message} is in block {block} of chain {source_id}, and what was read begins with block {first}: it does not \
        come here"
    )]
    NotRead {
        /// The chain.
        source_id: u64,
        /// The message's hash.
        message: B256,
        /// Its block.
        block: u64,
        /// The first block that is known.
        first: u64,
    },
    /// A chain's node could not be asked.
    #[error("chain {chain_id}: {reason}")]
    Node {
        /// The chain.
        chain_id: u64,
        /// Why, without secrets.
        reason: String,
    },
    /// The store did not take it, or did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Another relayer works for the chain. What was written to the store, that one goes by.
    #[error("another relayer works for the chain: {holder}")]
    StandingBy {
        /// What the other one says of itself.
        holder: String,
    },
    /// The relayer has ended. What was written to the store holds for the next one.
    #[error("the relayer has ended")]
    Stopped,
}

impl RelayerControls {
    /// The relayer has ended when `cancel` is cancelled.
    pub(crate) const fn new(shared: Arc<Shared>, cancel: CancellationToken) -> Self {
        Self { shared, cancel }
    }

    fn way(&self, chain_id: U256) -> Result<Way, ControlError> {
        let chains = &self.shared.config().chains;
        let chain = chains.iter().map(|chain| chain.chain_id).find(|id| U256::from(*id) == chain_id);
        let chain = chain.ok_or(ControlError::NotRelayed { chain_id })?;
        let ways = self.shared.ways();
        ways.to(chain).ok_or_else(|| ControlError::StandingBy {
            holder: ways.other(chain).unwrap_or_else(|| "not known yet".to_owned()),
        })
    }

    /// Tells an actor what the store says. One that has ended needs not be told while the relayer goes on: the next one
    /// begins with what the store says.
    async fn tell(&self, way: &Way, told: Routed) -> Result<(), ControlError> {
        match way.inbox.send(told).await {
            Err(_) if self.cancel.is_cancelled() => Err(ControlError::Stopped),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Has a message tried now, whatever is held against it: what failed so far no longer counts, and it is not skipped any
    /// more. Where it is on its way or delivered already, nothing happens.
    pub async fn retry(&self, message: B256) -> Result<(), ControlError> {
        self.record(message).await?;
        self.shared.store().retry(message).await?;
        self.reconsider(message).await
    }

    /// Has nothing more done for a message, for the reason given. A transaction that is on its way with it stays there.
    pub async fn skip(&self, message: B256, reason: &str) -> Result<(), ControlError> {
        self.record(message).await?;
        self.shared.store().skip(message, reason).await?;
        self.reconsider(message).await
    }

    /// Tells the message's lane what the store says of it, if that has changed by another hand. Where another relayer works,
    /// that one finds it in the store.
    pub async fn reconsider(&self, message: B256) -> Result<(), ControlError> {
        let record = self.record(message).await?;
        let way = self.way(record.sent.destination);
        if let Err(ControlError::StandingBy { .. }) = way {
            return Ok(());
        }
        let told = match record.skip_reason {
            Some(_) => Routed::Skipped(message),
            None if !self.shared.admits(&record) => Routed::Skipped(message),
            None => match self.shared.deliverable(record) {
                Some(message) => Routed::Retry(message),
                // Delivered, or gone from its source.
                None => return Ok(()),
            },
        };
        self.tell(&way?, told).await
    }

    /// Tells the message's lane whether it is one that is wanted, if that may have changed. What failed so far counts still.
    pub(crate) async fn screen(&self, record: MessageRecord) -> Result<(), ControlError> {
        let Ok(way) = self.way(record.sent.destination) else { return Ok(()) };
        let told = match record.hash {
            hash if !self.shared.admits(&record) => Routed::Skipped(hash),
            _ => match self.shared.deliverable(record) {
                // One that the lane knows stays as it is.
                Some(message) => Routed::Seen(vec![message]),
                None => return Ok(()),
            },
        };
        self.tell(&way, told).await
    }

    pub(crate) fn filter(&self) -> &Filter {
        &self.shared.config().filter
    }

    pub(crate) fn announce(&self, event: RelayerEvent) {
        self.shared.announce(event);
    }

    pub(crate) fn store(&self) -> &Store {
        self.shared.store()
    }

    /// Has the messages of a transaction tried now. Returns their hashes.
    ///
    /// Those that the relayer has not seen so far it takes in with their block, in order, and looks for that at once; they are not
    /// waited for.
    pub async fn relay_tx(&self, source: u64, tx_hash: B256) -> Result<Vec<B256>, ControlError> {
        let way = self.way(U256::from(source))?;
        let sent = sent_by(&way.provider, tx_hash).await.map_err(|error| match error {
            SentError::NoReceipt { .. } => ControlError::NoTransaction { source_id: source, tx_hash },
            error => ControlError::Node { chain_id: source, reason: error.to_string() },
        })?;
        // Before it is seen which messages are known: what is below it comes no more.
        let first = self.shared.store().window(source).await?.first().map(|block| block.number);
        let mut is_new = false;
        for SentReceipt { message_hash: message, identifier, .. } in &sent {
            match (self.try_now(*message).await, first) {
                (Err(ControlError::Unknown { .. }), Some(first)) if identifier.block_number < first => {
                    let (message, block) = (*message, identifier.block_number);
                    return Err(ControlError::NotRead { source_id: source, message, block, first });
                }
                // It comes with its block.
                (Err(ControlError::Unknown { .. }), _) => is_new = true,
                (tried, _) => tried?,
            }
        }
        if is_new {
            self.tell(&way, Routed::Look).await?;
        }
        Ok(sent.iter().map(|sent| sent.message_hash).collect())
    }

    /// Returns what a message waits for that is recorded as not delivered; nothing if nobody here can tell now.
    ///
    /// Whoever asks holds nobody up: an actor that has much to do is not asked.
    pub async fn prospect(&self, record: &MessageRecord) -> Option<Prospect> {
        let way = self.way(record.sent.destination).ok()?;
        if let Err(reason) = self.filter().admits(&record.sent, record.source) {
            return Some(Prospect::Filtered { reason: reason.to_string() });
        }
        let (answer, told) = oneshot::channel();
        way.inbox.try_send(Routed::Asked(record.hash, answer)).ok()?;
        tokio::time::timeout(PATIENCE, told).await.ok()?.ok()
    }

    async fn try_now(&self, message: B256) -> Result<(), ControlError> {
        let record = self.record(message).await?;
        match self.way(record.sent.destination) {
            // The other one learns of it by what is decided.
            Err(ControlError::StandingBy { .. }) => Ok(self.shared.store().retry(message).await?),
            _ => self.reconsider(message).await,
        }
    }

    /// Returns how safe the block of a message has to be on its source, and up to which block that is so, as far as this
    /// relayer knows.
    pub fn safety(&self, source: u64, destination: u64) -> (SafetyLevel, Option<u64>) {
        let level = self.shared.config().routes.safety(source, destination);
        (level, self.shared.settled(source, destination))
    }

    /// Returns whether messages from one chain to the other are sent again that expired undelivered: such a route is wanted, and an
    /// account is there.
    pub fn resends(&self, source: u64, destination: u64) -> bool {
        self.shared.config().resend.is_some() && self.shared.resent_to(source).any(|id| id == destination)
    }

    /// Returns the chains that no relayer works for, as far as this one sees: it and others share the store.
    pub(crate) fn nobodys(&self) -> BTreeSet<u64> {
        self.shared.ways().nobodys()
    }

    /// Returns when another relayer, which reads its source, saw a message. Told once.
    pub(crate) fn learned(&self, message: B256) -> Option<Instant> {
        self.shared.learned(message)
    }

    /// Returns whether messages of other chains may be delivered there, so that the accounts need ether there.
    pub(crate) fn is_destination(&self, chain_id: u64) -> bool {
        self.shared.is_destination(chain_id)
    }

    /// Returns the accounts that the relayer signs with.
    pub fn accounts(&self) -> Vec<Address> {
        self.shared.config().accounts()
    }

    /// Listens to what happens from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<RelayerEvent> {
        self.shared.subscribe()
    }

    async fn record(&self, message: B256) -> Result<MessageRecord, ControlError> {
        self.shared.store().message(message).await?.ok_or(ControlError::Unknown { message })
    }
}

impl fmt::Debug for RelayerControls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RelayerControls").finish_non_exhaustive()
    }
}
