//! The forms that values have in JSON, as docs/json.md gives them.

use std::time::{Duration, SystemTime};

use alloy::primitives::{Address, U256};
use serde::{Serialize, Serializer};

/// The id of a chain: decimal text, for ids have up to 256 bits and most readers' numbers 53.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::api) struct ChainId(pub(in crate::api) U256);

impl From<u64> for ChainId {
    fn from(id: u64) -> Self {
        Self(U256::from(id))
    }
}

impl Serialize for ChainId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// An address with its EIP-55 checksum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) struct Checksummed(pub(in crate::api) Address);

impl Serialize for Checksummed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A number that may exceed 53 bits, as decimal text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::api) struct Decimal(pub(in crate::api) U256);

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A point of time as RFC 3339 has it, in UTC with microseconds.
pub(in crate::api) fn rfc3339(time: SystemTime) -> String {
    let timestamp = jiff::Timestamp::try_from(time).unwrap_or_default();
    format!("{timestamp:.6}")
}

/// The same of milliseconds since the epoch.
pub(in crate::api) fn rfc3339_ms(ms: u64) -> String {
    rfc3339(SystemTime::UNIX_EPOCH + Duration::from_millis(ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_form_of_the_events() {
        assert_eq!(rfc3339_ms(1_795_699_609_123), "2026-11-26T13:26:49.123000Z");
    }
}
