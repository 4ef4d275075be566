use causeway_store::{LockError, OpenError, Store, relayer_at};

#[tokio::test]
async fn the_second_relayer_learns_who_holds_the_first_lock() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let (first, second) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    let lock = first.lock_relayer("relayer A, pid 1234\nsecond line").unwrap();
    for store in [&second, &first] {
        let error = store.lock_relayer("relayer B").unwrap_err();
        assert_eq!(error.to_string(), "another relayer works on this database: relayer A, pid 1234");
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
async fn anybody_can_ask_which_relayer_works() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    assert_eq!(relayer_at(&path), None, "there is no database");
    let store = Store::open(&path).await.unwrap();
    assert_eq!(relayer_at(&path), None, "nobody ever relayed");
    let lock = store.lock_relayer("relayer A").unwrap();
    assert_eq!(relayer_at(&path).as_deref(), Some("relayer A"));
    drop(lock);
    assert_eq!(relayer_at(&path), None, "it ended");
    drop(store.lock_relayer("relayer B").unwrap());
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
    let store = Store::in_memory().await.unwrap();
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

#[cfg(target_os = "linux")]
#[tokio::test]
async fn one_file_has_one_relayer_whatever_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let first = Store::open(&path).await.unwrap();
    let lock = first.lock_relayer("A").unwrap();
    let (soft, hard) = (dir.path().join("soft.db"), dir.path().join("hard.db"));
    std::os::unix::fs::symlink(&path, &soft).unwrap();
    std::fs::hard_link(&path, &hard).unwrap();
    let other = Store::open(&soft).await.unwrap();
    assert!(matches!(other.lock_relayer("B"), Err(LockError::Held { holder }) if holder == "A"));
    // SQLite would not find the log.
    let error = Store::open(&hard).await.unwrap_err();
    assert!(matches!(error, OpenError::OtherName { .. }), "{error}");
    std::fs::remove_file(dir.path().join("causeway.db.relayer-lock")).unwrap();
    let second = Store::open(&path).await.unwrap();
    let Err(LockError::Held { holder }) = second.lock_relayer("B") else { panic!("the lock is held") };
    assert_eq!(holder, "it did not say who it is");
    drop(lock);
    second.lock_relayer("B").unwrap();
}

/// The locks that SQLite holds on a file end when any descriptor of it is closed.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn the_locks_of_sqlite_outlive_ours() {
    use std::os::unix::fs::MetadataExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let (first, second) = (Store::open(&path).await.unwrap(), Store::open(&path).await.unwrap());
    let inode = format!(":{} ", std::fs::metadata(&path).unwrap().ino());
    let posix_locks = || {
        let locks = std::fs::read_to_string("/proc/locks").unwrap();
        locks.lines().filter(|line| line.contains("POSIX") && line.contains(&inode)).count()
    };
    let before = posix_locks();
    assert_ne!(before, 0);
    let lock = first.lock_relayer("A").unwrap();
    second.lock_relayer("B").unwrap_err();
    drop(lock);
    assert_eq!(posix_locks(), before);
}
