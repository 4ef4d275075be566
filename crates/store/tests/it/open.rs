use crate::support::*;
use causeway_store::{OpenError, Store, StoreError};
use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use std::path::Path;

async fn raw(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true);
    SqliteConnection::connect_with(&options).await.unwrap()
}

/// Runs statements on the file, past the store.
async fn meddle(path: &Path, sql: &'static str) {
    let mut connection = raw(path).await;
    sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_there_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store, 3).await;
    let before = store.messages(&Default::default()).await.unwrap();
    store.close().await;
    let store = Store::open(&path).await.unwrap();
    assert_eq!(store.messages(&Default::default()).await.unwrap(), before);
    assert_eq!(store.window(SOURCE).await.unwrap(), chain(SOURCE, 2));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("notes.txt");
    let text = "these are my notes, and they are longer than one hundred bytes, which is what SQLite reads first, \
                so that it can tell that this is no database";
    std::fs::write(&path, text).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::NotADatabase { .. }), "{error}");
    assert!(error.to_string().ends_with("notes.txt is not a database"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
}

#[tokio::test]
async fn another_programs_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    for (name, sql) in [
        ("tables.db", "CREATE TABLE customers (id INTEGER PRIMARY KEY)"),
        ("marked.db", "PRAGMA application_id = 77; CREATE TABLE messages (id INTEGER PRIMARY KEY)"),
    ] {
        let path = dir.path().join(name);
        meddle(&path, sql).await;
        let before = std::fs::read(&path).unwrap();
        let error = Store::open(&path).await.unwrap_err();
        assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
        assert_eq!(std::fs::read(&path).unwrap(), before, "{name} was changed");
    }
}

#[tokio::test]
async fn a_newer_schema_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    Store::open(&path).await.unwrap().close().await;
    meddle(
        &path,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (99, 'from the future', TRUE, x'00', 0)",
    )
    .await;
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::NewerSchema { found: 99, .. }), "{error}");
}

#[tokio::test]
async fn an_altered_schema_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    Store::open(&path).await.unwrap().close().await;
    meddle(&path, "UPDATE _sqlx_migrations SET checksum = x'00' WHERE version = 1").await;
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::AlteredSchema { version: 1, .. }), "{error}");
}

#[tokio::test]
async fn damage_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store, 200).await;
    store.close().await;
    // The first page keeps its header and loses its contents.
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[100..4096].fill(0xff);
    std::fs::write(&path, bytes).unwrap();
    let error = Store::open(&path).await.unwrap_err();
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn unreachable_places_are_errors() {
    let dir = tempfile::tempdir().unwrap();
    let error = Store::open(&dir.path().join("missing/causeway.db")).await.unwrap_err();
    assert!(matches!(error, OpenError::Failed { .. }), "{error}");
    let error = Store::open(dir.path()).await.unwrap_err();
    assert!(matches!(error, OpenError::Failed { .. }), "{error}");
}

#[tokio::test]
async fn many_may_create_the_same_file_at_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let openers: Vec<_> = (0..8)
        .map(|_| {
            let path = path.clone();
            tokio::spawn(async move { Store::open(&path).await.map(drop) })
        })
        .collect();
    for opener in openers {
        opener.await.unwrap().unwrap();
    }
    fill(&Store::open(&path).await.unwrap(), 1).await;
}

#[tokio::test]
async fn what_a_row_should_not_hold_is_an_error_and_no_panic() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let store = Store::open(&path).await.unwrap();
    fill(&store, 1).await;
    meddle(&path, "PRAGMA ignore_check_constraints = 1; UPDATE messages SET sender = x'0102'").await;
    let error = store.message(message_hash(0)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the database holds an unexpected value in column `sender`: expected 20 bytes, found 2"
    );
}

#[tokio::test]
async fn commits_are_on_disk() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let _store = Store::open(&path).await.unwrap();
    let mut connection = raw(&path).await;
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut connection).await.unwrap();
    assert_eq!(mode, "wal");
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let all = ["causeway.db", "causeway.db-wal", "causeway.db-shm", "causeway.db.relayer-lock"];
    let store = Store::open(&path).await.unwrap();
    fill(&store, 1).await;
    let lock = store.lock_relayer("A").unwrap();
    for name in all {
        assert_eq!(mode(&dir.path().join(name)), 0o600, "{name}");
    }
    drop(lock);
    store.close().await;
    // From an earlier version.
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let store = Store::open(&path).await.unwrap();
    fill(&store, 1).await;
    for name in all {
        assert_eq!(mode(&dir.path().join(name)), 0o600, "{name}");
    }
}

#[tokio::test]
async fn lost_files_are_noticed_before_anything_is_relied_on() {
    type Lose = fn(&Path);
    let lose: [(&str, Lose, &str); 4] = [
        ("causeway.db", |path| std::fs::remove_file(path).unwrap(), "it was removed or renamed"),
        ("causeway.db-wal", |path| std::fs::remove_file(path).unwrap(), "it was removed or renamed"),
        (
            "causeway.db",
            |path| {
                std::fs::copy(path, path.with_extension("copy")).unwrap();
                std::fs::rename(path.with_extension("copy"), path).unwrap();
            },
            "another file has taken its place",
        ),
        ("causeway.db", |path| std::fs::write(path, "").unwrap(), "it was emptied"),
    ];
    for (name, lose, what) in lose {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(&dir.path().join("causeway.db")).await.unwrap();
        fill(&store, 1).await;
        lose(&dir.path().join(name));
        let attempt = attempt(1, 7, &[0]);
        let error = store.record_attempt(&attempt).await.unwrap_err();
        assert!(matches!(error, StoreError::Lost { .. }), "{error}");
        assert!(error.to_string().contains(&format!("{name}: {what} while it was in use")), "{error}");
    }
}

/// SQLite reads such a name as the URL of another file: the lock and the checks would be for the wrong one.
#[tokio::test]
async fn a_path_is_no_url() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("causeway.db");
    let url = format!("file:{}", path.display());
    assert!(Store::open(Path::new(&url)).await.is_err(), "there is no directory `file:`");
    assert!(!path.exists());
}
