//! The call that carries messages: `relayMessage` for one, a batch for several.

use alloy::{
    eips::eip2930::{AccessList, AccessListItem},
    primitives::{Bytes, TxKind, keccak256},
    rpc::types::TransactionRequest,
    sol_types::SolCall,
};
use causeway_bindings::{RELAY_BATCHER, RelayBatcher::relayCompactCall};
use causeway_client::delivery::relay_request;
use causeway_interop::{
    CROSS_L2_INBOX, EventError, SentMessage, encode_access_list,
    relay_batch::{self, RelayBatchError, RelayItem, encode_compact},
};

use crate::engine::{Item, Message};

/// What one transaction can have on any chain (EIP-7825).
const MAX_GAS: u64 = 1 << 24;

/// Why messages cannot be carried. None of them got into the store like that.
#[derive(Debug, thiserror::Error)]
pub(super) enum CarrierError {
    /// There are none.
    #[error("no messages")]
    Empty,
    /// One is no message.
    #[error(transparent)]
    Event(#[from] EventError),
    /// They make no batch.
    #[error(transparent)]
    Batch(#[from] RelayBatchError),
}

/// The call that delivers messages in this order, with its access list and gas limit.
///
/// The limit is at most what a block, or a transaction on any chain, can have: items that would not have their own then are
/// left out by the batcher, and undelivered.
pub(super) fn carry(items: &[Item], block_gas: u64) -> Result<TransactionRequest, CarrierError> {
    let (request, gas) = match items {
        [] => return Err(CarrierError::Empty),
        [item] => single(item),
        items => batch(items)?,
    };
    Ok(TransactionRequest { gas: Some(gas.min(block_gas).min(MAX_GAS)), ..request })
}

fn single(item: &Item) -> (TransactionRequest, u64) {
    let request = relay_request(&item.message.identifier, &item.message.payload);
    let gas = limit(&request, item.gas);
    (request, gas)
}

fn batch(items: &[Item]) -> Result<(TransactionRequest, u64), CarrierError> {
    let relayed = items.iter().map(relay_item).collect::<Result<Vec<_>, _>>()?;
    let call = relayCompactCall { _batch: Bytes::from(encode_compact(&relayed)?) };
    let calldata = call.abi_encode();
    let gas = relay_batch::gas_limit(&relayed, &calldata);
    let request = TransactionRequest {
        to: Some(TxKind::Call(RELAY_BATCHER)),
        input: Bytes::from(calldata).into(),
        access_list: Some(access_list(items.iter().map(|item| &item.message))),
        ..TransactionRequest::default()
    };
    Ok((request, gas))
}

fn relay_item(item: &Item) -> Result<RelayItem, EventError> {
    let sent = SentMessage::decode_payload(&item.message.payload)?;
    // More than 32 bits of gas no block has.
    let gas = u32::try_from(item.gas).unwrap_or(u32::MAX);
    Ok(RelayItem::new(&item.message.identifier, &sent, gas))
}

/// Declares messages one after the other, each by itself: what declares one belongs together.
fn access_list<'a>(messages: impl Iterator<Item = &'a Message>) -> AccessList {
    let declared: Vec<_> =
        messages.map(|message| (&message.identifier, keccak256(&message.payload))).collect();
    let storage_keys = encode_access_list(declared);
    AccessList(vec![AccessListItem { address: CROSS_L2_INBOX, storage_keys }])
}

/// What a call costs before it runs, at least.
pub(super) fn intrinsic(request: &TransactionRequest) -> u64 {
    relay_batch::intrinsic_gas(calldata(request), keys(request))
}

/// The limit of a call that takes so much gas once it runs.
pub(super) fn limit(request: &TransactionRequest, execution: u64) -> u64 {
    relay_batch::limit(calldata(request), keys(request), execution)
}

fn keys(request: &TransactionRequest) -> u64 {
    let declared = request.access_list.iter().flat_map(|list| &list.0);
    declared.map(|item| item.storage_keys.len() as u64).sum()
}

fn calldata(request: &TransactionRequest) -> &[u8] {
    request.input.input().map(|input| &input[..]).unwrap_or_default()
}

#[cfg(test)]
mod tests;
