//! Runs errands beside the deliveries: one round with each block at the head, by whoever has the chain.
//!
//! A round looks first what became of what was signed before; what is open goes out again, the same bytes or with higher fees,
//! and only an account of which nothing is open signs anything new. All is as of one block that was taken in, so that a node
//! that is behind cannot have it done twice.

mod nonces;
mod resend;
mod top_up;
mod transaction;

use std::collections::{BTreeMap, BTreeSet};

use alloy::primitives::{Address, B256};
use causeway_chain::BlockRef;
use causeway_store::{Errand, ErrandKind, ErrandState, StoreError};

use super::{
    answer::{Answer, Fate},
    node::Node,
    receipt::Receipt,
    unanswered::Unanswered,
};
use crate::{
    ErrandEvent, RelaySigner, RelayerEvent,
    engine::SignedTx,
    errand::{Memory, Move},
};

/// After how many blocks the bytes of an account that is none any more go out again.
const LEFT_EVERY: u64 = 8;

/// Whether a round is due, and whether somebody is at it.
#[derive(Debug)]
pub(super) struct Errands {
    /// `None` while a round goes on.
    memory: Option<Memory>,
    due: bool,
    /// All blocks are known: what is further back says little of now.
    at_head: bool,
}

impl Default for Errands {
    fn default() -> Self {
        Self { memory: Some(Memory::default()), due: false, at_head: false }
    }
}

impl Errands {
    /// There is a new block.
    pub(super) const fn are_due(&mut self) {
        self.due = true;
    }

    /// All blocks are known from here on, or not any more.
    pub(super) const fn set_at_head(&mut self, at_head: bool) {
        self.at_head = at_head;
        self.due |= at_head;
    }

    /// What somebody needs who has to set about it now.
    pub(super) const fn begin(&mut self) -> Option<Memory> {
        if !self.due || !self.at_head {
            return None;
        }
        let memory = self.memory.take();
        if memory.is_some() {
            self.due = false;
        }
        memory
    }

    /// A round has ended.
    pub(super) fn end(&mut self, memory: Memory) {
        self.memory = Some(memory);
    }
}

impl Node {
    pub(super) async fn run_errands(&self, tip: BlockRef, mut memory: Memory) -> Answer {
        match self.round(tip, &mut memory).await {
            Ok(()) => Answer::Errands(memory),
            Err(Unanswered::Store(error)) => Answer::Store(error),
            Err(Unanswered::Node(fault)) => {
                let chain = self.chain_id;
                tracing::debug!(chain, reason = fault.reason, "errands wait for the next block");
                Answer::Errands(memory)
            }
        }
    }

    async fn round(&self, tip: BlockRef, memory: &mut Memory) -> Result<(), Unanswered> {
        let mut open: BTreeMap<Address, Vec<Errand>> = BTreeMap::new();
        for errand in self.store.open_errands(self.chain_id).await? {
            if !self.has_ended(&errand, tip).await? {
                open.entry(errand.account).or_default().push(errand);
            }
        }
        let is_open = |account: Address, nonce: u64| {
            open.get(&account).is_some_and(|errands| errands.iter().any(|errand| errand.nonce == nonce))
        };
        memory.pace.keep(is_open);
        memory.left.retain(|(account, nonce)| is_open(*account, *nonce));
        for errands in open.values() {
            // The others cannot land before it.
            if let Some(first) = errands.iter().min_by_key(|errand| errand.nonce) {
                self.pursue(first, tip, memory).await?;
            }
        }
        let open: Vec<Errand> = open.into_values().flatten().collect();
        if let Some(settings) = &self.shared.config().top_up {
            self.top_up(settings, &open, tip, memory).await?;
        }
        if let Some(settings) = &self.shared.config().resend {
            self.resend(settings, &open, tip, memory).await?;
        }
        Ok(())
    }

    /// Looks what became of an errand, and notes it. Returns whether it has ended.
    async fn has_ended(&self, errand: &Errand, tip: BlockRef) -> Result<bool, Unanswered> {
        let hashes: Vec<_> = errand.versions.iter().map(|version| version.tx_hash).collect();
        let (state, block, own) = match self.whereabouts(errand.account, errand.nonce, &hashes).await? {
            Fate::Ours(receipt) => {
                let state = if receipt.succeeded() { ErrandState::Landed } else { ErrandState::Reverted };
                (state, receipt.block(), Some(receipt))
            }
            Fate::Other { block_number, block_hash, .. } | Fate::Buried { block_number, block_hash } => {
                (ErrandState::Replaced, (block_number, block_hash), None)
            }
            Fate::Unused | Fate::Unknown => return Ok(false),
        };
        // Not while the block was not taken in, or is another one; nor if it came after the one that all is asked as of, which
        // knows nothing of what it changed.
        if block.0 > tip.number || !self.end(errand, state, block, own.as_deref(), tip).await? {
            return Ok(false);
        }
        let tx_hash = own.map(|receipt| receipt.transaction_hash).unwrap_or_default();
        self.tell_end(errand, state, tx_hash, block.0);
        Ok(true)
    }

