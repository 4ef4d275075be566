use super::{new_store, with_messages};
use crate::support::*;
use alloy_primitives::{Address, B256, U256};
use causeway_store::{AttemptState, Landing, MessageStatus, NewAttempt, Store, StoreError};

async fn status(store: &Store, nonce: u64) -> MessageStatus {
    store.message(message_hash(nonce)).await.unwrap().unwrap().status
}

#[tokio::test]
async fn an_attempt_is_kept_as_recorded() {
    let store = with_messages(3).await;
    let new = attempt(1, 4, &[0, 2]);
    store.record_attempt(&new).await.unwrap();
    let found = store.attempt(new.tx_hash).await.unwrap().unwrap();
    assert_eq!(found.tx, new);
    assert_eq!((found.state, found.block_number, found.error), (AttemptState::Signed, None, None));
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), 1);
    assert_eq!(store.open_attempts(SOURCE).await.unwrap(), []);
    assert_eq!(store.attempts_of(message_hash(2)).await.unwrap()[0].tx, new);
    assert_eq!(store.attempts_of(message_hash(1)).await.unwrap(), []);
    assert_eq!(store.attempt(B256::ZERO).await.unwrap(), None);
    assert_eq!(status(&store, 0).await, MessageStatus::Submitted);
    assert_eq!(status(&store, 1).await, MessageStatus::Pending);
    let shown = format!("{new:?}");
    assert!(!shown.contains("raw_tx"), "signed bytes are no matter for logs: {shown}");
}

#[tokio::test]
async fn recording_twice_is_harmless_and_recording_otherwise_is_not() {
    let store = with_messages(2).await;
    let new = attempt(1, 4, &[0, 1]);
    store.record_attempt(&new).await.unwrap();
    store.set_attempt_state(new.tx_hash, AttemptState::Broadcast, None).await.unwrap();
    let mut again = new.clone();
    again.items.reverse();
    store.record_attempt(&again).await.unwrap();
    assert_eq!(store.attempt(new.tx_hash).await.unwrap().unwrap().state, AttemptState::Broadcast);

    let other = NewAttempt { nonce: 5, ..new };
    let error = store.record_attempt(&other).await.unwrap_err();
    assert!(matches!(error, StoreError::ConflictingAttempt { .. }), "{error}");
}

#[tokio::test]
async fn unknown_messages_and_attempts_are_refused() {
    let store = with_messages(1).await;
    let error = store.record_attempt(&attempt(1, 0, &[0, 9])).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownMessage { hash } if hash == message_hash(9)), "{error}");
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap(), [], "nothing of it was kept");
    assert_eq!(status(&store, 0).await, MessageStatus::Pending);
    let error = store.set_attempt_state(B256::ZERO, AttemptState::Failed, None).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownAttempt { .. }), "{error}");
    let landing = Landing { block_number: 1, block_hash: B256::ZERO, success: true };
    let error = store.record_landing(B256::ZERO, landing, None).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownAttempt { .. }), "{error}");
}

#[tokio::test]
async fn states_decide_the_status() {
    use AttemptState::*;
    let store = with_messages(1).await;
    let first = attempt(1, 0, &[0]);
    store.record_attempt(&first).await.unwrap();
    for (state, expected, open) in [
        (Broadcast, MessageStatus::Submitted, true),
        (Replaced, MessageStatus::Pending, false),
        (Abandoned, MessageStatus::Pending, false),
        (Failed, MessageStatus::Failed, false),
        (Signed, MessageStatus::Submitted, true),
        (Failed, MessageStatus::Failed, false),
    ] {
        store.set_attempt_state(first.tx_hash, state, Some("why")).await.unwrap();
        assert_eq!(status(&store, 0).await, expected, "{state:?}");
        assert_eq!(state.is_open(), open);
        assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), usize::from(open), "{state:?}");
        let found = store.attempt(first.tx_hash).await.unwrap().unwrap();
        assert_eq!((found.state, found.error.as_deref()), (state, Some("why")));
    }
    // A new attempt is under way: that matters more than the failure.
    let second = attempt(2, 1, &[0]);
    store.record_attempt(&second).await.unwrap();
    assert_eq!(status(&store, 0).await, MessageStatus::Submitted);
    store.set_attempt_state(second.tx_hash, Abandoned, None).await.unwrap();
    assert_eq!(status(&store, 0).await, MessageStatus::Failed);
    // The operator asks to try again.
    store.retry(message_hash(0)).await.unwrap();
    assert_eq!(status(&store, 0).await, MessageStatus::Pending);
    assert_eq!(store.attempts_of(message_hash(0)).await.unwrap().len(), 2, "the record remains");
    store.record_attempt(&attempt(3, 2, &[0])).await.unwrap();
    store.set_attempt_state(hash(&[3, 77]), Failed, None).await.unwrap();
    assert_eq!(status(&store, 0).await, MessageStatus::Failed, "new failures count again");
}

