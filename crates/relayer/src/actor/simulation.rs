//! Trying out many deliveries in one request (`eth_simulateV1`): each in the state that those before it leave.

use std::sync::atomic::{AtomicBool, Ordering};

use alloy::{
    eips::BlockId,
    network::TransactionBuilder,
    primitives::{Address, U256},
    providers::{DynProvider, Provider},
    rpc::{
        json_rpc::{ErrorPayload, RpcError},
        types::{
            BlockOverrides,
            simulate::{SimBlock, SimCallResult, SimulatePayload},
            state::{AccountOverride, StateOverride},
        },
    },
    transports::TransportError,
};
use causeway_client::{FaultKind, NodeFault, RevertReason, delivery::relay_request};
use causeway_interop::{L2_TO_L2_CROSS_DOMAIN_MESSENGER, RelayedMessage};
use serde::Deserialize;

use super::{
    carrier::{intrinsic, limit},
    fees::Fees,
};
use crate::engine::Message;

/// JSON-RPC's codes for a method that nobody here answers, and for parameters that it does not take.
const LACKING: [i64; 2] = [-32601, -32602];
/// Refunds are a fifth of what a transaction used at most (EIP-3529).
const REFUND: u64 = 5;
/// What the state at execution may cost more than that of the trial: a slot that another message was to fill (EIP-2200).
const SLOT: u64 = 20_000;

/// What fails without a reason and has used no more than this part of what it had did not fail for want of gas.
const PLAIN: u64 = 64;

/// What came of trying a delivery out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trial {
    /// It delivers the message, with so much gas for `relayMessage` by itself.
    Delivers { gas: u64 },
    /// It fails, for this reason.
    Fails(NodeFault),
    /// It takes more than one may.
    Oversized,
    /// It says nothing: the node had less gas left for it than it was to have, or does not tell what calls log.
    Unjudged,
}

/// How deliveries are tried out.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// Who sends them.
    pub(super) account: Address,
    /// What is paid for gas: without a price, the inbox takes a transaction for a deposit.
    pub(super) fees: Fees,
    /// What `relayMessage` of one may use.
    pub(super) max_gas: u64,
}

/// What a node was found to be capable of.
#[derive(Debug, Default)]
pub(super) struct Simulator {
    /// It does not know how.
    lacks: AtomicBool,
    /// The last request had no answer: the next group is judged in another way, should it be the group's fault.
    shaken: AtomicBool,
}

impl Simulator {
    /// Forgets what the node lacks: another may stand in its place.
    pub(super) fn forget(&self) {
        self.lacks.store(false, Ordering::Relaxed);
    }

    /// Tries deliveries out on the latest block, one after the other. `None` if the node does not do that, or not this time;
    /// an error says nothing about any of them.
    ///
    /// The block that is being made would tell more, but some nodes execute their whole pool to answer about it.
    pub(super) async fn run(
        &self,
        provider: &DynProvider,
        messages: &[&Message],
        terms: Terms,
    ) -> Result<Option<Vec<Trial>>, NodeFault> {
        if self.lacks.load(Ordering::Relaxed) || self.shaken.swap(false, Ordering::Relaxed) {
            return Ok(None);
        }
        let request = (payload(messages, terms), BlockId::latest());
        match provider.raw_request("eth_simulateV1".into(), request).await {
            Ok(blocks) => Ok(read(blocks, messages, terms.max_gas)),
            // Whatever the node has against it: single questions tell whether it is out of order.
            Err(RpcError::ErrorResp(error)) => {
                tracing::debug!(code = error.code, reason = %error.message, "not simulated");
                self.lacks.fetch_or(is_lacking(&error), Ordering::Relaxed);
                Ok(None)
            }
            Err(error) => {
                self.shaken.store(true, Ordering::Relaxed);
                Err(error.into())
            }
        }
    }
}

/// Whether the node does not know how to do what it was asked for.
fn is_lacking(error: &ErrorPayload) -> bool {
    LACKING.contains(&error.code) || error.message.to_lowercase().contains("not supported")
}

