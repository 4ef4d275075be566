//! What is asked with every block, beside the work.

use std::sync::Arc;

use alloy::primitives::{Address, B256};
use causeway_store::{Cost, Overhead};

use super::{ChainActor, receipt::Receipt};
use crate::{RelayerError, engine::Event, errand::Memory};

impl ChainActor {
    /// Asks the chain, unless it is being asked.
    pub(super) fn ask_facts(&mut self) {
        if std::mem::replace(&mut self.facts.asking, true) {
            return;
        }
        let (node, head, wants_batcher) =
            (Arc::clone(&self.node), self.head, self.facts.wants_batcher(self.head));
        self.asks.spawn(async move { node.facts(head, wants_batcher).await });
    }

    /// Tells the lane what the chain said.
    pub(super) async fn learn(
        &mut self,
        batcher: Option<bool>,
        block_gas: Option<u64>,
    ) -> Result<(), RelayerError> {
        self.facts.asking = false;
        if let Some(is_there) = batcher {
            let known = self.facts.batcher.replace((is_there, self.head));
            if known.is_none_or(|(was_there, _)| was_there != is_there) {
                tracing::debug!(chain = self.chain.chain_id, is_there, "batcher");
                self.tell(Event::Batcher(is_there)).await?;
            }
        }
        if let Some(block_gas) = block_gas
            && self.facts.block_gas.replace(block_gas) != Some(block_gas)
        {
            self.tell(Event::BlockGas(block_gas)).await?;
        }
        // A node that does not say is no reason to wait: then every message has its own transaction.
        if std::mem::take(&mut self.facts.caught_up) {
            self.tell(Event::CaughtUp).await?;
        }
        Ok(())
    }

    /// All blocks are known: the lane may act, once it knows what it has to.
    pub(super) async fn caught_up(&mut self) -> Result<(), RelayerError> {
        if self.facts.is_known() {
            return self.tell(Event::CaughtUp).await;
        }
        self.facts.caught_up = true;
        self.ask_facts();
        Ok(())
    }

    /// Has entered what landed, if something did and nobody is at it.
    pub(super) fn keep_books(&mut self) {
        if self.books.begin() {
            let (node, head) = (Arc::clone(&self.node), self.head);
            self.asks.spawn(async move { node.enter_costs(head).await });
        }
    }

    /// Has sent again what accounts have signed that are not configured any more, if that is due.
    pub(super) fn send_orphans(&mut self) {
        if self.orphans.begin(self.head) {
            let node = Arc::clone(&self.node);
            self.asks.spawn(async move { node.send_orphans().await });
        }
    }

    /// Asks the accounts that do not sign whether they do again, if that is due.
    pub(super) fn ask_signers(&mut self) {
        let due = self.node.signatures.due(self.head);
        if !due.is_empty() {
            let node = Arc::clone(&self.node);
            self.asks.spawn(async move { node.ask_signers(due).await });
        }
    }

    /// Tells the lane what its transactions took, and goes on.
    pub(super) async fn books_kept(
        &mut self,
        more: bool,
        entered: Vec<(B256, Cost)>,
    ) -> Result<(), RelayerError> {
        for (tx_hash, Cost { block_number, landed_at, gas_used, .. }) in entered {
            let (timestamp, gas) = (landed_at, gas_used);
            self.tell(Event::Used { tx_hash, block_number, timestamp, gas, shares: Vec::new() }).await?;
        }
        self.books.end(more);
        self.keep_books();
        Ok(())
    }

    /// Enters what a transaction in a block that was taken in cost, if it carries no message of ours: nobody else does so. Returns
    /// whether it does not.
    pub(super) async fn enter_overhead(
        &self,
        signer: Address,
        nonce: u64,
        receipt: &Receipt,
    ) -> Result<bool, RelayerError> {
        let (store, chain_id) = (self.shared.store(), self.chain.chain_id);
        let (block_number, _) = receipt.block();
        let block = store.block(chain_id, block_number).await.map_err(|source| self.store_failed(source))?;
        // What is too old to be dated counts as if it were new.
        let cost = receipt.cost(block.or(self.tip).map(|block| block.timestamp).unwrap_or_default());
        let overhead = Overhead { chain_id, signer, nonce, tx_hash: receipt.transaction_hash, cost };
        store.record_overhead(&overhead).await.map_err(|source| self.store_failed(source))
    }

    /// Begins a round of errands, if one is due and nobody is at it.
    pub(super) fn run_errands(&mut self) {
        let (Some(tip), true) = (self.tip, self.shared.config().has_errands()) else { return };
        if let Some(memory) = self.errands.begin() {
            let node = Arc::clone(&self.node);
            self.asks.spawn(async move { node.run_errands(tip, memory).await });
        }
    }

    /// A round has ended.
    pub(super) fn errands_run(&mut self, memory: Memory) {
        self.errands.end(memory);
        self.run_errands();
    }
}
