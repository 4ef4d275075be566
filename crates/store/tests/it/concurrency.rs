use crate::support::*;
use alloy_primitives::U256;
use causeway_store::{MessageStatus, SeenBlock, Store, StoreError};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

const BLOCKS: u64 = 60;
const PER_BLOCK: u64 = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn readers_see_whole_blocks_while_others_write() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    let other_process = Store::open(&path).await.unwrap();
    let done = Arc::new(AtomicBool::new(false));

    let readers: Vec<_> = [store.clone(), store.clone(), other_process.clone()]
        .into_iter()
        .map(|store| {
            let done = Arc::clone(&done);
            tokio::spawn(async move {
                let mut reads = 0_u64;
                while !done.load(Ordering::Acquire) || reads == 0 {
                    let messages = store.messages(&Default::default()).await.unwrap();
                    assert_eq!(messages.len() as u64 % PER_BLOCK, 0, "half a block was seen");
                    let pending = store.pending(U256::from(DESTINATION), u32::MAX).await.unwrap();
                    assert!(pending.iter().all(|record| record.status == MessageStatus::Pending));
                    reads += 1;
                }
                reads
            })
        })
        .collect();

    // Two writers: the follower's, and a second process that records attempts.
    let blocks: Vec<_> = chain(SOURCE, BLOCKS)
        .into_iter()
        .map(|block| SeenBlock {
            block,
            messages: (0..PER_BLOCK).map(|i| seen(block.number * PER_BLOCK + i, i as u32)).collect(),
            deliveries: vec![],
        })
        .collect();
    let attempts = tokio::spawn(async move {
        for nonce in 0..100 {
            other_process.record_attempt(&attempt(nonce, nonce, &[])).await.unwrap();
        }
    });
    for block in &blocks {
        store.apply_blocks(SOURCE, std::slice::from_ref(block), WINDOW).await.unwrap();
    }
    attempts.await.unwrap();
    done.store(true, Ordering::Release);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    assert_eq!(store.messages(&Default::default()).await.unwrap().len() as u64, BLOCKS * PER_BLOCK);
    assert_eq!(store.next_nonce_floor(DESTINATION, SIGNER).await.unwrap(), 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_processes_that_take_the_same_message_one_does() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let (first, second) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    fill(&first, 20).await;
    for message in 0..20 {
        let new =
            [attempt(2 * message, 100 + message, &[message]), attempt(2 * message + 1, message, &[message])];
        let (left, right) = tokio::join!(first.record_attempt(&new[0]), second.record_attempt(&new[1]));
        let results = [left, right];
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1, "{results:?}");
        let held = |result: &Result<(), StoreError>| matches!(result, Err(StoreError::Held { .. }));
        assert!(results.iter().any(held), "{results:?}");
    }
}

/// Every method can be awaited in a task of its own.
#[allow(dead_code, reason = "it is enough that this compiles")]
fn futures_are_send(store: &'static Store) {
    fn send<T: Send>(_: T) {}
    let hash = alloy_primitives::B256::ZERO;
    send(Store::in_memory());
    send(Store::open(std::path::Path::new("")));
    send(store.window(1));
    send(store.apply_blocks(1, &[], 1));
    send(store.revert_to(1, Box::leak(Box::new(genesis(1)))));
    send(store.forget_chain(1));
    send(store.message(hash));
    send(store.pending(U256::ZERO, 1));
    send(store.counts());
    send(store.skip(hash, ""));
    send(store.retry(hash));
    send(store.attempt(hash));
    send(store.attempts_of(hash));
    send(store.open_attempts(1));
    send(store.next_nonce_floor(1, SIGNER));
    send(store.set_attempt_state(hash, causeway_store::AttemptState::Failed, None));
    send(Store::connect(""));
    send(store.record_attempt(Box::leak(Box::new(attempt(0, 0, &[])))));
    send(store.messages_by_hash(&[]));
    send(store.acquire(1, causeway_store::Role::Index, std::time::Duration::ZERO));
    send(store.renew(std::time::Duration::ZERO));
    send(store.leases());
    send(causeway_store::migrate(store, store, |_, _| {}));
    send(store.costs(causeway_store::CostBy::Route, None, None));
    let landing = causeway_store::Landing { block_number: 1, block_hash: hash, success: true };
    send(store.record_landing(hash, landing, None));
}
