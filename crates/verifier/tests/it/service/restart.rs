//! A verifier that is stopped and started again on the same index.

use super::world::{A, B, RETRY, World, id};
use causeway_verifier::LogIndex;

#[tokio::test]
async fn it_goes_on_where_it_was() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let world = World::small(2).await;
    let mut running = world.start_on(&path);
    running.until_whole(&world[A]).await;
    running.until_whole(&world[B]).await;
    running.shutdown().await;

    world[A].take_requests();
    world[A].grow(3);
    let mut running = world.start_on(&path);
    running.until_whole(&world[A]).await;
    running.admits(world[A].access(2, 1));
    running.shutdown().await;
    let requests = world[A].take_requests();
    let receipts = requests.iter().filter(|(method, _)| method == "eth_getBlockReceipts").count();
    assert_eq!(receipts, 3, "only what is new is asked for: {requests:?}");

    // Without a node what is final counts, and nothing that could have gone meanwhile.
    world[A].node.set_down(true);
    let running = world.start_on(&path);
    running.admits(world[A].access(10, 1));
    assert_eq!(running.refuses(world[A].access(11, 1), RETRY).rule(), "stale");
    running.shutdown().await;

    // A reorg meanwhile.
    let gone = world[A].access(22, 1);
    world[A].reorg(4);
    world[A].node.set_down(false);
    let mut running = world.start_on(&path);
    assert_eq!(running.refuses(gone, RETRY).rule(), "stale");
    running.until_whole(&world[A]).await;
    running.refuses(gone, -320600);
    running.admits(world[A].access(22, 1));
    running.shutdown().await;
}

#[tokio::test]
async fn the_failsafe_stays() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let world = World::small(1).await;
    let mut running = world.start_on(&path);
    running.until_whole(&world[A]).await;
    running.verifier.set_failsafe(true, "a test".to_owned()).await.unwrap();
    running.refuses(world[A].access(3, 1), -320602);
    running.shutdown().await;
    let mut running = world.start_on(&path);
    running.refuses(world[A].access(3, 1), -320602);
    running.until_whole(&world[A]).await;
    running.refuses(world[A].access(3, 1), -320602);
    running.verifier.set_failsafe(false, "a test".to_owned()).await.unwrap();
    running.admits(world[A].access(3, 1));
    running.shutdown().await;
    let mut running = world.start_on(&path);
    running.until_whole(&world[A]).await;
    running.admits(world[A].access(3, 1));
    running.shutdown().await;
}

/// What nobody keeps up to date does not count.
#[test]
fn a_handle_that_outlives_the_runtime_answers_nothing() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let running = runtime.block_on(async {
        let world = World::small(1).await;
        let mut running = world.start();
        running.until_whole(&world[A]).await;
        running.admits(world[A].access(3, 1));
        (running, world[A].access(3, 1))
    });
    drop(runtime);
    let (running, known) = running;
    assert_eq!(running.refuses(known, RETRY).rule(), "suspended");
}

/// Who holds a handle after the end gets no verdicts, and does not keep the file.
#[tokio::test]
async fn a_handle_that_outlives_it_answers_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let world = World::small(1).await;
    let mut running = world.start_on(&path);
    running.until_whole(&world[A]).await;
    let verifier = running.verifier.clone();
    running.shutdown().await;
    let view = verifier.view();
    assert_eq!(view.chain(id(A)).unwrap().state.to_string(), "suspended: the verifier has stopped");
    assert!(verifier.resume(id(A), "a test".to_owned()).await.is_err());
    assert!(verifier.set_failsafe(true, String::new()).await.is_err());
    let index = LogIndex::open(&path).unwrap();
    assert_eq!(index.snapshot().chain(id(A)).unwrap().tip.number, 20);
}
