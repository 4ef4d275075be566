use crate::support::with_messages;
use causeway_store::{LockError, Store};

#[tokio::test]
async fn the_second_relayer_learns_who_holds_the_first_lock() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let (first, second) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    let lock = first.lock_relayer("relayer A, pid 1234\nsecond line").unwrap();
    for store in [&second, &first] {
        let error = store.lock_relayer("relayer B").unwrap_err();
        assert_eq!(error.to_string(), "another relayer works on this store: relayer A, pid 1234");
    }
    // The lock is for relayers: others may still write.
    crate::support::fill(&second, 2).await;

    drop(lock);
    let lock = second.lock_relayer("B").unwrap();
    let Err(LockError::Held { holder }) = first.lock_relayer("C") else { panic!("the lock is held") };
    assert_eq!(holder, "B", "the longer text of the holder before is gone");
    drop(lock);
}

#[tokio::test]
async fn a_holder_without_a_name_is_still_a_holder() {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("causeway.db")).await.unwrap();
    let _lock = store.lock_relayer("").unwrap();
    assert!(matches!(store.lock_relayer("B"), Err(LockError::Held { .. })));
}

#[tokio::test]
async fn in_memory_stores_are_locked_too() {
    let store = with_messages(0).await;
    let clone = store.clone();
    let lock = clone.lock_relayer("A").unwrap();
    assert!(matches!(store.lock_relayer("B"), Err(LockError::Held { .. })));
    drop(lock);
    let _lock = store.lock_relayer("B").unwrap();
}

#[tokio::test]
async fn an_unusable_lock_file_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    std::fs::create_dir(dir.path().join("causeway.db.relayer-lock")).unwrap();
    assert!(matches!(store.lock_relayer("A"), Err(LockError::Io { .. })));
}
