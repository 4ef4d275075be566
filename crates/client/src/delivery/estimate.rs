use alloy::{
    eips::BlockId,
    primitives::{Address, U256},
    providers::Provider,
    rpc::types::{TransactionRequest, state::AccountOverride},
};

use crate::{FaultKind, NodeFault};

/// What a transaction takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimate {
    /// This much gas, with a fifth to spare: the state at execution is another than that of the estimate.
    Gas(u64),
    /// More wei than the account has.
    Unaffordable {
        /// What it has.
        have: U256,
        /// What it would take, fees at their limit included.
        need: U256,
    },
}

/// Tries a transaction out on the latest block. The request has sender and fees.
///
/// Without fees, the inbox would take it for a deposit on some nodes. With fees, nodes give it no more gas than the
/// account can pay for, and say "out of gas" when that is too little: then it is tried as if the account were rich.
pub async fn estimate(
    provider: &impl Provider,
    account: Address,
    request: TransactionRequest,
) -> Result<Estimate, NodeFault> {
    let fault = match provider.estimate_gas(request.clone()).block(BlockId::latest()).await {
        Ok(gas) => return Ok(Estimate::Gas(padded(gas))),
        Err(error) => NodeFault::from(error),
    };
    if !matches!(fault.kind, FaultKind::Unfunded | FaultKind::OutOfGas) {
        return Err(fault);
    }
    let max_fee = U256::from(request.max_fee_per_gas.unwrap_or_default());
    let value = request.value.unwrap_or_default();
    // Rich enough for anything, and not so rich that sums overflow.
    let rich = AccountOverride { balance: Some(value.saturating_add(U256::MAX >> 64)), ..Default::default() };
    let if_rich =
        provider.estimate_gas(request).block(BlockId::latest()).account_override(account, rich).await;
    let gas = match if_rich.map_err(NodeFault::from) {
        Ok(gas) => padded(gas),
        Err(NodeFault { kind: FaultKind::Refused, .. }) => return Err(fault),
        Err(fault) => return Err(fault),
    };
    let have = provider.get_balance(account).await?;
    let need = max_fee.saturating_mul(U256::from(gas)).saturating_add(value);
    Ok(if have < need { Estimate::Unaffordable { have, need } } else { Estimate::Gas(gas) })
}

const fn padded(estimate: u64) -> u64 {
    estimate.saturating_add(estimate / 5)
}
