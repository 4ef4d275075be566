use super::error::SetFileError;
use alloy::primitives::U256;
use causeway_interop::{MESSAGE_EXPIRY_WINDOW, parse_chain_id};
use std::{collections::BTreeSet, fmt};

/// Chains that accept messages of one another, and for how long if that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChainSet {
    /// Ids of the chains, one at least.
    pub chain_ids: BTreeSet<U256>,
    /// Seconds for which a message can be executed, if they are said: from 1 to [`MESSAGE_EXPIRY_WINDOW`].
    pub expiry_window: Option<u64>,
}

impl ChainSet {
    /// The set of these chains, with the protocol's expiry window.
    pub fn new(chain_ids: impl IntoIterator<Item = U256>) -> Self {
        Self { chain_ids: chain_ids.into_iter().collect(), expiry_window: None }
    }

    /// Makes a set of the names of the keys below `key`, each of which has to be an id, and to come once.
    pub(super) fn of_keys<'a>(
        key: &'static str,
        names: impl IntoIterator<Item = &'a str>,
        expiry_window: Option<u64>,
    ) -> Result<Self, SetFileError> {
        let mut chain_ids = BTreeSet::new();
        for name in names {
            let chain_id = parse_chain_id(name).map_err(|error| SetFileError::NoChainId {
                key,
                name: name.to_owned(),
                why: error.to_string(),
            })?;
            if !chain_ids.insert(chain_id) {
                return Err(SetFileError::Twice { key, chain_id });
            }
        }
        if chain_ids.is_empty() {
            return Err(SetFileError::NoChain { key });
        }
        Ok(Self { chain_ids, expiry_window })
    }
}

/// The ids, with commas between them.
impl fmt::Display for ChainSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, chain_id) in self.chain_ids.iter().enumerate() {
            write!(f, "{}{chain_id}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Seconds under `key`: 0 is none, and nothing may exceed the protocol's.
pub(super) fn expiry_window(key: &'static str, seconds: u64) -> Result<Option<u64>, SetFileError> {
    match seconds {
        0 => Ok(None),
        seconds if seconds <= MESSAGE_EXPIRY_WINDOW => Ok(Some(seconds)),
        seconds => Err(SetFileError::WindowTooLong { key, seconds }),
    }
}
