//! Picking up where the last relayer left off.

use alloy::primitives::{B256, U256};
use causeway_chain::{Follower, FollowerHandle, Start};
use causeway_store::{Attempt, MessageFilter, MessageStatus};

use super::ChainActor;
use crate::{
    RelayerError, RelayerEvent,
    engine::{Event, Message, SignedTx},
};

/// How many messages are read from the store at once.
const PAGE: u32 = 1_000;

impl ChainActor {
    /// Tells the lane what the store knows: the last block, what is to be delivered, what was signed for it.
    pub(super) async fn restore(&mut self) -> Result<(), RelayerError> {
        let window = self.shared.store().window(self.chain.chain_id).await;
        if let Some(tip) = window.map_err(|source| self.store_failed(source))?.last() {
            self.head = tip.number;
            self.tip = Some(*tip);
            self.tell(Event::Head { number: tip.number, timestamp: tip.timestamp }).await?;
        }
        self.restore_messages(0, false).await?;
        self.restore_attempts().await
    }

    /// After a reorg of this chain: its blocks had decided about messages that are not delivered.
    pub(super) async fn take_back(&mut self, ancestor_time: u64) -> Result<(), RelayerError> {
        // What was too old before the blocks that are gone, still is.
        self.restore_messages(ancestor_time.saturating_sub(self.shared.policy().expiry_window), true).await
    }

    /// Tells the lane of all messages that are not delivered, if they were sent at this time or later.
    async fn restore_messages(&mut self, since: u64, announce: bool) -> Result<(), RelayerError> {
        let spent = self.shared.store().spent(self.chain.chain_id).await;
        let mut spent = spent.map_err(|source| self.store_failed(source))?;
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
                        let reverted = spent.remove(&message.hash).unwrap_or_default();
                        let reverted = reverted.into_iter().map(|spent| spent.tx_hash).collect();
                        self.restore_message(message, reverted, announce).await?;
                    }
                }
            }
        }
        Ok(())
    }

    async fn restore_message(
        &mut self,
        message: Message,
        reverted: Vec<B256>,
        announce: bool,
    ) -> Result<(), RelayerError> {
        let (message_hash, is_known) = (message.hash, self.lane.has(message.hash));
        self.tell(Event::Restored { message, reverted }).await?;
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
    pub(super) fn resumed(&self, attempt: Attempt) -> Option<Event> {
        let Attempt { tx, .. } = attempt;
        if tx.signer != self.node.account() {
            tracing::warn!(chain = self.chain.chain_id, tx = %tx.tx_hash, signer = %tx.signer, "another account's");
            return None;
        }
        let message = tx.messages().next()?;
        let signed = SignedTx { hash: tx.tx_hash, raw: tx.raw_tx };
        Some(Event::Resumed { message, nonce: tx.nonce, tx: signed })
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
