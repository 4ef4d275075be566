//! Numbers as Ethereum's JSON-RPC writes them.

use serde::{Deserialize, Deserializer, de::Error};

/// Reads `0x`-prefixed hex of at most 64 bits.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let text = String::deserialize(deserializer)?;
    let digits = text.strip_prefix("0x").ok_or_else(|| D::Error::custom("a quantity starts with 0x"))?;
    u64::from_str_radix(digits, 16).map_err(D::Error::custom)
}
