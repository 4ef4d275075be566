use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use alloy::primitives::{B256, Bytes, U256};
use causeway_chain::{ConnectOptions, Content, FollowerConfig, Start};
use causeway_client::Shipment;
use causeway_interop::{
    Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SafetyLevel, SentMessage,
};
use causeway_store::{MessageRecord, MessageStatus, Store};
use tokio::sync::broadcast;

use super::{settling::Settling, ways::Ways};
use crate::{
    ErrandEvent, GasEvent, RelayChain, RelayerConfig, RelayerEvent, SourceEvent,
    engine::{Message, Policy},
    recent::Recent,
    tenure::Tenure,
};

/// What all actors of a relayer have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    config: RelayerConfig,
    events: broadcast::Sender<RelayerEvent>,
    tenures: BTreeMap<u64, Tenure>,
    /// Of chains that are not this relayer's.
    nobodys: Tenure,
    ways: Arc<Ways>,
    /// Up to which block sources are as safe as destinations want them, by both.
    settled: Mutex<BTreeMap<(u64, u64), u64>>,
    /// When messages were seen that come from a source which another relayer reads.
    learned: Mutex<Recent<B256, Instant>>,
}

impl Shared {
    pub(crate) fn new(config: RelayerConfig, events: broadcast::Sender<RelayerEvent>) -> Self {
        let tenure = || if config.store.is_shared() { Tenure::of_several() } else { Tenure::of_one() };
        let tenures = config.chains.iter().map(|chain| (chain.chain_id, tenure())).collect();
        let (nobodys, settled) = (Tenure::of_several(), Mutex::new(BTreeMap::new()));
        let learned = Mutex::default();
        Self { config, events, tenures, nobodys, ways: Arc::default(), settled, learned }
    }

    /// Until when anything may be sent to a chain.
    pub(crate) fn tenure(&self, chain_id: u64) -> &Tenure {
        self.tenures.get(&chain_id).unwrap_or(&self.nobodys)
    }

    /// The ways to the chains that are worked for.
    pub(crate) const fn ways(&self) -> &Arc<Ways> {
        &self.ways
    }

    pub(crate) const fn store(&self) -> &Store {
        &self.config.store
    }

    pub(crate) const fn config(&self) -> &RelayerConfig {
        &self.config
    }

    pub(crate) const fn connect(&self) -> &ConnectOptions {
        &self.config.connect
    }

    pub(crate) fn policy(&self) -> Policy {
        let set = self.config.dependency_set.as_ref();
        let expiry_window = set.map_or(self.config.policy.expiry_window, |set| set.expiry_window());
        Policy { expiry_window, ..self.config.policy }
    }

    /// A chain that is configured.
    pub(crate) fn chain(&self, chain_id: u64) -> Option<&RelayChain> {
        self.config.chains.iter().find(|chain| chain.chain_id == chain_id)
    }

    /// Whether messages of another chain may be delivered there.
    pub(crate) fn is_destination(&self, chain_id: u64) -> bool {
        let (set, rules) = (self.config.dependency_set.as_ref(), &self.config.filter.rules);
        let accepts =
            |from: u64| set.is_none_or(|set| set.can_execute(U256::from(chain_id), U256::from(from)));
        let mut others = self.config.chains.iter().map(|chain| chain.chain_id).filter(|id| *id != chain_id);
        others.any(|from| rules.admit_route(from, chain_id) && accepts(from))
    }

    /// The sources whose blocks have to be safe before this destination takes their messages, and how safe.
    pub(crate) fn cautious_sources(&self, destination: u64) -> impl Iterator<Item = (u64, SafetyLevel)> {
        let ids = self.config.chains.iter().map(|chain| chain.chain_id);
        let levels = ids.map(move |source| (source, self.config.routes.safety(source, destination)));
        levels.filter(|(_, level)| *level != SafetyLevel::Unsafe)
    }

    /// The destinations to which messages of this source are sent again when they expired.
    pub(crate) fn resent_to(&self, source: u64) -> impl Iterator<Item = u64> {
        let ids = self.config.chains.iter().map(|chain| chain.chain_id);
        ids.filter(move |destination| {
            self.is_route(source, *destination) && self.config.routes.auto_resend(source, *destination)
        })
    }

    pub(crate) fn note_settled(&self, source: u64, destination: u64, up_to: Option<u64>) {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        match up_to {
            Some(up_to) => settled.insert((source, destination), up_to),
            None => settled.remove(&(source, destination)),
        };
    }

