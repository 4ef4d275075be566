use super::{
    block_id::BlockId,
    call_error::server_error,
    caller::Caller,
    service::{Service, too_fast},
    view::{U256Key, min_timestamp},
};
use crate::{Header, IndexError, OutputV0, View};
use alloy_primitives::{B256, U256};
use causeway_interop::{DependencySet, SafetyLevel, super_root};
use jsonrpsee_server::types::ErrorObjectOwned;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use tokio::task::JoinSet;

/// What the output of a chain costs a caller: a node may have to be asked for it.
const UNITS: u32 = 100;

/// The state of all chains at a timestamp. Specs: "Super Root", section "superroot_atTimestamp".
///
/// L1 is not followed here: blocks of it are all zeros.
#[derive(Clone, Debug, Serialize)]
pub(super) struct SuperRootAtTimestamp {
    current_l1: BlockId,
    safe_timestamp: u64,
    local_safe_timestamp: u64,
    finalized_timestamp: u64,
    chain_ids: Vec<U256Key>,
    optimistic_at_timestamp: BTreeMap<U256Key, OutputWithRequiredL1>,
    /// Left out, and not `null`, as the reference does.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<SuperRootData>,
}

#[derive(Clone, Debug, Serialize)]
struct OutputWithRequiredL1 {
    output: Output,
    output_root: B256,
    required_l1: BlockId,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Output {
    state_root: B256,
    message_passer_storage_root: B256,
    block_hash: B256,
}

#[derive(Clone, Debug, Serialize)]
struct SuperRootData {
    verified_required_l1: BlockId,
    #[serde(rename = "super")]
    preimage: SuperV1,
    super_root: B256,
}

#[derive(Clone, Debug, Serialize)]
struct SuperV1 {
    #[serde(serialize_with = "hex_quantity")]
    timestamp: u64,
    chains: Vec<ChainOutput>,
}

/// The reference has no names of its own for these on the wire, so Go's stand there.
#[derive(Clone, Debug, Serialize)]
struct ChainOutput {
    #[serde(rename = "ChainID")]
    chain_id: U256Key,
    #[serde(rename = "Output")]
    output: B256,
}

/// The block of a chain that stands at a timestamp, and how safe it is.
struct Standing {
    header: Header,
    local_safe: bool,
    safe: bool,
}

/// The answer for one moment. Outputs are those of blocks that are local-safe at least.
pub(super) async fn at_timestamp(
    service: &Service,
    caller: Option<&Caller>,
    timestamp: u64,
) -> Result<SuperRootAtTimestamp, ErrorObjectOwned> {
    let (standings, mut answer) = {
        // Not held while nodes are asked: the index keeps what a view shows.
        let view = service.verifier.view();
        let standings = standings(&view, service.verifier.dependency_set(), timestamp)
            .map_err(|error| server_error(&error))?;
        (standings, SuperRootAtTimestamp::of(&view))
    };
    let cost = UNITS.saturating_mul(u32::try_from(standings.len()).unwrap_or(u32::MAX));
    if caller.is_some_and(|caller| !service.limiter.take(caller.key, cost)) {
        return Err(too_fast());
    }
    let safe = standings.values().filter(|standing| standing.safe).count() == answer.chain_ids.len();
    let outputs = outputs(service, standings).await?;
    answer.data = (safe && outputs.len() == answer.chain_ids.len()).then(|| data(timestamp, &outputs));
    answer.optimistic_at_timestamp =
        outputs.into_iter().map(|(id, output)| (U256Key(id), with_l1(&output))).collect();
    Ok(answer)
}

impl SuperRootAtTimestamp {
    /// What does not depend on the timestamp.
    fn of(view: &View) -> Self {
        Self {
            current_l1: BlockId::default(),
            safe_timestamp: min_timestamp(view, SafetyLevel::Safe),
            local_safe_timestamp: min_timestamp(view, SafetyLevel::LocalSafe),
            finalized_timestamp: min_timestamp(view, SafetyLevel::Finalized),
            chain_ids: view.chains().map(|(id, _)| U256Key(id)).collect(),
            optimistic_at_timestamp: BTreeMap::new(),
            data: None,
        }
    }
}

/// The block of each chain that is the newest at the timestamp, if the chain has come so far.
fn standings(
    view: &View,
    set: &DependencySet,
    timestamp: u64,
) -> Result<BTreeMap<U256, Standing>, IndexError> {
    let mut standings = BTreeMap::new();
    for (chain_id, status) in view.chains() {
        let block_time = set.member(chain_id).map_or(0, |member| member.block_time);
        // Whether a level has come so far that no later block can stand at the timestamp.
        let reached = |level| {
            status.heads.at(level).is_some_and(|head| {
                head.timestamp >= timestamp || head.timestamp.saturating_add(block_time) > timestamp
            })
        };
        let newest = match timestamp.checked_add(1) {
            Some(end) => view.snapshot().last_before(chain_id, end)?,
            None => status.heads.local_unsafe,
        };
        if let (Some(header), true) = (newest, reached(SafetyLevel::Unsafe)) {
            let (local_safe, safe) = (reached(SafetyLevel::LocalSafe), reached(SafetyLevel::Safe));
            standings.insert(chain_id, Standing { header, local_safe, safe });
        }
    }
    Ok(standings)
}

/// Asks the nodes for the outputs, all at once.
async fn outputs(
    service: &Service,
    standings: BTreeMap<U256, Standing>,
) -> Result<BTreeMap<U256, OutputV0>, ErrorObjectOwned> {
    let mut asked = JoinSet::new();
    for (chain_id, standing) in standings.into_iter().filter(|(_, standing)| standing.local_safe) {
        let verifier = service.verifier.clone();
        asked.spawn(async move { (chain_id, verifier.output_root(chain_id, &standing.header).await) });
    }
    let mut outputs = BTreeMap::new();
    while let Some(answer) = asked.join_next().await {
        let (chain_id, output) = answer.map_err(|error| server_error(&error))?;
        let named = |error| server_error(&format!("output root of chain {chain_id}: {error}"));
        outputs.insert(chain_id, output.map_err(named)?);
    }
    Ok(outputs)
}

fn data(timestamp: u64, outputs: &BTreeMap<U256, OutputV0>) -> SuperRootData {
    let roots = outputs.iter().map(|(id, output)| (*id, output.output_root())).collect();
    let chain = |(id, output): (&U256, &B256)| ChainOutput { chain_id: U256Key(*id), output: *output };
    SuperRootData {
        verified_required_l1: BlockId::default(),
        super_root: super_root(timestamp, &roots),
        preimage: SuperV1 { timestamp, chains: roots.iter().map(chain).collect() },
    }
}

fn with_l1(output: &OutputV0) -> OutputWithRequiredL1 {
    OutputWithRequiredL1 {
        output: Output {
            state_root: output.state_root,
            message_passer_storage_root: output.message_passer_storage_root,
            block_hash: output.block_hash,
        },
        output_root: output.output_root(),
        required_l1: BlockId::default(),
    }
}

fn hex_quantity<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{number:#x}"))
}
