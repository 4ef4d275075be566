//! Blocks that execute what they must not.

use super::world::{
    A, B, C, RETRY, Running, World, chain, executing, extend, id, inbox_log, push_executing, status,
};
use causeway_chain::test_utils::FakeChain;
use causeway_interop::{DependencySet, ExecutingMessage, msg_hash};
use causeway_verifier::{Cause, Refusal, VerifierConfig, View};

/// A message of a block that is there, with a payload that is not.
fn invented(chain: &FakeChain, number: u64) -> ExecutingMessage {
    let entry = &chain.blocks()[number as usize].entries()[1];
    let identifier = entry.identifier(chain.chain_id, &chain.block_ref(number));
    ExecutingMessage { identifier, msg_hash: msg_hash(&entry.topics, b"something else") }
}

#[tokio::test]
async fn an_invalid_block_is_named_with_all_that_falls_with_it() {
    let [a, mut b, mut c] = [A, B, C].map(|id| chain(id, 20, 10));
    let message = invented(&a, 15);
    // Block 21 is sound, 22 executes what is not there, 23 stands on it.
    push_executing(&mut b, vec![executing(&a, 15, 1), executing(&c, 14, 0)]);
    push_executing(&mut b, vec![executing(&a, 16, 0), inbox_log(&message)]);
    extend(&mut b, 1);
    // Blocks 21 to 23 are sound, 24 executes a message of what stands on the invalid block.
    push_executing(&mut c, vec![executing(&b, 20, 1)]);
    extend(&mut c, 2);
    push_executing(&mut c, vec![executing(&a, 3, 1), executing(&b, 23, 1)]);
    extend(&mut c, 1);
    let world = World::of([a, b, c]).await;
    let mut running = world.start();
    for chain in [A, B, C] {
        running.until_whole(&world[chain]).await;
    }
    let view = running.until("blocks of two chains fall", |view| view.fallen().len() == 2).await;

    let [first, second] = [B, C].map(|chain| view.fallen().iter().find(|block| block.chain_id == id(chain)));
    let (first, second) = (first.unwrap(), second.unwrap());
    let Cause::Message { log_index: 1, message: named, reason } = first.cause else {
        panic!("{}", first.cause)
    };
    assert_eq!((first.header.number, named), (22, message));
    assert_eq!((first.cause.code(), reason.code()), (reason.code(), "checksum-mismatch"));
    let depends = Cause::DependsOn { log_index: 1, chain_id: id(B), block_number: 23 };
    assert_eq!((second.header.number, second.cause), (24, depends));
    assert_eq!(first.takes_along(view.fallen()), [second]);
    assert_eq!(second.takes_along(view.fallen()), Vec::<&causeway_verifier::FallenBlock>::new());
    let cross = |running: &super::world::Running, chain| {
        running.status(chain).heads.cross_unsafe.map(|header| header.number)
    };
    assert_eq!([A, B, C].map(|chain| cross(&running, chain)), [Some(20), Some(21), Some(23)]);

    // Messages of blocks that fall are not for now; others are.
    for (chain, number) in [(B, 22), (B, 23), (C, 24), (C, 25)] {
        let refusal = running.refuses(world[chain].access(number, 0), RETRY);
        assert!(matches!(refusal, Refusal::Falling { .. }), "{refusal}");
    }
    for (chain, number) in [(A, 20), (B, 21), (B, 20), (C, 23)] {
        running.admits(world[chain].access(number, 0));
    }

    // Nothing of that is forgotten by a chain that grows on.
    world[B].grow(1);
    running.until_whole(&world[B]).await;
    assert_eq!(running.verifier.view().fallen().len(), 2);

    // The block is replaced, and with it those above and what depended on them.
    world[B].reorg(3);
    running.until_whole(&world[B]).await;
    world[C].reorg(2);
    running.until_whole(&world[C]).await;
    let heads = [A, B, C].map(|chain| Some(world[chain].head()));
    running
        .until("everything stands", |view| {
            let head = |chain| view.chain(id(chain)).unwrap().heads.cross_unsafe.map(|header| header.number);
            view.fallen().is_empty() && [A, B, C].map(head) == heads
        })
        .await;
    for (chain, number) in [(B, 22), (B, 23), (C, 24), (C, 25)] {
        running.admits(world[chain].access(number, 0));
    }
    running.shutdown().await;
}

/// What falls is found again by a verifier that starts anew, and its messages do not count meanwhile.
#[tokio::test]
async fn a_restart_does_not_raise_what_has_fallen() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let [a, mut b] = [A, B].map(|id| chain(id, 20, 10));
    push_executing(&mut b, vec![inbox_log(&invented(&a, 15))]);
    let world = World::of([a, b]).await;
    for _ in 0..2 {
        let mut running = world.start_on(&path);
        assert!(running.check(world[B].access(21, 0)).is_err());
        running.until_whole(&world[A]).await;
        running.until_whole(&world[B]).await;
        running.until("the block falls", |view| view.fallen().len() == 1).await;
        running.refuses(world[B].access(21, 0), RETRY);
        running.shutdown().await;
    }
    // Replaced while nobody looked.
    world[B].reorg(1);
    let mut running = world.start_on(&path);
    running.until_whole(&world[A]).await;
    let view = running.until_whole(&world[B]).await;
    assert_eq!(view.fallen(), []);
    running.admits(world[B].access(21, 0));
    running.shutdown().await;
}

/// A chain that is known by the URL of its node only is in no set until the node says which it is.
#[tokio::test]
async fn what_a_chain_that_may_yet_join_sent_waits_for_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("index");
    let [a, mut b, c] = [A, B, C].map(|id| chain(id, 20, 10));
    push_executing(&mut b, vec![executing(&a, 15, 1), executing(&c, 14, 0)]);
    let world = World::of([a, b, c]).await;
    let whole = VerifierConfig { index: Some(path), ..world.config() };
    let mut first = whole.clone();
    first.sources.retain(|source| source.chain_id != C);
    first.dependency_set = DependencySet::mesh([A, B].map(id)).unwrap().with_more_to_come(true);
    let mut running = Running::start(first);
    running.until_whole(&world[A]).await;
    running.until_whole(&world[B]).await;
    assert_eq!(running.refuses(world[C].access(14, 0), RETRY).rule(), "chain-not-known");
    assert_eq!(running.verifier.view().fallen(), []);
    assert_eq!(running.status(B).heads.cross_unsafe.map(|head| head.number), Some(20));
    running.shutdown().await;

    let mut running = Running::start(whole);
    running.until_whole(&world[C]).await;
    running.admits(world[C].access(14, 0));
    let stands = |view: &View| status(view, B).heads.cross_unsafe.is_some_and(|head| head.number == 21);
    running.until("the block stands", stands).await;
    running.shutdown().await;
}
