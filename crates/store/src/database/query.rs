use crate::codec::word;
use alloy_primitives::{Address, B256, Bytes, U256};
use sqlx::{
    AssertSqlSafe, Database, Postgres, Sqlite, database::HasStatementCache, postgres::PgArguments,
    sqlite::SqliteArguments,
};
use std::{borrow::Cow, fmt::Write};

/// A statement with the values of its parameters.
pub(crate) struct Query {
    /// What is borrowed is prepared once for a connection. What was built depends on how many values there are; never on
    /// what they are.
    text: Cow<'static, str>,
    values: Vec<Value>,
}

/// The value of a parameter.
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Blob(Option<Vec<u8>>),
}

/// A statement.
pub(crate) const fn sql(text: &'static str) -> Query {
    Query { text: Cow::Borrowed(text), values: Vec::new() }
}

impl Query {
    /// Gives the next parameter its value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Adds words to the statement.
    pub(crate) fn push(&mut self, words: &str) -> &mut Self {
        self.text.to_mut().push_str(words);
        self
    }

    /// Adds a parameter with its value to the statement.
    pub(crate) fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let number = self.values.len();
        // Writing to a string does not fail.
        let _ = write!(self.text.to_mut(), "${number}");
        self
    }

    /// Adds `$1, $2, …` with the values to the statement.
    pub(crate) fn push_values(&mut self, values: Vec<Value>) -> &mut Self {
        self.push_rows(values, |query, value| {
            query.push_bind(value);
        })
    }

    /// Adds `($1, $2, …)` with the values to the statement: a list, or a row.
    pub(crate) fn push_row(&mut self, values: Vec<Value>) -> &mut Self {
        self.push("(").push_values(values).push(")")
    }

    /// Adds what `one` writes for each of the items to the statement, with commas between.
    pub(crate) fn push_rows<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut one: impl FnMut(&mut Self, T),
    ) -> &mut Self {
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.push(", ");
            }
            one(self, item);
        }
        self
    }

    /// Adds `($1, $2, …)` with hashes to the statement.
    pub(crate) fn push_hashes(&mut self, hashes: &[B256]) -> &mut Self {
        self.push_row(hashes.iter().map(|hash| Value::from(*hash)).collect())
    }

    pub(super) fn of_sqlite(self) -> sqlx::query::Query<'static, Sqlite, SqliteArguments> {
        let text = match self.text {
            Cow::Borrowed(text) => Cow::Borrowed(text),
            Cow::Owned(text) => Cow::Owned(nameless(&text).unwrap_or(text)),
        };
        self.values.into_iter().fold(prepare(text), |query, value| match value {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Blob(value) => query.bind(value),
        })
    }

    pub(super) fn of_postgres(self) -> sqlx::query::Query<'static, Postgres, PgArguments> {
        self.values.into_iter().fold(prepare(self.text), |query, value| match value {
            Value::Int(value) => query.bind(value),
            Value::Text(value) => query.bind(value),
            Value::Blob(value) => query.bind(value),
        })
    }
}

/// The statement with `?` for each of `$1, $2, …`, if they stand in this order and each but once. For SQLite `$1` is a name,
/// and it looks among all names for each parameter: that of a statement with 1,600 takes longer than writing its rows.
fn nameless(text: &str) -> Option<String> {
    let mut nameless = String::with_capacity(text.len());
    let mut parts = text.split('$');
    nameless.push_str(parts.next()?);
    for (index, part) in parts.enumerate() {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let number: usize = part.get(..part.len() - rest.len())?.parse().ok()?;
        if number != index + 1 {
            return None;
        }
        nameless.push('?');
        nameless.push_str(rest);
    }
    Some(nameless)
}

fn prepare<D: Database + HasStatementCache>(
    text: Cow<'static, str>,
) -> sqlx::query::Query<'static, D, D::Arguments> {
    match text {
        Cow::Borrowed(text) => sqlx::query(text),
        // Not kept: there are as many as there are numbers of values.
        Cow::Owned(text) => sqlx::query(AssertSqlSafe(text)).persistent(false),
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(Some(value.to_owned()))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(Some(value))
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Self {
        Self::Text(value.map(str::to_owned))
    }
}

impl From<&Bytes> for Value {
    fn from(value: &Bytes) -> Self {
        Self::Blob(Some(value.to_vec()))
    }
}

impl From<B256> for Value {
    fn from(value: B256) -> Self {
        Self::Blob(Some(value.to_vec()))
    }
}

impl From<Address> for Value {
    fn from(value: Address) -> Self {
        Self::Blob(Some(value.to_vec()))
    }
}

impl From<U256> for Value {
    fn from(value: U256) -> Self {
        Self::Blob(Some(word(value)))
    }
}

impl From<Option<U256>> for Value {
    fn from(value: Option<U256>) -> Self {
        Self::Blob(value.map(word))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_in_order_need_no_names() {
        let mut query = sql("UPDATE t SET a = $1 WHERE b IN ").bind(1);
        query.push_values((0..11).map(Value::from).collect());
        let text = nameless(&query.text).unwrap();
        assert_eq!(text, format!("UPDATE t SET a = ? WHERE b IN {}", ["?"; 11].join(", ")));
        assert_eq!(nameless("SELECT 1").as_deref(), Some("SELECT 1"));
    }

    #[test]
    fn others_keep_them() {
        for text in ["SELECT $2, $1", "SELECT $1, $1", "SELECT $1 WHERE a = '$.path'", "SELECT $1, $3"] {
            assert_eq!(nameless(text), None, "{text}");
        }
    }
}
