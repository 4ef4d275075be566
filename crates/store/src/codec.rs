//! Between our types and SQLite's.

use crate::StoreError;
use alloy_primitives::{Address, B256, Bytes, U256};
use sqlx::{Row, sqlite::SqliteRow};

/// A `u64` as SQLite's signed integer.
pub(crate) fn int(field: &'static str, value: u64) -> Result<i64, StoreError> {
    i64::try_from(value).map_err(|_| StoreError::OutOfRange { field, value })
}

/// A `U256` as 32 bytes, most significant first.
pub(crate) fn word(value: U256) -> Vec<u8> {
    value.to_be_bytes::<32>().to_vec()
}

/// Reads columns of one row, with errors that name the column.
pub(crate) trait Columns {
    fn uint(&self, column: &'static str) -> Result<u64, StoreError>;
    fn uint32(&self, column: &'static str) -> Result<u32, StoreError>;
    fn is_null(&self, column: &'static str) -> Result<bool, StoreError>;
    fn text(&self, column: &'static str) -> Result<String, StoreError>;
    fn optional_text(&self, column: &'static str) -> Result<Option<String>, StoreError>;
    fn bytes(&self, column: &'static str) -> Result<Bytes, StoreError>;
    fn b256(&self, column: &'static str) -> Result<B256, StoreError>;
    fn u256(&self, column: &'static str) -> Result<U256, StoreError>;
    fn address(&self, column: &'static str) -> Result<Address, StoreError>;
}

fn fixed<const N: usize>(row: &SqliteRow, column: &'static str) -> Result<[u8; N], StoreError> {
    let bytes: &[u8] = row.try_get(column)?;
    bytes.try_into().map_err(|_| StoreError::Decode {
        column,
        reason: format!("expected {N} bytes, found {}", bytes.len()),
    })
}

impl Columns for SqliteRow {
    fn uint(&self, column: &'static str) -> Result<u64, StoreError> {
        let value: i64 = self.try_get(column)?;
        u64::try_from(value)
            .map_err(|_| StoreError::Decode { column, reason: format!("{value} is negative") })
    }

    fn uint32(&self, column: &'static str) -> Result<u32, StoreError> {
        let value: i64 = self.try_get(column)?;
        u32::try_from(value)
            .map_err(|_| StoreError::Decode { column, reason: format!("{value} is no 32-bit number") })
    }

    fn is_null(&self, column: &'static str) -> Result<bool, StoreError> {
        use sqlx::ValueRef;
        Ok(self.try_get_raw(column)?.is_null())
    }

    fn text(&self, column: &'static str) -> Result<String, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn optional_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        Ok(self.try_get(column)?)
    }

    fn bytes(&self, column: &'static str) -> Result<Bytes, StoreError> {
        let bytes: &[u8] = self.try_get(column)?;
        Ok(Bytes::copy_from_slice(bytes))
    }

    fn b256(&self, column: &'static str) -> Result<B256, StoreError> {
        fixed(self, column).map(B256::new)
    }

    fn u256(&self, column: &'static str) -> Result<U256, StoreError> {
        fixed(self, column).map(U256::from_be_bytes::<32>)
    }

    fn address(&self, column: &'static str) -> Result<Address, StoreError> {
        fixed(self, column).map(Address::new)
    }
}
