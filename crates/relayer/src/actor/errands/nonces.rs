//! The nonces of accounts of errands: which one is next, and what is missing before one that is open.

use alloy::{
    consensus::TxEip1559,
    primitives::{Address, TxKind},
};
use causeway_chain::BlockRef;
use causeway_client::NodeFault;
use causeway_store::{Errand, ErrandVersion};

use super::{Node, Unanswered};
use crate::{
    RelaySigner, RelayerEvent,
    actor::signing::TRANSFER_GAS,
    engine::SignedTx,
    errand::{Filling, Memory, Strangers},
};

impl Node {
    /// The nonce of an account of errands, of which none is open; `None` while transactions that are not known wait in the
    /// node's pool, which may be errands from before the database. That is told when it lasts.
    pub(super) async fn errand_nonce(
        &self,
        account: Address,
        tip: BlockRef,
        strangers: &mut Strangers,
    ) -> Result<Option<u64>, NodeFault> {
        let (nonce, pending) =
            tokio::try_join!(self.nonce_at(account, Some(tip)), self.pending_nonce(account))?;
        if nonce < pending {
            tracing::debug!(chain = self.chain_id, %account, nonce, pending, "the account of errands is busy");
            self.tell_strangers(account, (nonce, pending), tip, strangers);
            return Ok(None);
        }
        strangers.are_gone(account);
        Ok((nonce == pending).then_some(nonce))
    }

    /// Has a nonce filled that nothing uses, if there is one before this errand's: a reorg took what had it. The errand keeps its
    /// own, for what was sent with that may land whenever it can. Returns whether there is one.
    pub(super) async fn fill_gap(
        &self,
        errand: &Errand,
        signer: &RelaySigner,
        tip: BlockRef,
        memory: &mut Memory,
    ) -> Result<bool, Unanswered> {
        let account = errand.account;
        let nonce = self.nonce_at(account, Some(tip)).await?;
        if nonce >= errand.nonce {
            memory.gaps.close(account);
            memory.strangers.are_gone(account);
            return Ok(false);
        }
        let pending = self.pending_nonce(account).await?;
        match memory.gaps.next(account, nonce, pending, tip.number) {
            Filling::Wait => {}
            Filling::Taken => {
                self.tell_strangers(account, (nonce, pending), tip, &mut memory.strangers);
            }
            Filling::Fill => match self.fill_nonce(signer, nonce, tip).await {
                // Who signs is away, and asked again with the next block.
                Ok(()) | Err(Unanswered::Node(_)) => {}
                Err(error @ Unanswered::Store(_)) => return Err(error),
            },
        }
        Ok(true)
    }

    /// Has a transaction that does nothing take a nonce, unless gas costs too much. It is written down before it is sent: from the
    /// next block on it is an errand like any other, whatever became of this process.
    async fn fill_nonce(&self, signer: &RelaySigner, nonce: u64, tip: BlockRef) -> Result<(), Unanswered> {
        let (chain, account) = (self.chain_id, signer.address());
        let fees = self.fees.at(tip.number, &self.provider).await?;
        let Some(fees) = self.affordable(fees, None) else { return Ok(()) };
        let tx = TxEip1559 {
            chain_id: chain,
            nonce,
            gas_limit: TRANSFER_GAS,
            max_fee_per_gas: fees.max_fee,
            max_priority_fee_per_gas: fees.priority_fee,
            to: TxKind::Call(account),
            ..TxEip1559::default()
        };
        let version = self.sign_errand(signer, tx).await?;
        if !self.store.record_filler(chain, account, nonce, &version).await? {
            return Ok(());
        }
        let ErrandVersion { tx_hash: hash, raw_tx: raw } = version;
        tracing::warn!(
            chain, %account, nonce, tx = %hash,
            "nothing has a nonce that an errand waits for: a transaction that does nothing takes it"
        );
        self.send_errand(account, nonce, SignedTx { hash, raw }).await
    }

    fn tell_strangers(
        &self,
        account: Address,
        (first_nonce, next_nonce): (u64, u64),
        tip: BlockRef,
        strangers: &mut Strangers,
    ) {
        let chain_id = self.chain_id;
        if let Some(blocks) = strangers.wait(account, first_nonce, tip.number) {
            let busy = RelayerEvent::AccountBusy { chain_id, account, first_nonce, next_nonce, blocks };
            self.shared.announce(busy);
        }
    }
}
