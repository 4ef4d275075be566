//! A load balancer before nodes of which some are several blocks behind.

use crate::support::{EMITTER, FakeChain, FakeNode, Mirror, config, extend, fake_chain};
use causeway_chain::{HeadSource, Start};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::time::sleep;

/// How many blocks the other node is behind.
const LAG: u64 = 6;

/// The chain, and who answers the next request.
struct Balancer {
    now: FakeChain,
    dice: u64,
    /// After how many requests, about, another node gets the next ones.
    run: u64,
    is_lagging: bool,
}

impl Balancer {
    fn chain(&mut self) -> FakeChain {
        // xorshift: a test needs no better dice.
        self.dice ^= self.dice << 13;
        self.dice ^= self.dice >> 7;
        self.dice ^= self.dice << 17;
        self.is_lagging ^= self.dice.is_multiple_of(self.run + 1);
        let mut chain = self.now.clone();
        if self.is_lagging {
            chain.rewind(chain.head().number.saturating_sub(LAG));
        }
        chain
    }
}

async fn behind_a_balancer(
    chain: FakeChain,
    run: u64,
    shrink_grace: Duration,
) -> (Arc<Mutex<Balancer>>, FakeNode, Mirror) {
    let balancer =
        Arc::new(Mutex::new(Balancer { now: chain, dice: 0x1234_5678_9abc, run, is_lagging: false }));
    let node = FakeNode::start({
        let balancer = Arc::clone(&balancer);
        move |method, params| balancer.lock().unwrap().chain().answer(method, params)
    })
    .await;
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    config.poll_interval = Duration::from_millis(5);
    config.shrink_grace = shrink_grace;
    let mirror = Mirror::with(config);
    (balancer, node, mirror)
}

#[tokio::test]
async fn a_node_that_lags_is_no_reorg() {
    // The longest runs are longer than the grace: the lagging node is told by its moving on. The grace is many times the
    // time between blocks, so that a busy machine that lets one wait does not look like a node that stands still.
    for run in [1, 7, 400] {
        let (balancer, _node, mut mirror) =
            behind_a_balancer(fake_chain(20), run, Duration::from_secs(1)).await;
        let growing = tokio::spawn({
            let balancer = Arc::clone(&balancer);
            async move {
                loop {
                    sleep(Duration::from_millis(30)).await;
                    extend(&mut balancer.lock().unwrap().now, 1, 0);
                }
            }
        });
        mirror.until(|mirror| mirror.tip().is_some_and(|tip| tip.number > 100)).await;
        growing.abort();
        (balancer.lock().unwrap().run, balancer.lock().unwrap().is_lagging) = (u64::MAX - 1, false);
        let chain = balancer.lock().unwrap().now.clone();
        mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
        assert_eq!(mirror.reorgs.len(), 0, "{run} in a row");
        assert!(mirror.known() == chain.refs());
        let logs = mirror.blocks.iter().flat_map(|found| &found.logs).filter(|log| log.address == EMITTER);
        assert_eq!(logs.count() as u64, chain.head().number, "{run} in a row");
    }
}

#[tokio::test]
async fn a_reorg_takes_back_no_more_than_it_has_to() {
    for run in [1, 3] {
        let (balancer, _node, mut mirror) =
            behind_a_balancer(fake_chain(20), run, Duration::from_secs(3600)).await;
        let first = balancer.lock().unwrap().now.head();
        mirror.until(|mirror| mirror.tip() == Some(first)).await;
        {
            let chain = &mut balancer.lock().unwrap().now;
            chain.rewind(17);
            extend(chain, 3, 1);
        }
        let chain = balancer.lock().unwrap().now.clone();
        mirror.until(|mirror| mirror.tip() == Some(chain.head())).await;
        let depths: Vec<_> = mirror.reorgs.iter().map(|(_, removed)| removed.len()).collect();
        assert_eq!(depths, [2], "{run} in a row");
        assert!(mirror.known() == chain.refs());
    }
}
