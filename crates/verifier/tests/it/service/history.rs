//! How a chain's past is fetched, and how it goes.

use super::world::{A, B, BEGIN, RETRY, Running, World, chain, id, status};
use causeway_chain::test_utils::refusal;
use causeway_interop::{DependencySet, Member};
use causeway_verifier::VerifierConfig;
use serde_json::{Value, json};

/// The number of the block that is asked for, if it is one.
fn number(params: &Value) -> Option<u64> {
    u64::from_str_radix(params[0].as_str()?.strip_prefix("0x").filter(|digits| digits.len() < 64)?, 16).ok()
}

#[tokio::test]
async fn recent_messages_are_admitted_before_the_past_is_known() {
    let world = World::of([chain(A, 300, 280), chain(B, 50, 40)]).await;
    world[A].lie(|method, params, answer| {
        let is_old = number(params).is_some_and(|number| number < 100);
        if method == "eth_getBlockByNumber" && is_old { refusal(-32000, "not yet") } else { answer }
    });
    let mut running = world.start();
    running.until_whole(&world[B]).await;
    let view = running
        .until("what the node tells of the past is known", |view| {
            let status = status(view, A);
            status.heads.local_unsafe.is_some_and(|tip| tip.number == 300)
                && status.first.is_some_and(|first| first.number < 200)
        })
        .await;
    let reached = status(&view, A);
    assert!(!reached.history_complete && reached.first.unwrap().number >= 100, "{reached:?}");
    for recent in [280, 281, 300, 220] {
        running.admits(world[A].access(recent, 1));
    }
    let old = world[A].access(50, 1);
    let refused = running.refuses(old, RETRY);
    assert_eq!(refused.rule(), "history-not-known");
    running.admits(world[B].access(3, 0));
    // That the past cannot be had is told, and is no reason to doubt what is known.
    running.until_state(A, "offline", "not yet").await;
    running.admits(world[A].access(300, 1));

    world[A].be_honest();
    running.until_whole(&world[A]).await;
    assert_eq!(running.status(A).first.unwrap().number, 0);
    running.admits(old);
    running.shutdown().await;
}

/// Makes a node one that has pruned what is below a block.
fn prune(node: &super::world::Node, lowest: u64, says: Value) {
    let truth = node.chain();
    node.lie(move |method, params, answer| {
        let by_hash = truth.refs().into_iter().find(|block| params[0] == json!(block.hash));
        let asked = by_hash.map(|block| block.number).or_else(|| number(params));
        let is_old = method.starts_with("eth_getBlock") && asked.is_some_and(|number| number < lowest);
        if is_old { says.clone() } else { answer }
    });
}

#[tokio::test]
async fn of_a_pruned_node_what_is_there_is_served() {
    let checks = [
        json!({"result": null}),
        refusal(4444, "pruned history unavailable"),
        refusal(-32000, "header not found"),
    ]
    .map(async |says| {
        let world = World::of([chain(A, 300, 280)]).await;
        prune(&world[A], 101, says.clone());
        let mut running = world.start();
        running.until_whole(&world[A]).await;
        let status = running.status(A);
        assert_eq!((status.first.unwrap().number, status.history_complete), (101, false), "{says}");
        let reason = status.history_ends.expect("it is known that there is no more");
        assert!(reason.contains("its node has nothing older"), "{reason}");
        running.admits(world[A].access(101, 1));
        let old = world[A].access(100, 1);
        assert_eq!(running.refuses(old, RETRY).rule(), "history-not-known");
        // What cannot be true is called so, whatever is known of the block.
        let forged = causeway_interop::Access { timestamp: status.first.unwrap().timestamp + 2, ..old };
        assert_eq!(running.refuses(forged, -320600).rule(), "block-conflict");
        // And it goes on.
        world[A].grow(3);
        running.until_whole(&world[A]).await;
        running.admits(world[A].access(303, 1));
        running.shutdown().await;
    });
    futures::future::join_all(checks).await;
}

#[tokio::test]
async fn a_chain_whose_first_block_is_pruned_begins_with_the_lowest_that_is_there() {
    let world = World::of([chain(A, 60, 50)]).await;
    prune(&world[A], 38, json!({"result": null}));
    let mut config = world.config();
    config.sources[0].start_block = Some(0);
    let mut running = Running::start(config);
    running.until_whole(&world[A]).await;
    assert_eq!(running.status(A).first.unwrap().number, 38);
    running.admits(world[A].access(38, 1));
    running.refuses(world[A].access(37, 1), RETRY);
    running.shutdown().await;
}

