//! Addresses for people.

use alloy::primitives::Address;

/// The two ends of an address, by which people know it: `0x4200…0022`.
pub(crate) fn short(address: Address) -> String {
    let text = address.to_string();
    format!("{}…{}", &text[..6], &text[38..])
}
