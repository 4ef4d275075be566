use super::with_messages;
use crate::support::*;
use alloy_primitives::{Address, B256};
use causeway_store::{MessageStatus, Signer, StoreError};

async fn after(store: &causeway_store::Store, id: u64) -> Vec<(u64, B256)> {
    let decisions = store.decisions_after(id, 10).await.unwrap();
    decisions.into_iter().map(|decision| (decision.id, decision.message)).collect()
}

#[tokio::test]
async fn what_operators_decide_is_told_in_order() {
    let store = with_messages(3).await;
    assert_eq!((after(&store, 0).await, store.newest_decision().await.unwrap()), (vec![], 0));
    let [one, two] = [0, 1].map(message_hash);
    store.skip(one, "not wanted").await.unwrap();
    store.retry(two).await.unwrap();
    store.unskip(one).await.unwrap();
    assert_eq!(after(&store, 0).await, [(1, one), (2, two), (3, one)]);
    assert_eq!(after(&store, 2).await, [(3, one)]);
    assert_eq!(store.newest_decision().await.unwrap(), 3);
    assert_eq!(store.decisions_after(0, 1).await.unwrap().len(), 1);
    // What is decided about nothing is nothing.
    for decided in
        [store.skip(B256::ZERO, "x").await, store.retry(B256::ZERO).await, store.unskip(B256::ZERO).await]
    {
        assert!(matches!(decided, Err(StoreError::UnknownMessage { .. })));
    }
    assert_eq!(store.newest_decision().await.unwrap(), 3);
}

#[tokio::test]
async fn a_message_that_is_taken_up_again_has_failed_as_before() {
    let store = with_messages(1).await;
    let failed = attempt(7, 0, &[0]);
    store.record_attempt(&failed).await.unwrap();
    let block = genesis(DESTINATION);
    store.apply_block(DESTINATION, &block, &[], &[], WINDOW).await.unwrap();
    let landing = causeway_store::Landing { block_number: 0, block_hash: block.hash, success: false };
    assert!(store.record_landing(failed.tx_hash, landing, Some("reverted")).await.unwrap());
    let status = async || store.message(message_hash(0)).await.unwrap().unwrap().status;
    assert_eq!(status().await, MessageStatus::Failed);
    store.skip(message_hash(0), "not wanted").await.unwrap();
    assert_eq!(status().await, MessageStatus::Skipped);
    store.unskip(message_hash(0)).await.unwrap();
    assert_eq!(status().await, MessageStatus::Failed);
    store.retry(message_hash(0)).await.unwrap();
    assert_eq!(status().await, MessageStatus::Pending);
}

#[tokio::test]
async fn who_has_signed_is_known() {
    let store = with_messages(2).await;
    assert_eq!(store.signers().await.unwrap(), []);
    let (one, two) = (attempt(7, 0, &[0]), attempt(8, 1, &[1]));
    store.record_attempt(&one).await.unwrap();
    store.record_attempt(&two).await.unwrap();
    let expected = Signer { chain_id: one.chain_id, account: one.signer, attempts: 2 };
    assert_eq!(store.signers().await.unwrap(), [expected]);
}

/// Other than who has ever signed.
#[tokio::test]
async fn who_signs_now_is_noted() {
    let store = with_messages(1).await;
    store.record_attempt(&attempt(7, 0, &[0])).await.unwrap();
    assert_eq!(store.noted_signers().await.unwrap(), []);
    let [one, two] = [1, 2].map(Address::repeat_byte);
    store.note_signers(901, &[two, one]).await.unwrap();
    store.note_signers(902, &[one]).await.unwrap();
    assert_eq!(store.noted_signers().await.unwrap(), [(901, one), (901, two), (902, one)]);
    store.note_signers(901, &[two]).await.unwrap();
    assert_eq!(store.noted_signers().await.unwrap(), [(901, two), (902, one)]);
}
