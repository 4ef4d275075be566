//! Whoever follows a chain does not see that its nodes change.

use super::{Counted, eventually, options, pool, shared, states};
use crate::support::{Anvil, FakeChain, FakeNode, Mirror, Mode, Proxy, config, extend, fake_chain, refusal};
use causeway_chain::{
    Backfill, BackfillConfig, BackfillEvent, BlockReader, BlockRef, ConnectOptions, Content, Endpoints,
    FollowerConfig, FollowerError, HeadSource, NodeState, PoolOptions, Start,
};
use serde_json::json;
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio_util::sync::CancellationToken;

/// By polling, and such that no deadline of a request decides.
fn polling(endpoints: &Endpoints, start: Start) -> FollowerConfig {
    let mut config = config(endpoints, start);
    config.heads = HeadSource::Poll;
    config.poll_interval = Duration::from_millis(10);
    config.connect.request_timeout = Duration::from_secs(3_600);
    config
}

/// Three proxies before one anvil.
async fn three(anvil: &Anvil) -> ([Proxy; 3], Endpoints) {
    let proxy = async || Proxy::start(anvil.port, Mode::Pass).await;
    let proxies = [proxy().await, proxy().await, proxy().await];
    let [a, b, c] = proxies.each_ref().map(Proxy::endpoint);
    let endpoints = pool(&[&a, &b, &c], options());
    (proxies, endpoints)
}

#[tokio::test]
async fn one_dies_after_the_other_and_nobody_sees_it() {
    let anvil = Anvil::start(901).await;
    let (proxies, endpoints) = three(&anvil).await;
    for heads in [HeadSource::Poll, HeadSource::Auto] {
        let mut config = config(&endpoints, Start::Genesis);
        config.heads = heads;
        let mut mirror = Mirror::with(config);
        for round in 0..6 {
            anvil.mine_logs(2).await;
            mirror.reach(&anvil).await;
            let down = round % 3;
            for (place, proxy) in proxies.iter().enumerate() {
                proxy.set(if place == down { Mode::Down } else { Mode::Pass });
            }
            anvil.mine_logs(1).await;
            anvil.mine(3).await;
            mirror.reach(&anvil).await;
        }
        proxies.iter().for_each(|proxy| proxy.set(Mode::Pass));
        // Each block once is what the mirror demands of every event.
        mirror.assert_equals(&anvil).await;
        assert_eq!((mirror.reorgs.len(), mirror.offline.len()), (0, 0), "{:?}", mirror.offline);
        assert_eq!(mirror.caught_up, 1);
    }
    let stats = endpoints.stats();
    assert!(stats.nodes.iter().all(|node| node.requests > 0 && node.passed_over > 0), "{stats:?}");
}

#[tokio::test]
async fn all_die_and_one_comes_back() {
    let anvil = Anvil::start(901).await;
    let (proxies, endpoints) = three(&anvil).await;
    let mut mirror = Mirror::with(config(&endpoints, Start::Genesis));
    anvil.mine_logs(3).await;
    mirror.reach(&anvil).await;
    for (round, survivor) in [2, 0, 1].into_iter().enumerate() {
        proxies.iter().for_each(|proxy| proxy.set(Mode::Down));
        mirror.until(|mirror| mirror.offline.len() == round + 1).await;
        anvil.mine_logs(2).await;
        proxies[survivor].set(Mode::Pass);
        mirror.until(|mirror| mirror.online == round + 1).await;
        mirror.reach(&anvil).await;
    }
    mirror.assert_equals(&anvil).await;
    assert_eq!(mirror.reorgs, []);
}

#[tokio::test]
async fn a_real_reorg_is_one_whoever_tells_of_it() {
    let anvil = Anvil::start(901).await;
    let (proxies, endpoints) = three(&anvil).await;
    let mut mirror = Mirror::with(config(&endpoints, Start::Genesis));
    anvil.mine_logs(5).await;
    anvil.mine(3).await;
    mirror.reach(&anvil).await;
    // It happens while the one is lost that was followed.
    for down in proxies.iter().take(2) {
        down.set(Mode::Down);
        anvil.reorg(2).await;
        anvil.mine_logs(1).await;
        mirror.reach(&anvil).await;
        down.set(Mode::Pass);
    }
    mirror.assert_equals(&anvil).await;
    let depths: Vec<_> = mirror.reorgs.iter().map(|(_, removed)| removed.len()).collect();
    assert_eq!(depths, [2, 2]);
}

