//! Gives ether to signers that have too little.

use std::collections::BTreeSet;

use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, Bytes, U256},
    providers::Provider,
};
use causeway_chain::BlockRef;
use causeway_client::FaultKind;
use causeway_store::{Errand, ErrandKind, ErrandState, NewErrand, Noted, StoreError};

use super::{
    Node, Unanswered,
    transaction::{Call, Price},
};
use crate::{
    RelayerEvent, TopUp,
    engine::SignedTx,
    errand::{Books, Decision, Held, Memory},
};

/// After how many blocks an account is given something again whose last transfer reverted: some hours.
const AGAIN_AFTER: u64 = 7_200;

/// A transfer that was decided.
#[derive(Clone, Debug)]
struct Transfer {
    nonce: u64,
    call: Call,
    price: Price,
}

impl Node {
    /// Gives the poorest signer what it needs, if nothing else of the funding account is open.
    pub(super) async fn top_up(
        &self,
        settings: &TopUp,
        open: &[Errand],
        tip: BlockRef,
        memory: &mut Memory,
    ) -> Result<(), Unanswered> {
        let account = settings.signer.address();
        // Where nothing is delivered nothing is paid.
        let is_busy = open.iter().any(|errand| errand.account == account);
        if is_busy || !self.shared.is_destination(self.chain_id) {
            return Ok(());
        }
        let mut signers = Vec::with_capacity(self.accounts.len());
        for signer in self.accounts.iter().copied() {
            signers.push((signer, self.balance_at(signer, tip).await?));
        }
        if signers.iter().all(|(_, has)| *has >= settings.limits.below) {
            memory.held = None;
            return Ok(());
        }
        let Some(nonce) = self.errand_nonce(account, tip, &mut memory.strangers).await? else {
            return Ok(());
        };
        let on_its_way = open.iter().filter(|errand| errand.kind == ErrandKind::TopUp);
        let mut served: BTreeSet<_> = on_its_way.map(|errand| Address::from_word(errand.subject)).collect();
        served.append(&mut self.may_be_given(tip).await?);
        let Some(price) =
            self.price_for_one(settings, (&mut signers, &served), tip, &mut memory.refusing).await?
        else {
            return Ok(());
        };
        let books = Books {
            signers,
            served,
            spent: self.store.errand_spending(self.chain_id, ErrandKind::TopUp).await?,
            purse: self.balance_at(account, tip).await?,
            cost: price.cost,
        };
        let (spent, cap) = (books.spent, settings.limits.max_per_day);
        let balance = books.purse;
        match settings.limits.decide(&books) {
            Decision::Nothing => {}
            Decision::Give { signer, amount } => {
                let call = Call { to: signer, value: amount, input: Bytes::new() };
                self.give(settings, Transfer { nonce, call, price }, &mut memory.held).await?;
            }
            Decision::Capped { signer } => self.capped(signer, spent, cap, &mut memory.held),
            Decision::Unfunded { signer } => {
                let chain_id = self.chain_id;
                let event = RelayerEvent::TopUpUnfunded { chain_id, signer, account, balance };
                self.tell_held(Held::Unfunded, event, &mut memory.held);
            }
        }
        Ok(())
    }

    /// What a transfer takes to the poorest that takes one. Those that do not are left out: what is wrong with one holds nobody
    /// else. `None` while gas costs too much, and when nobody is left.
    async fn price_for_one(
        &self,
        settings: &TopUp,
        (signers, served): (&mut Vec<(Address, U256)>, &BTreeSet<Address>),
        tip: BlockRef,
        refusing: &mut BTreeSet<Address>,
    ) -> Result<Option<Price>, Unanswered> {
        let account = settings.signer.address();
        while let Some((poorest, _)) = settings.limits.poorest(signers, served) {
            // As large as the largest: the longer it is, the more L1 takes.
            let call = Call { to: poorest, value: settings.limits.to, input: Bytes::new() };
            match self.price(account, &call, tip).await {
                Err(Unanswered::Node(fault)) if is_refusal(&fault.kind) => {
                    if refusing.insert(poorest) {
                        let (chain, signer, reason) = (self.chain_id, poorest, fault.reason);
                        tracing::warn!(chain, %signer, reason, "no top-up: the account does not take ether");
                    }
                }
                Ok(Some(_)) if self.has_failed(poorest, tip).await? => {
                    if refusing.insert(poorest) {
                        let (chain, signer) = (self.chain_id, poorest);
                        tracing::warn!(chain, %signer, "no top-up for some hours: the last one reverted, and was paid for");
                    }
                }
                price => {
                    refusing.remove(&poorest);
                    return price;
                }
            }
            signers.retain(|(signer, _)| *signer != poorest);
        }
        Ok(None)
    }

