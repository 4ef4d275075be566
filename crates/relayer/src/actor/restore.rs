//! Picking up where the last relayer left off.

use std::collections::BTreeMap;

use alloy::primitives::{Address, B256, U256};
use causeway_chain::{Follower, FollowerHandle, Start};
use causeway_interop::SUPERCHAIN_TOKEN_BRIDGE;
use causeway_store::{Attempt, Landed, MessageFilter, MessageStatus, Spent};

use super::{ChainActor, Routed};
use crate::{
    RelayerError, RelayerEvent,
    engine::{Event, Experience, InVain, Message, SignedTx},
};

/// How many messages are read from the store at once.
const PAGE: u32 = 1_000;
/// What the cap of gas counts, in seconds.
const HOUR: u64 = 3_600;
/// How many costs of the past are read, the newest: it takes some seconds at most, and what is older weighs least.
const COSTS: u32 = 100_000;
/// How much of the past counts still: a sixty-fourth of what is older.
pub(super) const HALF_LIVES: u64 = 6;
/// The bytes of a call of the token bridge that name the token: those of its first argument.
const TOKEN: std::ops::Range<usize> = 16..36;

/// What the lane has to know of what came of messages.
pub(super) fn experience(past: causeway_store::Experience) -> Experience {
    let causeway_store::Experience { source, sender, target, beginning, gas, vain_gas, at } = past;
    // Only what a bridge sends to its own other end carries a token.
    let token = (sender == target).then(|| beginning.get(TOKEN)).flatten().map(Address::from_slice);
    Experience { source, sender, target, token, gas, vain_gas, at }
}

impl ChainActor {
    /// Tells the lane what the store knows: the last block, what is to be delivered, what was signed for it.
    pub(super) async fn restore(&mut self) -> Result<(), RelayerError> {
        // For those who look who pays: what others have signed is past.
        let noted = self.shared.store().note_signers(self.chain.chain_id, &self.node.accounts).await;
        noted.map_err(|source| self.store_failed(source))?;
        let window = self.shared.store().window(self.chain.chain_id).await;
        let window = window.map_err(|source| self.store_failed(source))?;
        if let Some(oldest) = window.first() {
            self.books.unseen_after(oldest.number);
        }
        if let Some(tip) = window.last() {
            self.head = tip.number;
            self.tip = Some(*tip);
            let (number, timestamp) = (tip.number, tip.timestamp);
            self.tell(Event::Block { number, timestamp, deliveries: Vec::new() }).await?;
        }
        self.remember().await?;
        self.restore_messages(0, false).await?;
        self.restore_attempts().await?;
        self.shared.ways().set_restored(self.chain.chain_id);
        // Of sources that are read here it is told anew; of others it is read from the store.
        for (source, _) in self.shared.cautious_sources(self.chain.chain_id) {
            if let Some(inbox) = self.shared.ways().inbox(source) {
                // Whoever has that much to do takes a block in soon, and tells it then.
                drop(inbox.try_send(Routed::Unsettled));
            }
        }
        Ok(())
    }

    /// Tells the lane whom it can trust, and what it has spent.
    async fn remember(&mut self) -> Result<(), RelayerError> {
        let (chain_id, now) = (self.chain.chain_id, self.tip.map_or(0, |tip| tip.timestamp));
        let since = now.saturating_sub(self.shared.policy().vain_half_life.saturating_mul(HALF_LIVES));
        let past = self.shared.store().experience(chain_id, since, SUPERCHAIN_TOKEN_BRIDGE, COSTS).await;
        let past = past.map_err(|source| self.store_failed(source))?;
        self.tell(Event::Remembered(past.into_iter().map(experience).collect())).await?;
        let landed = self.shared.store().landed(chain_id, now.saturating_sub(HOUR)).await;
        for Landed { tx_hash, block_number, timestamp, gas, shares } in
            landed.map_err(|source| self.store_failed(source))?
        {
            let timestamp = timestamp.unwrap_or(now);
            self.tell(Event::Used { tx_hash, block_number, timestamp, gas, shares }).await?;
        }
        Ok(())
    }

