use super::new_store;
use crate::support::*;

#[tokio::test]
async fn a_store_is_unused_until_something_is_recorded() {
    let store = new_store().await;
    assert!(store.is_unused().await.unwrap());
    assert_eq!(store.moved_to().await.unwrap(), None);
    assert!(!store.take_back().await.unwrap(), "it was not moved");
    let block = genesis(SOURCE);
    store.apply_block(SOURCE, &block, &[], &[], WINDOW).await.unwrap();
    assert!(!store.is_unused().await.unwrap());
}

#[tokio::test]
async fn so_it_is_with_a_transaction_alone() {
    let store = new_store().await;
    store.record_attempt(&attempt(1, 0, &[])).await.unwrap();
    assert!(!store.is_unused().await.unwrap());
}

#[tokio::test]
async fn each_store_has_an_id_of_its_own() {
    let (one, other) = (new_store().await, new_store().await);
    let id = one.id().await.unwrap();
    assert_ne!(id, other.id().await.unwrap());
    one.record_attempt(&attempt(1, 0, &[])).await.unwrap();
    assert_eq!(one.id().await.unwrap(), id);
    assert_eq!(id.lines().count(), 1);
}
