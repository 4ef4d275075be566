//! How safe this chain's blocks are, for the destinations that want them safe before they take a message.

use std::collections::{BTreeMap, HashMap};

use alloy::eips::BlockNumHash;
use causeway_chain::BlockRef;
use causeway_client::{SafetyHeads, SafetyLevel};

use crate::RelayerConfig;

/// What is known of how safe the blocks are. What destinations were told of it is in [`Shared`](super::Shared).
#[derive(Debug, Default)]
pub(super) struct Settling {
    /// What destinations want, other than unsafe blocks.
    pub(super) wanted: BTreeMap<u64, SafetyLevel>,
    /// As the node or the verifier says, once one has. They may be of another branch than what was taken in.
    pub(super) heads: Option<SafetyHeads>,
    /// What is in the store of it, for those who do not read this chain.
    pub(super) noted: HashMap<SafetyLevel, Option<BlockNumHash>>,
    /// What was told of why it is not known.
    pub(super) doubt: Option<String>,
}

impl Settling {
    pub(super) fn of(source: u64, config: &RelayerConfig) -> Self {
        let others = config.chains.iter().map(|chain| chain.chain_id).filter(|id| *id != source);
        let levels = others.map(|id| (id, config.routes.safety(source, id)));
        Self {
            wanted: levels.filter(|(_, level)| *level != SafetyLevel::Unsafe).collect(),
            ..Self::default()
        }
    }

    pub(super) fn is_wanted(&self) -> bool {
        !self.wanted.is_empty()
    }

    /// What it is that the node, or the verifier, names no block of, though a destination wants it.
    pub(super) fn unnamed(&self, who: &str) -> Option<String> {
        let heads = self.heads?;
        let level = self.wanted.values().find(|level| heads.at(**level).is_none())?;
        Some(format!("{who} names no block that is {level}"))
    }

    /// Takes the labels of the node in.
    pub(super) fn label(&mut self, safe: Option<BlockRef>, finalized: Option<BlockRef>) {
        let block = |block: BlockRef| BlockNumHash { number: block.number, hash: block.hash };
        self.heads = Some(SafetyHeads {
            safe: safe.map(block),
            finalized: finalized.map(block),
            ..SafetyHeads::default()
        });
    }
}
