//! How safe the blocks of a chain are, as a verifier says.

use std::collections::BTreeMap;

use alloy::{eips::BlockNumHash, primitives::B256, providers::Provider};
use causeway_interop::SafetyLevel;
use serde::Deserialize;

use crate::{FaultKind, NodeFault};

/// The newest block of a chain at each level of safety; `None` where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SafetyHeads {
    /// Its messages are verified against unsafe chains.
    pub cross_unsafe: Option<BlockNumHash>,
    /// Its data is on L1.
    pub local_safe: Option<BlockNumHash>,
    /// It and all that it depends on are local-safe and verified.
    pub safe: Option<BlockNumHash>,
    /// The L1 blocks that it was derived from are final.
    pub finalized: Option<BlockNumHash>,
}

impl SafetyHeads {
    /// Returns the newest block of a level; none of [`SafetyLevel::Unsafe`], which is the head of the chain.
    pub const fn at(&self, level: SafetyLevel) -> Option<BlockNumHash> {
        match level {
            SafetyLevel::Unsafe => None,
            SafetyLevel::CrossUnsafe => self.cross_unsafe,
            SafetyLevel::LocalSafe => self.local_safe,
            SafetyLevel::Safe => self.safe,
            SafetyLevel::Finalized => self.finalized,
        }
    }
}

/// A part of what `supervisor_syncStatus` answers.
#[derive(Debug, Deserialize)]
struct SyncStatus {
    chains: BTreeMap<String, ChainSync>,
}

/// A missing block is all zeros.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChainSync {
    cross_unsafe: Block,
    local_safe: Block,
    safe: Block,
    finalized: Block,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Block {
    hash: B256,
    number: u64,
}

impl Block {
    fn there(self) -> Option<BlockNumHash> {
        let Self { hash, number } = self;
        (!hash.is_zero()).then_some(BlockNumHash { number, hash })
    }
}

/// Asks a verifier (or whatever else answers `supervisor_syncStatus`) how safe the blocks of a chain are. A chain that it does not
/// know, and an answer of another form, are faults.
pub async fn safety_heads(verifier: &impl Provider, chain_id: u64) -> Result<SafetyHeads, NodeFault> {
    let status: SyncStatus = verifier.raw_request("supervisor_syncStatus".into(), ()).await?;
    let Some(chain) = status.chains.get(&chain_id.to_string()) else {
        let reason = format!("the verifier does not follow chain {chain_id}");
        return Err(NodeFault { kind: FaultKind::Unavailable, reason });
    };
    Ok(SafetyHeads {
        cross_unsafe: chain.cross_unsafe.there(),
        local_safe: chain.local_safe.there(),
        safe: chain.safe.there(),
        finalized: chain.finalized.there(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy::{providers::ProviderBuilder, transports::mock::Asserter};
    use serde_json::json;

    #[tokio::test]
    async fn heads_of_a_chain_are_read_and_zeros_are_none() {
        let block = |byte: u8| json!({ "hash": B256::repeat_byte(byte), "number": u64::from(byte) });
        let answers = Asserter::new();
        let verifier = ProviderBuilder::new().connect_mocked_client(answers.clone());
        let status = json!({
            "minSyncedL1": {}, "safeTimestamp": 0, "finalizedTimestamp": 0,
            "chains": { "901": {
                "localUnsafe": block(9), "crossUnsafe": block(8), "localSafe": block(7), "safe": block(6),
                "finalized": block(0),
            } },
        });
        answers.push_success(&status);
        let heads = safety_heads(&verifier, 901).await.unwrap();
        let levels = SafetyLevel::ALL.map(|level| heads.at(level).map(|block| block.number));
        assert_eq!(levels, [None, Some(8), Some(7), Some(6), None]);
        answers.push_success(&status);
        let fault = safety_heads(&verifier, 902).await.unwrap_err();
        assert_eq!((fault.kind, fault.reason.contains("902")), (FaultKind::Unavailable, true));
        answers.push_success(&json!({ "chains": { "901": {} } }));
        assert!(safety_heads(&verifier, 901).await.is_err());
    }
}
