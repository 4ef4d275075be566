use super::{new_store, with_messages};
use crate::support::*;
use alloy_primitives::{B256, U256};
use causeway_chain::BlockRef;
use causeway_interop::{Identifier, L2_TO_L2_CROSS_DOMAIN_MESSENGER};
use causeway_store::{Applied, MessageStatus, SeenBlock, Store, StoreError};
use std::collections::BTreeSet;

async fn status(store: &Store, nonce: u64) -> MessageStatus {
    store.message(message_hash(nonce)).await.unwrap().unwrap().status
}

#[tokio::test]
async fn window_is_what_was_applied() {
    let store = new_store().await;
    assert_eq!(store.window(SOURCE).await.unwrap(), []);
    let blocks = chain(SOURCE, 5);
    for block in &blocks {
        store.apply_block(SOURCE, block, &[], &[], WINDOW).await.unwrap();
    }
    assert_eq!(store.window(SOURCE).await.unwrap(), blocks);
    assert_eq!(store.window(DESTINATION).await.unwrap(), []);
    let head = blocks.last().map(|head| (SOURCE, *head));
    assert_eq!(store.heads(&[SOURCE, DESTINATION]).await.unwrap(), head.into_iter().collect());
}

#[tokio::test]
async fn window_is_pruned_and_messages_stay() {
    let store = with_messages(1).await;
    let mut tip = chain(SOURCE, 2)[1];
    for _ in 0..10 {
        tip = child(SOURCE, &tip, 0);
        store.apply_block(SOURCE, &tip, &[], &[], 4).await.unwrap();
    }
    let window = store.window(SOURCE).await.unwrap();
    assert_eq!(window.iter().map(|block| block.number).collect::<Vec<_>>(), [8, 9, 10, 11]);
    assert_eq!(status(&store, 0).await, MessageStatus::Pending);
    // A window of nothing would lose the place: one block is kept.
    tip = child(SOURCE, &tip, 0);
    store.apply_block(SOURCE, &tip, &[], &[], 0).await.unwrap();
    assert_eq!(store.window(SOURCE).await.unwrap(), [tip]);
}

#[tokio::test]
async fn applying_twice_changes_nothing() {
    let store = with_messages(3).await;
    let before = store.messages(&Default::default()).await.unwrap();
    let block = chain(SOURCE, 2)[1];
    let messages = [seen(0, 0), seen(1, 1), seen(2, 2)];
    let again = store.apply_block(SOURCE, &block, &messages, &[], WINDOW).await.unwrap();
    assert_eq!(again, Applied::default());
    assert_eq!(store.messages(&Default::default()).await.unwrap(), before);
    assert_eq!(store.window(SOURCE).await.unwrap().len(), 2);
}

#[tokio::test]
async fn tells_which_messages_are_not_to_be_delivered_any_more() {
    let store = with_messages(3).await;
    let there = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &there[0], &[], &[], WINDOW).await.unwrap();
    // The destination is ahead: it has delivered one of the next block already.
    let deliveries = [delivered(2, 0, hash(&[7])), delivered(4, 1, hash(&[8]))];
    store.apply_block(DESTINATION, &there[1], &[], &deliveries, WINDOW).await.unwrap();
    store.skip(message_hash(1), "unwanted").await.unwrap();
    let (block, messages) = (chain(SOURCE, 2)[1], [seen(0, 0), seen(1, 1), seen(2, 2)]);
    let again = store.apply_block(SOURCE, &block, &messages, &[], WINDOW).await.unwrap();
    assert_eq!(again.blocks, 0);
    assert_eq!(again.closed, BTreeSet::from([message_hash(1), message_hash(2)]));
    let next = child(SOURCE, &block, 0);
    let applied = store.apply_block(SOURCE, &next, &[seen(3, 0), seen(4, 1)], &[], WINDOW).await.unwrap();
    assert_eq!(applied.initiated, [message_hash(3), message_hash(4)]);
    assert_eq!(applied.closed, BTreeSet::from([message_hash(4)]));
}

#[tokio::test]
async fn batches_continue_after_what_is_known() {
    let store = with_messages(0).await;
    let blocks: Vec<_> = chain(SOURCE, 6)
        .into_iter()
        .map(|block| SeenBlock {
            block,
            messages: if block.number < 2 { vec![] } else { vec![seen(block.number, 0)] },
            deliveries: vec![],
        })
        .collect();
    let applied = store.apply_blocks(SOURCE, &blocks, WINDOW).await.unwrap();
    assert_eq!(applied.blocks, 4);
    assert_eq!(applied.initiated, [2, 3, 4, 5].map(message_hash));
    assert_eq!(store.window(SOURCE).await.unwrap().len(), 6);
}

