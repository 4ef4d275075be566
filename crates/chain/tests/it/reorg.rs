use crate::support::{Anvil, FakeNode, Mirror, Mode, Proxy, config, extend, fake_chain};
use causeway_chain::{ChainEvent, Content, FollowerError, HeadSource, Start};
use std::sync::{Arc, Mutex};

#[tokio::test]
async fn reorgs_of_any_small_depth_are_followed() {
    for mode in [Mode::Pass, Mode::HttpOnly] {
        let anvil = Anvil::start(901).await;
        let proxy = Proxy::start(anvil.port, mode).await;
        let mut mirror = Mirror::follow(proxy.endpoint(), Start::Genesis);
        for _ in 0..8 {
            anvil.mine_logs(1).await;
        }
        mirror.reach(&anvil).await;
        for depth in 1..=5 {
            let head = anvil.head().await;
            let ancestor = anvil.block(head.number - depth).await;
            let logs = mirror.log_count();
            anvil.reorg(depth).await;
            mirror.reach(&anvil).await;
            let (found, removed) = mirror.reorgs.last().unwrap();
            assert_eq!((*found, removed.len() as u64, removed[0]), (ancestor, depth, head));
            assert!(mirror.log_count() < logs, "the logs of void blocks are void");
            mirror.assert_equals(&anvil).await;
            anvil.mine_logs(2).await;
            anvil.mine_logs(depth).await;
            mirror.reach(&anvil).await;
            mirror.assert_equals(&anvil).await;
        }
        assert_eq!((mirror.reorgs.len(), mirror.offline.len()), (5, 0));
    }
}

#[tokio::test]
async fn a_reorg_during_the_absence_comes_first() {
    for depth in 1..=5 {
        let anvil = Anvil::start(901).await;
        for _ in 0..6 {
            anvil.mine_logs(1).await;
        }
        let mut mirror = Mirror::follow(anvil.endpoint(), Start::Genesis);
        mirror.reach(&anvil).await;
        let known = mirror.known();
        drop(mirror);

        anvil.reorg(depth).await;
        anvil.mine_logs(2).await;
        let mut mirror = Mirror::follow(anvil.endpoint(), Start::After(known.clone()));
        let ChainEvent::Reorg { ancestor, removed } = mirror.next().await.unwrap() else {
            panic!("a stale tip, and no reorg")
        };
        assert_eq!(ancestor, known[6 - depth as usize]);
        assert_eq!(removed, known[7 - depth as usize..].iter().rev().copied().collect::<Vec<_>>());
        mirror.reach(&anvil).await;
        mirror.assert_equals(&anvil).await;
    }
}

#[tokio::test]
async fn a_shorter_chain_is_a_reorg_after_a_moment() {
    for mode in [Mode::Pass, Mode::HttpOnly] {
        let anvil = Anvil::start(901).await;
        let proxy = Proxy::start(anvil.port, mode).await;
        for _ in 0..8 {
            anvil.mine_logs(1).await;
        }
        let mut mirror = Mirror::follow(proxy.endpoint(), Start::Genesis);
        mirror.reach(&anvil).await;
        anvil.rollback(3).await;
        mirror.until(|mirror| mirror.reorgs.len() == 1).await;
        assert_eq!(mirror.tip(), Some(anvil.block(5).await));
        anvil.mine_logs(4).await;
        mirror.reach(&anvil).await;
        mirror.assert_equals(&anvil).await;

        // Shorter, and longer again before anybody looked.
        anvil.rollback(2).await;
        anvil.mine_logs(2).await;
        anvil.mine(3).await;
        mirror.reach(&anvil).await;
        mirror.assert_equals(&anvil).await;
        assert_eq!(mirror.offline, [""; 0]);
    }
}

