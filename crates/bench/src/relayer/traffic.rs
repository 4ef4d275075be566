//! Messages from one chain to another.

use super::chronicle::Chronicle;
use alloy::{
    primitives::{Address, ChainId, U256, address},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use causeway_bindings::{
    IMulticall3::{Call3Value, aggregate3ValueCall},
    L2ToL2CrossDomainMessenger::sendMessageCall,
    MULTICALL3,
};
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

/// Messages of one transaction, when many are sent at once.
const AT_ONCE: u64 = 100;

/// Sends so many messages as fast as the chain takes them, many in a transaction.
pub(super) async fn send_many(source: &Chronicle, destination: ChainId, count: u64) -> eyre::Result<()> {
    let first = source.provider.get_transaction_count(SENDER).pending().await?;
    let call = Call3Value {
        target: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        allowFailure: false,
        value: U256::ZERO,
        callData: call(destination).abi_encode().into(),
    };
    for nonce in first..first + count.div_ceil(AT_ONCE) {
        let left = count - (nonce - first) * AT_ONCE;
        let calls = vec![call.clone(); usize::try_from(left.min(AT_ONCE))?];
        let request = request(MULTICALL3, aggregate3ValueCall { calls }.abi_encode(), GAS * AT_ONCE);
        drop(source.provider.send_transaction(request.nonce(nonce)).await?);
    }
    Ok(())
}

fn call(destination: ChainId) -> sendMessageCall {
    sendMessageCall { _destination: U256::from(destination), _target: TARGET, _message: vec![7; 32].into() }
}

fn request(to: Address, input: Vec<u8>, gas: u64) -> TransactionRequest {
    TransactionRequest::default()
        .from(SENDER)
        .to(to)
        .input(input.into())
        .gas_limit(gas)
        .max_fee_per_gas(MAX_FEE)
        .max_priority_fee_per_gas(1)
}

/// Sends so many messages, one each `pace`, or one after the other where there is none.
pub(super) async fn send(
    source: &Chronicle,
    destination: ChainId,
    count: u64,
    pace: Option<Duration>,
) -> eyre::Result<()> {
    let first = source.provider.get_transaction_count(SENDER).pending().await?;
    let request = request(L2_TO_L2_CROSS_DOMAIN_MESSENGER, call(destination).abi_encode(), GAS);
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