#[tokio::test]
async fn a_block_may_hold_any_number_of_messages() {
    let store = with_messages(0).await;
    let block = child(SOURCE, &chain(SOURCE, 2)[1], 0);
    // Every hundredth one is sent again within the block.
    let nonces: Vec<u64> = (0..1000).flat_map(|n| if n % 100 == 0 { vec![n, n] } else { vec![n] }).collect();
    let messages: Vec<_> = nonces.iter().enumerate().map(|(i, nonce)| seen(*nonce, i as u32)).collect();
    let applied = store.apply_block(SOURCE, &block, &messages, &[], WINDOW).await.unwrap();
    assert_eq!(applied.initiated, nonces.iter().map(|nonce| message_hash(*nonce)).collect::<Vec<_>>());
    let records = store.messages(&Default::default()).await.unwrap();
    let found: Vec<u64> = records.iter().map(|record| record.sent.nonce.to()).collect();
    assert_eq!(found, (0..1000).collect::<Vec<_>>(), "in the order of the logs");
    let last = records[900].initiation.unwrap();
    assert_eq!(last.identifier.log_index, 910, "sent again one log later");

    let deliveries: Vec<_> =
        (0..700).map(|nonce| delivered(nonce, nonce as u32, hash(&[nonce / 50]))).collect();
    store.apply_block(DESTINATION, &genesis(DESTINATION), &[], &deliveries, WINDOW).await.unwrap();
    assert_eq!(store.pending(U256::from(DESTINATION), 1000).await.unwrap().len(), 300);
}

#[tokio::test]
async fn strangers_are_refused_whole() {
    let store = with_messages(0).await;
    let tip = chain(SOURCE, 2)[1];
    let gap = child(SOURCE, &child(SOURCE, &tip, 0), 0);
    let other = BlockRef { hash: hash(&[9]), ..tip };
    for block in [gap, other, child(SOURCE, &other, 0)] {
        let error = store.apply_block(SOURCE, &block, &[seen(1, 0)], &[], WINDOW).await.unwrap_err();
        assert!(matches!(error, StoreError::NotLinked { chain_id: SOURCE, tip_number: 1, .. }), "{error}");
    }
    // The good beginning of a bad batch is not kept either.
    let good = SeenBlock { block: child(SOURCE, &tip, 0), messages: vec![seen(1, 0)], deliveries: vec![] };
    let bad = SeenBlock { block: other, messages: vec![], deliveries: vec![] };
    store.apply_blocks(SOURCE, &[good, bad], WINDOW).await.unwrap_err();
    assert_eq!(store.window(SOURCE).await.unwrap(), chain(SOURCE, 2));
    assert_eq!(store.messages(&Default::default()).await.unwrap(), []);
}

#[tokio::test]
async fn numbers_beyond_sqlite_are_refused() {
    let store = new_store().await;
    let block = BlockRef { number: u64::MAX, ..genesis(SOURCE) };
    let error = store.apply_block(SOURCE, &block, &[], &[], WINDOW).await.unwrap_err();
    assert!(matches!(error, StoreError::OutOfRange { field: "block number", value: u64::MAX }), "{error}");
    assert!(store.window(u64::MAX).await.is_err());
    // The largest numbers that fit do.
    let block = BlockRef { number: i64::MAX as u64, ..genesis(SOURCE) };
    store.apply_block(SOURCE, &block, &[], &[], 1).await.unwrap();
    store.apply_block(SOURCE, &block, &[], &[], u64::MAX).await.unwrap();
    assert_eq!(store.window(SOURCE).await.unwrap(), [block]);
}

#[tokio::test]
async fn initiation_names_the_canonical_block() {
    let store = with_messages(2).await;
    let block = chain(SOURCE, 2)[1];
    let record = store.message(message_hash(1)).await.unwrap().unwrap();
    assert_eq!(record.sent, sent(1));
    assert_eq!(record.source, SOURCE);
    let initiation = record.initiation.unwrap();
    assert_eq!(initiation.block_hash, block.hash);
    assert_eq!(
        initiation.identifier,
        Identifier {
            origin: L2_TO_L2_CROSS_DOMAIN_MESSENGER,
            block_number: 1,
            log_index: 1,
            timestamp: block.timestamp,
            chain_id: U256::from(SOURCE),
        }
    );
}

#[tokio::test]
async fn reorg_of_the_source_orphans_and_rederives() {
    let store = with_messages(2).await;
    let root = genesis(SOURCE);
    let reverted = store.revert_to(SOURCE, &root).await.unwrap();
    assert_eq!(reverted.blocks, 1);
    assert_eq!(reverted.orphaned, [message_hash(0), message_hash(1)]);
    assert_eq!(status(&store, 0).await, MessageStatus::Orphaned);
    assert_eq!(store.pending(U256::from(DESTINATION), 10).await.unwrap(), []);

    // The new branch holds message 1 elsewhere, and message 0 not at all.
    let block = child(SOURCE, &root, 1);
    store.apply_block(SOURCE, &block, &[seen(1, 7)], &[], WINDOW).await.unwrap();
    let record = store.message(message_hash(1)).await.unwrap().unwrap();
    assert_eq!(record.status, MessageStatus::Pending);
    assert_eq!(record.initiation.unwrap().identifier.log_index, 7);
    assert_eq!(record.initiation.unwrap().block_hash, block.hash);
    assert_eq!(status(&store, 0).await, MessageStatus::Orphaned);

    // Doing it again, now with nothing above, is harmless.
    let twice = with_messages(0).await;
    let tip = chain(SOURCE, 2)[1];
    assert_eq!(twice.revert_to(SOURCE, &tip).await.unwrap(), Default::default());
}

