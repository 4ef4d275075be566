//! Files that are written together.
#![allow(clippy::unwrap_used)]

use alloy_primitives::keccak256;
use causeway_files::{FileState, Terms, WriteFilesError, replace_files, write_files};
use std::{
    collections::BTreeMap,
    fs,
    path::Path,
    sync::atomic::{AtomicBool, Ordering},
};

static NOBODY: AtomicBool = AtomicBool::new(false);

fn write(folder: &Path, files: &[(&str, &str)], overwrite: bool) -> Result<Vec<FileState>, WriteFilesError> {
    let files = files.iter().map(|(name, text)| ((*name).to_owned(), || (*text).to_owned()));
    let reports = write_files(folder, files, overwrite, &NOBODY)?;
    Ok(reports.into_iter().map(|report| report.state).collect())
}

/// All that is in a folder, hidden files too.
fn found(folder: &Path) -> BTreeMap<String, String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            (entry.file_name().into_string().unwrap(), fs::read_to_string(entry.path()).unwrap_or_default())
        })
        .collect()
}

fn map(files: &[(&str, &str)]) -> BTreeMap<String, String> {
    files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

#[test]
fn they_are_written_once_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let (folder, files) = (folder.path().join("a/b"), [("one", "1"), ("two", "2")]);
    assert_eq!(write(&folder, &files, false).unwrap(), [FileState::Written; 2]);
    assert_eq!(found(&folder), map(&files));
    assert_eq!(write(&folder, &files, false).unwrap(), [FileState::Unchanged; 2]);
    fs::remove_file(folder.join("one")).unwrap();
    assert_eq!(write(&folder, &files, false).unwrap(), [FileState::Written, FileState::Unchanged]);
    assert_eq!(found(&folder), map(&files));
}

/// Whoever is second finds the files of the first, and all of them.
#[test]
fn two_at_once_leave_the_files_of_one() {
    let names: Vec<_> = (0..20).map(|name| name.to_string()).collect();
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let write = |who: &'static str| {
            let files: Vec<_> = names.iter().map(|name| (name.as_str(), who)).collect();
            write(folder.path(), &files, false).is_ok()
        };
        let done = std::thread::scope(|scope| {
            let both = ["one", "other"].map(|who| (who, scope.spawn(move || write(who))));
            both.map(|(who, run)| (who, run.join().unwrap()))
        });
        let winners: Vec<_> = done.iter().filter(|(_, done)| *done).map(|(who, _)| *who).collect();
        let [winner] = winners[..] else { panic!("{done:?}") };
        assert!(found(folder.path()).values().all(|text| text == winner), "{:?}", found(folder.path()));
    }
}

/// To read a pipe would be to wait for ever.
#[cfg(unix)]
#[test]
fn what_is_no_file_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("one");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let error = write(folder.path(), &[("one", "1")], true).unwrap_err();
    assert!(matches!(&error, WriteFilesError::Io { path: found, .. } if *found == path), "{error}");
    fs::remove_file(&path).unwrap();
    fs::create_dir(&path).unwrap();
    assert!(write(folder.path(), &[("one", "1")], true).is_err());
}

#[test]
fn others_are_not_overwritten_unless_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &[("one", "1"), ("two", "mine")], false).unwrap();
    let wanted = [("zero", "0"), ("one", "1"), ("two", "2")];
    let error = write(folder.path(), &wanted, false).unwrap_err();
    assert!(matches!(&error, WriteFilesError::Differ { paths } if *paths == [folder.path().join("two")]));
    // Not even those that are in nobody's way.
    assert_eq!(found(folder.path()), map(&[("one", "1"), ("two", "mine")]));
    let states = write(folder.path(), &wanted, true).unwrap();
    assert_eq!(states, [FileState::Written, FileState::Unchanged, FileState::Replaced]);
    assert_eq!(found(folder.path()), map(&wanted));
}

#[test]
fn what_is_interrupted_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let cancelled = AtomicBool::new(false);
    let files = ["one", "two", "three"].map(|name| {
        let cancelled = &cancelled;
        let content = move || {
            // While the last one is made, that is.
            cancelled.store(name == "three", Ordering::Relaxed);
            name.to_owned()
        };
        (name.to_owned(), content)
    });
    let error = write_files(folder.path(), files, false, &cancelled).unwrap_err();
    assert!(matches!(error, WriteFilesError::Cancelled));
    assert_eq!(found(folder.path()), map(&[]));
}

#[test]
fn what_the_system_refuses_is_named_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "x").unwrap();
    let error = write(&file, &[("one", "1")], false).unwrap_err().to_string();
    assert!(error.starts_with("cannot make the folder") && error.contains("file"), "{error}");
    // A folder in the place of a file.
    fs::create_dir(folder.path().join("two")).unwrap();
    let error = write(folder.path(), &[("one", "1"), ("two", "2")], true).unwrap_err().to_string();
    assert!(error.starts_with("cannot read") && error.contains("two"), "{error}");
    assert_eq!(found(folder.path()), map(&[("file", "x"), ("two", "")]));
}

#[cfg(unix)]
#[test]
fn others_may_read_them_as_they_may_any_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("plain"), "").unwrap();
    write(folder.path(), &[("one", "1")], false).unwrap();
    let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode();
    assert_eq!(mode("one"), mode("plain"));
}

#[test]
fn a_report_tells_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let report = write_files(folder.path(), [("one".to_owned(), || "text".to_owned())], false, &NOBODY)
        .unwrap()
        .remove(0);
    assert_eq!(report.path, folder.path().join("one"));
    assert_eq!((report.bytes, report.keccak256), (4, keccak256("text")));
}

#[test]
fn what_is_stale_goes_when_the_rest_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("below")).unwrap();
    for (name, text) in [("below/one", "ours 1"), ("two", "mine"), ("three", "ours 3")] {
        fs::write(path(name), text).unwrap();
    }
    let ours = |_: &Path, found: &[u8]| found.starts_with(b"ours");
    let write = |names: &[&str]| {
        let files = names.iter().map(|name| ((*name).to_owned(), || "new".to_owned()));
        let stale = || vec![path("three"), path("none")];
        let terms = Terms { may_replace: &ours, stale: &stale, is_durable: false };
        let reports = replace_files(folder.path(), files, &terms, &NOBODY)?;
        Ok::<_, WriteFilesError>(reports.into_iter().map(|report| report.state).collect::<Vec<_>>())
    };
    // Whoever's file is in the way: nothing changes, and what is stale stays.
    let error = write(&["below/one", "new/one", "two"]).unwrap_err();
    assert!(matches!(&error, WriteFilesError::Differ { paths } if *paths == [path("two")]), "{error}");
    assert_eq!(fs::read_to_string(path("below/one")).unwrap(), "ours 1");
    assert!(path("three").exists());
    assert_eq!(
        write(&["below/one", "below/deep/new"]).unwrap(),
        [FileState::Replaced, FileState::Written, FileState::Removed]
    );
    assert_eq!(fs::read_to_string(path("below/deep/new")).unwrap(), "new");
    assert!(!path("three").exists());
}
