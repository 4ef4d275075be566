//! Picking up where the last relayer left off.

use alloy::primitives::U256;
use causeway_chain::{Follower, FollowerHandle, Start};
use causeway_store::{Attempt, AttemptState, MessageFilter, MessageStatus};

use super::ChainActor;
use crate::{
    RelayerError,
    engine::{Event, SignedTx},
};

/// How many messages are read from the store at once.
const PAGE: u32 = 1_000;

impl ChainActor {
    /// Tells the lane what the store knows: the last block, what is to be delivered, what was signed for it.
    pub(super) async fn restore(&mut self) -> Result<(), RelayerError> {
        let window = self.shared.store().window(self.chain.chain_id).await;
        if let Some(tip) = window.map_err(|source| self.store_failed(source))?.last() {
            self.head = tip.number;
            self.tell(Event::Head { number: tip.number, timestamp: tip.timestamp }).await?;
        }
        for status in [MessageStatus::Submitted, MessageStatus::Failed, MessageStatus::Pending] {
            self.restore_messages(status).await?;
        }
        self.restore_attempts().await
    }

    async fn restore_messages(&mut self, status: MessageStatus) -> Result<(), RelayerError> {
        let mut filter = MessageFilter {
            destination: Some(U256::from(self.chain.chain_id)),
            status: Some(status),
            limit: Some(PAGE),
            ..MessageFilter::default()
        };
        loop {
            let page = self.shared.store().messages(&filter).await;
            let page = page.map_err(|source| self.store_failed(source))?;
            let Some(last) = page.last() else { return Ok(()) };
            filter.after = Some(last.seq);
            for record in page {
                let reverts = match status {
                    MessageStatus::Failed => self.reverts(record.hash).await?,
                    _ => 0,
                };
                if let Some(message) = self.shared.deliverable(record) {
                    self.tell(Event::Restored { message, reverts }).await?;
                }
            }
        }
    }

    /// How many transactions of ours for a message are in blocks and reverted.
    async fn reverts(&self, message: alloy::primitives::B256) -> Result<u32, RelayerError> {
        let attempts = self.shared.store().attempts_of(message).await;
        let attempts = attempts.map_err(|source| self.store_failed(source))?;
        let reverted =
            |attempt: &&Attempt| attempt.state == AttemptState::Failed && attempt.block_number.is_some();
        Ok(u32::try_from(attempts.iter().filter(reverted).count()).unwrap_or(u32::MAX))
    }

    async fn restore_attempts(&mut self) -> Result<(), RelayerError> {
        let attempts = self.shared.store().open_attempts(self.chain.chain_id).await;
        for attempt in attempts.map_err(|source| self.store_failed(source))? {
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
        let signed = SignedTx { hash: tx.tx_hash, raw: tx.raw_tx };
        let message = *tx.messages.first()?;
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
