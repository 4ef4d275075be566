//! Opening a store in a SQLite file.

use crate::{
    OpenError, Store,
    database::Database,
    files::Files,
    migrations::{Refusal, SQLITE},
    store::Place,
};
use sqlx::{
    ConnectOptions, Connection as _, SqliteConnection,
    error::DatabaseError,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};
use std::{path::Path, sync::Arc, time::Duration};

/// Marks the file as ours, in SQLite's header field for that: "CSWY".
const APPLICATION_ID: i64 = 0x4353_5759;
/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const READERS: u32 = 4;

impl Store {
    /// Opens the database file at `path`, which is created when there is none, and brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let failed = |error: sqlx::Error| OpenError::Failed {
            place: path.display().to_string(),
            source: error.into(),
        };
        // SQLite reads `file:...` as the URL of another file, and `:memory:` as none.
        let file = std::path::absolute(path).map_err(|error| failed(sqlx::Error::Io(error)))?;
        let options = SqliteConnectOptions::new()
            .filename(file)
            .create_if_missing(true)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .disable_statement_logging();
        Files::create(path);
        if Files::has_another_name(path) {
            return Err(OpenError::OtherName { place: path.display().to_string() });
        }
        prepare(&options).await.map_err(|error| refused(path, error))?;
        Files::tighten(path);
        let pool = SqlitePoolOptions::new().idle_timeout(None).max_lifetime(None);
        let writer = pool.clone().max_connections(1).connect_with(options.clone()).await.map_err(failed)?;
        let readers = pool.max_connections(READERS).connect_lazy_with(options.pragma("query_only", "1"));
        // From here on the write-ahead log is there, for as long as this connection is.
        sqlx::query("SELECT count(*) FROM sqlite_master").execute(&writer).await.map_err(failed)?;
        let files = Files::find(path).map_err(|error| failed(sqlx::Error::Io(error)))?;
        Ok(Self {
            database: Database::Sqlite { writer, readers },
            place: Place::File(Arc::new(files)),
            replica: None,
        })
    }

    /// A store that lives in memory and ends with its last clone.
    pub async fn in_memory() -> Result<Self, OpenError> {
        let options =
            SqliteConnectOptions::new().in_memory(true).foreign_keys(true).disable_statement_logging();
        let path = Path::new(":memory:");
        let failed = |error: sqlx::Error| OpenError::Failed {
            place: path.display().to_string(),
            source: error.into(),
        };
        // One connection that is never closed: the database is that connection.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(failed)?;
        let mut connection = pool.acquire().await.map_err(failed)?;
        migrate(&mut connection).await.map_err(|error| refused(path, error))?;
        drop(connection);
        let place = Place::Memory { relayer_locked: Arc::default() };
        Ok(Self { database: Database::Sqlite { writer: pool.clone(), readers: pool }, place, replica: None })
    }
}

/// Looks at the file before anything is written, then brings it up to date.
async fn prepare(options: &SqliteConnectOptions) -> Result<(), Refusal> {
    let mut connection = options.connect().await?;
    let mut looking = connection.begin().await?;
    check_owner(&mut looking).await?;
    looking.rollback().await?;
    set_wal(&mut connection).await?;
    migrate(&mut connection).await?;
    connection.close().await?;
    Ok(())
}

/// Whether the file is ours, or empty.
async fn check_owner(connection: &mut SqliteConnection) -> Result<(), Refusal> {
    let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&mut *connection).await?;
    let objects: i64 = sqlx::query_scalar("SELECT count(*) FROM sqlite_master").fetch_one(connection).await?;
    if id == APPLICATION_ID || (id == 0 && objects == 0) { Ok(()) } else { Err(Refusal::Foreign) }
}

/// Switches to WAL mode, which stays with the file. SQLite does not wait for others here, so we do.
async fn set_wal(connection: &mut SqliteConnection) -> Result<(), Refusal> {
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(&mut *connection).await?;
    if mode.eq_ignore_ascii_case("wal") {
        return Ok(());
    }
    let mut tries = 100;
    loop {
        let result = sqlx::query_scalar("PRAGMA journal_mode = WAL").fetch_one(&mut *connection).await;
        let result: Result<String, _> = result;
        match result {
            Err(error) if tries > 0 && primary_code(&error) == Some(SQLITE_BUSY) => {
                tries -= 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            result => return result.map(drop).map_err(Refusal::from),
        }
    }
}

/// Applies the missing migrations, all or nothing, while no other process can do the same.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), Refusal> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    check_owner(&mut transaction).await?;
    SQLITE.run_direct(None, &mut *transaction, false).await.map_err(|error| Refusal::of(&SQLITE, error))?;
    sqlx::query("PRAGMA application_id = 1129535321").execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

const SQLITE_BUSY: u32 = 5;
const SQLITE_CORRUPT: u32 = 11;
const SQLITE_NOTADB: u32 = 26;

/// SQLite's primary result code, without the extension in the upper bits.
fn primary_code(error: &sqlx::Error) -> Option<u32> {
    let code = error.as_database_error().and_then(DatabaseError::code)?;
    code.parse::<u32>().ok().map(|code| code & 0xff)
}

fn refused(path: &Path, refusal: Refusal) -> OpenError {
    let place = path.display().to_string();
    let source = match refusal {
        Refusal::Foreign => return OpenError::Foreign { place },
        Refusal::Newer { found, known } => return OpenError::NewerSchema { place, found, known },
        Refusal::Altered { version } => return OpenError::AlteredSchema { place, version },
        Refusal::Failed(source) => source,
    };
    match primary_code(&source) {
        Some(SQLITE_NOTADB) => OpenError::NotADatabase { place },
        Some(SQLITE_CORRUPT) => OpenError::Damaged { place, reason: source.to_string() },
        _ => OpenError::Failed { place, source: source.into() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::sql;

    #[tokio::test]
    async fn marks_its_file() {
        let store = Store::in_memory().await.unwrap();
        let query = sql("SELECT application_id AS id FROM pragma_application_id");
        assert_eq!(
            store.read().await.unwrap().fetch_one(query).await.unwrap().int("id").unwrap(),
            APPLICATION_ID
        );
    }
}
