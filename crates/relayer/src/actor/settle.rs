//! Telling destinations how safe this chain's blocks are.

use std::time::Duration;

use alloy::eips::BlockNumHash;
use causeway_chain::{BlockRef, connect};
use causeway_client::{NodeFault, SafetyHeads, safety_heads};
use tokio::time::sleep;

use super::{ChainActor, Routed, answer::Answer};
use crate::RelayerError;

impl ChainActor {
    /// Tells the destinations what has become safe. A block counts only if it is one of those that were taken in: what is
    /// said may be about a branch that is about to be left, or about blocks that are still to come.
    pub(super) async fn settle(&mut self) -> Result<(), RelayerError> {
        for (destination, level) in self.settling.wanted.clone() {
            let up_to = match self.settling.heads.at(level) {
                None => None,
                Some(head) if self.settling.told.get(&destination) == Some(&Some(head.number)) => continue,
                Some(head) if self.is_taken_in(head).await? => Some(head.number),
                Some(_) => continue,
            };
            self.tell_settled(destination, up_to);
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

    /// The blocks above this one are no more; without one, none is left.
    pub(super) fn unsettle(&mut self, ancestor: Option<BlockRef>) {
        for (destination, up_to) in self.settling.told.clone() {
            let left = ancestor.and_then(|ancestor| up_to.map(|up_to| up_to.min(ancestor.number)));
            self.tell_settled(destination, left);
        }
    }

    fn tell_settled(&mut self, destination: u64, up_to: Option<u64>) {
        let source = self.chain.chain_id;
        if self.settling.told.insert(destination, up_to) != Some(up_to) {
            self.shared.note_settled(source, destination, up_to);
            self.router.push(destination, Routed::Settled { source, up_to });
        }
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
        let was_silent = std::mem::replace(&mut self.settling.silent, answer.is_err());
        match answer {
            Ok(heads) => {
                self.settling.heads = heads;
                self.settle().await?;
            }
            Err(fault) if !was_silent => {
                let reason = fault.reason;
                tracing::warn!(chain = self.chain.chain_id, reason, "the verifier does not say what is safe");
            }
            Err(_) => {}
        }
        let after = self.shared.config().poll_interval;
        self.ask_verifier(after)
    }
}
