//! Chains that change their mind.

use super::world::{A, B, RETRY, Running, World, id, status};
use causeway_interop::Checksum;
use causeway_verifier::{Invalidated, VerifierConfig};
use std::collections::BTreeSet;
use tokio::sync::broadcast::error::TryRecvError;

const DEPTH: usize = 12;

fn config(world: &World) -> VerifierConfig {
    VerifierConfig { max_reorg_depth: DEPTH, ..world.config() }
}

#[tokio::test]
async fn a_reorg_overturns_exactly_what_was_admitted_and_is_gone() {
    let world = World::small(2).await;
    let mut running = Running::start(config(&world));
    let mut invalidated = running.verifier.invalidated();
    for depth in 1..=DEPTH as u64 {
        running.until_whole(&world[A]).await;
        running.until_whole(&world[B]).await;
        let ancestor = world[A].head() - depth;
        let stays = [ancestor - 1, ancestor].map(|number| world[A].access(number, 1));
        let goes: Vec<_> = (ancestor + 1..=world[A].head())
            .flat_map(|number| [0, 2].map(|log| world[A].access(number, log)))
            .collect();
        let never_asked = world[A].access(ancestor + 1, 1);
        let elsewhere = world[B].access(20, 1);
        stays.iter().chain(&goes).chain([&elsewhere]).for_each(|access| running.admits(*access));

        world[A].reorg(depth);
        running.until_whole(&world[A]).await;
        stays.iter().chain([&elsewhere]).for_each(|access| running.admits(*access));
        for gone in goes.iter().chain([&never_asked]) {
            assert_eq!(running.refuses(*gone, -320600).message().unwrap().1, gone);
        }
        running.admits(world[A].access(world[A].head(), 0));
        let Invalidated { chain_id, from_block, checksums } = invalidated.recv().await.unwrap();
        assert_eq!((chain_id, from_block), (id(A), ancestor + 1));
        let set = |all: &[Checksum]| all.iter().map(|checksum| checksum.0).collect::<BTreeSet<_>>();
        let expected: Vec<_> = goes.iter().map(|access| access.checksum).collect();
        assert_eq!((set(&checksums), checksums.len()), (set(&expected), expected.len()), "depth {depth}");
        assert!(matches!(invalidated.try_recv(), Err(TryRecvError::Empty)));
    }
    let status = running.status(A);
    assert_eq!((status.reorgs, status.state.code()), (DEPTH as u64, "following"));
    assert_eq!(running.status(B).reorgs, 0);
    running.shutdown().await;
}

#[tokio::test]
async fn a_reorg_beyond_the_bound_suspends_its_chain_until_the_operator_resumes_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let world = World::small(2).await;
    let start = || Running::start(VerifierConfig { index: Some(path.clone()), ..config(&world) });
    let mut running = start();
    running.until_whole(&world[A]).await;
    running.until_whole(&world[B]).await;
    let [last, first, elsewhere] = [world[A].access(20, 1), world[A].access(3, 1), world[B].access(20, 1)];
    [last, first, elsewhere].into_iter().for_each(|access| running.admits(access));

    let before = world[A].chain();
    world[A].reorg(DEPTH as u64 + 1);
    let deep = "a reorg deeper than that, or another chain under the same id";
    running.until_state(A, "suspended", deep).await;
    // Also what is final, and below the reorg.
    for access in [last, first] {
        assert_eq!(running.refuses(access, RETRY).rule(), "suspended");
    }
    world[B].grow(1);
    running.until_whole(&world[B]).await;
    running.admits(elsewhere);
    running.shutdown().await;

    // It stays so after a restart, whatever the node says then, and if it says nothing.
    world[A].node.set_down(true);
    let mut running = start();
    assert_eq!(running.refuses(first, RETRY).rule(), "suspended");
    running.until_whole(&world[B]).await;
    running.until_state(A, "suspended", deep).await;
    running.shutdown().await;
    let after = world[A].chain();
    world[A].change(|chain| *chain = before);
    world[A].node.set_down(false);
    let mut running = start();
    world[B].grow(1);
    running.until_whole(&world[B]).await;
    assert_eq!(running.refuses(first, RETRY).rule(), "suspended");

    world[A].change(|chain| *chain = after);
    running.verifier.resume(id(A), "a test".to_owned()).await.unwrap();
    let view = running.until_whole(&world[A]).await;
    assert_eq!(status(&view, A).first.unwrap().number, 0);
    running.admits(first);
    running.admits(world[A].access(21, 1));
    running.refuses(last, -320600);
    running.shutdown().await;

    let mut running = start();
    running.until_whole(&world[A]).await;
    running.shutdown().await;
}

/// An operator may have any chain fetched anew.
#[tokio::test]
async fn a_sound_chain_can_be_resumed_as_well() {
    let world = World::small(2).await;
    let mut running = Running::start(config(&world));
    running.until_whole(&world[A]).await;
    running.admits(world[A].access(15, 1));
    let mut invalidated = running.verifier.invalidated();
    for _ in 0..3 {
        running.verifier.resume(id(A), "a test".to_owned()).await.unwrap();
        // What had been admitted is not there for now.
        if let Ok(notice) = invalidated.try_recv() {
            assert_eq!((notice.from_block, notice.checksums.len()), (0, 1));
        }
        running.until_whole(&world[A]).await;
        running.admits(world[A].access(15, 1));
    }
    assert!(running.verifier.resume(id(7), "a test".to_owned()).await.is_err());
    running.shutdown().await;
}

/// Whoever follows the chain had announced the newest block only, and finds the reorg to begin below it.
#[tokio::test]
async fn a_reorg_below_the_first_announced_block_is_healed() {
    let world = World::small(1).await;
    world[A].change(|chain| (chain.safe, chain.finalized) = (Some(20), Some(20)));
    let mut running = Running::start(config(&world));
    running.until_whole(&world[A]).await;
    let [stays, gone] = [15, 16].map(|number| world[A].access(number, 1));
    world[A].change(|chain| (chain.safe, chain.finalized) = (Some(3), Some(3)));
    world[A].reorg(5);
    running.until_whole(&world[A]).await;
    running.admits(stays);
    running.refuses(gone, -320600);
    running.shutdown().await;
}

/// A block that is older than the one that it stands on fits nowhere. Asking again and again does not help, and is done
/// ever less often.
#[tokio::test]
async fn a_chain_that_never_fits_is_followed_with_patience() {
    let world = World::small(2).await;
    let mut running = Running::start(config(&world));
    running.until_whole(&world[A]).await;
    running.until_whole(&world[B]).await;
    world[A].change(|chain| chain.push(chain.head().timestamp - 1, Vec::new()));
    let older = "is older than the block that it stands on, of second 1000040";
    running.until_state(A, "stale", older).await;
    running.admits(world[A].access(10, 1));
    running.refuses(world[A].access(11, 1), RETRY);
    running.admits(world[B].access(11, 1));

    let began = std::time::Instant::now();
    for _ in 0..5 {
        world[A].until_asked(|method, _| method == "eth_chainId").await;
    }
    // 100, 200, 400 and 800 ms, but for what was over before the count began.
    assert!(began.elapsed().as_millis() > 700, "{:?}", began.elapsed());

    world[A].reorg(1);
    running.until_whole(&world[A]).await;
    running.admits(world[A].access(20, 1));
    running.shutdown().await;
}
