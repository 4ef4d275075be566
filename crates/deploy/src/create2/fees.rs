use super::{
    NodeError,
    node::{Simulated, simulated},
};
use alloy::{
    eips::BlockId,
    json_abi::JsonAbi,
    network::{NetworkTransactionBuilder, TransactionBuilder},
    primitives::{Address, Bytes, U256, address},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    sol,
    sol_types::SolCall,
};

sol! {
    interface IGasPriceOracle {
        function getL1Fee(bytes memory data) external view returns (uint256);
        function getOperatorFee(uint256 gasUsed) external view returns (uint256);
    }
}

/// The OP Stack's GasPriceOracle.
const GAS_PRICE_ORACLE: Address = address!("0x420000000000000000000000000000000000000F");

/// What a transaction may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// Gas limit.
    pub gas: u64,
    /// The most that is paid for a unit of gas, in wei.
    pub max_fee: u128,
    /// What of that goes to the sequencer at most, in wei.
    pub priority_fee: u128,
    /// What the chain asks for posting the transaction on its L1, and its operator, in wei; zero where no GasPriceOracle says.
    pub l1_fee: U256,
}

impl Cost {
    /// The most that the account may have to pay, in wei.
    pub fn at_most(&self) -> U256 {
        U256::from(self.gas).saturating_mul(U256::from(self.max_fee)).saturating_add(self.l1_fee)
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
        .with_gas_limit(gas)
        .with_max_fee_per_gas(fees.max_fee_per_gas)
        .with_max_priority_fee_per_gas(fees.max_priority_fee_per_gas)
        .with_chain_id(u64::MAX)
        .with_nonce(u64::from(u32::MAX));
    let l1_fee = l1_fee(provider, request, gas).await?;
    Ok(Cost { gas, max_fee: fees.max_fee_per_gas, priority_fee: fees.max_priority_fee_per_gas, l1_fee })
}

/// A chain without L1 has no oracle, or one that says nothing. A node that does not answer is neither.
async fn l1_fee(provider: &DynProvider, request: TransactionRequest, gas: u64) -> Result<U256, NodeError> {
    let Ok(unsigned) = request.build_unsigned() else { return Ok(U256::ZERO) };
    let mut bytes = Vec::new();
    alloy::consensus::SignableTransaction::encode_for_signing(&unsigned, &mut bytes);
    let data = IGasPriceOracle::getL1FeeCall { data: bytes.into() }.abi_encode();
    let operator = IGasPriceOracle::getOperatorFeeCall { gasUsed: U256::from(gas) }.abi_encode();
    let mut fee = U256::ZERO;
    for call in [data, operator] {
        let request = TransactionRequest::default().to(GAS_PRICE_ORACLE).input(Bytes::from(call).into());
        if let Simulated::Answer(answer) = simulated(provider.call(request).await, &JsonAbi::new())?
            && let Ok(word) = <[u8; 32]>::try_from(answer.as_ref())
        {
            fee = fee.saturating_add(U256::from_be_bytes(word));
        }
    }
    Ok(fee)
}
