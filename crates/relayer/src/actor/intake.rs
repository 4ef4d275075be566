//! From what happens on the chain to the store, and from there to the lanes.

use alloy::primitives::B256;
use causeway_chain::{BlockLogs, BlockRef, ChainEvent, FollowerError, FollowerHandle};
use causeway_interop::{RelayedMessage, SentMessage};
use causeway_store::{MessageRecord, Reverted, SeenBlock, SeenDelivery, SeenMessage};

use super::{ChainActor, Routed};
use crate::{OnReset, RelayerError, RelayerEvent, engine::Event};

/// How many blocks are written in one transaction, when that many are there.
const MAX_BLOCKS: usize = 128;

impl ChainActor {
    pub(super) async fn take_in(
        &mut self,
        event: ChainEvent,
        follower: &mut Option<FollowerHandle>,
    ) -> Result<(), RelayerError> {
        let chain_id = self.chain.chain_id;
        match event {
            ChainEvent::Block(block) => {
                let blocks = self.with_those_behind(block, follower);
                self.apply(blocks).await
            }
            ChainEvent::Reorg { ancestor, removed } => {
                tracing::info!(chain = chain_id, depth = removed.len(), ancestor = ancestor.number, "reorg");
                let reverted = self.shared.store().revert_to(chain_id, &ancestor).await;
                let reverted = reverted.map_err(|source| self.store_failed(source))?;
                self.revert(reverted, Some(ancestor)).await
            }
            ChainEvent::CaughtUp { head } => {
                self.announce(RelayerEvent::CaughtUp { chain_id, block_number: head.number });
                self.tell(Event::CaughtUp).await
            }
            ChainEvent::Offline { reason } => {
                self.announce(RelayerEvent::ChainOffline { chain_id, reason });
                self.tell(Event::Offline).await
            }
            ChainEvent::Online => {
                self.announce(RelayerEvent::ChainOnline { chain_id });
                Ok(())
            }
            // Not asked for.
            ChainEvent::Labels { .. } => Ok(()),
        }
    }

    /// The block and those that wait behind it already: catching up, there are many.
    fn with_those_behind(
        &mut self,
        first: BlockLogs,
        follower: &mut Option<FollowerHandle>,
    ) -> Vec<SeenBlock> {
        let mut blocks = vec![read_block(self.chain.chain_id, &first)];
        while let Some(follower) = follower
            && blocks.len() < MAX_BLOCKS
            && self.postponed.is_none()
        {
            match follower.events.try_recv() {
                Ok(ChainEvent::Block(next)) => blocks.push(read_block(self.chain.chain_id, &next)),
                Ok(other) => self.postponed = Some(other),
                Err(_) => break,
            }
        }
        blocks
    }

    /// Writes blocks down, then tells everybody what is in them.
    async fn apply(&mut self, blocks: Vec<SeenBlock>) -> Result<(), RelayerError> {
        let chain_id = self.chain.chain_id;
        let applied = self.shared.store().apply_blocks(chain_id, &blocks, self.shared.window()).await;
        applied.map_err(|source| self.store_failed(source))?;
        // The store has noted that these are included.
        for delivery in blocks.iter().flat_map(|block| &block.deliveries) {
            self.accepted.remove(&delivery.tx_hash);
        }
        for SeenBlock { block, messages, deliveries } in blocks {
            for seen in &messages {
                self.sent(seen).await?;
            }
            for SeenDelivery { relayed, tx_hash, .. } in deliveries {
                self.announce(RelayerEvent::Delivered {
                    message_hash: relayed.message_hash,
                    destination: chain_id,
                    tx_hash,
                    block_number: block.number,
                });
                let (message, block_number) = (relayed.message_hash, block.number);
                self.tell(Event::Delivered { message, tx_hash, block_number }).await?;
            }
            self.advance(&block).await?;
        }
        Ok(())
    }

    async fn advance(&mut self, block: &BlockRef) -> Result<(), RelayerError> {
        self.head = block.number;
        self.tip = Some(*block);
        self.tell(Event::Head { number: block.number, timestamp: block.timestamp }).await
    }

    /// A message was sent on this chain.
    async fn sent(&mut self, seen: &SeenMessage) -> Result<(), RelayerError> {
        let source = self.chain.chain_id;
        let message_hash = seen.sent.message_hash(alloy::primitives::U256::from(source));
        let destination = seen.sent.destination;
        self.announce(RelayerEvent::Seen { message_hash, source, destination, tx_hash: seen.tx_hash });
        self.pass_on(message_hash).await
    }

    /// Tells the destination where a message of this chain stands, if it has to be delivered still.
    async fn pass_on(&mut self, message: B256) -> Result<(), RelayerError> {
        let record = self.record(message).await?;
        if let Some(message) = record.and_then(|record| self.shared.deliverable(record)) {
            self.router.push(message.destination, Routed::Seen(message));
        }
        Ok(())
    }

