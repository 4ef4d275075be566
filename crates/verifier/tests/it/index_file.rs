//! The file of an index, in other hands.

use crate::chain::{Block, Log, genesis};
use alloy_primitives::U256;
use causeway_verifier::{Change, IndexError, LogIndex};
use std::{fs, path::Path};

const CHAIN: U256 = U256::from_limbs([901, 0, 0, 0]);

/// An index with some blocks, which is closed.
fn write(path: &Path) {
    let index = LogIndex::open(path).expect("a new index");
    let mut parent = genesis();
    for number in 1..=50 {
        let block = Block::above(&parent, number, (0..20).map(Log::of).collect());
        index.apply(&[(CHAIN, Change::Append(block.indexed()))]).expect("it is applied");
        parent = block.header;
    }
}

#[cfg(unix)]
#[test]
fn the_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index");
    let mode = || fs::metadata(&path).expect("the index").permissions().mode() & 0o777;
    drop(LogIndex::open(&path).expect("a new index"));
    assert_eq!(mode(), 0o600);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("as before");
    drop(LogIndex::open(&path).expect("an index of an earlier version"));
    assert_eq!(mode(), 0o600);
}

#[test]
fn a_second_process_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index.redb");
    let _index = LogIndex::open(&path).expect("a new index");
    let error = LogIndex::open(&path).expect_err("it is open");
    assert!(matches!(error, IndexError::InUse), "{error}");
}

/// Whatever the file holds, it is opened or called damaged; so it can be told that deleting it helps.
#[test]
fn a_damaged_file_is_called_so() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("index.redb");
    write(&path);
    let whole = fs::read(&path).expect("the index");
    let noise = |length: usize| (0..length).map(|place| ((place as u64 * 2_654_435_761) >> 7) as u8);
    let mut others = vec![
        ("text", b"hello".to_vec()),
        ("zeros", vec![0; whole.len()]),
        ("noise", noise(whole.len()).collect()),
        ("its beginning", whole[..100].to_vec()),
        ("its first page", whole[..4096].to_vec()),
    ];
    for start in [320, 4096] {
        let mut broken = whole.clone();
        broken.splice(start.., noise(whole.len() - start));
        others.push(("noise after its header", broken));
    }
    for (what, bytes) in others {
        fs::write(&path, bytes).expect("the index");
        let error = LogIndex::open(&path).expect_err(what);
        assert!(matches!(error, IndexError::Corrupt { .. }), "{what}: {error}");
    }
    fs::remove_file(&path).expect("the index");
    write(&path);
}

#[cfg(unix)]
#[test]
fn a_file_that_goes_away_is_missed() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, other) = (folder.path().join("index.redb"), folder.path().join("other.redb"));
    write(&other);
    let lost = |how: &dyn Fn()| {
        let index = LogIndex::open(&path).expect("a new index");
        assert!(index.disk_bytes().expect("it is there") > 0);
        how();
        let block = Block::above(&genesis(), 1, vec![Log::of(1)]).indexed();
        let changed = index.apply(&[(CHAIN, Change::Append(block))]).expect_err("it is lost");
        assert!(matches!(changed, IndexError::Lost { .. }), "{changed}");
        let error = index.set_failsafe(true).expect_err("it is lost");
        assert!(matches!(error, IndexError::Lost { .. }), "{error}");
        drop(index);
        let _ = fs::remove_file(&path);
        error.to_string()
    };
    assert!(lost(&|| fs::remove_file(&path).unwrap()).contains("removed"));
    assert!(lost(&|| fs::write(&path, "").unwrap()).contains("emptied"));
    assert!(lost(&|| fs::rename(&other, &path).unwrap()).contains("another file"));
}
