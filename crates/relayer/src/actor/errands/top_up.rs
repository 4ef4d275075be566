//! Gives ether to signers that have too little.

use std::collections::BTreeSet;

use alloy::primitives::{Address, Bytes};
use causeway_chain::BlockRef;
use causeway_store::{Errand, ErrandKind, NewErrand, Noted};

use super::{
    Node, Trouble,
    transaction::{Call, Price},
};
use crate::{
    RelayerEvent, TopUp,
    engine::SignedTx,
    errand::{Books, Decision, Held},
};

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
        held: &mut Option<Held>,
    ) -> Result<(), Trouble> {
        let account = settings.signer.address();
        if open.iter().any(|errand| errand.account == account) {
            return Ok(());
        }
        let mut signers = Vec::with_capacity(self.accounts.len());
        for signer in self.accounts.iter().copied() {
            signers.push((signer, self.balance_at(signer, tip).await?));
        }
        let Some((first, _)) = signers.iter().find(|(_, has)| *has < settings.limits.below) else {
            *held = None;
            return Ok(());
        };
        let Some(nonce) = self.errand_nonce(account, tip).await? else { return Ok(()) };
        // As large as the largest: the longer it is, the more L1 takes.
        let call = Call { to: *first, value: settings.limits.to, input: Bytes::new() };
        let Some(price) = self.price(account, &call, tip).await? else { return Ok(()) };
        let on_its_way = open.iter().filter(|errand| errand.kind == ErrandKind::TopUp);
        let served: BTreeSet<_> = on_its_way.map(|errand| Address::from_word(errand.subject)).collect();
        let books = Books {
            signers,
            served,
            spent: self.store.errand_spending(self.chain_id, ErrandKind::TopUp).await?,
            purse: self.balance_at(account, tip).await?,
            cost: price.cost,
        };
        let (spent, cap) = (books.spent, settings.limits.max_per_day);
        let (chain_id, balance) = (self.chain_id, books.purse);
        match settings.limits.decide(&books) {
            Decision::Nothing => {}
            Decision::Give { signer, amount } => {
                *held = None;
                let call = Call { to: signer, value: amount, input: Bytes::new() };
                self.give(settings, Transfer { nonce, call, price }).await?;
            }
            Decision::Capped { signer } => {
                let event = RelayerEvent::TopUpCapped { chain_id, signer, spent, cap };
                self.tell_held(Held::Capped, event, held);
            }
            Decision::Unfunded { signer } => {
                let event = RelayerEvent::TopUpUnfunded { chain_id, signer, account, balance };
                self.tell_held(Held::Unfunded, event, held);
            }
        }
        Ok(())
    }

    /// Signs a transfer, writes it down, and sends it.
    async fn give(&self, settings: &TopUp, transfer: Transfer) -> Result<(), Trouble> {
        let Transfer { nonce, call, price } = transfer;
        let (account, signer, amount) = (settings.signer.address(), call.to, call.value);
        let version = self.sign_call(&settings.signer, nonce, call, price).await?;
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
        let noted = self.store.record_errand(&new, settings.limits.max_per_day).await?;
        if noted != Noted::Yes {
            tracing::debug!(chain = self.chain_id, %account, nonce, ?noted, "no top-up");
            return Ok(());
        }
        tracing::info!(chain = self.chain_id, %account, %signer, %amount, tx = %version.tx_hash, "top-up");
        self.send_errand(account, nonce, SignedTx { hash: version.tx_hash, raw: version.raw_tx }).await
    }

    /// Says once that a signer is not given what it needs, until that changes.
    fn tell_held(&self, why: Held, event: RelayerEvent, held: &mut Option<Held>) {
        if held.replace(why) != Some(why) {
            self.shared.announce(event);
        }
    }
}