    /// Tells everybody what a reorg took away; without an ancestor, the whole chain.
    async fn revert(&mut self, reverted: Reverted, ancestor: Option<BlockRef>) -> Result<(), RelayerError> {
        for message_hash in reverted.orphaned {
            self.announce(RelayerEvent::Orphaned { message_hash, source: self.chain.chain_id });
            let record = self.record(message_hash).await?;
            if let Some(destination) = record.and_then(|record| u64::try_from(record.sent.destination).ok()) {
                self.router.push(destination, Routed::Orphaned(message_hash));
            }
        }
        for message in reverted.reidentified {
            self.pass_on(message).await?;
        }
        self.tip = ancestor;
        self.head = ancestor.map_or(0, |ancestor| ancestor.number);
        // From here on nothing new is signed before the node was asked for the nonces again.
        let has_judged = self.lane.has_judged_after(self.head);
        self.tell(Event::Reorged { ancestor: self.head }).await?;
        self.reopen(reverted.reopened).await?;
        for message_hash in reverted.undelivered {
            let destination = self.chain.chain_id;
            self.announce(RelayerEvent::Undelivered { message_hash, destination });
            let record = self.record(message_hash).await?;
            if let Some(message) = record.and_then(|record| self.shared.deliverable(record)) {
                self.tell(Event::Undelivered(message)).await?;
            }
        }
        if has_judged || ancestor.is_none() {
            self.take_back(ancestor.map_or(0, |ancestor| ancestor.timestamp)).await?;
        }
        Ok(())
    }

    /// The blocks that held these transactions are void: they may go into others, the same bytes.
    async fn reopen(&mut self, reopened: Vec<B256>) -> Result<(), RelayerError> {
        for tx_hash in reopened.into_iter().rev() {
            let attempt = self.shared.store().attempt(tx_hash).await;
            let attempt = attempt.map_err(|source| self.store_failed(source))?;
            if let Some(event) = attempt.and_then(|attempt| self.resumed(attempt)) {
                self.tell(event).await?;
            }
        }
        Ok(())
    }

    async fn record(&self, message: B256) -> Result<Option<MessageRecord>, RelayerError> {
        let record = self.shared.store().message(message).await;
        record.map_err(|source| self.store_failed(source))
    }

    /// The follower gave up. Returns the one that follows it, if one does.
    pub(super) async fn follower_ended(
        &mut self,
        ended: FollowerHandle,
    ) -> Result<Option<FollowerHandle>, RelayerError> {
        let chain_id = self.chain.chain_id;
        self.tell(Event::Offline).await?;
        let Err(error) = ended.join().await else { return Ok(None) };
        match (&error, self.chain.on_reset) {
            (FollowerError::DeepReorg { .. }, OnReset::Forget) => {
                tracing::warn!(chain = chain_id, %error, "forgetting the chain and beginning anew");
                let reverted = self.shared.store().forget_chain(chain_id).await;
                let reverted = reverted.map_err(|source| self.store_failed(source))?;
                self.tell(Event::Reset).await?;
                self.revert(reverted, None).await?;
                Ok(Some(self.follow().await?))
            }
            (
                FollowerError::DeepReorg { .. }
                | FollowerError::Pruned { .. }
                | FollowerError::Client { .. }
                | FollowerError::Aborted { .. },
                OnReset::Halt | OnReset::Forget,
            ) => {
                let reason = error.to_string();
                tracing::error!(chain = chain_id, reason, "cannot follow the chain any further");
                self.announce(RelayerEvent::ChainHalted { chain_id, reason });
                Ok(None)
            }
        }
    }
}

/// Reads the messenger's events in a block.
fn read_block(chain_id: u64, found: &BlockLogs) -> SeenBlock {
    let mut seen = SeenBlock { block: found.block, messages: Vec::new(), deliveries: Vec::new() };
    for log in &found.logs {
        let (log_index, tx_hash) = (log.log_index, log.tx_hash);
        let strange = |error| {
            tracing::warn!(chain = chain_id, block = found.block.number, log_index, %error, "not an event");
        };
        match SentMessage::from_log(log.address, &log.topics, &log.data) {
            Some(Ok(sent)) => seen.messages.push(SeenMessage { sent, log_index, tx_hash }),
            Some(Err(error)) => strange(error),
            None => {}
        }
        match RelayedMessage::from_log(log.address, &log.topics, &log.data) {
            Some(Ok(relayed)) => seen.deliveries.push(SeenDelivery { relayed, log_index, tx_hash }),
            Some(Err(error)) => strange(error),
            None => {}
        }
    }
    seen
}
