use alloy::{
    eips::BlockNumberOrTag,
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256},
    providers::Provider,
    transports::TransportError,
};
use causeway_bindings::Surcharge;
use causeway_interop::Identifier;

use super::{Estimate, RelayError, estimate, relay_request};
use crate::{ChainView, FaultKind, NodeFault};

/// What a delivery would cost in the next block, alone in its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The block that this is as of.
    pub block_number: u64,
    /// Gas limit, with a fifth to spare.
    pub gas: u64,
    /// What a unit of gas costs now: the base fee and what validators get on top, in wei.
    pub gas_price: u128,
    /// What the chain asks beside the gas, if all of it is used.
    pub surcharge: Surcharge,
}

impl Quote {
    /// Returns what it costs in wei, if all of the gas is used.
    pub fn fee(&self) -> U256 {
        let gas = U256::from(self.gas).saturating_mul(U256::from(self.gas_price));
        gas.saturating_add(self.surcharge.total())
    }
}

/// Asks what it would cost `account` to deliver a message. Nothing is signed or sent; the account need not be able to pay.
pub async fn quote(
    chain: &ChainView,
    account: Address,
    identifier: &Identifier,
    payload: &Bytes,
) -> Result<Quote, RelayError> {
    let (provider, chain_id) = (chain.provider(), chain.chain_id());
    let fail = |fault| RelayError::new(fault, chain_id);
    let block = provider.get_block_by_number(BlockNumberOrTag::Latest).await;
    let block = block.map_err(|error| fail(error.into()))?;
    let block = block.ok_or_else(|| fail(NodeFault::refused("the node has no newest block")))?.header;
    let fees = provider.estimate_eip1559_fees().await.map_err(|error| fail(error.into()))?;
    let request = relay_request(identifier, payload)
        .with_from(account)
        .with_max_fee_per_gas(fees.max_fee_per_gas)
        .with_max_priority_fee_per_gas(fees.max_priority_fee_per_gas);
    let gas = match estimate(provider, account, request.clone()).await.map_err(fail)? {
        Estimate::Gas(gas) => gas,
        // Its price tells the gas, which is not told otherwise.
        Estimate::Unaffordable { need, .. } => {
            let gas = need.checked_div(U256::from(fees.max_fee_per_gas)).unwrap_or_default();
            u64::try_from(gas).unwrap_or(u64::MAX)
        }
    };
    let surcharge = Surcharge::ask(provider, request, gas, unanswered).await.map_err(fail)?;
    let base_fee = u128::from(block.base_fee_per_gas.unwrap_or_default());
    let gas_price = base_fee.saturating_add(fees.max_priority_fee_per_gas).min(fees.max_fee_per_gas);
    Ok(Quote { block_number: block.number, gas, gas_price, surcharge })
}

/// A chain without L1 has no oracle, or one that says nothing.
fn unanswered(error: TransportError) -> Option<NodeFault> {
    let fault = NodeFault::from(error);
    (!matches!(fault.kind, FaultKind::Reverted(_) | FaultKind::Refused)).then_some(fault)
}
