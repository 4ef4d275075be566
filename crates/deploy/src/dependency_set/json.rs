//! The forms that are JSON.

use super::{ChainSet, SetFileError, chain_set::expiry_window};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{borrow::Cow, fmt};

const DEPENDENCIES: &str = "dependencies";
const WINDOW: &str = "overrideMessageExpiryWindow";

/// Keys that are not known here are passed over.
#[derive(Deserialize)]
#[serde(expecting = "an object with `dependencies`")]
struct Wire<'a> {
    #[serde(borrow)]
    dependencies: Option<Dependencies<'a>>,
    #[serde(rename = "overrideMessageExpiryWindow", default)]
    expiry_window: Option<Value>,
}

/// The names of the fields of an object, each as often as it comes.
struct Dependencies<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Dependencies<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Dependencies<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object whose names are chain ids")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    entries.push(entry);
                }
                Ok(Dependencies(entries))
            }
        }
        deserializer.deserialize_map(Visitor)
    }
}

/// One set.
pub(super) fn one(text: &str) -> Result<ChainSet, SetFileError> {
    set(read(text)?)
}

/// Sets in a list.
pub(super) fn list(text: &str) -> Result<Vec<ChainSet>, SetFileError> {
    let sets: Vec<Wire<'_>> = read(text)?;
    if sets.is_empty() {
        return Err(SetFileError::NoSet);
    }
    sets.into_iter().map(set).collect()
}

fn read<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, SetFileError> {
    serde_json::from_str(text).map_err(|error| SetFileError::Json { why: error.to_string() })
}

fn set(wire: Wire<'_>) -> Result<ChainSet, SetFileError> {
    let Dependencies(entries) = wire.dependencies.ok_or(SetFileError::Missing { keys: &[DEPENDENCIES] })?;
    let names = entries.iter().map(|(name, _)| name.as_ref());
    let set = ChainSet::of_keys(DEPENDENCIES, names, window(wire.expiry_window.as_ref())?)?;
    let other = entries.iter().find(|(_, value)| !value.get().starts_with('{'));
    match other {
        Some((name, value)) => Err(SetFileError::NotKeyed {
            key: format!("{DEPENDENCIES}.{name}"),
            found: value.get().to_owned(),
            expected: "object",
        }),
        None => Ok(set),
    }
}

/// Nothing, `null` and 0 are none.
fn window(value: Option<&Value>) -> Result<Option<u64>, SetFileError> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    match value.as_u64() {
        Some(seconds) => expiry_window(WINDOW, seconds),
        None => Err(SetFileError::NoSeconds { key: WINDOW, found: value.to_string() }),
    }
}
