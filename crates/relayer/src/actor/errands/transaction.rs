//! The transactions of errands: made, priced, and signed anew.

use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::eip2718::{Decodable2718, Encodable2718},
    network::TransactionBuilder,
    primitives::{Address, Bytes, TxKind, U256},
    rpc::types::TransactionRequest,
};
use causeway_bindings::Surcharge;
use causeway_chain::BlockRef;
use causeway_client::{
    FaultKind, NodeFault,
    delivery::{Estimate, estimate},
};
use causeway_store::{Errand, ErrandVersion};

use super::{Node, Unanswered};
use crate::{
    RelaySigner,
    actor::{bids::Earlier, fees::Fees},
    engine::SignedTx,
};

/// What is to be done, without nonce and fees.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) to: Address,
    pub(super) value: U256,
    pub(super) input: Bytes,
}

/// What a call takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    pub(super) gas: u64,
    pub(super) fees: Fees,
    /// The most that it costs beside its value, in wei. Fees of L1 may rise until it lands: there is half as much of them to
    /// spare.
    pub(super) cost: U256,
}

impl Node {
    /// What a call would take now; `None` while gas costs more than may be paid.
    pub(super) async fn price(
        &self,
        from: Address,
        call: &Call,
        tip: BlockRef,
    ) -> Result<Option<Price>, Unanswered> {
        let fees = self.fees.at(tip.number, &self.provider).await?;
        let Some(fees) = self.affordable(fees, None) else { return Ok(None) };
        let request = TransactionRequest::default()
            .with_from(from)
            .with_to(call.to)
            .with_value(call.value)
            .with_input(call.input.clone())
            .with_max_fee_per_gas(fees.max_fee)
            .with_max_priority_fee_per_gas(fees.priority_fee);
        let gas = match estimate(&self.provider, from, request.clone()).await? {
            Estimate::Gas(gas) => gas,
            Estimate::Unaffordable { need, .. } => {
                let for_gas = need.saturating_sub(call.value);
                let gas = for_gas.checked_div(U256::from(fees.max_fee)).unwrap_or_default();
                u64::try_from(gas).unwrap_or(u64::MAX)
            }
        };
        let gas = gas.min(fees.block_gas);
        let cost = self.cost_of(request, gas, fees.max_fee).await?;
        Ok(Some(Price { gas, fees, cost }))
    }

    /// What is offered, where this is what a new transaction would offer; `None` if that is more than may be.
    pub(super) fn affordable(&self, market: Fees, earlier: Option<Earlier<'_>>) -> Option<Fees> {
        match self.bid(market, earlier) {
            Ok(fees) => Some(fees),
            Err(excess) => {
                tracing::debug!(
                    chain = self.chain_id,
                    ?excess,
                    "no errand: it takes more than may be offered"
                );
                None
            }
        }
    }

    async fn cost_of(&self, request: TransactionRequest, gas: u64, max_fee: u128) -> Result<U256, NodeFault> {
        let surcharge = Surcharge::ask(&self.provider, request, gas, |error| {
            let fault = NodeFault::from(error);
            // A chain without L1 has no oracle, or one that says nothing.
            (!matches!(fault.kind, FaultKind::Reverted(_) | FaultKind::Refused)).then_some(fault)
        });
        let surcharge = surcharge.await?.total();
        let of_gas = U256::from(gas).saturating_mul(U256::from(max_fee));
        Ok(of_gas.saturating_add(surcharge).saturating_add(surcharge / U256::from(2)))
    }

    /// Signs a call.
    pub(super) async fn sign_call(
        &self,
        signer: &RelaySigner,
        nonce: u64,
        call: Call,
        price: Price,
    ) -> Result<ErrandVersion, NodeFault> {
        let tx = TxEip1559 {
            chain_id: self.chain_id,
            nonce,
            gas_limit: price.gas,
            max_fee_per_gas: price.fees.max_fee,
            max_priority_fee_per_gas: price.fees.priority_fee,
            to: TxKind::Call(call.to),
            value: call.value,
            input: call.input,
            ..TxEip1559::default()
        };
        self.sign_errand(signer, tx).await
    }

    /// Signs and writes down the next version of an errand: the same with higher fees. `None` if it may not be, or the account
    /// could not pay for it.
    pub(super) async fn outbid(
        &self,
        errand: &Errand,
        replaced: &SignedTx,
        signer: &RelaySigner,
        tip: BlockRef,
    ) -> Result<Option<SignedTx>, Unanswered> {
        let Ok(TxEnvelope::Eip1559(old)) = TxEnvelope::decode_2718(&mut &replaced.raw[..]) else {
            return Ok(None);
        };
        let old = old.strip_signature();
        let first = errand.versions.first().map_or(&replaced.raw, |first| &first.raw_tx);
        let fees = self.fees.at(tip.number, &self.provider).await?;
        let earlier = Earlier { first, newest: &replaced.raw };
        let Some(fees) = self.affordable(fees, Some(earlier)) else { return Ok(None) };
        let request = TransactionRequest::from_transaction(old.clone());
        let cost = self.cost_of(request, old.gas_limit, fees.max_fee).await?;
        if self.balance_at(errand.account, tip).await? < cost.saturating_add(old.value) {
            return Ok(None);
        }
        let tx =
            TxEip1559 { max_fee_per_gas: fees.max_fee, max_priority_fee_per_gas: fees.priority_fee, ..old };
        let version = self.sign_errand(signer, tx).await?;
        if !self.store.record_errand_version(errand, &version).await? {
            return Ok(None);
        }
        let (chain, account, nonce) = (self.chain_id, errand.account, errand.nonce);
        tracing::debug!(chain, %account, nonce, tx = %version.tx_hash, "an errand is signed with higher fees");
        Ok(Some(SignedTx { hash: version.tx_hash, raw: version.raw_tx }))
    }

    /// Has an account of errands sign.
    pub(super) async fn sign_errand(
        &self,
        signer: &RelaySigner,
        mut tx: TxEip1559,
    ) -> Result<ErrandVersion, NodeFault> {
        let signature = self.signature(signer, &mut tx).await;
        // The signer is away: the next round asks it again.
        let signature = signature.map_err(|reason| NodeFault::unavailable(&reason))?;
        let envelope = TxEnvelope::from(tx.into_signed(signature));
        Ok(ErrandVersion { tx_hash: *envelope.tx_hash(), raw_tx: Bytes::from(envelope.encoded_2718()) })
    }
}

#[cfg(test)]
mod tests;
