//! How safe this chain's blocks are, for the destinations that want them safe before they take a message.

use std::collections::BTreeMap;

use alloy::eips::BlockNumHash;
use causeway_chain::BlockRef;
use causeway_client::{SafetyHeads, SafetyLevel};

use crate::RelayerConfig;

/// What is known of how safe the blocks are, and who was told what.
#[derive(Debug, Default)]
pub(super) struct Settling {
    /// What destinations want, other than unsafe blocks.
    pub(super) wanted: BTreeMap<u64, SafetyLevel>,
    /// As the node or the verifier says. They may be of another branch than what was taken in.
    pub(super) heads: SafetyHeads,
    /// Up to which block the destinations were told that all is safe.
    pub(super) told: BTreeMap<u64, Option<u64>>,
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
        self.heads =
            SafetyHeads { safe: safe.map(block), finalized: finalized.map(block), ..SafetyHeads::default() };
    }
}
