//! Which messages of this chain are missing.

use causeway_store::SeenBlock;

use super::{
    ChainActor,
    nonces::{Gap, Numbering},
};
use crate::{RelayerError, RelayerEvent};

/// How many of the newest messages are looked at to know where to go on.
const RECENT: u32 = 256;

impl ChainActor {
    /// Says which messages are missing before those in these blocks, which are not written down yet. What is there is delivered
    /// all the same.
    pub(super) async fn find_gaps(
        &mut self,
        blocks: &[SeenBlock],
    ) -> Result<Vec<RelayerEvent>, RelayerError> {
        let chain_id = self.chain.chain_id;
        let mut gaps = Vec::new();
        for seen in blocks.iter().flat_map(|block| &block.messages) {
            let mut numbering = match self.numbering {
                Some(numbering) => numbering,
                None => {
                    let recent = self.shared.store().recent_nonces(chain_id, RECENT).await;
                    Numbering::after(recent.map_err(|source| self.store_failed(source))?)
                }
            };
            let gap = numbering.take(seen.sent.nonce);
            self.numbering = Some(numbering);
            gaps.extend(gap.map(|Gap { from, to }| RelayerEvent::NonceGap { chain_id, from, to }));
        }
        Ok(gaps)
    }
}