    /// Tells what became of an errand.
    fn tell_end(&self, errand: &Errand, state: ErrandState, tx_hash: B256, block_number: u64) {
        let (chain_id, account, nonce, what) = (self.chain_id, errand.account, errand.nonce, errand.kind);
        match (state, what) {
            (ErrandState::Open, _) => {}
            (ErrandState::Landed, ErrandKind::TopUp) => {
                let (signer, amount) = (Address::from_word(errand.subject), errand.amount);
                let given =
                    RelayerEvent::ToppedUp { chain_id, signer, account, amount, tx_hash, block_number };
                self.shared.announce(given);
            }
            (ErrandState::Landed, ErrandKind::Resend) => {
                let message_hash = errand.subject;
                let resent = RelayerEvent::Resent { message_hash, source: chain_id, tx_hash, block_number };
                self.shared.announce(resent);
            }
            // What had the nonce before a reorg may have come back: a filler says nothing of who has the key.
            (ErrandState::Landed | ErrandState::Replaced, ErrandKind::Filler) => {
                tracing::info!(chain = chain_id, %account, nonce, block_number, "the nonce is used that errands waited for");
            }
            (ErrandState::Reverted, _) => {
                tracing::warn!(chain = chain_id, %account, nonce, "an errand reverted, and was paid for");
            }
            (ErrandState::Replaced, ErrandKind::TopUp | ErrandKind::Resend) => {
                let foreign = ErrandEvent::Foreign { chain_id, account, nonce, what, block_number };
                self.shared.announce(RelayerEvent::Errand(foreign));
            }
        }
    }

    /// Notes how it ended: with this transaction of ours, or with another one. What is too old to be dated counts as if it were new.
    async fn end(
        &self,
        errand: &Errand,
        state: ErrandState,
        block: (u64, B256),
        own: Option<&Receipt>,
        tip: BlockRef,
    ) -> Result<bool, StoreError> {
        let Some(receipt) = own else { return self.store.end_errand(errand, state, block).await };
        let known = self.store.block(self.chain_id, block.0).await?;
        let cost = receipt.cost(known.map_or(tip.timestamp, |known| known.timestamp));
        self.store.land_errand(errand, state, receipt.transaction_hash, cost).await
    }

    /// Sends what no block holds: the same bytes, or the next version with higher fees.
    async fn pursue(&self, errand: &Errand, tip: BlockRef, memory: &mut Memory) -> Result<(), Unanswered> {
        let Some(newest) = errand.versions.last() else { return Ok(()) };
        let tx = SignedTx { hash: newest.tx_hash, raw: newest.raw_tx.clone() };
        let (account, nonce) = (errand.account, errand.nonce);
        let Some(signer) = self.errand_signer(account) else {
            return self.pursue_left(errand, tx, tip, &mut memory.left).await;
        };
        if self.fill_gap(errand, signer, tip, memory).await? {
            return self.send_errand(account, nonce, tx).await;
        }
        let next = memory.pace.next(account, nonce, newest.tx_hash, tip.number);
        let tx = match next {
            Move::SendAgain => tx,
            Move::Outbid => match self.outbid(errand, &tx, signer, tip).await {
                Ok(Some(version)) => version,
                Err(error @ Unanswered::Store(_)) => return Err(error),
                // What there is goes out, whether or not somebody is there who signs the next version.
                Ok(None) | Err(Unanswered::Node(_)) => {
                    memory.pace.wait(account, nonce, tip.number);
                    tx
                }
            },
        };
        self.send_errand(account, nonce, tx).await
    }

    /// What an account has open that is none any more: nothing can be signed in its place, so the same bytes go out again, now and
    /// then, and what waits for it goes on when a block uses its nonce. It is told once.
    async fn pursue_left(
        &self,
        errand: &Errand,
        tx: SignedTx,
        tip: BlockRef,
        left: &mut BTreeSet<(Address, u64)>,
    ) -> Result<(), Unanswered> {
        let (chain, account, nonce) = (self.chain_id, errand.account, errand.nonce);
        let is_news = left.insert((account, nonce));
        if is_news {
            let (kind, tx) = (errand.kind.as_str(), tx.hash);
            tracing::warn!(
                chain, %account, nonce, kind, %tx,
                "a transaction of an account that is not configured any more may land still: what it is for waits until a block \
                 uses its nonce. It is sent again as it is; if it is never taken, send any other with that nonce, by that key"
            );
        }
        if is_news || tip.number.is_multiple_of(LEFT_EVERY) {
            self.send_errand(account, nonce, tx).await?;
        }
        Ok(())
    }

    /// Sends what was written down. Nothing is made of the answer: blocks say what became of it.
    async fn send_errand(&self, account: Address, nonce: u64, tx: SignedTx) -> Result<(), Unanswered> {
        match self.broadcast(account, nonce, tx).await {
            Answer::Store(error) => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Who signs for an account of errands.
    fn errand_signer(&self, account: Address) -> Option<&RelaySigner> {
        let signers = self.shared.config().errand_signers();
        signers.into_iter().find(|signer| signer.address() == account)
    }
}
