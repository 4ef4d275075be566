//! Between our numbers and a database's.

use crate::StoreError;
use alloy_primitives::U256;

/// A `u64` as a database's signed integer.
pub(crate) fn int(field: &'static str, value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::OutOfRange { field, value })
}

/// A `U256` as 32 bytes, most significant first: they sort as numbers.
pub(crate) fn word(value: U256) -> Vec<u8> {
    value.to_be_bytes::<32>().to_vec()
}