#[tokio::test]
async fn a_node_that_lags_for_a_moment_is_no_reorg() {
    // Two nodes behind one address, one of them three blocks behind.
    let chain = fake_chain(50);
    let mut lagging = chain.clone();
    lagging.rewind(46);
    let asked = Arc::new(Mutex::new(0_usize));
    let node = FakeNode::start({
        let (chain, asked) = (chain.clone(), Arc::clone(&asked));
        move |method, params| {
            let asked = &mut *asked.lock().unwrap();
            if params[0] == "latest" {
                *asked += 1;
            }
            // While it is asked for the head only: from the fifth time on, every other answer lags.
            let lags = *asked > 5 && *asked % 2 == 0;
            if lags { lagging.answer(method, params) } else { chain.answer(method, params) }
        }
    })
    .await;
    let mut config = config(node.endpoint(), Start::Genesis);
    config.heads = HeadSource::Poll;
    config.shrink_grace = std::time::Duration::from_secs(3600);
    config.poll_interval = std::time::Duration::from_millis(5);
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| mirror.tip() == Some(chain.block_ref(49))).await;
    // The follower asks on, and has nothing to say.
    let silence = tokio::time::timeout(
        std::time::Duration::from_millis(300),
        mirror.until(|mirror| !mirror.reorgs.is_empty()),
    );
    assert!(silence.await.is_err());
    assert!(*asked.lock().unwrap() > 7, "it did not ask on");
}

#[tokio::test]
async fn a_reorg_of_everything_that_was_announced() {
    let anvil = Anvil::start(901).await;
    anvil.mine(10).await;
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::Latest);
    mirror.until(|mirror| mirror.caught_up == 1).await;
    anvil.mine_logs(1).await;
    mirror.reach(&anvil).await;
    anvil.reorg(5).await;
    mirror.reach(&anvil).await;
    let (ancestor, removed) = &mirror.reorgs[0];
    assert_eq!((ancestor.number, removed.len()), (9, 2));
    mirror.until(|mirror| mirror.tip().is_some_and(|tip| tip.number == 11)).await;
    mirror.assert_equals(&anvil).await;

    // And a chain that ends below all of it.
    anvil.rollback(8).await;
    mirror.until(|mirror| mirror.tip().is_some_and(|tip| tip.number == 3)).await;
    anvil.mine_logs(3).await;
    mirror.reach(&anvil).await;
    mirror.assert_equals(&anvil).await;
}

#[tokio::test]
async fn a_reorg_deeper_than_the_memory_ends_it() {
    let anvil = Anvil::start(901).await;
    anvil.mine(10).await;
    let mut config = config(anvil.endpoint(), Start::Genesis);
    config.window = 3;
    let mut mirror = Mirror::with(config);
    mirror.reach(&anvil).await;
    let oldest = mirror.blocks[8].block;
    anvil.reorg(3).await;
    anvil.mine(1).await;
    let canonical = anvil.block(8).await.hash;
    let error = mirror.end().await.unwrap_err();
    assert_eq!(error, FollowerError::DeepReorg { chain_id: 901, window: 3, oldest, canonical });
}

#[tokio::test]
async fn another_genesis_ends_it() {
    let (old, new) = (
        Anvil::start(901).await,
        Anvil::with(&["--port", "0", "--chain-id", "901", "--timestamp", "99"]).await,
    );
    old.mine(3).await;
    new.mine(5).await;
    let mut mirror = Mirror::follow(old.endpoint(), Start::Genesis);
    mirror.reach(&old).await;
    let known = mirror.known();

    // After a restart, and while running.
    let resumed = Mirror::follow(new.endpoint(), Start::After(known.clone()));
    let expected = FollowerError::DeepReorg {
        chain_id: 901,
        window: 4,
        oldest: known[0],
        canonical: new.block(0).await.hash,
    };
    assert_eq!(resumed.end().await, Err(expected.clone()));

    let proxy = Proxy::start(old.port, Mode::Pass).await;
    let mut mirror = Mirror::follow(proxy.endpoint(), Start::Genesis);
    mirror.reach(&old).await;
    proxy.retarget(new.port);
    assert_eq!(mirror.end().await, Err(expected));
}