#[tokio::test]
async fn delivery_marks_the_attempt_and_a_reorg_opens_it_again() {
    let store = with_messages(2).await;
    let new = attempt(1, 0, &[0, 1]);
    store.record_attempt(&new).await.unwrap();
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    // Of the two messages in the batch only one was delivered.
    let delivery = delivered(0, 0, new.tx_hash);
    store.apply_block(DESTINATION, &blocks[1], &[], &[delivery], WINDOW).await.unwrap();
    let found = store.attempt(new.tx_hash).await.unwrap().unwrap();
    assert_eq!((found.state, found.block_number), (AttemptState::Included, Some(1)));
    assert_eq!(status(&store, 0).await, MessageStatus::Delivered);
    assert_eq!(status(&store, 1).await, MessageStatus::Failed, "its block was read, and it is not there");

    let reverted = store.revert_to(DESTINATION, &blocks[0]).await.unwrap();
    assert_eq!(reverted.reopened, [new.tx_hash]);
    assert_eq!(reverted.undelivered, [message_hash(0)]);
    let found = store.attempt(new.tx_hash).await.unwrap().unwrap();
    assert_eq!((found.state, found.block_number), (AttemptState::Broadcast, None));
    assert_eq!(found.tx.raw_tx, new.raw_tx, "the same bytes go out again");
    assert_eq!(status(&store, 0).await, MessageStatus::Submitted);
    assert_eq!(status(&store, 1).await, MessageStatus::Submitted);
}

#[tokio::test]
async fn a_landing_counts_once_its_block_was_read() {
    let store = with_messages(1).await;
    let new = attempt(1, 0, &[0]);
    store.record_attempt(&new).await.unwrap();
    let blocks = chain(DESTINATION, 2);
    store.apply_block(DESTINATION, &blocks[0], &[], &[], WINDOW).await.unwrap();
    let landing = Landing { block_number: 1, block_hash: blocks[1].hash, success: true };
    assert!(
        !store.record_landing(new.tx_hash, landing, None).await.unwrap(),
        "the receipt came before the logs"
    );
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), 1);
    store.apply_block(DESTINATION, &blocks[1], &[], &[], WINDOW).await.unwrap();
    assert!(store.record_landing(new.tx_hash, landing, None).await.unwrap());
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap(), []);
    assert_eq!(status(&store, 0).await, MessageStatus::Failed, "the logs do not tell of a delivery");

    // A reverted transaction opens again too when its block goes.
    let landing = Landing { success: false, ..landing };
    assert!(store.record_landing(new.tx_hash, landing, Some("reverted")).await.unwrap());
    assert_eq!(status(&store, 0).await, MessageStatus::Failed);
    assert_eq!(store.revert_to(DESTINATION, &blocks[0]).await.unwrap().reopened, [new.tx_hash]);
    assert_eq!(status(&store, 0).await, MessageStatus::Submitted);
}

#[tokio::test]
async fn what_a_block_says_that_is_gone_is_not_noted() {
    let store = with_messages(1).await;
    let new = attempt(1, 0, &[0]);
    store.record_attempt(&new).await.unwrap();
    let blocks = chain(DESTINATION, 3);
    store.apply_block(DESTINATION, &blocks[1], &[], &[], WINDOW).await.unwrap();
    store.apply_block(DESTINATION, &blocks[2], &[], &[], WINDOW).await.unwrap();
    let gone = Landing { block_number: 2, block_hash: blocks[2].hash, success: false };
    let land = async |landing| store.record_landing(new.tx_hash, landing, Some("reverted")).await.unwrap();
    let replace = async |hash| store.record_replacement(new.tx_hash, 2, hash, "replaced").await.unwrap();
    store.revert_to(DESTINATION, &blocks[1]).await.unwrap();
    assert!(!land(gone).await && !replace(gone.block_hash).await, "nothing stands in its place yet");
    let other = child(DESTINATION, &blocks[1], 1);
    store.apply_block(DESTINATION, &other, &[], &[], WINDOW).await.unwrap();
    assert!(!land(gone).await && !replace(gone.block_hash).await, "another one stands in its place");
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap().len(), 1);
    assert_eq!(status(&store, 0).await, MessageStatus::Submitted);

    assert!(replace(other.hash).await);
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap(), []);
    // What is older than the window no reorg takes away.
    assert!(land(Landing { block_number: 0, ..gone }).await);
    assert_eq!(status(&store, 0).await, MessageStatus::Failed);
}

#[tokio::test]
async fn nonce_floor_is_per_chain_and_signer() {
    let store = with_messages(1).await;
    let floor = async || store.next_nonce_floor(DESTINATION, SIGNER).await.unwrap();
    assert_eq!(floor().await, 0);
    store.record_attempt(&attempt(1, 7, &[0])).await.unwrap();
    assert_eq!(floor().await, 8);
    store.record_attempt(&attempt(2, 5, &[])).await.unwrap();
    assert_eq!(floor().await, 8);
    assert_eq!(store.next_nonce_floor(SOURCE, SIGNER).await.unwrap(), 0);
    assert_eq!(store.next_nonce_floor(DESTINATION, Address::ZERO).await.unwrap(), 0);
    store.set_attempt_state(hash(&[1, 77]), AttemptState::Abandoned, None).await.unwrap();
    assert_eq!(floor().await, 6, "an abandoned nonce is free");
    store.set_attempt_state(hash(&[2, 77]), AttemptState::Failed, None).await.unwrap();
    assert_eq!(floor().await, 6, "a failed one is used up");
}

#[tokio::test]
async fn an_attempt_for_nobody_is_allowed() {
    // A transaction that fills a nonce gap carries no message.
    let store = new_store().await;
    store.record_attempt(&attempt(1, 0, &[])).await.unwrap();
    assert_eq!(store.open_attempts(DESTINATION).await.unwrap()[0].tx.items, []);
    assert_eq!(store.pending(U256::from(DESTINATION), 1).await.unwrap(), []);
}
