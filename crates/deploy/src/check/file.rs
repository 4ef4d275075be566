use super::expected::{Expected, known};
use crate::Identity;
use alloy::primitives::{Address, B256, Bytes, U256};
use serde_json::{Map, Value};
use std::{collections::BTreeMap, str::FromStr};

/// What a file says that a chain should hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedFile {
    /// The chain that it is for, where it says so.
    pub chain_id: Option<u64>,
    /// Its accounts that have code or storage.
    pub accounts: Vec<Expected>,
}

/// Why a file says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExpectedFileError {
    /// It is not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// It holds no accounts.
    #[error("neither a genesis with `alloc` nor a map of accounts by address")]
    NoAccounts,
    /// Nothing in it can be compared.
    #[error("no account in it has code or storage, and balances are not compared")]
    NothingToCompare,
    /// An account comes twice.
    #[error("account {0} comes twice")]
    Twice(Address),
    /// It does not say in figures which chain it is for.
    #[error("`config.chainId` is {0}, and no number")]
    ChainId(String),
    /// An account in it cannot be read.
    #[error("account {address}: {field} is {value}")]
    Account {
        /// Address, as the file has it.
        address: String,
        /// Field.
        field: &'static str,
        /// Its value.
        value: String,
    },
}

impl ExpectedFile {
    /// Reads a geth genesis, or allocations as op-deployer writes them: accounts by address, with `code`, `storage` and
    /// `nonce`. Balances are of no interest: they change.
    pub fn parse(text: &str) -> Result<Self, ExpectedFileError> {
        let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
            .map_err(|error| ExpectedFileError::NotJson(error.to_string()))?;
        let accounts = json.get("alloc").unwrap_or(&json).as_object().ok_or(ExpectedFileError::NoAccounts)?;
        if !accounts.keys().any(|key| Address::from_str(key).is_ok()) {
            return Err(ExpectedFileError::NoAccounts);
        }
        let mut found = BTreeMap::new();
        for (key, account) in accounts {
            let expected = account_of(key, account)?;
            // With and without 0x, or in other letters, it is the same account.
            if let Some(expected) = expected
                && let Some(twice) = found.insert(expected.address, expected)
            {
                return Err(ExpectedFileError::Twice(twice.address));
            }
        }
        if found.is_empty() {
            return Err(ExpectedFileError::NothingToCompare);
        }
        Ok(Self { chain_id: chain_id(&json["config"]["chainId"])?, accounts: found.into_values().collect() })
    }
}

/// The chain that a genesis is for; none in allocations.
fn chain_id(value: &Value) -> Result<Option<u64>, ExpectedFileError> {
    let wrong = || ExpectedFileError::ChainId(value.to_string());
    match value {
        Value::Null => return Ok(None),
        Value::String(text) => U256::from_str(text).ok().and_then(|id| id.try_into().ok()).map(Some),
        value => value.as_u64().map(Some),
    }
    .ok_or_else(wrong)
}

fn account_of(key: &str, account: &Value) -> Result<Option<Expected>, ExpectedFileError> {
    let wrong = |field, value: &Value| ExpectedFileError::Account {
        address: key.to_owned(),
        field,
        value: value.to_string(),
    };
    let address = Address::from_str(key).map_err(|_| wrong("the address", &Value::from(key)))?;
    let code: Bytes = match account.get("code") {
        None | Some(Value::Null) => Bytes::new(),
        Some(code) => serde_json::from_value(code.clone()).map_err(|_| wrong("code", code))?,
    };
    let none = Map::new();
    let storage = match account.get("storage") {
        None | Some(Value::Null) => &none,
        Some(storage) => storage.as_object().ok_or_else(|| wrong("storage", storage))?,
    };
    let mut slots = BTreeMap::new();
    for (slot, value) in storage {
        let word = |text: &str| U256::from_str(text).ok().map(B256::from);
        let pair = word(&prefixed(slot)).zip(value.as_str().and_then(|value| word(&prefixed(value))));
        let (slot, value) = pair.ok_or_else(|| wrong("storage", value))?;
        slots.insert(slot, value);
    }
    if code.is_empty() && slots.is_empty() {
        return Ok(None);
    }
    let nonce = match account.get("nonce") {
        None | Some(Value::Null) => U256::ZERO,
        Some(nonce) => serde_json::from_value(nonce.clone()).map_err(|_| wrong("nonce", nonce))?,
    };
    let code = (!code.is_empty()).then(|| known(&code));
    // An address alone says nothing of what stands there.
    let name = match code {
        Some((identity, _)) if !matches!(identity, Identity::Unknown(_)) => identity.to_string(),
        _ => "account".to_owned(),
    };
    Ok(Some(Expected {
        name,
        role: None,
        address,
        instead_of: None,
        code,
        behind: None,
        slots,
        balance: U256::ZERO,
        nonce: nonce.saturating_to(),
        version: None,
        usual_owner: None,
    }))
}