    /// Up to which block the source is as safe as the destination wants it.
    pub(crate) fn settled(&self, source: u64, destination: u64) -> Option<u64> {
        let settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        settled.get(&(source, destination)).copied()
    }

    /// The destination's lane is a new one, which was told nothing yet.
    pub(crate) fn forget_settled(&self, destination: u64) {
        let mut settled = self.settled.lock().unwrap_or_else(PoisonError::into_inner);
        settled.retain(|(_, of), _| *of != destination);
    }

    /// Another relayer saw a message then.
    pub(crate) fn learn(&self, message: B256, at: Instant) {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner).insert(message, at);
    }

    /// When another relayer saw a message. Told once.
    pub(crate) fn learned(&self, message: B256) -> Option<Instant> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner).remove(&message)
    }

    /// How many blocks of each chain the store keeps.
    pub(crate) fn window(&self) -> u64 {
        u64::try_from(self.config.window).unwrap_or(u64::MAX)
    }

    pub(crate) fn follower(&self, chain: &RelayChain, start: Start) -> FollowerConfig {
        let mut config = FollowerConfig::new(chain.chain_id, chain.endpoints.clone());
        config.content = Content::Logs {
            addresses: vec![L2_TO_L2_CROSS_DOMAIN_MESSENGER],
            topics: vec![SentMessage::TOPIC, RelayedMessage::TOPIC],
        };
        config.start = start;
        config.heads = chain.heads.clone();
        config.window = self.config.window;
        config.poll_interval = self.config.poll_interval;
        config.labels =
            self.config.verifier.is_none() && Settling::of(chain.chain_id, &self.config).is_wanted();
        config.connect = self.config.connect.clone();
        config
    }

    /// Listens to what is told from now on.
    pub(crate) fn subscribe(&self) -> broadcast::Receiver<RelayerEvent> {
        self.events.subscribe()
    }

    /// Tells whoever listens; nobody has to.
    pub(crate) fn announce(&self, event: RelayerEvent) {
        match &event {
            RelayerEvent::ChainOffline { chain_id, reason } => {
                tracing::warn!(chain = chain_id, reason, "the chain is offline: it is tried again");
            }
            RelayerEvent::ChainOnline { chain_id } => {
                tracing::info!(chain = chain_id, "the chain is online again");
            }
            RelayerEvent::CaughtUp { chain_id, block_number } => {
                tracing::info!(
                    chain = chain_id,
                    block = block_number,
                    "the chain is followed up to its head"
                );
            }
            RelayerEvent::NonceGap { chain_id, from, to } => {
                tracing::warn!(
                    chain = chain_id, %from, %to,
                    "messages are missing: the node left out the logs with these nonces"
                );
            }
            RelayerEvent::SafetyUnknown { chain_id, reason } => {
                tracing::warn!(chain = chain_id, reason, "it is not known which blocks are safe");
            }
            RelayerEvent::SafetyKnown { chain_id } => {
                tracing::info!(chain = chain_id, "it is known again which blocks are safe");
            }
            RelayerEvent::Closed { chain_id, reason } => {
                tracing::warn!(
                    chain = chain_id,
                    reason,
                    "the chain takes no messages for now: its failsafe is on"
                );
            }
            RelayerEvent::Opened { chain_id } => {
                tracing::info!(chain = chain_id, "the chain takes messages again");
            }
            RelayerEvent::NodeUnwell { chain_id, reason } => {
                tracing::warn!(
                    chain = chain_id,
                    reason,
                    "the node neither judges messages nor takes transactions"
                );
            }
            RelayerEvent::NodeWell { chain_id } => {
                tracing::info!(chain = chain_id, "the node judges messages and takes transactions again");
            }
            RelayerEvent::Source(event @ SourceEvent::NotReady { chain_id, .. }) => {
                tracing::warn!(chain = chain_id, "{}", event.reason());
            }
            RelayerEvent::Source(event @ SourceEvent::Ready { chain_id, .. }) => {
                tracing::info!(chain = chain_id, "{}", event.reason());
            }
            RelayerEvent::AccountBusy { chain_id, account, blocks, .. } => {
                tracing::warn!(
                    chain = chain_id, %account, blocks,
                    "transactions of the account that are not this relayer's wait in the pool"
                );
            }
            RelayerEvent::Capped { chain_id, source, gas, cap } => {
                tracing::warn!(
                    chain = chain_id,
                    source,
                    gas,
                    cap,
                    "the gas of the past hour is at its cap: nothing new is signed"
                );
            }
            RelayerEvent::StoreUnwell { reason } => {
                tracing::warn!(reason, "the database is away: nothing is sent until it is back");
            }
            RelayerEvent::StandingBy { holder } => {
                tracing::info!(holder, "another relayer works: this one stands by");
            }
            RelayerEvent::ChainTaken { chain_id } => {
                tracing::info!(chain = chain_id, "this relayer works for the chain from now on");
            }
            RelayerEvent::ChainLeft { chain_id, why } => {
                let reason = why.reason();
                tracing::info!(chain = chain_id, reason, "this relayer works for the chain no more");
            }
            RelayerEvent::Active => tracing::info!("this relayer works from now on"),
            RelayerEvent::StoreWell => tracing::info!("the database is back: all chains are taken up again"),
            RelayerEvent::LowBalance { chain_id, account, .. } => {
                tracing::warn!(chain = chain_id, %account, "the account cannot pay for gas");
            }
            RelayerEvent::TopUpCapped { chain_id, signer, spent, cap } => {
                tracing::warn!(chain = chain_id, %signer, %spent, %cap, "no top-up: the cap of the day is reached");
            }
            RelayerEvent::TopUpUnfunded { chain_id, signer, account, balance } => {
                tracing::warn!(
                    chain = chain_id, %signer, %account, %balance,
                    "no top-up: the funding account has too little"
                );
            }
            RelayerEvent::ResendCapped { chain_id, gas, cap } => {
                tracing::warn!(
                    chain = chain_id,
                    gas,
                    cap,
                    "nothing is sent again: the cap of the day is reached"
                );
            }
            RelayerEvent::ResendUnfunded { chain_id, account, balance } => {
                tracing::warn!(chain = chain_id, %account, %balance, "nothing is sent again: the account cannot pay");
            }
            RelayerEvent::ResendImpossible { chain_id, version, over_l1 } => {
                tracing::warn!(
                    chain = chain_id,
                    version,
                    over_l1,
                    "nothing is sent again: the messenger cannot"
                );
            }
            RelayerEvent::Gas(GasEvent::Dear { chain_id, lowest, ceiling }) => {
                tracing::warn!(chain = chain_id, lowest, ceiling, "gas is too expensive: nothing is signed");
            }
            RelayerEvent::Gas(GasEvent::Fair { chain_id }) => {
                tracing::info!(chain = chain_id, "gas costs no more than may be paid again");
            }
            RelayerEvent::Errand(ErrandEvent::Foreign { chain_id, account, nonce, .. }) => {
                tracing::warn!(
                    chain = chain_id, %account, nonce,
                    "another transaction has the nonce of a transfer or a resend: does somebody else use the key?"
                );
            }
            // That a chain is halted is said where it happens. Of single messages there may be very many.
            event => tracing::debug!(?event),
        }
        drop(self.events.send(event));
    }

    /// What the engine needs of a recorded message, if it is one to deliver.
    pub(crate) fn deliverable(&self, record: MessageRecord) -> Option<Message> {
        match record.status {
            MessageStatus::Delivered | MessageStatus::Orphaned | MessageStatus::Skipped => return None,
            MessageStatus::Submitted | MessageStatus::Failed | MessageStatus::Pending => {}
        }
        self.wanted(record.hash, &record.sent, record.initiation?.identifier)
    }

    /// What the engine needs of a message whose log stands there, if it is one that is wanted.
    pub(crate) fn wanted(&self, hash: B256, sent: &SentMessage, identifier: Identifier) -> Option<Message> {
        let source = u64::try_from(identifier.chain_id).ok()?;
        let destination = u64::try_from(sent.destination).ok()?;
        if !self.is_route(source, destination) || self.config.filter.admits(sent, source).is_err() {
            return None;
        }
        let token = match Shipment::of(sent).1 {
            Shipment::Erc20 { token, .. } => Some(token),
            _ => None,
        };
        Some(Message {
            hash,
            source,
            destination,
            identifier,
            payload: Bytes::from(sent.encode_payload()),
            sender: sent.sender,
            target: sent.target,
            token,
        })
    }

    /// Whether a message is one that is wanted. One that is not stays recorded.
    pub(crate) fn admits(&self, record: &MessageRecord) -> bool {
        self.config.filter.admits(&record.sent, record.source).is_ok()
    }

    /// Whether messages go from one chain to the other.
    fn is_route(&self, source: u64, destination: u64) -> bool {
        let is_configured = |id: u64| self.config.chains.iter().any(|chain| chain.chain_id == id);
        let accepts = self
            .config
            .dependency_set
            .as_ref()
            .is_none_or(|set| set.can_execute(U256::from(destination), U256::from(source)));
        source != destination && is_configured(source) && is_configured(destination) && accepts
    }
}
