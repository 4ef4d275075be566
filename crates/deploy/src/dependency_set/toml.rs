//! The forms that are TOML: a chain of the registry, and what op-node's type is as TOML.

use super::{ChainSet, SetFileError, SetForm, chain_set::expiry_window};
use alloy::primitives::U256;
use toml::{Table, Value};

const DEPENDENCIES: &str = "dependencies";
const INTEROP: &str = "interop.dependencies";
const WINDOW: &str = "override_message_expiry_window";
const CHAIN_ID: &str = "chain_id";

/// One set, and of which form it is.
pub(super) fn one(text: &str) -> Result<(SetForm, ChainSet), SetFileError> {
    let file: Table = text.parse().map_err(|error: toml::de::Error| SetFileError::Toml {
        why: error.message().trim().replace('\n', " "),
        line: error
            .span()
            .and_then(|span| text.get(..span.start))
            .map(|before| 1 + before.matches('\n').count()),
    })?;
    let interop = file.get("interop").and_then(|interop| interop.get(DEPENDENCIES));
    match (file.get(DEPENDENCIES), interop) {
        (None, None) => Err(SetFileError::Missing { keys: &[INTEROP, DEPENDENCIES] }),
        (Some(_), Some(_)) => Err(SetFileError::TwoForms),
        (Some(dependencies), None) => {
            Ok((SetForm::OpNode, set(DEPENDENCIES, dependencies, window(file.get(WINDOW))?)?))
        }
        (None, Some(dependencies)) => {
            let set = set(INTEROP, dependencies, None)?;
            names_itself(&set, file.get(CHAIN_ID))?;
            Ok((SetForm::Registry, set))
        }
    }
}

fn set(
    key: &'static str,
    dependencies: &Value,
    expiry_window: Option<u64>,
) -> Result<ChainSet, SetFileError> {
    let no_table = |key: String, value: &Value| SetFileError::NotKeyed {
        key,
        found: format!("a value of type {}", value.type_str()),
        expected: "table",
    };
    let table = dependencies.as_table().ok_or_else(|| no_table(key.to_owned(), dependencies))?;
    if let Some((name, value)) = table.iter().find(|(_, value)| !value.is_table()) {
        return Err(no_table(format!("{key}.{name}"), value));
    }
    ChainSet::of_keys(key, table.keys().map(String::as_str), expiry_window)
}

fn window(value: Option<&Value>) -> Result<Option<u64>, SetFileError> {
    let Some(value) = value else { return Ok(None) };
    match value.as_integer().and_then(|seconds| u64::try_from(seconds).ok()) {
        Some(seconds) => expiry_window(WINDOW, seconds),
        None => Err(SetFileError::NoSeconds { key: WINDOW, found: value.to_string() }),
    }
}

/// A chain depends on itself; a file that leaves it out is of another chain, or wrong.
fn names_itself(set: &ChainSet, own: Option<&Value>) -> Result<(), SetFileError> {
    let own = own.and_then(Value::as_integer).and_then(|id| u64::try_from(id).ok()).map(U256::from);
    match own {
        Some(own) if !set.chain_ids.contains(&own) => {
            Err(SetFileError::WithoutItself { own, chain_ids: set.to_string() })
        }
        _ => Ok(()),
    }
}
