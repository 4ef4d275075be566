//! One live attempt per message, kept by the schema.

use super::with_messages;
use crate::support::*;
use alloy_primitives::{Address, B256};
use causeway_store::{AttemptState, Landing, NewAttempt, Store, StoreError};

const NOBODY: [B256; 0] = [];

/// The messages that are said to be held by another transaction.
async fn held(store: &Store, new: &NewAttempt) -> Vec<B256> {
    match store.record_attempt(new).await {
        Ok(()) => vec![],
        Err(StoreError::Held { messages }) => messages,
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_message_is_in_one_live_transaction() {
    let store = with_messages(3).await;
    store.record_attempt(&attempt(1, 0, &[1, 0])).await.unwrap();
    // Of another nonce, or another signer, or on another chain.
    let second = attempt(2, 1, &[2, 1, 0]);
    assert_eq!(held(&store, &second).await, [0, 1].map(message_hash));
    assert_eq!(store.attempt(second.tx_hash).await.unwrap(), None, "nothing was written");
    let other = NewAttempt { signer: Address::ZERO, ..attempt(2, 0, &[0]) };
    assert_eq!(held(&store, &other).await, [message_hash(0)]);
    let other = NewAttempt { chain_id: SOURCE, ..attempt(2, 0, &[0]) };
    assert_eq!(held(&store, &other).await, [message_hash(0)]);
    let error = store.record_attempt(&other).await.unwrap_err();
    let said = format!("another transaction may deliver the message yet: {}", message_hash(0));
    assert_eq!(error.to_string(), said);
    // A version of the transaction, with the same messages or others.
    assert_eq!(held(&store, &attempt(3, 0, &[0, 1, 2])).await, NOBODY);
    assert_eq!(held(&store, &attempt(4, 1, &[2])).await, [message_hash(2)]);
    // What is free can go.
    for tx in [1, 3] {
        store.set_attempt_state(hash(&[tx, 77]), AttemptState::Failed, None).await.unwrap();
    }
    assert_eq!(held(&store, &second).await, NOBODY);
}

#[tokio::test]
async fn all_versions_have_to_end() {
    let store = with_messages(2).await;
    store.record_attempt(&attempt(1, 0, &[0, 1])).await.unwrap();
    store.record_attempt(&attempt(2, 0, &[0])).await.unwrap();
    store.set_attempt_state(hash(&[2, 77]), AttemptState::Failed, None).await.unwrap();
    assert_eq!(held(&store, &attempt(3, 1, &[0])).await, [message_hash(0)], "the first version is out there");

    // One of them is in a block, which settles the nonce: the other can never be.
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    let landing = Landing { block_number: 1, block_hash: blocks[1].hash, success: true };
    assert!(!store.record_landing(hash(&[2, 77]), landing, None).await.unwrap());
    assert_eq!(held(&store, &attempt(3, 1, &[1])).await, [message_hash(1)], "its block was not read");
    store.apply_block(DESTINATION, &blocks[1], &[], &[], WINDOW).await.unwrap();
    assert!(store.record_landing(hash(&[2, 77]), landing, None).await.unwrap());
    assert_eq!(held(&store, &attempt(3, 1, &[0, 1])).await, NOBODY);
}

#[tokio::test]
async fn what_a_reorg_brings_back_holds_nothing_while_another_does() {
    let store = with_messages(1).await;
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    store.apply_block(DESTINATION, &blocks[1], &[], &[], WINDOW).await.unwrap();
    store.record_attempt(&attempt(1, 0, &[0])).await.unwrap();
    let landing = Landing { block_number: 1, block_hash: blocks[1].hash, success: false };
    assert!(store.record_landing(hash(&[1, 77]), landing, Some("reverted")).await.unwrap());
    store.record_attempt(&attempt(2, 1, &[0])).await.unwrap();

    let reverted = store.revert_to(DESTINATION, &blocks[0]).await.unwrap();
    assert_eq!(reverted.reopened, [hash(&[1, 77])]);
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), 2);
    // The later one holds the message, in further versions too; the remnant gets none.
    assert_eq!(held(&store, &attempt(3, 1, &[0])).await, NOBODY);
    assert_eq!(held(&store, &attempt(4, 0, &[0])).await, [message_hash(0)]);
    for tx in [2, 3] {
        store.set_attempt_state(hash(&[tx, 77]), AttemptState::Failed, None).await.unwrap();
    }
    // Now the remnant is the only one that may deliver it.
    assert_eq!(held(&store, &attempt(5, 2, &[0])).await, [message_hash(0)]);
    assert_eq!(held(&store, &attempt(4, 0, &[0])).await, NOBODY);
}
