use alloy_primitives::U256;

use super::RelayItem;

/// What the batcher keeps back when it calls the messenger, and for each failure that it has reported before.
const RESERVE: u64 = 45_000;
const RESERVE_PER_FAILURE: u64 = 150;

/// What every transaction costs, and a byte of calldata before it runs (EIP-2028).
const BASE: u64 = 21_000;
const ZERO_BYTE: u64 = 4;
const OTHER_BYTE: u64 = 16;

/// What an access list costs before the transaction runs, and the least that data is charged.
struct Rules {
    address: u64,
    key: u64,
    floor_zero_byte: u64,
    floor_other_byte: u64,
    floor_address: u64,
    floor_key: u64,
}

/// Since Prague (EIP-2930, EIP-7623).
const PRAGUE: Rules = Rules {
    address: 2_400,
    key: 1_900,
    floor_zero_byte: 10,
    floor_other_byte: 40,
    floor_address: 0,
    floor_key: 0,
};

/// To come with Amsterdam: 64 for each byte of calldata is the floor (EIP-7976), and 64 more for each byte of the access list are
/// in both sums (EIP-7981).
const AMSTERDAM: Rules = Rules {
    address: 2_400 + 1_280,
    key: 1_900 + 2_048,
    floor_zero_byte: 64,
    floor_other_byte: 64,
    floor_address: 1_280,
    floor_key: 2_048,
};

impl Rules {
    fn intrinsic(&self, calldata: &[u8], keys: u64) -> u64 {
        let (zeros, others) = bytes_of(calldata);
        let declared = if keys == 0 { 0 } else { self.address + self.key * keys };
        BASE + zeros * ZERO_BYTE + others * OTHER_BYTE + declared
    }

    fn floor(&self, calldata: &[u8], keys: u64) -> u64 {
        let (zeros, others) = bytes_of(calldata);
        let declared = if keys == 0 { 0 } else { self.floor_address + self.floor_key * keys };
        BASE + zeros * self.floor_zero_byte + others * self.floor_other_byte + declared
    }
}

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

/// Returns the gas limit of a transaction that relays a batch: `calldata` is the transaction's, and the items' keys are its whole
/// access list. It is enough by the rules of [`limit`].
///
/// A chain may cap what one transaction can have (EIP-7825: 16,777,216): a batch above that has to be split.
pub fn gas_limit(items: &[RelayItem], calldata: &[u8]) -> u64 {
    limit(calldata, access_list_keys(items), execution_gas(items))
}

/// Returns the gas limit of a call that takes so much gas once it runs: `keys` is how many storage keys its access list has, all of
/// them the inbox's.
///
/// It is enough by the rules since Prague (EIP-2930, EIP-7623), and by those to come with Amsterdam (EIP-7976, EIP-7981), which take
/// more: a limit below the floor makes a transaction invalid, from the first block of a fork on, and what is not used is not paid.
pub fn limit(calldata: &[u8], keys: u64, execution: u64) -> u64 {
    let by = |rules: &Rules| {
        rules.intrinsic(calldata, keys).saturating_add(execution).max(rules.floor(calldata, keys))
    };
    by(&PRAGUE).max(by(&AMSTERDAM))
}

/// Returns what a call costs before it runs, at least, by the rules since Prague: `keys` is how many storage keys its access list
/// has, all of them the inbox's.
pub fn intrinsic_gas(calldata: &[u8], keys: u64) -> u64 {
    PRAGUE.intrinsic(calldata, keys)
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The sums are those that the contracts' tests have.
    #[test]
    fn a_limit_is_enough_by_the_rules_of_today_and_by_those_to_come() {
        let data = [&[0; 10][..], &[1; 3]].concat();
        assert_eq!(intrinsic_gas(&data, 2), 21_000 + 10 * 4 + 3 * 16 + 2_400 + 2 * 1_900);
        // To run takes more than the floor.
        assert_eq!(limit(&data, 2, 100_000), intrinsic_gas(&data, 2) + 1_280 + 2 * 2_048 + 100_000);
        // Nothing is done: the floor counts, with and without keys.
        assert_eq!(limit(&data, 0, 0), 21_000 + 13 * 64);
        assert_eq!(limit(&[0; 100_000], 1, 0), 21_000 + 100_000 * 64 + 1_280 + 2_048);
        assert_eq!(limit(&[0; 100_000], 1, u64::MAX), u64::MAX);
        assert!(PRAGUE.floor(&data, 1) <= AMSTERDAM.floor(&data, 1));
    }
}
