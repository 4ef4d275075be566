use alloy::{
    consensus::SignableTransaction,
    eips::BlockNumberOrTag,
    network::{NetworkTransactionBuilder, TransactionBuilder},
    primitives::{Address, Bytes, U256, address},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    sol,
    sol_types::SolCall,
};
use causeway_interop::Identifier;

use super::{Estimate, RelayError, estimate, relay_request};
use crate::{ChainView, FaultKind, NodeFault};

sol! {
    interface IGasPriceOracle {
        function getL1Fee(bytes memory data) external view returns (uint256);
    }
}

/// The OP Stack's GasPriceOracle.
const GAS_PRICE_ORACLE: Address = address!("0x420000000000000000000000000000000000000F");

/// What a delivery would cost in the next block, alone in its transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The block that this is as of.
    pub block_number: u64,
    /// Gas limit, with a fifth to spare.
    pub gas: u64,
    /// What a unit of gas costs now: the base fee and what validators get on top, in wei.
    pub gas_price: u128,
    /// What the chain asks for posting the transaction on its L1, in wei; `None` where nobody says, as on a chain without
    /// an L1.
    pub l1_fee: Option<U256>,
}

impl Quote {
    /// Returns what it costs in wei, if all of the gas is used.
    pub fn fee(&self) -> U256 {
        let gas = U256::from(self.gas).saturating_mul(U256::from(self.gas_price));
        gas.saturating_add(self.l1_fee.unwrap_or_default())
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
    let l1_fee = l1_fee(provider, request.with_gas_limit(gas)).await.map_err(fail)?;
    let base_fee = u128::from(block.base_fee_per_gas.unwrap_or_default());
    let gas_price = base_fee.saturating_add(fees.max_priority_fee_per_gas).min(fees.max_fee_per_gas);
    Ok(Quote { block_number: block.number, gas, gas_price, l1_fee })
}

/// A chain without L1 has no oracle, or one that says nothing.
async fn l1_fee(provider: &DynProvider, request: TransactionRequest) -> Result<Option<U256>, NodeFault> {
    // Numbers that take as many bytes as real ones.
    let request = request.with_chain_id(u64::from(u32::MAX)).with_nonce(u64::from(u32::MAX));
    let Ok(unsigned) = request.build_unsigned() else { return Ok(None) };
    let mut data = Vec::new();
    unsigned.encode_for_signing(&mut data);
    let call = IGasPriceOracle::getL1FeeCall { data: data.into() }.abi_encode();
    let request = TransactionRequest::default().to(GAS_PRICE_ORACLE).input(Bytes::from(call).into());
    match provider.call(request).await.map_err(NodeFault::from) {
        Ok(answer) => Ok(IGasPriceOracle::getL1FeeCall::abi_decode_returns(&answer).ok()),
        Err(NodeFault { kind: FaultKind::Reverted(_) | FaultKind::Refused, .. }) => Ok(None),
        Err(fault) => Err(fault),
    }
}
