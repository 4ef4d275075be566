use super::{block_id::BlockRef, view::U256Key};
use crate::{FallenBlock, SafetyHeads, Verifier, View};
use jsonrpsee_server::types::ErrorObjectOwned;
use serde::Serialize;
use std::collections::BTreeMap;

/// Everything that an operator wants to see.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Status {
    failsafe: bool,
    chains: BTreeMap<U256Key, ChainReport>,
    fallen: Vec<Fallen>,
    disk_bytes: u64,
    cache: Cache,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainReport {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    heads: Heads,
    first: Option<BlockRef>,
    history_complete: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    history_ends: Option<String>,
    pushed: bool,
    fallbacks: u64,
    epoch: u64,
    reorgs: u64,
}

/// The newest block of each level; `null` where no block has it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Heads {
    r#unsafe: Option<BlockRef>,
    cross_unsafe: Option<BlockRef>,
    local_safe: Option<BlockRef>,
    safe: Option<BlockRef>,
    finalized: Option<BlockRef>,
}

/// The lowest block of a chain that is invalid or falls with another, and with it every block above it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Fallen {
    chain_id: U256Key,
    block: BlockRef,
    cause: &'static str,
    words: String,
    /// The blocks of other chains that fall because this one does.
    takes_along: Vec<ChainBlock>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainBlock {
    chain_id: U256Key,
    number: u64,
}

#[derive(Clone, Debug, Serialize)]
struct Cache {
    hits: u64,
    misses: u64,
    entries: u64,
}

impl Status {
    pub(super) fn of(verifier: &Verifier) -> Result<Self, ErrorObjectOwned> {
        let view = verifier.view();
        let cache = verifier.cache_stats();
        Ok(Self {
            failsafe: view.failsafe(),
            chains: chains(&view),
            fallen: view.fallen().iter().map(|block| Fallen::of(block, view.fallen())).collect(),
            disk_bytes: verifier.disk_bytes(),
            cache: Cache { hits: cache.hits, misses: cache.misses, entries: cache.entries },
        })
    }
}

fn chains(view: &View) -> BTreeMap<U256Key, ChainReport> {
    let report = |status: &crate::ChainStatus| ChainReport {
        state: status.state.code(),
        reason: status.state.reason().map(str::to_owned),
        heads: Heads::of(&status.heads),
        first: status.first.as_ref().map(|first| BlockRef::of(Some(first))),
        history_complete: status.history_complete,
        history_ends: status.history_ends.as_deref().map(str::to_owned),
        pushed: status.pushed,
        fallbacks: status.fallbacks,
        epoch: status.epoch,
        reorgs: status.reorgs,
    };
    view.chains().map(|(id, status)| (U256Key(id), report(status))).collect()
}

impl Heads {
    fn of(heads: &SafetyHeads) -> Self {
        let block = |head: &Option<crate::Header>| head.as_ref().map(|head| BlockRef::of(Some(head)));
        Self {
            r#unsafe: block(&heads.local_unsafe),
            cross_unsafe: block(&heads.cross_unsafe),
            local_safe: block(&heads.local_safe),
            safe: block(&heads.safe),
            finalized: block(&heads.finalized),
        }
    }
}

impl Fallen {
    fn of(block: &FallenBlock, all: &[FallenBlock]) -> Self {
        let others = block.takes_along(all).into_iter().filter(|other| other.chain_id != block.chain_id);
        Self {
            chain_id: U256Key(block.chain_id),
            block: BlockRef::of(Some(&block.header)),
            cause: block.cause.code(),
            words: block.cause.to_string(),
            takes_along: others
                .map(|other| ChainBlock { chain_id: U256Key(other.chain_id), number: other.header.number })
                .collect(),
        }
    }
}