    /// The signers to whom a transfer may come still whose nonce another transaction has: were that one's block taken away, nodes
    /// that have ours could put it into one. That ends when the block is final, as the node says, or no more among those that are
    /// remembered.
    async fn may_be_given(&self, tip: BlockRef) -> Result<BTreeSet<Address>, StoreError> {
        let replaced = self.store.replaced_errands(self.chain_id, ErrandKind::TopUp).await?;
        if replaced.is_empty() {
            return Ok(BTreeSet::new());
        }
        let finalized = self.finalized(tip).await?;
        let is_final = |errand: &Errand| {
            errand.block_number.zip(finalized).is_some_and(|(number, finalized)| number <= finalized)
        };
        let may_come = replaced.iter().filter(|errand| !is_final(errand));
        Ok(may_come.map(|errand| Address::from_word(errand.subject)).collect())
    }

    /// The newest block that is final, as the node says; `None` if it does not say so of a block that was taken in.
    async fn finalized(&self, tip: BlockRef) -> Result<Option<u64>, StoreError> {
        let asked = self.provider.get_block_by_number(BlockNumberOrTag::Finalized).await;
        let Ok(Some(block)) = asked else { return Ok(None) };
        let (number, hash) = (block.header.number, block.header.hash);
        let known = self.store.block_hash(self.chain_id, number).await?;
        Ok((number <= tip.number && known.is_none_or(|known| known == hash)).then_some(number))
    }

    /// Whether the newest transfer to a signer reverted, and not long ago.
    async fn has_failed(&self, signer: Address, tip: BlockRef) -> Result<bool, Unanswered> {
        let past = self.store.errands_for(self.chain_id, ErrandKind::TopUp, signer.into_word()).await?;
        let is_recent = |errand: &&Errand| {
            errand.block_number.is_some_and(|number| number.saturating_add(AGAIN_AFTER) > tip.number)
        };
        let newest = past.iter().max_by_key(|errand| errand.id);
        Ok(newest.filter(is_recent).is_some_and(|errand| errand.state == ErrandState::Reverted))
    }

    /// Signs a transfer, writes it down, and sends it.
    async fn give(
        &self,
        settings: &TopUp,
        transfer: Transfer,
        held: &mut Option<Held>,
    ) -> Result<(), Unanswered> {
        let Transfer { nonce, call, price } = transfer;
        let (account, signer, amount) = (settings.signer.address(), call.to, call.value);
        let version = match self.sign_call(&settings.signer, nonce, call, price).await {
            Ok(version) => version,
            Err(fault) => {
                // Each block asks again, and it is said once.
                if held.replace(Held::Unsigned) != Some(Held::Unsigned) {
                    let (chain, reason) = (self.chain_id, fault.reason);
                    tracing::warn!(chain, %account, %signer, nonce, reason, "nothing signed: no top-up");
                }
                return Ok(());
            }
        };
        let new = NewErrand {
            chain_id: self.chain_id,
            account,
            nonce,
            kind: ErrandKind::TopUp,
            subject: signer.into_word(),
            amount,
            version: version.clone(),
        };
        // The store counts what others have recorded meanwhile.
        let cap = settings.limits.max_per_day;
        match self.store.record_errand(&new, cap).await? {
            Noted::Yes => *held = None,
            Noted::Capped { spent } => {
                self.capped(signer, spent, cap, held);
                return Ok(());
            }
            Noted::Busy => {
                tracing::debug!(chain = self.chain_id, %account, nonce, "no top-up: the account is busy");
                return Ok(());
            }
        }
        tracing::info!(chain = self.chain_id, %account, %signer, %amount, tx = %version.tx_hash, "top-up");
        self.send_errand(account, nonce, SignedTx { hash: version.tx_hash, raw: version.raw_tx }).await
    }

    /// A signer would be given something, and with it more than the cap.
    fn capped(&self, signer: Address, spent: U256, cap: U256, held: &mut Option<Held>) {
        let event = RelayerEvent::TopUpCapped { chain_id: self.chain_id, signer, spent, cap };
        self.tell_held(Held::Capped { spent }, event, held);
    }

    /// Says once that a signer is not given what it needs, until that changes.
    fn tell_held(&self, why: Held, event: RelayerEvent, held: &mut Option<Held>) {
        if held.replace(why) != Some(why) {
            self.shared.announce(event);
        }
    }
}

/// Whether a node says that an account does not take ether, rather than nothing.
const fn is_refusal(kind: &FaultKind) -> bool {
    matches!(kind, FaultKind::Reverted(_) | FaultKind::OutOfGas | FaultKind::Refused)
}

#[cfg(test)]
mod tests;
