//! Telling destinations how safe this chain's blocks are.

use std::time::Duration;

use alloy::eips::BlockNumHash;
use causeway_chain::{BlockRef, connect};
use causeway_client::{NodeFault, SafetyHeads, safety_heads};
use tokio::time::sleep;

use super::{ChainActor, Routed, answer::Answer};
use crate::{RelayerError, RelayerEvent};

impl ChainActor {
    /// Tells the destinations what has become safe. A block counts only if it is one of those that were taken in: what is
    /// said may be about a branch that is about to be left, or about blocks that are still to come.
    pub(super) async fn settle(&mut self) -> Result<(), RelayerError> {
        // Until somebody says something, what was said to whoever read the chain before holds.
        let Some(heads) = self.settling.heads else { return Ok(()) };
        self.note_heads(&heads).await?;
        for (destination, level) in self.settling.wanted.clone() {
            let up_to = match heads.at(level) {
                None => None,
                Some(head) if self.settled(destination) == Some(head.number) => continue,
                Some(head) if self.is_taken_in(head).await? => Some(head.number),
                Some(_) => continue,
            };
            self.tell_settled(destination, up_to);
        }
        Ok(())
    }

    /// Writes down what has changed, for destinations that are other relayers'.
    async fn note_heads(&mut self, heads: &SafetyHeads) -> Result<(), RelayerError> {
        if !self.shared.store().is_shared() {
            return Ok(());
        }
        for level in self.settling.wanted.clone().into_values() {
            let head = heads.at(level);
            if self.settling.noted.get(&level) == Some(&head) {
                continue;
            }
            if let Some(head) = head
                && !self.is_taken_in(head).await?
            {
                continue;
            }
            let block = head.map(|head| (head.number, head.hash));
            let noted = self.shared.store().note_head(self.chain.chain_id, level, block).await;
            if noted.map_err(|source| self.store_failed(source))? {
                self.settling.noted.insert(level, head);
            }
        }
        Ok(())
    }

    /// Whether this block is one of the chain as it was taken in. Below what is remembered no reorg can be.
    async fn is_taken_in(&self, block: BlockNumHash) -> Result<bool, RelayerError> {
        if block.number > self.head {
            return Ok(false);
        }
        let hash = self.shared.store().block_hash(self.chain.chain_id, block.number).await;
        let hash = hash.map_err(|source| self.store_failed(source))?;
        Ok(hash.is_none_or(|hash| hash == block.hash))
    }

    /// The blocks above this one are no more; without one, none is left. The store knows.
    pub(super) fn unsettle(&mut self, ancestor: Option<BlockRef>) {
        self.settling.noted.clear();
        for destination in self.settling.wanted.clone().into_keys() {
            let up_to = self.settled(destination);
            let left = ancestor.and_then(|ancestor| up_to.map(|up_to| up_to.min(ancestor.number)));
            self.tell_settled(destination, left);
        }
    }

    /// Tells that it is not known how safe the blocks are, and why, or that it is known again: each once.
    pub(super) fn tell_doubt(&mut self, doubt: Option<String>) {
        if self.settling.doubt == doubt {
            return;
        }
        let chain_id = self.chain.chain_id;
        self.announce(match &doubt {
            Some(reason) => RelayerEvent::SafetyUnknown { chain_id, reason: reason.clone() },
            None => RelayerEvent::SafetyKnown { chain_id },
        });
        self.settling.doubt = doubt;
    }

    fn tell_settled(&mut self, destination: u64, up_to: Option<u64>) {
        let source = self.chain.chain_id;
        if self.settled(destination) != up_to {
            self.shared.note_settled(source, destination, up_to);
            self.router.push(destination, Routed::Settled { source, up_to });
        }
    }

    /// Up to which block the destination was told that all is safe.
    fn settled(&self, destination: u64) -> Option<u64> {
        self.shared.settled(self.chain.chain_id, destination)
    }

    /// Has the verifier asked from now on, if there is one and somebody wants to know.
    pub(super) fn ask_verifier(&mut self, after: Duration) -> Result<(), RelayerError> {
        let chain_id = self.chain.chain_id;
        let Some(endpoint) = self.shared.config().verifier.as_ref().filter(|_| self.settling.is_wanted())
        else {
            return Ok(());
        };
        let verifier = connect(endpoint, self.shared.connect())
            .map_err(|source| RelayerError::ConnectVerifier { source })?;
        self.asks.spawn(async move {
            sleep(after).await;
            Answer::Safety(safety_heads(&verifier, chain_id).await)
        });
        Ok(())
    }

    /// The verifier has answered, or did not: then what it said before holds, and nothing more.
    pub(super) async fn verified(
        &mut self,
        answer: Result<SafetyHeads, NodeFault>,
    ) -> Result<(), RelayerError> {
        match answer {
            Ok(heads) => {
                self.settling.heads = Some(heads);
                self.tell_doubt(self.settling.unnamed("the verifier"));
                self.settle().await?;
            }
            Err(fault) => {
                let reason = format!("the verifier does not say what is safe: {}", fault.reason);
                self.tell_doubt(Some(reason));
            }
        }
        let after = self.shared.config().poll_interval;
        self.ask_verifier(after)
    }
}
