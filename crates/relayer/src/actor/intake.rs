//! From what happens on the chain to the store, and from there to the lanes.

use std::collections::BTreeMap;

use alloy::primitives::{B256, U256};
use causeway_chain::{BlockLogs, BlockRef, ChainEvent, FollowerError, FollowerHandle};
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage, SentMessage};
use causeway_store::{Applied, MessageRecord, Reverted, SeenBlock, SeenDelivery, SeenMessage};

use super::{ChainActor, Routed};
use crate::{
    OnReset, RelayerError, RelayerEvent,
    engine::{Delivery, Event, Message},
};

/// How many blocks are written in one transaction, when that many are there.
const MAX_BLOCKS: usize = 128;
/// How many messages and deliveries it takes to end one before: what waits for it must not wait for long.
const MAX_EVENTS: usize = 1_000;
/// How many messages are read from the store at once.
const MAX_MESSAGES: usize = 1_000;

impl ChainActor {
    pub(super) async fn take_in(
        &mut self,
        event: ChainEvent,
        follower: &mut Option<FollowerHandle>,
    ) -> Result<(), RelayerError> {
        let chain_id = self.chain.chain_id;
        match event {
            ChainEvent::Block(block) => {
                // Not before: a node that only greets may have nothing to tell.
                self.shared.ways().clear_trouble(chain_id);
                let blocks = self.with_those_behind(block, follower);
                self.apply(blocks).await
            }
            ChainEvent::Reorg { ancestor, removed } => {
                tracing::info!(chain = chain_id, depth = removed.len(), ancestor = ancestor.number, "reorg");
                self.all_told();
                let reverted = self.shared.store().revert_to(chain_id, &ancestor).await;
                let reverted = reverted.map_err(|source| self.store_failed(source))?;
                self.revert(reverted, Some(ancestor)).await
            }
            ChainEvent::CaughtUp { head } => {
                self.shared.ways().clear_trouble(chain_id);
                self.announce(RelayerEvent::CaughtUp { chain_id, block_number: head.number });
                self.errands.set_at_head(true);
                self.run_errands();
                self.look_for_fillers();
                self.caught_up().await
            }
            ChainEvent::Offline { reason } => {
                self.announce(RelayerEvent::ChainOffline { chain_id, reason });
                self.shared.ways().set_trouble(chain_id, false);
                self.facts.caught_up = false;
                self.errands.set_at_head(false);
                self.tell(Event::Offline).await
            }
            ChainEvent::Online => {
                self.announce(RelayerEvent::ChainOnline { chain_id });
                self.node.simulator.forget();
                self.facts.doubt();
                self.ask_facts();
                Ok(())
            }
            ChainEvent::Labels { safe, finalized } => {
                self.settling.label(safe, finalized);
                self.tell_doubt(self.settling.unnamed("the node"));
                self.settle().await
            }
            ChainEvent::Unlabelled { reason } => {
                self.tell_doubt(Some(format!("the node does not say what is safe: {reason}")));
                Ok(())
            }
        }
    }

    /// The block and those that wait behind it already: catching up, there are many.
    fn with_those_behind(
        &mut self,
        first: BlockLogs,
        follower: &mut Option<FollowerHandle>,
    ) -> Vec<SeenBlock> {
        let mut blocks = vec![read_block(self.chain.chain_id, &first)];
        let events = |block: &SeenBlock| block.messages.len() + block.deliveries.len();
        let mut found = blocks.iter().map(events).sum::<usize>();
        while let Some(follower) = follower
            && blocks.len() < MAX_BLOCKS
            && found < MAX_EVENTS
            && self.postponed.is_none()
        {
            match follower.events.try_recv() {
                Ok(ChainEvent::Block(next)) => {
                    let next = read_block(self.chain.chain_id, &next);
                    found += events(&next);
                    blocks.push(next);
                }
                Ok(other) => self.postponed = Some(other),
                Err(_) => break,
            }
        }
        blocks
    }

    /// Writes blocks down, then tells everybody what is in them.
    async fn apply(&mut self, blocks: Vec<SeenBlock>) -> Result<(), RelayerError> {
        let chain_id = self.chain.chain_id;
        self.all_told();
        let gaps = self.find_gaps(&blocks).await?;
        let applied = self.shared.store().apply_blocks(chain_id, &blocks, self.shared.window()).await;
        let applied = applied.map_err(|source| self.store_failed(source))?;
        self.noted = self.noted.max(applied.change);
        gaps.into_iter().for_each(|gap| self.announce(gap));
        // The store has noted that these are included.
        for delivery in blocks.iter().flat_map(|block| &block.deliveries) {
            self.accepted.remove(&delivery.tx_hash);
        }
        self.sent(&blocks, &applied).await?;
        for SeenBlock { block, deliveries, .. } in blocks {
            self.advance(block, &deliveries).await?;
        }
        self.settle().await?;
        self.ask_facts();
        // A block may hold ours whose messages all failed, too: that is known a little later.
        self.books.are_due();
        self.keep_books();
        self.send_orphans();
        self.ask_signers();
        self.errands.are_due();
        self.run_errands();
        Ok(())
    }

