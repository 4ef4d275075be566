//! Messages from one chain to another.

use super::chronicle::Chronicle;
use alloy::{
    primitives::{Address, ChainId, U256, address},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use causeway_bindings::L2ToL2CrossDomainMessenger::sendMessageCall;
use causeway_interop::L2_TO_L2_CROSS_DOMAIN_MESSENGER;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// The first account of the well-known mnemonic, which the nodes sign for.
const SENDER: Address = address!("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
/// An account without code: what a delivery costs is the messenger's work.
const TARGET: Address = Address::repeat_byte(0xbe);
const GAS: u64 = 150_000;
/// More than any base fee here.
const MAX_FEE: u128 = 100_000_000_000;

/// Sends so many messages, one each `pace`, or one after the other where there is none.
pub(super) async fn send(
    source: &Chronicle,
    destination: ChainId,
    count: u64,
    pace: Option<Duration>,
) -> eyre::Result<()> {
    let first = source.provider.get_transaction_count(SENDER).pending().await?;
    let call = sendMessageCall {
        _destination: U256::from(destination),
        _target: TARGET,
        _message: vec![7; 32].into(),
    };
    let request = TransactionRequest::default()
        .from(SENDER)
        .to(L2_TO_L2_CROSS_DOMAIN_MESSENGER)
        .input(call.abi_encode().into())
        .gas_limit(GAS)
        .max_fee_per_gas(MAX_FEE)
        .max_priority_fee_per_gas(1);
    let mut pace = pace.map(interval);
    if let Some(pace) = &mut pace {
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
    }
    for nonce in first..first + count {
        if let Some(pace) = &mut pace {
            pace.tick().await;
        }
        // The chain will tell what becomes of it.
        drop(source.provider.send_transaction(request.clone().nonce(nonce)).await?);
    }
    Ok(())
}
