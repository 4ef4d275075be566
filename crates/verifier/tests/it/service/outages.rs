//! Nodes that are away, slow, overrun, or there and gone.

use super::world::{A, B, RETRY, Running, World, status};
use causeway_chain::test_utils::refusal;
use causeway_interop::Access;
use causeway_verifier::VerifierConfig;
use std::time::Duration;

#[tokio::test]
async fn a_node_that_is_down_at_the_start_is_waited_for() {
    let world = World::small(2).await;
    world[A].node.set_down(true);
    let mut running = world.start();
    running.until_state(A, "offline", "").await;
    running.until_whole(&world[B]).await;
    running.admits(world[B].access(20, 0));
    running.refuses(world[A].access(20, 0), RETRY);
    world[A].node.set_down(false);
    running.until_whole(&world[A]).await;
    running.admits(world[A].access(20, 0));
    running.shutdown().await;
}

#[tokio::test]
async fn a_node_that_is_away_for_long_leaves_only_what_is_final() {
    let world = World::small(2).await;
    let mut running =
        Running::start(VerifierConfig { stale_after: Duration::from_millis(300), ..world.config() });
    running.until_whole(&world[A]).await;
    running.until_whole(&world[B]).await;
    let [last, newer] = [10, 11].map(|number| world[A].access(number, 1));
    for round in 1..=2 {
        world[A].node.set_down(true);
        // For a while all that is known counts.
        running.until_state(A, "offline", "").await;
        running.admits(newer);
        running.until_state(A, "stale", "").await;
        running.admits(last);
        assert_eq!(running.refuses(newer, RETRY).rule(), "stale");
        // What does not count refutes nothing either: meanwhile the chain may have another block there. What is final
        // does, and the other chain goes on.
        let later = |access: Access| Access { timestamp: access.timestamp + 1, ..access };
        assert_eq!(running.refuses(later(newer), RETRY).rule(), "stale");
        running.refuses(later(last), -320600);
        world[B].grow(1);
        running.until_whole(&world[B]).await;
        running.admits(world[B].access(20 + round, 1));

        world[A].grow(1);
        world[A].node.set_down(false);
        running.until_whole(&world[A]).await;
        assert_eq!(running.status(A).state.code(), "following");
        running.admits(newer);
    }
    running.shutdown().await;
}

#[tokio::test]
async fn a_slow_node_is_waited_for() {
    let world = World::small(2).await;
    world[A].node.set_delay(Duration::from_millis(60));
    let mut running = world.start();
    running.until_whole(&world[B]).await;
    running.until_whole(&world[A]).await;
    // Slower than the patience with one request.
    world[A].node.set_delay(Duration::from_secs(3));
    running.until_state(A, "offline", "no answer within").await;
    world[A].grow(2);
    world[A].node.set_delay(Duration::ZERO);
    running.until_whole(&world[A]).await;
    running.shutdown().await;
}

#[tokio::test]
async fn a_node_that_has_enough_is_left_alone_for_a_while() {
    let world = World::small(2).await;
    // From the first request on: that it has no time to say what is final does not mean that nothing is.
    world[A].lie(|_, _, _| refusal(-32005, "rate limit exceeded"));
    let mut running = world.start();
    running.until_state(A, "offline", "rate limit exceeded").await;
    running.until_whole(&world[B]).await;
    world[A].lie(|method, params, answer| {
        if params[0] == "finalized" || params[0] == "safe" {
            return refusal(-32005, "rate limit exceeded");
        }
        assert!(method != "eth_getBlockReceipts", "it begins before it knows where");
        answer
    });
    world[A].take_requests();
    running.until_state(A, "offline", "rate limit exceeded").await;
    world[A].until_asked(|_, params| params[0] == "finalized").await;
    assert_eq!(running.status(A).first, None);
    world[A].be_honest();
    running.until_whole(&world[A]).await;

    // By the status of HTTP.
    world[A].node.set_status(429);
    running.until_state(A, "offline", "429").await;
    world[A].grow(2);
    world[A].node.set_status(200);
    let view = running.until_whole(&world[A]).await;
    assert_eq!(status(&view, A).heads.finalized.unwrap().number, 10);
    running.shutdown().await;
}

/// One of eight answers is none, or an error, or of another kind than asked for, or of a moment ago.
#[tokio::test]
async fn a_node_that_errs_at_random_is_followed_all_the_same() {
    for seed in 1..=3_u64 {
        let world = World::small(2).await;
        let mut running = world.start();
        let mut dice = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut before = world[A].chain();
        world[A].lie(move |method, params, answer| {
            // xorshift: a test needs no better dice.
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            match dice % 40 {
                0 => refusal(-32000, "header not found"),
                1 => refusal(-32005, "too many requests"),
                2 => serde_json::json!({"result": null}),
                3 => serde_json::json!({"result": [1, 2, 3]}),
                4 => before.answer(method, params),
                5 if dice % 3 == 0 => {
                    before.rewind(before.head().number.saturating_sub(1).max(15));
                    answer
                }
                _ => answer,
            }
        });
        for round in 0..6 {
            world[A].node.set_down(round % 3 == 2);
            if round % 2 == 0 {
                world[A].grow(3);
            } else {
                world[A].reorg(2);
            }
            world[A].node.set_down(false);
            running.until_whole(&world[A]).await;
            running.admits(world[A].access(world[A].head(), 1));
        }
        running.until_whole(&world[B]).await;
        assert_ne!(running.status(A).state.code(), "suspended", "seed {seed}");
        running.shutdown().await;
    }
}

#[tokio::test]
async fn it_ends_promptly_whatever_the_nodes_do() {
    let world = World::small(2).await;
    world[A].node.set_delay(Duration::from_secs(600));
    world[B].node.set_down(true);
    let mut running = world.start();
    running.until_state(B, "offline", "").await;
    let begin = std::time::Instant::now();
    running.shutdown().await;
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());

    // And in the middle of the past.
    let world = World::of([super::world::chain(A, 400, 400)]).await;
    let mut running = Running::start(VerifierConfig { batch: 2, concurrency: 1, ..world.config() });
    running
        .until("some of the past is known", |view| {
            status(view, A).first.is_some_and(|first| first.number < 395)
        })
        .await;
    running.shutdown().await;
}

/// Time is made to pass as fast as nothing happens: whoever never rests holds it up.
#[test]
fn without_sources_it_rests() {
    let (done, ended) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().start_paused(true).build().unwrap().block_on(async {
            let set = World::small(1).await.config().dependency_set;
            let running = Running::start(VerifierConfig::new(set, Vec::new()));
            tokio::time::sleep(Duration::from_secs(3_600)).await;
            running.verifier.set_failsafe(true, "a test".to_owned()).await.unwrap();
            assert!(running.verifier.view().failsafe());
            running.service.shutdown().await.unwrap();
            done.send(()).unwrap();
        });
    });
    ended.recv_timeout(causeway_chain::test_utils::PATIENCE).expect("the keeper never rests");
}
