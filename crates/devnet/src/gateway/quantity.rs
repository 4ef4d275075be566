//! Numbers as Ethereum's JSON-RPC writes them.

use alloy::primitives::U256;
use serde::{Deserialize, Deserializer, de::Error};
use serde_json::Value;

/// Reads `0x`-prefixed hex of at most 64 bits.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text.strip_prefix("0x").ok_or_else(|| D::Error::custom("a quantity starts with 0x"))?;
    u64::from_str_radix(digits, 16).map_err(D::Error::custom)
}

/// Reads a quantity in any of the forms that the node takes: hex, decimal digits, or a number.
pub(super) fn of(value: &Value) -> Option<U256> {
    U256::deserialize(value).ok()
}

/// The one form of a quantity.
pub(super) fn hex(value: impl std::fmt::LowerHex) -> Value {
    format!("{value:#x}").into()
}
