//! A dependency set in a file, as op-node and op-supernode read it.

use crate::{
    environment,
    failure::{Failure, Outcome, OutcomeExt},
};
use alloy::primitives::U256;
use causeway_interop::{MESSAGE_EXPIRY_WINDOW, parse_chain_id};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
};

/// What such a file looks like, for hints.
const EXAMPLE: &str = r#"such a file looks like {"dependencies":{"901":{},"902":{}},"overrideMessageExpiryWindow":3600}, the last of which may be left away"#;

/// The chains that accept messages of one another, and for how long if that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DependencyFile {
    pub(crate) path: PathBuf,
    pub(crate) chain_ids: BTreeSet<U256>,
    /// In seconds, never more than [`MESSAGE_EXPIRY_WINDOW`].
    pub(crate) expiry_window: Option<u64>,
}

/// A dependency set on the command line: ids of chains, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NamedSet {
    /// `901,902`.
    Ids(Vec<u64>),
    /// A path.
    File(PathBuf),
}

/// Reads ids, or else takes the text for a path.
pub(crate) fn named(text: &str) -> Result<NamedSet, String> {
    let ids: Result<Vec<u64>, _> = text.split(',').map(|id| crate::parse::number(id.trim())).collect();
    let path = environment::expand(Path::new(text)).map_err(|error| error.to_string())?;
    match ids {
        Ok(ids) => Ok(NamedSet::Ids(ids)),
        // A pipe is as good as a file: `<(…)` of shells.
        Err(_) if path.exists() => Ok(NamedSet::File(path)),
        Err(error) => Err(format!("{error}, as in 901,902, or the name of a file, of which there is none")),
    }
}

/// Keys that are not known here are passed over, as the reference does.
#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    dependencies: Option<Dependencies<'a>>,
    #[serde(rename = "overrideMessageExpiryWindow", default)]
    expiry_window: Option<Value>,
}

/// The names of the fields of an object, each as often as it comes.
struct Dependencies<'a>(Vec<(std::borrow::Cow<'a, str>, &'a RawValue)>);

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

impl DependencyFile {
    /// Reads a file.
    pub(crate) fn read(path: &Path) -> Outcome<Self> {
        let text = std::fs::read_to_string(path)
            .what(format!("cannot read the dependency set {}", path.display()))
            .bad_input()
            .hint("name the file with the dependency set that op-node is started with")?;
        parse(&text, path).map_err(|why| {
            Failure::usage(format!("{} is no dependency set: {why}", path.display())).with_hint(EXAMPLE)
        })
    }
}

fn parse(text: &str, path: &Path) -> Result<DependencyFile, String> {
    let wire: Wire<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let dependencies = wire.dependencies.ok_or("`dependencies` is missing")?;
    let mut chain_ids = BTreeSet::new();
    for (name, value) in dependencies.0 {
        let id = parse_chain_id(&name).map_err(|error| format!("`dependencies` names {name:?}: {error}"))?;
        if !value.get().starts_with('{') {
            return Err(format!("`dependencies.{name}` is {}, and no object", value.get()));
        }
        if !chain_ids.insert(id) {
            return Err(format!("`dependencies` names chain {id} twice"));
        }
    }
    if chain_ids.is_empty() {
        return Err("`dependencies` names no chain".to_owned());
    }
    Ok(DependencyFile {
        path: path.to_owned(),
        chain_ids,
        expiry_window: expiry_window(wire.expiry_window.as_ref())?,
    })
}

/// Nothing, `null` and 0 are none.
fn expiry_window(value: Option<&Value>) -> Result<Option<u64>, String> {
    let Some(value) = value.filter(|value| !value.is_null()) else { return Ok(None) };
    match value.as_u64() {
        Some(0) => Ok(None),
        Some(seconds) if seconds <= MESSAGE_EXPIRY_WINDOW => Ok(Some(seconds)),
        Some(seconds) => Err(format!(
            "`overrideMessageExpiryWindow` is {seconds} seconds, and may only shorten the protocol's {MESSAGE_EXPIRY_WINDOW}"
        )),
        None => Err(format!("`overrideMessageExpiryWindow` is {value}, and no number of seconds")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<(Vec<u64>, Option<u64>), String> {
        let file = parse(text, Path::new("set.json"))?;
        Ok((file.chain_ids.iter().map(|id| id.to::<u64>()).collect(), file.expiry_window))
    }

    #[test]
    fn reads_what_op_node_reads() {
        let both = || vec![901, 902];
        assert_eq!(parsed(r#"{"dependencies":{"901":{},"902":{}}}"#), Ok((both(), None)));
        for none in ["null", "0"] {
            let text = format!(
                r#"{{"dependencies":{{"902":{{}},"901":{{}}}},"overrideMessageExpiryWindow":{none}}}"#
            );
            assert_eq!(parsed(&text), Ok((both(), None)));
        }
        // Of older versions, and of ones to come.
        let text = r#"{"dependencies":{"901":{"chainIndex":"901","activationTime":0},"902":{"x":[1]}},
            "overrideMessageExpiryWindow":604800,"more":{"a":"b"}}"#;
        assert_eq!(parsed(text), Ok((both(), Some(604_800))));
        assert_eq!(
            parsed(r#"{"overrideMessageExpiryWindow":15,"dependencies":{"0x385":{}}}"#),
            Ok((vec![901], Some(15)))
        );
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, words) in [
            ("", "EOF"),
            ("[]", "expected struct"),
            ("{}", "`dependencies` is missing"),
            (r#"{"dependencies":{}}"#, "names no chain"),
            (r#"{"dependencies":["901"]}"#, "an object whose names are chain ids"),
            (r#"{"dependencies":{"optimism":{}}}"#, "optimism"),
            (r#"{"dependencies":{"901":{},"0x385":{}}}"#, "chain 901 twice"),
            (r#"{"dependencies":{"901":{},"901":{}}}"#, "chain 901 twice"),
            (r#"{"dependencies":{"901":true}}"#, "`dependencies.901` is true"),
            (r#"{"dependencies":{"901":{}},"overrideMessageExpiryWindow":604801}"#, "may only shorten"),
            (r#"{"dependencies":{"901":{}},"overrideMessageExpiryWindow":"15"}"#, "no number of seconds"),
            (r#"{"dependencies":{"901":{}},"overrideMessageExpiryWindow":-1}"#, "no number of seconds"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.contains(words), "{text}: {error}");
        }
    }

    #[test]
    fn a_flag_takes_ids_or_a_file() {
        assert_eq!(named("901,902"), Ok(NamedSet::Ids(vec![901, 902])));
        assert_eq!(named("901"), Ok(NamedSet::Ids(vec![901])));
        let file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap();
        assert_eq!(named(path), Ok(NamedSet::File(path.into())));
        let error = named("901,9o2").unwrap_err();
        assert!(error.contains("901,902") && error.contains("file"), "{error}");
    }
}
