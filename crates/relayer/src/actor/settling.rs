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
    /// The verifier did not answer the last time.
    pub(super) silent: bool,
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
