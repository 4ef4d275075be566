use super::{NodeError, node::simulated};
use alloy::{
    eips::BlockId,
    json_abi::JsonAbi,
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    transports::TransportError,
};
use causeway_bindings::Surcharge;

/// What a transaction may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Gas limit.
    pub gas: u64,
    /// The most that is paid for a unit of gas, in wei.
    pub max_fee: u128,
    /// What of that goes to the sequencer at most, in wei.
    pub priority_fee: u128,
    /// What the chain asks beside the gas.
    pub surcharge: Surcharge,
}

impl Cost {
    /// The most that the account may have to pay, in wei.
    pub fn at_most(&self) -> U256 {
        U256::from(self.gas).saturating_mul(U256::from(self.max_fee)).saturating_add(self.surcharge.total())
    }
}

impl Cost {
    /// The same, but for a transaction that takes the place of another with these fees: nodes ask for a tenth more of each.
    pub(super) fn replacing(self, max_fee: u128, priority_fee: u128) -> Self {
        let more = |fee: u128| fee.saturating_add(fee / 8).saturating_add(1);
        let priority_fee = self.priority_fee.max(more(priority_fee));
        Self { max_fee: self.max_fee.max(more(max_fee)).max(priority_fee), priority_fee, ..self }
    }
}

/// Asks what a call of the factory costs, with a fifth of the gas to spare: the state at execution is another.
pub(super) async fn estimate(
    provider: &DynProvider,
    sender: Address,
    factory: Address,
    input: &Bytes,
) -> Result<Cost, NodeError> {
    let fees = provider.estimate_eip1559_fees().await?;
    // Without fees: nodes give a call no more gas than its sender can pay for, and whether he can is asked for apart.
    let request = TransactionRequest::default().from(sender).to(factory).input(input.clone().into());
    // Not on top of the pool: what waits there may create the contract, and be what this is to replace.
    let gas = provider.estimate_gas(request.clone()).block(BlockId::latest()).await?;
    let gas = gas.saturating_add(gas / 5);
    let request = request
        .with_max_fee_per_gas(fees.max_fee_per_gas)
        .with_max_priority_fee_per_gas(fees.max_priority_fee_per_gas);
    let surcharge = Surcharge::ask(provider, request, gas, unanswered).await?;
    Ok(Cost { gas, max_fee: fees.max_fee_per_gas, priority_fee: fees.max_priority_fee_per_gas, surcharge })
}

/// A chain without L1 has no oracle, or one that says nothing. A node that does not answer is neither.
fn unanswered(error: TransportError) -> Option<NodeError> {
    simulated(Err(error), &JsonAbi::new()).err()
}
