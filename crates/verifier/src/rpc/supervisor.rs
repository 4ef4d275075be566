use super::{
    args::Args,
    block_id::{BlockId, BlockRef, DerivedBlock},
    service::Service,
    view::{U256Key, chain, min_timestamp},
};
use crate::{SafetyHeads, View};
use causeway_interop::SafetyLevel;
use jsonrpsee_server::{
    RegisterMethodError, RpcModule,
    types::{ErrorObjectOwned, Params},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// The state of all chains, as the reference's supervisor gives it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SyncStatus {
    /// L1 is not followed here: all zeros.
    #[serde(rename = "minSyncedL1")]
    min_synced_l1: BlockRef,
    safe_timestamp: u64,
    finalized_timestamp: u64,
    chains: BTreeMap<U256Key, ChainSync>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ChainSync {
    local_unsafe: BlockRef,
    cross_unsafe: BlockId,
    local_safe: BlockId,
    safe: BlockId,
    finalized: BlockId,
}

pub(super) fn register(module: &mut RpcModule<Service>) -> Result<(), RegisterMethodError> {
    for (name, level) in [
        ("supervisor_localUnsafe", SafetyLevel::Unsafe),
        ("supervisor_crossUnsafe", SafetyLevel::CrossUnsafe),
        ("supervisor_finalized", SafetyLevel::Finalized),
    ] {
        module.register_method(name, move |params, service, _| {
            head(&params, service, |heads| BlockId::of(heads.at(level)))
        })?;
    }
    for (name, level) in
        [("supervisor_localSafe", SafetyLevel::LocalSafe), ("supervisor_crossSafe", SafetyLevel::Safe)]
    {
        module.register_method(name, move |params, service, _| {
            head(&params, service, |heads| DerivedBlock::of(heads.at(level)))
        })?;
    }
    module.register_method("supervisor_syncStatus", |_, service, _| {
        Ok::<_, ErrorObjectOwned>(sync_status(&service.verifier.view()))
    })?;
    Ok(())
}

fn head<T>(
    params: &Params<'_>,
    service: &Service,
    pick: impl FnOnce(&SafetyHeads) -> T,
) -> Result<T, ErrorObjectOwned> {
    let [chain_id] = Args::parse(params.as_str(), ["chainID"])?.into_inner();
    let view = service.verifier.view();
    Ok(pick(&chain(&view, chain_id.chain_id()?)?.heads))
}

fn sync_status(view: &View) -> SyncStatus {
    let of_chain = |heads: &SafetyHeads| ChainSync {
        local_unsafe: BlockRef::of(heads.local_unsafe.as_ref()),
        cross_unsafe: BlockId::of(heads.cross_unsafe.as_ref()),
        local_safe: BlockId::of(heads.local_safe.as_ref()),
        safe: BlockId::of(heads.safe.as_ref()),
        finalized: BlockId::of(heads.finalized.as_ref()),
    };
    SyncStatus {
        min_synced_l1: BlockRef::default(),
        safe_timestamp: min_timestamp(view, SafetyLevel::Safe),
        finalized_timestamp: min_timestamp(view, SafetyLevel::Finalized),
        chains: view.chains().map(|(id, status)| (U256Key(id), of_chain(&status.heads))).collect(),
    }
}