    /// After a reorg of this chain: its blocks had decided about messages that are not delivered.
    pub(super) async fn take_back(&mut self, ancestor_time: u64) -> Result<(), RelayerError> {
        // What was too old before the blocks that are gone, still is.
        self.restore_messages(ancestor_time.saturating_sub(self.shared.policy().expiry_window), true).await
    }

    /// Tells the lane of all messages that are not delivered, if they were sent at this time or later.
    async fn restore_messages(&mut self, since: u64, announce: bool) -> Result<(), RelayerError> {
        let spent = self.shared.store().spent(self.chain.chain_id).await;
        let spent = spent.map_err(|source| self.store_failed(source))?;
        let in_vain = |spent: Spent| InVain { tx_hash: spent.tx_hash, gas: spent.gas.unwrap_or_default() };
        let mut spent: BTreeMap<B256, Vec<InVain>> =
            spent.into_iter().map(|(hash, spent)| (hash, spent.into_iter().map(in_vain).collect())).collect();
        for status in [MessageStatus::Submitted, MessageStatus::Failed, MessageStatus::Pending] {
            let mut filter = MessageFilter {
                destination: Some(U256::from(self.chain.chain_id)),
                status: Some(status),
                limit: Some(PAGE),
                ..MessageFilter::default()
            };
            loop {
                let page = self.shared.store().messages(&filter).await;
                let page = page.map_err(|source| self.store_failed(source))?;
                let Some(last) = page.last() else { break };
                filter.after = Some(last.seq);
                for record in page {
                    let Some(message) = self.shared.deliverable(record) else { continue };
                    if message.identifier.timestamp >= since {
                        let in_vain = spent.remove(&message.hash).unwrap_or_default();
                        self.restore_message(message, in_vain, announce).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn restore_message(
        &mut self,
        message: Message,
        in_vain: Vec<InVain>,
        announce: bool,
    ) -> Result<(), RelayerError> {
        let (message_hash, is_known) = (message.hash, self.lane.has(message.hash));
        self.tell(Event::Restored { message, in_vain }).await?;
        if announce && !is_known && self.lane.has(message_hash) {
            self.announce(RelayerEvent::TakenUp { message_hash, destination: self.chain.chain_id });
        }
        Ok(())
    }

    async fn restore_attempts(&mut self) -> Result<(), RelayerError> {
        let attempts = self.shared.store().open_attempts(self.chain.chain_id).await;
        // The newest first: it is the one that its message waits for.
        for attempt in attempts.map_err(|source| self.store_failed(source))?.into_iter().rev() {
            if let Some(event) = self.resumed(attempt) {
                self.tell(event).await?;
            }
        }
        Ok(())
    }

    /// What the lane has to know of an attempt whose fate is open.
    pub(super) fn resumed(&mut self, attempt: Attempt) -> Option<Event> {
        let Attempt { tx, .. } = attempt;
        let (signer, nonce) = (tx.signer, tx.nonce);
        if !self.node.signers.contains_key(&signer) {
            tracing::warn!(
                chain = self.chain.chain_id, tx = %tx.tx_hash, %signer,
                "its account is not configured any more: the same bytes go out again, and what is in it waits for that"
            );
            self.orphans.found();
            return None;
        }
        let messages: Vec<_> = tx.messages().collect();
        let signed = SignedTx { hash: tx.tx_hash, raw: tx.raw_tx };
        (!messages.is_empty()).then_some(Event::Resumed { signer, nonce, messages, tx: signed })
    }

    /// Starts to follow the chain, after the last block that is known.
    pub(super) async fn follow(&self) -> Result<FollowerHandle, RelayerError> {
        let window = self.shared.store().window(self.chain.chain_id).await;
        let window = window.map_err(|source| self.store_failed(source))?;
        let start = if window.is_empty() { self.chain.start.clone() } else { Start::After(window) };
        let config = self.shared.follower(&self.chain, start);
        Ok(Follower::spawn(config, self.cancel.clone()))
    }
}
