//! What relayers tell each other of messages.

use super::new_store;
use crate::support::*;
use causeway_store::Store;
use std::{collections::BTreeMap, time::Duration};

const NONE: [alloy_primitives::B256; 0] = [];

async fn messages(store: &Store, positions: &[(u64, u64)], limit: u32) -> Vec<alloy_primitives::B256> {
    let positions: BTreeMap<_, _> = positions.iter().copied().collect();
    let changes = store.changes_after(&positions, limit).await.unwrap();
    assert!(changes.is_sorted_by_key(|change| change.id));
    changes.into_iter().map(|change| change.message).collect()
}

#[tokio::test]
async fn what_changes_on_a_source_is_told_in_order() {
    let store = new_store().await;
    let blocks = chain(SOURCE, 3);
    let mut last = 0;
    for (number, sent) in [(0, vec![seen(0, 0)]), (1, vec![seen(1, 0), seen(2, 1)]), (2, vec![])] {
        let applied = store.apply_block(SOURCE, &blocks[number], &sent, &[], WINDOW).await.unwrap();
        assert_eq!(applied.change == 0, sent.is_empty());
        last = last.max(applied.change);
    }
    let again = store.apply_block(SOURCE, &blocks[1], &[seen(1, 0), seen(2, 1)], &[], WINDOW).await.unwrap();
    assert_eq!(again.change, 0, "nothing has changed");
    let three = [0, 1, 2].map(message_hash);
    assert_eq!(messages(&store, &[(SOURCE, 0)], 9).await, three);
    assert_eq!(messages(&store, &[(SOURCE, 0)], 2).await, three[..2]);
    assert_eq!(messages(&store, &[(SOURCE, last - 1)], 9).await, three[2..]);
    assert_eq!(messages(&store, &[(DESTINATION, 0)], 9).await, NONE);
    assert_eq!(messages(&store, &[(DESTINATION, 0), (SOURCE, 0)], 9).await, three);
    assert_eq!(messages(&store, &[], 9).await, NONE);
    assert_eq!(store.newest_change().await.unwrap(), last);

    // A delivery is no change of the source's.
    let delivery = delivered(1, 0, hash(&[7]));
    store.apply_block(DESTINATION, &chain(DESTINATION, 1)[0], &[], &[delivery], WINDOW).await.unwrap();
    assert_eq!(store.newest_change().await.unwrap(), last);
    let reverted = store.revert_to(SOURCE, &blocks[0]).await.unwrap();
    assert_eq!(messages(&store, &[(SOURCE, last)], 9).await, three[1..], "they are gone");
    assert_eq!(store.newest_change().await.unwrap(), reverted.change);
    let forgotten = store.forget_chain(SOURCE).await.unwrap();
    assert_eq!(messages(&store, &[(SOURCE, reverted.change)], 9).await, three[..1]);

    store.forget_changes(Duration::from_secs(3_600)).await.unwrap();
    assert_eq!(messages(&store, &[(SOURCE, 0)], 9).await.len(), 6, "that is not so old");
    store.forget_changes(Duration::ZERO).await.unwrap();
    assert_eq!(messages(&store, &[(SOURCE, 0)], 9).await, three[..1], "the newest stays");
    assert_eq!(store.newest_change().await.unwrap(), forgotten.change);
}

/// It needs nobody to tell it.
#[tokio::test]
async fn a_file_notes_nothing() {
    let store = Store::in_memory().await.unwrap();
    fill(&store, 2).await;
    assert_eq!(store.newest_change().await.unwrap(), 0);
    assert_eq!(messages(&store, &[(SOURCE, 0)], 9).await, NONE);
    store.forget_changes(Duration::ZERO).await.unwrap();
}
