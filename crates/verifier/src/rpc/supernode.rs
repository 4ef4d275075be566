//! What op-supernode answers, besides super roots.

use super::{
    block_id::BlockId,
    service::Service,
    view::{U256Key, min_timestamp},
};
use crate::{Header, SafetyHeads, View};
use alloy_primitives::{B256, Bytes};
use causeway_interop::SafetyLevel;
use jsonrpsee_server::{RegisterMethodError, RpcModule, types::ErrorObjectOwned};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    hash::{BuildHasher, Hasher, RandomState},
};

/// `supernode_syncStatus`: the state of each chain as its op-node would tell it, and the minima over all.
#[derive(Clone, Debug, Serialize)]
struct SyncStatus {
    chains: BTreeMap<U256Key, NodeStatus>,
    chain_ids: Vec<U256Key>,
    /// L1 is not followed here: all zeros, as every block of it below.
    current_l1: BlockId,
    safe_timestamp: u64,
    local_safe_timestamp: u64,
    finalized_timestamp: u64,
}

/// An op-node's `optimism_syncStatus`.
#[derive(Clone, Debug, Serialize)]
struct NodeStatus {
    current_l1: L1Block,
    current_l1_finalized: L1Block,
    head_l1: L1Block,
    safe_l1: L1Block,
    finalized_l1: L1Block,
    unsafe_l2: L2Block,
    safe_l2: L2Block,
    finalized_l2: L2Block,
    pending_safe_l2: L2Block,
    cross_unsafe_l2: L2Block,
    local_safe_l2: L2Block,
}

/// A block of L1, which is not followed here.
#[derive(Clone, Copy, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct L1Block {
    hash: B256,
    number: u64,
    parent_hash: B256,
    timestamp: u64,
}

/// A block of a chain; a missing one is all zeros.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct L2Block {
    hash: B256,
    number: u64,
    #[serde(rename = "parentHash")]
    parent_hash: B256,
    timestamp: u64,
    l1origin: BlockId,
    #[serde(rename = "sequenceNumber")]
    sequence_number: u64,
}

pub(super) fn register(module: &mut RpcModule<Service>) -> Result<(), RegisterMethodError> {
    module.register_method("supernode_syncStatus", |_, service, _| {
        Ok::<_, ErrorObjectOwned>(SyncStatus::of(&service.verifier.view()))
    })?;
    // Four bytes by chance: an answer that no cache can give.
    module.register_method("heartbeat_check", |_, _, _| {
        let chance = RandomState::new().build_hasher().finish().to_be_bytes();
        Ok::<_, ErrorObjectOwned>(Bytes::copy_from_slice(&chance[..4]))
    })?;
    Ok(())
}

impl SyncStatus {
    fn of(view: &View) -> Self {
        Self {
            chains: view.chains().map(|(id, chain)| (U256Key(id), NodeStatus::of(&chain.heads))).collect(),
            chain_ids: view.chains().map(|(id, _)| U256Key(id)).collect(),
            current_l1: BlockId::default(),
            safe_timestamp: min_timestamp(view, SafetyLevel::Safe),
            local_safe_timestamp: min_timestamp(view, SafetyLevel::LocalSafe),
            finalized_timestamp: min_timestamp(view, SafetyLevel::Finalized),
        }
    }
}

impl NodeStatus {
    fn of(heads: &SafetyHeads) -> Self {
        let l1 = L1Block::default();
        Self {
            current_l1: l1,
            current_l1_finalized: l1,
            head_l1: l1,
            safe_l1: l1,
            finalized_l1: l1,
            unsafe_l2: L2Block::of(heads.local_unsafe.as_ref()),
            safe_l2: L2Block::of(heads.safe.as_ref()),
            finalized_l2: L2Block::of(heads.finalized.as_ref()),
            pending_safe_l2: L2Block::of(heads.local_safe.as_ref()),
            cross_unsafe_l2: L2Block::of(heads.cross_unsafe.as_ref()),
            local_safe_l2: L2Block::of(heads.local_safe.as_ref()),
        }
    }
}

impl L2Block {
    fn of(header: Option<&Header>) -> Self {
        header.map_or_else(Self::default, |header| {
            let Header { number, hash, parent_hash, timestamp } = *header;
            Self { hash, number, parent_hash, timestamp, ..Self::default() }
        })
    }
}