/// One block with a call for each message.
fn payload(messages: &[&Message], terms: Terms) -> SimulatePayload {
    let calls: Vec<_> = messages
        .iter()
        .map(|message| {
            let request = relay_request(&message.identifier, &message.payload);
            let gas = limit(&request, terms.max_gas);
            request
                .with_from(terms.account)
                .with_gas_limit(gas)
                .with_max_fee_per_gas(terms.fees.max_fee)
                .with_max_priority_fee_per_gas(terms.fees.priority_fee)
        })
        .collect();
    let gas = calls.iter().filter_map(|call| call.gas).fold(0, u64::saturating_add);
    // Rich enough for anything, and not so rich that sums overflow: who can pay is not asked here.
    let rich = AccountOverride { balance: Some(U256::MAX >> 64), ..AccountOverride::default() };
    let block = SimBlock::default()
        .with_block_overrides(BlockOverrides { gas_limit: Some(gas), ..BlockOverrides::default() })
        .with_state_overrides(StateOverride::from_iter([(terms.account, rich)]))
        .extend_calls(calls);
    SimulatePayload::default().extend(block)
}

/// What matters of a block that was tried out.
#[derive(Debug, Deserialize)]
struct Simulated {
    calls: Vec<SimCallResult>,
}

/// Reads the answer; nothing if it is none to what was asked.
fn read(blocks: Vec<Simulated>, messages: &[&Message], max_gas: u64) -> Option<Vec<Trial>> {
    let calls: Vec<_> = blocks.into_iter().flat_map(|block| block.calls).collect();
    if calls.len() != messages.len() {
        return None;
    }
    Some(messages.iter().zip(&calls).map(|(message, call)| judge(message, call, max_gas)).collect())
}

fn judge(message: &Message, call: &SimCallResult, max_gas: u64) -> Trial {
    let request = relay_request(&message.identifier, &message.payload);
    let intrinsic = intrinsic(&request);
    let used = call.gas_used.saturating_sub(intrinsic);
    if call.status {
        return match delivers(call, message) {
            true => Trial::Delivers { gas: needed(call, intrinsic).min(max_gas) },
            false => Trial::Unjudged,
        };
    }
    let fault = fault(call);
    let is_short = match &fault.kind {
        FaultKind::Reverted(reason) => matches!(reason, RevertReason::Empty),
        kind => *kind == FaultKind::OutOfGas,
    };
    if !is_short || used <= max_gas / PLAIN {
        return Trial::Fails(fault);
    }
    // A sixty-fourth stays behind at each call.
    if used >= max_gas / 8 * 7 {
        return Trial::Oversized;
    }
    // Nodes bound what all calls of a request use together: it may have had less than it was to have.
    Trial::Unjudged
}

/// The gas to give to `relayMessage`: what it may have used before refunds, or a slot more than it used, and a tenth on top for
/// the sixty-fourth that stays behind at each call.
fn needed(call: &SimCallResult, intrinsic: u64) -> u64 {
    let used = call.gas_used;
    let before_refunds = call.max_used_gas.unwrap_or(used + used / (REFUND - 1)).max(used + SLOT);
    let needed = before_refunds.saturating_sub(intrinsic);
    needed + needed / 10
}

fn delivers(call: &SimCallResult, message: &Message) -> bool {
    call.logs.iter().any(|log| {
        matches!(RelayedMessage::from_log(log.address(), log.topics(), &log.data().data),
            Some(Ok(relayed)) if relayed.message_hash == message.hash && log.address() == L2_TO_L2_CROSS_DOMAIN_MESSENGER)
    })
}

/// Why a call failed. Whatever the node says, it is about this call.
fn fault(call: &SimCallResult) -> NodeFault {
    let said = call.error.as_ref();
    let data = said.and_then(|error| error.data.clone()).unwrap_or_else(|| call.return_data.clone());
    if !data.is_empty() {
        return NodeFault::reverted(&data);
    }
    let said = said.map(|said| {
        let (code, message) = (said.code.into(), said.message.clone().into());
        NodeFault::from(TransportError::ErrorResp(ErrorPayload { code, message, data: None }))
    });
    match said {
        Some(fault) if fault.kind == FaultKind::OutOfGas => fault,
        _ => NodeFault::reverted(&[]),
    }
}
