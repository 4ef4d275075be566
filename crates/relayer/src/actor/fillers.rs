//! Transactions of our accounts in blocks that no record tells of. One that does nothing is not written down before it is sent;
//! where it lands while no relayer looks, its cost is found here when the next one has caught up.

use std::ops::RangeInclusive;

use alloy::{
    consensus::{Transaction as _, TxEnvelope},
    eips::BlockNumberOrTag,
    primitives::Address,
    providers::Provider,
};
use causeway_chain::BlockRef;
use causeway_client::NodeFault;
use causeway_store::StoreError;
use futures::{StreamExt, stream};

use super::{
    ChainActor,
    answer::{Answer, Filler},
    fate::{FullBlock, READ_AHEAD, signed_by},
    node::{Node, nonce},
    receipt::{Bounds, Receipt, Said},
};
use crate::RelayerError;

/// How many blocks are read at most where the state of old ones is not there to be asked.
const MOST_BLOCKS: u64 = 2_048;

/// A nonce that is used, and nobody knows by what.
#[derive(Clone, Copy, Debug)]
struct Hole {
    account: Address,
    nonce: u64,
    /// Whether a transaction of ours was recorded with it.
    was_ours: bool,
}

impl Node {
    /// Looks for them in the blocks after this one. What cannot be asked is left out, and said.
    pub(super) async fn find_fillers(&self, after: u64, tip: BlockRef) -> Answer {
        let (mut found, mut is_done) = (Vec::new(), true);
        for account in self.accounts.iter().copied() {
            match self.fillers_of(account, after, tip, &mut found).await {
                Ok(Ok(())) => {}
                Ok(Err(fault)) => {
                    let reason = fault.reason;
                    tracing::debug!(chain = self.chain_id, %account, reason, "not known what used its nonces");
                    is_done = false;
                }
                Err(error) => return Answer::Store(error),
            }
        }
        Answer::Fillers { found, is_done }
    }

    async fn fillers_of(
        &self,
        account: Address,
        after: u64,
        tip: BlockRef,
        found: &mut Vec<Filler>,
    ) -> Result<Result<(), NodeFault>, StoreError> {
        let used = match self.nonce_at(account, Some(tip)).await {
            Ok(used) => used,
            Err(fault) => return Ok(Err(fault)),
        };
        // Where the state is not there any more, what was recorded tells where to begin.
        let before = self.nonce_after(account, after).await.unwrap_or(0);
        for (nonce, was_ours) in self.store.unaccounted(self.chain_id, account, before..used).await? {
            let hole = Hole { account, nonce, was_ours };
            match self.filler(hole, after..=tip.number).await {
                Ok(Some(receipt)) => found.push(Filler { signer: account, nonce, receipt }),
                Ok(None) => {}
                Err(fault) => return Ok(Err(fault)),
            }
        }
        Ok(Ok(()))
    }

    /// What used a nonce in one of these blocks, if it is ours to enter: it does nothing, or has taken the nonce of one that was
    /// sent.
    async fn filler(&self, hole: Hole, blocks: RangeInclusive<u64>) -> Result<Option<Receipt>, NodeFault> {
        let signed = match self.block_with(hole, &blocks).await {
            Ok(number) => self.signed_at(hole, number).await?,
            // Nodes forget the state of old blocks before the blocks themselves.
            Err(_) => self.search_for(hole, &blocks).await?,
        };
        match signed.filter(|signed| hole.was_ours || does_nothing(signed, hole.account)) {
            None => Ok(None),
            Some(signed) => match Said::of(&self.provider, *signed.tx_hash()).await? {
                Some(said) => Ok(Some(self.believe(said, Bounds::of(&signed))?)),
                None => Err(NodeFault::unavailable("the node does not have the receipt")),
            },
        }
    }

    /// The block that uses the nonce, by halving.
    async fn block_with(&self, hole: Hole, blocks: &RangeInclusive<u64>) -> Result<u64, NodeFault> {
        let (mut unused, mut used) = (*blocks.start(), *blocks.end());
        while unused.saturating_add(1) < used {
            let middle = unused + (used - unused) / 2;
            if self.nonce_after(hole.account, middle).await? > hole.nonce {
                used = middle;
            } else {
                unused = middle;
            }
        }
        Ok(used)
    }

    async fn search_for(
        &self,
        hole: Hole,
        blocks: &RangeInclusive<u64>,
    ) -> Result<Option<TxEnvelope>, NodeFault> {
        let first = (*blocks.start()).max(blocks.end().saturating_sub(MOST_BLOCKS));
        let numbers = stream::iter((first..=*blocks.end()).rev());
        let mut found = numbers.map(|number| self.signed_at(hole, number)).buffered(READ_AHEAD);
        while let Some(signed) = found.next().await {
            if let Some(signed) = signed? {
                return Ok(Some(signed));
            }
        }
        Ok(None)
    }

    /// The account's transaction with the nonce in a block, if it is there.
    async fn signed_at(&self, hole: Hole, number: u64) -> Result<Option<TxEnvelope>, NodeFault> {
        let number = BlockNumberOrTag::Number(number);
        let request = self.provider.raw_request("eth_getBlockByNumber".into(), (number, true));
        let found: Option<FullBlock> = request.await?;
        let found = found.ok_or_else(|| NodeFault::unavailable("the node does not have the block"))?;
        Ok(signed_by(found, hole.account, hole.nonce).flatten())
    }

    /// An account's nonce after a block.
    async fn nonce_after(&self, account: Address, number: u64) -> Result<u64, NodeFault> {
        nonce(self.provider.get_transaction_count(account).number(number).await?)
    }
}

/// As [`Node::fill`] makes them. Others of the account's are its owner's business.
fn does_nothing(signed: &TxEnvelope, account: Address) -> bool {
    signed.to() == Some(account) && signed.value().is_zero() && signed.input().is_empty()
}

impl ChainActor {
    /// Has them looked for, unless that was done since the start.
    pub(super) fn look_for_fillers(&mut self) {
        if let (Some(tip), Some(after)) = (self.tip, self.books.begin_looking()) {
            let node = std::sync::Arc::clone(&self.node);
            self.asks.spawn(async move { node.find_fillers(after, tip).await });
        }
    }

    /// Enters those that were found. The next time that all blocks are known the rest is looked for, if there is any.
    pub(super) async fn fillers_found(
        &mut self,
        found: Vec<Filler>,
        is_done: bool,
    ) -> Result<(), RelayerError> {
        self.books.end_looking(is_done);
        for Filler { signer, nonce, receipt } in found {
            if self.enter_overhead(signer, nonce, &receipt).await? {
                tracing::info!(
                    chain = self.chain.chain_id, tx = %receipt.transaction_hash, %signer, nonce,
                    "a transaction that carries no message has landed while no relayer looked: it is entered"
                );
            }
        }
        Ok(())
    }
}
