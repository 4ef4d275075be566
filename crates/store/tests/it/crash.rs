use crate::support::*;
use causeway_store::{MessageRecord, SeenBlock, Store};
use std::{future::Future, path::Path, pin::pin, task::Poll};

/// Everything that can be seen of a store.
async fn view(store: &Store) -> (Vec<causeway_chain::BlockRef>, Vec<MessageRecord>) {
    (store.window(SOURCE).await.unwrap(), store.messages(&Default::default()).await.unwrap())
}

/// Copies the database with its log, as a crash of the machine would leave them.
fn snapshot(from: &Path, to: &Path) {
    for suffix in ["", "-wal"] {
        let name = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(suffix);
            name
        };
        if Path::new(&name(from)).exists() {
            std::fs::copy(name(from), name(to)).unwrap();
        }
    }
}

/// Polls a future a number of times and then drops it, wherever it is.
async fn abandon<F: Future>(future: F, polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..polls {
        let polled = std::future::poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(output) = polled {
            return Some(output);
        }
        // Lets the database's thread answer, so that the next poll gets further.
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
    None
}

fn blocks() -> Vec<SeenBlock> {
    let messages = |number: u64| (0..5).map(|index| seen(number * 5 + index, index as u32)).collect();
    chain(SOURCE, 6)
        .into_iter()
        .map(|block| SeenBlock { block, messages: messages(block.number), deliveries: vec![] })
        .collect()
}

#[tokio::test]
async fn dropping_the_store_in_the_middle_of_a_write_leaves_all_or_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let blocks = blocks();
    let store = Store::open(&path).await.unwrap();
    store.apply_blocks(SOURCE, &blocks[..2], WINDOW).await.unwrap();
    let before = view(&store).await;
    store.close().await;

    let mut torn = 0;
    for polls in 1..400 {
        let store = Store::open(&path).await.unwrap();
        let done = abandon(store.apply_blocks(SOURCE, &blocks[2..], WINDOW), polls).await;
        if done.is_some() {
            break;
        }
        torn += 1;
        drop(store);
        let reopened = Store::open(&path).await.unwrap();
        // An abandoned commit may still have happened; half of one may not.
        let after = view(&reopened).await;
        if after.0.len() == blocks.len() {
            assert_eq!(after.1.len(), 30);
            break;
        }
        assert_eq!(after, before, "abandoned after {polls} polls");
        reopened.close().await;
    }
    assert!(torn > 0, "the write was never interrupted");
    // What was lost can be done again, and what was not is passed over.
    let store = Store::open(&path).await.unwrap();
    store.apply_blocks(SOURCE, &blocks, WINDOW).await.unwrap();
    assert_eq!(view(&store).await.1.len(), 30);
}

#[tokio::test]
async fn what_was_answered_is_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    for (index, block) in blocks().into_iter().enumerate() {
        store.apply_blocks(SOURCE, &[block], WINDOW).await.unwrap();
        let attempt = attempt(index as u64, index as u64, &[index as u64 * 5]);
        store.record_attempt(&attempt).await.unwrap();
        // The store goes on living; the copy is what a crash at this moment would leave.
        let copy = dir.path().join(format!("crash-{index}.db"));
        snapshot(&path, &copy);
        let survivor = Store::open(&copy).await.unwrap();
        assert_eq!(view(&survivor).await, view(&store).await);
        assert_eq!(survivor.attempt(attempt.tx_hash).await.unwrap().unwrap().tx, attempt);
        assert_eq!(survivor.next_nonce_floor(DESTINATION, SIGNER).await.unwrap(), index as u64 + 1);
    }
}
