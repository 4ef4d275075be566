//! What several methods read of a view, and how chains are named in answers.

use super::call_error::unknown_chain;
use crate::{ChainStatus, View};
use alloy_primitives::U256;
use causeway_interop::SafetyLevel;
use jsonrpsee_server::types::ErrorObjectOwned;
use serde::Serialize;

/// A chain id as the name of a field: decimal, ordered as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct U256Key(pub(super) U256);

impl Serialize for U256Key {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// A chain of the dependency set.
pub(super) fn chain(view: &View, chain_id: U256) -> Result<&ChainStatus, ErrorObjectOwned> {
    view.chain(chain_id).ok_or_else(|| unknown_chain(chain_id))
}

/// The timestamp up to which all chains have a level; zero if one of them does not have it at all.
pub(super) fn min_timestamp(view: &View, level: SafetyLevel) -> u64 {
    let timestamps = view.chains().map(|(_, status)| status.heads.at(level).map_or(0, |head| head.timestamp));
    timestamps.min().unwrap_or(0)
}
