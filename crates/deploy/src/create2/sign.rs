use super::{Cost, Creation, Plan, Target};
use crate::journal::Entry;
use alloy::{
    eips::eip2718::Encodable2718,
    network::{EthereumWallet, NetworkTransactionBuilder, TransactionBuilder},
    primitives::{Address, Bytes},
    rpc::types::TransactionRequest,
};

/// The wallet did not sign.
#[derive(Debug, thiserror::Error)]
#[error("the transaction cannot be signed: {reason}")]
pub struct SignError {
    /// What the wallet said.
    pub reason: String,
}

/// Signs the transaction that creates a contract. Nothing is sent: what is returned belongs into the journal first.
pub async fn sign(
    target: &Target,
    creation: &Creation,
    plan: &Plan,
    (account, nonce, cost): (Address, u64, Cost),
    wallet: &EthereumWallet,
) -> Result<Entry, SignError> {
    let request = TransactionRequest::default()
        .with_from(account)
        .with_to(creation.factory.address())
        .with_input(creation.call())
        .with_nonce(nonce)
        .with_chain_id(target.chain_id)
        .with_gas_limit(cost.gas)
        .with_max_fee_per_gas(cost.max_fee)
        .with_max_priority_fee_per_gas(cost.priority_fee);
    let envelope = request.build(wallet).await.map_err(|error| SignError { reason: error.to_string() })?;
    Ok(Entry {
        chain_id: target.chain_id,
        genesis: plan.genesis,
        address: plan.address,
        name: creation.name.clone(),
        account,
        nonce,
        tx_hash: *envelope.tx_hash(),
        raw: Bytes::from(envelope.encoded_2718()),
        max_fee: cost.max_fee.to_string(),
        priority_fee: cost.priority_fee.to_string(),
        mined: None,
    })
}