#[tokio::test]
async fn a_node_behind_the_memory_is_waited_for() {
    let anvil = Anvil::start(901).await;
    anvil.mine(10).await;
    let known = vec![anvil.block(7).await, anvil.block(8).await];
    anvil.rollback(6).await;
    let mut mirror = Mirror::follow(anvil.endpoint(), Start::After(known));
    mirror.until(|mirror| mirror.offline.len() == 1).await;
    assert!(mirror.offline[0].contains("below block 7"), "{}", mirror.offline[0]);
    assert_eq!((mirror.blocks.len(), mirror.reorgs.len()), (0, 0));
}

/// What was recorded may come from another node, that of a relayer before.
#[tokio::test]
async fn a_node_behind_what_was_recorded_takes_nothing_back() {
    let chain = fake_chain(20);
    let late = |length: u64| {
        let mut late = chain.clone();
        late.rewind(length - 1);
        late
    };
    let served = Arc::new(Mutex::new(late(17)));
    let node = FakeNode::start({
        let served = Arc::clone(&served);
        move |method, params| served.lock().unwrap().answer(method, params)
    })
    .await;
    let mut config = config(node.endpoint(), Start::After(chain.refs()));
    config.heads = HeadSource::Poll;
    config.poll_interval = std::time::Duration::from_millis(5);
    let mut mirror = Mirror::with(config.clone());
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    assert!(mirror.offline[0].contains("16 is not above block 19"), "{}", mirror.offline[0]);
    // It comes up.
    extend(&mut served.lock().unwrap(), 4, 0);
    let head = served.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert_eq!(mirror.reorgs, []);
    // What it has shown itself, it can take back.
    *served.lock().unwrap() = late(17);
    mirror.until(|mirror| !mirror.reorgs.is_empty()).await;
    assert_eq!((mirror.tip(), mirror.reorgs[0].1.len()), (Some(chain.block_ref(16)), 4));
    drop(mirror);

    // Another block at a height that was recorded says that it does not merely lag.
    let mut mirror = Mirror::with(config);
    mirror.until(|mirror| !mirror.offline.is_empty()).await;
    extend(&mut served.lock().unwrap(), 1, 1);
    let head = served.lock().unwrap().head();
    mirror.until(|mirror| mirror.tip() == Some(head)).await;
    assert_eq!(mirror.reorgs.iter().map(|(_, removed)| removed.len()).collect::<Vec<_>>(), [3]);
}

#[tokio::test]
async fn a_reorg_while_batches_are_under_way_is_found() {
    for content in [Content::default(), Content::Receipts { trusted: false }] {
        let chain = Arc::new(Mutex::new(fake_chain(200)));
        let node = FakeNode::start({
            let (chain, mut asked) = (Arc::clone(&chain), 0);
            move |method, params| {
                let chain = &mut *chain.lock().unwrap();
                // With four batches under way, two have been announced by now.
                asked += usize::from(method == "eth_getBlockByNumber");
                if asked == 61 {
                    asked += 1;
                    chain.rewind(5);
                    extend(chain, 210, 1);
                }
                chain.answer(method, params)
            }
        })
        .await;
        let mut config = config(node.endpoint(), Start::Genesis);
        config.heads = HeadSource::Poll;
        config.content = content;
        config.max_batch = 10;
        config.concurrency = 4;
        let mut mirror = Mirror::with(config);
        mirror.until(|mirror| mirror.tip().is_some_and(|tip| tip.number == 215)).await;
        assert_eq!(mirror.known(), chain.lock().unwrap().refs());
        assert!(mirror.blocks.iter().all(|found| found.logs.len() == usize::from(found.block.number > 0)));
        assert_eq!((mirror.reorgs.len(), mirror.reorgs[0].0.number, mirror.offline.len()), (1, 5, 0));
    }
}
