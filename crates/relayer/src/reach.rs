//! Which chains one of several relayers cannot work for at present, for their nodes are away here.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use causeway_chain::{BlockRef, ChainEvent, Follower, Start};
use tokio::{task::JoinSet, time::sleep};
use tokio_util::sync::CancellationToken;

use crate::{RelayChain, actor::Shared};

/// The chains that are left to others until they can be followed here.
#[derive(Debug, Default)]
pub(crate) struct Reach {
    out: BTreeSet<u64>,
    probes: JoinSet<u64>,
}

impl Reach {
    /// From now on the chain is others', until it can be followed.
    pub(crate) fn lose(&mut self, chain: &RelayChain, shared: &Arc<Shared>, pause: Duration) {
        if self.out.insert(chain.chain_id) {
            self.probes.spawn(until_it_is_followed(chain.clone(), Arc::clone(shared), pause));
        }
    }

    /// The chains that this relayer cannot work for.
    pub(crate) const fn out(&self) -> &BTreeSet<u64> {
        &self.out
    }

    /// Waits for a chain that can be followed again. Never comes back when there is none. May be dropped at any time.
    pub(crate) async fn regained(&mut self) -> u64 {
        match self.probes.join_next().await {
            Some(Ok(chain)) => {
                self.out.remove(&chain);
                chain
            }
            // A probe neither ends otherwise nor is aborted.
            Some(Err(_)) | None => std::future::pending().await,
        }
    }
}

/// Returns when a block of it was read, as its actor would: nothing less is what it was left for. A node may greet, and name its
/// head, and have nothing to tell.
async fn until_it_is_followed(chain: RelayChain, shared: Arc<Shared>, pause: Duration) -> u64 {
    loop {
        sleep(pause).await;
        let Ok(window) = shared.store().window(chain.chain_id).await else { continue };
        let mut config = shared.follower(&chain, before_the_last(window, &chain.start));
        config.labels = false;
        let mut follower = Follower::spawn(config, CancellationToken::new());
        while let Some(event) = follower.recv().await {
            if matches!(event, ChainEvent::Block(_)) {
                return chain.chain_id;
            }
        }
    }
}

/// Where to begin, so that a block has to be read though all are known, by whoever has the chain now.
fn before_the_last(mut window: Vec<BlockRef>, start: &Start) -> Start {
    match window.pop() {
        None => start.clone(),
        Some(only) if window.is_empty() => Start::Block(only.number),
        Some(_) => Start::After(window),
    }
}

#[cfg(test)]
mod tests {
    use alloy::primitives::B256;

    use super::*;

    #[test]
    fn a_probe_reads_a_block_that_others_have_read() {
        let (hash, parent_hash) = (B256::ZERO, B256::ZERO);
        let block = |number| BlockRef { number, hash, parent_hash, timestamp: number };
        assert_eq!(before_the_last(Vec::new(), &Start::Latest), Start::Latest);
        assert_eq!(before_the_last(vec![block(7)], &Start::Latest), Start::Block(7));
        let both = vec![block(7), block(8)];
        assert_eq!(before_the_last(both, &Start::Latest), Start::After(vec![block(7)]));
    }
}
