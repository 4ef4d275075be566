//! Who used a nonce: told by the blocks that were taken in, not by what a node misses.
//!
//! Nodes behind one address may be some blocks apart, so that no receipt of a transaction says nothing about it. Another
//! transaction of the account with the same nonce, signed and in a block that the follower read, says everything.

use std::sync::atomic::Ordering;

use alloy::{
    consensus::{TxEnvelope, transaction::SignerRecoverable},
    primitives::{Address, B256, U64},
    providers::Provider,
    rpc::types::Transaction,
};
use causeway_chain::BlockRef;
use futures::{StreamExt, stream};
use serde::Deserialize;
use serde_json::Value;

use super::{
    ChainActor,
    answer::{Answer, Fate, Verdict},
    node::Node,
    receipt::{Bounds, Place, Receipt, Said},
    unanswered::Unanswered,
};
use crate::{RelayerError, engine::ReceiptOutcome};
use causeway_client::NodeFault;
use causeway_store::StoreError;

/// How many blocks are read at once where the state of old blocks is not there to be asked.
pub(super) const READ_AHEAD: usize = 4;
/// A block with its transactions, as far as they matter here: those of other kinds need not be readable.
#[derive(Debug, Deserialize)]
pub(super) struct FullBlock {
    hash: B256,
    transactions: Vec<Value>,
}

/// What tells whose transaction it is.
#[derive(Debug, Deserialize)]
struct Origin {
    from: Address,
    nonce: U64,
}

/// Whose transaction with which nonce is looked for, and which of them are ours.
#[derive(Clone, Copy, Debug)]
struct User<'a> {
    account: Address,
    nonce: u64,
    ours: &'a [B256],
}

impl Node {
    /// Asks what became of a nonce for which these transactions of ours may have been sent.
    pub(super) async fn fate(&self, signer: Address, nonce: u64, tx_hashes: Vec<B256>) -> Answer {
        let Some(tx_hash) = tx_hashes.last().copied() else {
            let (tx_hash, fate) = (B256::ZERO, Fate::Unknown);
            return Answer::Fate(Verdict { signer, nonce, tx_hash, fate });
        };
        let fate = match self.whereabouts(signer, nonce, &tx_hashes).await {
            Ok(fate) => fate,
            Err(Unanswered::Store(error)) => return Answer::Store(error),
            Err(Unanswered::Node(fault)) => {
                tracing::debug!(chain = self.chain_id, %signer, nonce, reason = fault.reason, "unknown fate");
                Fate::Unknown
            }
        };
        Answer::Fate(Verdict { signer, nonce, tx_hash, fate })
    }

    /// What the node says of a nonce for which these transactions may have been sent.
    pub(super) async fn whereabouts(
        &self,
        account: Address,
        nonce: u64,
        ours: &[B256],
    ) -> Result<Fate, Unanswered> {
        if let Some(receipt) = self.landed(ours).await? {
            // Else the node contradicts what it said before.
            let is_later = self.is_later(&receipt).await?;
            return Ok(if is_later { Fate::Ours(Box::new(receipt)) } else { Fate::Unknown });
        }
        let window = self.store.window(self.chain_id).await?;
        match self.used(User { account, nonce, ours }, &window).await? {
            // Nobody can have used the nonce before ours were written down: the node contradicts what it said then.
            Fate::Buried { block_number, .. } if !self.are_older(ours, block_number).await? => {
                Ok(Fate::Unknown)
            }
            fate => Ok(fate),
        }
    }

    /// Whether the receipt's block can have one of ours: one that is remembered is told by its hash; of those below, one that was
    /// made after the transaction was written down.
    async fn is_later(&self, receipt: &Receipt) -> Result<bool, StoreError> {
        let (number, _) = receipt.block();
        if self.store.block(self.chain_id, number).await?.is_some() {
            return Ok(true);
        }
        // Above all that was taken in: it counts when that block is.
        let tips = self.store.heads(&[self.chain_id]).await?;
        if tips.get(&self.chain_id).is_none_or(|tip| tip.number < number) {
            return Ok(true);
        }
        self.are_older(&[receipt.transaction_hash], number).await
    }