#[tokio::test]
async fn who_lags_is_left() {
    let (chain, late) = (shared(20), shared(20));
    let (first, second) = (Counted::of(&late).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let mut mirror = Mirror::with(polling(&endpoints, Start::Genesis));
    mirror.until(|mirror| mirror.caught_up == 1).await;
    assert_eq!(second.count("eth_getBlockByNumber"), 0, "one is enough");
    extend(&mut chain.lock().unwrap(), 20, 0);
    let head = chain.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert!(mirror.known() == chain.lock().unwrap().refs());
    assert_eq!((mirror.reorgs.len(), mirror.offline.len()), (0, 0));
    assert_eq!(states(&endpoints)[0], NodeState::Behind);
}

#[tokio::test]
async fn who_hangs_is_left_at_its_first_missed_answer() {
    let chain = shared(20);
    let (first, second) = (Counted::of(&chain).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let mut config = polling(&endpoints, Start::Genesis);
    config.connect.request_timeout = Duration::from_millis(300);
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    first.node.set_delay(Duration::from_secs(3_600));
    extend(&mut chain.lock().unwrap(), 5, 0);
    let head = chain.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert_eq!((mirror.reorgs.len(), mirror.offline.len()), (0, 0), "{:?}", mirror.offline);
}

#[tokio::test]
async fn who_wants_to_be_left_alone_for_long_is_left() {
    let chain = shared(20);
    let (first, second) = (Counted::of(&chain).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let mut mirror = Mirror::with(polling(&endpoints, Start::Genesis));
    mirror.until(|mirror| mirror.caught_up == 1).await;
    // Longer than any test waits.
    first.node.set_retry_after(Some(3_600));
    first.node.set_status(429);
    for _ in 0..3 {
        extend(&mut chain.lock().unwrap(), 5, 0);
        let head = chain.lock().unwrap().head();
        mirror.until(|mirror| mirror.tip() == Some(head)).await;
    }
    assert_eq!((mirror.reorgs.len(), mirror.offline.len()), (0, 0), "{:?}", mirror.offline);
    let stats = endpoints.stats();
    assert!(stats.nodes[0].refusals >= 1 && stats.nodes[0].state == NodeState::PassedOver, "{stats:?}");
}

/// Nodes of which the first has `ahead` blocks more than the other two, follows it, and takes it away.
async fn left_alone_with_a_node_that_lags(
    other: FakeChain,
    options: PoolOptions,
) -> (Arc<Mutex<FakeChain>>, Arc<Mutex<FakeChain>>, [FakeNode; 2], Mirror) {
    let chain = shared(20);
    let late = Arc::new(Mutex::new(other));
    let first = FakeNode::of(&chain).await;
    let second = FakeNode::of(&late).await;
    let endpoints = pool(&[&first.endpoint(), &second.endpoint()], options);
    let mut mirror = Mirror::with(polling(&endpoints, Start::Genesis));
    mirror.until(|mirror| mirror.caught_up == 1).await;
    assert_eq!(mirror.tip(), Some(chain.lock().unwrap().head()));
    first.set_down(true);
    (chain, late, [first, second], mirror)
}

#[tokio::test]
async fn a_node_that_stands_still_below_is_no_reorg() {
    // Two blocks behind the one that is lost, within what is tolerated; a follower of this node alone would take back two.
    let (chain, late, _nodes, mut mirror) = left_alone_with_a_node_that_lags(fake_chain(18), options()).await;
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    assert!(mirror.offline[0].contains("is not above block 19"), "{:?}", mirror.offline);
    extend(&mut late.lock().unwrap(), 5, 0);
    let head = late.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert!(mirror.known() == late.lock().unwrap().refs());
    assert!(late.lock().unwrap().refs().starts_with(&chain.lock().unwrap().refs()));
    assert_eq!(mirror.reorgs, []);
}

#[tokio::test]
async fn a_branch_that_was_left_is_no_reorg() {
    // The one that lags has not heard of a reorg yet.
    let mut stale = fake_chain(17);
    extend(&mut stale, 2, 1);
    let (chain, late, _nodes, mut mirror) = left_alone_with_a_node_that_lags(stale, options()).await;
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    {
        let mut late = late.lock().unwrap();
        *late = chain.lock().unwrap().clone();
        extend(&mut late, 1, 0);
    }
    let head = late.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert_eq!(mirror.reorgs, []);
}

#[tokio::test]
async fn a_longer_branch_is_a_reorg() {
    let mut other = fake_chain(18);
    extend(&mut other, 5, 1);
    let options = PoolOptions { max_lag: 100, ..options() };
    let (_chain, late, _nodes, mut mirror) = left_alone_with_a_node_that_lags(other, options).await;
    let head = late.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert_eq!(mirror.reorgs.iter().map(|(_, removed)| removed.len()).collect::<Vec<_>>(), [2]);
}

#[tokio::test]
async fn a_start_from_memory_believes_no_node_that_lags() {
    let (chain, late) = (shared(20), shared(18));
    let second = FakeNode::of(&late).await;
    let first = FakeNode::of(&chain).await;
    first.set_down(true);
    let endpoints = pool(&[&first.endpoint(), &second.endpoint()], options());
    let known = chain.lock().unwrap().refs();
    let mut mirror = Mirror::with(polling(&endpoints, Start::After(known)));
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    extend(&mut chain.lock().unwrap(), 1, 0);
    first.set_down(false);
    let head = chain.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert_eq!(mirror.reorgs, []);
}

#[tokio::test]
async fn another_chain_under_the_same_id_is_left_unless_all_serve_it() {
    let chain = shared(20);
    // Higher, and with nothing in common.
    let mut strange = FakeChain::new(901, 1_000_000);
    extend(&mut strange, 50, 7);
    let strange = Arc::new(Mutex::new(strange));
    let (first, second) = (FakeNode::of(&chain).await, FakeNode::of(&strange).await);
    let options = PoolOptions { max_lag: 1_000, ..options() };
    let endpoints = pool(&[&first.endpoint(), &second.endpoint()], options.clone());
    let mut mirror = Mirror::with(polling(&endpoints, Start::Genesis));
    mirror.until(|mirror| mirror.caught_up == 1).await;
    first.set_down(true);
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    first.set_down(false);
    extend(&mut chain.lock().unwrap(), 3, 0);
    let head = chain.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert_eq!(mirror.reorgs, []);

    // With all of them at one it is so.
    let known: Vec<BlockRef> = chain.lock().unwrap().refs().split_off(5);
    let third = FakeNode::of(&strange).await;
    let endpoints = pool(&[&second.endpoint(), &third.endpoint()], options);
    let error = Mirror::with(polling(&endpoints, Start::After(known))).end().await.unwrap_err();
    assert!(matches!(error, FollowerError::DeepReorg { .. }), "{error}");
}

#[tokio::test]
async fn what_one_has_pruned_another_may_have() {
    let chain = shared(40);
    let pruned = |method: &str, params: &serde_json::Value| {
        let number = params[0].as_str().and_then(|text| u64::from_str_radix(&text[2..], 16).ok());
        (method == "eth_getBlockByNumber" && number.is_some_and(|number| number < 20))
            .then(|| refusal(4444, "pruned history unavailable"))
    };
    let (first, second) = (Counted::with(&chain, pruned).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let below = chain.lock().unwrap().head();
    let mut backfill = Backfill::spawn(BackfillConfig::new(901, &endpoints, below), CancellationToken::new());
    let mut read = Vec::new();
    while let Some(event) = backfill.recv().await {
        match event {
            BackfillEvent::Blocks(blocks) => read.extend(blocks.into_iter().map(|found| found.block)),
            BackfillEvent::Complete => {}
            event => panic!("{event:?}"),
        }
    }
    backfill.join().await.unwrap();
    read.reverse();
    assert!(read == chain.lock().unwrap().refs()[..39]);

    let content = Content::Receipts { trusted: false };
    let reader = BlockReader::new(901, &endpoints, &content, &ConnectOptions::default()).unwrap();
    let found = reader.block(5).await.unwrap().unwrap();
    assert_eq!(found.block, chain.lock().unwrap().block_ref(5));
    first.node.set_down(true);
    assert_eq!(reader.head().await.unwrap(), below);
    eventually(|| states(&endpoints)[0] == NodeState::PassedOver).await;
}

#[tokio::test]
async fn a_liar_is_left_for_who_tells_the_truth() {
    let chain = shared(10);
    let lies = |method: &str, _: &serde_json::Value| {
        (method == "eth_getBlockReceipts").then(|| json!({"result": []}))
    };
    let (first, second) = (Counted::with(&chain, lies).await, Counted::of(&chain).await);
    let endpoints = pool(&[&first.node.endpoint(), &second.node.endpoint()], options());
    let mut config = polling(&endpoints, Start::Genesis);
    config.content = Content::Receipts { trusted: false };
    let mut mirror = Mirror::with(config);
    let head = chain.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert_eq!((mirror.known(), mirror.offline.len()), (chain.lock().unwrap().refs(), 0));
}
