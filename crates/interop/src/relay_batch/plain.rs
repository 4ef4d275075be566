use alloy_primitives::{Address, Bytes, U256};

use super::{RelayBatchError, RelayItem};

/// What an item has before its message, in bytes.
const HEAD: usize = 148;

/// Encodes a batch in plain form: what `relayMessages` takes.
pub fn encode_plain(items: &[RelayItem]) -> Result<Vec<u8>, RelayBatchError> {
    let length = items.iter().map(|item| HEAD + item.message.len()).sum();
    let mut batch = Vec::with_capacity(length);
    for item in items {
        let length = u32::try_from(item.message.len()).map_err(|_| RelayBatchError::Oversized)?;
        batch.extend(item.block_number.to_be_bytes());
        batch.extend(item.log_index.to_be_bytes());
        batch.extend(item.timestamp.to_be_bytes());
        batch.extend(item.chain_id.to_be_bytes::<32>());
        batch.extend(item.gas_limit.to_be_bytes());
        batch.extend(item.value.to_be_bytes());
        batch.extend(item.target);
        batch.extend(item.nonce.to_be_bytes::<32>());
        batch.extend(item.sender);
        batch.extend(length.to_be_bytes());
        batch.extend_from_slice(&item.message);
    }
    Ok(batch)
}

/// Decodes a batch in plain form.
pub fn decode_plain(batch: &[u8]) -> Result<Vec<RelayItem>, RelayBatchError> {
    let mut items = Vec::new();
    let mut rest = batch;
    while !rest.is_empty() {
        let (item, after) =
            decode_item(rest).ok_or(RelayBatchError::CutOff { at: batch.len(), item: items.len() })?;
        items.push(item);
        rest = after;
    }
    Ok(items)
}

fn decode_item(rest: &[u8]) -> Option<(RelayItem, &[u8])> {
    let (block_number, rest) = rest.split_first_chunk::<8>()?;
    let (log_index, rest) = rest.split_first_chunk::<4>()?;
    let (timestamp, rest) = rest.split_first_chunk::<8>()?;
    let (chain_id, rest) = rest.split_first_chunk::<32>()?;
    let (gas_limit, rest) = rest.split_first_chunk::<4>()?;
    let (value, rest) = rest.split_first_chunk::<16>()?;
    let (target, rest) = rest.split_first_chunk::<20>()?;
    let (nonce, rest) = rest.split_first_chunk::<32>()?;
    let (sender, rest) = rest.split_first_chunk::<20>()?;
    let (length, rest) = rest.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let (message, rest) = rest.split_at_checked(length)?;
    let item = RelayItem {
        block_number: u64::from_be_bytes(*block_number),
        log_index: u32::from_be_bytes(*log_index),
        timestamp: u64::from_be_bytes(*timestamp),
        chain_id: U256::from_be_bytes(*chain_id),
        gas_limit: u32::from_be_bytes(*gas_limit),
        value: u128::from_be_bytes(*value),
        target: Address::from(*target),
        nonce: U256::from_be_bytes(*nonce),
        sender: Address::from(*sender),
        message: Bytes::copy_from_slice(message),
    };
    Some((item, rest))
}
