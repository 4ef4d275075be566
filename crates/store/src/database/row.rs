use crate::StoreError;
use alloy_primitives::{Address, B256, Bytes, U256};
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, ValueRef, postgres::PgRow, sqlite::SqliteRow};

/// One row of an answer. Reads its columns, with errors that name the column.
pub(crate) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl Row {
    fn get<'r, T>(&'r self, column: &'static str) -> Result<T, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    fn fixed<const N: usize>(&self, column: &'static str) -> Result<[u8; N], StoreError> {
        let bytes: &[u8] = self.get(column)?;
        bytes.try_into().map_err(|_| StoreError::Decode {
            column,
            reason: format!("expected {N} bytes, found {}", bytes.len()),
        })
    }

    pub(crate) fn is_null(&self, column: &'static str) -> Result<bool, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get_raw(column)?.is_null(),
            Self::Postgres(row) => row.try_get_raw(column)?.is_null(),
        })
    }

    pub(crate) fn int(&self, column: &'static str) -> Result<i64, StoreError> {
        self.get(column)
    }

    pub(crate) fn optional_int(&self, column: &'static str) -> Result<Option<i64>, StoreError> {
        self.get(column)
    }

    pub(crate) fn uint(&self, column: &'static str) -> Result<u64, StoreError> {
        let value = self.int(column)?;
        u64::try_from(value)
            .map_err(|_| StoreError::Decode { column, reason: format!("{value} is negative") })
    }

    pub(crate) fn optional_uint(&self, column: &'static str) -> Result<Option<u64>, StoreError> {
        if self.is_null(column)? { Ok(None) } else { self.uint(column).map(Some) }
    }

    pub(crate) fn uint32(&self, column: &'static str) -> Result<u32, StoreError> {
        let value = self.int(column)?;
        u32::try_from(value)
            .map_err(|_| StoreError::Decode { column, reason: format!("{value} is no 32-bit number") })
    }

    pub(crate) fn text(&self, column: &'static str) -> Result<String, StoreError> {
        self.get(column)
    }

    pub(crate) fn optional_text(&self, column: &'static str) -> Result<Option<String>, StoreError> {
        self.get(column)
    }

    pub(crate) fn bytes(&self, column: &'static str) -> Result<Bytes, StoreError> {
        let bytes: &[u8] = self.get(column)?;
        Ok(Bytes::copy_from_slice(bytes))
    }

    pub(crate) fn optional_bytes(&self, column: &'static str) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(column)
    }

    pub(crate) fn b256(&self, column: &'static str) -> Result<B256, StoreError> {
        self.fixed(column).map(B256::new)
    }

    pub(crate) fn u256(&self, column: &'static str) -> Result<U256, StoreError> {
        self.fixed(column).map(U256::from_be_bytes::<32>)
    }

    pub(crate) fn optional_u256(&self, column: &'static str) -> Result<Option<U256>, StoreError> {
        if self.is_null(column)? { Ok(None) } else { self.u256(column).map(Some) }
    }

    pub(crate) fn address(&self, column: &'static str) -> Result<Address, StoreError> {
        self.fixed(column).map(Address::new)
    }
}
