//! The delivery, by the destination's own contracts, before there is anything to deliver.

use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256, hex},
    providers::Provider,
    rpc::types::{TransactionRequest, state::StateOverride},
    sol_types::SolCall,
};
use causeway_bindings::{
    IMulticall3::{self, Call3Value, aggregate3ValueCall, getEthBalanceCall},
    L2ToL2CrossDomainMessenger::{relayMessageCall, successfulMessagesCall},
    MULTICALL3,
    SuperchainERC20::balanceOfCall,
    multicall3_runtime,
};
use causeway_interop::{CROSS_L2_INBOX, Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER, SentMessage};

use super::{PreflightError, Reader};
use crate::{
    FaultKind, NodeFault, RevertReason, Shipment,
    delivery::relay_request,
    probe::{self, PROBE},
};

/// The code of an inbox that accepts every message that the messenger relays, and nothing else: a relayer declares
/// no other, and a call of the inbox itself is no delivery. `if CALLER == messenger && selector == validateMessage STOP
/// else REVERT(0, 0)`.
const WILLING_INBOX: [u8; 43] = hex!(
    "33" "734200000000000000000000000000000000000023" "14" "5f35" "60e01c" "63ab4d6f75" "14" "16" "6029" "57" "5f5ffd" "5b00"
);

/// Has the message delivered in an `eth_call`, with no more gas than `max_gas` for `relayMessage`, and checks what comes of it.
pub(super) async fn deliver(
    there: &Reader<'_>,
    account: Address,
    source_id: u64,
    message: &SentMessage,
    shipment: &Shipment,
    max_gas: Option<u64>,
) -> Result<(), PreflightError> {
    let chain_id = there.chain_id();
    let calls = calls(source_id, message, shipment);
    let request = TransactionRequest::default()
        .with_from(account)
        .with_to(MULTICALL3)
        .with_input(aggregate3ValueCall { calls }.abi_encode());
    let overrides = overrides(there.is_empty(MULTICALL3).await?, max_gas);
    let answer = there.0.provider().call(request).overrides(overrides).await.map_err(NodeFault::from);
    let answer = answer.map_err(|fault| match fault.kind {
        FaultKind::Unavailable => there.unanswered(fault),
        _ => PreflightError::NotSimulated { chain_id, reason: fault.reason },
    })?;
    let results = aggregate3ValueCall::abi_decode_returns(&answer)
        .map_err(|error| PreflightError::NotSimulated { chain_id, reason: error.to_string() })?;
    judge(chain_id, &results, shipment, max_gas)
}

/// Balance, delivery, balance, mark.
fn calls(source_id: u64, message: &SentMessage, shipment: &Shipment) -> Vec<Call3Value> {
    let call = |target, data: Vec<u8>| Call3Value {
        target,
        allowFailure: true,
        value: U256::ZERO,
        callData: data.into(),
    };
    let balance = || match shipment {
        Shipment::Erc20 { token, recipient, .. } => {
            call(*token, balanceOfCall { owner: *recipient }.abi_encode())
        }
        Shipment::Ether { recipient, .. } => {
            call(MULTICALL3, getEthBalanceCall { addr: *recipient }.abi_encode())
        }
        Shipment::Message { target, .. } => {
            call(MULTICALL3, getEthBalanceCall { addr: *target }.abi_encode())
        }
    };
    // The inbox that would compare it with the source accepts whatever it is.
    let identifier = Identifier {
        origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
        block_number: 0,
        log_index: 0,
        timestamp: 0,
        chain_id: U256::from(source_id),
    };
    let relay = relay_request(&identifier, &Bytes::from(message.encode_payload()));
    let relay = relay.input.into_input().unwrap_or_default();
    let hash = message.message_hash(U256::from(source_id));
    vec![
        balance(),
        call(PROBE, probe::input(L2_TO_L2_CROSS_DOMAIN_MESSENGER, &relay).into()),
        balance(),
        call(L2_TO_L2_CROSS_DOMAIN_MESSENGER, successfulMessagesCall(hash).abi_encode()),
    ]
}

fn overrides(without_multicall: bool, max_gas: Option<u64>) -> StateOverride {
    let overrides = probe::overrides(max_gas).with_code(CROSS_L2_INBOX, WILLING_INBOX);
    if without_multicall {
        return overrides.with_code(MULTICALL3, multicall3_runtime().clone()).build();
    }
    overrides.build()
}

fn judge(
    chain_id: u64,
    results: &[IMulticall3::Result],
    shipment: &Shipment,
    max_gas: Option<u64>,
) -> Result<(), PreflightError> {
    let [before, relay, after, mark] = results else {
        let reason = format!("{} results in place of 4", results.len());
        return Err(PreflightError::NotSimulated { chain_id, reason });
    };
    // Either of both codes that were put there for this call was not used.
    let ignored =
        || PreflightError::NotSimulated { chain_id, reason: "it ignores state overrides".to_owned() };
    let answer = match probe::read(&relay.returnData, max_gas).ok_or_else(ignored)? {
        probe::Outcome::Answer(answer) => answer,
        probe::Outcome::Reverted(
            RevertReason::NotInAccessList | RevertReason::Known { name: "CrossL2Inbox_NoExecutingDeposits" },
        ) => return Err(ignored()),
        probe::Outcome::Reverted(reason) => return Err(PreflightError::DeliveryReverts { chain_id, reason }),
    };
    let is_marked = mark.success && mark.returnData.as_ref() == U256::ONE.to_be_bytes::<32>();
    if relayMessageCall::abi_decode_returns(&answer).is_err() || !is_marked {
        return Err(PreflightError::NothingRelayed { chain_id });
    }
    let amount = match shipment {
        Shipment::Message { .. } => return Ok(()),
        Shipment::Erc20 { amount, .. } | Shipment::Ether { amount, .. } => *amount,
    };
    let read = |result: &IMulticall3::Result| U256::try_from_be_slice(&result.returnData).unwrap_or_default();
    let got = read(after).saturating_sub(read(before));
    if got < amount { Err(PreflightError::NotCredited { chain_id, got, amount }) } else { Ok(()) }
}