/// Words stand in such files with `0x` or without.
fn prefixed(text: &str) -> String {
    if text.starts_with("0x") { text.to_owned() } else { format!("0x{text}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{GenesisConfig, IMPLEMENTATION_SLOT, genesis};

    #[test]
    fn a_genesis_and_its_allocations_say_the_same() {
        let genesis = genesis(&GenesisConfig::l2(901, Address::repeat_byte(1)));
        let whole = ExpectedFile::parse(&serde_json::to_string(&genesis).unwrap()).unwrap();
        let allocs = ExpectedFile::parse(&serde_json::to_string(&genesis.alloc).unwrap()).unwrap();
        assert_eq!((whole.chain_id, allocs.chain_id), (Some(901), None));
        assert_eq!(whole.accounts, allocs.accounts);
        assert!(whole.accounts.iter().any(|account| account.name == "our CrossL2Inbox"));
    }

    #[test]
    fn short_words_and_missing_fields_are_read() {
        let text = r#"{"4200000000000000000000000000000000000006": {"storage": {"0x1": "2"}}, "0x4200000000000000000000000000000000000007": {"balance": "0x1"}}"#;
        let file = ExpectedFile::parse(text).unwrap();
        let [account] = file.accounts.as_slice() else { panic!("{file:?}") };
        assert_eq!(account.slots, BTreeMap::from([(B256::with_last_byte(1), B256::with_last_byte(2))]));
        assert!(account.code.is_none() && !account.slots.contains_key(&IMPLEMENTATION_SLOT));
    }

    #[test]
    fn marks_and_spellings_of_other_tools_are_read() {
        let text = r#"{"config": {"chainId": "0x385"}, "alloc": {"0x4200000000000000000000000000000000000006": {"code": "0xfe"}}}"#;
        let file = ExpectedFile::parse(&format!("\u{feff}{text}")).unwrap();
        assert_eq!((file.chain_id, file.accounts.len()), (Some(901), 1));
    }

    #[test]
    fn what_is_no_such_file_is_told() {
        for (text, words) in [
            ("", "not JSON"),
            ("[]", "neither"),
            ("{}", "neither"),
            (r#"{"alloc": 1}"#, "neither"),
            (r#"{"0x4200000000000000000000000000000000000006": {"balance": "0x1"}}"#, "no account in it"),
            (
                r#"{"0x4200000000000000000000000000000000000006": {"code": "0xfe"}, "4200000000000000000000000000000000000006": {"code": "0xfd"}}"#,
                "comes twice",
            ),
            (
                r#"{"config": {"chainId": []}, "alloc": {"0x4200000000000000000000000000000000000006": {"code": "0xfe"}}}"#,
                "no number",
            ),
            (r#"{"0x4200000000000000000000000000000000000006": {"code": 1}}"#, "code is 1"),
            (r#"{"0x4200000000000000000000000000000000000006": {"code": "0x1"}}"#, "code is"),
            (r#"{"0x4200000000000000000000000000000000000006": {"storage": {"x": "0x1"}}}"#, "storage is"),
        ] {
            let error = ExpectedFile::parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
