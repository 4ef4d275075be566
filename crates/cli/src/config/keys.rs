//! Every key that there is, for the tests of what is said about them.

use super::variables::{Kind, keys, kind, try_out, variable};
use crate::environment;
use std::path::PathBuf;

/// A key.
pub(crate) struct Key {
    /// Section and name; of a chain, `chains`, `NAME` and name.
    pub(crate) path: Vec<String>,
    pub(crate) variable: String,
    pub(crate) takes: String,
}

/// All of them, in the order of the configuration.
pub(crate) fn all() -> Vec<Key> {
    let key = |path: Vec<String>| {
        let kind = kind(&path).unwrap();
        let takes = if kind == Kind::Text && is_path(&path) { "a path".to_owned() } else { kind.words() };
        Key { variable: variable(&path), takes, path }
    };
    keys().into_iter().map(key).collect()
}

/// Whether `~/` means something there. Nowhere does it stay what it is.
fn is_path(path: &[String]) -> bool {
    let Ok(config) = try_out(path, "~/folder".into()) else { return false };
    let config = serde_json::to_value(config).unwrap();
    let value = path.iter().try_fold(&config, |value, name| value.get(name)).unwrap();
    let home = environment::user_home().unwrap_or_else(|| PathBuf::from("~"));
    // One of several, perhaps.
    let value = value.get(0).unwrap_or(value);
    assert_eq!(value.as_str(), home.join("folder").to_str(), "{path:?}");
    true
}

#[test]
fn a_value_is_what_its_key_takes() {
    use super::variables::Setting;
    let read = |path: &[&str], text: &str| -> Result<serde_json::Value, String> {
        let path: Vec<String> = path.iter().map(|name| (*name).to_owned()).collect();
        let setting = Setting { variable: variable(&path), path: path.clone(), value: text.into() };
        let mut dict = figment::value::Dict::new();
        setting.lay_over(&mut dict).map_err(|failure| failure.message())?;
        let mut value = figment::value::Value::from(dict);
        for name in &path {
            let figment::value::Value::Dict(_, mut table) = value else { panic!("{path:?}") };
            value = table.remove(name).unwrap();
        }
        Ok(serde_json::to_value(value).unwrap())
    };
    for text in ["123", "true", "[a]", "{b=1}", "1.5", "\"quoted\"", "a,b", "~/x"] {
        assert_eq!(read(&["devnet", "anvil"], text), Ok(text.into()));
        assert_eq!(read(&["relayer", "database"], text), Ok(text.into()));
    }
    for (text, number) in [("1", 1_u64), (" 7 ", 7), ("0x10", 16), ("65535", 65_535)] {
        assert_eq!(read(&["devnet", "l2-count"], text), Ok(number.into()));
    }
    for text in ["65536", "-1", "1.0", "1e3", "true", "\"1\"", "[1]", "s3cret"] {
        let message = read(&["devnet", "l2-count"], text).unwrap_err();
        assert_eq!(message, "CAUSEWAY_DEVNET__L2_COUNT is wrong: expected a whole number from 0 to 65535");
    }
    for (text, switch) in [("true", true), ("1", true), ("FALSE", false), ("off", false)] {
        assert_eq!(read(&["verifier", "trust-nodes"], text), Ok(switch.into()));
    }
    assert!(read(&["verifier", "trust-nodes"], "2").unwrap_err().ends_with("expected true or false"));
    for text in ["901,902", "[901, 902]", "0x385,902"] {
        assert_eq!(read(&["chains", "x", "accepts"], text), Ok(serde_json::json!([901, 902])));
    }
    assert!(read(&["chains", "x", "accepts"], "a").is_err());
}