    /// Whether one of the transactions was written down before the block with this number was taken in.
    async fn are_older(&self, ours: &[B256], number: u64) -> Result<bool, StoreError> {
        for tx_hash in ours {
            if self.store.recorded_at(*tx_hash).await?.is_some_and(|head| head < number) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The receipt of one of the transactions, if there is one.
    async fn landed(&self, tx_hashes: &[B256]) -> Result<Option<Receipt>, Unanswered> {
        for tx_hash in tx_hashes.iter().rev().copied() {
            if let Some(receipt) = self.receipt(tx_hash).await? {
                return Ok(Some(receipt));
            }
        }
        Ok(None)
    }

    /// The receipt of a transaction of ours, if a block holds it, and what it says can be.
    pub(super) async fn receipt(&self, tx_hash: B256) -> Result<Option<Receipt>, Unanswered> {
        let Some(said) = Said::of(&self.provider, tx_hash).await? else { return Ok(None) };
        // One that does nothing is not written down.
        let raw = self.store.raw_tx(tx_hash).await?;
        let bounds = raw.map_or(Bounds::WIDEST, |raw| Bounds::of_bytes(&raw));
        Ok(Some(self.believe(said, bounds)?))
    }

    /// Believes a receipt, or tells once that the node's are not to be believed.
    pub(super) fn believe(&self, said: Said, bounds: Bounds) -> Result<Receipt, NodeFault> {
        said.within(bounds).inspect_err(|fault| {
            if !self.disbelieved.swap(true, Ordering::Relaxed) {
                let (chain, reason) = (self.chain_id, &fault.reason);
                tracing::warn!(chain, reason, "the node is asked again until it says what can be");
            }
        })
    }

    /// Looks in the blocks that were taken in for the one that uses the nonce.
    async fn used(&self, user: User<'_>, window: &[BlockRef]) -> Result<Fate, NodeFault> {
        let (Some(oldest), Some(tip)) = (window.first(), window.last()) else { return Ok(Fate::Unused) };
        if self.nonce_at(user.account, Some(*tip)).await? <= user.nonce {
            return Ok(Fate::Unused);
        }
        match self.user_of(user, window).await {
            Ok(Some(block)) => Ok(self.user_in(user, block).await?.unwrap_or(Fate::Unknown)),
            Ok(None) => Ok(Fate::Buried { block_number: oldest.number, block_hash: oldest.hash }),
            // Nodes forget the state of old blocks before the blocks themselves.
            Err(_) => self.search(user, window).await,
        }
    }

    /// The first block after which the nonce is used, by halving; `None` if that is so after the first of all.
    async fn user_of(&self, user: User<'_>, window: &[BlockRef]) -> Result<Option<BlockRef>, NodeFault> {
        let (mut unused, mut used) = (None, window.len().saturating_sub(1));
        loop {
            let middle = match unused {
                None if used == 0 => return Ok(None),
                // Mostly it is one of the last blocks.
                None => used.saturating_sub(8),
                Some(unused) if unused + 1 == used => return Ok(window.get(used).copied()),
                Some(unused) => unused + (used - unused) / 2,
            };
            if self.nonce_at(user.account, window.get(middle).copied()).await? > user.nonce {
                used = middle;
            } else {
                unused = Some(middle);
            }
        }
    }

    /// Reads the blocks themselves, the newest first. What none of them uses was used before all.
    async fn search(&self, user: User<'_>, window: &[BlockRef]) -> Result<Fate, NodeFault> {
        let blocks = stream::iter(window.iter().rev().copied());
        let mut fates = blocks.map(|block| self.user_in(user, block)).buffered(READ_AHEAD);
        while let Some(fate) = fates.next().await {
            if let Some(fate) = fate? {
                return Ok(fate);
            }
        }
        let buried =
            |oldest: &BlockRef| Fate::Buried { block_number: oldest.number, block_hash: oldest.hash };
        Ok(window.first().map_or(Fate::Unused, buried))
    }

    /// What the block's transaction of our account with this nonce says, if there is one.
    async fn user_in(&self, user: User<'_>, block: BlockRef) -> Result<Option<Fate>, NodeFault> {
        let request = self.provider.raw_request("eth_getBlockByHash".into(), (block.hash, true));
        let found: Option<FullBlock> = request.await?;
        let found = found.filter(|found| found.hash == block.hash);
        let found = found.ok_or_else(|| NodeFault::unavailable("the node does not have the block"))?;
        let User { account, nonce, ours } = user;
        let Some(signed) = signed_by(found, account, nonce) else { return Ok(None) };
        let Some(signed) = signed else { return Ok(Some(Fate::Unknown)) };
        if ours.contains(signed.tx_hash()) {
            // Of ours there is a receipt, which the node will find.
            return Ok(Some(Fate::Unknown));
        }
        let (block_number, block_hash) = (block.number, block.hash);
        // Nothing hangs on what it cost.
        let said = Said::of(&self.provider, *signed.tx_hash()).await.ok().flatten();
        let receipt = said.and_then(|said| self.believe(said, Bounds::of(&signed)).ok());
        let receipt = receipt.filter(|receipt| receipt.block() == (block_number, block_hash)).map(Box::new);
        Ok(Some(Fate::Other { block_number, block_hash, receipt }))
    }
}

/// The block's transaction of this account with this nonce, if there is one: itself, where the account has signed it. Nobody else
/// can have, so it is no mistake of the node.
pub(super) fn signed_by(block: FullBlock, account: Address, nonce: u64) -> Option<Option<TxEnvelope>> {
    let is_users = |transaction: &Value| {
        Origin::deserialize(transaction)
            .is_ok_and(|origin| origin.from == account && origin.nonce.to::<u64>() == nonce)
    };
    let found = block.transactions.into_iter().find(is_users)?;
    let signed = serde_json::from_value::<Transaction>(found).ok().map(|found| found.inner.into_inner());
    Some(signed.filter(|signed| signed.recover_signer().is_ok_and(|by| by == account)))
}

impl ChainActor {
    /// Holds what a node says of a nonce against the blocks that were taken in. Returns the block that it was said of, too.
    pub(super) async fn judge(&self, fate: Fate) -> Result<(ReceiptOutcome, Option<Place>), RelayerError> {
        let place = match &fate {
            Fate::Ours(receipt) => receipt.block(),
            Fate::Other { block_number, block_hash, .. } | Fate::Buried { block_number, block_hash } => {
                (*block_number, *block_hash)
            }
            Fate::Unused => return Ok((ReceiptOutcome::Missing, None)),
            Fate::Unknown => return Ok((ReceiptOutcome::Unavailable, None)),
        };
        let (block_number, block_hash) = place;
        if block_number > self.head {
            return Ok((ReceiptOutcome::Missing, None));
        }
        let taken_in = self.shared.store().block(self.chain.chain_id, block_number).await;
        let taken_in = taken_in.map_err(|source| self.store_failed(source))?;
        // One that is not remembered any more is deeper than any reorg that could be followed.
        if taken_in.is_some_and(|taken_in| taken_in.hash != block_hash) {
            return Ok((ReceiptOutcome::Unavailable, None));
        }
        let Fate::Ours(receipt) = fate else {
            return Ok((ReceiptOutcome::Replaced { block_number }, Some(place)));
        };
        // What is too old to be dated counts as if it were new.
        let timestamp = taken_in.or(self.tip).map(|block| block.timestamp).unwrap_or_default();
        let outcome = ReceiptOutcome::Included {
            tx_hash: receipt.transaction_hash,
            success: receipt.succeeded(),
            block_number,
            timestamp,
            failures: receipt.failures(),
            gas_used: receipt.gas_used(),
        };
        Ok((outcome, Some(place)))
    }
}

#[cfg(test)]
mod tests;