    async fn advance(&mut self, block: BlockRef, deliveries: &[SeenDelivery]) -> Result<(), RelayerError> {
        for SeenDelivery { relayed, tx_hash, .. } in deliveries {
            self.announce(RelayerEvent::Delivered {
                message_hash: relayed.message_hash,
                destination: self.chain.chain_id,
                tx_hash: *tx_hash,
                block_number: block.number,
            });
        }
        let went_back = self.tip.is_some_and(|tip| block.timestamp < tip.timestamp);
        self.head = block.number;
        self.tip = Some(block);
        let delivery =
            |seen: &SeenDelivery| Delivery { message: seen.relayed.message_hash, tx_hash: seen.tx_hash };
        self.tell(Event::Block {
            number: block.number,
            timestamp: block.timestamp,
            deliveries: deliveries.iter().map(delivery).collect(),
        })
        .await?;
        // No chain's time goes back: a node did not tell the truth, now or before. Messages that expired by what it said then are
        // young again. (A header that does not give its hash, as those of forks that are not known here, could be refused when its
        // time jumps. But whoever lies may do so in small steps, and a development chain does jump; so all is made good instead.)
        if went_back && self.lane.has_expired_after(block.timestamp) {
            let chain = self.chain.chain_id;
            tracing::warn!(
                chain,
                block = block.number,
                "the chain's time went back: what expired meanwhile is looked at again"
            );
            self.take_back(block.timestamp).await?;
        }
        Ok(())
    }

    /// Messages were sent on this chain. Of those that are to be delivered still, its blocks say all that it takes; of blocks
    /// that were known before, the store says what has become of their messages since.
    async fn sent(&mut self, blocks: &[SeenBlock], applied: &Applied) -> Result<(), RelayerError> {
        let (source, is_news) = (self.chain.chain_id, applied.blocks == blocks.len());
        let (mut hashes, mut open): (Vec<B256>, BTreeMap<u64, Vec<Message>>) = Default::default();
        let all = blocks.iter().flat_map(|seen| seen.messages.iter().map(|message| (&seen.block, message)));
        for (block, seen) in all {
            let message_hash = seen.sent.message_hash(U256::from(source));
            let (destination, tx_hash) = (seen.sent.destination, seen.tx_hash);
            self.announce(RelayerEvent::Seen { message_hash, source, destination, tx_hash });
            if !is_news {
                hashes.push(message_hash);
            } else if !applied.closed.contains(&message_hash)
                && let Some(message) =
                    self.shared.wanted(message_hash, &seen.sent, identifier(source, block, seen))
            {
                open.entry(message.destination).or_default().push(message);
            }
        }
        self.hand_over(open);
        self.pass_on(&hashes).await
    }

    fn hand_over(&mut self, by_destination: BTreeMap<u64, Vec<Message>>) {
        for (destination, messages) in by_destination {
            self.router.push(destination, Routed::Seen(messages));
        }
    }

    /// Tells the destinations where messages of this chain stand, if they have to be delivered still.
    async fn pass_on(&mut self, messages: &[B256]) -> Result<(), RelayerError> {
        if messages.is_empty() {
            return Ok(());
        }
        let mut by_destination: BTreeMap<u64, Vec<Message>> = BTreeMap::new();
        for messages in messages.chunks(MAX_MESSAGES) {
            let records = self.shared.store().messages_by_hash(messages).await;
            let records = records.map_err(|source| self.store_failed(source))?;
            for message in records.into_iter().filter_map(|record| self.shared.deliverable(record)) {
                by_destination.entry(message.destination).or_default().push(message);
            }
        }
        self.hand_over(by_destination);
        Ok(())
    }

    /// Of what was noted so far the lanes here have been told: nothing more of the chain is taken in before that. If this
    /// actor ends before it has told what it writes now, others tell it, who read from here on.
    fn all_told(&self) {
        self.shared.ways().set_told(self.chain.chain_id, self.noted);
    }

    /// Tells everybody what a reorg took away; without an ancestor, the whole chain.
    async fn revert(&mut self, reverted: Reverted, ancestor: Option<BlockRef>) -> Result<(), RelayerError> {
        self.noted = self.noted.max(reverted.change);
        self.unsettle(ancestor);
        self.numbering = None;
        for message_hash in reverted.orphaned {
            self.announce(RelayerEvent::Orphaned { message_hash, source: self.chain.chain_id });
            let record = self.record(message_hash).await?;
            if let Some(destination) = record.and_then(|record| u64::try_from(record.sent.destination).ok()) {
                self.router.push(destination, Routed::Orphaned(message_hash));
            }
        }
        self.pass_on(&reverted.reidentified).await?;
        self.tip = ancestor;
        self.head = ancestor.map_or(0, |ancestor| ancestor.number);
        // From here on nothing new is signed before the node was asked for the nonces again.
        let has_judged = self.lane.has_judged_after(self.head);
        self.facts.doubt();
        self.node.fees.forget().await;
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
                self.all_told();
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
                self.shared.ways().set_trouble(chain_id, true);
                Ok(None)
            }
        }
    }
}

/// Where a message's log stands.
fn identifier(source: u64, block: &BlockRef, seen: &SeenMessage) -> Identifier {
    Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: block.number,
        log_index: seen.log_index,
        timestamp: block.timestamp,
        chain_id: U256::from(source),
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
