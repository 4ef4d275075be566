use alloy_primitives::U256;

use super::RelayItem;

/// What the batcher keeps back when it calls the messenger, and for each failure that it has reported before.
const RESERVE: u64 = 45_000;
const RESERVE_PER_FAILURE: u64 = 150;

/// What a transaction costs before it runs, by the rules since Prague (EIP-2028, EIP-2930, EIP-7623).
const BASE: u64 = 21_000;
const ZERO_BYTE: u64 = 4;
const OTHER_BYTE: u64 = 16;
const FLOOR_ZERO_BYTE: u64 = 10;
const FLOOR_OTHER_BYTE: u64 = 40;
const ADDRESS: u64 = 2_400;
const KEY: u64 = 1_900;

/// Returns the gas that the batcher needs to attempt every item, even if each of them spends its limit and fails, beyond what
/// the transaction costs before it runs. It is paid for only as far as it is used.
///
/// No failure of a message makes a batch revert, so an estimate by trial finds the least with which it does not revert, which
/// delivers nothing: this is what to send it with.
pub fn execution_gas(items: &[RelayItem]) -> u64 {
    let count = items.len() as u64;
    let highest = items.iter().map(|item| u64::from(item.gas_limit)).max().unwrap_or_default();
    let longest = items.iter().map(|item| item.message.len() as u64).max().unwrap_or_default();
    let each: u64 = items.iter().map(item_gas).fold(0, u64::saturating_add);
    // Memory: one call, and for each item a place and a failure.
    let words = 32 + longest / 32 + 14 * count;
    let memory = 3 * words + words.saturating_mul(words) / 512;
    let kept = highest / 63 + RESERVE + longest / 3 + RESERVE_PER_FAILURE * count;
    each.saturating_add(memory).saturating_add(kept)
}

/// The item's own limit, the call with or without value, its report, a third of a unit for each byte to copy and hash.
fn item_gas(item: &RelayItem) -> u64 {
    let call = if item.value == 0 { 7_000 } else { 16_000 };
    u64::from(item.gas_limit) + item.message.len() as u64 / 3 + call
}

/// Returns the gas limit of a transaction that relays a batch, by the rules since Prague: `calldata` is the transaction's, and
/// the items' keys are its whole access list.
///
/// A chain may cap what one transaction can have (EIP-7825: 16,777,216): a batch above that has to be split.
pub fn gas_limit(items: &[RelayItem], calldata: &[u8]) -> u64 {
    let paid = intrinsic_gas(calldata, access_list_keys(items)).saturating_add(execution_gas(items));
    paid.max(floor_gas(calldata))
}

/// Returns what a call costs before it runs, by the rules since Prague: `keys` is how many storage keys its access list has, all of
/// them the inbox's.
pub fn intrinsic_gas(calldata: &[u8], keys: u64) -> u64 {
    let (zeros, others) = bytes_of(calldata);
    let declared = if keys == 0 { 0 } else { ADDRESS + KEY * keys };
    BASE + zeros * ZERO_BYTE + others * OTHER_BYTE + declared
}

/// Returns the least that a call is charged, however little it does (EIP-7623). Its gas limit has to cover that.
pub fn floor_gas(calldata: &[u8]) -> u64 {
    let (zeros, others) = bytes_of(calldata);
    BASE + zeros * FLOOR_ZERO_BYTE + others * FLOOR_OTHER_BYTE
}

/// How many bytes are zero, and how many are not.
fn bytes_of(calldata: &[u8]) -> (u64, u64) {
    let zeros = calldata.iter().filter(|byte| **byte == 0).count() as u64;
    (zeros, calldata.len() as u64 - zeros)
}

/// Returns how many storage keys an access list has that declares every item, each by itself.
pub fn access_list_keys(items: &[RelayItem]) -> u64 {
    items.iter().map(|item| if item.chain_id > U256::from(u64::MAX) { 3 } else { 2 }).sum()
}
