use crate::{
    StoreError,
    database::{Connection, Held},
    files::Files,
};
use sqlx::{
    ConnectOptions, Connection as _, SqlSafeStr, SqliteConnection, SqlitePool,
    error::DatabaseError,
    migrate::{MigrateError, Migration, MigrationType, Migrator},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, LazyLock, atomic::AtomicBool},
    time::Duration,
};

/// Every version of the schema, in order. `sqlx::migrate!` would do the same, and have SQLite compiled a second time for
/// it.
static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let migration = |version, name: &'static str, sql: &'static str| {
        Migration::new(version, name.into(), MigrationType::Simple, sql.into_sql_str(), false)
    };
    Migrator::with_migrations(vec![
        migration(1, "messages", include_str!("../migrations/0001_messages.sql")),
        migration(2, "batches", include_str!("../migrations/0002_batches.sql")),
    ])
});

/// Marks the file as ours, in SQLite's header field for that: "CSWY".
const APPLICATION_ID: i64 = 0x4353_5759;
/// How long to wait for another process that writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);
const READERS: u32 = 4;
/// The target of events that name a point at which a process may end: tests end it there.
const POINT: &str = "causeway::point";

/// The durable record. Cheap to clone; all clones are the same store.
///
/// Every method that changes something is one transaction, on disk when it returns (`synchronous = FULL` in WAL
/// mode: `NORMAL` could lose the last transactions when the power fails, and with them the record of a transaction
/// that was sent). When the file or its write-ahead log is removed or replaced meanwhile, it fails instead of writing
/// where nobody will read. Files are created for their owner alone. Readers never wait for the writer. Several processes may share the file; only one of them may
/// hold [`Store::lock_relayer`].
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    readers: SqlitePool,
    pub(crate) place: Place,
}

/// Where the store lives.
#[derive(Clone, Debug)]
pub(crate) enum Place {
    File(Arc<Files>),
    Memory { relayer_locked: Arc<AtomicBool> },
}

/// Why a store cannot be opened. The file was not changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is something else.
    #[error("{} is not a database", path.display())]
    NotADatabase {
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged.
    #[error("{} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        reason: String,
    },
    /// The file is another program's database.
    #[error("{} is a database of another program", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// A newer version of this program has changed the file's schema.
    #[error("{} was written by a newer version: it has schema {found}, this version knows {known}", path.display())]
    NewerSchema {
        /// The file.
        path: PathBuf,
        /// The schema version of the file.
        found: i64,
        /// The newest schema version that this version knows.
        known: i64,
    },
    /// The schema is not the one that this version would have made.
    #[error("{} has an unknown variant of schema {version}", path.display())]
    AlteredSchema {
        /// The file.
        path: PathBuf,
        /// The schema version that differs.
        version: i64,
    },
    /// A relayer works on the file under another name: a hard link, or a file that is mounted elsewhere. SQLite keeps its
    /// log beside the name that it was given, so two names for one file would ruin it.
    #[error(
        "{} is in use by a relayer under another name; open it by the name that the relayer has", path.display()
    )]
    OtherName {
        /// The file.
        path: PathBuf,
    },
    /// The file cannot be opened or brought up to date: no permission, no space, no such directory.
    #[error("cannot open {}: {source}", path.display())]
    Failed {
        /// The file.
        path: PathBuf,
        /// What SQLite says.
        source: sqlx::Error,
    },
}

