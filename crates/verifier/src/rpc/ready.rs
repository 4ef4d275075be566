use super::view::U256Key;
use crate::View;
use serde::Serialize;
use std::collections::BTreeMap;

/// Whether all chains can be answered for.
#[derive(Debug, Serialize)]
pub(super) struct Readiness {
    pub(super) ready: bool,
    /// Whether every check is refused. That is an answer, too, and whoever asks elsewhere would get around it.
    failsafe: bool,
    chains: BTreeMap<U256Key, ChainReadiness>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainReadiness {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    history_complete: bool,
    /// Why history goes no further back.
    #[serde(skip_serializing_if = "Option::is_none")]
    history_ends: Option<String>,
    /// The oldest block that is known, and its second.
    #[serde(skip_serializing_if = "Option::is_none")]
    first_block: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_timestamp: Option<u64>,
}

impl Readiness {
    pub(super) fn of(view: &View) -> Self {
        Self {
            ready: view.chains().all(|(_, status)| status.is_ready()),
            failsafe: view.failsafe(),
            chains: view
                .chains()
                .map(|(chain_id, status)| {
                    let chain = ChainReadiness {
                        state: status.state.code(),
                        reason: status.state.reason().map(str::to_owned),
                        history_complete: status.history_complete,
                        history_ends: status.history_ends.as_deref().map(str::to_owned),
                        first_block: status.first.map(|first| first.number),
                        first_timestamp: status.first.map(|first| first.timestamp),
                    };
                    (U256Key(chain_id), chain)
                })
                .collect(),
        }
    }
}