#[tokio::test]
async fn a_resent_message_survives_the_loss_of_its_last_initiation() {
    let store = with_messages(1).await;
    let first = chain(SOURCE, 2)[1];
    let second = child(SOURCE, &first, 0);
    store.apply_block(SOURCE, &second, &[seen(0, 3)], &[], WINDOW).await.unwrap();
    let record = store.message(message_hash(0)).await.unwrap().unwrap();
    assert_eq!(record.initiation.unwrap().block_hash, second.hash, "the newest initiation expires last");
    assert_eq!(store.messages(&Default::default()).await.unwrap().len(), 1);

    let reverted = store.revert_to(SOURCE, &first).await.unwrap();
    assert_eq!((reverted.orphaned, reverted.reidentified), (vec![], vec![message_hash(0)]));
    let record = store.message(message_hash(0)).await.unwrap().unwrap();
    assert_eq!(record.initiation.unwrap().block_hash, first.hash);
}

#[tokio::test]
async fn reorg_of_the_destination_takes_the_delivery_back() {
    let store = with_messages(1).await;
    let blocks = chain(DESTINATION, 2);
    let delivery = delivered(0, 5, B256::repeat_byte(9));
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    let applied = store.apply_block(DESTINATION, &blocks[1], &[], &[delivery], WINDOW).await.unwrap();
    assert_eq!(applied.delivered, [message_hash(0)]);
    let record = store.message(message_hash(0)).await.unwrap().unwrap();
    assert_eq!(record.status, MessageStatus::Delivered);
    let found = record.delivery.unwrap();
    assert_eq!((found.chain_id, found.block_number, found.log_index), (DESTINATION, 1, 5));
    assert_eq!((found.block_hash, found.tx_hash), (blocks[1].hash, B256::repeat_byte(9)));

    let reverted = store.revert_to(DESTINATION, &blocks[0]).await.unwrap();
    assert_eq!(reverted.undelivered, [message_hash(0)]);
    assert_eq!(status(&store, 0).await, MessageStatus::Pending);
}

#[tokio::test]
async fn a_delivery_may_be_seen_before_its_message() {
    let store = new_store().await;
    let delivery = delivered(0, 0, B256::repeat_byte(9));
    store.apply_block(DESTINATION, &genesis(DESTINATION), &[], &[delivery], WINDOW).await.unwrap();
    assert_eq!(store.message(message_hash(0)).await.unwrap(), None);
    fill(&store, 1).await;
    assert_eq!(status(&store, 0).await, MessageStatus::Delivered);
    // Its source may even forget it.
    store.revert_to(SOURCE, &genesis(SOURCE)).await.unwrap();
    assert_eq!(status(&store, 0).await, MessageStatus::Delivered);
}

#[tokio::test]
async fn ancestors_below_the_window_and_strange_ones() {
    let store = new_store().await;
    let blocks = chain(SOURCE, 10);
    for block in &blocks[5..] {
        store.apply_block(SOURCE, block, &[seen(block.number, 0)], &[], WINDOW).await.unwrap();
    }
    let strange = BlockRef { hash: hash(&[3]), ..blocks[7] };
    let error = store.revert_to(SOURCE, &strange).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownAncestor { number: 7, .. }), "{error}");
    assert_eq!(store.window(SOURCE).await.unwrap(), blocks[5..]);

    let below = child(SOURCE, &blocks[2], 4);
    let reverted = store.revert_to(SOURCE, &below).await.unwrap();
    assert_eq!(reverted.blocks, 5);
    assert_eq!(reverted.orphaned.len(), 5);
    assert_eq!(store.window(SOURCE).await.unwrap(), [below]);
    store.apply_block(SOURCE, &child(SOURCE, &below, 0), &[], &[], WINDOW).await.unwrap();
}

#[tokio::test]
async fn forgetting_a_chain_leaves_the_others() {
    let store = with_messages(2).await;
    let delivery = delivered(0, 0, hash(&[5]));
    store.apply_block(DESTINATION, &genesis(DESTINATION), &[], &[delivery], WINDOW).await.unwrap();
    store.record_attempt(&attempt(1, 8, &[1])).await.unwrap();

    let reverted = store.forget_chain(DESTINATION).await.unwrap();
    assert_eq!(reverted.undelivered, [message_hash(0)]);
    assert_eq!(store.window(DESTINATION).await.unwrap(), []);
    assert_eq!(store.window(SOURCE).await.unwrap().len(), 2);
    assert_eq!(status(&store, 0).await, MessageStatus::Pending);
    assert_eq!(status(&store, 1).await, MessageStatus::Pending);
    assert_eq!(store.next_nonce_floor(DESTINATION, SIGNER).await.unwrap(), 0, "no ghost nonces");
}