impl Store {
    /// Opens the database file at `path`, which is created when there is none, and brings its schema up to date.
    pub async fn open(path: &Path) -> Result<Self, OpenError> {
        let failed = |source| OpenError::Failed { path: path.to_owned(), source };
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
            return Err(OpenError::OtherName { path: path.to_owned() });
        }
        prepare(&options).await.map_err(|error| error.at(path))?;
        Files::tighten(path);
        let pool = SqlitePoolOptions::new().idle_timeout(None).max_lifetime(None);
        let writer = pool.clone().max_connections(1).connect_with(options.clone()).await.map_err(failed)?;
        let readers = pool.max_connections(READERS).connect_lazy_with(options.pragma("query_only", "1"));
        // From here on the write-ahead log is there, for as long as this connection is.
        sqlx::query("SELECT count(*) FROM sqlite_master").execute(&writer).await.map_err(failed)?;
        let files = Files::find(path).map_err(|error| failed(sqlx::Error::Io(error)))?;
        Ok(Self { writer, readers, place: Place::File(Arc::new(files)) })
    }

    /// A store that lives in memory and ends with its last clone.
    pub async fn in_memory() -> Result<Self, OpenError> {
        let options =
            SqliteConnectOptions::new().in_memory(true).foreign_keys(true).disable_statement_logging();
        let path = Path::new(":memory:");
        // One connection that is never closed: the database is that connection.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .connect_with(options)
            .await
            .map_err(|source| OpenError::Failed { path: path.to_owned(), source })?;
        let mut connection =
            pool.acquire().await.map_err(|source| OpenError::Failed { path: path.to_owned(), source })?;
        migrate(&mut connection).await.map_err(|error| error.at(path))?;
        drop(connection);
        let place = Place::Memory { relayer_locked: Arc::default() };
        Ok(Self { writer: pool.clone(), readers: pool, place })
    }

    /// Closes all connections. Dropping the last clone does so too, in the background.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// A connection to read from.
    pub(crate) async fn read(&self) -> Result<Connection, StoreError> {
        Ok(Connection::Sqlite(Held::Reader(self.readers.acquire().await?)))
    }

    /// Begins to write. Takes the write lock at once, so that nothing can change between reading and writing.
    pub(crate) async fn begin(&self) -> Result<Connection, StoreError> {
        self.check_files()?;
        Ok(Connection::Sqlite(Held::Transaction(self.writer.begin_with("BEGIN IMMEDIATE").await?)))
    }

    /// Writes what was begun, for good: into files that whoever opens the store next will find.
    pub(crate) async fn commit(&self, transaction: Connection) -> Result<(), StoreError> {
        tracing::trace!(target: POINT, point = "writing");
        transaction.commit().await?;
        tracing::trace!(target: POINT, point = "written");
        self.check_files()
    }

    fn check_files(&self) -> Result<(), StoreError> {
        match &self.place {
            Place::File(files) => files.check(),
            Place::Memory { .. } => Ok(()),
        }
    }
}

/// Why a connection is of no use.
enum Refusal {
    Foreign,
    Migration(MigrateError),
    Sqlite(sqlx::Error),
}

impl From<sqlx::Error> for Refusal {
    fn from(error: sqlx::Error) -> Self {
        Self::Sqlite(error)
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
    MIGRATIONS.run_direct(None, &mut *transaction, false).await.map_err(Refusal::Migration)?;
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

impl Refusal {
    fn at(self, path: &Path) -> OpenError {
        let path = path.to_owned();
        let source = match self {
            Self::Foreign => return OpenError::Foreign { path },
            Self::Migration(MigrateError::VersionMissing(found)) => {
                let known = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default();
                return OpenError::NewerSchema { path, found, known };
            }
            Self::Migration(MigrateError::VersionMismatch(version) | MigrateError::Dirty(version)) => {
                return OpenError::AlteredSchema { path, version };
            }
            Self::Migration(MigrateError::Execute(source) | MigrateError::ExecuteMigration(source, _)) => {
                source
            }
            Self::Migration(error) => sqlx::Error::Migrate(Box::new(error)),
            Self::Sqlite(source) => source,
        };
        match primary_code(&source) {
            Some(SQLITE_NOTADB) => OpenError::NotADatabase { path },
            Some(SQLITE_CORRUPT) => OpenError::Damaged { path, reason: source.to_string() },
            _ => OpenError::Failed { path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn marks_its_file() {
        let store = Store::in_memory().await.unwrap();
        let id: i64 = sqlx::query_scalar("PRAGMA application_id").fetch_one(&store.readers).await.unwrap();
        assert_eq!(id, APPLICATION_ID);
    }

    /// Databases remember what was done to them. A migration that was released is never edited.
    #[test]
    fn migrations_are_those_that_databases_have_seen() {
        let seen: Vec<_> =
            MIGRATIONS.iter().map(|it| (it.version, &*it.description, hex(&it.checksum))).collect();
        let first = "069a8816dddc4b935858d3873930b65606000e38a179d58df7b8eb524f6adfc66f4806573abb399a3b034dada93ca8e0";
        let second = "ec8594c99169a814d645e7bf22b2a34892f46c1e6e7b6e0520ad279f188eb9bf1f1e6ee33b0ea508dc2ac86a7f33eac1";
        assert_eq!(seen, [(1, "messages", first.to_owned()), (2, "batches", second.to_owned())]);
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}