#[tokio::test]
async fn no_more_history_is_fetched_than_is_wanted() {
    // Seconds of history, and the first block, of a chain whose newest is of second 600.
    for (history, first, is_complete) in [(100, 229, false), (1, 279, false), (100_000, 0, true)] {
        let world = World::of([chain(A, 300, 280)]).await;
        let mut running = Running::start(VerifierConfig { history: Some(history), ..world.config() });
        running.until_whole(&world[A]).await;
        let status = running.status(A);
        let at_most = first + 10;
        let number = status.first.unwrap().number;
        assert!((first.min(280)..=at_most).contains(&number), "{history}: {number}");
        assert_eq!(status.history_complete, is_complete, "{history}");
        assert_eq!(status.history_ends.is_some(), !is_complete, "{history}");
        if !is_complete {
            running.refuses(world[A].access(10, 1), RETRY);
        }
        running.shutdown().await;
    }
}

/// Wherever a chain begins, its past is complete at some time.
#[tokio::test]
async fn the_past_ends_somewhere() {
    struct Case {
        finalized: Option<u64>,
        start_block: Option<u64>,
        window: u64,
        activation: u64,
        first: u64,
    }
    let case = Case { finalized: Some(10), start_block: None, window: 1_000, activation: 0, first: 0 };
    let cases = [
        Case { ..case },
        Case { finalized: None, ..case },
        Case { start_block: Some(0), ..case },
        Case { start_block: Some(20), ..case },
        Case { start_block: Some(25), ..case },
        Case { finalized: Some(0), ..case },
        // The first block that is too old, or before the activation, is the last that is read.
        Case { window: 10, first: 4, ..case },
        Case { activation: BEGIN + 14, first: 6, ..case },
        Case { activation: BEGIN + 30, first: 10, ..case },
        Case { activation: BEGIN + 1_000, first: 10, ..case },
    ];
    let checks = cases.iter().enumerate().map(async |(number, case)| {
        let world = World::of([chain(A, 20, 10)]).await;
        world[A].change(|chain| chain.finalized = case.finalized);
        let member = Member { activation: case.activation, block_time: 2 };
        let set = DependencySet::builder().chain(id(A), member).expiry_window(case.window);
        let mut config = VerifierConfig { dependency_set: set.build().unwrap(), ..world.config() };
        config.sources[0].start_block = case.start_block;
        let mut running = Running::start(config);
        if case.start_block == Some(25) {
            running.until_state(A, "following", "").await;
            assert_eq!(running.status(A).first, None, "it waits for the block");
            world[A].grow(10);
        }
        running.until_whole(&world[A]).await;
        assert_eq!(running.status(A).first.unwrap().number, case.first, "case {number}");
        running.shutdown().await;
    });
    futures::future::join_all(checks).await;
}

#[tokio::test]
async fn a_resumed_index_is_complete_without_its_pruned_past() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let world = World::of([chain(A, 20, 20)]).await.with_window(100);
    let mut running = world.start_on(&path);
    running.until_whole(&world[A]).await;
    for _ in 0..20 {
        world[A].grow(10);
        let head = world[A].head();
        world[A].change(|chain| chain.finalized = Some(head - 5));
        running.until_whole(&world[A]).await;
    }
    // The newest block is 400 s younger than the first one was; twice the window is kept.
    let first = running.status(A).first.unwrap();
    assert!(first.number > 100, "nothing was pruned: {first:?}");
    assert!(first.timestamp <= BEGIN + 440 - 200, "too much was pruned: {first:?}");
    running.refuses(world[A].access(1, 0), RETRY);
    running.admits(world[A].access(first.number, 0));
    running.shutdown().await;

    world[A].take_requests();
    let mut running = world.start_on(&path);
    running.until_whole(&world[A]).await;
    assert_eq!(running.status(A).first, Some(first));
    running.shutdown().await;
    let asked = world[A].take_requests();
    assert!(!asked.contains(&("eth_getBlockByNumber".to_owned(), json!(["0x1", false]))), "{asked:?}");
}
